"""Where the time of a training step goes: the same epoch with one thing more at a time."""

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.workload import BATCH_SIZE, TRAINING_IMAGES, cpu_timed, read_digits, steps_per_epoch

STAGES = ("batches", "loss", "gradients", "adam", "muon")


def prepare_stages(digits_path: str, threads: int) -> Callable[[], dict[str, float]]:
    """Compile epochs that stop after each stage; `<stage>_seconds` is the processor time with all before it.

    `loss` is the forward pass and the value of the loss, `gradients` the backward pass. `adam` and `muon` are
    alternatives: each stands on `gradients`.
    """
    from aestudy.devices.jax_start import start_jax

    start_jax(threads)
    import jax
    import jax.numpy as jnp
    import optax

    from aestudy.networks.architecture import initial_parameters
    from aestudy.networks.dense import DenseArchitecture
    from aestudy.training.autoencoder import split_autoencoder
    from aestudy.training.optimizers import OPTIMIZERS
    from aestudy.training.pixel_losses import PIXEL_LOSSES

    architecture = DenseArchitecture((28, 28), (128, 64), 32, "relu", "linear")
    graph, parameters = split_autoencoder(
        architecture, initial_parameters(architecture, np.random.default_rng(0))
    )
    images = jnp.asarray(read_digits(digits_path, TRAINING_IMAGES).reshape(TRAINING_IMAGES, -1))
    order = np.random.default_rng(0).permutation(TRAINING_IMAGES)[: steps_per_epoch() * BATCH_SIZE]
    batches = order.astype(np.int32).reshape(-1, BATCH_SIZE)
    merge = partial(_merge, graph)

    def summary(tree: object) -> jax.Array:
        """Depend on every value, so that the compiler cannot leave the work out."""
        return sum(jnp.sum(leaf) for leaf in jax.tree.leaves(tree))

    def step(stage: str, state: tuple, batch: jax.Array) -> tuple:
        parameters, optimizer_state, total = state
        values = images[batch].astype(jnp.float32) / 255
        if stage == "batches":
            return (parameters, optimizer_state, total + jnp.sum(values)), None
        loss_of = lambda parameters: PIXEL_LOSSES["bce"](merge(parameters)(values), values)  # noqa: E731
        if stage == "loss":
            return (parameters, optimizer_state, total + loss_of(parameters)), None
        loss, gradients = jax.value_and_grad(loss_of)(parameters)
        if stage == "gradients":
            return (parameters, optimizer_state, total + loss + summary(gradients)), None
        updates, optimizer_state = optimizers[stage].update(gradients, optimizer_state, parameters)
        return (optax.apply_updates(parameters, updates), optimizer_state, total + loss), None

    optimizers = {name: OPTIMIZERS[name](optax.constant_schedule(1e-3)) for name in ("adam", "muon")}
    programs, states = {}, {}
    for stage in STAGES:
        optimizer_state = jax.jit(optimizers.get(stage, optax.identity()).init)(parameters)
        states[stage] = (parameters, optimizer_state, jnp.float32(0))
        epoch = jax.jit(lambda state, stage=stage: jax.lax.scan(partial(step, stage), state, batches)[0])
        programs[stage] = epoch.lower(states[stage]).compile()

    def one_round() -> dict[str, float]:
        seconds = {
            f"{stage}_seconds": cpu_timed(
                lambda stage=stage: jax.block_until_ready(programs[stage](states[stage]))
            )
            for stage in STAGES
        }
        return {"seconds": sum(seconds.values())} | seconds

    return one_round


def _merge(graph: object, parameters: object) -> Callable:
    from flax import nnx

    return nnx.merge(graph, parameters)
