"""Sentences of what repairs a model, and of what limits it."""

from aestudy.files.study_tables import ExplanationRow
from aestudy.findings.explanation_words import Rows, Said, conclude, find, is_averaged
from aestudy.findings.finding import Finding
from aestudy.statistics.averages import DISTORTIONS, FILTERS, NOISES, SAME


def ladder(rows: Rows, said: Said) -> Finding | None:
    """Does it take a new model to repair one, or a linear map of its code?"""
    tested_on = DISTORTIONS if is_averaged(rows) else rows[0].tested_on
    trained_on = SAME if is_averaged(rows) else tested_on
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
    if said.sign(own) < 0:
        middle = "so that there is nothing to repair"
    elif not said.sign(own) or not said.sign(lead):
        middle = (
            "no difference could be shown between what a linear map of the code repairs and what it leaves"
        )
    elif said.sign(lead) > 0:
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
    decisive = (lead, own) if said.sign(own) > 0 else (own, lead)
    return conclude(said, sentence, *decisive, *steps, price, left)


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
        }[said.sign(limit)]
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
    return conclude(said, sentence, *sources)
