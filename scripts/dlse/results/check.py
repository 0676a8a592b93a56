"""List the claims, and fail if one is not met."""

from typing import TextIO

from dlse.results.verdicts import COST, NOT_MET, VERIFICATION
from dlse.workflow.errors import UserError
from dlse.workflow.job import job
from dlse.workflow.tables import cpu_model, read_table


def check(claims: str, terminal: TextIO) -> None:
    """Print every verdict to `terminal`. Raise a `UserError` if the run does not meet a claim that
    the assignment demands, or one that verifies the code.

    Other results that are not met are findings, and costs depend on the processor: both are named,
    but are no failures.
    """
    rows = read_table(claims).to_pylist()
    for row in rows:
        number = f"{row['estimate']:.6g} {row['unit']}" if row["n"] else "-"
        print(
            f"{row['verdict']:20} {row['statement']}: {number} "
            f"({row['relation']} {row['threshold']:g})",
            file=terminal,
        )
    not_met = [row for row in rows if row["verdict"] == NOT_MET]
    failed = [row for row in not_met if row["asked"] or row["kind"] == VERIFICATION]
    slow = [row for row in not_met if row["kind"] == COST]
    missed = [row for row in not_met if row not in failed and row not in slow]
    words_of_findings = "Not met, and not demanded by the assignment"
    words_of_costs = f"Slower here than claimed ({cpu_model()})"
    for words, named in ((words_of_findings, missed), (words_of_costs, slow)):
        if named:
            print(f"{words}: {_ids(named)}.", file=terminal)
    if failed:
        raise UserError(
            f"{len(failed)} of {len(rows)} claims must be met and are not: {_ids(failed)}; see "
            "results/claims.csv for the numbers, and the report for the reasons."
        )


def _ids(rows: list[dict]) -> str:
    return ", ".join(row["id"] for row in rows)


if __name__ == "__main__":
    with job(snakemake.log[0]) as terminal:
        check(snakemake.input[0], terminal)
