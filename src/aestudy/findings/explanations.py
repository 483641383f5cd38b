"""Sentences of explanations. Each rule takes the rows of one explanation and says what they show, or nothing.

Its answer can come out either way, and "no difference could be shown" where an interval covers zero.
"""

import math
from collections.abc import Callable, Sequence

from aestudy.distortions.names import CLEAN
from aestudy.explanations.table import EXPLANATIONS
from aestudy.files.study_tables import ExplanationRow
from aestudy.findings.finding import DIRECTIONS, Finding
from aestudy.findings.wording import digits_of, number, signed
from aestudy.statistics.averages import DISTORTIONS, FILTERS, NOISES, SAME

TABLE = "tables/explanations.csv"
EXPLANATION = "explanation"
"""The kind of these findings."""

Rows = Sequence[ExplanationRow]


class Said:
    """Writes the numbers of explanations with the level of their intervals, such as 0.95."""

    def __init__(self, confidence: float):
        self._level = f"{100 * confidence:g} % interval"

    def amount(self, row: ExplanationRow, *, named: bool = False) -> str:
        """Write a value with its sign, its unit and its interval: `−7.7 dB (−8.3 to −6.8)`."""
        return self._write((row.mean, row.ci_low, row.ci_high), row.unit, signed, named)

    def size(self, row: ExplanationRow, *, named: bool = False, factor: float = 1, unit: str = "") -> str:
        """Write how large a value is, where words say its direction; where it has none, with its sign.

        Args:
            row: the value.
            named: whether to say what the interval is.
            factor: what is written is the value times this.
            unit: of what is written, where it is not that of the row.
        """
        value, low, high = (factor * part for part in (row.mean, row.ci_low, row.ci_high))
        if not row.sign:
            return self._write((value, low, high), unit or row.unit, signed, named)
        low, high = sorted((abs(low), abs(high)))
        return self._write((abs(value), low, high), unit or row.unit, number, named)

    def _write(
        self,
        numbers: tuple[float, float, float],
        unit: str,
        write: Callable[[float, int], str],
        named: bool,
    ) -> str:
        value, low, high = numbers
        after = f" {unit}".rstrip()
        if math.isnan(low):
            return f"{write(value, digits_of(value))}{after} (no interval)"
        level = f"{self._level} " if named else ""
        digits = digits_of(max(map(abs, numbers)))
        return f"{write(value, digits)}{after} ({level}{write(low, digits)} to {write(high, digits)})"


Rule = Callable[[Rows, Said], Finding | None]


def explain(rows: Rows, *, confidence: float) -> list[Finding]:
    """Say what each explanation of a study shows, in the order of the report."""
    said = Said(confidence)
    answers = [
        RULES[name](chosen, said)
        for name in EXPLANATIONS
        if (chosen := [row for row in rows if row.explanation == name])
    ]
    return [finding for finding in answers if finding is not None]


def find(rows: Rows, quantity: str, **columns: str) -> ExplanationRow | None:
    """Look a row up by its columns."""
    wanted = {"quantity": quantity, **columns}
    return next(
        (row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())), None
    )


def conclude(sentence: str, decisive: ExplanationRow, *others: ExplanationRow) -> Finding:
    """Make a finding of a sentence, the row that decided, and further rows that the sentence names."""
    known = decisive.has_interval
    return Finding(
        decisive.explanation, sentence, decisive.quantity, decisive.mean, decisive.ci_low if known else None,
        decisive.ci_high if known else None, decisive.unit, DIRECTIONS[decisive.sign],
        tuple(_source(row) for row in (decisive, *others)), EXPLANATION,
    )  # fmt: skip


def _source(row: ExplanationRow) -> dict[str, str]:
    names = ("explanation", "quantity", "objective", "trained_on", "tested_on")
    return {"table": TABLE, **{name: getattr(row, name) for name in names}}


