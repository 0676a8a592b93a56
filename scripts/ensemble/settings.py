"""What the section `ensemble` of the config (the ensembles and a loop) accepts."""

from typing import Annotated

from pydantic import Field

from dlse.workflow.config import Section, Steps, Whole


class SpeedNetwork(Section):
    width: Annotated[Whole, Field(ge=1, le=1024)]
    depth: Annotated[Whole, Field(ge=1, le=100)]
    points: Annotated[Whole, Field(ge=2, le=10_000)]


class Settings(Section):
    networks: Annotated[list[SpeedNetwork], Field(min_length=1)]
    members: Annotated[Whole, Field(ge=2, le=100_000)]
    loop_members: Annotated[Whole, Field(ge=1, le=1000)]
    steps: Steps
    pairs: Annotated[Whole, Field(ge=1, le=100)]
