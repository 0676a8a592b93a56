"""The preview is small, stands in a folder of its own and says on its pages what it is."""

import re
import subprocess

import pyarrow.parquet as pq

from support.checkout import job_counts


def test_it_runs_every_study_and_makes_no_results_stale(finished, checkout):
    command, *_ = checkout.command()
    planned = subprocess.run(
        [command, "-n", "--profile", "profiles/preview", "all"],
        cwd=checkout.folder,
        capture_output=True,
        text=True,
    )
    assert planned.returncode == 0, planned.stderr
    jobs = job_counts(planned.stdout + planned.stderr)
    tiny = set(finished.stale("all", "--forceall"))
    # Its search for hyper-parameters has one rung.
    assert tiny - set(jobs) == {"search_cnn_further"}
    assert sum(jobs.values()) < 130
    assert (checkout.folder / "preview/.snakemake").is_dir()
    assert checkout.stale() == {}


def test_each_page_says_so_and_no_claim_is_judged(checkout):
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
