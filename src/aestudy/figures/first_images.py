"""The notebook's own plots: PSNR and SSIM of each of the first test images, for every condition."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from aestudy.figures import style
from aestudy.figures.grid import Grid, few_columns
from aestudy.metrics.table import METRICS
from aestudy.scoring.scores import Scores
from aestudy.tables.labels import format_value, shorten

FIRST_IMAGES = 20


SHOWN_METRICS = ("psnr_db", "ssim")


@style.styled
def draw_first_images(values: dict[str, np.ndarray], names: Sequence[str], objective: str) -> Figure:
    """Draw one panel per condition and metric, with all other conditions in gray behind it.

    Args:
        values: metric -> float (conditions, images), output compared with the clean original, of the model
            that was trained on that condition.
        names: the conditions' names.
        objective: the objective, for the headings.
    """
    if not names:
        return _nothing_to_show()
    count = next(iter(values.values())).shape[1]
    positions = np.arange(1, count + 1)
    headings = [f"{METRICS[metric].name}, {objective}" for metric in SHOWN_METRICS]
    grid = Grid(
        [len(names)] * len(SHOWN_METRICS),
        headings,
        columns=few_columns(len(names)),
        panel_width=2.25,
        panel_height=0.95,
        y_label=[METRICS[metric].scale_label for metric in SHOWN_METRICS],
        x_label="test image, by its place in the test split",
        shared=True,
    )
    for block, metric in enumerate(SHOWN_METRICS):
        # An output equal to its original has no finite PSNR; the line has a gap there.
        shown = np.where(np.isfinite(values[metric]), values[metric], np.nan)
        everything = [np.column_stack([positions, row]) for row in shown]
        low, high = _limits(shown)
        for number, name in enumerate(names):
            axes = grid.panel(block, number)
            axes.add_collection(LineCollection(everything, colors=style.FAINT, linewidths=0.5), autolim=False)
            mean = float(np.mean(values[metric][number]))
            if math.isfinite(mean):
                axes.axhline(mean, color=style.INK, linewidth=0.8, dashes=(2, 2))
            axes.plot(positions, shown[number], color=style.OBJECTIVE_COLORS[0], marker="o", markersize=2.2)
            unit = METRICS[metric].unit
            label = f"{shorten(name, 20)}: {format_value(metric, mean)} {unit}".rstrip()
            axes.set_title(label, weight="bold", fontsize=7.5)
            axes.grid(axis="y")
            if number == 0:
                axes.set_xlim(0.5, count + 0.5)
                axes.set_ylim(low, high)
                axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
                axes.yaxis.set_major_locator(MaxNLocator(4))
    own = style.OBJECTIVE_COLORS[0]
    grid.legend(
        [
            Line2D([], [], color=own, marker="o", markersize=2.5, label="this condition"),
            Line2D([], [], color=style.INK, linewidth=0.8, dashes=(2, 2), label="its mean"),
            Line2D([], [], color=style.FAINT, linewidth=1, label="the other conditions"),
        ]
    )
    return grid.figure


def collect_values(models: Sequence[Scores]) -> tuple[list[str], dict[str, np.ndarray]]:
    """Gather the values of the first test images, each condition by the model that was trained on it.

    Returns:
        The conditions that were both trained on and tested on, and metric -> float (conditions, images).
    """
    own = {
        scores.trained_on: (scores, scores.tested_on.index(scores.trained_on))
        for scores in models
        if scores.trained_on in scores.tested_on
    }
    values = {
        metric: np.stack(
            [scores.values[metric, "clean"][place, :FIRST_IMAGES] for scores, place in own.values()]
        )
        for metric in SHOWN_METRICS
        if own
    }
    return list(map(str, own)), values


def _nothing_to_show() -> Figure:
    figure, axes = style.canvas(4.5, 0.6)
    axes.text(0.15, 0.3, "No condition is both trained on and tested on.", size=9, va="center")
    return figure


def _limits(values: np.ndarray) -> tuple[float, float]:
    """Choose limits around all finite values, with a little room; any limits when there are none."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    room = 0.06 * (high - low) or 0.5
    return low - room, high + room
