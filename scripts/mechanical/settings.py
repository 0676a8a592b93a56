"""What the section `mechanical` of the config accepts: task 5 on displacement fields."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from dlse.studies.mechanical.problem import LOAD_CASES
from dlse.studies.reconstruction.settings import Autoencoder
from dlse.workflow.config import LatentDim, Section, Seeds, Whole, a_word_or_a_folder, unique


class Settings(Section):
    source: Annotated[str, a_word_or_a_folder("simulated", "published")]
    archive: Annotated[str, Field(pattern=r"^https://\S+$")]
    references: Annotated[str, Field(min_length=1)]
    case: Literal[tuple(LOAD_CASES)]
    steps: Annotated[list[Annotated[Whole, Field(ge=1)]], Field(min_length=1)]
    blocks: Annotated[Whole, Field(ge=10, le=70_000)]
    latent_dims: Annotated[list[LatentDim], Field(min_length=1), AfterValidator(unique)]
    seeds: Seeds
    autoencoder: Autoencoder
    control_autoencoder: Autoencoder
    shown_latent_dim: LatentDim
    shown_blocks: Annotated[Whole, Field(ge=1, le=10)]

    @model_validator(mode="after")
    def _steps_are_of_the_case(self):
        if sorted(set(self.steps)) != self.steps:
            raise ValueError(f"steps must be in ascending order, each once, not {self.steps}")
        last = LOAD_CASES[self.case].last_step
        if self.steps[-1] > last:
            raise ValueError(f"steps has {self.steps[-1]}, but {self.case} has steps 1 to {last}")
        return self

    @model_validator(mode="after")
    def _shown_is_computed(self):
        if self.shown_latent_dim not in self.latent_dims:
            raise ValueError(
                f"shown_latent_dim is {self.shown_latent_dim}, which latent_dims lacks; "
                f"it has {', '.join(map(str, self.latent_dims))}"
            )
        return self

    @model_validator(mode="after")
    def _fields_are_no_images(self):
        if (strength := self.autoencoder.augmentation) > 0:
            raise ValueError(
                f"autoencoder.augmentation is {strength}, but it maps images, and displacement "
                "fields are none; leave it out or set it to 0"
            )
        return self
