"""Rankings: which condition stands at an end of a quantity, compared with every other one.

For a ranked quantity q, {q}_lead(a, b) = q(a) − q(b), with a the condition of the lowest or of the highest q
and b another one. `first` is a and `second` is b. Conditions that cannot be told from the one at the end
stand at the end together with it; to name one alone, every lead of it has to be shown.
"""

import math
from collections.abc import Callable, Iterable, Iterator

from aestudy.distortions.names import MIXTURES
from aestudy.files.study_tables import CONDITION, LEVEL
from aestudy.statistics.averages import OTHERS, Name, as_name, at_level, difference
from aestudy.statistics.contrasts import Cell, Contrast, Design, subtract

LEAD = "_lead"

BY_TRAINING = ("price", "transfer", "mean_corruption_error")
BY_TEST = ("cost", "repair", "matched_cost")
"""The quantities whose training or tested conditions are ranked; `matched_cost` ranks kinds at each level."""

Items = dict[str, tuple[Contrast, float]]
"""Condition -> its contrast and value."""


def leads(
    design: Design, contrasts: Iterable[Contrast], means: Callable[[Cell], float]
) -> Iterator[Contrast]:
    """Compare both ends of each ranking with all others.

    Args:
        design: what the study has.
        contrasts: the quantities of one metric and reference; those that are not ranked are passed over.
        means: the mean of a cell under that metric.
    """
    rankings: dict[tuple[str, str, float], Items] = {}
    for contrast in contrasts:
        if contrast.quantity not in BY_TRAINING + BY_TEST:
            continue
        name = _ranked(design, contrast)
        value = contrast.value
        if value is None:
            value = sum(weight * means(cell) for cell, weight in contrast.weights.items())
        if name is not None and math.isfinite(value):
            level = -1.0 if math.isnan(name.level_db) else name.level_db
            ranking = rankings.setdefault((contrast.quantity, contrast.objective, level), {})
            ranking[name.first or str(name)] = contrast, value
    for ranking in rankings.values():
        ordered = sorted(ranking, key=lambda name: ranking[name][1])
        for other in ordered[1:]:
            yield _lead(ordered[0], other, ranking)
        for other in ordered[1:-1]:
            yield _lead(ordered[-1], other, ranking)


def _ranked(design: Design, contrast: Contrast) -> Name | None:
    """Name what a contrast stands for in its ranking; None for averages and mixtures."""
    trained_on, tested_on = as_name(contrast.trained_on), as_name(contrast.tested_on)
    if contrast.quantity == "matched_cost":
        return tested_on if tested_on.scope == LEVEL else None
    if contrast.quantity == "transfer" and tested_on != OTHERS:
        return None
    name = trained_on if contrast.quantity in BY_TRAINING else tested_on
    of_mixture = contrast.quantity != "mean_corruption_error" and design.groups.get(name) == MIXTURES
    # Conditions that no average is over are there to be compared at equal strength.
    beside = contrast.quantity == "cost" and name not in design.distortions
    return None if name.scope != CONDITION or of_mixture or beside else name


def _lead(first: str, second: str, ranking: Items) -> Contrast:
    (one, value), (other, less) = ranking[first], ranking[second]
    trained_on, tested_on = one.trained_on, one.tested_on
    level = as_name(tested_on).level_db
    if one.quantity in BY_TRAINING:
        trained_on = difference(first, second)
    else:
        tested_on = difference(first, second) if math.isnan(level) else at_level(int(level), first, second)
    if one.quantity == "repair":
        trained_on = tested_on
    weights = subtract(one.weights, other.weights)
    found = None if one.value is None else value - less
    return Contrast(f"{one.quantity}{LEAD}", one.objective, trained_on, tested_on, weights, value=found)
