"""The model of `config.yaml`: what all sections share, and how they are checked together.

The section of a study is the class `Settings` in its `settings.py`, built from the types below.
"""

import os
import reprlib
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    model_validator,
)

from dlse.studies import __path__ as FOLDERS
from dlse.workflow.errors import UserError


def unique(values: list) -> list:
    """`values`, if none is repeated. Raises a `ValueError` otherwise."""
    repeated = sorted({value for value in values if values.count(value) > 1})
    if repeated:
        raise ValueError(f"a value may appear only once; repeated: {', '.join(map(str, repeated))}")
    return values


def a_word_or_a_folder(*words: str) -> AfterValidator:
    """Accepts one of the `words`, or the path of an existing folder."""

    def check(value: str) -> str:
        if value not in words and not (value and os.path.isdir(value)):  # noqa: PTH112 (never fails)
            raise ValueError(
                f"{value!r} is none of {', '.join(words)}, and there is no such folder"
            )
        return value

    return AfterValidator(check)


def _encrypted(source: str) -> str:
    if "://" in source and not source.startswith("https://"):
        raise ValueError(f"{source!r} is neither a folder nor an address with https://")
    return source


def _no_truth_value(value):
    if isinstance(value, bool):
        raise ValueError(f"got {value}, accepted: a number")
    return value


# Numbers may come as text: YAML reads 3e-3 as text, and so is every value after `--config`.
Whole = Annotated[int, BeforeValidator(_no_truth_value)]
Number = Annotated[float, BeforeValidator(_no_truth_value)]
Seed = Annotated[Whole, Field(ge=0, lt=2**31)]
Seeds = Annotated[list[Seed], Field(min_length=1), AfterValidator(unique)]
Width = Annotated[Whole, Field(ge=1, le=4096)]
Channels = Annotated[Whole, Field(ge=1, le=256)]
HiddenWidths = Annotated[list[Width], Field(min_length=1, max_length=20)]
Epochs = Annotated[Whole, Field(ge=1, le=10_000)]
BatchSize = Annotated[Whole, Field(ge=2, le=100_000)]
LearningRate = Annotated[Number, Field(gt=0, le=1)]
WeightDecay = Annotated[Number, Field(ge=0, le=10)]
LatentDim = Annotated[Whole, Field(ge=1, le=783)]
Steps = Annotated[Whole, Field(ge=1, le=1_000_000)]
Augmentation = Annotated[Number, Field(ge=0, le=3)]
Share = Annotated[Number, Field(ge=0, le=1)]
Count = Annotated[Whole, Field(ge=1, le=1_000_000)]
VariantName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]


def whole_blocks(name: str, count: int, size_name: str, size: int) -> None:
    """Raise a `ValueError` if `count` is not a multiple of `size`."""
    if count % size:
        raise ValueError(
            f"{name} is {count}, not a multiple of {size_name}, {size}; every job is full, so that "
            "a larger number adds jobs and leaves the finished ones alone"
        )


class Section(BaseModel):
    """A section of the config. A key that it does not name is an error."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _keys_are_known(cls, given):
        keys = given if isinstance(given, dict) else ()
        unknown = [str(key) for key in keys if key not in cls.model_fields]
        if unknown:
            raise ValueError(
                f"unknown key {', '.join(unknown)}; accepted here: {', '.join(cls.model_fields)}"
            )
        return given


def as_said(what: str, section: Section, said: dict) -> Section:
    """`section`, if it has the settings `said`, which its name promises. Raises a `ValueError`
    otherwise. what: the kind of section, for the message."""
    for key, value in said.items():
        given = getattr(section, key)
        if given != value:
            value, given = (
                str(of).lower() if isinstance(of, bool) else of for of in (value, given)
            )
            raise ValueError(
                f"a {what} called {section.name} has {key}: {value}, not {given}; "
                "give another setting another name"
            )
    return section


class Data(Section):
    dataset: Annotated[str, a_word_or_a_folder("auto", "mnist", "digits")]
    sources: Annotated[
        list[Annotated[str, Field(min_length=1), AfterValidator(_encrypted)]],
        AfterValidator(unique),
    ]
    test_fraction: Annotated[Number, Field(gt=0, lt=1)]


class Shared(Section):
    """The settings that belong to no study."""

    precision: Literal["auto", "float32", "bfloat16"]
    device: Literal["auto", "cpu", "cuda"]
    preview: bool
    data: Data


def config_model(studies: Iterable[str]) -> type[Shared]:
    """The model of a config with a section for each of the `studies`."""
    sections = {study: (_settings_of(study), ...) for study in studies}
    return create_model("Config", __base__=Shared, **sections)


def _settings_of(study: str) -> type[Section]:
    name = f"dlse.studies.{study}.settings"
    try:
        return import_module(name).Settings
    except ModuleNotFoundError as error:
        if not name.startswith(error.name or " "):
            raise  # the settings are there, but import something that is not
        raise UserError(
            f"STUDIES in the Snakefile names {study!r}, but there is no "
            f"scripts/{study}/settings.py; add that file, or take the name out of the list."
        ) from None


def validate(config: dict, studies: Iterable[str]) -> Shared:
    """Check `config`, as Snakemake merged it. A missing section of a study is taken as empty; that
    of a study which is not among the `studies` is not read.

    Raises a `UserError` with one sentence per wrong key: its path, what was given and what is
    accepted.
    """
    read = {key: of for key, of in config.items() if key in studies or not _is_study(key)}
    try:
        return config_model(studies).model_validate({study: {} for study in studies} | read)
    except ValidationError as error:
        sentences = (f"config: {sentence(e)}" for e in error.errors())
        raise UserError("\n".join(sentences)) from None


def _is_study(name: str) -> bool:
    return any((Path(folder) / str(name) / "settings.py").exists() for folder in FOLDERS)


# What is accepted in the place of a wrong value, by the type of pydantic's error. The braces name
# the parts of the error's context.
ACCEPTED = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "a number"),
    "finite_number": "a finite number",
    "greater_than": "greater than {gt}",
    "greater_than_equal": "greater than or equal to {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "less than or equal to {le}",
    "literal_error": "{expected}",
    "list_type": "a list",
    "too_short": "{min_length} or more values",
    "too_long": "at most {max_length} values",
}


def sentence(error: dict) -> str:
    """One of pydantic's errors as a sentence: what is wrong in the config, and what is accepted."""
    path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error["loc"]).lstrip(".")
    prefix = f"{path}: " if path else ""
    if error["type"] == "missing":
        return f"{prefix}missing; give it a value, as the workflow's config.yaml does."
    if error["type"] == "value_error":
        return f"{prefix}{error['ctx']['error']}."
    given = reprlib.repr(error["input"])  # cuts long lists short
    if error["type"] in ACCEPTED:
        accepted = ACCEPTED[error["type"]].format_map(error.get("ctx", {}))
        return f"{prefix}got {given}, accepted: {accepted}."
    return f"{prefix}got {given}; {error['msg']}."
