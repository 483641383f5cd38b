"""The recipes whose quality `benchmarks.quality` measures; docs/training.md says how they were found."""

from dataclasses import dataclass

from aestudy.settings.types import TrainingSettings


@dataclass(frozen=True)
class Recipe:
    """A network and how it is trained.

    Attributes:
        hidden: widths between image and code.
        code_size: number of values of the code.
        activation: of the hidden layers.
        training: everything else.
        asked_for: what the project wants of it, in words.
    """

    hidden: tuple[int, ...]
    code_size: int
    activation: str
    training: TrainingSettings
    asked_for: str


RECIPES = {
    "quick": Recipe(
        (128, 64),
        32,
        "silu",
        TrainingSettings("bce", "muon", 4e-2, "linear", 3, 256, 0.02, 0.0, 0.0, 1),
        "≤ 5.13 in < 6 s",
    ),
    "full": Recipe(
        (128, 64),
        32,
        "silu",
        TrainingSettings("bce", "muon", 3e-2, "linear", 100, 256, 0.02, 0.5, 0.5, 1),
        "≤ 2.85",
    ),
    "wide": Recipe(
        (1000, 500, 250),
        30,
        "silu",
        TrainingSettings("bce", "muon", 3e-2, "linear", 16, 512, 0.02, 0.5, 0.5, 1),
        "≤ 2.28",
    ),
}
