"""List the claims, and fail if one is not met."""

from typing import TextIO

from dlse.results.verdicts import CPU_TIME, NOT_MET
from dlse.workflow.errors import UserError
from dlse.workflow.job import job
from dlse.workflow.tables import cpu_model, read_table


def check(claims: str, terminal: TextIO) -> None:
    """Print every verdict to `terminal`. Raise a `UserError` if a claim is not met.

    A claim about CPU time that is not met is named, but is no failure: the speed and load of the
    processor are no properties of the workflow.
    """
    rows = read_table(claims).to_pylist()
    for row in rows:
        number = f"{row['estimate']:.6g} {row['unit']}" if row["n"] else "-"
        print(
            f"{row['verdict']:14} {row['statement']}: {number} "
            f"({row['relation']} {row['threshold']:g})",
            file=terminal,
        )
    not_met = [row for row in rows if row["verdict"] == NOT_MET]
    slow = [row["id"] for row in not_met if row["unit"] in CPU_TIME]
    failed = [row["id"] for row in not_met if row["unit"] not in CPU_TIME]
    if slow:
        print(f"Slower here than claimed ({cpu_model()}): {', '.join(slow)}.", file=terminal)
    if failed:
        raise UserError(
            f"{len(failed)} of {len(rows)} claims are not met: {', '.join(failed)}; see "
            "results/claims.csv for the numbers, and the report for the reasons."
        )


if __name__ == "__main__":
    with job(snakemake.log[0]) as terminal:
        check(snakemake.input[0], terminal)
