"""Rules on what distortion does to models, and what training on it does.

Each rule looks at one question and answers it as the tests decide: one way, the other way, or "no difference
could be shown". Names of conditions come from the config, numbers from the tables; no rule holds a number of
its own.
"""

import itertools
import math

from aestudy.files.study_tables import CONDITION, ComparisonRow
from aestudy.findings.evidence import Evidence
from aestudy.findings.finding import Finding, Rule, conclude
from aestudy.findings.other_metrics import where_others_differ
from aestudy.findings.rankings import End, find_end, other_of
from aestudy.findings.wording import Words, count, listed, number, signed
from aestudy.statistics.averages import DISTORTIONS, FILTERS, NOISES, OTHERS, SAME, difference


def costliest(evidence: Evidence, words: Words) -> Finding | None:
    """Which distortion costs a clean-trained model most?"""
    costs = evidence.conditions("cost", objective=evidence.preferred)
    if not costs:
        return None
    end = find_end(evidence, words, costs, -1)
    worst = end.first
    many = len(costs) > 1
    start = (
        f"Of the {len(costs)} distortions, {listed(end.names)}"
        if many
        else f"The distortion {worst.tested_on}"
    )
    verb = "cost" if end.tied else "costs"
    sentence = words.choose(
        worst,
        above=f"Distortion costs a model trained on clean images nothing: even on {worst.tested_on}, "
        f"{'which comes out worst' if end.tied else 'the costliest'}, it gains {{}} of PSNR.",
        below=f"{start} {verb} a model trained on clean images {'most' if many else 'PSNR'}{_size(end)} {{}} "
        "against the clean originals.",
        neither="{No} between clean and distorted images for a model trained "
        f"on clean ones: on {worst.tested_on}, which comes out worst, PSNR changes by {{}}.",
    )
    if end.next is not None and words.sign(worst) < 0:
        second = other_of(end.next, worst.tested_on)
        sentence += f" The next that can be told apart, {second}, costs {number(abs(end.next.mean))} dB less."
    return conclude(words, "costliest", sentence, worst, end.next)


def _size(end: End) -> str:
    """Lead over from the names at an end of a ranking to the size of the first one."""
    return (
        f"; they could not be told apart: {end.names[0]}, which comes out first, costs" if end.tied else ":"
    )


def noise_or_filters(evidence: Evidence, words: Words) -> Finding | None:
    """Does noise or filtering cost a clean-trained model more? At equal strength where a study has that."""
    objective = evidence.preferred
    found = evidence.find("cost", objective=objective, tested_on=difference(NOISES, FILTERS))
    where, end = "", ", at the strengths of this study."
    if any(evidence.all("matched_cost", objective=objective)):
        matched = evidence.all("matched_group_cost_difference", objective=objective, second=FILTERS[1:-1])
        # Without a level of its own it is over all levels that noises and filters reach.
        found = next((row for row in matched if math.isnan(row.level_db)), None)
        where, end = (
            "At equal strength of distorted images, ",
            ", averaged over the levels that all kinds reach.",
        )
    if found is None:
        return None
    sentence = where + words.choose(
        found,
        above="filtering harms a model trained on clean images more than noise does, on average by {}",
        below="noise harms a model trained on clean images more than filtering does, on average by {}",
        neither="{no} between what noise and what filtering costs a model trained on clean images: {}",
    )
    return conclude(words, "noise_or_filters", f"{sentence[0].upper()}{sentence[1:]}{end}", found)


def equal_strength(evidence: Evidence, words: Words) -> Finding | None:
    """Which kind of distortion costs most where all are equally strong?"""
    levels: dict[float, list[ComparisonRow]] = {}
    for cost in evidence.all("matched_cost", objective=evidence.preferred):
        levels.setdefault(cost.level_db, []).append(cost)
    if not levels:
        return None
    # The level that most kinds reach, of several the weakest distortion.
    level = max(reversed(levels), key=lambda level: len(levels[level]))
    costs = levels[level]
    if len(costs) < 2:
        return None
    end = find_end(evidence, words, costs, -1)
    who = "a model trained on clean images"
    sentence = f"At equal strength, {level:g} dB between distorted images and originals, " + words.choose(
        end.first,
        above=f"no kind of distortion costs {who} PSNR: even under {end.first.first} it gains {{}}",
        below=f"of {len(costs)} kinds {listed(end.names)} {'cost' if end.tied else 'costs'} {who} most"
        f"{_size(end)} {{}}",
        neither=f"{{no}} between clean and distorted images for {who}: under {end.first.first}, which comes "
        "out worst, PSNR changes by {}",
    )
    if end.next is not None and words.sign(end.first) < 0:
        second = other_of(end.next, end.first.first)
        sentence += f". The next that can be told apart, {second}, costs {number(abs(end.next.mean))} dB less"
    return conclude(words, "equal_strength", f"{sentence}.", end.first, end.next)


