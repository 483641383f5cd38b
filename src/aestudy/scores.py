"""One method's scores on every condition: how they are made, and the file that holds them.

A method turns the images that it is given into output images; an autoencoder and every baseline go through
the same loop here, so that their numbers mean the same. Scores are float32 `(T, N)`: one value per tested
condition and test image, in the order of the conditions and of the test set.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from aestudy.archives import read_archive, read_provenance, write_archive
from aestudy.cells import Cells
from aestudy.checks import to_float, to_uint8
from aestudy.errors import StudyError
from aestudy.metrics import METRICS, REFERENCES, mse, psnr_db_of_mse
from aestudy.structural_similarity import LocalMoments, ssim_against

logger = logging.getLogger(__name__)

AUTOENCODER = "autoencoder"
"""The method name of a trained model whose code is passed on as floats."""

CODEC = "codec"
"""The method name of a trained model whose code goes through a compressed file (`aestudy.codec`)."""

TRAINED_METHODS = (AUTOENCODER, CODEC)
"""Every other method is a baseline."""

NAMES = {"method": str, "objective": str, "trained_on": str, "seed": int, "dataset": str}
"""What the provenance of a scores file says, and the type of each."""

VALUE_KEYS = tuple((metric, reference) for metric in METRICS for reference in REFERENCES)

STREAM = "stream"
"""The reference of a rate: the compressed file itself, compared with nothing."""

RATE_KEYS = tuple(
    (metric, STREAM) for metric in ("bits_per_image", "bits_per_pixel", "entropy_bits_per_image")
)
"""What a method that writes files has besides. The mean of `bits_per_image` is the size of the whole file,
header included, by the number of images; its bits are shared out among the images in proportion to their
information content under the codec's tables, which is `entropy_bits_per_image`."""

ACCURACY_KEY = ("accuracy", "label")
"""1 where a classifier of clean images (`aestudy.classifier`) reads the output's label right, else 0; only
where the test images have labels."""


