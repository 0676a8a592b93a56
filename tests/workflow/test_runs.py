"""Runs as a user makes them: on other cores, offline, with mistakes."""

import re
import zipfile

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from dlse.results.verdicts import VERIFICATION
from support.checkout import copy_checkout
from support.costs import without_costs
from support.published_forms import write_idx
from support.tiers import thorough


def test_every_table_and_figure_is_there(finished):
    results = finished.folder / "results"
    for name in ("report.pdf", "report.html", "pca_ae_curve.png", "cnn_accuracy.png"):
        assert (results / name).stat().st_size > 10_000
    metrics = pq.read_table(results / "metrics.parquet")
    assert set(metrics["study"].to_pylist()) == {
        "cnn", "dying_relu", "regularization", "regularization_jump", "regularization_ablation",
        "initialization", "reconstruction", "official", "mechanical_solver", "mechanical",
        "bitmaps", "wgan",
    }  # fmt: skip
    search = pq.read_table(results / "metrics/cnn_search.parquet")
    assert search["rung"].to_pylist() == [0, 0, 1, 1, 1]
    assert sorted(search["without"].to_pylist()) == ["", "", "", "label_smoothing", "schedule"]


def test_check_lists_the_claims_and_fails_where_one_is_not_met(finished):
    claims = pq.read_table(finished.folder / "results/claims.parquet").to_pylist()
    done = finished.run("check")
    for claim in claims:
        assert claim["statement"] in done.output
    not_met = [claim for claim in claims if claim["verdict"] == "not met"]
    failures = [c["id"] for c in not_met if c["asked"] or c["kind"] == VERIFICATION]
    assert failures  # networks as small as these meet few
    assert done.returncode != 0
    assert f"must be met and are not: {', '.join(failures)};" in done.output


def test_check_says_but_passes_findings_and_costs(checkout):
    path = checkout.folder / "results/claims.parquet"
    table = pq.read_table(path)
    passed = pc.or_(table["asked"], pc.equal(table["kind"], VERIFICATION))
    place = table.column_names.index("verdict")
    verdicts = pc.if_else(passed, pa.scalar("met"), pa.scalar("not met"))
    pq.write_table(table.set_column(place, "verdict", verdicts), path)
    done = checkout.run("check")
    assert done.returncode == 0, done.output
    assert re.search(r"Not met, and not demanded by the assignment: .*jump_elsewhere", done.output)
    assert re.search(r"Slower here than claimed \(.*\): .*cnn_cost", done.output)


@thorough
def test_the_report_of_snakemake_has_every_figure(finished, tmp_path):
    done = finished.run("all", "--report", str(tmp_path / "report.zip"))
    assert done.returncode == 0, done.output
    files = zipfile.ZipFile(tmp_path / "report.zip").namelist()
    for figure in (finished.folder / "results").glob("*.png"):
        assert any(name.endswith(figure.name) for name in files)


@thorough
def test_seeds_do_not_depend_on_how_they_are_cut_into_jobs(finished, checkout):
    studies = ("dying_relu", "regularization", "initialization", "wgan")
    targets = [f"results/metrics/{study}.parquet" for study in studies]
    cut = {
        "dying_relu.networks_per_job": 8,
        "regularization.noise_seeds_per_job": 1,
        "initialization.seeds_per_job": 2,
        "wgan.seeds_per_job": 2,
    }
    done = checkout.run("--cores", "2", *targets, config=checkout.config_with(cut))
    assert done.returncode == 0, done.output
    for target in targets:
        tables = []
        for of in (finished, checkout):
            table = without_costs(pq.read_table(of.folder / target))
            tables.append(table.sort_by([(c, "ascending") for c in table.column_names]))
        assert tables[0].equals(tables[1]), target


@pytest.fixture
def fresh(tmp_path):
    return copy_checkout(tmp_path / "fresh")


def test_a_wrong_key_stops_before_anything_runs(fresh):
    done = fresh.run("-n", config=fresh.config_with({"cnn.model.widht": 3}))
    assert done.returncode != 0
    assert "config: cnn.model: unknown key widht; accepted here: width" in done.output
    assert "Traceback" not in done.output


def test_mnist_out_of_reach_is_one_sentence(fresh):
    done = fresh.run(
        "data/processed/images.npy", config=fresh.config_with({"data.dataset": "mnist"})
    )
    assert done.returncode != 0
    assert "Error: MNIST is not in reach; tried: data/raw (" in done.output
    assert "Traceback" not in done.output


@thorough
def test_the_stand_in_is_marked_everywhere(checkout):
    config = checkout.config_with({"data.dataset": "auto"})
    done = checkout.run("--cores", "2", "all", config=config)
    assert done.returncode == 0, done.output
    results = checkout.folder / "results"
    metrics = pq.read_table(results / "metrics.parquet")
    of_images = metrics.filter(pc.is_in(metrics["study"], pa.array(["cnn", "reconstruction"])))
    assert set(of_images["dataset"].to_pylist()) == {"digits (stand-in for mnist)"}
    of_fields = metrics.filter(pc.equal(metrics["study"], "mechanical"))
    assert set(of_fields["dataset"].to_pylist()) == {
        "mechanical digits, simulated (stand-in for mnist)"
    }
    verdicts = pq.read_table(results / "claims.parquet").to_pandas().set_index("id").verdict
    assert verdicts["cnn_accuracy_asked"] == "not evaluated"
    assert verdicts["autoencoder_below_pca"] == "not evaluated"
    assert verdicts["mechanical_advantage"] == "not evaluated"
    page = " ".join((results / "report.html").read_text().split())
    assert "Stand-in data" in page
    assert "not evaluated, since the images are a stand-in for MNIST" in page
    assert done.output.count("Warning: MNIST is not in reach") == 1
    assert "data/raw: not used" in (checkout.folder / "logs/prepare_images.log").read_text()


def test_new_files_in_the_users_folder_are_noticed(checkout, small):
    config = checkout.config_with({"data.dataset": "auto"})
    before = checkout.stale("data/processed/images.npy", config=config)
    assert before == {"prepare_images": 1}  # the dataset has another name
    assert checkout.run("data/processed/images.npy", config=config).returncode == 0
    assert checkout.stale("data/processed/images.npy", config=config) == {}
    write_idx(checkout.folder / "data/raw", small, packed=True)
    assert checkout.stale("data/processed/images.npy", config=config) == {"prepare_images": 1}
