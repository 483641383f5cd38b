"""The structural similarity (SSIM) of images, many pairs at once.

The mean over all places where the window lies wholly inside the image (the valid region) of

    (2 μx μy + C1) (2 σxy + C2) / ((μx² + μy² + C1) (σx² + σy² + C2))

with means, variances and covariance under a Gaussian window of 11×11 pixels, σ = 1.5, and C1 = 0.01²,
C2 = 0.03². Images with a side below 11 use the largest odd window that fits (`window_side`), normalised to
sum 1.

Source: Wang, Bovik, Sheikh & Simoncelli (2004), "Image quality assessment", eq. 13. Agrees to 1e-5 with
skimage.metrics.structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
data_range=1) on float64 images (tests/metrics/test_metrics.py).

The window is separable, so filtering is two products with banded matrices. The images of a block lie along
the last axis, where every operation runs over neighbours in memory; means and variances of images that are
compared more than once are computed once.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from aestudy.images import check_same_shape, check_unit_images, unit_block

WINDOW_SIDE = 11
"""Side of the window in pixels; smaller images get the largest odd side that fits (`window_side`)."""

WINDOW_SIGMA = 1.5
"""Standard deviation of the window in pixels."""

LUMINANCE_CONSTANT = np.float32(0.01**2)
CONTRAST_CONSTANT = np.float32(0.03**2)
"""C1 = (K1 L)² and C2 = (K2 L)² of Wang et al. (2004), with K1 = 0.01, K2 = 0.03 and data range L = 1."""

BLOCK_PIXELS = 2**17
LEAST_BLOCK_IMAGES = 16
"""Images are worked on in blocks of so many pixels, to stay in the cache, but of at least so many images."""


class _Moments(NamedTuple):
    """A block of n images, and what is seen of each through the window.

    Attributes:
        centered: float32 (H, W, n), the images less the mean of each: in float32, E[x²] − E[x]² loses digits
            where x is large, as on a white background.
        centered_means: float32 (W', H', n), E[x] of `centered`.
        means: float32 (W', H', n), μ.
        variances: float32 (W', H', n), σ²; rounding may leave one below 0 by far less than C2.
    """

    centered: np.ndarray
    centered_means: np.ndarray
    means: np.ndarray
    variances: np.ndarray


class LocalMoments:
    """Images that are to be compared with others more than once.

    Args:
        images: float (N, H, W) in [0, 1].

    Raises:
        ValueError: an array is not made of floats in [0, 1].
    """

    def __init__(self, images: np.ndarray):
        self.shape = images.shape
        self.blocks = list(_moments_of(images))


def ssim(reference: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Structural similarity of each image.

    Args:
        reference: float (N, H, W) in [0, 1].
        images: float, same shape and range.

    Returns:
        float64 (N,), in [−1, 1]; exactly 1 where the two images are equal. Never NaN.

    Raises:
        ValueError: the shapes differ, or an array is not made of floats in [0, 1].

    Example:
        >>> images = np.linspace(0, 1, 2 * 16 * 16).reshape(2, 16, 16)
        >>> ssim(images, images)
        array([1., 1.])
    """
    return ssim_against((reference,), images)[0]


def ssim_against(references: Sequence[np.ndarray | LocalMoments], images: np.ndarray) -> list[np.ndarray]:
    """Structural similarity of each image to each of several references.

    Args:
        references: float (N, H, W) in [0, 1], or their moments.
        images: float, same shape and range.

    Returns:
        For each reference, float64 (N,) as of `ssim`.

    Raises:
        ValueError: as `ssim`.
    """
    for reference in references:
        check_same_shape(reference, images)
    values = [np.empty(len(images)) for _ in references]
    filters = _filters(*images.shape[1:]) if images.ndim == 3 else None
    blocks = zip(_places(images.shape), _moments_of(images), *map(_moments_of, references), strict=True)
    for place, block, *others in blocks:
        for similarities, other in zip(values, others, strict=True):
            similarities[place] = _compare(other, block, *filters)
    return values


def window_side(height: int, width: int) -> int:
    """Side in pixels of the window for images of that size: 11, or the largest odd side that fits."""
    side = min(WINDOW_SIDE, height, width)
    return side if side % 2 else side - 1


def _compare(left: _Moments, right: _Moments, down: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Compare two blocks of n images: float32 (n,)."""
    covariances = _filter(left.centered * right.centered, down, across)
    covariances -= left.centered_means * right.centered_means
    similarity = left.means * right.means
    similarity *= 2
    similarity += LUMINANCE_CONSTANT
    covariances *= 2
    covariances += CONTRAST_CONSTANT
    similarity *= covariances
    luminance = np.square(left.means)
    luminance += np.square(right.means)
    luminance += LUMINANCE_CONSTANT
    contrast = left.variances + right.variances
    contrast += CONTRAST_CONSTANT
    similarity /= np.multiply(luminance, contrast, out=luminance)
    # One axis after the other keeps the sums in float32 short.
    means = similarity.mean(axis=0).mean(axis=0)
    return np.clip(means, -1, 1)  # rounding must not make images more than equal


def _moments_of(images: np.ndarray | LocalMoments) -> Iterator[_Moments]:
    """Give the moments of each block of images; computed when it is their turn, unless they are known."""
    if isinstance(images, LocalMoments):
        yield from images.blocks
        return
    check_unit_images(images)
    filters = _filters(*images.shape[1:])
    for place in _places(images.shape):
        # Copied for its own layout, so that it may be written to.
        centered = np.array(unit_block(images[place]).transpose(1, 2, 0), order="C")
        image_means = centered.reshape(-1, centered.shape[-1]).mean(axis=0)
        centered -= image_means
        centered_means = _filter(centered, *filters)
        variances = _filter(np.square(centered), *filters)
        variances -= np.square(centered_means)
        yield _Moments(centered, centered_means, centered_means + image_means, variances)


def _places(shape: Sequence[int]) -> Iterator[slice]:
    """Divide N images of H×W pixels into blocks."""
    count = shape[0]
    step = max(LEAST_BLOCK_IMAGES, BLOCK_PIXELS // int(np.prod(shape[1:])))
    edges = [*range(0, count, step), count]
    return itertools.starmap(slice, itertools.pairwise(edges))


def _filter(maps: np.ndarray, down: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Weigh what is under the window at each place of the valid region.

    Args:
        maps: float32 (H, W, n).
        down: float32 (H', H), filters columns.
        across: float32 (W', W), filters rows.

    Returns:
        float32 (W', H', n).
    """
    return np.matmul(down, np.matmul(across, maps).transpose(1, 0, 2))


def _filters(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    window = _gaussian_window(window_side(height, width))
    return _banded(height, window), _banded(width, window)


def _gaussian_window(side: int) -> np.ndarray:
    """Sample a Gaussian at `side` pixels around its center; float64 (side,), sum 1."""
    offsets = np.arange(side) - side // 2
    weights = np.exp(-(offsets**2) / (2 * WINDOW_SIGMA**2))
    return weights / weights.sum()


def _banded(length: int, window: np.ndarray) -> np.ndarray:
    """Write the valid correlation of `length` values with a window as a float32 matrix (outputs, length)."""
    outputs = length - len(window) + 1
    matrix = np.zeros((outputs, length), np.float32)
    for row in range(outputs):
        matrix[row, row : row + len(window)] = window
    return matrix
