"""How far one image is from another: MSE, PSNR and SSIM of each image.

Images are floats `(N, H, W)` with values in [0, 1] (any other float type is rounded to float32; 8-bit images
are refused, divide them by 255 first). Every metric gives one value per image, float64 `(N,)`, and is
symmetric in its two arguments. A value outside [0, 1] or NaN is a ValueError: images in the wrong range are
the commonest way to a wrong PSNR or SSIM.
"""

from collections.abc import Iterator

import numpy as np

from aestudy.checks import check_same_shape

METRICS = ("mse", "psnr_db", "ssim")
"""The metrics, in the order of the tables."""

REFERENCES = ("clean", "input")
"""What an output is compared with: the clean original, or the image that the method was given."""

WINDOW_SIDE = 11
"""Side of the SSIM window in pixels; smaller images get the largest odd side that fits (`window_side`)."""

WINDOW_SIGMA = 1.5
"""Standard deviation of the SSIM window in pixels."""

LUMINANCE_CONSTANT = 0.01**2
CONTRAST_CONSTANT = 0.03**2
"""C1 = (K1 L)² and C2 = (K2 L)² of Wang et al. (2004), with K1 = 0.01, K2 = 0.03 and data range L = 1."""

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

    Agrees with skimage.metrics.mean_squared_error (tests/test_metrics.py).
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

    Agrees with skimage.metrics.peak_signal_noise_ratio (tests/test_metrics.py).
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


def ssim(reference: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Structural similarity of each image.

    The mean over all places where the window lies wholly inside the image (the valid region) of

        (2 μx μy + C1) (2 σxy + C2) / ((μx² + μy² + C1) (σx² + σy² + C2))

    with means, variances and covariance under a Gaussian window of 11×11 pixels, σ = 1.5, and
    C1 = 0.01², C2 = 0.03². Images with a side below 11 use the largest odd window that fits (`window_side`),
    normalised to sum 1.

    Args:
        reference: float (N, H, W) in [0, 1].
        images: float, same shape and range.

    Returns:
        float64 (N,), in [−1, 1]; exactly 1 where the two images are equal. Never NaN.

    Raises:
        ValueError: as `mse`.

    Source: Wang, Bovik, Sheikh & Simoncelli (2004), "Image quality assessment", eq. 13. Agrees to 1e-5 with
    skimage.metrics.structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
    data_range=1) on float64 images (tests/test_metrics.py).
    """
    values = np.empty(len(reference))
    filters: tuple[np.ndarray, np.ndarray] | None = None
    for place, left, right in _blocks(reference, images):
        if filters is None:
            window = _gaussian_window(window_side(*left.shape[1:]))
            filters = _banded(left.shape[1], window), np.ascontiguousarray(_banded(left.shape[2], window).T)
        values[place] = _ssim_of_block(left, right, *filters)
    return values


def window_side(height: int, width: int) -> int:
    """Side in pixels of the SSIM window for images of that size: 11, or the largest odd side that fits."""
    side = min(WINDOW_SIDE, height, width)
    return side if side % 2 else side - 1


def _ssim_of_block(left: np.ndarray, right: np.ndarray, down: np.ndarray, across: np.ndarray) -> np.ndarray:
    """SSIM of a block of images, written with the sum s = x + y and the difference d = x − y.

    From 4 μx μy = μs² − μd² and 2 (μx² + μy²) = μs² + μd², and the same for the variances,

        SSIM = (μs² − μd² + 2 C1) (σs² − σd² + 2 C2) / ((μs² + μd² + 2 C1) (σs² + σd² + 2 C2)),

    which needs four filtered maps instead of five and is exactly 1 for equal images. In float32,
    E[s²] − E[s]² loses digits where s is large, as on a white background; so the mean of each image is
    subtracted first, which changes no variance.

    Args:
        left: float32 (n, H, W).
        right: same shape.
        down: float32 (H', H), filters columns.
        across: float32 (W, W'), filters rows.

    Returns:
        float32 (n,).
    """
    count, height, width = left.shape
    left_mean, right_mean = (block.reshape(count, -1).mean(axis=1) for block in (left, right))
    centers = np.stack((left_mean + right_mean, left_mean - right_mean))[:, :, np.newaxis]
    # With the vertical axis first, all images of the block share the two matrix products.
    maps = np.empty((height, 4, count, width), np.float32)
    np.add(left.transpose(1, 0, 2), right.transpose(1, 0, 2), out=maps[:, 0])
    np.subtract(left.transpose(1, 0, 2), right.transpose(1, 0, 2), out=maps[:, 1])
    maps[:, :2] -= centers
    np.square(maps[:, :2], out=maps[:, 2:])
    filtered = (down @ maps.reshape(height, -1)).reshape(-1, width) @ across
    filtered = filtered.reshape(len(down), 4, count, across.shape[1])
    means, variances = filtered[:, :2], filtered[:, 2:]
    variances -= np.square(means)
    np.maximum(variances, 0, out=variances)  # rounding must not make one negative
    means += centers
    np.square(means, out=means)
    luminance = means[:, 0] + np.float32(2 * LUMINANCE_CONSTANT)
    contrast = variances[:, 0] + np.float32(2 * CONTRAST_CONSTANT)
    similarity = (luminance - means[:, 1]) * (contrast - variances[:, 1])
    similarity /= (luminance + means[:, 1]) * (contrast + variances[:, 1])
    return similarity.mean(axis=(0, 2))


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


def _blocks(reference: np.ndarray, images: np.ndarray) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Check two arrays and walk through them in cache-sized blocks of float32 images.

    The ranges are checked block by block, when the values are in the cache anyway.
    """
    for array in (reference, images):
        if array.ndim != 3 or min(array.shape[1:]) < 1:
            raise ValueError(f"expected images of shape (N, H, W), found {array.shape}")
        if not np.issubdtype(array.dtype, np.floating):
            raise ValueError(f"expected floats in [0, 1], found {array.dtype}; divide 8-bit images by 255")
    check_same_shape(reference, images)
    step = max(1, BLOCK_PIXELS // (reference.shape[1] * reference.shape[2]))
    for start in range(0, len(reference), step):
        place = slice(start, start + step)
        yield place, _unit_block(reference[place]), _unit_block(images[place])


def _unit_block(block: np.ndarray) -> np.ndarray:
    block = np.ascontiguousarray(block, np.float32)
    low, high = float(block.min()), float(block.max())
    if not (low >= 0 and high <= 1):  # NaN fails every comparison
        raise ValueError(f"expected floats in [0, 1], found values from {low:g} to {high:g}")
    return block
