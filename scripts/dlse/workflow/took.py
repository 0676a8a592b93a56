"""The last line of a job's log, which says what the job took: how it is written, and read."""

import re
from typing import NamedTuple


class Took(NamedTuple):
    """What a job took."""

    cpu_seconds: float
    to_start: float  # CPU seconds of these until the job's own work began
    memory: float  # MiB at most

    def line(self) -> str:
        """In words, for the log."""
        return (
            f"took {self.cpu_seconds:.2f} CPU s, {self.to_start:.2f} of them to start, "
            f"and at most {self.memory:.0f} MiB of memory"
        )


LINE = re.compile(r"^took (\S+) CPU s, (\S+) of them to start, and at most (\S+) MiB", re.M)


def read_took(log: str) -> Took | None:
    """What the last run of a job took, by the text of its log; None where it does not say so."""
    lines = LINE.findall(log)
    return Took(*map(float, lines[-1])) if lines else None
