"""The curves of a figure as data, for the page that shows values under the pointer."""

import json
import re
from collections import defaultdict
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter

MOST_POINTS = 200  # of one curve; more cannot be told apart by a pointer
# Mathematics in labels, as far as labels use it, in Unicode.
SYMBOLS = {
    r"\\varepsilon": "ε", r"\\propto": "∝", r"\\tilde\s*\{?(\w)\}?": "\\1\u0303", r"\\\|": "‖",
    r"_2\^2": "²", r"\^2": "²", r"_\{?(\w+)\}?": r"_\1", r"\^\{([^}]*)\}": r"^\1", r"[${}\\]": "",
}  # fmt: skip


def add_facts(fig: Figure, svg: Path) -> None:
    """Write the title, the size in points and the curves of `fig` into the file that it was just
    saved to, and shorten its numbers to a hundredth of a point."""
    facts = {
        "title": " ".join(fig.get_suptitle().split()),
        "size": [round(72 * float(inches), 2) for inches in fig.get_size_inches()],
        "panels": curves(fig),
    }
    data = escape(json.dumps(facts, ensure_ascii=False, separators=(",", ":")))
    text = _shortened(svg.read_text(encoding="utf-8"))
    text = text.replace("</svg>", f'<metadata id="figure">{data}</metadata>\n</svg>')
    svg.write_text(text, encoding="utf-8")


def curves(fig: Figure) -> list[dict]:
    """The panels of a drawn figure that have named curves over a linear or logarithmic axis.

    Each has its `box`, (left, top, right, bottom) in points from the upper left corner of the
    figure; `x` and `y`, with `label`, `log` and the `limits` at the left and right, or bottom and
    top; and its `lines`, with `name`, `color` and the data `x` and `y` to 4 significant digits. A
    line without a name of its own has that of a line of the same style in another panel. Left out
    are thresholds, lines that are no function of x, and lines that no legend tells apart.
    """
    of_style = defaultdict(set)
    for axes in fig.axes:
        for line, name in _named_lines(axes):
            of_style[_style(line)] |= {name} - {None}
    names = {style: found.pop() for style, found in of_style.items() if len(found) == 1}
    panels = []
    for axes in fig.axes:
        lines = [
            (line, name or names.get(_style(line)))
            for line, name in _named_lines(axes)
            if _is_curve(line, axes)
        ]
        known = [name for _, name in lines if name]
        found = [_of_line(line, name) for line, name in lines if known.count(name) == 1]
        if found and _has_numbers(axes):
            panels.append({**_of_axes(axes), "lines": found})
    return panels


def _named_lines(axes: Axes) -> list[tuple[Line2D, str | None]]:
    # The name of a line with error bars is that of their container.
    bars = {
        container.lines[0]: container.get_label()
        for container in axes.containers
        if getattr(container, "lines", None) and container.lines[0] is not None
    }
    legend = axes.get_legend()
    # "noise dimensions" and "5" are apart in the legend.
    title = legend.get_title().get_text() if legend else ""
    named = [(line, str(bars.get(line) or line.get_label())) for line in axes.get_lines()]
    return [
        (line, None if name.startswith("_") else plain(f"{title} {name}")) for line, name in named
    ]


def _style(line: Line2D) -> tuple:
    colors = line.get_color(), line.get_markerfacecolor()
    look = line.get_linestyle(), line.get_marker(), line.get_linewidth(), line.get_alpha()
    return *map(to_rgba, colors), *look


def _is_curve(line: Line2D, axes: Axes) -> bool:
    # A line across the whole panel, such as a threshold, has another transformation.
    if not line.get_visible() or line.get_transform() != axes.transData:
        return False
    x, _ = _data(line)
    return len(x) > 0 and bool(np.all(np.diff(x) > 0))


def _data(line: Line2D) -> tuple[np.ndarray, np.ndarray]:
    x, y = (np.asarray(values, float) for values in line.get_data(orig=False))
    known = np.isfinite(x) & np.isfinite(y)
    return x[known], y[known]


def _has_numbers(axes: Axes) -> bool:
    return axes.axison and all(
        axis.get_scale() in ("linear", "log")
        and not isinstance(axis.get_major_formatter(), FixedFormatter)
        for axis in (axes.xaxis, axes.yaxis)
    )


def _of_axes(axes: Axes) -> dict:
    width, height = 72 * axes.figure.get_figwidth(), 72 * axes.figure.get_figheight()
    place = axes.get_position()
    top, bottom = (1 - place.y1) * height, (1 - place.y0) * height
    box = [round(float(at), 2) for at in (place.x0 * width, top, place.x1 * width, bottom)]
    return {
        "box": box,
        **{
            name: {
                "label": _label(name, axes),
                "log": axis.get_scale() == "log",
                "limits": [_rounded(end, 7) for end in limits],
            }
            for name, axis, limits in (
                ("x", axes.xaxis, axes.get_xlim()),
                ("y", axes.yaxis, axes.get_ylim()),
            )
        },
    }


def _label(name: str, axes: Axes) -> str:
    # Of panels that share an axis, some carry its label for all.
    group = {"x": axes.get_shared_x_axes, "y": axes.get_shared_y_axes}[name]()
    labels = [getattr(of, f"get_{name}label")() for of in (axes, *group.get_siblings(axes))]
    title = axes.get_title(loc="left") if name == "y" else ""  # then it says what the axis shows
    return plain(next(filter(None, (*labels, title)), ""))


def _of_line(line: Line2D, name: str) -> dict:
    x, y = _data(line)
    kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_POINTS)).astype(int))
    return {
        "name": name,
        "color": to_hex(line.get_color()),
        "x": [_rounded(value) for value in x[kept]],
        "y": [_rounded(value) for value in y[kept]],
    }


def _rounded(value: float, digits: int = 4) -> float | int:
    """`value` to so many significant digits, in as few characters as JSON allows."""
    value = float(f"{value:.{digits}g}")
    return int(value) if value.is_integer() and abs(value) < 1e6 else value


def plain(label: str) -> str:
    """A label of a figure in one line of text, its mathematics in Unicode."""
    for pattern, text in SYMBOLS.items() if "$" in label else ():
        label = re.sub(pattern, text, label)
    return " ".join(label.split())


def _shortened(svg: str) -> str:
    def short(found: re.Match) -> str:
        text = f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text

    def numbers(found: re.Match) -> str:
        return found[1] + re.sub(r"-?\d+\.\d+(?:e-?\d+)?", short, found[2])

    svg = re.sub(r'( (?:d|x|y)=")([^"]*)', numbers, svg)
    svg = re.sub(r"(translate\()([^)]*)", numbers, svg)
    return re.sub(r"\s*\n\s*", "\n", svg)
