"""Rules on what distortion does to models, and what training on it does.

Each rule looks at one question and answers it as the intervals decide: one way, the other way, or "no
difference could be shown". Names of conditions come from the config, numbers from the tables; no rule holds a
number of its own.
"""

from aestudy.files.study_tables import CONDITION, ComparisonRow
from aestudy.findings.evidence import Evidence
from aestudy.findings.finding import Finding, Rule, conclude, extremes
from aestudy.findings.wording import Words, count, signed
from aestudy.statistics.averages import DISTORTIONS, FILTERS, NOISES, OTHERS, SAME, difference


def costliest(evidence: Evidence, words: Words) -> Finding | None:
    """Which distortion costs a clean-trained model most?"""
    costs = evidence.conditions("cost", objective=evidence.preferred)
    if not costs:
        return None
    _, worst = extremes(costs)
    lead = evidence.find("cost_lead", objective=evidence.preferred, first=worst.tested_on)
    many = len(costs) > 1
    start = (
        f"Of the {len(costs)} distortions, {worst.tested_on}" if many else f"The distortion {worst.tested_on}"
    )
    sentence = words.choose(
        worst,
        above=f"Distortion costs a model trained on clean images nothing: even on {worst.tested_on}, the "
        "costliest, it gains {} of PSNR.",
        below=f"{start} costs a model trained on clean images {'most' if many else 'PSNR'}: it loses {{}} "
        "against the clean originals.",
        neither="No difference could be shown between clean and distorted images for a model trained on "
        f"clean ones: on {worst.tested_on}, which comes out worst, PSNR changes by {{}}.",
    )
    if lead is not None and worst.sign < 0:
        second, amount = lead.second, words.amount(lead)
        sentence += (
            f" The next, {second}, costs {amount} less."
            if lead.sign < 0
            else f" No difference could be shown between it and the next, {second}: {amount}."
        )
    return conclude("costliest", sentence, worst, lead)


def noise_or_filters(evidence: Evidence, words: Words) -> Finding | None:
    """Does noise or filtering cost a clean-trained model more?"""
    found, noises, filters = (
        evidence.find("cost", objective=evidence.preferred, tested_on=name)
        for name in (difference(NOISES, FILTERS), NOISES, FILTERS)
    )
    if found is None or noises is None or filters is None:
        return None
    sizes = (
        f"PSNR changes by {signed(noises.mean)} dB under noise and by {signed(filters.mean)} dB under "
        "filters, on average, a difference of {}"
    )
    end = ", at the strengths of this study."
    sentence = words.choose(
        found,
        above=f"Filtering harms a model trained on clean images more than noise does: {sizes}{end}",
        below=f"Noise harms a model trained on clean images more than filtering does: {sizes}{end}",
        neither="No difference could be shown between what noise and what filtering costs a model trained "
        f"on clean images: {sizes}{end}",
    )
    return conclude("noise_or_filters", sentence, found, noises, filters)


def equal_strength(evidence: Evidence, words: Words) -> Finding | None:
    """Which kind of distortion costs most where all are equally strong?"""
    objective = evidence.preferred
    levels: dict[float, list[ComparisonRow]] = {}
    for cost in evidence.all("matched_cost", objective=objective):
        levels.setdefault(cost.level_db, []).append(cost)
    if not levels:
        return None
    # The level that most kinds reach, of several the weakest distortion.
    level = max(reversed(levels), key=lambda level: len(levels[level]))
    ranked = sorted(levels[level], key=lambda cost: cost.mean)
    if len(ranked) < 2:
        return None
    worst, second = ranked[0].first, ranked[1].first
    compared = next(
        (
            row
            for row in evidence.all("matched_cost_difference", objective=objective, level_db=level)
            if {row.first, row.second} == {worst, second}
        ),
        None,
    )
    if compared is None:
        return None
    amount = words.amount(compared, named=True)
    sentence = (
        f"At equal strength, {level:g} dB between distorted images and originals, {worst} changes the PSNR "
        f"of a model trained on clean images most of {len(ranked)} kinds, by {signed(ranked[0].mean)} dB; "
    )
    sentence += (
        f"that is {amount} below {second}, the next."
        if compared.sign
        else f"no difference could be shown between it and {second}, the next: {amount}."
    )
    return conclude("equal_strength", sentence, compared, ranked[0])


