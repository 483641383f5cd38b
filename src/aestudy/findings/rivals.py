"""Rules that set models beside other methods, beside each other and beside themselves trained again.

They answer as those of `aestudy.findings.models` do.
"""

import math
import statistics
from collections.abc import Sequence

from aestudy.explanations.table import PREFERRED
from aestudy.files.study_tables import ComparisonRow
from aestudy.findings.evidence import SCORES, Evidence
from aestudy.findings.finding import NO_DIRECTION, Finding, conclude
from aestudy.findings.rankings import find_end
from aestudy.findings.wording import Words, count, listed, number, signed
from aestudy.scoring.method_names import TABLE
from aestudy.statistics.averages import DISTORTIONS, SAME

IDENTITY = "identity"
LINEAR_CODES = ("linear_code", "pca")
"""Methods whose codes are as large as a model's; the first one that a study has stands beside specialists."""


def linear(evidence: Evidence, words: Words) -> Finding | None:
    """Does the autoencoder beat PCA with a code of the same size?"""
    objective, clean = evidence.preferred, evidence.clean
    if objective not in PREFERRED:  # another goal may have a code of another size
        return None
    found = evidence.find("gain_over_pca", objective=objective, trained_on=clean, tested_on=clean)
    if found is None:
        return None
    rival = "PCA with a code of the same size"
    sentence = words.choose(
        found,
        above=f"On clean images the autoencoder beats {rival} by {{}}.",
        below=f"On clean images {rival} beats the autoencoder by {{}}.",
        neither=f"On clean images {{no}} between the autoencoder and {rival}: {{}}.",
    )
    unseen = evidence.own("gain_over_pca", trained_on=clean)
    code = next((name for name in LINEAR_CODES if evidence.own(f"gain_over_{name}")), "pca")
    known = evidence.own(f"gain_over_{code}")
    other = f"{TABLE[code].in_a_sentence}, which knows it as well" if code != "pca" else ""
    for row, who, whom in (
        (unseen, "trained on clean images", ""),
        (known, f"trained to {objective} the distortion itself", other),
    ):
        sentence += words.then(
            row,
            above=f"On distorted images one that was {who} is {{}} ahead{whom and f' of {whom}'}.",
            below=f"On distorted images one that was {who} is {{}} behind{whom and f' {whom}'}.",
            neither=f"On distorted images {{no}} for one that was {who}{whom and f', beside {whom}'}: {{}}.",
        )
    return conclude(words, "linear", sentence, found, unseen, known)


def rivals(evidence: Evidence, words: Words) -> Finding | None:
    """Do models that know a distortion beat whatever does without a network? On which do they not?"""
    objective = evidence.preferred
    found = evidence.own("gain_over_best_rival")
    best = evidence.conditions("gain_over_best_rival", objective=objective)
    own = [row for row in best if row.trained_on == row.tested_on]
    unseen = evidence.own("gain_over_best_rival", trained_on=evidence.clean)
    if found is None or not own:
        return None
    who = f"models trained to {objective} the distortion"
    sentence = ""
    if ahead := words.counting(own, -1):
        sentence = f"On {count(len(ahead), len(own), 'distortion')} {who} lose to a rival: {_losses(ahead)}. "
    rival = "the rival that comes closest on each"
    average = f"Averaged over {len(own)} distortions" if len(own) > 1 else f"On {own[0].tested_on}"
    sentence += words.choose(
        found,
        above=f"{average}, {who} are {{}} ahead of {rival}",
        below=f"{average}, {who} are {{}} behind {rival}",
        neither=f"{average}, {{no}} between {who} and {rival}: {{}}",
    )
    sentence += f", which is {listed(sorted({_rival(row) for row in own}))}"
    won = len(words.counting(own, 1))
    sentence += f"; they win on {count(won, len(own), 'distortion')}." if len(own) > 1 else "."
    if not {row.second for row in own} & {*LINEAR_CODES}:
        sentence += " A rival of that kind has no code, so it compresses nothing."
    sentence += words.then(
        unseen,
        above="Models trained on clean images are {} ahead.",
        below="Models trained on clean images are {} behind.",
        neither="For models trained on clean images {no}: {}.",
    )
    return conclude(words, "rivals", sentence, found, *ahead, unseen)


def _losses(rows: Sequence[ComparisonRow]) -> str:
    """Say by how much each rival is ahead on what: `PCA by 2.0 dB on white and 1.0 dB on mean3`."""
    lost: dict[str, list[str]] = {}
    for row in rows:
        lost.setdefault(_rival(row), []).append(f"{number(-row.mean)} dB on {row.tested_on}")
    return "; ".join(f"{rival} by {listed(where)}" for rival, where in lost.items())


def _rival(row: ComparisonRow) -> str:
    """Name the rival of a row of `gain_over_best_rival`."""
    if row.second == IDENTITY:
        return "doing nothing"
    return TABLE[row.second].in_a_sentence or TABLE[row.second].label


def doing_nothing(evidence: Evidence, words: Words) -> Finding | None:
    """Is the decoded image closer to the original than the distorted one?"""
    objective, clean = evidence.preferred, evidence.clean
    # PSNR is infinite where a distortion leaves an image as it is.
    found = evidence.own("denoising_gain") or evidence.own("denoising_gain", metric="ssim")
    if found is None:
        return None
    gains = evidence.conditions("denoising_gain", objective=objective, metric=found.metric)
    own = [one for one in gains if one.trained_on == one.tested_on != clean]
    unseen = [one for one in gains if one.trained_on == clean != one.tested_on]
    who = f"models trained to {objective} the distortion"
    sentence = words.choose(
        found,
        above=f"Decoding beats doing nothing: {who} put out images that are {{}} closer to the clean "
        "originals than the distorted ones.",
        below=f"Doing nothing beats decoding: {who} put out images that are {{}} farther from the clean "
        "originals than the distorted ones.",
        neither=f"{{No}} between doing nothing and decoding by {who}: {{}}.",
    )
    if len(own) < 2:
        return conclude(words, "doing_nothing", sentence, found)
    sentence += f" They come closer on {count(words.counts(own)[0], len(own), 'distortion')}"
    if unseen:
        sentence += f", models trained on clean images on {words.counts(unseen)[0] or 'none'}"
    return conclude(words, "doing_nothing", f"{sentence}.", found)


