"""One method's scores on every condition, and the file that holds them.

Scores are float32 `(T, N)`: one value per tested
condition and test image, in the order of the conditions and of the test set.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.errors import StudyError
from aestudy.files.archives import read_archive, read_provenance, write_archive
from aestudy.scoring.method_names import ACCURACY_KEY, TRAINED_METHODS, value_keys

logger = logging.getLogger(__name__)


NAMES = {"method": str, "objective": str, "trained_on": str, "seed": int, "dataset": str}
"""What the provenance of a scores file says, and the type of each."""


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


def write_scores(path: str | Path, scores: Scores) -> None:
    """Write scores as `.npz`: `tested_on`, `{metric}.{reference}`, `examples` and the provenance.

    Args:
        path: the file to make or replace.
        scores: the scores.
    """
    arrays = {entry_name(*key): scores.values[key] for key in scores.keys}
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
    if not {"tested_on", "examples", *(entry_name(*key) for key in keys)} <= arrays.keys():
        arrays = read_archive(
            path, "tested_on", "examples", *(entry_name(*key) for key in keys)
        )  # which raises
    if entry_name(*ACCURACY_KEY) in arrays:
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
            values={key: arrays[entry_name(*key)] for key in keys},
            examples=arrays["examples"],
        )
    except ValueError as problem:
        raise StudyError(f"{path}: {problem}. Delete the file and run the study again.") from None


def entry_name(metric: str, reference: str) -> str:
    """Name the entry of a scores file that holds one metric."""
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
            return f"expected {entry_name(*key)} to be float32 (T, N), found {array.dtype} {array.shape}"
        if np.isnan(array).any():
            return f"expected numbers in {entry_name(*key)}, found NaN"
    if shape[0] != conditions:
        return f"expected values for {conditions} conditions, found {shape[0]}"
    pictures = scores.examples
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or len(pictures) != conditions:
        return (
            f"expected examples to be uint8 ({conditions}, K, H, W), found {pictures.dtype} {pictures.shape}"
        )
    return None
