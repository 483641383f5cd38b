"""The activation functions that a network may use, in NumPy.

Training looks up the functions of the same names in `jax.nn` (`aestudy.training.autoencoder`).
Scoring and coding run on NumPy alone, so that they start in a fraction of the time that JAX takes to import.
"""

from collections.abc import Callable

import numpy as np

Activation = Callable[[np.ndarray], np.ndarray]


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Compute 1 / (1 + exp(-x)); float32 in, float32 out."""
    # Where exp(-x) is infinite, its reciprocal, 0, is right. `np.where` would cost six times as much.
    with np.errstate(over="ignore"):
        result = np.exp(-values)
    result += 1
    return np.reciprocal(result, out=result)


def _gelu(values: np.ndarray) -> np.ndarray:
    # The tanh form of Hendrycks & Gimpel (2016), which is also the default of jax.nn.gelu.
    inner = np.float32(np.sqrt(2 / np.pi)) * (values + np.float32(0.044715) * values * values * values)
    return np.float32(0.5) * values * (1 + np.tanh(inner))


def _elu(values: np.ndarray) -> np.ndarray:
    # Not expm1, which NumPy computes one value at a time; the difference is below 1e-7.
    return np.maximum(values, 0) + (np.exp(np.minimum(values, 0)) - 1)


def _softplus(values: np.ndarray) -> np.ndarray:
    return np.maximum(values, 0) + np.log1p(np.exp(-np.abs(values)))


ACTIVATIONS: dict[str, Activation] = {
    "linear": lambda values: values,
    "relu": lambda values: np.maximum(values, 0),
    "leaky_relu": lambda values: np.maximum(values, np.float32(0.01) * values),
    "elu": _elu,
    "gelu": _gelu,
    "silu": lambda values: values * sigmoid(values),
    "softplus": _softplus,
    "tanh": np.tanh,
    "sigmoid": sigmoid,
}
"""Name -> function, under the name that the function has in `jax.nn`; there `linear` is `identity`."""
