"""Sentences of explanations. Each rule takes the rows of one explanation and says what they show, or nothing.

Its answer can come out either way, and "no difference could be shown" where an interval covers zero.
"""

from aestudy.distortions.names import CLEAN
from aestudy.files.study_tables import ExplanationRow
from aestudy.findings.explanation_words import Rows, Rule, Said, conclude, find, is_averaged
from aestudy.findings.finding import Finding
from aestudy.findings.repairs import ladder, recoverable
from aestudy.findings.wording import number, settle
from aestudy.statistics.averages import DISTORTIONS, NOISES, SAME


def explain(rows: Rows, *, confidence: float) -> list[Finding]:
    """Say what each explanation of a study shows, in the order of the report.

    The p-values of all rows that decide a sentence are corrected as one family, by Holm's method.
    """
    chosen = {name: [row for row in rows if row.explanation == name] for name in RULES}

    def ask(
        corrected: dict[ExplanationRow, float],
    ) -> tuple[list[Finding | None], dict[ExplanationRow, None]]:
        said = Said(confidence, corrected)
        return [RULES[name](found, said) for name, found in chosen.items() if found], said.asked

    answers, _ = settle(ask)
    return [finding for finding in answers if finding is not None]


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
    if not said.sign(cost) or not said.sign(lead):
        middle = "no difference could be shown between the two parts"
    elif said.sign(lead) == said.sign(cost):
        middle = "most of it is not the noise but the contrast that is lost on average"
    else:
        middle = "most of it is the randomness, not the contrast that is lost on average"
    sentence = (
        f"{what} changes the PSNR of models trained on clean images by {said.amount(cost, named=True)}; "
        f"{middle}: the mean of many draws alone, which has no randomness, makes {said.amount(tone)}, the "
        f"randomness around it {said.amount(randomness)}."
    )
    return conclude(said, sentence, lead, cost, tone, randomness)


def error_budget(rows: Rows, said: Said) -> Finding | None:
    """Do the errors of a model add up, or do they cancel?"""
    answers: list[tuple[str, ExplanationRow, ExplanationRow]] = []
    for trained_on, who in ((SAME, "trained on the distortion"), (CLEAN, "trained on clean images")):
        names = {"trained_on": str(trained_on), "tested_on": str(DISTORTIONS)}
        if not is_averaged(rows):
            only = rows[0].tested_on
            names = {"trained_on": only if trained_on == SAME else trained_on, "tested_on": only}
        cross, mse = (find(rows, quantity, **names) for quantity in ("cross", "mse"))
        if cross is None or mse is None:
            continue
        verdict = {
            1: "more than the sum of its parts, which strengthen each other by",
            -1: "less than the sum of its parts, which cancel by",
            0: "the sum of its parts; no difference could be shown:",
        }[said.sign(cross)]
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
    return conclude(said, sentence, decisive, *others)


def decoder_swap(rows: Rows, said: Said) -> Finding | None:
    """Does a clean target act in the encoder or in the decoder?"""
    names = {"tested_on": DISTORTIONS if is_averaged(rows) else rows[0].tested_on}
    quantities = ("reported_gain", "encoder_part", "decoder_part", "encoder_lead")
    gain, encoder, decoder, lead = (find(rows, quantity, **names) for quantity in quantities)
    if gain is None or encoder is None or decoder is None or lead is None:
        return None
    if not said.sign(gain) or not said.sign(lead):
        middle = "no difference could be shown between the shares of encoder and decoder"
    else:
        middle = f"most of it is made in the {'encoder' if said.sign(lead) == said.sign(gain) else 'decoder'}"
    sentence = (
        "On the distortion that both were trained on, models that denoise differ from models that "
        f"reconstruct by {said.amount(gain, named=True)}; {middle}: with frozen encoders and both decoders "
        f"trained again on clean targets, {said.amount(encoder)} is left."
    )
    return conclude(said, sentence, lead, gain, encoder, decoder)


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
    }[said.sign(lead)]
    outside = {
        1: "it holds for conditions that the line has not seen as well",
        -1: "it fails for conditions that the line has not seen",
        0: "for conditions that the line has not seen it could not be shown to hold",
    }[said.sign(held)]
    sentence = (
        "How far a model trained on one condition is behind the one trained on another, on that other, is "
        "set against the distance of what the two do to images on average. A line over it has R² "
        f"{number(told.mean, 2)} and leaves {number(100 - 100 * told.mean, 0)} % unexplained; it {verdict} "
        f"{said.size(lead, named=True)}; {outside} (R² {number(held.mean, 2)})."
    )
    return conclude(said, sentence, lead, told, held, best)


RULES: dict[str, Rule] = {
    "noise_or_tone": noise_or_tone,
    "ladder": ladder,
    "recoverable": recoverable,
    "error_budget": error_budget,
    "decoder_swap": decoder_swap,
    "transfer": transfer,
}
"""Name of an explanation -> its rule, in the order of the report."""
