"""Classical denoisers: what can be had without training a network.

Each has one strength, chosen for every tested condition on distorted training images: the denoiser knows
which distortion it is up against, as a model trained on that condition does. Strength 0 changes nothing, so a
denoiser may also decide that doing nothing is best. Images are float32 `(N, H, W)` in [0, 1].

To add a denoiser, write its function and add a line to `DENOISERS` and to `WORDS`.
"""

import functools
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aestudy.distortions import filters
from aestudy.errors import look_up
from aestudy.files.archives import read_archive
from aestudy.images import to_float
from aestudy.scoring.method_kinds import DENOISER, MethodWords

logger = logging.getLogger(__name__)

CALIBRATION_IMAGES = 100
"""So many training images, the first ones, decide the strengths."""

ITERATIONS = 25
"""Steps towards the image of least total variation; further ones change the PSNR by less than 0.05 dB."""

BLOCK_IMAGES = 64
"""Images that are denoised together: few enough that their arrays stay in the cache of a core."""

Denoise = Callable[..., np.ndarray]


@dataclass(frozen=True)
class Denoiser:
    """A denoiser and the strengths to choose from.

    Attributes:
        denoise: `denoise(images, strength) -> images`, strength above 0.
        strengths: ascending, in the unit of the function.
        fits: says whether a strength can be used on images whose shorter side has so many pixels.
    """

    denoise: Denoise
    strengths: tuple[float, ...]
    fits: Callable[[float, int], bool] = lambda strength, side: True


def median_filter(images: np.ndarray, size: float) -> np.ndarray:
    """Take the median of each size × size window; the image is mirrored at its border.

    Args:
        images: float32 (N, H, W) in [0, 1].
        size: side of the window in pixels, odd.

    Returns:
        float32 (N, H, W) in [0, 1].
    """
    return filters.median(images, None, size=int(size))


def gaussian_filter(images: np.ndarray, sigma: float) -> np.ndarray:
    """Smooth with a Gaussian, cut off at three standard deviations; the image is mirrored at its border.

    Args:
        images: float32 (N, H, W) in [0, 1].
        sigma: standard deviation in pixels.

    Returns:
        float32 (N, H, W) in [0, 1].
    """
    size = min(2 * math.ceil(3 * sigma) + 1, 2 * min(images.shape[1:]) - 1)
    smooth = filters.gaussian(images, None, size=size, sigma=sigma)
    return np.clip(smooth, 0, 1)


def total_variation(images: np.ndarray, weight: float, iterations: int = ITERATIONS) -> np.ndarray:
    """Find the image of small total variation close to each image (Rudin, Osher & Fatemi 1992).

    The minimum over u of ½ Σ (u − y)² + weight · Σ |∇u|, with forward differences and their Euclidean length,
    by the fast gradient projection on the dual problem of Beck & Teboulle (2009). All images of a block are
    worked on at once, which is some 20 times as fast as an image at a time.

    Args:
        images: float32 (N, H, W) in [0, 1], y.
        weight: how much variation costs.
        iterations: steps of the projection.

    Returns:
        float32 (N, H, W) in [0, 1].

    Agrees with skimage.restoration.denoise_tv_chambolle where both have converged
    (tests/scoring/test_denoisers.py).
    """
    output = np.empty(images.shape, np.float32)
    for start in range(0, len(images), BLOCK_IMAGES):
        block = np.ascontiguousarray(images[start : start + BLOCK_IMAGES].transpose(1, 2, 0), np.float32)
        smooth = _least_variation(block, np.float32(weight), iterations)
        output[start : start + BLOCK_IMAGES] = smooth.transpose(2, 0, 1)
    return np.clip(output, 0, 1, out=output)


DENOISERS: dict[str, Denoiser] = {
    # A mirrored image is twice as long as its window may be.
    "median_filter": Denoiser(median_filter, (3, 5), lambda size, side: size < 2 * side),
    "gaussian_filter": Denoiser(gaussian_filter, (0.4, 0.55, 0.7, 0.85, 1.0, 1.2, 1.5)),
    "total_variation": Denoiser(total_variation, (0.03, 0.06, 0.12, 0.18, 0.26, 0.4, 0.6, 0.9)),
}
"""Name -> denoiser, in the order of the tables."""

