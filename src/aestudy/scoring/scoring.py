"""Give methods the test images of every condition and score what comes out.

An autoencoder and every baseline go through the same loop, so that their numbers mean the same.
"""

import functools
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from aestudy.images import digest_images, to_float, to_uint8
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


class PreparedImages:
    """The test images of one condition, in the forms that methods and metrics ask for; each is made once.

    Args:
        images: uint8 (N, H, W).
    """

    def __init__(self, images: np.ndarray):
        self.images = images

    @functools.cached_property
    def floats(self) -> np.ndarray:
        """As float32 (N, H, W) in [0, 1]."""
        return to_float(self.images)

    @functools.cached_property
    def moments(self) -> LocalMoments:
        """What the structural similarity needs of them."""
        return LocalMoments(self.floats)

    @functools.cached_property
    def digest(self) -> str:
        """Their digest."""
        return digest_images(self.images)


@dataclass(frozen=True, kw_only=True)
class ScoredMethod:
    """A method that is to be scored.

    Attributes:
        reconstruct: maps float32 (N, H, W) in [0, 1] to outputs of the same shape and range; with their rates
            if the method writes files. One function for all conditions, or one for each.
        names: `method` and `dataset`; of a model also `objective`, `trained_on` and `seed`.
        cells: what earlier runs scored; a condition that is found there is not scored again.
    """

    reconstruct: Method | Mapping[str, Method]
    names: Mapping[str, Any]
    cells: ScoreCache | None = None


def score_images(
    clean: np.ndarray,
    given: np.ndarray,
    output: np.ndarray,
    *,
    moments: Mapping[int, LocalMoments] | None = None,
) -> dict[tuple[str, str], np.ndarray]:
    """Score outputs against the clean originals and against what the method was given.

    Args:
        clean: float (N, H, W) in [0, 1], the originals.
        given: same shape and range, the images that the method was given (reference `input`).
        output: same shape and range, what it made of them.
        moments: of `clean` (0) and of `given` (1), where they are known already.

    Returns:
        (metric, reference) -> float32 (N,), for every one of `VALUE_KEYS`.

    Raises:
        ValueError: the shapes differ, or an array is not made of floats in [0, 1].
    """
    compared = Comparison((clean, given), output, moments)
    return {
        (metric, reference): values.astype(np.float32)
        for metric in IMAGE_METRICS
        for reference, values in zip(REFERENCES, FUNCTIONS[metric](compared), strict=True)
    }


def score_methods(
    methods: Sequence[ScoredMethod],
    clean: PreparedImages,
    tested_on: Sequence[str],
    read_images: Callable[[str], np.ndarray],
    *,
    examples: int,
    judge: Callable[[np.ndarray], np.ndarray] | None = None,
) -> list[Scores]:
    """Give methods every test image of every condition and score what comes out.

    Args:
        methods: the methods.
        clean: the clean test images.
        tested_on: the conditions.
        read_images: condition -> uint8 (N, H, W), its test images; called for one condition at a time.
        examples: keep the outputs for so many of the first images as pictures.
        judge: maps outputs to float32 (N,), 1 where the label is read right (`aestudy.scoring.classifier`);
            None leaves the accuracy out.

    Returns:
        The scores of all test images, of each method.
    """
    rows: list[list[Mapping[str, np.ndarray]]] = [[] for _ in methods]
    for condition in tested_on:
        given = PreparedImages(read_images(condition))
        for method, scored in zip(methods, rows, strict=True):
            scored.append(_score_condition(method, condition, clean, given, examples, judge))
    return [
        Scores(
            tested_on=tuple(tested_on),
            values={
                key: np.stack([row[entry_name(*key)] for row in scored])
                for key in _keys(method, judge is not None)
            },
            examples=np.stack([row["examples"] for row in scored]),
            **method.names,
        )
        for method, scored in zip(methods, rows, strict=True)
    ]


def _keys(method: ScoredMethod, judged: bool) -> tuple[tuple[str, str], ...]:
    keys = value_keys(method.names["method"])
    return (*keys, ACCURACY_KEY) if judged else keys


def _score_condition(
    method: ScoredMethod,
    condition: str,
    clean: PreparedImages,
    given: PreparedImages,
    examples: int,
    judge: Callable[[np.ndarray], np.ndarray] | None,
) -> Mapping[str, np.ndarray]:
    """Score the images of one condition, or find what an earlier run scored: entry of the file -> its row."""
    entries = {entry_name(*key) for key in _keys(method, judge is not None)} | {"examples"}
    cell = method.cells.get(given.digest) if method.cells else None
    words = " ".join(str(method.names[name]) for name in ("method", "seed") if name in method.names)
    if cell is not None and cell.keys() == entries:
        logger.info("%s, tested on %s: the scores of an earlier run", words, condition)
    else:
        reconstruct = method.reconstruct
        if isinstance(reconstruct, Mapping):
            reconstruct = reconstruct[condition]
        cell = _score_cell(reconstruct, clean, given, examples, judge)
        mean = cell[entry_name("psnr_db", "clean")].mean(dtype=np.float64)
        logger.info("%s, tested on %s: mean PSNR %.2f dB against the clean images", words, condition, mean)
    if method.cells:
        method.cells.keep(given.digest, cell)
    return cell


def _score_cell(
    reconstruct: Method,
    clean: PreparedImages,
    given: PreparedImages,
    examples: int,
    judge: Callable[[np.ndarray], np.ndarray] | None,
) -> dict[str, np.ndarray]:
    output, rates = reconstruct(given.floats), {}
    if isinstance(output, CodedImages):
        output, rates = output
    moments = {0: clean.moments, 1: given.moments}
    values = score_images(clean.floats, given.floats, output, moments=moments) | dict(rates)
    if judge is not None:
        values[ACCURACY_KEY] = judge(output)
    cell = {entry_name(*key): per_image.astype(np.float32) for key, per_image in values.items()}
    return cell | {"examples": to_uint8(output[:examples])}
