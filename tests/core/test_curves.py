"""The curves that a figure carries as data lie where they are drawn."""

import json
import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from dlse.results.curves import MOST_POINTS, plain
from dlse.results.figures import THRESHOLD, plt, save_figure

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The facts that a small figure carries, and its drawing."""
    folder = tmp_path_factory.mktemp("curves")
    fig, (left, right) = plt.subplots(1, 2, figsize=(6.5, 2.5), sharex=True)
    x = np.array([1.0, 3.0, 10.0, 200.0])
    left.plot(x, [0.5, np.nan, 2.0, 0.0123456], "o-", color="#112233", label="a <b> & 'c'")
    left.plot(x, 0 * x + 1, color="#445566", gid="plain")  # nobody could name it
    left.axhline(0.1, **THRESHOLD, label="threshold")
    left.set(xscale="log", yscale="log", xlabel=r"latent dimension $l_d$", ylabel="error (%)")
    right.errorbar(x, [4, 3, 2, 1], 0.5, fmt="s", color="#778899", label="bars")
    right.plot(x, [1, 2, 2.5, 4], "o-", color="#112233")  # named in the left panel
    right.plot(x[::-1], [1, 2, 3, 4], color="#abcdef", label="runs backward")
    right.plot(np.geomspace(1, 200, 5000), np.linspace(0, 1, 5000), label="dense")
    right.set(ylim=(5, 0), title="Right")
    right.legend(title="size")
    path = folder / "figure.svg"
    save_figure(fig, "A title", "mnist", "a note", str(folder / "figure.png"), str(path))
    drawing = ET.parse(path).getroot()
    return json.loads(drawing.find(f"{SVG}metadata[@id='figure']").text), drawing


def test_what_a_figure_carries(saved):
    facts, _ = saved
    assert (facts["title"], facts["size"]) == ("A title", [468, 180])
    left, right = facts["panels"]
    (line,) = left["lines"]
    assert (line["name"], line["color"]) == ("a <b> & 'c'", "#112233")
    assert (line["x"], line["y"]) == ([1, 10, 200], [0.5, 2, 0.01235])
    assert (left["x"]["label"], left["x"]["log"]) == ("latent dimension l_d", True)
    assert left["y"]["label"] == "error (%)"
    # The right panel shares the left one's axis, and has no label at its own.
    assert (right["x"]["label"], right["y"]["label"]) == ("latent dimension l_d", "Right")
    assert right["y"]["limits"] == [5, 0]
    lines = {line["name"]: line for line in right["lines"]}
    assert set(lines) == {"size bars", "a <b> & 'c'", "size dense"}
    dense = lines["size dense"]
    assert len(dense["x"]) == len(dense["y"]) == MOST_POINTS
    assert (dense["x"][0], dense["x"][-1]) == (1, 200)


def test_a_point_lies_where_its_marker_is_drawn(saved):
    facts, drawing = saved
    markers = [
        (float(use.get("x")), float(use.get("y")))
        for use in drawing.iter(f"{SVG}use")
        if re.search("#112233", use.get("style", ""))
    ]
    expected = []
    for panel in facts["panels"]:
        x0, y0, x1, y1 = panel["box"]
        ends = {"x": (x0, x1), "y": (y1, y0)}

        def at(name, value, panel=panel, ends=ends):
            scale = math.log if panel[name]["log"] else float
            (low, high), (start, end) = map(scale, panel[name]["limits"]), ends[name]
            return start + (scale(value) - low) / (high - low) * (end - start)

        for line in panel["lines"]:
            if line["color"] == "#112233":
                pairs = zip(line["x"], line["y"], strict=True)
                expected += [(at("x", x), at("y", y)) for x, y in pairs]
    assert len(expected) == 7
    # A legend shows a marker, too.
    for point in expected:
        assert min(math.dist(point, marker) for marker in markers) < 0.1


def test_no_number_has_more_than_two_decimals(saved):
    _, drawing = saved
    paths = [path.get("d", "") for path in drawing.iter(f"{SVG}path")]
    assert len(paths) > 20
    assert not [found for path in paths for found in re.findall(r"\d\.\d{3,}", path)]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("error (%)", "error (%)"),
        (r"$\varepsilon$ = mean $\|x - \tilde{x}\|_2^2$", "ε = mean ‖x - x̃‖²"),
        (r"linear, $\propto d^{1.7}$", "linear, ∝ d^1.7"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_label_in_plain_text(label, text):
    assert plain(label) == text
