"""Configs with mistakes, as Snakemake itself meets them."""

import re

import yaml
from hypothesis import HealthCheck, given, settings

from support.checkout import TINY
from support.mutants import mutants
from support.tiers import tiered


@settings(
    max_examples=tiered(15, 150),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(config=mutants(yaml.safe_load(TINY.read_text())))
def test_a_mutated_config_is_planned_or_refused_in_sentences(
    finished, tmp_path, record_property, config
):
    file = tmp_path / "mutant.yaml"
    file.write_text(yaml.safe_dump(config))
    status, said = finished.run("-n", "all", config=file)
    assert "Traceback" not in said
    assert status == 0 or re.search(r"^config: \S.*[.]$", said, re.M), said
    record_property("mutated configs given to Snakemake", 1)
