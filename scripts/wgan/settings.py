"""The accepted values of the config's section `wgan`, tasks 6, 7 and 8."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from dlse.workflow.config import (
    BatchSize,
    Count,
    HiddenWidths,
    LearningRate,
    Number,
    Section,
    Seed,
    Steps,
    VariantName,
    Whole,
    as_said,
    unique,
    whole_blocks,
)

Penalty = Annotated[Number, Field(ge=0, le=1000)]
DataDim = Annotated[Whole, Field(ge=2, le=200)]
NoiseDim = Annotated[Whole, Field(ge=1, le=1000)]


class WganRecipe(Section):
    critic_widths: HiddenWidths
    generator_widths: HiddenWidths
    batch_size: BatchSize
    critic_steps: Annotated[Whole, Field(ge=1, le=1000)]
    penalty: Penalty
    critic_learning_rate: LearningRate
    generator_learning_rate: LearningRate
    averaging: Annotated[Number, Field(ge=0, le=1_000_000)]


class WganRun(Section):
    name: VariantName
    dim: DataDim
    noise_dims: Annotated[list[NoiseDim], Field(min_length=1), AfterValidator(unique)]
    seeds: Count
    steps: Steps
    # Values that replace those of the recipe in this run.
    critic_widths: HiddenWidths | None = None
    generator_widths: HiddenWidths | None = None
    batch_size: BatchSize | None = None
    penalty: Penalty | None = None
    critic_learning_rate: LearningRate | None = None
    one_sided: bool = True
    output: Literal["linear", "tanh", "fold"] = "linear"  # of the generator

    @model_validator(mode="after")
    def _name_is_true(self):
        """The report and the claims rely on what these names say."""
        named = re.fullmatch(r"(uniform|two_sided|tanh|fold)(\d+)", self.name)
        if named is None:
            return self
        kind, dim = named[1], int(named[2])
        said = {
            "dim": dim,
            "one_sided": kind != "two_sided",
            "output": kind if kind in ("tanh", "fold") else "linear",
        }
        return as_said("run", self, said)


class Settings(Section):
    first_seed: Seed
    seeds_per_job: Annotated[Whole, Field(ge=2, le=1000)]
    evaluations: Annotated[Whole, Field(ge=2, le=1000)]
    samples: Annotated[Whole, Field(ge=1000, le=1_000_000)]
    recipe: WganRecipe
    runs: Annotated[list[WganRun], Field(min_length=1)]

    @model_validator(mode="after")
    def _runs_fit(self):
        names = [run.name for run in self.runs]
        unique(names)
        missing = {"uniform5", "uniform20"} - set(names)
        if missing:
            raise ValueError(f"runs lacks {sorted(missing)}, of tasks 6 and 7")
        for run in self.runs:
            if run.seeds > self.seeds_per_job:
                whole_blocks(f"{run.name}: seeds", run.seeds, "seeds_per_job", self.seeds_per_job)
            if run.steps % self.evaluations:
                raise ValueError(
                    f"{run.name}: steps is {run.steps}, not a multiple of evaluations, "
                    f"{self.evaluations}; the last step is evaluated too"
                )
        return self
