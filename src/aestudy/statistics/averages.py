"""Names of averages in `comparisons.csv`, where conditions stand. No condition can have such a name."""

from aestudy.distortions import names

SAME = "(same)"
"""Each model, tested on what it was trained on."""

DISTORTIONS = "(distortions)"
"""All conditions that change images, mixtures left out."""


def of_group(group: str) -> str:
    """Name the average over the conditions of a group (`aestudy.distortions.registry.Kind.group`)."""
    return f"({group})"


NOISES = of_group(names.NOISES)
FILTERS = of_group(names.FILTERS)

OTHERS = "(others)"
"""All conditions that a model was not trained on."""

ANY_MIXTURE = "(mixtures)"
LEFT_OUT = "(left out)"
"""The one condition that a mixture leaves out."""
