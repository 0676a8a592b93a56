"""The comparison of devices: energy is measured, and the table says what differs."""

import io
import math
import os
import time

import pandas as pd
import pyarrow as pa
import pytest

from dlse.studies.devices import energy
from dlse.studies.devices.compare import compare
from dlse.workflow.tables import Metrics, read_table, write_table


def counter(folder, name: str, joules: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "name").write_text(f"{name}\n")
    (folder / "energy_uj").write_text(f"{joules * 1e6:.0f}\n")
    (folder / "max_energy_range_uj").write_text("100000000\n")


def test_the_energy_of_the_packages_is_counted_beyond_their_range(tmp_path, monkeypatch):
    monkeypatch.setattr(energy, "COUNTERS", tmp_path)
    monkeypatch.setattr(energy, "EVERY", 60.0)  # no look while a file is being written
    monkeypatch.setenv("PATH", str(tmp_path))  # no nvidia-smi
    for package, joules in (("intel-rapl:0", 90), ("intel-rapl:1", 10)):
        counter(tmp_path / package, "package-0", joules)
    counter(tmp_path / "intel-rapl:0:0", "core", 5)  # a part of a package
    with energy.Energy() as measured:
        counter(tmp_path / "intel-rapl:0", "package-0", 20)  # past 100, where it begins anew
        counter(tmp_path / "intel-rapl:1", "package-1", 14)
        counter(tmp_path / "intel-rapl:0:0", "core", 50)
    assert measured.cpu == pytest.approx(30 + 4)
    assert math.isnan(measured.gpu)


def test_the_energy_of_the_gpus_is_their_power_times_the_time(tmp_path, monkeypatch):
    monkeypatch.setattr(energy, "COUNTERS", tmp_path)
    smi = tmp_path / "nvidia-smi"
    lines = "echo 0, 300; echo 1, 100; echo 0, 200; echo 1, 1"
    smi.write_text(f"#!/bin/sh\n{lines}\ntouch {tmp_path}/said\nexec sleep 60\n")
    smi.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    before = time.perf_counter()
    with energy.Energy() as measured:
        within = time.perf_counter()
        while not (tmp_path / "said").exists():
            time.sleep(0.01)
        within = time.perf_counter() - within
    around = time.perf_counter() - before
    assert within * (250 + 50.5) <= measured.gpu <= around * (250 + 50.5)
    assert math.isnan(measured.cpu)


def test_power_that_is_not_told_is_not_invented():
    assert energy.mean_power("0, 10\n0, 20\n1, 5\n1, [N/A]\n0, 3") == pytest.approx(15 + 5)
    assert math.isnan(energy.mean_power("0, [N/A]\n"))


def test_the_table_names_the_claims_that_differ(tmp_path):
    runs, claims = [], []
    for device, wall, joules, verdict in (
        ("cpu", 400, 2000, "met"),
        ("cuda", 100, 1000, "not met"),
    ):
        rows = Metrics("devices", "all", variant=device, device=device)
        for metric, value in (
            ("wall_seconds", wall), ("cpu_seconds", wall), ("jobs", 3),
            ("cpu_energy", joules), ("gpu_energy", math.nan),
        ):  # fmt: skip
            rows.add(metric, value)
        rows.write(runs_file := tmp_path / f"all_{device}.parquet")
        verdicts = pd.DataFrame(
            {
                "id": ["good", "cheap", "same"],
                "kind": ["result", "cost", "verification"],
                "verdict": [verdict, verdict, "met"],
                "estimate": [0.25, 1.0, 2.0],
            }
        )
        write_table(pa.Table.from_pandas(verdicts), file := tmp_path / f"claims_{device}.parquet")
        runs.append(runs_file)
        claims.append(file)
    many = Metrics("devices", "runge", variant="cuda", networks=1000)
    values = {"wall_seconds": 2, "peak_memory": 3e9, "born_dead": 0.25, "collapsed": 0.5}
    bounds = {
        f"{share}_{end}": 0.1 for share in ("born_dead", "collapsed") for end in ("low", "high")
    }
    for metric, value in (values | bounds).items():
        many.add(metric, value)
    many.write(tmp_path / "networks.parquet")
    profile = Metrics("devices", "none", device="cuda", variant="CNN")
    for metric, value in (("wall_seconds", 1), ("peak_memory", 1e9), ("busy_share", 0.4)):
        profile.add(metric, value)
    profile.add("share_of_computing", 0.75, operation="bmm")
    profile.write(tmp_path / "profile.parquet")
    terminal = io.StringIO()
    compare(
        runs, claims, [tmp_path / "networks.parquet"], [tmp_path / "profile.parquet"],
        tmp_path / "devices.parquet", tmp_path / "devices.md", terminal,
    )  # fmt: skip
    said = (tmp_path / "devices.md").read_text()
    assert "| cuda | 100 s | 4.00 | 100 CPU s | not readable | not readable | 1 of 2 |" in said
    assert "| cpu | 400 s | 1.00 | 400 CPU s | 2 kJ | 1.00 | 2 of 2 |" in said
    assert "| good | cuda | met (0.25) | not met (0.25) |" in said
    assert "cheap" not in said  # a claim of the kind "cost" says nothing about a GPU
    assert "| cuda | 1,000 | 2.0 s | 500 | 3.00 GB | 25.00 %" in said
    assert "| CNN | cuda | 1.00 s | 1.00 GB | 40 % | bmm 75 % |" in said
    assert said in terminal.getvalue()
    metrics = read_table(tmp_path / "devices.parquet").to_pandas()
    of_cuda = metrics[metrics.variant == "cuda"].set_index("metric").value
    assert of_cuda["speedup"] == 4
    assert of_cuda["same_verdicts"] == 1
