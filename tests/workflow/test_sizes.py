"""The sizes of the workflow: the same rules with other settings, in folders of their own."""

import re

import pyarrow.parquet as pq
import pytest

from support.checkout import Checkout, copy_checkout, job_counts
from support.studies import STUDIES

# By the way in which a user gives them, settings that ask for one CNN instead of three or more.
WAYS = {
    "one file": ["--configfile", "one.yaml"],
    "two files": ["--configfile", "cpu.yaml", "one.yaml"],
    "values": ["--config", "cnn={seeds: [7]}"],
    "a file and values": ["--configfile", "one.yaml", "--config", "device=cpu"],
    "another folder": ["--configfile", "one.yaml", "--directory", "elsewhere"],
}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Checkout:
    checkout = copy_checkout(tmp_path_factory.mktemp("sizes") / "checkout")
    (checkout.folder / "one.yaml").write_text("cnn: {seeds: [7]}\n")
    (checkout.folder / "cpu.yaml").write_text("device: cpu\n")
    (checkout.folder / "elsewhere").mkdir()
    return checkout


def planned(checkout: Checkout, *arguments: str) -> dict[str, int]:
    """The number of jobs of each rule that a dry run of a size lists."""
    done = checkout.snakemake("-n", *arguments)
    assert done.returncode == 0, done.output
    return job_counts(done.output)


@pytest.mark.parametrize("size", ["preview", "thorough"])
def test_settings_of_a_user_add_to_a_size_and_never_replace_it(fresh, size):
    profile = ("--profile", f"profiles/{size}")
    of_size = planned(fresh, *profile)
    assert of_size != planned(fresh)
    for way, arguments in WAYS.items():
        assert planned(fresh, *profile, *arguments) == of_size | {"train_cnn": 1}, way
    assert (fresh.folder / size / ".snakemake").is_dir()


def test_the_preview_has_every_study_and_makes_no_results_stale(checkout):
    preview = planned(checkout, "--profile", "profiles/preview")
    assert sum(preview.values()) < 110
    assert {f"evaluate_{study}" for study in STUDIES} <= set(preview)
    assert checkout.stale() == {}


def test_each_page_of_a_preview_says_so_and_no_claim_is_judged(checkout):
    config = checkout.config_with({"preview": True})
    assert set(checkout.stale(config=config)) == {
        "gather_metrics",
        "judge_claims",
        "write_explore",
        "write_report",
    }
    assert checkout.run("results/report.html", config=config).returncode == 0
    verdicts = pq.read_table(checkout.folder / "results/claims.parquet")["verdict"].to_pylist()
    assert set(verdicts) == {"not evaluated"}
    page = (checkout.folder / "results/report.html").read_text()
    notice = re.search(r'<div class="notice">(.*?)</div>', page, re.S)
    assert "Preview: small networks, few seeds and scikit-learn digits" in notice[1]
    assert re.search(r"\.notice \{[^}]*position: sticky", page)  # it stays in sight
    assert "A preview judges none of the" in page
    assert "are met" not in page.split("To reproduce")[0]