def legibility(evidence: Evidence, words: Words) -> Finding | None:
    """Can a classifier of clean images read what comes out?"""
    objective, clean = evidence.preferred, evidence.clean
    found, alone = (
        evidence.find("denoising_gain", objective=objective, metric="accuracy", reference="label", **names)
        for names in (
            {"trained_on": SAME, "tested_on": DISTORTIONS},
            {"trained_on": clean, "tested_on": clean},
        )
    )
    original = evidence.mean("identity", clean, "accuracy")
    if found is None:
        return None
    sentence = ""
    if alone is not None and original is not None:
        sentence = f"A classifier reads {number(100 * original.mean)} % of the clean test images right; " + (
            words.choose(
                alone,
                above="decoded again it reads {} more.",
                below="decoded again it reads {} fewer.",
                neither="{no} once they are decoded: {}.",
            )
            + " "
        )
    who = f"models trained to {objective} the distortion"
    sentence += words.choose(
        found,
        above=f"Of distorted images, {who} make {{}} more legible to it.",
        below=f"Of distorted images, {who} make {{}} less legible to it.",
        neither=f"Of distorted images, {{no}} between what it reads before and after {who}: {{}}.",
    )
    cases = [
        row
        for row in evidence.conditions(
            "denoising_gain", objective=objective, metric="accuracy", reference="label"
        )
        if row.trained_on == row.tested_on != clean
    ]
    more, fewer = (words.counting(cases, sign) for sign in (1, -1))
    if len(cases) > 1:
        sentence += (
            f" It reads more on {count(len(more), len(cases), 'distortion')}{_with_points(more)}, and fewer "
            f"on {len(fewer) or 'none'}{_with_points(fewer)}."
        )
    return conclude(words, "legibility", sentence, found, alone, original)


def _with_points(rows: Sequence[ComparisonRow]) -> str:
    """Name conditions with their percentage points, in brackets."""
    ordered = sorted(rows, key=lambda row: -abs(row.mean))
    names = [f"{row.tested_on} {signed(100 * row.mean, 0)}" for row in ordered]
    return f" ({listed(names)})" if names else ""


def robustness(evidence: Evidence, words: Words) -> Finding | None:
    """Which training condition makes models most robust?"""
    rows = list(evidence.all("mean_corruption_error", metric="mse", objective=evidence.preferred))
    if not rows:
        return None
    end = find_end(evidence, words, rows, -1)
    best, names = end.first, listed(end.names)
    lower = words.counts(rows)[1]
    error = "mean squared error under distortion"
    tied = f" They could not be told apart; this is of {best.trained_on}." if end.tied else ""
    sentence = words.choose(
        best,
        above=f"No training condition makes models that {evidence.preferred} more robust than clean images "
        f"do: even after {best.trained_on}, the {error} is {{}} of that of models trained on clean images.",
        below=f"Training on {names} makes models that {evidence.preferred} most robust: their "
        f"{error} is {{}} of that of models trained on clean images.{tied} It is lower for "
        f"{count(lower, len(rows), 'condition')}.",
        neither="In robustness {no} between models trained on clean images and "
        f"those trained on {best.trained_on}: their {error} is {{}} of that of the former.",
    )
    return conclude(words, "robustness", sentence, best)


def between_seeds(evidence: Evidence, words: Words) -> Finding | None:
    """How much does training again change a cell?"""
    cells = {key: values for key, values in evidence.seed_values().items() if all(map(math.isfinite, values))}
    if not cells:
        return None
    if len(evidence.seeds) < 2:
        covered = (
            ": all intervals cover the choice of test images only" if evidence.n_images > 1
            else ", nor what other test images than the one would give"
        )  # fmt: skip
        return Finding(
            "between_seeds",
            "One model was trained per condition, so that how much a second training would differ is not "
            f"known{covered}.",
            "seed_spread", 0.0, None, None, "dB", NO_DIRECTION, ({"table": SCORES, "metric": "psnr_db"},),
        )  # fmt: skip
    spreads = {key: statistics.stdev(values) for key, values in cells.items() if len(values) > 1}
    middle = statistics.median(spreads.values())
    ninth = sorted(spreads.values())[math.ceil(0.9 * len(spreads)) - 1]
    gain = evidence.own("repair")
    compared = ""
    direction = NO_DIRECTION
    if gain is not None and gain.has_interval:
        smaller = middle < abs(gain.mean)
        direction = "lower" if smaller else "higher"
        compared = (
            f", {'less' if smaller else 'more'} than what training on the distortion changes on average "
            f"({number(abs(gain.mean))} dB)"
        )
    sentence = (
        f"Training again with another seed changes the mean PSNR of a cell by {number(middle)} dB (standard "
        f"deviation between {len(evidence.seeds)} seeds, median over all cells){compared}, and by no more "
        f"than {number(ninth)} dB in nine of ten cells."
    )
    source = {"table": SCORES, "metric": "psnr_db", "reference": "clean"}
    return Finding("between_seeds", sentence, "seed_spread", middle, None, None, "dB", direction, (source,))
