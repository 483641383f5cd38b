"""What a recipe may name: losses, optimizers and schedules. Importing it needs no JAX.

To add a loss or a schedule, add its name here and its function to the table of that name in
`aestudy.training`; an optimizer of Optax needs its line here only. The schema of configs and every message
about a wrong name follow.
"""

from typing import Any

FRESH = "fresh"
"""In place of a number of draws of noise: a new one in each epoch."""

LOSSES = BCE, MSE = ("bce", "mse")

MUON = "muon"

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "adam": {},  # Kingma & Ba 2015
    "adadelta": {"rho": 0.95, "eps": 1e-7},  # Zeiler 2012, as in Keras 2, which the notebook ran with
    MUON: {},  # Jordan et al. 2024: orthogonalised momentum for kernels, Adam for biases
    "sgd": {"momentum": 0.9, "nesterov": True},
}
"""Name -> the arguments of the function of this name in `optax`; Muon is `aestudy.training.muon`."""

SCHEDULES = CONSTANT, LINEAR, COSINE = ("constant", "linear", "cosine")
