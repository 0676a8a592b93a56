"""What the section `regularization` of the config (task 3) accepts."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from dlse.workflow.config import (
    Count,
    LearningRate,
    Number,
    Section,
    Seed,
    Share,
    Steps,
    Whole,
    unique,
    whole_blocks,
)


class RegularizationNetwork(Section):
    width: Annotated[Whole, Field(ge=1, le=1024)]
    depth: Annotated[Whole, Field(ge=1, le=100)]
    steps: Steps


class Method(Section):
    networks: Annotated[list[RegularizationNetwork], Field(min_length=1)]
    strengths: Annotated[
        list[Annotated[Number, Field(ge=0, lt=1)]], Field(min_length=1), AfterValidator(unique)
    ]
    learning_rate: LearningRate
    batches: Annotated[Whole, Field(ge=1, le=40)]
    decay: Share


class Methods(Section):
    """The methods that are trained; one that is null is left out."""

    none: Method | None
    l1: Method | None
    l2: Method | None
    dropout: Method | None

    @model_validator(mode="after")
    def _one_is_left(self):
        if not any(self.model_dump().values()):
            raise ValueError("all four methods are null; give settings to at least one")
        return self


class Choosing(Section):
    noise_seeds: Annotated[list[Seed], Field(min_length=2), AfterValidator(unique)]
    folds: Annotated[Whole, Field(ge=2, le=39)]


class Settings(Section):
    first_noise_seed: Seed
    noise_seeds: Count
    noise_seeds_per_job: Count
    initializations: Annotated[Whole, Field(ge=1, le=1000)]
    choosing: Choosing
    methods: Methods

    @model_validator(mode="after")
    def _seeds_are_apart(self):
        whole_blocks(
            "noise_seeds", self.noise_seeds, "noise_seeds_per_job", self.noise_seeds_per_job
        )
        if self.noise_seeds_per_job * self.initializations < 2:
            raise ValueError("a job must train at least 2 networks; raise noise_seeds_per_job")
        judging = range(self.first_noise_seed, self.first_noise_seed + self.noise_seeds)
        both = sorted(set(self.choosing.noise_seeds) & set(judging))
        if both:
            raise ValueError(
                f"choosing.noise_seeds names {both}, which are among those that judge, "
                f"{judging[0]} to {judging[-1]}; choose by other seeds"
            )
        return self
