"""Draw the overview: one panel of each study that has one."""

from importlib import import_module

import matplotlib.pyplot as plt

from dlse.results.figures import WIDTH, draw_figure, save_figure, wrapped
from dlse.workflow.job import job

TITLE_CHARACTERS = 42  # of a panel's title, per line


def overview(panels: dict[str, dict], png: str, svg: str) -> None:
    """Draw the panels two by two. panels: by study, the `files` and the further arguments of the
    function `overview` in its figures.py, which draws one."""
    fig, grid = plt.subplots(
        -(-len(panels) // 2), 2, figsize=(WIDTH, 1.65 * -(-len(panels) // 2)), squeeze=False
    )
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    datasets = []
    for axes, (study, panel) in zip(grid.flat, panels.items(), strict=False):
        arguments = {name: value for name, value in panel.items() if name != "files"}
        draw = import_module(f"dlse.studies.{study}.figures").overview
        message, dataset = draw(axes, **panel["files"], **arguments)
        lines = wrapped(message, TITLE_CHARACTERS)
        axes.set_title("\n".join(lines), fontsize=8, fontweight="bold")
        datasets.append(dataset)
    save_figure(fig, "", list(dict.fromkeys(datasets)), "", png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        draw_figure(snakemake, {"overview": overview})
