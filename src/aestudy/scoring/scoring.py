"""Give a method the test images of every condition and score what comes out.

An autoencoder and every baseline go through the same loop, so that their numbers mean the same.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from aestudy.images import to_float, to_uint8
from aestudy.metrics.structural_similarity import LocalMoments
from aestudy.metrics.table import FUNCTIONS, IMAGE_METRICS, REFERENCES, Comparison
from aestudy.scoring.method_names import ACCURACY_KEY, value_keys
from aestudy.scoring.score_cache import ScoreCache
from aestudy.scoring.scores import Scores, entry_name

logger = logging.getLogger(__name__)


class CodedImages(NamedTuple):
    """What a method gives back that writes files.

    Attributes:
        images: float32 (N, H, W) in [0, 1], the outputs.
        rates: key of `RATE_KEYS` -> float (N,).
    """

    images: np.ndarray
    rates: Mapping[tuple[str, str], np.ndarray]


Method = Callable[[np.ndarray], np.ndarray | CodedImages]
"""Float32 images (N, H, W) in [0, 1] -> outputs of that shape and range, with rates if it writes files."""


def score_images(
    clean: np.ndarray,
    given: np.ndarray,
    output: np.ndarray,
    *,
    clean_moments: LocalMoments | None = None,
) -> dict[tuple[str, str], np.ndarray]:
    """Score outputs against the clean originals and against what the method was given.

    Args:
        clean: float (N, H, W) in [0, 1], the originals.
        given: same shape and range, the images that the method was given (reference `input`).
        output: same shape and range, what it made of them.
        clean_moments: of `clean`, if they are known already.

    Returns:
        (metric, reference) -> float32 (N,), for every one of `VALUE_KEYS`.

    Raises:
        ValueError: the shapes differ, or an array is not made of floats in [0, 1].
    """
    compared = Comparison((clean, given), output, {0: clean_moments} if clean_moments else None)
    return {
        (metric, reference): values.astype(np.float32)
        for metric in IMAGE_METRICS
        for reference, values in zip(REFERENCES, FUNCTIONS[metric](compared), strict=True)
    }


def score_method(
    reconstruct: Method | Mapping[str, Method],
    clean: np.ndarray,
    tested_on: Sequence[str],
    read_images: Callable[[str], np.ndarray],
    *,
    examples: int,
    cells: ScoreCache | None = None,
    judge: Callable[[np.ndarray], np.ndarray] | None = None,
    **names: Any,
) -> Scores:
    """Give a method every test image of every condition and score what comes out.

    Args:
        reconstruct: maps float32 (N, H, W) in [0, 1] to outputs of the same shape and range; with their rates
            if the method writes files. One function for all conditions, or one for each.
        clean: uint8 (N, H, W), the clean test images.
        tested_on: the conditions.
        read_images: condition -> uint8 (N, H, W), its test images; called for one condition at a time.
        examples: keep the outputs for so many of the first images as pictures.
        cells: what earlier runs scored; a condition that is found there is not scored again.
        judge: maps outputs to float32 (N,), 1 where the label is read right (`aestudy.scoring.classifier`);
            None leaves the accuracy out.
        **names: `method` and `dataset`; for a model also `objective`, `trained_on` and `seed`.

    Returns:
        The scores of all test images.
    """
    keys = value_keys(names["method"])
    if judge is not None:
        keys = (*keys, ACCURACY_KEY)
    entries = {entry_name(*key) for key in keys} | {"examples"}
    originals = to_float(clean)
    moments = LocalMoments(originals)
    scored = []
    for condition in tested_on:
        images = read_images(condition)
        cell = cells.get(images) if cells else None
        if cell is not None and cell.keys() == entries:
            logger.info("tested on %s: the scores of an earlier run", condition)
        else:
            method = reconstruct[condition] if isinstance(reconstruct, Mapping) else reconstruct
            cell = _score_cell(method, originals, moments, images, examples, judge)
            mean = cell[entry_name("psnr_db", "clean")].mean(dtype=np.float64)
            logger.info("tested on %s: mean PSNR %.2f dB against the clean images", condition, mean)
        if cells:
            cells.keep(images, cell)
        scored.append(cell)
    return Scores(
        tested_on=tuple(tested_on),
        values={key: np.stack([cell[entry_name(*key)] for cell in scored]) for key in keys},
        examples=np.stack([cell["examples"] for cell in scored]),
        **names,
    )


def _score_cell(
    reconstruct: Method,
    clean: np.ndarray,
    moments: LocalMoments,
    images: np.ndarray,
    examples: int,
    judge: Callable[[np.ndarray], np.ndarray] | None,
) -> dict[str, np.ndarray]:
    """Score the images of one condition: entry of the scores file -> its row."""
    given = to_float(images)
    output, rates = reconstruct(given), {}
    if isinstance(output, CodedImages):
        output, rates = output
    values = score_images(clean, given, output, clean_moments=moments) | dict(rates)
    if judge is not None:
        values[ACCURACY_KEY] = judge(output)
    cell = {entry_name(*key): per_image.astype(np.float32) for key, per_image in values.items()}
    return cell | {"examples": to_uint8(output[:examples])}
