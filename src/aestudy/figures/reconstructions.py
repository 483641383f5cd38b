"""Original, distorted and decoded images, side by side for every condition."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from aestudy.distortions.names import CLEAN
from aestudy.figures import style
from aestudy.figures.choice import choose_examples
from aestudy.figures.tiles import draw_row, tile_size
from aestudy.scoring.scores import Scores
from aestudy.tables.labels import describe_level, shorten

MARGIN = 0.12
BLOCK_GAP = 0.2
NAME_SIZE = 8.5
NOTE_SIZE = 7.0
HEADER = 0.34
CAPTION = 0.2
BLOCK_WIDTH = 2.6
"""Inches, and font sizes in points."""

MOST_IMAGES = 6


@dataclass(frozen=True)
class Pictures:
    """What stands in one block of a row.

    Attributes:
        images: uint8 (C, H, W), or None where the study has no such model.
        level: how near they are to the originals over all test images, in words; may be empty.
    """

    images: np.ndarray | None
    level: str = ""


@style.styled
def draw_reconstructions(
    headers: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[Pictures]]
) -> Figure:
    """Draw a row per condition and a block of images per header.

    Args:
        headers: what each block shows, such as `original` or `trained on clean`.
        names: the conditions' names.
        rows: per condition one `Pictures` for each header; each row has at least one block with images.
    """
    sample = next(block.images for block in rows[0] if block.images is not None)
    size = tile_size(*sample.shape[1:])
    names = [shorten(name) for name in names]
    block_width = max(size.row_width(len(sample)), style.widest(list(headers), NAME_SIZE, weight="bold"))
    first = MARGIN + style.widest(names, NAME_SIZE, weight="bold") + 0.15
    lefts = [style.snap(first + number * (block_width + BLOCK_GAP)) for number in range(len(headers))]
    row_height = size.height + CAPTION
    figure, axes = style.canvas(lefts[-1] + block_width + MARGIN, MARGIN + HEADER + row_height * len(rows))
    for left, header in zip(lefts, headers, strict=True):
        style.write(axes, left, MARGIN + 0.1, header, NAME_SIZE, weight="bold")
        axes.plot([left, left + block_width], [MARGIN + 0.22] * 2, color=style.FAINT, linewidth=0.8)
    for number, (name, blocks) in enumerate(zip(names, rows, strict=True)):
        top = MARGIN + HEADER + number * row_height
        style.write(axes, MARGIN, top + size.height / 2, name, NAME_SIZE, weight="bold")
        for left, block in zip(lefts, blocks, strict=True):
            if block.images is None:
                axes.text(left, top + size.height / 2, "no such model", color=style.MUTED, va="center")
                continue
            draw_row(axes, left, top, block.images, size)
            if block.level:
                note = top + size.height + 0.08
                style.write(axes, left, note, block.level, NOTE_SIZE, color=style.MUTED)
    return figure


def collect_rows(
    clean: np.ndarray,
    labels: np.ndarray,
    names: Sequence[str],
    read_images: Callable[[str], np.ndarray],
    models: Sequence[Scores],
    identity: Scores,
) -> tuple[list[str], list[list[Pictures]]]:
    """Gather the pictures of every condition: original, distorted, and decoded by one or two models.

    Args:
        clean: uint8 (N, H, W), the clean test images.
        labels: int64 (N,), -1 where unknown.
        names: the conditions.
        read_images: condition -> uint8 (N, H, W); called for one condition at a time.
        models: the scores of one model per training condition, all of one objective and seed.
        identity: the scores of the inputs themselves.

    Returns:
        The headers and, per condition, the blocks.
    """
    by_condition = {scores.trained_on: scores for scores in models}
    kept = min(len(scores.examples[0]) for scores in models)
    count = tile_size(*clean.shape[1:]).fitting(BLOCK_WIDTH, MOST_IMAGES)
    chosen = choose_examples(labels, count, among=kept)
    headers = ["original", "distorted", "decoded, trained on it"]
    headers += [f"decoded, trained on {CLEAN}"] if CLEAN in by_condition else []
    rows = []
    for name in names:
        place = identity.tested_on.index(name)
        decoders = [by_condition.get(name)] + ([by_condition[CLEAN]] if CLEAN in by_condition else [])
        rows.append(
            [
                Pictures(clean[chosen]),
                Pictures(read_images(name)[chosen], _level(identity, place)),
                *(_decoded(scores, place, chosen) for scores in decoders),
            ]
        )
    return headers, rows


def _decoded(scores: Scores | None, place: int, chosen: np.ndarray) -> Pictures:
    if scores is None:
        return Pictures(None)
    return Pictures(scores.examples[place][chosen], _level(scores, place))


def _level(scores: Scores, place: int) -> str:
    return describe_level(scores.values["psnr_db", "clean"][place])
