"""The same epoch in Keras on TensorFlow, by `compile` and `fit`."""

from collections.abc import Callable

import numpy as np

from benchmarks.workload import (
    BATCH_SIZE,
    LEARNING_RATE,
    WIDTHS,
    read_digits,
    steps_per_epoch,
    timed,
    training_numbers,
)


def prepare_fit(digits_path: str, threads: int) -> Callable[[], dict[str, float]]:
    """Train by `fit` on float images in memory, as the examples of Keras do."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    import keras

    keras.utils.set_random_seed(0)
    activations = ["relu", "relu", "linear", "relu", "relu", "sigmoid"]
    network = keras.Sequential(
        [keras.Input((WIDTHS[0],))]
        + [
            keras.layers.Dense(width, activation=activation)
            for width, activation in zip(WIDTHS[1:], activations, strict=True)
        ]
    )
    network.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE), loss="binary_crossentropy")
    images = read_digits(digits_path, steps_per_epoch() * BATCH_SIZE).reshape(-1, WIDTHS[0])
    images = images.astype(np.float32) / 255

    def epoch() -> None:
        network.fit(images, images, batch_size=BATCH_SIZE, epochs=1, shuffle=True, verbose=0)

    return lambda: training_numbers(timed(epoch))
