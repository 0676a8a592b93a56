"""The library that the HTML pages of the results carry within them."""

from importlib.metadata import distribution
from pathlib import Path


def d3() -> str:
    """The text of D3, a JavaScript library that binds data to elements (5.7.0, ISC license).

    It comes in the wheel of mpld3, which pip installs like every other package: a page is made
    without network, and no copy of the library is kept here. mpld3 itself is not imported. Raises
    `PackageNotFoundError` if mpld3 is not installed.
    """
    path = distribution("mpld3").locate_file("mpld3/js/d3.v5.min.js")
    return Path(path).read_text(encoding="utf-8")
