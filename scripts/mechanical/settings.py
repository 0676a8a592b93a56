"""What the section `mechanical` of the config accepts: task 5 on displacement fields."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from dlse.studies.mechanical.solver.load_cases import LOAD_CASES
from dlse.studies.reconstruction.settings import Autoencoder
from dlse.workflow.config import LatentDim, Section, Seeds, Whole, a_word_or_a_folder, whole_blocks

Element = Literal["P1", "P2", "Q1", "Q1R", "Q2", "S2R"]
Refinement = Annotated[Whole, Field(ge=1, le=8)]


class Refinements(Section):
    """Numbers of elements along a side of a pixel. An element without any is not compared."""

    P1: list[Refinement] = []
    P2: list[Refinement] = []
    Q1: list[Refinement] = []
    Q1R: list[Refinement] = []
    Q2: list[Refinement] = []
    S2R: list[Refinement] = []


class Elements(Section):
    images: Annotated[Whole, Field(ge=1, le=10_000)]
    refinements: Refinements

    @model_validator(mode="after")
    def _one_is_compared(self):
        if not any(self.refinements.model_dump().values()):
            raise ValueError("refinements compares no element; give at least one of them a list")
        return self


class Settings(Section):
    source: Annotated[str, a_word_or_a_folder("simulated", "published")]
    archive: Annotated[str, Field(pattern=r"^https://\S+$")]
    references: Annotated[str, Field(min_length=1)]
    case: Literal[tuple(LOAD_CASES)]
    steps: Annotated[list[Annotated[Whole, Field(ge=1)]], Field(min_length=1)]
    blocks: Annotated[Whole, Field(ge=10, le=70_000)]
    blocks_per_job: Annotated[Whole, Field(ge=1, le=70_000)]
    element: Element
    refinement: Refinement
    elements: Elements
    seeds: Seeds
    autoencoder: Autoencoder
    control_autoencoder: Autoencoder
    shown_latent_dim: LatentDim
    shown_blocks: Annotated[Whole, Field(ge=1, le=10)]

    @model_validator(mode="after")
    def _blocks_are_whole(self):
        whole_blocks("blocks", self.blocks, "blocks_per_job", self.blocks_per_job)
        if sorted(set(self.steps)) != self.steps:
            raise ValueError(f"steps must be in ascending order, each once, not {self.steps}")
        last = LOAD_CASES[self.case].last_step
        if self.steps[-1] > last:
            raise ValueError(f"steps has {self.steps[-1]}, but {self.case} has steps 1 to {last}")
        return self

    @model_validator(mode="after")
    def _fields_are_no_images(self):
        if (strength := self.autoencoder.augmentation) > 0:
            raise ValueError(
                f"autoencoder.augmentation is {strength}, but it maps images, and displacement "
                "fields are none; leave it out or set it to 0"
            )
        return self

    def fits(self, config) -> None:
        shown, computed = self.shown_latent_dim, config.reconstruction.latent_dims
        if shown not in computed:
            raise ValueError(
                f"mechanical.shown_latent_dim is {shown}, which reconstruction.latent_dims lacks; "
                f"it has {', '.join(map(str, computed))}"
            )
