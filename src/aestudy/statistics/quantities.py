"""The derived quantities of a study: cost, repair, price, transfer and the rest.

Below x(r, c) is the cell of the models that were trained on condition r and tested on condition c, all with
one objective, D are the distortions that averages are over (`Design.distortions`), and clean is the
condition of kind `clean`. docs/method.md has the formulas and what they tell. A quantity whose cells a study
does not have is left out.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from aestudy.distortions.names import CLEAN, MIXTURES
from aestudy.scoring.method_kinds import TRIVIAL
from aestudy.scoring.method_names import TABLE
from aestudy.statistics import averages
from aestudy.statistics.averages import DISTORTIONS, OTHERS, SAME, difference
from aestudy.statistics.contrasts import (
    Cell,
    Contrast,
    Design,
    Weights,
    baseline,
    combine,
    mean,
    model,
    subtract,
)

COMPARED_OBJECTIVES = ("denoise", "reconstruct")
BOTH_OBJECTIVES = " - ".join(COMPARED_OBJECTIVES)
"""What stands in the column `objective` of their difference."""

Sums = dict[tuple[str, str], Weights]
"""What models were trained on and tested on -> the weighted sum of cells."""

Name = TypeVar("Name")


def contrasts_of_inputs(design: Design) -> Iterator[Contrast]:
    """List the quantities that make sense against either reference.

    cost, repair, price, transfer, generalization_gap.
    """
    for objective in design.objectives:
        if design.clean is not None:
            for quantity, sums in FROM_CLEAN.items():
                yield from _contrasts(quantity, objective, sums(design, objective, design.clean))
        yield from _contrasts("generalization_gap", objective, _gaps(design, objective))


def contrasts_of_outputs(design: Design, means: Callable[[Cell], float]) -> Iterator[Contrast]:
    """List the quantities that compare methods and objectives, against the clean originals.

    denoising_gain, gain_over_{baseline}, gain_over_best_rival, objective_gain. Identity on clean images has
    an infinite PSNR; nothing is compared with it.
    """
    for objective in design.objectives:
        if "identity" in design.baselines:
            columns = [
                c
                for c in design.tested_on
                if design.groups[c] != CLEAN or math.isfinite(means(("identity", "", "", c)))
            ]
            gains = _gains(design, objective, "identity", columns, every_cell=True)
            yield from _contrasts("denoising_gain", objective, gains)
        for method in design.baselines:
            if method != "identity":  # it has `denoising_gain`
                gains = _gains(design, objective, method, design.tested_on, every_cell=False)
                yield from _contrasts(f"gain_over_{method}", objective, gains)
        yield from _contrasts("gain_over_best_rival", objective, _rival_gains(design, objective, means))
    if {*COMPARED_OBJECTIVES} <= {*design.objectives}:
        yield from _contrasts("objective_gain", BOTH_OBJECTIVES, _objective_gains(design))


def corruption_errors(design: Design, means: Callable[[Cell], float]) -> Iterator[Contrast]:
    """Robustness relative to the clean-trained model, in percent of its error, below 100 is more robust.

    With E the mean squared error against the clean originals, K the kinds of D:

        mean_corruption_error(r) = 100 · mean over k in K of Σ_{c of k} E(r, c) / Σ_{c of k} E(clean, c),
        relative_corruption_error(r) = 100 · Σ_{c in D} (E(r, c) − E(r, clean)) /
                                       Σ_{c in D} (E(clean, c) − E(clean, clean)).

    The first is the mCE of Hendrycks & Dietterich (2019) with the clean-trained model in AlexNet's place. The
    second is their relative mCE, but as a ratio of sums: single distortions can cost next to nothing, and a
    ratio to nothing would swamp the mean.

    Args:
        design: what the study has.
        means: the mean squared error of a cell.
    """
    clean, distortions = design.clean, design.distortions
    if clean is None or not distortions:
        return
    families: dict[str, list[str]] = {}
    for name in distortions:
        families.setdefault(design.kinds[name], []).append(name)
    for objective, trained_on in itertools.product(design.objectives, design.trained_on):
        if trained_on == clean:
            continue
        ratios = [
            (
                combine([(model(objective, trained_on, name), 1.0) for name in family]),
                combine([(model(objective, clean, name), 1.0) for name in family]),
            )
            for family in families.values()
        ]
        yield from _ratio("mean_corruption_error", objective, trained_on, ratios, means)
        degradations = [
            combine(
                [(model(objective, row, name), 1.0) for name in distortions]
                + [(model(objective, row, clean), -float(len(distortions)))]
            )
            for row in (trained_on, clean)
        ]
        yield from _ratio("relative_corruption_error", objective, trained_on, [degradations], means)


def _ratio(
    quantity: str,
    objective: str,
    trained_on: str,
    ratios: Sequence[Sequence[Weights]],
    means: Callable[[Cell], float],
) -> Iterator[Contrast]:
    """Average ratios of weighted sums, in percent; none where a denominator is not positive."""
    value, gradient = 0.0, []
    for above, below in ratios:
        numerator, denominator = (sum(w * means(cell) for cell, w in part.items()) for part in (above, below))
        if denominator <= 0:
            return
        share = 100 / len(ratios)
        value += share * numerator / denominator
        gradient += [(above, share / denominator), (below, -share * numerator / denominator**2)]
    yield Contrast(quantity, objective, trained_on, DISTORTIONS, combine(gradient), value=value, null=100.0)


def _contrasts(quantity: str, objective: str, sums: Sums) -> Iterator[Contrast]:
    for (trained_on, tested_on), weights in sums.items():
        yield Contrast(quantity, objective, trained_on, tested_on, weights)


def _costs(design: Design, objective: str, clean: str) -> Sums:
    """cost(c) = x(clean, c) − x(clean, clean), and the difference between the groups."""
    start = model(objective, clean, clean)
    costs = {c: subtract(model(objective, clean, c), start) for c in design.tested_on if c != clean}
    averages = _averages(costs, design.averages())
    return {(clean, c): weights for c, weights in (costs | averages | _between_groups(averages)).items()}


def _repairs(design: Design, objective: str, clean: str) -> Sums:
    """repair(c) = x(c, c) − x(clean, c), for every c that has a model of its own."""
    repairs = {
        c: subtract(model(objective, c, c), model(objective, clean, c))
        for c in design.tested_on
        if c != clean and c in design.trained_on
    }
    averages = _averages(repairs, design.averages())
    single = {(c, c): weights for c, weights in repairs.items()}
    return single | {(SAME, name): sums for name, sums in (averages | _between_groups(averages)).items()}


def _prices(design: Design, objective: str, clean: str) -> Sums:
    """price(r) = x(r, clean) − x(clean, clean)."""
    start = model(objective, clean, clean)
    prices = {r: subtract(model(objective, r, clean), start) for r in design.trained_on if r != clean}
    averages = _averages(prices, design.trained_averages())
    return {(r, clean): weights for r, weights in (prices | averages).items()}


def _transfers(design: Design, objective: str, clean: str) -> Sums:
    """transfer(r, c) = x(r, c) − x(clean, c) for r ≠ c, both other than clean."""
    transfers = {
        (r, c): subtract(model(objective, r, c), model(objective, clean, c))
        for r, c in itertools.product(design.trained_on, design.tested_on)
        if r != c and clean not in (r, c)
    }
    rows = {name: [name] for name in design.trained_on if name != clean} | design.trained_averages()
    columns = design.averages()
    pairs = {
        (row, OTHERS if column == DISTORTIONS else column): list(
            itertools.product(rows[row], columns[column])
        )
        for row, column in itertools.product(rows, columns)
    }
    return transfers | _averages(transfers, pairs)


def _gaps(design: Design, objective: str) -> Sums:
    """generalization_gap(r) = x(r, r) − mean of x(r, c) over clean and D without r."""
    gaps = {}
    averaged = [c for c in design.tested_on if c in design.distortions or design.groups[c] == CLEAN]
    for row in design.trained_on:
        others = [c for c in averaged if c != row]
        if row in design.tested_on and others:
            away = mean([model(objective, row, c) for c in others])
            gaps[row] = subtract(model(objective, row, row), away)
    averages = _averages(gaps, design.trained_averages())
    return {(row, OTHERS): weights for row, weights in (gaps | averages).items()}


FROM_CLEAN = {"cost": _costs, "repair": _repairs, "price": _prices, "transfer": _transfers}
"""The quantities that need models trained on clean images."""


def _gains(design: Design, objective: str, method: str, columns: Sequence[str], *, every_cell: bool) -> Sums:
    """gain(r, c) = x(r, c) − what a baseline scores on c."""
    gains = {
        (r, c): subtract(model(objective, r, c), baseline(method, c))
        for r, c in itertools.product(design.trained_on, columns)
    }
    shown = {
        (r, c): weights
        for (r, c), weights in gains.items()
        if every_cell or r == c or design.groups[r] in (CLEAN, MIXTURES)
    }
    for name, members in design.averages().items():
        if design.clean is not None:
            shown |= _averages(gains, {(design.clean, name): [(design.clean, c) for c in members]})
        shown |= _averages(gains, {(SAME, name): [(c, c) for c in members]})
    return shown


def _rival_gains(design: Design, objective: str, means: Callable[[Cell], float]) -> Sums:
    """gain(r, c) = x(r, c) − the best rival's score on c, for r = c and clean, mixtures left out.

    Rivals are all baselines that are no constants, doing nothing among them.
    """
    rivals = [name for name in design.baselines if name == "identity" or TABLE[name].kind != TRIVIAL]
    own: Sums = {}
    unseen: Sums = {}
    clean = design.clean or ""
    for c in design.distortions:
        scores = {name: means((name, "", "", c)) for name in rivals}
        finite = [name for name in rivals if math.isfinite(scores[name])]
        if not finite:
            continue
        best = max(finite, key=scores.__getitem__)
        for sums, r in ((own, c), (unseen, clean)):
            if r in design.trained_on:
                gain = subtract(model(objective, r, c), baseline(best, c))
                sums[r, averages.beside(c, best)] = gain
    if own:
        own[SAME, DISTORTIONS] = mean(list(own.values()))
    if unseen:
        unseen[clean, DISTORTIONS] = mean(list(unseen.values()))
    return own | unseen


def _objective_gains(design: Design) -> Sums:
    """objective_gain(r, c) = x(r, c) of models that denoise − the same of models that reconstruct."""
    first, second = COMPARED_OBJECTIVES
    rows = [row for row in design.trained_on if design.groups[row] != CLEAN]
    gains = {
        (r, c): subtract(model(first, r, c), model(second, r, c))
        for r, c in itertools.product(rows, design.tested_on)
    }
    own = {(SAME, name): [(c, c) for c in members] for name, members in design.averages().items()}
    clean = design.clean or ""
    prices = {
        (name, clean): [(r, clean) for r in members] for name, members in design.trained_averages().items()
    }
    return gains | _averages(gains, own) | _averages(gains, prices)


def _averages(sums: Mapping[Any, Weights], groups: Mapping[Name, Sequence[Any]]) -> dict[Name, Weights]:
    """Average over the members of each group that there are."""
    found = {group: [sums[name] for name in names if name in sums] for group, names in groups.items()}
    return {group: mean(parts) for group, parts in found.items() if parts}


def _between_groups(averages: Mapping[str, Weights]) -> dict[str, Weights]:
    groups = [name for name in averages if name != DISTORTIONS]
    return {
        difference(left, right): subtract(averages[left], averages[right])
        for left, right in itertools.combinations(groups, 2)
    }
