"""Choose the learning rates of task 4 at one depth, on seeds that do not judge."""

import pandas as pd

from dlse.networks.ensemble_training import Member
from dlse.networks.hardware import resolve_device
from dlse.studies.initialization.measures import family
from dlse.studies.initialization.networks import schedule, train_networks
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def best_rates(errors: pd.DataFrame) -> dict[str, float]:
    """For each initialization in `errors`, which has the training error `value` of each network at
    one depth and with one optimizer, its `variant` and its `learning_rate`: the rate with the least
    mean error. A network that diverged counts as 100 %, the error of zero.

    Normal and uniform weights of one family are judged together and get the same rate, so that a
    comparison of the two differs in the distribution alone.
    """
    families = errors.variant.map(family)
    means = errors.value.clip(upper=1.0).groupby([families, errors.learning_rate]).mean()
    best = {name: of.droplevel(0).idxmin() for name, of in means.groupby(level=0)}
    return {name: float(best[family(name)]) for name in errors.variant.unique()}


def choose_rates(
    width: int, depth: int, initializations: list[str], learning_rates: dict[str, list[float]],
    steps: int, seeds: list[int], device: str, metrics: str,
) -> None:  # fmt: skip
    """Write the final training error of every network of every rate, and the rates that are chosen
    by it."""
    rows = Metrics(
        "initialization", "oscillatory function", split="choice", width=width, depth=depth
    )
    for optimizer, rates in learning_rates.items():
        tried = [(rate, name, seed) for rate in rates for name in initializations for seed in seeds]
        results, _, _, seconds = train_networks(
            width, depth, [name for _, name, _ in tried],
            [Member(seed, rate) for rate, _, seed in tried], schedule(optimizer, steps), device,
        )  # fmt: skip
        found = pd.DataFrame(tried, columns=["learning_rate", "variant", "seed"])
        found["value"] = results["train_rel_l2"].tolist()
        for of in found.to_dict("records"):
            rows.add("choice_rel_l2", of.pop("value"), optimizer=optimizer, **of)
        rows.add("cpu_seconds", seconds, "CPU s", optimizer=optimizer)
        for initialization, rate in best_rates(found).items():
            print(f"{optimizer} {initialization}: learning rate {rate:g}")
            rows.add("chosen_rate", rate, variant=initialization, optimizer=optimizer)
    rows.write(metrics, {"steps": steps, "device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        choose_rates(
            depth=int(snakemake.wildcards.depth),
            device=resolve_device(snakemake.params.device),
            **snakemake.params.settings,
            **snakemake.params.choosing,
            metrics=snakemake.output[0],
        )
