"""Linear methods that learn each tested condition from the pairs that a model learns from.

`fit(pairs, code_size)` takes pairs of a distorted and a clean training image and gives a function that maps
float32 images `(M, H, W)` in [0, 1] to outputs of the same shape and range. Like a model that was trained on
the condition, such a method knows the distortion that it is up against. To add one, write such a function and
add a line to `PAIRED_BASELINES` and to `WORDS`.
"""

import functools
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aestudy.datasets.splits import hold_out
from aestudy.errors import look_up
from aestudy.files.archives import read_archive
from aestudy.images import to_float
from aestudy.scoring.baselines import Reconstruct
from aestudy.scoring.linear_regression import LinearRegression
from aestudy.scoring.method_kinds import PAIRED, MethodWords
from aestudy.settings.batches import images_to_train_on

logger = logging.getLogger(__name__)

RIDGES = tuple(10.0**power for power in range(-7, 2))
"""Ridges to choose from, in units of the mean variance of a pixel; then those half way to the best one's
neighbors."""

JUDGING_IMAGES = 1000
"""So many held-out images, the first ones, decide a ridge."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Training images under one condition and their originals, uint8 (N, H, W).

    Attributes:
        given: the distorted images to fit.
        clean: their originals.
        held_given: distorted images that are held out, to choose by.
        held_clean: their originals.
    """

    given: np.ndarray
    clean: np.ndarray
    held_given: np.ndarray
    held_clean: np.ndarray

    @classmethod
    def split(
        cls,
        given: np.ndarray,
        clean: np.ndarray,
        validation_fraction: float,
        *,
        study_seed: int,
        dataset: str,
    ) -> "Pairs":
        """Hold out the images that models are not trained on; of a single one, itself.

        Args:
            given: uint8 (N, H, W), training images distorted.
            clean: uint8 (N, H, W), their originals.
            validation_fraction: share of them that is held out.
            study_seed: the `seed` of the config.
            dataset: name of the data set.
        """
        held_out = len(clean) - images_to_train_on(len(clean), validation_fraction)
        kept, held = hold_out(len(clean), held_out, study_seed=study_seed, dataset=dataset)
        held = held if len(held) else kept
        return cls(given[kept], clean[kept], given[held], clean[held])

    @functools.cached_property
    def regression(self) -> LinearRegression:
        """Their linear regression."""
        return LinearRegression.fit(self.given, self.clean)

    def choose(self, name: str, fit: Callable[[float], Reconstruct]) -> Reconstruct:
        """Choose the ridge of the smallest mean squared error on held-out images.

        Args:
            name: what is fitted, for the log.
            fit: ridge, in units of the variances, -> method.
        """
        unit = self.regression.pixel_variance
        errors = {ridge: self.error(fit(ridge * unit)) for ridge in RIDGES}
        best = min(errors, key=errors.__getitem__)
        errors |= {ridge: self.error(fit(ridge * unit)) for ridge in (best / 10**0.5, best * 10**0.5)}
        best = min(errors, key=errors.__getitem__)
        logger.info("%s of ridge %.2g: mean squared error %.5f on held-out images", name, best, errors[best])
        return fit(best * unit)

    def error(self, reconstruct: Reconstruct) -> float:
        """Compute the mean squared error of a method on held-out images."""
        outputs = reconstruct(to_float(self.held_given[:JUDGING_IMAGES]))
        originals = to_float(self.held_clean[:JUDGING_IMAGES])
        return float(np.mean(np.square(outputs - originals), dtype=np.float64))


def fit_lmmse(pairs: Pairs, code_size: int) -> Reconstruct:
    """Map images linearly to the clean ones that are expected (LMMSE), clipped to [0, 1].

    The linear minimum mean squared error estimate, a ridge regression on the training pairs (Hoerl & Kennard
    1970); its ridge is chosen on held-out training images. It has no code. Doing nothing is linear, too, and
    is chosen where it is better, as it is where nothing was distorted.
    """
    found = pairs.regression

    def fit(ridge: float) -> Reconstruct:
        weights = _narrow(found.covariances / (found.variances + ridge)[:, np.newaxis])
        return lambda images: found.answer(found.components(images), weights)

    best = pairs.choose("LMMSE", fit)
    return np.copy if pairs.error(np.copy) < pairs.error(best) else best


