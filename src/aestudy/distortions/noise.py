"""Noises. The contract that all of them keep is in `aestudy.distortions`.

Values are on the unit scale, black 0 and white 1, so a standard deviation of 0.1 is 25.5 gray levels.
No noise clips its result.
"""

import numpy as np


def clean(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Leave the images as they are.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: unused.

    Returns:
        A copy of `images`.
    """
    return images.copy()


def poisson(images: np.ndarray, rng: np.random.Generator, *, photons: float) -> np.ndarray:
    """Add the shot noise of a sensor that counts photons.

    y = P(photons · x) / photons with P(λ) a Poisson count: mean x, variance x / photons.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: the stream of the noise. A black pixel draws nothing from it, its count is always 0.
        photons: expected count at white, in photons per pixel; greater than 0.

    Returns:
        float32 (N, H, W), multiples of 1 / photons, at least 0.
    """
    lit = images > 0
    counts = rng.poisson(images[lit] * np.float64(photons))
    noisy = np.zeros_like(images)
    noisy[lit] = counts / photons
    return noisy


def white(images: np.ndarray, rng: np.random.Generator, *, sigma: float) -> np.ndarray:
    """Add white Gaussian noise.

    y = x + σ · n with n standard normal, independent for each pixel.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: the stream of the noise.
        sigma: standard deviation of the noise on the unit scale; at least 0.

    Returns:
        float32 (N, H, W), unbounded.
    """
    noisy = rng.standard_normal(images.shape, dtype=np.float32)
    noisy *= sigma
    noisy += images
    return noisy


def salt_pepper(
    images: np.ndarray, rng: np.random.Generator, *, amount: float, salt_share: float
) -> np.ndarray:
    """Replace pixels by white or black.

    A pixel becomes white with probability amount · salt_share, black with probability
    amount · (1 - salt_share), and keeps its value otherwise.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: the stream of the noise.
        amount: share of pixels that are replaced, in [0, 1].
        salt_share: share of white among the replaced, in [0, 1].

    Returns:
        float32 (N, H, W) in [0, 1].
    """
    chance = rng.random(images.shape, dtype=np.float32)
    noisy = images * (chance >= amount)
    noisy[chance < amount * salt_share] = 1
    return noisy


def speckle(images: np.ndarray, rng: np.random.Generator, *, sigma: float) -> np.ndarray:
    """Multiply by Gaussian noise, as the notebook did but without dividing by the image's maximum.

    y = x + x · σ · n with n standard normal, independent for each pixel. Black stays black.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: the stream of the noise.
        sigma: standard deviation of the noise at white on the unit scale; at least 0.

    Returns:
        float32 (N, H, W), unbounded.
    """
    noisy = rng.standard_normal(images.shape, dtype=np.float32)
    noisy *= sigma
    noisy += 1
    noisy *= images
    return noisy
