"""Compare the devices: gather what was measured on each, and write it as one table."""

from typing import TextIO

import numpy as np
import pandas as pd
import pyarrow as pa

from dlse.results.verdicts import COST
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, metrics_table, read_table, write_table
from dlse.workflow.whole_files import whole_file


def compare(
    runs: list[str], claims: list[str], networks: list[str], profiles: list[str],
    metrics: str, text: str, terminal: TextIO,
) -> None:  # fmt: skip
    """Write all rows to `metrics`, and what they say to the Markdown file `text` and to `terminal`.

    runs, claims: of whole runs on the devices; the first one is what the others are compared with.
    networks: of `train_many`. profiles: of `profile_trainings`.
    """
    measured, many, profiled = (
        pa.concat_tables([read_table(path) for path in paths], promote_options="default")
        for paths in (runs, networks, profiles)
    )
    verdicts = [read_table(path).to_pandas().set_index("id") for path in claims]
    compared = _compared(measured.to_pandas(), verdicts)
    sections = {
        "The whole workflow": _run_lines(compared),
        "Claims with another verdict than on the first device": _differing(
            list(compared.index), verdicts
        ),
        "Networks of task 2 in one job": _network_lines(many.to_pandas()),
        "What bounds a training": _profile_lines(profiled.to_pandas()),
    }
    said = "\n\n".join(f"## {title}\n\n{body}" for title, body in sections.items()) + "\n"
    rows = Metrics("devices", "all")
    for variant, row in compared.iterrows():
        for metric in ("speedup", "energy_ratio", "same_verdicts", "judged_claims"):
            rows.add(metric, row[metric], variant=variant)
    everything = [measured, metrics_table(rows.rows), many, profiled]
    write_table(pa.concat_tables(everything, promote_options="default"), metrics)
    with whole_file(text) as beside:
        beside.write_text(said, encoding="utf-8")
    print(said, file=terminal)


def _compared(measured: pd.DataFrame, verdicts: list[pd.DataFrame]) -> pd.DataFrame:
    """One row per run: what it took, its `speedup` and `energy_ratio` against the first run, and
    how many of the `judged_claims` have the verdict of the first run. Claims on costs are left out:
    they speak of CPU seconds. The energy is that of the processor and, where it is used, of the
    GPU."""
    order = list(dict.fromkeys(measured.variant))
    table = measured.pivot(index="variant", columns="metric", values="value").loc[order]
    gpu = table.gpu_energy.where(measured.groupby("variant").device.first() != "cpu", 0.0)
    table["energy"] = table.cpu_energy + gpu  # unknown if one of the two is
    table["speedup"] = table.wall_seconds.iloc[0] / table.wall_seconds
    table["energy_ratio"] = table.energy / table.energy.iloc[0]
    judged = [v[v.kind != COST].verdict for v in verdicts]
    table["same_verdicts"] = [int((of_run == judged[0]).sum()) for of_run in judged]
    table["judged_claims"] = [len(of_run) for of_run in judged]
    return table


def _run_lines(compared: pd.DataFrame) -> str:
    return markdown(
        ["run", "wall", "speedup", "CPU time", "energy", "ratio of energy", "same verdicts"],
        [
            [
                variant,
                f"{row.wall_seconds:.0f} s",
                f"{row.speedup:.2f}",
                f"{row.cpu_seconds:.0f} CPU s",
                _known(row.energy / 1000, "{:.0f} kJ"),
                _known(row.energy_ratio, "{:.2f}"),
                f"{row.same_verdicts:.0f} of {row.judged_claims:.0f}",
            ]
            for variant, row in compared.iterrows()
        ],
    )


def _differing(names: list[str], verdicts: list[pd.DataFrame]) -> str:
    first, *others = verdicts
    lines = [
        [claim, name, f"{first.verdict[claim]} ({first.estimate[claim]:.4g})",
         f"{row.verdict} ({row.estimate:.4g})"]
        for name, of_run in zip(names[1:], others, strict=True)
        for claim, row in of_run[of_run.kind != COST].iterrows()
        if row.verdict != first.verdict[claim]
    ]  # fmt: skip
    return markdown(["claim", "run", "on the first device", "there"], lines) if lines else "None."


def _network_lines(many: pd.DataFrame) -> str:
    table = many.pivot(index="variant", columns="metric", values="value")
    networks = many.groupby("variant").networks.first()
    return markdown(
        ["device", "networks", "wall", "networks per second", "peak memory", "born dead",
         "collapsed"],
        [
            [
                device,
                f"{networks[device]:,.0f}",
                f"{row.wall_seconds:.1f} s",
                f"{networks[device] / row.wall_seconds:,.0f}",
                f"{row.peak_memory / 1e9:.2f} GB",
                *(
                    f"{100 * row[share]:.2f} % ({100 * row[f'{share}_low']:.2f} to "
                    f"{100 * row[f'{share}_high']:.2f})"
                    for share in ("born_dead", "collapsed")
                ),
            ]
            for device, row in table.iterrows()
        ],
    )  # fmt: skip


def _profile_lines(profiled: pd.DataFrame) -> str:
    lines = []
    for (device, kind), rows in profiled.groupby(["device", "variant"], sort=False):
        values = rows[rows.operation.isna()].set_index("metric").value
        shares = rows[rows.metric == "share_of_computing"]
        lines.append(
            [
                kind,
                device,
                f"{values.wall_seconds:.2f} s",
                f"{values.peak_memory / 1e9:.2f} GB",
                f"{100 * values.busy_share:.0f} %" if "busy_share" in values else "-",
                ", ".join(f"{r.operation} {100 * r.value:.0f} %" for r in shares.itertuples()),
            ]
        )
    header = ["training", "device", "wall", "peak memory", "GPU computes", "longest operations"]
    return markdown(header, lines)


def _known(value: float, form: str) -> str:
    return "not readable" if np.isnan(value) else form.format(value)


def markdown(header: list[str], lines: list[list[str]]) -> str:
    """A table in Markdown."""
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


if __name__ == "__main__":
    with job(snakemake.log[0]) as terminal:
        compare(**snakemake.input, **snakemake.output, terminal=terminal)