def repair(objective: str) -> Rule:
    """Does training on the distortion repair what it costs? One rule for each objective."""

    def rule(evidence: Evidence, words: Words) -> Finding | None:
        found = evidence.own("repair", objective)
        cases = evidence.conditions("repair", objective=objective)
        if found is None or not cases:
            return None
        best, worst = (find_end(evidence, words, cases, end) for end in (1, -1))
        gained, lost = words.counts(cases)
        average = f", averaged over {len(cases)} distortions" if len(cases) > 1 else ""
        sentence = words.choose(
            found,
            above=f"Training on the distortion itself helps models that {objective}: tested on what they "
            f"know, they are {{}} better than models trained on clean "
            f"images{average}{_share_of_cost(evidence, found, len(cases))}.",
            below=f"Training on the distortion itself harms models that {objective}: tested on what "
            f"they know, they are {{}} worse than models trained on clean images{average}.",
            neither=f"For models that {objective}, {{no}} between training on the "
            f"distortion itself and training on clean images: {{}}{average}.",
        )
        if len(cases) > 1:
            helps = f", most on {best}" if gained else ""
            harms = f", most on {worst}" if lost else ""
            sentence += (
                f" It helps on {count(gained, len(cases), 'distortion')}{helps}, and harms on "
                f"{lost or 'none'}{harms}."
            )
        return conclude(words, f"repair_{objective}", sentence, found, best.first, worst.first)

    return rule


def objectives(evidence: Evidence, words: Words) -> Finding | None:
    """How much closer to the original are models that were told to put it out?"""
    found = evidence.find("objective_gain", trained_on=SAME, tested_on=DISTORTIONS)
    price = evidence.find("objective_gain", trained_on=DISTORTIONS)
    if found is None:
        return None
    who = "models that denoise"
    whom = "models that reconstruct, which are told to draw the distortion as well"
    where = "On the distortion that they were trained on, "
    sentence = where + words.choose(
        found,
        above=f"{who} come {{}} closer to the clean originals than {whom}.",
        below=f"{who} stay {{}} farther from the clean originals than {whom}.",
        neither=f"{{no}} between {who} and {whom}: {{}}.",
    )
    sentence += words.then(
        price,
        above="On clean images the same models are ahead by {}.",
        below="On clean images the same models are behind by {}.",
        neither="On clean images {no}: {}.",
    )
    sentence += " This compares what models are told to put out, not what their codes hold."
    return conclude(words, "objectives", sentence, found, price)


def transfer(evidence: Evidence, words: Words) -> Finding | None:
    """Does training on one distortion help with another one?"""
    objective = evidence.preferred
    found = evidence.find("transfer", objective=objective, trained_on=DISTORTIONS, tested_on=OTHERS)
    rows = [
        row
        for row in evidence.all("transfer", objective=objective, tested_on=OTHERS, trained_scope=CONDITION)
        if row.trained_on not in evidence.mixtures
    ]
    if found is None or not rows:
        return None
    sentence = words.choose(
        found,
        above=f"What models that {objective} learn on one distortion carries over: on distortions that they "
        "have not seen they are {} better than models trained on clean images.",
        below=f"What models that {objective} learn on one distortion does not carry over: on distortions "
        "that they have not seen they are {} worse than models trained on clean images.",
        neither="On distortions that they have not seen, {no} between models that "
        f"{objective} another one and models trained on clean images: {{}}.",
    )
    sentence += _by_sort(evidence, words)
    if len(rows) > 1:
        best, worst = (find_end(evidence, words, rows, end) for end in (1, -1))
        sentence += f" It comes out best after training on {best}, and worst after {worst}."
    sentence += where_others_differ(evidence, words, found)
    return conclude(words, "transfer", sentence, found)


def _by_sort(evidence: Evidence, words: Words) -> str:
    """Split the transfer by what was trained on and what was tested on: an average would hide signs."""
    pairs = evidence.conditions("transfer", objective=evidence.preferred)
    parts = []
    for trained, tested in itertools.product((NOISES, FILTERS), repeat=2):
        row = evidence.find("transfer", objective=evidence.preferred, trained_on=trained, tested_on=tested)
        if row is None:
            return ""
        verdict = {1: "better", -1: "worse", 0: words.none_of(row)}[words.sign(row)]
        chosen = [
            pair
            for pair in pairs
            if (evidence.sorts.get(pair.trained_on), evidence.sorts.get(pair.tested_on)) == (trained, tested)
        ]
        gained, lost = words.counts(chosen)
        counts = f"; {gained} of {len(chosen)} pairs gain, {lost} lose" if chosen else ""
        parts.append(f"from {trained[1:-1]} to {tested[1:-1]} {verdict} ({signed(row.mean)} dB{counts})")
    return f" By sort: {'; '.join(parts)}."


def price(evidence: Evidence, words: Words) -> Finding | None:
    """What does training on a distortion cost on clean images?"""
    objective = evidence.preferred
    found = evidence.find("price", objective=objective, trained_on=DISTORTIONS)
    rows = evidence.conditions("price", objective=objective)
    if found is None or not rows:
        return None
    sentence = words.choose(
        found,
        above=f"Training on a distortion has no price: on clean images models that {objective} are {{}} "
        "better than models trained on clean images.",
        below=f"Training on a distortion has a price: on clean images models that {objective} are {{}} "
        "worse than models trained on clean images.",
        neither=f"On clean images {{no}} between models that {objective} a distortion "
        "and models trained on clean images: {}.",
    )
    if len(rows) > 1:
        highest, lowest = (find_end(evidence, words, rows, end) for end in (-1, 1))
        sentence += f" It is highest after training on {highest}, and lowest after {lowest}."
    sentence += where_others_differ(evidence, words, found)
    return conclude(words, "price", sentence, found)


def _share_of_cost(evidence: Evidence, repaired: ComparisonRow, cases: int) -> str:
    """Say which part of the cost a repair makes up, where both are over the same distortions."""
    costs = evidence.conditions("cost", objective=repaired.objective)
    total = evidence.find("cost", objective=repaired.objective, tested_on=DISTORTIONS)
    if total is None or total.ci_high >= 0 or len(costs) != cases:
        return ""
    return f", {-100 * repaired.mean / total.mean:.0f} % of what these distortions cost them"
