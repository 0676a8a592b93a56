"""What the section `cnn` of the config (task 1) accepts."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from dlse.workflow.config import (
    Augmentation,
    BatchSize,
    Channels,
    Epochs,
    LearningRate,
    Number,
    Section,
    Seed,
    Seeds,
    Share,
    WeightDecay,
    Whole,
    sentence,
    unique,
)

LabelSmoothing = Annotated[Number, Field(ge=0, lt=1)]


class CnnModel(Section):
    width: Channels
    learning_rate: LearningRate
    weight_decay: WeightDecay
    augmentation: Augmentation
    label_smoothing: LabelSmoothing
    batch_size: BatchSize
    margin: Annotated[Whole, Field(ge=0, le=10)]
    averaging: Share
    epochs: Epochs


class CnnGrid(Section):
    """Values to try. A hyper-parameter that is left out or empty keeps its value in `cnn.model`."""

    width: Annotated[list[Whole], AfterValidator(unique)] = []
    learning_rate: Annotated[list[Number], AfterValidator(unique)] = []
    weight_decay: Annotated[list[Number], AfterValidator(unique)] = []
    augmentation: Annotated[list[Number], AfterValidator(unique)] = []
    label_smoothing: Annotated[list[Number], AfterValidator(unique)] = []


class CnnRung(Section):
    train_images: Annotated[Whole, Field(ge=100)]
    epochs: Epochs
    seeds: Seeds = [1000]
    keep: Annotated[Whole, Field(ge=1, le=100)]


class CnnSearch(Section):
    seed: Seed
    validation_fraction: Annotated[Number, Field(gt=0, lt=1)]
    grid: CnnGrid
    rungs: Annotated[list[CnnRung], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_is_left(self):
        keeps = [rung.keep for rung in self.rungs]
        if keeps != sorted(keeps, reverse=True) or keeps[-1] != 1:
            raise ValueError(
                f"the rungs keep {keeps}; each must keep no more than the one before, "
                "and the last must keep 1"
            )
        return self


class Settings(Section):
    seeds: Seeds
    model: CnnModel
    search: CnnSearch
    ablation: Annotated[
        list[Literal["augmentation", "label_smoothing", "weight_decay", "schedule"]],
        AfterValidator(unique),
    ]

    @model_validator(mode="after")
    def _grid_is_in_range(self):
        base = self.model.model_dump()
        for name, values in self.search.grid.model_dump().items():
            for value in values:
                try:
                    CnnModel.model_validate({**base, name: value})
                except ValidationError as error:
                    wrong = sentence(error.errors()[0]).removesuffix(".")
                    raise ValueError(f"search.grid.{wrong}") from None
        return self
