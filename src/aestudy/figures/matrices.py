"""Trained-on x tested-on heat maps: one per objective, two side by side, with the baselines below."""

from collections.abc import Iterable, Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from aestudy.figures import style
from aestudy.metrics.table import METRICS
from aestudy.tables.labels import describe_method, describe_reference, format_cell, shorten
from aestudy.tables.summary import MatrixData

CELL_WIDTH = 0.44
CELL_HEIGHT = 0.32
BASELINE_GAP = 0.16
BLOCK_GAP = 0.3
STACKED_GAP = 0.25
MARGIN = 0.12
TITLE = 0.4
HEADER = 0.55
BAR_WIDTH = 0.16
BAR_SPACE = 0.85
TALLEST_BAR = 3.2
NAME_SIZE = 8.0
HEADING_SIZE = 9.0
CELL_SIZE = 7.5
MOST_COLUMNS_SIDE_BY_SIDE = 14
"""Inches, font sizes in points; with more columns the objectives stand one above the other."""

MOST_SIDE_BY_SIDE = 2
"""Objectives in one row of the figure."""

MISSING_COLOR = "#e8e8e8"


@style.styled
def draw_matrices(data: MatrixData, titles: Mapping[str, str] | None = None) -> Figure:
    """Draw the heat maps of all objectives on one color scale; brighter is always the better picture.

    An objective without a title is called by its name.
    """
    rows, columns = len(data.trained_on), len(data.tested_on)
    row_names = [shorten(name) for name in data.trained_on]
    column_names = [shorten(name) for name in data.tested_on]
    baseline_names = [describe_method(name) for name in data.baselines]
    headings = [(titles or {}).get(objective, objective) for objective in data.models]
    across = 1 if columns > MOST_COLUMNS_SIDE_BY_SIDE else max(1, min(len(headings), MOST_SIDE_BY_SIDE))
    down = -(-len(headings) // across)
    left = MARGIN + 0.22 + style.widest([*row_names, *baseline_names], NAME_SIZE) + 0.1
    slant = 0.75 * style.widest(column_names, NAME_SIZE) + 0.25
    width = max(columns * CELL_WIDTH, style.widest(headings, HEADING_SIZE, weight="bold"))
    height = rows * CELL_HEIGHT + (BASELINE_GAP + len(baseline_names) * CELL_HEIGHT if baseline_names else 0)
    block_height = HEADER + height + slant
    right = left + across * width + (across - 1) * BLOCK_GAP
    title = f"{METRICS[data.metric].name}, {describe_reference(data.metric, data.reference)}"
    bar_space = max(BAR_SPACE, 0.15 + style.text_width(METRICS[data.metric].scale_label, 7) + MARGIN)
    figure, axes = style.canvas(
        max(right + bar_space, MARGIN + style.text_width(title, 10, weight="bold") + MARGIN),
        TITLE + down * block_height + (down - 1) * STACKED_GAP + MARGIN,
    )
    style.write(axes, MARGIN, 0.22, title, 10, weight="bold")
    scale = _color_scale(data)
    for number, (heading, values) in enumerate(zip(headings, data.models.values(), strict=True)):
        x = left + number % across * (width + BLOCK_GAP)
        y = TITLE + HEADER + number // across * (block_height + STACKED_GAP)
        style.write(axes, x, y - 0.36, heading, HEADING_SIZE, weight="bold")
        style.write(axes, x, y - 0.13, "tested on", NAME_SIZE, color=style.MUTED)
        _draw_cells(axes, x, y, values, data.metric, scale)
        _box_trained_on(axes, x, y, data)
        _draw_column_names(axes, x, y + height, column_names)
        below = y + rows * CELL_HEIGHT + BASELINE_GAP
        if baseline_names:
            _draw_cells(axes, x, below, np.stack(list(data.baselines.values())), data.metric, scale)
        if number % across == 0:
            _draw_row_names(axes, x, y, row_names, "trained on")
            _draw_row_names(axes, x, below, baseline_names, "baselines")
    _draw_color_bar(axes, right + 0.2, TITLE + HEADER, min(height, TALLEST_BAR), data.metric, scale)
    return figure


def _color_scale(data: MatrixData) -> ScalarMappable:
    """Span the finite values of all models; yellow is the better end.

    Baselines may lie beyond: one that undoes a filter would leave the models a single color.
    """
    metric = METRICS[data.metric]
    everything = np.concatenate([np.ravel(part) for part in data.models.values()])
    finite = everything[np.isfinite(everything)] * metric.cell_factor
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low == high:
        high = low + 1.0
    return ScalarMappable(Normalize(low, high), "viridis" if metric.higher_is_better else "viridis_r")


def _draw_cells(
    axes: Axes, left: float, top: float, values: np.ndarray, metric: str, scale: ScalarMappable
) -> None:
    """Draw colored cells with their values; infinite ones in the color of the nearer end."""
    scaled = np.asarray(values, dtype=float) * METRICS[metric].cell_factor
    low, high = scale.get_clim()
    faces = scale.to_rgba(np.clip(np.nan_to_num(scaled, nan=low, posinf=high, neginf=low), low, high))
    faces[np.isnan(scaled)] = matplotlib.colors.to_rgba(MISSING_COLOR)
    corners = []
    for row, column in np.ndindex(values.shape):
        x, y = left + column * CELL_WIDTH, top + row * CELL_HEIGHT
        corners.append([(x, y), (x + CELL_WIDTH, y), (x + CELL_WIDTH, y + CELL_HEIGHT), (x, y + CELL_HEIGHT)])
        text, color = format_cell(metric, float(values[row, column])), readable_color(faces[row, column])
        middle = x + CELL_WIDTH / 2, y + CELL_HEIGHT / 2
        style.write(axes, *middle, text, CELL_SIZE, color=color, ha="center", va="center_baseline")
    axes.add_collection(
        PolyCollection(corners, facecolors=faces.reshape(-1, 4), edgecolors="white", linewidths=0.6),
        autolim=False,
    )


def readable_color(face: Iterable[float]) -> str:
    """Choose black or white text, whichever has the higher contrast on a color.

    Args:
        face: red, green and blue (and more) in [0, 1], sRGB.

    Returns:
        `"black"` or `"white"`; the contrast is at least 4.5.

    Source: WCAG 2.1, relative luminance and contrast ratio.
    """
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in [*face][:3]]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "black" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "white"


