"""One look for all figures, and one way to save them that always gives the same bytes.

Figures are `matplotlib.figure.Figure` objects without pyplot: no global state, no window system. A person's
own matplotlibrc has no influence. The font is the DejaVu Sans that matplotlib brings.
"""

import contextlib
import functools
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from PIL import Image

from aestudy.files.atomic import atomic_write

DOTS_PER_INCH = 144
"""Resolution of the PNG files, and the grid on which tiles of images are laid."""

INK = "#1a1a1a"
MUTED = "#616161"
FAINT = "#c8c8c8"
OBJECTIVE_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""From the palette of Okabe and Ito, which color-blind people can tell apart."""

SETTINGS: dict[str, Any] = {
    "figure.dpi": DOTS_PER_INCH,
    "savefig.dpi": DOTS_PER_INCH,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.0,
    "text.color": INK,
    "text.parse_math": False,  # a name from the config is text, never a formula
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 8.0,
    "axes.titlelocation": "left",
    "axes.titlepad": 4.0,
    "axes.unicode_minus": True,
    "grid.color": "#e4e6ea",
    "grid.linewidth": 0.5,
    "axes.axisbelow": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.2,
    "image.composite_image": False,
    "svg.fonttype": "none",  # letters stay letters: smaller files that can be searched and edited
    "svg.hashsalt": "aestudy",  # without it, identifiers in the file are random
}

SVG_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
"""No date and no program: the bytes depend on the data only."""


def lighter(color: str) -> tuple[float, ...]:
    """Mix a color with as much white, for what stands behind something of that color."""
    return tuple((1 + part) / 2 for part in to_rgb(color))


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Put the study's settings in place of matplotlib's for the duration of a block."""
    defaults = {
        key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith("backend")
    }
    with matplotlib.rc_context({**defaults, **SETTINGS}):
        yield


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Decorate a function that draws a figure so that it runs under `style`."""

    @functools.wraps(draw)
    def wrapper(*arguments: Any, **options: Any) -> Figure:
        with style():
            return draw(*arguments, **options)

    return wrapper


def save(figure: Figure, svg_path: str | Path, png_path: str | Path) -> None:
    """Save a figure as SVG and as PNG, both atomically.

    The same figure gives the same bytes in every process and folder. A PNG without color is stored as gray.
    """
    with style():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        pixels = np.array(canvas.buffer_rgba())[..., :3]
        vector = io.BytesIO()
        figure.savefig(vector, format="svg", metadata=SVG_METADATA)
    if (pixels == pixels[..., :1]).all():
        pixels = pixels[..., 0]
    with atomic_write(png_path) as file:
        Image.fromarray(pixels).save(file, format="PNG", compress_level=9)
    with atomic_write(svg_path) as file:
        file.write(vector.getvalue())


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Open a figure with one invisible axes over all of it, whose units are inches from the top left corner.

    One axes instead of one per tile or cell: drawing hundreds of axes takes seconds.
    """
    figure = Figure(figsize=(snap(width), snap(height)))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, snap(width))
    axes.set_ylim(snap(height), 0)
    axes.set_autoscale_on(False)
    return figure, axes


def write(axes: Axes, x: float, y: float, text: str, size: float, **look: Any) -> None:
    """Write a line of text, by default with its middle at that height."""
    axes.text(x, y, text, size=size, **{"va": "center", **look})


def snap(inches: float) -> float:
    """Round a length or position to whole pixels of the PNG, so that tiles of images stay sharp."""
    return round(inches * DOTS_PER_INCH) / DOTS_PER_INCH


def text_width(text: str, size: float, *, weight: str = "normal") -> float:
    """Measure a line of text at a font size in points: its width in inches."""
    font = FontProperties(family=SETTINGS["font.sans-serif"][:1], size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return width / 72


def widest(texts: list[str], size: float, *, weight: str = "normal") -> float:
    """Measure the widest of several lines, in inches; 0 when there are none."""
    return max((text_width(text, size, weight=weight) for text in texts), default=0.0)