WORDS = {
    "median_filter": MethodWords(DENOISER, "median filter", "a median filter"),
    "gaussian_filter": MethodWords(DENOISER, "Gaussian filter", "a Gaussian filter"),
    "total_variation": MethodWords(DENOISER, "total variation", "total variation"),
}
"""What is said of each. Apart from the functions, as in `aestudy.scoring.baselines`."""


def fit_to_files(
    methods: Sequence[str],
    clean_path: str | Path,
    names: Sequence[str],
    read_images: Callable[[str], np.ndarray],
) -> dict[str, dict[str, Callable[[np.ndarray], np.ndarray]]]:
    """Choose the strengths of denoisers on the first training images.

    Args:
        methods: names of `DENOISERS`.
        clean_path: the clean training images.
        names: the conditions.
        read_images: condition -> uint8 (N, H, W), the training images distorted.

    Returns:
        As `fit_denoisers`.
    """
    clean = read_archive(clean_path, "images")["images"]
    distorted = {name: read_images(name)[:CALIBRATION_IMAGES].copy() for name in names}
    return fit_denoisers(methods, clean[:CALIBRATION_IMAGES], distorted)


def fit_denoisers(
    methods: Sequence[str], originals: np.ndarray, distorted: Mapping[str, np.ndarray]
) -> dict[str, dict[str, Callable[[np.ndarray], np.ndarray]]]:
    """Choose the strength of each denoiser for every condition: the smallest mean squared error wins.

    Args:
        methods: names of `DENOISERS`.
        originals: uint8 (N, H, W), clean training images; `CALIBRATION_IMAGES` are plenty.
        distorted: condition -> the same images distorted, uint8 (N, H, W).

    Returns:
        Method -> condition -> function from float32 (M, H, W) in [0, 1] to outputs of the same shape and
        range.

    Raises:
        StudyError: no denoiser has that name.
    """
    chosen: dict[str, dict[str, Callable[[np.ndarray], np.ndarray]]] = {}
    for method in methods:
        denoiser = look_up(DENOISERS, method, "denoiser")
        chosen[method] = {}
        for name, images in distorted.items():
            given = to_float(images)
            errors = {0.0: _error(given, originals)}
            for strength in denoiser.strengths:
                if denoiser.fits(strength, min(given.shape[1:])):
                    errors[strength] = _error(denoiser.denoise(given, strength), originals)
            best = min(errors, key=errors.__getitem__)
            logger.info("%s of strength %g on %s: mean squared error %.5f", method, best, name, errors[best])
            chosen[method][name] = functools.partial(_denoise, denoiser.denoise, best)
    return chosen


def _denoise(denoise: Denoise, strength: float, images: np.ndarray) -> np.ndarray:
    return denoise(images, strength) if strength else images.copy()


def _error(images: np.ndarray, originals: np.ndarray) -> float:
    return float(np.mean(np.square(images - to_float(originals)), dtype=np.float64))


def _least_variation(image: np.ndarray, weight: np.float32, iterations: int) -> np.ndarray:
    """Run the fast gradient projection on images (H, W, n); float32."""
    height, width, count = image.shape
    step = np.float32(1 / (8 * weight))
    # The dual variables belong to the edges between pixels; p and q are the last iterates, r and s lie ahead.
    p, q = np.zeros((2, height, width, count), np.float32)
    r, s = np.zeros((2, height, width, count), np.float32)
    momentum = 1.0
    for _ in range(iterations):
        smooth = _from_dual(image, weight, r, s)
        new_p, new_q = r, s
        new_p[:-1] += step * (smooth[:-1] - smooth[1:])
        new_q[:, :-1] += step * (smooth[:, :-1] - smooth[:, 1:])
        length = np.square(new_p)
        length += np.square(new_q)
        np.sqrt(length, out=length)
        np.maximum(length, 1, out=length)
        new_p /= length
        new_q /= length
        following = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        ahead = np.float32((momentum - 1) / following)
        momentum = following
        r = new_p + ahead * (new_p - p)
        s = new_q + ahead * (new_q - q)
        p, q = new_p, new_q
    return _from_dual(image, weight, p, q)


def _from_dual(image: np.ndarray, weight: np.float32, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Compute y − weight · L(p, q), equation 4.1 of Beck & Teboulle."""
    total = p + q
    total[1:] -= p[:-1]
    total[:, 1:] -= q[:, :-1]
    total *= -weight
    total += image
    return total
