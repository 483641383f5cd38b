"""Distortions that are made of others. The contract that all of them keep is in `aestudy.distortions`.

Their one argument, `of`, is a sequence of components: functions of images alone, each with its own stream and
parameters already bound (`aestudy.distortions.variants` binds them). A component may be a composition itself.
"""

from collections.abc import Callable, Sequence

import numpy as np

Component = Callable[[np.ndarray], np.ndarray]
"""Float32 images (N, H, W) in [0, 1] -> distorted images; draws from its stream image by image."""


def mixture(images: np.ndarray, rng: np.random.Generator, *, of: Sequence[Component]) -> np.ndarray:
    """Distort each image by one of several distortions, chosen uniformly and independently.

    A component draws noise only for the images that it is given.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: the stream of the choice.
        of: the components, at least one; one that is listed twice is chosen twice as often.

    Returns:
        float32 (N, H, W), as unbounded as its components leave it.
    """
    choices = rng.integers(len(of), size=len(images))
    mixed = np.empty_like(images)
    for number, component in enumerate(of):
        chosen = np.flatnonzero(choices == number)
        if chosen.size:
            mixed[chosen] = component(images[chosen])
    return mixed


def chain(images: np.ndarray, rng: np.random.Generator, *, of: Sequence[Component]) -> np.ndarray:
    """Distort each image by several distortions, one after another.

    Between the steps, values are clipped to [0, 1], as every distortion expects, but not rounded to 8 bits.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: unused; the components draw from their own streams.
        of: the components in their order, at least one.

    Returns:
        float32 (N, H, W), as unbounded as the last component leaves it.
    """
    for number, component in enumerate(of):
        images = component(np.clip(images, 0, 1) if number else images)
    return images
