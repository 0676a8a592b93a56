"""What the section `regularization` of the config (task 3) accepts."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from dlse.networks.initializer_names import Initialization
from dlse.workflow.config import (
    Count,
    LearningRate,
    Number,
    Section,
    Seed,
    Share,
    Steps,
    VariantName,
    Whole,
    unique,
    whole_blocks,
)

NetworkWidth = Annotated[Whole, Field(ge=1, le=1024)]
Depth = Annotated[Whole, Field(ge=1, le=100)]
Beta2 = Annotated[Number, Field(ge=0, lt=1)]
Batches = Annotated[Whole, Field(ge=1, le=40)]
Strength = Annotated[Number, Field(ge=0, lt=1)]


class Recipe(Section):
    """A network and how it is trained, with everything except what regularizes it."""

    width: NetworkWidth
    depth: Depth
    initialization: Initialization
    scaled_inputs: bool
    steps: Steps
    learning_rate: LearningRate
    beta2: Beta2
    batches: Batches
    warmup: Share
    decay: Share


class Recipes(Section):
    narrow: Recipe
    wide: Recipe


class Method(Section):
    """recipes: the method is trained with each of them. strengths: one is chosen."""

    recipes: Annotated[list[Literal["narrow", "wide"]], Field(min_length=1), AfterValidator(unique)]
    strengths: Annotated[list[Strength], Field(min_length=1), AfterValidator(unique)]


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


class Ablation(Section):
    """Values that replace those of the recipe `narrow`."""

    name: VariantName
    width: NetworkWidth | None = None
    depth: Depth | None = None
    initialization: Initialization | None = None
    scaled_inputs: bool | None = None
    steps: Steps | None = None
    learning_rate: LearningRate | None = None
    beta2: Beta2 | None = None
    batches: Batches | None = None
    warmup: Share | None = None
    decay: Share | None = None


class Settings(Section):
    first_noise_seed: Seed
    noise_seeds: Count
    noise_seeds_per_job: Count
    initializations: Annotated[Whole, Field(ge=1, le=1000)]
    choosing: Choosing
    recipes: Recipes
    methods: Methods
    ablations: list[Ablation]

    @model_validator(mode="after")
    def _parts_fit(self):
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
                f"{judging[0]} to {judging[-1]}; take other seeds"
            )
        unique([ablation.name for ablation in self.ablations])
        return self
