"""Blocks of small panels with a heading each, laid out in inches."""

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from aestudy.figures.style import INK, MUTED, widest

LEFT = 0.75
RIGHT = 0.15
TOP = 0.38
BOTTOM = 0.5
HEADING = 0.42
PANEL_TITLE = 0.22
COLUMN_GAP = 0.55
ROW_GAP = 0.28
"""All in inches."""

HEADING_SIZE = 9.5
"""In points."""


def few_columns(panels: int) -> int:
    """Choose from four to six columns, so that there are about five rows."""
    return min(max(4, math.ceil(panels / 5)), 6)


class Grid:
    """A figure of panels, in blocks one above the other, each with its number of panels and its heading.

    A layout by hand takes no time and never moves; the automatic ones draw everything several times. Sizes
    are in inches. Panels that share their axes need tick labels at the outer ones only and stand closer.
    """

    def __init__(
        self,
        counts: Sequence[int],
        headings: Sequence[str],
        *,
        columns: int,
        panel_width: float,
        panel_height: float,
        y_label: str | Sequence[str],
        x_label: str,
        shared: bool = False,
    ):
        self._columns = max(1, min(columns, max(counts, default=1)))
        self._counts = tuple(counts)
        self._panel = (panel_width, panel_height)
        self._column_gap = 0.16 if shared else COLUMN_GAP
        self._row_gap = 0.12 if shared else ROW_GAP
        self._shared = shared
        self._rows = [max(1, math.ceil(count / self._columns)) for count in counts]
        step = PANEL_TITLE + panel_height + self._row_gap
        heights = [HEADING + rows * step for rows in self._rows]
        self._step = step
        self._width = LEFT + self._columns * (panel_width + self._column_gap) - self._column_gap + RIGHT
        self._width = max(self._width, 5.2, widest(list(headings), HEADING_SIZE, weight="bold") + 2 * RIGHT)
        self._height = TOP + sum(heights) + BOTTOM
        self._tops = [TOP + sum(heights[:block]) for block in range(len(counts))]
        self.figure = Figure(figsize=(self._width, self._height))
        self._first: dict[int, Axes] = {}
        y_labels = [y_label] * len(counts) if isinstance(y_label, str) else list(y_label)
        for block, heading in enumerate(headings):
            self._text(RIGHT, self._tops[block] + 0.2, heading, size=HEADING_SIZE, weight="bold")
            middle = self._tops[block] + HEADING + self._rows[block] * step / 2
            self._text(0.22, middle, y_labels[block], size=8, rotation=90, ha="center", color=INK)
        panels = self._columns * (panel_width + self._column_gap) - self._column_gap
        self._text(LEFT + panels / 2, self._height - 0.16, x_label, size=8, ha="center")

    def panel(self, block: int, number: int) -> Axes:
        """Open the panel of that number in that block."""
        row, column = divmod(number, self._columns)
        width, height = self._panel
        left = LEFT + column * (width + self._column_gap)
        bottom = self._height - (self._tops[block] + HEADING + row * self._step + PANEL_TITLE + height)
        first = self._first.get(block)
        axes = self.figure.add_axes(
            (left / self._width, bottom / self._height, width / self._width, height / self._height),
            sharex=first if self._shared else None,
            sharey=first if self._shared else None,
        )
        self._first.setdefault(block, axes)
        if self._shared:
            below = number + self._columns < self._counts[block]
            axes.tick_params(labelleft=column == 0, labelbottom=not below)
        return axes

    def legend(self, lines: Sequence[Line2D], note: str = "") -> None:
        """Put a legend in one line at the top left, and a note at the top right."""
        self.figure.legend(
            handles=list(lines),
            loc="upper left",
            bbox_to_anchor=(0.1 / self._width, 1 - 0.06 / self._height),
            ncols=len(lines),
            frameon=False,
            fontsize=8,
            borderpad=0.2,
            handlelength=2.2,
        )
        if note:
            self._text(self._width - RIGHT, 0.19, note, size=7.5, color=MUTED, ha="right")

    def _text(self, x: float, y: float, text: str, **options: Any) -> None:
        options.setdefault("va", "center")
        self.figure.text(x / self._width, 1 - y / self._height, text, **options)
