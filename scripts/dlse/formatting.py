"""Numbers as the report prints them."""

import math

from dlse.stats import Estimate

NO_BREAK = "\u00a0"  # a space at which no line ends


def number(value: float, digits: int) -> str:
    """With so many decimals, thousands apart and a true minus sign."""
    return f"{value:,.{digits}f}".replace("-", "−")


def interval_of(low: float, high: float, digits: int) -> str:
    """ "low to high" in one line; a dash where there is none."""
    if math.isnan(low):
        return "–"
    return f"{number(low, digits)}{NO_BREAK}to{NO_BREAK}{number(high, digits)}"


def interval(estimate: Estimate, digits: int) -> str:
    """The 95 % interval of an estimate."""
    return interval_of(estimate.low, estimate.high, digits)
