"""Names in `comparisons.csv` that stand where else a condition stands. No condition can have such a name.

The text is for people. What it stands for is in the other columns (`aestudy.files.study_tables`).
"""

import math

from aestudy.distortions import names
from aestudy.files.study_tables import AVERAGE, CONDITION, DIFFERENCE, LEVEL


class Name(str):
    """A text, and what it stands for: fields of `ComparisonRow`."""

    scope: str
    first: str
    second: str
    level_db: float

    def __new__(
        cls, text: str, scope: str, first: str = "", second: str = "", level_db: float = math.nan
    ) -> "Name":
        """Make a text with attributes."""
        name = super().__new__(cls, text)
        name.scope, name.first, name.second, name.level_db = scope, first, second, level_db
        return name


def as_name(text: str) -> Name:
    """Take any other text as the name of a condition."""
    return text if isinstance(text, Name) else Name(text, CONDITION)


def of_group(group: str) -> Name:
    """Name the average over the conditions of a group (`aestudy.distortions.registry.Kind.group`)."""
    return Name(f"({group})", AVERAGE)


def beside(condition: str, method: str) -> Name:
    """Name a condition on which models are set beside one method."""
    return Name(condition, CONDITION, second=method)


def difference(first: str, second: str) -> Name:
    """Name the difference of two conditions or of two averages."""
    text = f"{first} - {second}"
    return Name(text if isinstance(first, Name) else f"({text})", DIFFERENCE, str(first), str(second))


def at_level(level_db: int, first: str, second: str = "") -> Name:
    """Name a kind of distortions at one input PSNR in dB, or the difference of two kinds there."""
    text = f"({first} - {second} at {level_db} dB)" if second else f"({first} at {level_db} dB)"
    return Name(text, DIFFERENCE if second else LEVEL, first, second, level_db)


def at_equal_strength(first: str, second: str = "") -> Name:
    """Name a group of distortions at the input PSNR that all kinds reach, or the difference of two there."""
    text = f"({first} - {second} at equal strength)" if second else f"({first} at equal strength)"
    return Name(text, DIFFERENCE if second else LEVEL, first, second)


SAME = of_group("same")
"""Each model, tested on what it was trained on."""

DISTORTIONS = of_group("distortions")
"""All conditions that change images, mixtures left out."""

NOISES = of_group(names.NOISES)
FILTERS = of_group(names.FILTERS)

OTHERS = of_group("others")
"""All conditions that a model was not trained on."""

ANY_MIXTURE = of_group("mixtures")
LEFT_OUT = of_group("left out")
"""The one condition that a mixture leaves out."""
