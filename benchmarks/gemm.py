"""How fast a large matrix product is through the same backend: the ceiling of every training step."""

from collections.abc import Callable

from benchmarks.workload import timed

SIDE = 2048


def prepare_float32(digits_path: str, threads: int) -> Callable[[], dict[str, float]]:
    """Multiply two square float32 matrices through XLA."""
    from aestudy.devices.jax_start import start_jax

    del digits_path
    start_jax(threads)
    import jax

    left = jax.random.normal(jax.random.key(0), (SIDE, SIDE))
    right = jax.random.normal(jax.random.key(1), (SIDE, SIDE))
    multiply = jax.jit(lambda left, right: left @ right)

    def one_round() -> dict[str, float]:
        seconds = min(timed(lambda: multiply(left, right).block_until_ready()) for _ in range(5))
        return {"seconds": seconds, "gflop_per_s": 2 * SIDE**3 / seconds / 1e9}

    return one_round
