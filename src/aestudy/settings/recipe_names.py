"""What a recipe may name: losses, optimizers and schedules. Importing it needs no JAX.

To add one, add its name here and its function to the table of that name in `aestudy.training`. The schema of
configs and every message about a wrong name follow.
"""

LOSSES = BCE, MSE = ("bce", "mse")
OPTIMIZERS = ADAM, ADADELTA, MUON, SGD = ("adam", "adadelta", "muon", "sgd")
SCHEDULES = CONSTANT, LINEAR, COSINE = ("constant", "linear", "cosine")
