"""Write the JSON schema of the config, with which editors complete and check `config.yaml`."""

import json

from dlse.workflow.config import config_model
from dlse.workflow.job import job
from dlse.workflow.whole_files import whole_file

# Pydantic keeps its own words for the limits of numbers that it checks before it converts them.
LIMITS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


def schema_text(studies: list[str]) -> str:
    """The schema of a config with a section for each of the `studies`, as a JSON file."""
    return json.dumps(_standard(config_model(studies).model_json_schema()), indent=1) + "\n"


def _standard(schema):
    """`schema` in the words of JSON Schema alone, without the titles that only repeat names."""
    if isinstance(schema, list):
        return [_standard(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        LIMITS.get(key, key): _standard(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }


def write(studies: list[str], path: str) -> None:
    """Write the schema to `path`."""
    with whole_file(path) as beside:
        beside.write_text(schema_text(studies), encoding="utf-8")


if __name__ == "__main__":
    with job(snakemake.log[0]):
        write(snakemake.params.studies, snakemake.params.path)
