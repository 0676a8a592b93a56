"""The JSON schema by which editors check the config is that of the models."""

import copy
import json

import pytest
import yaml
from jsonschema import Draft202012Validator

from dlse.workflow.write_schema import schema_text
from support.checkout import REPOSITORY
from support.studies import STUDIES

SCHEMA = REPOSITORY / "config.schema.json"
CONFIG = REPOSITORY / "config.yaml"


def test_the_schema_is_that_of_the_models():
    assert SCHEMA.read_text() == schema_text(STUDIES), "run `make schema`"


def test_the_config_names_the_schema_and_conforms_to_it():
    first = CONFIG.read_text().splitlines()[0]
    assert first == f"# yaml-language-server: $schema={SCHEMA.name}"
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(
        yaml.safe_load(CONFIG.read_text())
    )


@pytest.mark.parametrize(
    ("section", "key", "value", "words"),
    [
        ("cnn", "seeds", [-1], "less than the minimum"),
        ("wgan", "seeds_per_job", 1, "less than the minimum"),
        ("reconstruction", "test_fraction", 1.0, "greater than or equal to the maximum"),
        ("mechanical", "case", "torsion", "is not one of"),
        ("ensemble", "member", 8, "Additional properties"),
    ],
)
def test_an_editor_is_told_what_is_wrong(section, key, value, words):
    config = copy.deepcopy(yaml.safe_load(CONFIG.read_text()))
    config[section][key] = value
    (error,) = Draft202012Validator(json.loads(SCHEMA.read_text())).iter_errors(config)
    assert words in error.message
