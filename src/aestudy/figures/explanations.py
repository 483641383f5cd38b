"""The figures of explanations: a few drawings, which the table of explanations chooses from."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aestudy.errors import look_up
from aestudy.explanations.table import EXPLANATIONS, Explanation
from aestudy.figures import style
from aestudy.files.study_tables import ExplanationRow
from aestudy.statistics.averages import SAME
from aestudy.tables.labels import shorten

WIDTH = 7.0
MARGIN = 0.12
ROW_HEIGHT = 0.26
LEGEND_ROW = 0.22
BELOW = 0.55
NAME_SIZE = 8.0
"""Inches, font sizes in points."""

BAR = 0.62
"""Height of a bar, of all bars of a row together, in rows."""

PANEL_FIGURE = 2.6
"""Height of a figure of panels, in inches."""

FITS = ("r2", "held_out_r2", "spearman")

COLORS = (*style.OBJECTIVE_COLORS, "#e69f00", "#56b4e9")

Rows = Sequence[ExplanationRow]
Key = tuple[str, str]
"""What a row of the figure shows: training and test condition."""


@style.styled
def draw_explanation(name: str, rows: Rows) -> Figure:
    """Draw an explanation as its entry in the table says.

    Args:
        name: a name of `EXPLANATIONS`.
        rows: its table.
    """
    explanation = EXPLANATIONS[name]
    return look_up(DRAWINGS, explanation.drawing, "drawing")(rows, explanation)


def stacked_bars(rows: Rows, explanation: Explanation) -> Figure:
    """Draw the parts of each sum end to end, what is below 0 to the left, and the sum as a mark."""
    cells = _cells(rows)
    keys = _keys(rows, explanation)
    figure, axes = _open(keys, explanation)
    for place, key in enumerate(keys):
        ends = {1: 0.0, -1: 0.0}
        for part, color in zip(explanation.parts, COLORS, strict=False):
            if (row := cells.get((part, *key))) is None:
                continue
            value, side = explanation.factor * row.mean, 1 if row.mean >= 0 else -1
            axes.barh(place, value, BAR, left=ends[side], color=color, linewidth=0)
            ends[side] += value
        if (row := cells.get((explanation.total, *key))) is not None:
            _draw_interval(axes, place, row, explanation)
            axes.plot(explanation.factor * row.mean, place, "|", color=style.INK, markersize=11, mew=1.6)
    return figure


def bars(rows: Rows, explanation: Explanation) -> Figure:
    """Draw the parts of each condition as bars side by side, each with its interval."""
    return _side_by_side(rows, explanation, _draw_bar)


def dots(rows: Rows, explanation: Explanation) -> Figure:
    """Draw the parts of each condition as dots on one line, each with its interval."""
    return _side_by_side(rows, explanation, _draw_dot)


def scatter(rows: Rows, explanation: Explanation) -> Figure:
    """Draw the regret of each pair of conditions over each distance, with a line and how much it tells."""
    cells = _cells(rows)
    parts = [part for part in explanation.parts if f"r2_{part}" in {row.quantity for row in rows}]
    figure = Figure(figsize=(style.snap(WIDTH), style.snap(PANEL_FIGURE)))
    panels = figure.subplots(1, len(parts), sharey=True, squeeze=False)[0]
    figure.subplots_adjust(left=0.08, right=0.98, top=0.83, bottom=0.19, wspace=0.1)
    for axes, part, color in zip(panels, parts, COLORS, strict=False):
        pairs = [(row.trained_on, row.tested_on) for row in rows if row.quantity == part]
        x = np.array([cells[part, *pair].mean for pair in pairs])
        y = np.array([cells["regret", *pair].mean for pair in pairs])
        axes.plot(x, y, "o", color=color, markersize=3, alpha=0.7, mew=0)
        ends = np.array([x.min(), x.max()])
        axes.plot(ends, np.polyval(np.polyfit(x, y, 1), ends), color=style.INK, linewidth=0.8)
        told, held, rank = (cells[f"{name}_{part}", "", ""].mean for name in FITS)
        title = f"R² {told:.2f}, held out {held:.2f}, rank {rank:.2f}"
        axes.set_title(title.replace("-", "−"))
        axes.set_xlabel(explanation.parts[part])
        axes.grid()
    panels[0].set_ylabel(explanation.axis)
    return figure


def _draw_bar(axes: Axes, place: float, value: float, height: float, color: str) -> None:
    axes.barh(place, value, height, color=color, linewidth=0)


def _draw_dot(axes: Axes, place: float, value: float, height: float, color: str) -> None:
    axes.plot(value, place, "o", color=color, markersize=4)


def _side_by_side(rows: Rows, explanation: Explanation, draw: Callable[..., None]) -> Figure:
    cells, keys = _cells(rows), _keys(rows, explanation)
    figure, axes = _open(keys, explanation)
    height = BAR / len(explanation.parts)
    for number, (part, color) in enumerate(zip(explanation.parts, COLORS, strict=False)):
        for place, key in enumerate(keys):
            if (row := cells.get((part, *key))) is not None:
                middle = place + (number - (len(explanation.parts) - 1) / 2) * height
                draw(axes, middle, explanation.factor * row.mean, height, color)
                _draw_interval(axes, middle, row, explanation)
    return figure


def _cells(rows: Rows) -> dict[tuple[str, str, str], ExplanationRow]:
    return {(row.quantity, row.trained_on, row.tested_on): row for row in rows}


def _keys(rows: Rows, explanation: Explanation) -> list[Key]:
    """List what is shown, all models of one test condition together, in the order of the table."""
    shown = [row for row in rows if row.quantity in explanation.parts]
    order = list(dict.fromkeys(row.tested_on for row in shown))
    keys = dict.fromkeys((row.trained_on, row.tested_on) for row in shown)
    return sorted(keys, key=lambda key: order.index(key[1]))


def _open(keys: Sequence[Key], explanation: Explanation) -> tuple[Figure, Axes]:
    """Open axes with a line for each of the keys, the first one on top, and a legend above."""
    labels = _labels(keys)
    legend_rows = _legend_rows(explanation)
    top = MARGIN + len(legend_rows) * LEGEND_ROW + 0.08
    height = top + len(keys) * ROW_HEIGHT + BELOW
    left = MARGIN + style.widest(labels, NAME_SIZE) + 0.1
    figure = Figure(figsize=(style.snap(WIDTH), style.snap(height)))
    axes = figure.add_axes(
        (left / WIDTH, BELOW / height, 1 - (left + 0.2) / WIDTH, len(keys) * ROW_HEIGHT / height)
    )
    axes.set_ylim(len(keys) - 0.5, -0.5)
    axes.set_yticks(range(len(keys)), labels, size=NAME_SIZE, color=style.INK)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.axvline(0, color=style.MUTED, linewidth=0.8)
    axes.set_xlabel(explanation.axis)
    for number, line in enumerate(legend_rows):
        y = 1 - (MARGIN + (number + 0.5) * LEGEND_ROW) / height
        for x, color, words in line:
            figure.text(x / WIDTH, y, "■", color=color, size=NAME_SIZE, va="center")
            figure.text((x + 0.15) / WIDTH, y, words, size=NAME_SIZE, va="center")
    return figure, axes


def _labels(keys: Sequence[Key]) -> list[str]:
    """Name the lines; the models only where one test condition has several."""
    tested = [tested_on for _, tested_on in keys]
    if len(set(tested)) == len(tested):
        return [shorten(name) for name in tested]
    return [
        f"{shorten(name)}, {'its own model' if trained_on in (name, SAME) else f'trained on {trained_on}'}"
        for trained_on, name in keys
    ]


def _legend_rows(explanation: Explanation) -> list[list[tuple[float, str, str]]]:
    """Break the legend into lines: of each entry its place in inches, its color and its words."""
    lines: list[list[tuple[float, str, str]]] = [[]]
    x = MARGIN
    for words, color in zip(explanation.parts.values(), COLORS, strict=False):
        width = style.text_width(words, NAME_SIZE) + 0.35
        if lines[-1] and x + width > WIDTH:
            lines.append([])
            x = MARGIN
        lines[-1].append((x, color, words))
        x += width
    return lines


def _draw_interval(axes: Axes, place: float, row: ExplanationRow, explanation: Explanation) -> None:
    if row.has_interval and np.isfinite([row.ci_low, row.ci_high]).all():
        ends = [explanation.factor * row.ci_low, explanation.factor * row.ci_high]
        axes.plot(ends, [place, place], color=style.INK, linewidth=0.8)


DRAWINGS: dict[str, Callable[[Rows, Explanation], Figure]] = {
    "stacked_bars": stacked_bars,
    "bars": bars,
    "dots": dots,
    "scatter": scatter,
}
"""Name -> drawing."""
