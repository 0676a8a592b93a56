"""Write and read the last line of a job's log: the CPU time and memory that the job took."""

import re
from typing import NamedTuple


class Took(NamedTuple):
    """The CPU time and memory that a job took."""

    cpu_seconds: float
    to_start: float  # of the CPU seconds, those until the job's own work began
    memory: float  # MiB, at its peak

    def line(self) -> str:
        """The line in the log."""
        return (
            f"took {self.cpu_seconds:.2f} CPU s, {self.to_start:.2f} of them to start, "
            f"and at most {self.memory:.0f} MiB of memory"
        )


LINE = re.compile(r"^took (\S+) CPU s, (\S+) of them to start, and at most (\S+) MiB", re.M)


def read_took(log: str) -> Took | None:
    """What the last run of a job took, from the text of its log; None if the log does not say."""
    lines = LINE.findall(log)
    return Took(*map(float, lines[-1])) if lines else None
