"""Names of averages in `comparisons.csv`, where conditions stand. No condition can have such a name."""

SAME = "(same)"
"""Each model, tested on what it was trained on."""

DISTORTIONS = "(distortions)"
"""All conditions that change images, mixtures left out."""

NOISES = "(noises)"
FILTERS = "(filters)"

OTHERS = "(others)"
"""All conditions that a model was not trained on."""

ANY_MIXTURE = "(mixtures)"
LEFT_OUT = "(left out)"
"""The one condition that a mixture leaves out."""
