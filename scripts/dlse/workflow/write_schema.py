"""Write the JSON schema of the config, with which editors complete and check `config.yaml`."""

import json
from pathlib import Path

from dlse.workflow.config import config_model
from dlse.workflow.job import job


def write(studies: list[str], path: str) -> None:
    """Write the schema of a config with a section for each of the `studies` to `path`."""
    schema = config_model(studies).model_json_schema()
    Path(path).write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    with job(snakemake.log[0]):
        write(snakemake.params.studies, snakemake.params.path)
