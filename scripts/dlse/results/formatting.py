"""Numbers as the report prints them."""

import math
from collections.abc import Iterable

from dlse.results.estimates import Estimate

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve")  # fmt: skip
NO_BREAK = "\u00a0"  # a space at which no line ends


def number(value: float, digits: int) -> str:
    """With so many decimals, thousands apart and a true minus sign; a dash where unknown."""
    if not math.isfinite(value):
        return _not_finite(value)
    return f"{value:,.{digits}f}".replace("-", "−")


def significant(value: float, digits: int) -> str:
    """With so many significant digits, in powers of ten where that is shorter."""
    return f"{value:.{digits}g}" if math.isfinite(value) else _not_finite(value)


def _not_finite(value: float) -> str:
    return "–" if math.isnan(value) else "∞" if value > 0 else "−∞"


def listed(values: Iterable[float]) -> str:
    """ "0.5, 0.9"; each value once where all are the same."""
    values = list(values)
    return ", ".join(f"{value:g}" for value in (values[:1] if len(set(values)) == 1 else values))


def counted(n: int, noun: str) -> str:
    """ "one layer", "two layers", …, "13 layers"."""
    return f"{WORDS[n] if n < len(WORDS) else f'{n:,}'} {noun}{'' if n == 1 else 's'}"


def interval_of(low: float, high: float, digits: int) -> str:
    """ "low to high" in one line; a dash where there is none."""
    if math.isnan(low):
        return "–"
    return f"{number(low, digits)}{NO_BREAK}to{NO_BREAK}{number(high, digits)}"


def interval(estimate: Estimate, digits: int) -> str:
    """The 95 % interval of an estimate."""
    return interval_of(estimate.low, estimate.high, digits)
