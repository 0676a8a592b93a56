"""The page to play with: its sources and its data in one file."""

import json
from collections.abc import Mapping
from pathlib import Path

from dlse.results.embedded import d3

SOURCES = Path(__file__).parent
# In this order; each file may use what the files before it define.
SCRIPTS = ("common", "arithmetic", "digit", "latent", "relu", "generators", "blocks")
LARGEST = 5_000_000  # bytes of the page


def page(about: dict, exhibits: Mapping[str, dict]) -> str:
    """The page as HTML.

    about: the data set's name, what its samples are called, and whether the run is a preview and
        the data set a stand-in.
    exhibits: the data of each by its name. The page has no section for one that is not there.
        Where it would grow beyond `LARGEST`, the exhibits that no longer fit are replaced by
        `missing`, a sentence that says so.
    """
    texts = [d3(), *(_source(f"{name}.js") for name in SCRIPTS)]
    scripts = "\n".join(f"<script>\n{text}</script>" for text in texts)
    frame = _source("page.html").replace("/* style */", _source("page.css"))
    frame = frame.replace("<!-- scripts -->", scripts)
    left = LARGEST - len(frame.encode()) - 2000  # what the sentences below need, and `about`
    fitting = {}
    for name, data in exhibits.items():
        size = len(_json(data))
        if size > left:
            data = {"missing": "This exhibit is left out: its networks are too large for a page."}
        else:
            left -= size
        fitting[name] = data
    return frame.replace("/* data */", _json({"about": about, **fitting}))


def _json(value) -> str:
    """`value` as ASCII text that can stand in a script element."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _source(name: str) -> str:
    return (SOURCES / name).read_text(encoding="utf-8")
