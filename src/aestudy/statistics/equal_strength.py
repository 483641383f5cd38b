"""Compare kinds of distortions at equal strength.

At the strengths of a config, one kind may be much stronger than another, and a ranking of kinds only ranks
their strengths. Where a study tests several conditions of a kind, quantities are interpolated between them to
whole levels of input PSNR, 10 log10(1 / mean E) with E the mean squared error of the distorted images
themselves (baseline `identity`), so that kinds can be set side by side at one level.

A quantity at level L dB between two neighboring conditions a and b of a kind, of input PSNR s_a ≤ L ≤ s_b, is

    q(L) = (q(a) (s_b − L) + q(b) (L − s_a)) / (s_b − s_a),

a weighted sum again. A group of kinds, such as the noises, is the mean of its kinds, at the levels that all
kinds of all groups reach, and over these levels. The weights are taken as known: the levels' own errors come
from the same images and are small beside those of the quantity.
"""

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Mapping

from aestudy.distortions.names import CLEAN, MIXTURES
from aestudy.statistics.averages import SAME, at_equal_strength, at_level
from aestudy.statistics.contrasts import Cell, Contrast, Design, Weights, combine, mean, model, subtract

LEVEL_STEP_DB = 2
"""Levels are the multiples of this."""


def input_levels(design: Design, mean_squared_error: Callable[[Cell], float]) -> dict[str, float]:
    """Compute the input PSNR of the tested distortions.

    Args:
        design: what the study has.
        mean_squared_error: the mean squared error of a cell against the clean originals.

    Returns:
        Condition -> dB; conditions that change no image are left out, and all where there is no `identity`.
    """
    if "identity" not in design.baselines:
        return {}
    errors = {name: mean_squared_error(("identity", "", "", name)) for name in design.tested_distortions}
    return {name: -10 * math.log10(error) for name, error in errors.items() if error > 0}


def matched_contrasts(design: Design, levels: Mapping[str, float]) -> Iterator[Contrast]:
    """List cost and repair at equal input PSNR (condition -> dB), and the differences of cost.

    matched_cost, matched_cost_difference, matched_repair of kinds; matched_group_cost,
    matched_group_cost_difference of groups.
    """
    clean = design.clean
    if clean is None:
        return
    families = _families(design, levels)
    for objective in design.objectives:
        costs: dict[int, dict[str, Weights]] = {}
        repairs: dict[tuple[str, int], Weights] = {}
        for kind, shares in families.items():
            for level, parts in shares.items():
                costs.setdefault(level, {})[kind] = combine(
                    (subtract(model(objective, clean, name), model(objective, clean, clean)), share)
                    for name, share in parts.items()
                )
                if all(name in design.trained_on for name in parts):
                    repairs[kind, level] = combine(
                        (subtract(model(objective, name, name), model(objective, clean, name)), share)
                        for name, share in parts.items()
                    )
        for level in sorted(costs):
            for kind, weights in costs[level].items():
                yield Contrast("matched_cost", objective, clean, at_level(level, kind), weights)
            for first, second in itertools.combinations(costs[level], 2):
                weights = subtract(costs[level][first], costs[level][second])
                name = at_level(level, first, second)
                yield Contrast("matched_cost_difference", objective, clean, name, weights)
        yield from _groups(design, objective, clean, costs, families)
        for (kind, level), weights in repairs.items():
            yield Contrast("matched_repair", objective, SAME, at_level(level, kind), weights)


def _groups(
    design: Design,
    objective: str,
    clean: str,
    costs: Mapping[int, Mapping[str, Weights]],
    families: Mapping[str, object],
) -> Iterator[Contrast]:
    """Compare the groups of kinds at each level that all kinds reach, and over these levels."""
    groups: dict[str, list[str]] = {}
    for name in design.tested_distortions:
        if (kind := design.kinds[name]) in families and kind not in groups.setdefault(
            design.groups[name], []
        ):
            groups[design.groups[name]].append(kind)
    shared = [level for level in sorted(costs) if len(costs[level]) == len(families)]
    if len(groups) < 2 or not shared:
        return
    found = {
        group: {level: mean([costs[level][kind] for kind in kinds]) for level in shared}
        for group, kinds in groups.items()
    }
    for level in (*shared, None):
        at = at_equal_strength if level is None else functools.partial(at_level, level)
        sums = {
            group: mean(list(levels.values())) if level is None else levels[level]
            for group, levels in found.items()
        }
        for group, weights in sums.items():
            yield Contrast("matched_group_cost", objective, clean, at(group), weights)
        for first, second in itertools.combinations(sums, 2):
            weights = subtract(sums[first], sums[second])
            yield Contrast("matched_group_cost_difference", objective, clean, at(first, second), weights)


def _families(design: Design, levels: Mapping[str, float]) -> dict[str, dict[int, dict[str, float]]]:
    """Find the levels that each kind reaches: kind -> level -> condition -> its share."""
    families: dict[str, list[str]] = {}
    for name in levels:
        if design.groups[name] not in (CLEAN, MIXTURES):
            families.setdefault(design.kinds[name], []).append(name)
    found = {}
    for kind, names in families.items():
        ordered = sorted(names, key=lambda name: levels[name])
        shares: dict[int, dict[str, float]] = {}
        for low, high in itertools.pairwise(ordered):
            start, end = levels[low], levels[high]
            for step in range(math.ceil(start / LEVEL_STEP_DB), math.floor(end / LEVEL_STEP_DB) + 1):
                level = step * LEVEL_STEP_DB
                if start < end and level not in shares:
                    share = (level - start) / (end - start)
                    parts = {low: 1 - share, high: share}
                    shares[level] = {name: part for name, part in parts.items() if part}
        if shares:
            found[kind] = shares
    return found
