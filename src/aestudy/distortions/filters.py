"""Smoothing filters over square windows. The contract that all of them keep is in `aestudy.distortions`.

Sizes are odd numbers of pixels; at the border the image is mirrored with its outermost pixel included, which
is what scipy.ndimage calls `reflect` (see `aestudy.distortions.windows`). No filter uses its `rng`.
"""

import math

import numpy as np

from aestudy.distortions.selection import median_of_windows
from aestudy.distortions.windows import PaddedBlock
from aestudy.images import to_float


def gaussian(images: np.ndarray, rng: np.random.Generator, *, size: int, sigma: float) -> np.ndarray:
    """Smooth with a Gaussian that is cut off outside a size × size window and normalised to sum 1.

    The weight at distance (i, j) from the center is proportional to exp(-(i² + j²) / 2σ²).
    Equal to `scipy.ndimage.gaussian_filter(mode="reflect", radius=size // 2)` on each image.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: unused.
        size: side of the window in pixels; odd, at most 2 · min(H, W) - 1.
        sigma: standard deviation in pixels; greater than 0.

    Returns:
        float32 (N, H, W) in [0, 1] up to rounding.

    Raises:
        StudyError: the size is even or too large for the images.
    """
    block = PaddedBlock(images, size, filter_name="gaussian")
    weights = [math.exp(-0.5 * (distance / sigma) ** 2) for distance in range(size // 2 + 1)]
    total = weights[0] + 2 * sum(weights[1:])
    weights = [weight / total for weight in weights]
    rows = _weighted_sum(block.flat, weights, block.row_length)
    return block.images(_weighted_sum(rows, weights, 1))


def mean(images: np.ndarray, rng: np.random.Generator, *, size: int) -> np.ndarray:
    """Replace each pixel by the mean of the size × size window around it.

    Equal to `scipy.ndimage.uniform_filter(mode="reflect")` on each image.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: unused.
        size: side of the window in pixels; odd, at most 2 · min(H, W) - 1.

    Returns:
        float32 (N, H, W) in [0, 1] up to rounding.

    Raises:
        StudyError: the size is even or too large for the images.
    """
    block = PaddedBlock(images, size, filter_name="mean")
    sums = _window_sum(_window_sum(block.flat, size, block.row_length), size, 1)
    sums *= 1 / size**2
    return block.images(sums)


def median(images: np.ndarray, rng: np.random.Generator, *, size: int) -> np.ndarray:
    """Replace each pixel by the median of the size × size window around it.

    Equal to `scipy.ndimage.median_filter(mode="reflect")` on each image, for any float32 values.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: unused.
        size: side of the window in pixels; odd, at most 2 · min(H, W) - 1.

    Returns:
        float32 (N, H, W), values that occur in the image.

    Raises:
        StudyError: the size is even or too large for the images.
    """
    # A median only picks among values, so 8-bit images can be filtered as bytes, four times as many at once.
    levels = np.rint(images * np.float32(255)).astype(np.uint8)
    is_8_bit = np.array_equal(to_float(levels), images)
    block = PaddedBlock(levels if is_8_bit else images, size, filter_name="median")
    medians = block.images(median_of_windows(block.flat, size, block.row_length))
    return to_float(medians) if is_8_bit else medians


def _weighted_sum(values: np.ndarray, weights: list[float], stride: int) -> np.ndarray:
    """Sum 2r + 1 values that lie `stride` apart with symmetric weights, of which the center's comes first."""
    radius = len(weights) - 1
    length = values.size - 2 * radius * stride
    center = radius * stride
    total = values[center : center + length] * np.float32(weights[0])
    pair = np.empty_like(total)
    for distance, weight in enumerate(weights[1:], start=1):
        before, after = center - distance * stride, center + distance * stride
        np.add(values[before : before + length], values[after : after + length], out=pair)
        pair *= np.float32(weight)
        total += pair
    return total


def _window_sum(values: np.ndarray, size: int, stride: int) -> np.ndarray:
    """Sum `size` values that lie `stride` apart."""
    length = values.size - (size - 1) * stride
    total = values[:length].copy()
    for step in range(1, size):
        total += values[step * stride : step * stride + length]
    return total