def noise_or_tone(rows: Rows, said: Said) -> Finding | None:
    """Is the cost of noise the noise, or the contrast that its mean has lost?"""
    averaged = find(rows, "cost", tested_on=NOISES) is not None
    name = NOISES if averaged else rows[0].tested_on
    cost, tone, randomness, lead = (
        find(rows, quantity, tested_on=name) for quantity in ("cost", "tone", "randomness", "tone_lead")
    )
    if cost is None or tone is None or randomness is None or lead is None:
        return None
    what = "Noise" if averaged else name
    if not cost.sign or not lead.sign:
        middle = "no difference could be shown between the two parts"
    elif lead.sign == cost.sign:
        middle = "most of it is not the noise but the contrast that is lost on average"
    else:
        middle = "most of it is the randomness, not the contrast that is lost on average"
    sentence = (
        f"{what} changes the PSNR of models trained on clean images by {said.amount(cost, named=True)}; "
        f"{middle}: the mean of many draws alone, which has no randomness, makes {said.amount(tone)}, the "
        f"randomness around it {said.amount(randomness)}."
    )
    return conclude(sentence, lead, cost, tone, randomness)


def error_budget(rows: Rows, said: Said) -> Finding | None:
    """Do the errors of a model add up, or do they cancel?"""
    answers: list[tuple[str, ExplanationRow, ExplanationRow]] = []
    for trained_on, who in ((SAME, "trained on the distortion"), (CLEAN, "trained on clean images")):
        names = {"trained_on": str(trained_on), "tested_on": str(DISTORTIONS)}
        if not _is_averaged(rows):
            only = rows[0].tested_on
            names = {"trained_on": only if trained_on == SAME else trained_on, "tested_on": only}
        cross, mse = (find(rows, quantity, **names) for quantity in ("cross", "mse"))
        if cross is None or mse is None:
            continue
        verdict = {
            1: "more than the sum of its parts, which strengthen each other by",
            -1: "less than the sum of its parts, which cancel by",
            0: "the sum of its parts; no difference could be shown:",
        }[cross.sign]
        size = said.size(cross, named=not answers, factor=1000, unit="× 10⁻³")
        text = (
            f"the mean squared error of models {who}, {number(1000 * mse.mean)} × 10⁻³, is {verdict} {size}"
        )
        answers.append((text, cross, mse))
    if not answers:
        return None
    start = "An error is what the code leaves out, what the distortion moves and what noise scatters: "
    sentence = start + "; ".join(text for text, _, _ in answers) + "."
    decisive, *others = [row for _, *pair in answers for row in pair]
    return conclude(sentence, decisive, *others)


def _is_averaged(rows: Rows) -> bool:
    return any(row.tested_on == DISTORTIONS for row in rows)


def decoder_swap(rows: Rows, said: Said) -> Finding | None:
    """Does a clean target act in the encoder or in the decoder?"""
    names = {"tested_on": DISTORTIONS if _is_averaged(rows) else rows[0].tested_on}
    quantities = ("reported_gain", "encoder_part", "decoder_part", "encoder_lead")
    gain, encoder, decoder, lead = (find(rows, quantity, **names) for quantity in quantities)
    if gain is None or encoder is None or decoder is None or lead is None:
        return None
    if not gain.sign or not lead.sign:
        middle = "no difference could be shown between the shares of encoder and decoder"
    else:
        middle = f"most of it is made in the {'encoder' if lead.sign == gain.sign else 'decoder'}"
    sentence = (
        "On the distortion that both were trained on, models that denoise differ from models that "
        f"reconstruct by {said.amount(gain, named=True)}; {middle}: with frozen encoders and both decoders "
        f"trained again on clean targets, {said.amount(encoder)} is left."
    )
    return conclude(sentence, lead, gain, encoder, decoder)


def transfer(rows: Rows, said: Said) -> Finding | None:
    """Does the distance of mean responses tell what training on one distortion is worth on another?"""
    told, held, lead = (
        find(rows, quantity)
        for quantity in ("r2_response_distance", "held_out_r2_response_distance", "r2_lead")
    )
    rivals = [row for row in rows if row.quantity in ("r2_image_distance", "r2_strength_difference")]
    if told is None or held is None or lead is None or not rivals:
        return None
    best = max(rivals, key=lambda row: row.mean)
    rival = {
        "r2_image_distance": "the distance of the distorted images themselves",
        "r2_strength_difference": "the difference of their strengths",
    }[best.quantity]
    known = f"{rival} (R² {number(best.mean, 2)})"
    verdict = {
        1: f"tells more than {known}, by",
        -1: f"tells less than {known}, by",
        0: f"and {known} are alike, as no difference could be shown:",
    }[lead.sign]
    outside = {
        1: "it holds for conditions that the line has not seen as well",
        -1: "it fails for conditions that the line has not seen",
        0: "for conditions that the line has not seen it could not be shown to hold",
    }[held.sign]
    sentence = (
        "How far a model trained on one condition is behind the one trained on another, on that other, is "
        "set against the distance of what the two do to images on average. A line over it has R² "
        f"{number(told.mean, 2)} and leaves {number(100 - 100 * told.mean, 0)} % unexplained; it {verdict} "
        f"{said.size(lead, named=True)}; {outside} (R² {number(held.mean, 2)})."
    )
    return conclude(sentence, lead, told, held, best)


