"""One epoch of this project's own training program."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.workload import (
    BATCH_SIZE,
    LEARNING_RATE,
    TRAINING_IMAGES,
    read_digits,
    steps_per_epoch,
    timed,
    training_numbers,
)


def build_program(digits_path: str, threads: int, optimizer: str, activation: str) -> tuple[Any, Any, Any]:
    """Compile the program that `aestudy.training.loop.train` runs for every epoch.

    Returns:
        The program, its first state and its data.
    """
    from aestudy.devices.jax_start import start_jax

    start_jax(threads)
    import optax

    from aestudy.networks.architecture import initial_parameters
    from aestudy.networks.dense import DenseArchitecture
    from aestudy.training.autoencoder import split_autoencoder
    from aestudy.training.epoch import compile_epoch, device_data
    from aestudy.training.loop import initial_state
    from aestudy.training.losses import PixelsOnly
    from aestudy.training.optimizers import OPTIMIZERS
    from aestudy.training.pixel_losses import PIXEL_LOSSES

    architecture = DenseArchitecture((28, 28), (128, 64), 32, activation, "linear")
    parameters = initial_parameters(architecture, np.random.default_rng(0))
    schedule = optax.constant_schedule(LEARNING_RATE)
    transformation = OPTIMIZERS[optimizer](schedule)
    graph, state = split_autoencoder(architecture, parameters)
    state = (state, initial_state(transformation, state))
    images = read_digits(digits_path, TRAINING_IMAGES)
    data = device_data(images, images, np.arange(len(images)), np.arange(1))
    batches = np.zeros((steps_per_epoch(), BATCH_SIZE), np.int32)
    program = compile_epoch(
        PixelsOnly(graph, PIXEL_LOSSES["bce"]),
        transformation,
        schedule,
        architecture.image_shape,
        1,
        (state, data, batches, None, np.uint32(0), np.int32(0)),
    )
    return program, state, data


def _prepare(
    digits_path: str, threads: int, optimizer: str, activation: str
) -> Callable[[], dict[str, float]]:
    import jax

    program, state, data = build_program(digits_path, threads, optimizer, activation)
    rng = np.random.default_rng(0)
    count = steps_per_epoch() * BATCH_SIZE

    def epoch() -> None:
        nonlocal state
        order = rng.permutation(TRAINING_IMAGES)[:count].astype(np.int32).reshape(-1, BATCH_SIZE)
        state, numbers = program(state, data, order, None, np.uint32(0), np.int32(0))
        jax.block_until_ready((state, numbers))

    return lambda: training_numbers(timed(epoch))


def prepare_adam(digits_path: str, threads: int) -> Callable[[], dict[str, float]]:
    """Train with what every contender has: relu, cross-entropy, Adam."""
    return _prepare(digits_path, threads, "adam", "relu")


def prepare_recipe(digits_path: str, threads: int) -> Callable[[], dict[str, float]]:
    """Train with the optimizer and the activation of the default study."""
    import yaml

    from benchmarks.contenders import ROOT

    config = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    return _prepare(digits_path, threads, config["training"]["optimizer"], config["model"]["activation"])
