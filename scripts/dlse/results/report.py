"""The facts of the report: its numbers and conditions, computed from the tables.

The `facts.py` of each study computes what its section, `report.typ`, prints. A condition decides
which of two sentences is printed. Typst formats the numbers and intervals.
"""

import json
import math
from importlib import import_module

import numpy as np
import yaml

from dlse.images.data_names import label_of
from dlse.images.dataset import load_description
from dlse.results.estimates import Estimate
from dlse.results.labels import display_name, is_stand_in
from dlse.workflow.tables import computed_on, read_provenance, read_table


def facts(metrics: str, claims: str, about: str, command: str, sections: dict[str, dict]) -> dict:
    """Everything that the report reads, in a form that JSON can hold.

    about: the description of the images. command: what makes the run anew.
    metrics: the table of all studies, of which each study's facts read the rows that they need.
    sections: the studies in the order of the report; each with the tables that its facts need in
        addition to the metrics, by name.
    """
    provenance = _provenance(metrics)
    settings = provenance["settings"]
    described = load_description(about)
    images = label_of(described["name"], described["is_stand_in"])
    found = {
        study: import_module(f"dlse.studies.{study}.facts").facts(
            metrics, settings[study], **tables
        )
        for study, tables in sections.items()
    }
    return plain(
        {
            "dataset": display_name(images),
            "command": command,
            "is_preview": settings["preview"],
            "is_stand_in": is_stand_in(images),
            "claims": read_table(claims).to_pylist(),
            "sections": list(sections),
            **found,
            "provenance": provenance,
        }
    )


def plain(value):
    """`value` in a form that JSON can hold: an `Estimate` as a dictionary, NumPy's numbers as
    Python's, NaN as None, and infinity as the text that the report prints."""
    if isinstance(value, Estimate):
        value = value._asdict()
    if isinstance(value, dict):
        return {str(key): plain(of) for key, of in value.items()}
    if isinstance(value, list | tuple):
        return [plain(of) for of in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "∞" if value > 0 else "−∞"
    return value


def _provenance(metrics: str) -> dict:
    stored = read_provenance(metrics)
    settings = json.loads(stored["settings"])
    return {
        "workflow_version": stored["workflow_version"],
        "computed_on": computed_on(metrics),
        "settings": settings,
        "config": yaml.safe_dump(
            _without_none(settings), default_flow_style=None, allow_unicode=True, width=50
        ),
    }


def _without_none(value, of_list: bool = False):
    """`value` without the keys that are None in the entries of its lists, where None means the
    value of another key. Elsewhere None has a meaning: a method is left out."""
    if isinstance(value, dict):
        return {
            key: _without_none(of) for key, of in value.items() if of is not None or not of_list
        }
    return [_without_none(of, True) for of in value] if isinstance(value, list) else value
