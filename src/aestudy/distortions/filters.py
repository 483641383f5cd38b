"""Smoothing filters over square windows. The contract that all of them keep is in `aestudy.distortions`.

Sizes are odd numbers of pixels. At the border the image is mirrored with its outermost pixel included
(`d c b a | a b c d`), which scipy.ndimage calls `reflect`. No filter draws anything: `rng` is there because
all distortions are called alike, and None will do.

SciPy is imported where it is used: who only looks up a kind does not wait for it.
"""

import numpy as np

from aestudy.errors import StudyError

BORDER = "reflect"
WITHIN_IMAGES = (1, 2)
"""The axes of rows and columns: no window reaches into the next image."""


def gaussian(images: np.ndarray, rng: np.random.Generator | None, *, size: int, sigma: float) -> np.ndarray:
    """Smooth with a Gaussian that is cut off outside a size × size window and normalised to sum 1.

    The weight at distance (i, j) from the center is proportional to exp(-(i² + j²) / 2σ²).

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: not used; None will do.
        size: side of the window in pixels; odd, at most 2 · min(H, W) - 1.
        sigma: standard deviation in pixels; greater than 0.

    Returns:
        float32 (N, H, W) in [0, 1] up to rounding.

    Raises:
        StudyError: the size is even or too large for the images.
    """
    from scipy import ndimage

    _check_size("gaussian", images, size)
    return ndimage.gaussian_filter(images, sigma, mode=BORDER, radius=size // 2, axes=WITHIN_IMAGES)


def mean(images: np.ndarray, rng: np.random.Generator | None, *, size: int) -> np.ndarray:
    """Replace each pixel by the mean of the size × size window around it.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: not used; None will do.
        size: side of the window in pixels; odd, at most 2 · min(H, W) - 1.

    Returns:
        float32 (N, H, W) in [0, 1] up to rounding.

    Raises:
        StudyError: the size is even or too large for the images.
    """
    from scipy import ndimage

    _check_size("mean", images, size)
    return ndimage.uniform_filter(images, size, mode=BORDER, axes=WITHIN_IMAGES)


def median(images: np.ndarray, rng: np.random.Generator | None, *, size: int) -> np.ndarray:
    """Replace each pixel by the median of the size × size window around it.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: not used; None will do.
        size: side of the window in pixels; odd, at most 2 · min(H, W) - 1.

    Returns:
        float32 (N, H, W), values that occur in the image.

    Raises:
        StudyError: the size is even or too large for the images.
    """
    from scipy import ndimage

    _check_size("median", images, size)
    return ndimage.median_filter(images, size, mode=BORDER, axes=WITHIN_IMAGES)


def _check_size(name: str, images: np.ndarray, size: int) -> None:
    """Refuse a size without a middle pixel, and one with which a pixel would be mirrored twice."""
    height, width = images.shape[1:]
    largest = 2 * min(height, width) - 1
    if size % 2 == 0 or not 1 <= size <= largest:
        raise StudyError(
            f"{name}: expected an odd size of 1 to {largest} pixels for images of {height} x {width}, "
            f"found {size}. Choose another size."
        )
