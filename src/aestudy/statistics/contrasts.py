"""Comparisons as weighted sums of cell means, and the cells that a study has.

A cell is the mean score of one method on one tested condition. A quantity (`aestudy.statistics.quantities`)
is given as the weights of its cells, so that one bootstrap serves all of them and every difference is paired
by images, noise and seeds (`aestudy.statistics.bootstrap.HierarchicalBootstrap.combine`). A ratio is given as
its value with the gradient for weights (the delta method).

In `trained_on` and `tested_on` stand conditions, and names of averages (`aestudy.statistics.averages`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aestudy.distortions.names import CLEAN, COMPOSED, FILTERS, MIXTURES, NOISES
from aestudy.scoring.method_names import AUTOENCODER
from aestudy.statistics import averages

Cell = tuple[str, str, str, str]
"""Method, objective, trained_on, tested_on; objective and trained_on are empty for a baseline."""

Weights = dict[Cell, float]
"""A weighted sum of cell means."""


@dataclass(frozen=True)
class Contrast:
    """One quantity for one pair of conditions, or for an average (`averages.Name`).

    Attributes:
        weights: cell -> its weight in the sum.
        value: the quantity where it is not the sum itself, whose gradient the weights then are.
        null: the value that means "no difference".
    """

    quantity: str
    objective: str
    trained_on: str
    tested_on: str
    weights: Mapping[Cell, float]
    value: float | None = None
    null: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Design:
    """The conditions, objectives and baselines of a study, in its order: they span its cells.

    Attributes:
        groups: condition -> its group.
        kinds: condition -> its kind.
        components: mixture -> the names of its conditions.
    """

    objectives: Sequence[str]
    trained_on: Sequence[str]
    tested_on: Sequence[str]
    groups: Mapping[str, str]
    kinds: Mapping[str, str]
    components: Mapping[str, Sequence[str]] = field(default_factory=dict)
    baselines: Sequence[str] = ()

    @property
    def clean(self) -> str | None:
        """The clean condition, if models were trained and tested on it."""
        names = [name for name in self.tested_on if self.groups[name] == CLEAN and name in self.trained_on]
        return names[0] if names else None

    @property
    def tested_distortions(self) -> list[str]:
        """The tested conditions that change images, mixtures left out."""
        return [name for name in self.tested_on if self.groups[name] not in (CLEAN, MIXTURES)]

    @property
    def distortions(self) -> list[str]:
        """Those of them that averages are over: those with a model of their own, if any has.

        The others are there to be compared at equal strength, and a kind that is tested at many strengths
        shall not count for more.
        """
        tested = self.tested_distortions
        return [name for name in tested if name in self.trained_on] or tested

    def averages(self) -> dict[str, list[str]]:
        """List the tested conditions behind each name of an average that has any."""
        return self._averages(self.distortions)

    def trained_averages(self) -> dict[str, list[str]]:
        """List the training conditions behind each name of an average that has any."""
        return self._averages(self.trained_on)

    def _averages(self, names: Sequence[str]) -> dict[str, list[str]]:
        groups = dict.fromkeys([NOISES, FILTERS, *(self.groups[name] for name in names)])
        chosen: dict[str, list[str]] = {
            averages.DISTORTIONS: [name for name in names if self.groups[name] not in (CLEAN, MIXTURES)]
        }
        for group in groups:
            if group not in (CLEAN, *COMPOSED):
                members = [name for name in names if self.groups[name] == group]
                chosen[averages.of_group(group)] = members
        return {name: members for name, members in chosen.items() if members}


def model(objective: str, trained_on: str, tested_on: str) -> Weights:
    """Name the cell of the autoencoders, with weight 1."""
    return {(AUTOENCODER, objective, trained_on, tested_on): 1.0}


def baseline(method: str, tested_on: str) -> Weights:
    """Name the cell of a baseline, with weight 1."""
    return {(method, "", "", tested_on): 1.0}


def subtract(left: Mapping[Cell, float], right: Mapping[Cell, float]) -> Weights:
    """Write a difference of weighted sums as one."""
    return combine([(left, 1.0), (right, -1.0)])


def mean(parts: Sequence[Mapping[Cell, float]]) -> Weights:
    """Write the mean of weighted sums as one."""
    return combine([(part, 1 / len(parts)) for part in parts])


def combine(parts: Iterable[tuple[Mapping[Cell, float], float]]) -> Weights:
    """Write a weighted sum of weighted sums as one, without the cells that cancel."""
    total: Weights = {}
    for weights, factor in parts:
        for cell, weight in weights.items():
            total[cell] = total.get(cell, 0.0) + factor * weight
    return {cell: weight for cell, weight in total.items() if weight}
