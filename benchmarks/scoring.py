"""Scoring: SSIM of image pairs against scikit-image, and all scores of a test set."""

from collections.abc import Callable

import numpy as np

from benchmarks.workload import TEST_IMAGES, read_digits, timed

SCIKIT_IMAGE_PAIRS = 1000


def _pairs(digits_path: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    clean = read_digits(digits_path, count).astype(np.float32) / 255
    noise = np.random.default_rng(0).normal(0, 0.3, clean.shape).astype(np.float32)
    return clean, np.clip(clean + noise, 0, 1)


def _numbers(pairs: int, seconds: float) -> dict[str, float]:
    return {"seconds": seconds, "pairs_per_s": pairs / seconds}


def prepare_ours(digits_path: str, threads: int) -> Callable[[], dict[str, float]]:
    """Score by `aestudy.metrics.structural_similarity.ssim`."""
    from aestudy.metrics.structural_similarity import ssim

    del threads
    clean, noisy = _pairs(digits_path, TEST_IMAGES)
    return lambda: _numbers(len(clean), timed(lambda: ssim(clean, noisy)))


def prepare_scikit_image(digits_path: str, threads: int) -> Callable[[], dict[str, float]]:
    """Score by scikit-image, which takes one pair at a time, with the same window and constants."""
    from skimage.metrics import structural_similarity

    del threads
    clean, noisy = _pairs(digits_path, SCIKIT_IMAGE_PAIRS)
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1}

    def score() -> None:
        for left, right in zip(clean, noisy, strict=True):
            structural_similarity(left, right, **options)

    return lambda: _numbers(len(clean), timed(score))


def prepare_all_metrics(digits_path: str, threads: int) -> Callable[[], dict[str, float]]:
    """Run a network on a test set and score its outputs by every metric and reference, as a job does."""
    from aestudy.networks.architecture import initial_parameters
    from aestudy.networks.dense import DenseArchitecture
    from aestudy.networks.network import Network
    from aestudy.scoring.scoring import score_images

    del threads
    clean, noisy = _pairs(digits_path, TEST_IMAGES)
    architecture = DenseArchitecture((28, 28), (128, 64), 32, "silu", "linear")
    network = Network(architecture, initial_parameters(architecture, np.random.default_rng(0)))

    def score() -> None:
        score_images(clean, noisy, network.reconstruct(noisy))

    return lambda: _numbers(len(clean), timed(score))
