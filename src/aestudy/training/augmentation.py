"""Shift some training images by a pixel in every epoch, so that a network sees more images than there are.

NumPy draws the images and their directions, as it draws everything random in a study. The device moves the
pixels, in the step that needs them.
"""

import jax
import jax.numpy as jnp
import numpy as np

DIRECTIONS = ((0, 0), (-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
"""Rows down and columns to the right; the first is to stay."""


def draw_directions(rng: np.random.Generator, count: int, fraction: float) -> np.ndarray:
    """Draw which images are shifted in an epoch, and where to.

    Args:
        rng: of this epoch.
        count: number of images.
        fraction: probability of each image to be shifted, 0 to 1.

    Returns:
        int8 (count,), places in `DIRECTIONS`.
    """
    moved = rng.random(count) < fraction
    directions = rng.integers(1, len(DIRECTIONS), size=count)
    return np.where(moved, directions, 0).astype(np.int8)


def shift_batch(images: jax.Array, directions: jax.Array, image_shape: tuple[int, int]) -> jax.Array:
    """Shift images by one pixel. The pixels at an edge are repeated where the shift leaves a gap.

    Args:
        images: (N, H*W) of any type.
        directions: int (N,), places in `DIRECTIONS`.
        image_shape: height and width.

    Returns:
        An array of the same shape and type.
    """
    height, width = image_shape
    sources = [
        np.clip(np.arange(height) - down, 0, height - 1)[:, None] * width
        + np.clip(np.arange(width) - right, 0, width - 1)
        for down, right in DIRECTIONS
    ]
    places = jnp.asarray(np.stack(sources).reshape(len(DIRECTIONS), -1), jnp.int32)
    return jnp.take_along_axis(images, places[directions], axis=1)
