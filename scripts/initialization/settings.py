"""What the section `initialization` of the config (task 4) accepts."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from dlse.networks.initializer_names import Initialization
from dlse.workflow.config import (
    Count,
    LearningRate,
    Number,
    Section,
    Steps,
    Whole,
    unique,
    whole_blocks,
)


class Optimizer(Section):
    learning_rate: LearningRate
    clip: Annotated[Number, Field(gt=0)] | None


class Optimizers(Section):
    sgd: Optimizer
    adam: Optimizer


class Settings(Section):
    seeds: Count
    seeds_per_job: Annotated[Whole, Field(ge=2, le=100_000)]
    width: Annotated[Whole, Field(ge=1, le=1024)]
    depths: Annotated[
        list[Annotated[Whole, Field(ge=2, le=100)]], Field(min_length=2), AfterValidator(unique)
    ]
    initializations: Annotated[list[Initialization], Field(min_length=1), AfterValidator(unique)]
    optimizers: Optimizers
    steps: Steps
    networks_at_birth: Annotated[Whole, Field(ge=128, le=1_000_000)]

    @model_validator(mode="after")
    def _blocks_are_whole(self):
        whole_blocks("seeds", self.seeds, "seeds_per_job", self.seeds_per_job)
        return self
