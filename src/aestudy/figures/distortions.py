"""The distortions themselves: the same test images under every condition."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from aestudy.figures import style
from aestudy.figures.choice import choose_examples
from aestudy.figures.tiles import draw_row, tile_size
from aestudy.scoring.scores import Scores
from aestudy.tables.labels import describe_level, describe_parameters, shorten

MARGIN = 0.12
ROW_GAP = 0.12
NAME_SIZE = 8.5
NOTE_SIZE = 7.0
LINE = 0.14
ROW_WIDTH = 6.0
"""Inches, and font sizes in points."""

MOST_IMAGES = 10


@style.styled
def draw_distortions(
    images: Sequence[np.ndarray], names: Sequence[str], notes: Sequence[str], levels: Sequence[str]
) -> Figure:
    """Draw one row of images per condition.

    Args:
        images: per condition uint8 (C, H, W), the same C test images each time.
        names: the conditions' names.
        notes: what each condition does, in a few words; may be empty.
        levels: how near the distorted test images are to the clean ones, by `labels.describe_level`.
    """
    size = tile_size(*images[0].shape[1:])
    names = [shorten(name) for name in names]
    notes = [shorten(note, 34) for note in notes]
    label_width = max(
        style.widest(names, NAME_SIZE, weight="bold"), style.widest([*notes, *levels], NOTE_SIZE)
    )
    row_height = max(size.height, 3 * LINE) + ROW_GAP
    left = MARGIN + label_width + 0.15
    figure, axes = style.canvas(
        left + size.row_width(len(images[0])) + MARGIN, 2 * MARGIN + row_height * len(names) - ROW_GAP
    )
    for row, (name, note, level) in enumerate(zip(names, notes, levels, strict=True)):
        top = MARGIN + row * row_height
        lines = [line for line in (note, level) if line]
        middle = top + (row_height - ROW_GAP) / 2
        first = middle - len(lines) * LINE / 2
        style.write(axes, MARGIN, first, name, NAME_SIZE, weight="bold")
        for number, line in enumerate(lines, start=1):
            style.write(axes, MARGIN, first + number * LINE, line, NOTE_SIZE, color=style.MUTED)
        draw_row(axes, left, middle - size.height / 2, images[row], size)
    return figure


def pick(
    clean: np.ndarray, labels: np.ndarray, names: Sequence[str], read_images: Callable[[str], np.ndarray]
) -> list[np.ndarray]:
    """Pick the same few test images of every condition, one of each label where there are labels.

    Args:
        clean: uint8 (N, H, W), the clean test images.
        labels: int64 (N,), -1 where unknown.
        names: the conditions.
        read_images: condition -> uint8 (N, H, W); called for one condition at a time.

    Returns:
        Per condition uint8 (C, H, W).
    """
    chosen = choose_examples(labels, tile_size(*clean.shape[1:]).fitting(ROW_WIDTH, MOST_IMAGES))
    return [read_images(name)[chosen] for name in names]


def draw_tested(
    clean: Mapping[str, np.ndarray],
    read_images: Callable[[str], np.ndarray],
    specs: Sequence[Mapping[str, Any]],
    identity: Scores,
) -> Figure:
    """Draw the conditions that a study tests on.

    Args:
        clean: `images`, uint8 (N, H, W), and `labels`, int64 (N,).
        read_images: condition -> its images, uint8 (N, H, W).
        specs: the resolved conditions.
        identity: the scores of the inputs themselves, on these conditions.
    """
    names, levels = [spec["name"] for spec in specs], identity.values["psnr_db", "clean"]
    return draw_distortions(
        pick(clean["images"], clean["labels"], names, read_images),
        names,
        [describe_parameters(spec) for spec in specs],
        [describe_level(levels[identity.tested_on.index(name)]) for name in names],
    )
