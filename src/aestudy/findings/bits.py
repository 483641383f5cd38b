"""Rules on bits: what a file takes, what a distortion makes of that, what model and codec cost besides."""

import dataclasses
import math

from aestudy.files.study_tables import BitsRow, SummaryRow
from aestudy.findings.evidence import QUALITIES, SIZES, Evidence
from aestudy.findings.finding import Finding, conclude
from aestudy.findings.rankings import find_end
from aestudy.findings.wording import Words, count, listed, number
from aestudy.rates.classical_codecs import CODECS
from aestudy.rates.points import model_name
from aestudy.scoring.method_names import CODEC
from aestudy.statistics.averages import DISTORTIONS, FILTERS, NOISES

BITS = {"metric": "bits_per_image", "reference": "stream"}
RAW_BITS = 8
"""Of a pixel."""


def rate(evidence: Evidence, words: Words) -> Finding | None:
    """How many bits does an image take, beside the raw one, and from how many images on does that pay?"""
    objective, clean = evidence.preferred, evidence.clean
    found, by_pixel, quality = (
        evidence.mean(CODEC, clean, metric, objective=objective, trained_on=clean, reference=reference)
        for metric, reference in (
            ("bits_per_image", "stream"),
            ("bits_per_pixel", "stream"),
            ("psnr_db", "clean"),
        )
    )
    if found is None or by_pixel is None or not by_pixel.mean:
        return None
    raw = RAW_BITS * round(found.mean / by_pixel.mean)
    sentence = (
        f"A clean image takes {words.estimate(found)} in the file of a model trained on clean images, "
        f"{number(100 * found.mean / raw)} % of the {raw:,} bits of the raw one"
    )
    sentence += f", and comes back at {number(quality.mean)} dB." if quality else "."
    sizes = [row for row in evidence.sizes if (row.objective, row.trained_on) == (objective, clean)]
    finding = conclude(words, "rate", sentence, found, quality)
    if not sizes:
        return finding
    size = sum(row.decoder_bytes + row.codec_bytes for row in sizes) / len(sizes)
    sentence += (
        f" Whoever decodes keeps {number(size / 1000, 0)} kB of decoder and codec besides, which is paid off "
        f"against raw images {_paid_off(size, raw - found.mean)}"
    )
    rivals = _others(evidence, size, quality)
    sentence += f"; {rivals}." if rivals else "."
    sources = [{"table": SIZES, "objective": objective, "trained_on": clean}]
    sources += [{"table": QUALITIES}] if rivals else []
    return dataclasses.replace(finding, sentence=sentence, sources=(*finding.sources, *sources))


def inflation(evidence: Evidence, words: Words) -> Finding | None:
    """What do distortions make of the bits of a clean-trained model?"""
    objective = evidence.preferred
    found = evidence.find("cost", objective=objective, tested_on=DISTORTIONS, **BITS)
    cases = evidence.conditions("cost", objective=objective, **BITS)
    start = evidence.mean(
        CODEC, evidence.clean, "bits_per_image", objective=objective, trained_on=evidence.clean
    )
    if found is None or start is None or not cases:
        return None
    share = number(abs(100 * found.mean / start.mean))
    sentence = words.choose(
        found,
        above=f"Distorted images take a model trained on clean ones {{}} more than these, or {share} %",
        below=f"Distorted images take a model trained on clean ones {{}} fewer than these, or {share} %",
        neither="{No} between what clean and distorted images take a model trained on clean ones: {}",
    )
    more, fewer = words.counts(cases)
    if len(cases) > 1:
        most, least = (find_end(evidence, words, cases, end) for end in (1, -1))
        sentence += f", averaged over {len(cases)} distortions."
        for sort in (NOISES, FILTERS):
            sentence += words.then(
                evidence.find("cost", objective=objective, tested_on=sort, **BITS),
                above=f"Under {sort[1:-1]} it is {{}} more.",
                below=f"Under {sort[1:-1]} it is {{}} fewer.",
                neither=f"Under {sort[1:-1]} {{no}}: {{}}.",
            )
        sentence += (
            f" It takes more on {count(more, len(cases), 'distortion')} and "
            f"fewer on {fewer or 'none'}: most on {most}, least on {least}"
        )
    return conclude(words, "inflation", f"{sentence}.", found, start)


def _paid_off(size: float, saved: float) -> str:
    """Say from how many images on bytes are paid off by the bits that each image saves."""
    return f"from {math.ceil(8 * size / saved):,} images on" if saved > 0 else "never"


def _others(evidence: Evidence, size: float, quality: SummaryRow | None) -> str:
    """Say the same of other codecs, at the quality next below that of the model's own files."""
    packed = [row for row in evidence.qualities if row.packing == "together"]
    names = {model_name(evidence.preferred, evidence.clean, seed) for seed in evidence.seeds}
    own: dict[float, list[BitsRow]] = {}
    for row in packed:
        if row.method in names and quality is not None and row.psnr_db <= quality.mean:
            own.setdefault(row.psnr_db, []).append(row)
    if not own:
        return ""
    level = max(own)
    bits = sum(row.bits_per_image for row in own[level]) / len(own[level])
    others = [row for row in packed if row.method in CODECS and row.psnr_db == level]
    parts = [f"{row.method} {_paid_off(size, row.bits_per_image - bits)}" for row in others]
    return f"at {level:g} dB, against {listed(parts)}" if parts else ""
