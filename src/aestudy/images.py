"""Guards for images, and the way between their two forms.

Images are `float32 (N, H, W)` with values in [0, 1] in memory and `uint8 (N, H, W)` on disk.
"""

import hashlib

import numpy as np

from aestudy.errors import StudyError

MINIMUM_IMAGE_SIDE = 4


def check_images(images: np.ndarray, *, where: str) -> None:
    """Refuse anything but unit-range float images or 8-bit images of one size.

    Args:
        images: array that should be `(N, H, W)`, N ≥ 1, H and W ≥ 4, `uint8` or a float type in [0, 1].
        where: what the images are, for the message (a path or a key).

    Raises:
        StudyError: the shape, the dtype or a value breaks the contract.
    """
    height_and_width = f"H and W of at least {MINIMUM_IMAGE_SIDE} pixels"
    if images.ndim != 3:
        hint = " Convert colour images to gray first." if images.ndim == 4 else ""
        raise StudyError(
            f"{where}: expected grayscale images of shape (N, H, W) with {height_and_width}, "
            f"found an array of shape {images.shape}.{hint}"
        )
    if images.shape[0] == 0:
        raise StudyError(f"{where}: expected at least one image, found none.")
    if min(images.shape[1:]) < MINIMUM_IMAGE_SIDE:
        raise StudyError(
            f"{where}: expected {height_and_width}, found images of "
            f"{images.shape[1]} x {images.shape[2]} pixels."
        )
    if images.dtype == np.uint8:
        return
    if not np.issubdtype(images.dtype, np.floating):
        raise StudyError(
            f"{where}: expected uint8 images or floats in [0, 1], found dtype {images.dtype}. "
            "Scale the images to 8 bits or to [0, 1] first."
        )
    # min and max propagate NaN, so two passes find every violation without a temporary array.
    low, high = images.min(), images.max()
    if np.isnan(low) or np.isnan(high):
        raise StudyError(f"{where}: expected floats in [0, 1], found NaN.")
    if low < 0.0 or high > 1.0:
        raise StudyError(f"{where}: expected floats in [0, 1], found {_write_range(low, high)}.")


def check_8_bit(images: np.ndarray, *, where: str) -> None:
    """Refuse anything but 8-bit images of one size.

    Args:
        images: array that should be uint8 `(N, H, W)`, N ≥ 1, H and W ≥ 4.
        where: what the images are, for the message.

    Raises:
        StudyError: the shape or the dtype breaks the contract.
    """
    if not isinstance(images, np.ndarray):
        raise StudyError(f"{where}: expected a NumPy array of uint8, found {type(images).__name__}.")
    if images.dtype != np.uint8:
        hint = " Floats in [0, 1] become uint8 with aestudy.to_uint8." if images.dtype.kind == "f" else ""
        raise StudyError(f"{where}: expected uint8 images, found dtype {images.dtype}.{hint}")
    check_images(images, where=where)


def check_same_shape(reference: np.ndarray, images: np.ndarray) -> None:
    """Refuse two image arrays of different shape.

    Raises:
        ValueError: the shapes differ.
    """
    if reference.shape != images.shape:
        raise ValueError(f"expected images of shape {reference.shape}, found {images.shape}")


def check_unit_images(images: np.ndarray) -> None:
    """Refuse what cannot be floats in [0, 1]; their values are for `unit_block`.

    Raises:
        ValueError: an array of another shape than (N, H, W), or not of floats.
    """
    if images.ndim != 3 or min(images.shape[1:]) < 1:
        raise ValueError(f"expected images of shape (N, H, W), found {images.shape}")
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"expected floats in [0, 1], found {images.dtype}; divide 8-bit images by 255")


def unit_block(block: np.ndarray) -> np.ndarray:
    """Convert some images to contiguous float32 and check their values.

    Args:
        block: float (n, H, W), n ≥ 1.

    Returns:
        float32, the same array if it is one already.

    Raises:
        ValueError: a value outside [0, 1], or NaN.
    """
    block = np.ascontiguousarray(block, np.float32)
    low, high = block.min(), block.max()
    if not (low >= 0 and high <= 1):  # NaN fails every comparison
        raise ValueError(f"expected floats in [0, 1], found {_write_range(low, high)}")
    return block


def _write_range(low: np.floating, high: np.floating) -> str:
    """Write two values with all their digits: a maximum of 1.0000002 is not 1."""
    return f"values from {str(low).removesuffix('.0')} to {str(high).removesuffix('.0')}"


def to_float(images: np.ndarray) -> np.ndarray:
    """Convert 8-bit images to floats.

    Args:
        images: uint8 array of any shape.

    Returns:
        float32 array of the same shape, values in [0, 1] (k / 255).

    Example:
        >>> to_float(np.array([0, 51, 255], np.uint8))
        array([0. , 0.2, 1. ], dtype=float32)
    """
    return np.divide(images, np.float32(255), dtype=np.float32)


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Clip floats to [0, 1] and round them to 8 bits (half to even, as NumPy rounds).

    Args:
        images: float array of any shape, no NaN.

    Returns:
        uint8 array of the same shape.

    Example:
        >>> to_uint8(np.array([-0.1, 0.2, 1.0]))
        array([  0,  51, 255], dtype=uint8)
    """
    scaled = np.clip(images, 0.0, 1.0) * np.float32(255)
    return np.rint(scaled).astype(np.uint8)


def digest_images(images: np.ndarray) -> str:
    """Digest images and their shape.

    Args:
        images: uint8 (N, H, W).

    Returns:
        A hexadecimal SHA-256.
    """
    sha = hashlib.sha256(repr((images.shape, images.dtype.str)).encode())
    sha.update(np.ascontiguousarray(images).data)
    return sha.hexdigest()
