"""How far one image is from another: MSE and PSNR of each image (SSIM: `structural_similarity`).

Images are floats `(N, H, W)` with values in [0, 1] (any other float type is rounded to float32; 8-bit images
are refused, divide them by 255 first). Every metric gives one value per image, float64 `(N,)`, and is
symmetric in its two arguments. A value outside [0, 1] or NaN is a ValueError: images in the wrong range are
the commonest way to a wrong PSNR or SSIM.
"""

from collections.abc import Iterator

import numpy as np

from aestudy.images import check_same_shape, check_unit_images, unit_block

BLOCK_PIXELS = 2**16
"""Pixels of each array that are worked on at once: the intermediate results of a block stay in the cache."""


def mse(reference: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Mean squared error of each image.

    mean((x − y)²) over all H·W pixels of the image.

    Args:
        reference: float (N, H, W) in [0, 1].
        images: float, same shape and range.

    Returns:
        float64 (N,), in [0, 1].

    Raises:
        ValueError: the shapes differ, or an array is not made of floats in [0, 1].

    Agrees with skimage.metrics.mean_squared_error (tests/metrics/test_metrics.py).

    Example:
        >>> black, gray = np.zeros((2, 4, 4)), np.full((2, 4, 4), 0.5)
        >>> mse(black, gray)
        array([0.25, 0.25])
    """
    values = np.empty(len(reference))
    for place, left, right in _blocks(reference, images):
        difference = np.subtract(left, right).reshape(len(left), -1)
        # A contiguous row is summed pairwise, so float32 is enough for images of any size.
        values[place] = np.square(difference, out=difference).mean(axis=1)
    return values


def psnr_db(reference: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio of each image in decibels.

    10 log10(1 / MSE): the data range is 1.

    Args:
        reference: float (N, H, W) in [0, 1].
        images: float, same shape and range.

    Returns:
        float64 (N,), at least 0; `inf` where the two images are equal.

    Raises:
        ValueError: as `mse`.

    Agrees with skimage.metrics.peak_signal_noise_ratio (tests/metrics/test_metrics.py).

    Example:
        >>> black, gray = np.zeros((2, 4, 4)), np.full((2, 4, 4), 0.5)
        >>> psnr_db(black, gray).round(2)
        array([6.02, 6.02])
    """
    return psnr_db_of_mse(mse(reference, images))


def psnr_db_of_mse(values: np.ndarray) -> np.ndarray:
    """Convert mean squared errors on [0, 1] to PSNR in decibels; 0 gives `inf`.

    Args:
        values: float array of any shape, not negative.

    Returns:
        float64 array of the same shape.
    """
    with np.errstate(divide="ignore"):
        # Adding 0 turns the −0 of log10(1) into 0.
        return -10 * np.log10(np.asarray(values, np.float64)) + 0.0


def _blocks(reference: np.ndarray, images: np.ndarray) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Check two arrays and walk through them in cache-sized blocks of float32 images.

    The ranges are checked block by block, when the values are in the cache anyway.
    """
    for array in (reference, images):
        check_unit_images(array)
    check_same_shape(reference, images)
    step = max(1, BLOCK_PIXELS // (reference.shape[1] * reference.shape[2]))
    for start in range(0, len(reference), step):
        place = slice(start, start + step)
        yield place, unit_block(reference[place]), unit_block(images[place])
