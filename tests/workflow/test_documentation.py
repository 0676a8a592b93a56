"""What the documentation promises happens."""

import re
import shutil

import pyarrow.parquet as pq
import yaml

from support.checkout import REPOSITORY


def test_a_study_of_ones_own_is_files_and_one_line_and_trains_no_network(checkout):
    example = REPOSITORY / "docs/own_study/neighbors"
    shutil.copytree(example, checkout.folder, dirs_exist_ok=True)
    snakefile = checkout.folder / "Snakefile"
    snakefile.write_text(
        snakefile.read_text().replace("STUDIES = [", 'STUDIES = [\n    "neighbors",')
    )
    added = {"evaluate_neighbors", "plot_neighbors"}
    assert set(checkout.stale()) == added | {"gather_metrics", "judge_claims", "write_report"}
    done = checkout.run("results/report.html")
    assert done.returncode == 0, done.output
    page = (checkout.folder / "results/report.html").read_text()
    assert re.search(r"How well do the nearest of [\d,]+ training images tell a digit", page)
    judged = pq.read_table(checkout.folder / "results/claims.parquet").to_pylist()
    assert [claim for claim in judged if claim["id"] == "neighbors_accuracy"]
    assert (checkout.folder / "results/neighbors.png").exists()


def test_more_latent_dimensions_train_what_the_page_says(checkout):
    text = (REPOSITORY / "docs/changing_a_setting.md").read_text()
    asked = yaml.safe_load(re.search(r"```yaml\n(.*?)```", text, re.S)[1])
    config = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
    dims = asked["reconstruction"]["latent_dims"]
    new = sorted(set(dims) - set(config["reconstruction"]["latent_dims"]))
    assert len(new) == 3
    assert f"for {new[0]}, {new[1]} and {new[2]} dimensions" in text
    more = checkout.config_with({"reconstruction.latent_dims": [2, *new, 8]})
    assert checkout.stale("results/pca_ae_curve.png") == {}
    stale = checkout.stale("results/pca_ae_curve.png", config=more)
    assert stale == {
        "train_autoencoder": 2 * 3, "evaluate_reconstruction": 1, "plot_pca_ae_curve": 1,
    }  # fmt: skip


def test_every_file_that_a_page_names_is_there():
    """Paths in backticks, where they begin with a folder of the project."""
    pages = [REPOSITORY / "README.md", *REPOSITORY.glob("docs/*.md")]
    for page in pages:
        for path in re.findall(
            r"`((?:rules|scripts|docs|envs|profiles|tests)/[^\s`*]+)`", page.read_text()
        ):
            if "NAME" in path or "neighbors" in path:
                continue
            assert (REPOSITORY / path).exists(), f"{page.name}: {path}"
        for path in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text()):
            assert (page.parent / path).exists(), f"{page.name}: {path}"