def repair(objective: str) -> Rule:
    """Does training on the distortion repair what it costs? One rule for each objective."""

    def rule(evidence: Evidence, words: Words) -> Finding | None:
        found = evidence.own("repair", objective)
        cases = evidence.conditions("repair", objective=objective)
        if found is None or not cases:
            return None
        best, worst = extremes(cases)
        gained, lost = words.counts(cases)
        average = f", averaged over {len(cases)} distortions" if len(cases) > 1 else ""
        sentence = words.choose(
            found,
            above=f"Training on the distortion itself helps models that {objective}: tested on what they "
            f"know, they are {{}} better than models trained on clean "
            f"images{average}{_share_of_cost(evidence, found, len(cases))}.",
            below=f"Training on the distortion itself does not help models that {objective}: tested on what "
            f"they know, they are {{}} worse than models trained on clean images{average}.",
            neither=f"For models that {objective}, no difference could be shown between training on the "
            f"distortion itself and training on clean images: {{}}{average}.",
        )
        if len(cases) > 1:
            sentence += (
                f" It helps on {count(gained, len(cases), 'distortion')}, most on {best.tested_on} "
                f"({signed(best.mean)} dB), and harms on {lost or 'none'}"
                f"{f', most on {worst.tested_on} ({signed(worst.mean)} dB)' if lost else ''}."
            )
        return conclude(f"repair_{objective}", sentence, found, best, worst)

    return rule


def objectives(evidence: Evidence, words: Words) -> Finding | None:
    """Is it better to learn the clean original or the distorted input?"""
    found = evidence.find("objective_gain", trained_on=SAME, tested_on=DISTORTIONS)
    price = evidence.find("objective_gain", trained_on=DISTORTIONS)
    if found is None:
        return None
    where = "on the distortion that they were trained on"
    sentence = words.choose(
        found,
        above=f"A clean target pays: {where}, models that denoise come {{}} closer to the clean originals "
        "than models that reconstruct their input.",
        below=f"A clean target does not pay: {where}, models that denoise stay {{}} behind models that "
        "reconstruct their input.",
        neither=f"No difference could be shown between the objectives {where}: models that denoise minus "
        "models that reconstruct, {}.",
    )
    sentence += words.then(
        price,
        above="On clean images the same models are ahead by {}.",
        below="On clean images the same models are behind by {}.",
        neither="On clean images no difference could be shown: {}.",
    )
    return conclude("objectives", sentence, found, price)


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
        neither="On distortions that they have not seen, no difference could be shown between models that "
        f"{objective} another one and models trained on clean images: {{}}.",
    )
    best, worst = extremes(rows)
    if best is not worst:
        sentence += (
            f" Training on {best.trained_on} transfers best ({signed(best.mean)} dB), training on "
            f"{worst.trained_on} worst ({signed(worst.mean)} dB)."
        )
    return conclude("transfer", sentence, found, best, worst)


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
        neither=f"On clean images no difference could be shown between models that {objective} a distortion "
        "and models trained on clean images: {}.",
    )
    lowest, highest = extremes(rows)
    if lowest is not highest:
        sentence += (
            f" It is highest after training on {highest.trained_on} ({signed(highest.mean)} dB) and lowest "
            f"after {lowest.trained_on} ({signed(lowest.mean)} dB)."
        )
    return conclude("price", sentence, found, highest, lowest)


def _share_of_cost(evidence: Evidence, repaired: ComparisonRow, cases: int) -> str:
    """Say which part of the cost a repair makes up, where both are over the same distortions."""
    costs = evidence.conditions("cost", objective=repaired.objective)
    total = evidence.find("cost", objective=repaired.objective, tested_on=DISTORTIONS)
    if total is None or total.sign >= 0 or len(costs) != cases:
        return ""
    return f", {-100 * repaired.mean / total.mean:.0f} % of what these distortions cost them"
