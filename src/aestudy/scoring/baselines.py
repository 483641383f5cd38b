"""Methods that no network is needed for; a table of scores without them misleads.

`fit(train_images, code_size)` takes the clean training images, uint8 `(N, H, W)`, and gives a function that
maps float32 images `(M, H, W)` in [0, 1] to outputs of the same shape and range. To add a baseline, write
such a function and add a line to `BASELINES` and to `WORDS`.
"""

from collections.abc import Callable

import numpy as np

from aestudy.errors import look_up
from aestudy.networks.principal_components import PrincipalComponents, mean_image
from aestudy.scoring.method_kinds import FITTED, TRIVIAL, MethodWords

Reconstruct = Callable[[np.ndarray], np.ndarray]


def fit_identity(train_images: np.ndarray, code_size: int) -> Reconstruct:
    """Give every image back as it is: what the distortion itself costs."""
    return np.copy


def fit_black(train_images: np.ndarray, code_size: int) -> Reconstruct:
    """Answer every image with black."""
    return np.zeros_like


def fit_mean_image(train_images: np.ndarray, code_size: int) -> Reconstruct:
    """Answer every image with the pixelwise mean of the clean training images: the best constant answer."""
    mean = mean_image(train_images)
    return lambda images: np.broadcast_to(mean, images.shape).copy()


def fit_pca(train_images: np.ndarray, code_size: int) -> Reconstruct:
    """Keep the first `code_size` principal components of the clean training images, clipped to [0, 1].

    The best linear autoencoder with a code of that size (Baldi & Hornik 1989).
    """
    return PrincipalComponents.fit(train_images, code_size).reconstruct


BASELINES: dict[str, Callable[[np.ndarray, int], Reconstruct]] = {
    "identity": fit_identity,
    "black": fit_black,
    "mean_image": fit_mean_image,
    "pca": fit_pca,
}

WORDS = {
    "identity": MethodWords(TRIVIAL, "identity"),
    "black": MethodWords(TRIVIAL, "black image"),
    "mean_image": MethodWords(TRIVIAL, "mean image"),
    "pca": MethodWords(FITTED, "PCA"),
}
"""What is said of each, in the order of the tables. It stands apart from the functions, so that a new word
scores nothing anew, and what only needs the names does not depend on a function."""


def fit_baseline(method: str, train_images: np.ndarray, *, code_size: int) -> Reconstruct:
    """Fit a baseline to the clean training images.

    Args:
        method: a name of `BASELINES`.
        train_images: uint8 (N, H, W).
        code_size: number of values that a code may hold, at least 1; methods without a code ignore it.

    Returns:
        A function from float32 (M, H, W) in [0, 1] to outputs of the same shape and range.

    Raises:
        StudyError: no baseline has that name.
    """
    return look_up(BASELINES, method, "baseline")(train_images, code_size)