def _box_trained_on(axes: Axes, left: float, top: float, data: MatrixData) -> None:
    """Box the cells whose test condition is the training condition, visible on dark and bright cells."""
    for row, name in enumerate(data.trained_on):
        if name not in data.tested_on:
            continue
        corner = (left + data.tested_on.index(name) * CELL_WIDTH, top + row * CELL_HEIGHT)
        for edge, width in (("white", 3.4), ("black", 1.6)):
            axes.add_patch(
                Rectangle(corner, CELL_WIDTH, CELL_HEIGHT, fill=False, ec=edge, linewidth=width, zorder=2)
            )


def _draw_column_names(axes: Axes, left: float, bottom: float, names: Sequence[str]) -> None:
    slanted = {"rotation": 45, "rotation_mode": "anchor", "ha": "right", "va": "top"}
    for column, name in enumerate(names):
        style.write(axes, left + (column + 0.65) * CELL_WIDTH, bottom + 0.07, name, NAME_SIZE, **slanted)


def _draw_row_names(axes: Axes, left: float, top: float, names: Sequence[str], title: str) -> None:
    for row, name in enumerate(names):
        middle = top + (row + 0.5) * CELL_HEIGHT
        style.write(axes, left - 0.08, middle, name, NAME_SIZE, ha="right", va="center_baseline")
    if names:
        middle = top + len(names) * CELL_HEIGHT / 2
        style.write(axes, MARGIN, middle, title, NAME_SIZE, color=style.MUTED, rotation=90, ha="left")


def _draw_color_bar(
    axes: Axes, left: float, top: float, height: float, metric: str, scale: ScalarMappable
) -> None:
    low, high = scale.get_clim()
    right = left + BAR_WIDTH
    bar = AxesImage(axes, cmap=scale.cmap, extent=(left, right, top + height, top))
    bar.set_clim(low, high)
    bar.set_data(np.linspace(high, low, 128)[:, np.newaxis])
    axes.add_artist(bar)
    for tick in map(float, MaxNLocator(5).tick_values(low, high)):
        if low <= tick <= high:
            y = top + height * (1 - (tick - low) / (high - low))
            axes.plot([right, right + 0.04], [y, y], color=style.MUTED, linewidth=0.6)
            style.write(axes, right + 0.07, y, f"{tick:g}", 7, color=style.MUTED)
    style.write(axes, left - 0.05, top - 0.13, METRICS[metric].scale_label, 7, color=style.MUTED)