def fit_linear_code(pairs: Pairs, code_size: int) -> Reconstruct:
    """Map images to the clean ones through the best linear code of `code_size` numbers, clipped to [0, 1].

    The reduced-rank regression of clean on distorted images (Izenman 1975) with a ridge that is chosen on
    held-out training images (Mukherjee & Zhu 2011). With E = diag(1 / √(e + ridge)) and the u largest
    eigenvectors U of E D Dᵀ E it maps components z to Dᵀ E U Uᵀ E z; the code is Uᵀ E z.
    """
    from scipy.linalg import eigh

    found = pairs.regression
    products, size = found.covariances @ found.covariances.T, len(found.variances)

    def fit(ridge: float) -> Reconstruct:
        scale = 1 / np.sqrt(found.variances + ridge)
        vectors = np.empty((size, 0))
        if size:
            largest = (max(size - code_size, 0), size - 1)
            _, vectors = eigh(products * np.outer(scale, scale), subset_by_index=largest)
        coder = vectors * scale[:, np.newaxis]
        factors = _narrow(coder), _narrow(coder.T @ found.covariances)
        return lambda images: found.answer(found.components(images), *factors)

    return pairs.choose("Linear denoising code", fit)


PAIRED_BASELINES: dict[str, Callable[[Pairs, int], Reconstruct]] = {
    "linear_code": fit_linear_code,
    "lmmse": fit_lmmse,
}
"""Name -> how it is fitted, in the order of the tables."""

WORDS = {
    "linear_code": MethodWords(PAIRED, "linear code", "the best linear code of the same size"),
    "lmmse": MethodWords(PAIRED, "LMMSE", "the best linear map (LMMSE)"),
}
"""What is said of each. Apart from the functions, as in `aestudy.scoring.baselines`."""


class PairedFits:
    """Fits methods to one condition at a time, so that memory holds the images and fits of one only.

    Args:
        clean: uint8 (N, H, W), the clean training images.
        read_images: condition -> uint8 (N, H, W), the same images distorted.
        code_size: number of values that a code may hold, at least 1.
        validation_fraction: share of the images that is held out, the one that models are not trained on.
        study_seed: the `seed` of the config.
        dataset: name of the data set.
    """

    def __init__(
        self, clean: np.ndarray, read_images: Callable[[str], np.ndarray], *, code_size: int,
        validation_fraction: float, study_seed: int, dataset: str,
    ):  # fmt: skip
        self._clean, self._read, self._code_size = clean, read_images, code_size
        self._validation_fraction = validation_fraction
        self._origin: dict[str, Any] = {"study_seed": study_seed, "dataset": dataset}
        self._last: tuple[str, Pairs] | None = None

    def methods(self, names: Sequence[str], tested_on: Sequence[str]) -> dict[str, dict[str, Reconstruct]]:
        """Name the functions to score: method -> condition -> function, fitted when it is called.

        Raises:
            StudyError: no method has that name.
        """
        for name in names:
            look_up(PAIRED_BASELINES, name, "paired baseline")
        return {
            name: {condition: functools.partial(self._answer, name, condition) for condition in tested_on}
            for name in names
        }

    def _answer(self, name: str, condition: str, images: np.ndarray) -> np.ndarray:
        return PAIRED_BASELINES[name](self.pairs(condition), self._code_size)(images)

    def pairs(self, condition: str) -> Pairs:
        """Split the training images of a condition."""
        if self._last is None or self._last[0] != condition:
            self._last = None
            given, fraction = self._read(condition), self._validation_fraction
            self._last = condition, Pairs.split(given, self._clean, fraction, **self._origin)
        return self._last[1]


def fits_of_job(
    job: Any, names: Sequence[str], read_images: Callable[[str], np.ndarray]
) -> dict[str, dict[str, Reconstruct]]:
    """Fit the methods of a job to the training pairs of conditions, as `PairedFits.methods`.

    Args:
        job: has `input.train`, `wildcards.dataset` and in `params` `methods`, `code_size`,
            `validation_fraction` and `study_seed`.
        names: the conditions.
        read_images: condition -> uint8 (N, H, W), the training images distorted.
    """
    params = job.params
    fits = PairedFits(
        read_archive(job.input.train, "images")["images"], read_images, code_size=params.code_size,
        validation_fraction=params.validation_fraction, study_seed=params.study_seed,
        dataset=job.wildcards.dataset,
    )  # fmt: skip
    return fits.methods(params.methods, names)


def _narrow(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, np.float32)
