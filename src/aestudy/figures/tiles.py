"""Rows of small images on a canvas, each pixel a whole number of dots where the images are small enough."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from aestudy.figures.style import DOTS_PER_INCH, snap

TALLEST_TILE = 56
WIDEST_TILE = 112
"""In dots of the PNG; 28 x 28 images are shown at twice their size."""

TILE_GAP = 4
"""Dots between two images of a row."""


@dataclass(frozen=True)
class TileSize:
    """The size of one image in inches; `enlarged` if every pixel is a whole number of dots wide."""

    width: float
    height: float
    enlarged: bool

    def row_width(self, count: int) -> float:
        """Width of a row of `count` images, in inches."""
        return count * self.width + max(0, count - 1) * TILE_GAP / DOTS_PER_INCH

    def fitting(self, width: float, most: int) -> int:
        """Count the images that fit into a row of `width` inches: at least 1, at most `most`."""
        gap = TILE_GAP / DOTS_PER_INCH
        return max(1, min(most, int((width + gap) / (self.width + gap))))


def tile_size(height: int, width: int) -> TileSize:
    """Choose how large images of so many rows and columns are drawn."""
    scale = min(TALLEST_TILE / height, WIDEST_TILE / width)
    enlarged = scale >= 1
    if enlarged:
        scale = int(scale)
    # A very long and thin image keeps at least a few dots of its short side.
    rows, columns = max(4, round(height * scale)), max(4, round(width * scale))
    return TileSize(columns / DOTS_PER_INCH, rows / DOTS_PER_INCH, enlarged)


def draw_row(axes: Axes, left: float, top: float, images: np.ndarray, size: TileSize) -> None:
    """Draw images side by side.

    Args:
        axes: a canvas of `style.canvas`.
        left: inches from the left edge.
        top: inches from the upper edge.
        images: uint8 array (C, H, W); black is 0 and white is 255; contrast is not stretched.
        size: what `tile_size(H, W)` returned.
    """
    for column, image in enumerate(images):
        x = snap(left) + column * (size.width + TILE_GAP / DOTS_PER_INCH)
        y = snap(top)
        artist = AxesImage(
            axes,
            extent=(x, x + size.width, y + size.height, y),
            interpolation="nearest" if size.enlarged else "auto",
            origin="upper",
        )
        # As RGB, because a color map may be off by one gray level.
        artist.set_data(np.repeat(image[..., np.newaxis], 3, axis=-1))
        axes.add_artist(artist)
