"""Tables of long trainings, as `snakemake long` makes them, without any training."""

from pathlib import Path

from dlse.workflow.tables import Metrics

CNN_RECIPE = {"width": 16, "epochs": 10, "averaging": 0.1, "precision": "torch.float32"}
AUTOENCODER_RECIPE = {
    "latent_dim": 30, "hidden_widths": [1024, 512], "epochs": 36, "precision": "torch.float32",
}  # fmt: skip


def cnn_long(
    dataset: str = "mnist",
    accuracies=(0.9974, 0.9975, 0.9976),
    shift_gain=0.0002,
    together=0.9978,
    half=0.0002,
) -> Metrics:
    """The table of task 1. together: the accuracy of all networks, `half` an interval around it."""
    rows = Metrics("cnn_long", dataset, split="test")
    for seed, accuracy in enumerate(accuracies, 10):
        rows.add("accuracy", accuracy, variant="cnn", seed=seed)
        rows.add("accuracy", accuracy + shift_gain, variant="shifted", seed=seed)
        rows.add("cpu_seconds", 300.0, "CPU s", variant="cnn", seed=seed)
    for variant in ("together", "together, shifted"):
        for end, value in (("", together), ("_low", together - half), ("_high", together + half)):
            rows.add(f"accuracy{end}", value, variant=variant)
        rows.add("images", 10_000, variant=variant)
    return rows


def reconstruction_long(
    dataset: str = "mnist", latent_dim=30, error=2.5, spread=0.01, refined=2.2, plain=2.6
) -> Metrics:
    """The table of task 5."""
    rows = Metrics("reconstruction_long", dataset, latent_dim=latent_dim)
    for split in ("official train", "official test"):
        rows.add("epsilon", 13.87, variant="pca", split=split)
        for seed in (11, 12, 13):
            noise = spread * (seed - 12)
            where = {"split": split, "seed": seed}
            rows.add("epsilon", error + noise, variant="autoencoder", **where)
            # No claim may look at a value on the way.
            rows.add("epsilon", 0.1, variant="autoencoder", step=1, **where)
        rows.add("epsilon", plain, variant="plain autoencoder", split=split, seed=11)
    for seed in (11, 12, 13):
        where = {"variant": "autoencoder, refined codes", "seed": seed}
        rows.add("epsilon", refined, split="official test", **where)
        rows.add("refinement_cpu_seconds", 30.0, "CPU s", **where)
        rows.add("refinements", 30, **where)
        rows.add("cpu_seconds", 400.0, "CPU s", variant="autoencoder", seed=seed)
    return rows


def write_long_tables(folder: Path, dataset: str) -> dict[str, Path]:
    """Write both tables into `folder`. Returns their paths by study."""
    paths = {study: folder / f"{study}.parquet" for study in ("cnn", "reconstruction")}
    cnn_long(dataset).write(paths["cnn"], CNN_RECIPE)
    reconstruction_long(dataset).write(paths["reconstruction"], AUTOENCODER_RECIPE)
    return paths