def value_keys(method: str) -> tuple[tuple[str, str], ...]:
    """Name the metrics and references that a method's scores always have, in order."""
    return VALUE_KEYS + RATE_KEYS if method == CODEC else VALUE_KEYS


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


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores:
    """One method, scored on every condition.

    Attributes:
        method: `autoencoder`, `codec` or the name of a baseline.
        objective: what the model was trained for; None for a baseline.
        trained_on: the condition that the model was trained on; None for a baseline.
        seed: the model's seed; None for a baseline.
        dataset: the data set.
        tested_on: the T conditions.
        values: (metric, reference) -> float32 (T, N), every one of `value_keys(method)`, and `ACCURACY_KEY`
            if the images have labels; PSNR may be `inf`, nothing is NaN.
        examples: uint8 (T, K, H, W), the outputs for the first K ≤ N test images.
    """

    method: str
    objective: str | None = None
    trained_on: str | None = None
    seed: int | None = None
    dataset: str
    tested_on: tuple[str, ...]
    values: Mapping[tuple[str, str], np.ndarray]
    examples: np.ndarray

    def __post_init__(self) -> None:
        """Refuse scores that contradict themselves with a ValueError."""
        problem = _problem(self)
        if problem:
            raise ValueError(problem)

    @property
    def n_images(self) -> int:
        """Number of test images."""
        return next(iter(self.values.values())).shape[1]

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The metrics and references that there are, in order."""
        keys = value_keys(self.method)
        return (*keys, ACCURACY_KEY) if ACCURACY_KEY in self.values else keys

    @property
    def names(self) -> dict[str, Any]:
        """What was scored: the entries of `NAMES`, None where one does not apply."""
        return {name: getattr(self, name) for name in NAMES}


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
    scored: dict[tuple[str, str], np.ndarray] = {}
    similarities = ssim_against((clean_moments or clean, given), output)
    for name, reference, similarity in zip(REFERENCES, (clean, given), similarities, strict=True):
        errors = mse(reference, output)
        scored["mse", name] = errors
        scored["psnr_db", name] = psnr_db_of_mse(errors)
        scored["ssim", name] = similarity
    return {key: scored[key].astype(np.float32) for key in VALUE_KEYS}


def score_method(
    reconstruct: Method | Mapping[str, Method],
    clean: np.ndarray,
    tested_on: Sequence[str],
    read_images: Callable[[str], np.ndarray],
    *,
    examples: int,
    cells: Cells | None = None,
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
        judge: maps outputs to float32 (N,), 1 where the label is read right (`aestudy.classifier`); None
            leaves the accuracy out.
        **names: `method` and `dataset`; for a model also `objective`, `trained_on` and `seed`.

    Returns:
        The scores of all test images.
    """
    keys = value_keys(names["method"])
    if judge is not None:
        keys = (*keys, ACCURACY_KEY)
    entries = {_entry(*key) for key in keys} | {"examples"}
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
            mean = cell[_entry("psnr_db", "clean")].mean(dtype=np.float64)
            logger.info("tested on %s: mean PSNR %.2f dB against the clean images", condition, mean)
        if cells:
            cells.keep(images, cell)
        scored.append(cell)
    return Scores(
        tested_on=tuple(tested_on),
        values={key: np.stack([cell[_entry(*key)] for cell in scored]) for key in keys},
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
    cell = {_entry(*key): per_image.astype(np.float32) for key, per_image in values.items()}
    return cell | {"examples": to_uint8(output[:examples])}


def write_scores(path: str | Path, scores: Scores) -> None:
    """Write scores as `.npz`: `tested_on`, `{metric}.{reference}`, `examples` and the provenance.

    Args:
        path: the file to make or replace.
        scores: the scores.
    """
    arrays = {_entry(*key): scores.values[key] for key in scores.keys}
    arrays |= {"tested_on": np.array(scores.tested_on), "examples": scores.examples}
    write_archive(path, arrays, scores.names)


def read_scores(path: str | Path) -> Scores:
    """Read a file that `write_scores` made.

    Raises:
        StudyError: the file is missing, damaged, or does not hold scores.
    """
    provenance = read_provenance(path)
    keys = value_keys(provenance.get("method", ""))
    arrays = read_archive(path)
    if not {"tested_on", "examples", *(_entry(*key) for key in keys)} <= arrays.keys():
        arrays = read_archive(path, "tested_on", "examples", *(_entry(*key) for key in keys))  # which raises
    if _entry(*ACCURACY_KEY) in arrays:
        keys = (*keys, ACCURACY_KEY)
    if provenance.keys() != NAMES.keys():
        raise StudyError(
            f"{path}: expected the provenance of scores ({', '.join(NAMES)}), found "
            f"{', '.join(provenance) or 'an empty one'}. Delete the file and run the study again."
        )
    try:
        return Scores(
            **provenance,
            tested_on=tuple(str(name) for name in arrays["tested_on"].ravel()),
            values={key: arrays[_entry(*key)] for key in keys},
            examples=arrays["examples"],
        )
    except ValueError as problem:
        raise StudyError(f"{path}: {problem}. Delete the file and run the study again.") from None


def _entry(metric: str, reference: str) -> str:
    return f"{metric}.{reference}"


def _problem(scores: Scores) -> str | None:
    """Say what is wrong with scores; None when nothing is."""
    for name, kind in NAMES.items():
        value = getattr(scores, name)
        optional = name not in ("method", "dataset")
        if not (type(value) is kind or (optional and value is None)):
            return f"expected {name} to be {kind.__name__}, found {value!r}"
    given = [name for name in ("objective", "trained_on", "seed") if getattr(scores, name) is not None]
    if scores.method in TRAINED_METHODS and len(given) < 3:
        return "expected the objective, trained_on and seed of an autoencoder, found only " + repr(given)
    if scores.method not in TRAINED_METHODS and given:
        return f"expected no {given[0]} of the baseline {scores.method}, found one"
    conditions = len(scores.tested_on)
    if not conditions or len(set(scores.tested_on)) != conditions:
        return f"expected tested_on to name conditions, each once, found {scores.tested_on}"
    keys = value_keys(scores.method)
    if set(scores.values) - {ACCURACY_KEY} != set(keys):
        return f"expected values for {keys}, found {tuple(scores.values)}"
    shape = scores.values[keys[0]].shape
    for key in scores.keys:
        array = scores.values[key]
        if array.dtype != np.float32 or array.ndim != 2 or array.shape != shape or not array.size:
            return f"expected {_entry(*key)} to be float32 (T, N), found {array.dtype} {array.shape}"
        if np.isnan(array).any():
            return f"expected numbers in {_entry(*key)}, found NaN"
    if shape[0] != conditions:
        return f"expected values for {conditions} conditions, found {shape[0]}"
    pictures = scores.examples
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or len(pictures) != conditions:
        return (
            f"expected examples to be uint8 ({conditions}, K, H, W), found {pictures.dtype} {pictures.shape}"
        )
    return None
