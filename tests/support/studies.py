"""The studies of the workflow, and their claims."""

import re
from collections.abc import Iterable
from importlib import import_module

import pandas as pd

from dlse.results.claims import Claim, judge
from support.checkout import REPOSITORY

STUDIES = re.findall(r'^    "(\w+)",', (REPOSITORY / "Snakefile").read_text(), re.M)


def all_claims() -> list[Claim]:
    """The claims of every study."""
    claiming = [s for s in STUDIES if (REPOSITORY / f"scripts/{s}/claims.py").exists()]
    modules = [import_module(f"dlse.studies.{study}.claims") for study in claiming]
    return [claim for module in modules for claim in module.CLAIMS]


def verdicts(claims: Iterable[Claim], metrics: pd.DataFrame) -> dict[str, str]:
    """What is judged of each of the claims, by its id."""
    return {row["id"]: row["verdict"] for row in judge(metrics, claims).to_pylist()}
