"""Rules that set models beside other methods, beside each other and beside themselves trained again.

They answer as those of `aestudy.findings.models` do.
"""

import math
import statistics

from aestudy.explanations.table import PREFERRED
from aestudy.findings.evidence import SCORES, Evidence
from aestudy.findings.finding import Finding, conclude
from aestudy.findings.wording import Words, count, number
from aestudy.scoring.denoisers import WORDS as DENOISERS
from aestudy.statistics.averages import DISTORTIONS, SAME


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
        neither=f"On clean images no difference could be shown between the autoencoder and {rival}: {{}}.",
    )
    unseen, known = evidence.own("gain_over_pca", trained_on=clean), evidence.own("gain_over_pca")
    for row, who in (
        (unseen, "trained on clean images"),
        (known, f"trained to {objective} the distortion itself"),
    ):
        sentence += words.then(
            row,
            above=f"On distorted images one that was {who} is {{}} ahead.",
            below=f"On distorted images one that was {who} is {{}} behind.",
            neither=f"On distorted images no difference could be shown for one that was {who}: {{}}.",
        )
    return conclude("linear", sentence, found, unseen, known)


def classical(evidence: Evidence, words: Words) -> Finding | None:
    """Do models that know a distortion beat the best classical denoiser that knows it?"""
    known = {name: evidence.own(f"gain_over_{name}") for name in DENOISERS}
    gains = {name: row for name, row in known.items() if row is not None}
    if not gains:
        return None
    best = min(gains, key=lambda name: gains[name].mean)
    label = DENOISERS[best].in_a_sentence
    unseen = evidence.own(f"gain_over_{best}", trained_on=evidence.clean)
    start = f"The best of {len(gains)} classical denoisers" if len(gains) > 1 else "A classical denoiser"
    start += f", {label}, tuned to each distortion,"
    who = f"models trained to {evidence.preferred} it"
    sentence = words.choose(
        gains[best],
        above=f"{start} stays {{}} behind {who}.",
        below=f"{start} comes {{}} closer to the originals than {who}.",
        neither=f"No difference could be shown between {start[0].lower()}{start[1:]} and {who}: {{}}.",
    )
    sentence += words.then(
        unseen,
        above="It stays {} behind models trained on clean images.",
        below="It comes {} closer than models trained on clean images.",
        neither="No difference could be shown between it and models trained on clean images: {}.",
    )
    return conclude("classical", sentence, gains[best], unseen)


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
        neither=f"No difference could be shown between doing nothing and decoding by {who}: {{}}.",
    )
    if len(own) < 2:
        return conclude("doing_nothing", sentence, found)
    sentence += f" They come closer on {count(words.counts(own)[0], len(own), 'distortion')}"
    if unseen:
        sentence += f", models trained on clean images on {words.counts(unseen)[0] or 'none'}"
    return conclude("doing_nothing", f"{sentence}.", found)


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
                neither="no difference could be shown once they are decoded: {}.",
            )
            + " "
        )
    who = f"models trained to {objective} the distortion"
    sentence += words.choose(
        found,
        above=f"Of distorted images, {who} make {{}} more legible to it.",
        below=f"Of distorted images, {who} make {{}} less legible to it.",
        neither="Of distorted images, no difference could be shown between what it reads before and after "
        f"{who}: {{}}.",
    )
    return conclude("legibility", sentence, found, alone, original)


def robustness(evidence: Evidence, words: Words) -> Finding | None:
    """Which training condition makes models most robust?"""
    rows = list(evidence.all("mean_corruption_error", metric="mse", objective=evidence.preferred))
    if not rows:
        return None
    best = min(rows, key=lambda row: row.mean)
    lower = words.counts(rows)[1]
    error = "mean squared error under distortion"
    sentence = words.choose(
        best,
        above=f"No training condition makes models that {evidence.preferred} more robust than clean images "
        f"do: even after {best.trained_on}, the best, the {error} is {{}} of that of models trained on "
        "clean images.",
        below=f"Training on {best.trained_on} makes models that {evidence.preferred} most robust: their "
        f"{error} is {{}} of that of models trained on clean images. It is lower for "
        f"{count(lower, len(rows), 'condition')}.",
        neither="No difference in robustness could be shown between models trained on clean images and "
        f"those trained on {best.trained_on}, the best other condition: their {error} is {{}} of that of "
        "the former.",
    )
    return conclude("robustness", sentence, best)


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
            "seed_spread", 0.0, None, None, "dB", "none", ({"table": SCORES, "metric": "psnr_db"},),
        )  # fmt: skip
    spreads = {key: statistics.stdev(values) for key, values in cells.items() if len(values) > 1}
    middle = statistics.median(spreads.values())
    (objective, trained_on, tested_on), largest = max(spreads.items(), key=lambda item: item[1])
    gain = evidence.own("repair")
    compared = ""
    direction = "none"
    if gain is not None and gain.has_interval:
        smaller = middle < abs(gain.mean)
        direction = "lower" if smaller else "higher"
        compared = (
            f", {'less' if smaller else 'more'} than what training on the distortion changes on average "
            f"({number(abs(gain.mean))} dB)"
        )
    sentence = (
        f"Training again with another seed changes the mean PSNR of a cell by {number(middle)} dB (standard "
        f"deviation between {len(evidence.seeds)} seeds, median over all cells){compared}. The largest "
        f"spread is {number(largest)} dB, of models trained to {objective} {trained_on} and tested on "
        f"{tested_on}."
    )
    source = {
        "table": SCORES, "objective": objective, "trained_on": trained_on, "tested_on": tested_on,
        "metric": "psnr_db", "reference": "clean",
    }  # fmt: skip
    return Finding("between_seeds", sentence, "seed_spread", middle, None, None, "dB", direction, (source,))
