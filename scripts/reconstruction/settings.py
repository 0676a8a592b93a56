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
    Number,
    Section,
    Seed,
    Seeds,
    WeightDecay,
    Whole,
    unique,
)


class Autoencoder(Section):
    hidden_widths: HiddenWidths
    learning_rate: LearningRate
    weight_decay: WeightDecay
    batch_size: BatchSize
    epochs: Epochs
    augmentation: Augmentation = 0.0


class LinearAutoencoder(Section):
    iterations: Annotated[Whole, Field(ge=1, le=1_000_000)]


class LongAutoencoder(Section):
    latent_dim: LatentDim
    seeds: Seeds
    plain_seeds: Annotated[list[Seed], AfterValidator(unique)]
    refinements: Annotated[Whole, Field(ge=1, le=10_000)]
    autoencoder: Autoencoder


class Settings(Section):
    latent_dims: Annotated[list[LatentDim], Field(min_length=1), AfterValidator(unique)]
    seeds: Seeds
    test_fraction: Annotated[Number, Field(gt=0, lt=1)]
    autoencoder: Autoencoder
    plain_latent_dims: Annotated[list[LatentDim], AfterValidator(unique)]
    linear_autoencoder: LinearAutoencoder
    long: LongAutoencoder
    shown_latent_dims: Annotated[list[LatentDim], Field(min_length=1), AfterValidator(unique)]

    @model_validator(mode="after")
    def _all_are_computed(self):
        for name in ("shown_latent_dims", "plain_latent_dims"):
            missing = sorted(set(getattr(self, name)) - set(self.latent_dims))
            if missing:
                raise ValueError(
                    f"{name} names {missing}, which latent_dims does not compute; "
                    "add them there or name others"
                )
        return self
