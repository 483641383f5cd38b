"""How a growing distortion changes what comes out: one panel per distortion that has several strengths."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from aestudy.distortions.names import CLEAN
from aestudy.distortions.severities import Family
from aestudy.figures import style
from aestudy.figures.grid import Grid
from aestudy.figures.ticks import label_x_ticks
from aestudy.files.study_tables import SummaryRow
from aestudy.tables.summary import Summary

METRIC, REFERENCE = "psnr_db", "clean"
OWN_COLOR, CLEAN_COLOR = style.OBJECTIVE_COLORS[:2]
WIDEST_RATIO = 8
"""If the largest strength is more than so many times the smallest, the scale is logarithmic."""


@style.styled
def draw_severity(
    summary: Summary,
    families: Sequence[Family],
    objectives: Sequence[str],
    trained_on: Sequence[str],
    titles: Mapping[str, str] | None = None,
) -> Figure:
    """Draw mean PSNR against the clean original over the strength, stronger to the right.

    All panels share one vertical scale. An objective without a title is called by its name.

    Args:
        summary: the means and intervals.
        families: the distortions with several strengths, at least one.
        objectives: the objectives, a block of panels each.
        trained_on: the training conditions that have models.
        titles: objective -> its heading.
    """
    grid = Grid(
        [len(families)] * len(objectives),
        [(titles or {}).get(objective, objective) for objective in objectives],
        columns=min(len(families), 4),
        panel_width=1.9,
        panel_height=1.45,
        y_label="PSNR (dB)",
        x_label="strength, growing to the right",
    )
    panels = []
    for block, objective in enumerate(objectives):
        for number, family in enumerate(families):
            axes = grid.panel(block, number)
            axes.set_title(f"{family.kind}: {family.parameter.replace('_', ' ')}", weight="bold")
            _draw_panel(axes, summary, family, objective, trained_on)
            panels.append(axes)
    _share_heights(panels)
    grid.legend(
        [
            Line2D([], [], color=OWN_COLOR, marker="o", markersize=3, label="trained on this strength"),
            Line2D([], [], color=CLEAN_COLOR, marker="s", markersize=3, label="trained on clean images"),
            Line2D([], [], color=style.MUTED, dashes=(3, 1.5), label="the input itself"),
        ]
    )
    return grid.figure


def _draw_panel(
    axes: Axes, summary: Summary, family: Family, objective: str, trained_on: Sequence[str]
) -> None:
    strengths, names = list(family.strengths), list(family.strengths.values())
    given = [summary.baseline("identity", name, METRIC, REFERENCE) for name in names]
    _draw_line(axes, strengths, given, color=style.MUTED, dashes=(3, 1.5), linewidth=1.0)
    if CLEAN in trained_on:
        found = [summary.model(objective, CLEAN, name, METRIC, REFERENCE) for name in names]
        _draw_line(axes, strengths, found, color=CLEAN_COLOR, marker="s", markersize=3)
    found = [summary.model(objective, name, name, METRIC, REFERENCE) for name in names]
    _draw_line(axes, strengths, found, color=OWN_COLOR, marker="o", markersize=3)
    if strengths[0] > 0 and strengths[-1] / strengths[0] > WIDEST_RATIO:
        axes.set_xscale("log")
    axes.grid(axis="y")
    if _grows_weaker(given):
        axes.invert_xaxis()
    label_x_ticks(axes, strengths)


def _draw_line(
    axes: Axes, strengths: Sequence[float], cells: Sequence[SummaryRow | None], **look: Any
) -> None:
    """Draw a line with its interval; gaps where there is no finite value."""
    rows = [(math.nan,) * 3 if cell is None else (cell.mean, cell.ci_low, cell.ci_high) for cell in cells]
    mean, low, high = np.where(np.isfinite(rows), rows, math.nan).T
    if np.isnan(mean).all():
        return
    axes.plot(strengths, mean, **look)
    axes.fill_between(strengths, low, high, color=look["color"], alpha=0.18, linewidth=0)


def _grows_weaker(given: Sequence[SummaryRow | None]) -> bool:
    """Say whether the distorted images come nearer to the originals as the parameter grows."""
    means = [cell.mean for cell in given if cell is not None and not math.isnan(cell.mean)]
    return len(means) > 1 and means[-1] > means[0]


def _share_heights(panels: Sequence[Axes]) -> None:
    low, high = np.transpose([axes.get_ylim() for axes in panels])
    for axes in panels:
        axes.set_ylim(low.min(), high.max())
