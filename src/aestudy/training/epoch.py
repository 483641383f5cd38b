"""One epoch as one compiled program over data that stays on the device."""

import logging
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from aestudy.training.augmentation import shift_batch
from aestudy.training.losses import PixelsOnly

logger = logging.getLogger(__name__)


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
        uint8 (n, H*W) arrays by name: `inputs`, `held_inputs`, and `targets`, `held_targets` unless the
        targets are the inputs.
    """
    arrays = {"inputs": inputs} | ({} if targets is inputs else {"targets": targets})
    parts = {"": training, "held_": validation}
    return {
        # jnp.asarray would compile a program for each shape.
        prefix + name: jax.device_put(array[chosen].reshape(len(chosen), -1))
        for prefix, chosen in parts.items()
        for name, array in arrays.items()
    }


def compile_epoch(
    loss: PixelsOnly,
    optimizer: optax.GradientTransformation,
    schedule: optax.Schedule,
    image_shape: tuple[int, int],
    models: int,
    arguments: tuple[Any, ...],
) -> Callable[..., Any]:
    """Compile one epoch: a scan over its batches, then the validation loss.

    Args:
        loss: what is minimised.
        optimizer: the optimizer.
        schedule: step -> learning rate, for the record.
        image_shape: height and width.
        models: how many are trained as one program. With more than one, each array that belongs to a model
            has one axis more, its first, of that length.
        arguments: what the program will be called with, or anything of the same shapes and types.

    Returns:
        A program `(state, data, batches, directions, noise_seed, step) -> (state, numbers)`:

        - `state` of a model: parameters and optimizer state;
        - `data`: arrays of `device_data`, the same for all models;
        - `batches` of a model: int32 (steps, batch size), indices of training images;
        - `directions` of a model: int8 of the same shape, where each image is shifted to
          (`aestudy.training.augmentation`), or None;
        - `noise_seed` of a model: uint32, for what is random in a step;
        - `step`: int32, the number of steps done when the epoch ends;
        - `numbers` of a model: `learning_rate`, `train_loss`, `validation_loss`, and what the loss records
          besides, as `train_...` and `validation_...`.
    """
    epoch = _make_epoch(loss, optimizer, schedule, image_shape)
    started, processor_started = time.monotonic(), time.process_time()
    program = epoch if models == 1 else jax.vmap(epoch, in_axes=(0, None, 0, 0, 0, None), axis_size=models)
    compiled = jax.jit(program, donate_argnums=0).lower(*arguments).compile()
    processor = time.process_time() - processor_started
    logger.info("compiled in %.1f s, %.2f s of processor time", time.monotonic() - started, processor)
    return compiled


def _make_epoch(
    loss: PixelsOnly,
    optimizer: optax.GradientTransformation,
    schedule: optax.Schedule,
    image_shape: tuple[int, int],
) -> Callable[..., Any]:
    """Write the program of one model, as `compile_epoch` describes it."""

    def epoch(
        state: Any,
        data: dict[str, jax.Array],
        batches: jax.Array,
        directions: jax.Array | None,
        noise_seed: jax.Array,
        step: jax.Array,
    ) -> Any:
        def train_step(state: Any, batch: Any) -> Any:
            parameters, optimizer_state = state
            indices, directions, extra = batch

            def take(name: str) -> jax.Array:
                images = data[name][indices]
                return _to_float(
                    images if directions is None else shift_batch(images, directions, image_shape)
                )

            inputs = take("inputs")
            targets = take("targets") if "targets" in data else inputs
            (value, record), gradients = jax.value_and_grad(loss.training, has_aux=True)(
                parameters, inputs, targets, extra
            )
            updates, optimizer_state = optimizer.update(gradients, optimizer_state, parameters)
            return (optax.apply_updates(parameters, updates), optimizer_state), (value, record)

        extras = loss.per_step(noise_seed, step, len(batches))
        state, (losses, records) = jax.lax.scan(train_step, state, (batches, directions, extras))
        held_inputs = _to_float(data["held_inputs"])
        held_targets = _to_float(data["held_targets"]) if "held_targets" in data else held_inputs
        held, held_record = loss.validation(state[0], held_inputs, held_targets)
        return state, {
            "learning_rate": jnp.float32(schedule(step)),
            "train_loss": jnp.mean(losses),
            "validation_loss": held,
            **{f"train_{name}": jnp.mean(values) for name, values in records.items()},
            **{f"validation_{name}": value for name, value in held_record.items()},
        }

    return epoch


def _to_float(images: jax.Array) -> jax.Array:
    return images.astype(jnp.float32) / 255
