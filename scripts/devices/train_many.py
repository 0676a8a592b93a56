"""Train many networks of task 2 on one device."""

import time

import torch

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Schedule
from dlse.networks.hardware import resolve_device
from dlse.results.estimates import wilson_interval
from dlse.studies.devices.energy import Energy
from dlse.studies.devices.memory import peak_memory
from dlse.studies.dying_relu.networks import train_networks
from dlse.studies.dying_relu.runge import PROBLEMS
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def train_many(network: dict, schedule: dict, networks: int, device: str, metrics: str) -> None:
    """Train so many `networks`, and write the wall time from the first weights to the last
    function, the energy, the largest memory on the device, and the shares that are born dead and
    that collapse, which do not depend on the device but for rounding."""
    network, schedule = dict(network), dict(schedule)
    problem, learning_rate = PROBLEMS[network.pop("function")], schedule.pop("learning_rate")
    with Energy() as energy, peak_memory(device) as memory:
        start = time.perf_counter()
        found, _, _ = train_networks(
            Perceptron(**network), problem, range(networks), learning_rate, Schedule(**schedule),
            device,
        )  # fmt: skip
        wall = time.perf_counter() - start
    rows = Metrics("devices", "runge function", variant=device, device=device, networks=networks)
    rows.add("wall_seconds", wall, "s")
    rows.add("cpu_energy", energy.cpu, "J")
    rows.add("gpu_energy", energy.gpu, "J")
    rows.add("peak_memory", memory.bytes, "byte")
    for name in ("born_dead", "collapsed"):
        share = wilson_interval(int(torch.count_nonzero(found[name])), networks)
        for metric, value in (("", share.value), ("_low", share.low), ("_high", share.high)):
            rows.add(f"{name}{metric}", value)
    print(f"{networks:,} networks on {device}: {wall:.1f} s")
    rows.write(metrics, {"device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train_many(
            **snakemake.params.settings,
            device=resolve_device(snakemake.wildcards.device),
            metrics=snakemake.output[0],
        )