def ladder(rows: Rows, said: Said) -> Finding | None:
    """Does it take a new model to repair one, or a linear map of its code?"""
    tested_on = DISTORTIONS if _is_averaged(rows) else rows[0].tested_on
    trained_on = SAME if _is_averaged(rows) else tested_on
    found = [
        find(rows, quantity, tested_on=tested_on)
        for quantity in ("mapped_lead", "repair_own", *(f"repair_{step}" for step in LADDER))
    ]
    found += [find(rows, quantity, trained_on=trained_on) for quantity in ("price", "price_mapped")]
    counts = [find(rows, f"numbers_{step}") for step in LADDER]
    known = [row for row in found if row is not None]
    if len(known) < len(found) or None in counts:
        return None
    lead, own, *steps, price, left = known
    if own.sign < 0:
        middle = "so that there is nothing to repair"
    elif not own.sign or not lead.sign:
        middle = (
            "no difference could be shown between what a linear map of the code repairs and what it leaves"
        )
    elif lead.sign > 0:
        middle = "most of it needs no new model but only a linear map of the code"
    else:
        middle = "most of it needs a new model, not only a linear map of the code"
    texts = [
        f"{count.mean:,.0f} numbers {words} {said.amount(row)}"
        for count, row, words in zip(filter(None, counts), steps, LADDER.values(), strict=True)
    ]
    sentence = (
        "Training on the distortion itself changes the PSNR on it, from that of clean-trained models, by "
        f"{said.amount(own, named=True)}; {middle}. In the clean-trained model, {', '.join(texts)}. Of what "
        f"training on the distortion changes on clean images, {said.amount(price)}, a linear map of the code "
        f"leaves {said.amount(left)}."
    )
    decisive = (lead, own) if own.sign > 0 else (own, lead)
    return conclude(sentence, *decisive, *steps, price, left)


LADDER = {
    "input": "at its input give",
    "standardised": "that standardise its code",
    "mapped": "that map its code",
}
"""Step of the ladder -> what its numbers do."""


def recoverable(rows: Rows, said: Said) -> Finding | None:
    """Is it the distortion or the code that limits what can be repaired?"""
    groups: list[str] = [name for name in (FILTERS, NOISES) if find(rows, "limit", tested_on=name)]
    texts: list[str] = []
    sources: list[ExplanationRow] = []
    for name in groups or [rows[0].tested_on]:
        quantities = ("limit", "distortion_loss", "code_loss", "recoverable", "ahead")
        found = [find(rows, quantity, tested_on=name) for quantity in quantities]
        known = [row for row in found if row is not None]
        if len(known) < len(found):
            continue
        limit, distortion, code, best, ahead = known
        verdict = {
            1: "the code is the limit, not the distortion",
            -1: "the distortion is the limit, not the code",
            0: "no difference could be shown between what the distortion and what the code takes",
        }[limit.sign]
        texts.append(
            f"of {name.strip('()')} {verdict}: the distortion takes "
            f"{said.size(distortion, named=not texts)} from the best linear code of that size, the code "
            f"takes {said.size(code)} from the best linear map, and models of their own differ by "
            f"{said.amount(ahead)} from the best reference, which differs by {said.amount(best)} from "
            "clean-trained ones"
        )
        sources += known
    if not texts:
        return None
    sentence = f"{texts[0][0].upper()}{'; '.join(texts)[1:]}."
    return conclude(sentence, *sources)


RULES: dict[str, Rule] = {
    "noise_or_tone": noise_or_tone,
    "ladder": ladder,
    "recoverable": recoverable,
    "error_budget": error_budget,
    "decoder_swap": decoder_swap,
    "transfer": transfer,
}
"""Name of an explanation -> its rule."""
