"""Fail, with the list, if a claim is not met."""

from typing import TextIO

from dlse.claims import NOT_MET
from dlse.errors import UserError
from dlse.job import job
from dlse.tables import read_table


def check(claims: str, terminal: TextIO) -> None:
    """Print every verdict to `terminal`; raise `UserError` if one is "not met"."""
    rows = read_table(claims).to_pylist()
    for row in rows:
        number = f"{row['estimate']:.6g} {row['unit']}" if row["n"] else "-"
        print(
            f"{row['verdict']:14} {row['statement']}: {number} "
            f"({row['relation']} {row['threshold']:g})",
            file=terminal,
        )
    failed = [row["id"] for row in rows if row["verdict"] == NOT_MET]
    if failed:
        raise UserError(
            f"{len(failed)} of {len(rows)} claims are not met: {', '.join(failed)}; the numbers "
            "stand in results/claims.csv and their reasons in the report."
        )


if __name__ == "__main__":
    with job(snakemake.log[0]) as terminal:
        check(snakemake.input[0], terminal)
