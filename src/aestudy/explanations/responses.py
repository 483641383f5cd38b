"""What a condition does to images on average: its mean response φ(x) = E[y | x], and fresh draws of it."""

import functools
from collections.abc import Iterator

import numpy as np

from aestudy.distortions.registry import is_random
from aestudy.distortions.variants import Spec, distort_split
from aestudy.images import to_float

POINTWISE = frozenset({"clean", "poisson", "white", "salt_pepper", "speckle"})
"""Kinds that change each pixel by itself, by one rule for all: there φ is a curve over 256 gray levels."""

LEVELS = 256
CURVE_SIDE = 128
"""A gray level is drawn for a square of so many pixels a side: the error of φ is σ / 128 or less."""

IMAGE_DRAWS = 64
"""Draws of the images themselves, for kinds that are not pointwise."""


def fresh_draws(
    images: np.ndarray, spec: Spec, count: int, *, study_seed: int, dataset: str, purpose: str
) -> Iterator[np.ndarray]:
    """Distort images anew, with noise that nothing was trained or tested on.

    Args:
        images: uint8 (N, H, W).
        spec: the resolved distortion.
        count: number of draws.
        study_seed: the `seed` of the config.
        dataset: name of the data set.
        purpose: part of the name of the random streams.

    Yields:
        uint8 (N, H, W), clipped and rounded as every variant is.
    """
    for draw in range(count):
        split = f"{purpose}, draw {draw}"
        yield distort_split(images, spec, study_seed=study_seed, dataset=dataset, split=split)


def mean_response(images: np.ndarray, spec: Spec, *, study_seed: int, dataset: str) -> np.ndarray:
    """Estimate the mean response of a condition, φ(x) = E[y | x] with y clipped and rounded.

    Of a pointwise kind it is a curve, estimated for every gray level; of others the mean of many draws of the
    images; what draws nothing is drawn once.

    Args:
        images: uint8 (N, H, W), clean.
        spec: the resolved distortion.
        study_seed: the `seed` of the config.
        dataset: name of the data set.

    Returns:
        float32 (N, H, W) in [0, 1].
    """
    draw = functools.partial(
        fresh_draws, spec=spec, study_seed=study_seed, dataset=dataset, purpose="mean response"
    )
    if spec["kind"] in POINTWISE:
        levels = np.arange(LEVELS, dtype=np.uint8)
        flat = np.broadcast_to(levels[:, None, None], (LEVELS, CURVE_SIDE, CURVE_SIDE)).copy()
        (drawn,) = draw(flat, count=1)
        curve = (drawn.mean(axis=(1, 2), dtype=np.float64) / (LEVELS - 1)).astype(np.float32)
        return curve[images]
    count = IMAGE_DRAWS if is_random(spec) else 1
    total = np.zeros(images.shape, np.float32)
    for drawn in draw(images, count=count):
        total += to_float(drawn)
    return total / np.float32(count)
