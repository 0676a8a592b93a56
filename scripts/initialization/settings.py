"""What the section `initialization` of the config (task 4) accepts."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from dlse.networks.initializer_names import Initialization
from dlse.workflow.config import (
    Count,
    LearningRate,
    Section,
    Seed,
    Seeds,
    Steps,
    Whole,
    unique,
    whole_blocks,
)

LearningRates = Annotated[list[LearningRate], Field(min_length=1), AfterValidator(unique)]


class Optimizers(Section):
    sgd: LearningRates
    adam: LearningRates


class Choosing(Section):
    seeds: Seeds
    learning_rates: Optimizers


class Settings(Section):
    first_seed: Seed
    seeds: Count
    seeds_per_job: Annotated[Whole, Field(ge=2, le=100_000)]
    width: Annotated[Whole, Field(ge=1, le=1024)]
    depths: Annotated[
        list[Annotated[Whole, Field(ge=2, le=100)]], Field(min_length=2), AfterValidator(unique)
    ]
    initializations: Annotated[list[Initialization], Field(min_length=1), AfterValidator(unique)]
    steps: Steps
    choosing: Choosing
    networks_at_birth: Annotated[Whole, Field(ge=128, le=1_000_000)]

    @model_validator(mode="after")
    def _seeds_are_apart(self):
        whole_blocks("seeds", self.seeds, "seeds_per_job", self.seeds_per_job)
        judging = range(self.first_seed, self.first_seed + self.seeds)
        both = sorted(set(self.choosing.seeds) & set(judging))
        if both:
            raise ValueError(
                f"choosing.seeds names {both}, which are among those that judge, "
                f"{judging[0]} to {judging[-1]}; choose by other seeds"
            )
        return self
