"""What the section `dying_relu` of the config (task 2) accepts."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from dlse.networks.initializer_names import Initialization
from dlse.workflow.config import (
    Count,
    LearningRate,
    Section,
    Seed,
    Share,
    Steps,
    VariantName,
    Whole,
    as_said,
    unique,
    whole_blocks,
)

SmallWidth = Annotated[Whole, Field(ge=1, le=30)]


class PerceptronSettings(Section):
    """The fields of `dlse.networks.ensemble.Perceptron`, with its defaults."""

    width: Annotated[Whole, Field(ge=1, le=1024)]
    depth: Annotated[Whole, Field(ge=1, le=100)]
    initialization: Initialization = "he_normal"
    activation: Literal["relu", "leaky_relu", "elu", "tanh"] = "relu"
    residual: bool = False


class DyingVariant(PerceptronSettings):
    name: VariantName
    function: Literal["runge", "absolute"] = "runge"
    networks: Count

    @model_validator(mode="after")
    def _name_is_true(self):
        if self.name == "birth":
            raise ValueError("the name birth is taken by the estimates before training")
        return as_said("variant", self, SAID_BY_NAME.get(self.name, {}))


# The settings that the name of a variant promises. The report and the claims rely on these names.
SAID_BY_NAME = {
    "he_normal": {"initialization": "he_normal", "activation": "relu", "residual": False},
    "xavier_normal": {"initialization": "xavier_normal", "activation": "relu", "residual": False},
    "pytorch": {"initialization": "pytorch"},
    "asymmetric": {"initialization": "asymmetric"},
    "leaky_relu": {"activation": "leaky_relu"},
    "elu": {"activation": "elu"},
    "residual": {"residual": True},
    "width_8": {"width": 8},
    "depth_4": {"depth": 4},
    "depth_2": {"depth": 2},
    "published": {  # Lu et al. 2020: ten layers, of which nine are hidden
        "function": "absolute", "width": 2, "depth": 9, "initialization": "he_normal",
        "activation": "relu", "residual": False,
    },
}  # fmt: skip


class DyingSchedule(Section):
    learning_rate: LearningRate
    steps: Steps
    warmup: Share
    decay: Share


class Birth(Section):
    widths: Annotated[list[SmallWidth], Field(min_length=1), AfterValidator(unique)]
    depth: Annotated[Whole, Field(ge=1, le=100)]
    networks: Annotated[Whole, Field(ge=100, le=10_000_000)]
    seed: Seed


class Settings(Section):
    networks_per_job: Annotated[Whole, Field(ge=2, le=100_000)]
    schedule: DyingSchedule
    variants: Annotated[list[DyingVariant], Field(min_length=1)]
    shown: str
    birth: Birth

    @model_validator(mode="after")
    def _blocks_are_whole(self):
        names = [variant.name for variant in self.variants]
        unique(names)
        for variant in self.variants:
            if variant.networks > self.networks_per_job:
                whole_blocks(
                    f"{variant.name}: networks", variant.networks,
                    "networks_per_job", self.networks_per_job,
                )  # fmt: skip
        if self.shown not in names:
            raise ValueError(
                f"shown names {self.shown!r}, which is none of the variants: {', '.join(names)}"
            )
        if self.variants[names.index(self.shown)].function != "runge":
            raise ValueError(
                f"shown names {self.shown!r}, which learns |x|; show one that learns the Runge "
                "function of the task"
            )
        return self
