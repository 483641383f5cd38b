"""Quantities of models that are trained on mixtures: one model for all, and what was left out.

Below m is a training condition of kind `mixture`, x(r, c) as in `aestudy.statistics.quantities`. A model
trained on a mixture has seen c if c is among its conditions.
"""

import itertools
from collections.abc import Iterator

from aestudy.distortions.names import CLEAN, MIXTURES
from aestudy.statistics.averages import ANY_MIXTURE, DISTORTIONS, LEFT_OUT
from aestudy.statistics.contrasts import Contrast, Design, Weights, mean, model, subtract


def mixture_contrasts(design: Design) -> Iterator[Contrast]:
    """List the lead of specialists over generalists, and the loss on a condition that a mixture lacks.

    specialization(m, c) = x(c, c) − x(m, c) for c in m,
    left_out_gain(m, c) = x(m, c) − x(clean, c) for c not in m,
    left_out_loss(m, c) = x(m, c) − x(e, c) for c not in m, e the smallest mixture that has c and all of m.
    """
    mixtures = {
        name: frozenset(design.components[name])
        for name in design.trained_on
        if design.groups[name] == MIXTURES
    }
    simple = [name for name in design.tested_on if design.groups[name] != MIXTURES]
    for objective in design.objectives:
        yield from _specialization(design, objective, mixtures, simple)
        gains: dict[tuple[str, str], Weights] = {}
        losses: dict[tuple[str, str], Weights] = {}
        for name, condition in itertools.product(mixtures, simple):
            if condition in mixtures[name] or design.groups[condition] == CLEAN:
                continue
            cell = model(objective, name, condition)
            if design.clean is not None:
                gains[name, condition] = subtract(cell, model(objective, design.clean, condition))
            whole = _smallest_with(mixtures, mixtures[name] | {condition})
            if whole is not None:
                losses[name, condition] = subtract(cell, model(objective, whole, condition))
        for quantity, found in (("left_out_gain", gains), ("left_out_loss", losses)):
            for (name, condition), weights in found.items():
                yield Contrast(quantity, objective, name, condition, weights)
            if found:
                yield Contrast(quantity, objective, ANY_MIXTURE, LEFT_OUT, mean(list(found.values())))


def _specialization(
    design: Design, objective: str, mixtures: dict[str, frozenset[str]], simple: list[str]
) -> Iterator[Contrast]:
    for name, components in mixtures.items():
        ahead = {
            condition: subtract(model(objective, condition, condition), model(objective, name, condition))
            for condition in simple
            if condition in components and condition in design.trained_on
        }
        for condition, weights in ahead.items():
            yield Contrast("specialization", objective, name, condition, weights)
        distorted = [weights for condition, weights in ahead.items() if design.groups[condition] != CLEAN]
        if distorted:
            yield Contrast("specialization", objective, name, DISTORTIONS, mean(distorted))


def _smallest_with(mixtures: dict[str, frozenset[str]], wanted: frozenset[str]) -> str | None:
    """Name the smallest mixture that has all wanted conditions; None if no mixture has them."""
    fitting = [name for name, components in mixtures.items() if wanted <= components]
    return min(fitting, key=lambda name: len(mixtures[name]), default=None)
