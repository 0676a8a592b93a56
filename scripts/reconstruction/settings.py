"""What the section `reconstruction` of the config (task 5) accepts."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from dlse.workflow.config import (
    Augmentation,
    BatchSize,
    Epochs,
    HiddenWidths,
    LatentDim,
    LearningRate,
    Section,
    Seeds,
    WeightDecay,
    Whole,
    unique,
)

LatentDims = Annotated[list[LatentDim], AfterValidator(unique)]


class Autoencoder(Section):
    hidden_widths: HiddenWidths
    learning_rate: LearningRate
    weight_decay: WeightDecay
    batch_size: BatchSize
    epochs: Epochs
    augmentation: Augmentation = 0.0


class PlainAutoencoder(Section):
    latent_dims: LatentDims
    seeds: Seeds


class LinearAutoencoder(Section):
    latent_dims: LatentDims
    iterations: Annotated[Whole, Field(ge=1, le=1_000_000)]


class OfficialSplit(Section):
    latent_dims: LatentDims
    seeds: Seeds
    autoencoder: Autoencoder


class Settings(Section):
    latent_dims: Annotated[LatentDims, Field(min_length=1)]
    seeds: Seeds
    autoencoder: Autoencoder
    plain_autoencoder: PlainAutoencoder
    linear_autoencoder: LinearAutoencoder
    official: OfficialSplit
    shown_latent_dims: Annotated[LatentDims, Field(min_length=1)]

    @model_validator(mode="after")
    def _all_are_computed(self):
        plain = self.plain_autoencoder
        for name, values, known in (
            ("shown_latent_dims", self.shown_latent_dims, "latent_dims"),
            ("plain_autoencoder.latent_dims", plain.latent_dims, "latent_dims"),
            ("plain_autoencoder.seeds", plain.seeds, "seeds"),
        ):
            missing = sorted(set(values) - set(getattr(self, known)))
            if missing:
                raise ValueError(
                    f"{name} names {missing}, which {known} does not compute; "
                    "add them there or name others"
                )
        return self
