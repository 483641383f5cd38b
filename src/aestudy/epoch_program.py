"""One epoch as one compiled program over data that stays on the device."""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from aestudy.augmentation import shift_some
from aestudy.training_loss import DistortionLoss

logger = logging.getLogger(__name__)


def choose_images(
    inputs: np.ndarray, targets: np.ndarray, chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Choose some images; where the targets are the inputs, they stay one array, so that work is done once.

    Args:
        inputs: uint8 (N, H, W).
        targets: uint8 (N, H, W), perhaps the same array.
        chosen: indices.

    Returns:
        uint8 (n, H, W) inputs and targets.
    """
    chosen_inputs = inputs[chosen]
    return chosen_inputs, chosen_inputs if targets is inputs else targets[chosen]


def device_data(
    inputs: np.ndarray, targets: np.ndarray, training: np.ndarray, validation: np.ndarray
) -> dict[str, jax.Array]:
    """Put the images on the device as bytes; a batch becomes floats only when its step needs it.

    Args:
        inputs: uint8 (N, H, W).
        targets: uint8 (N, H, W), perhaps the same array.
        training: indices of the images to train on.
        validation: indices of the images to hold out.

    Returns:
        uint8 (n, H*W) arrays by name.
    """
    held = _place(*choose_images(inputs, targets, validation))
    return _place(*choose_images(inputs, targets, training)) | {
        f"held_{name}": array for name, array in held.items()
    }


def shifted_data(
    originals: tuple[np.ndarray, np.ndarray], rng: np.random.Generator, fraction: float
) -> dict[str, jax.Array]:
    """Make the images that one epoch trains on, some of them shifted by a pixel.

    Args:
        originals: uint8 (n, H, W) inputs and targets of `choose_images`.
        rng: of this epoch.
        fraction: share of the images to shift.

    Returns:
        The arrays `inputs` and `targets` of `device_data`.
    """
    return _place(*shift_some(originals, rng, fraction))


def _place(inputs: np.ndarray, targets: np.ndarray) -> dict[str, jax.Array]:
    # jnp.asarray would compile a program for each shape.
    placed = jax.device_put(inputs.reshape(len(inputs), -1))
    same = targets is inputs
    return {
        "inputs": placed,
        "targets": placed if same else jax.device_put(targets.reshape(len(targets), -1)),
    }


def compile_epoch(
    loss: DistortionLoss,
    optimizer: optax.GradientTransformation,
    schedule: optax.Schedule,
    state: tuple[Any, Any],
    data: dict[str, jax.Array],
    batches_shape: tuple[int, int],
) -> Callable[..., Any]:
    """Compile one epoch: a scan over its batches, then the validation loss.

    Args:
        loss: what is minimised.
        optimizer: the optimizer.
        schedule: step -> learning rate, for the record.
        state: parameters and optimizer state.
        data: arrays of `device_data`.
        batches_shape: steps and batch size.

    Returns:
        A program `(state, data, batches, step, noise_seed) -> (state, numbers)`: `batches` int32 (steps,
        batch size) holds indices of training images, `step` int32 is the number of steps done when the epoch
        ends, `noise_seed` uint32 is for what is random in a step; `numbers` are `learning_rate`,
        `train_loss`, `validation_loss`, and what the loss records besides, as `train_...` and
        `validation_...`.
    """

    @partial(jax.jit, donate_argnums=0)
    def epoch(
        state: Any, data: dict[str, jax.Array], batches: jax.Array, step: jax.Array, noise_seed: jax.Array
    ) -> Any:
        def train_step(state: Any, batch: Any) -> Any:
            parameters, optimizer_state = state
            indices, extra = batch
            (value, record), gradients = jax.value_and_grad(loss.training, has_aux=True)(
                parameters, _to_float(data["inputs"][indices]), _to_float(data["targets"][indices]), extra
            )
            updates, optimizer_state = optimizer.update(gradients, optimizer_state, parameters)
            return (optax.apply_updates(parameters, updates), optimizer_state), (value, record)

        extras = loss.per_step(noise_seed, step, len(batches))
        state, (losses, records) = jax.lax.scan(train_step, state, (batches, extras))
        held, held_record = loss.validation(
            state[0], _to_float(data["held_inputs"]), _to_float(data["held_targets"])
        )
        return state, {
            "learning_rate": jnp.float32(schedule(step)),
            "train_loss": jnp.mean(losses),
            "validation_loss": held,
            **{f"train_{name}": jnp.mean(values) for name, values in records.items()},
            **{f"validation_{name}": value for name, value in held_record.items()},
        }

    started = time.monotonic()
    batches = jax.ShapeDtypeStruct(batches_shape, jnp.int32)
    scalars = [jax.ShapeDtypeStruct((), kind) for kind in (jnp.int32, jnp.uint32)]
    program = epoch.lower(state, data, batches, *scalars).compile()
    logger.info("compiled in %.1f s", time.monotonic() - started)
    return program


def _to_float(images: jax.Array) -> jax.Array:
    return images.astype(jnp.float32) / 255
