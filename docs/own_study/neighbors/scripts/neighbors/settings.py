"""What the section `neighbors` of the config accepts. With a default for each value, config.yaml
needs no such section."""

from typing import Annotated

from pydantic import AfterValidator, Field

from dlse.workflow.config import Count, Section, unique


class Settings(Section):
    counts: Annotated[list[Count], Field(min_length=1), AfterValidator(unique)] = [1, 3, 5]
    train_images: Count = 10_000
