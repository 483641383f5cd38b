"""Tables of a made-up study for findings: all effects grow and turn with one factor."""

import dataclasses
import itertools
import math

from aestudy.distortions.groups import Condition
from aestudy.files.study_tables import (
    DIFFERENCE,
    BitsRow,
    ComparisonRow,
    ModelSizeRow,
    ScoreRow,
    SummaryRow,
)
from aestudy.findings.evidence import Evidence
from aestudy.findings.files import find_all
from aestudy.statistics.averages import (
    ANY_MIXTURE,
    DISTORTIONS,
    FILTERS,
    LEFT_OUT,
    NOISES,
    OTHERS,
    SAME,
    Name,
    as_name,
    at_level,
    beside,
    difference,
)

CONDITIONS = ("white", "speckle", "mean3")
RIVALS = ("pca", "identity", "median_filter")
BITS = {"metric": "bits_per_image", "reference": "stream"}
CONFIDENCE = 0.95


def comparison(
    quantity, value, *, half=0.1, objective="denoise", trained_on="clean", tested_on=DISTORTIONS, **other
):
    null = 100.0 if quantity.endswith("error") else 0.0
    trained, tested = as_name(trained_on), as_name(tested_on)
    fields = {
        "metric": "psnr_db", "reference": "clean", "mean": value, "ci_low": value - half,
        "ci_high": value + half, "p_value": 1e-5 if half < abs(value - null) else 0.5,
        "p_value_holm": 0.001 if half < abs(value - null) else 0.5, **other,
    }  # fmt: skip
    return ComparisonRow(
        dataset="mine", quantity=quantity, objective=objective, trained_on=str(trained),
        trained_scope=trained.scope, tested_on=str(tested), tested_scope=tested.scope,
        first=tested.first or trained.first, second=tested.second or trained.second, level_db=tested.level_db,
        null_value=null, n_seeds=2, n_images=100, **fields,
    )  # fmt: skip


# The difference of two groups over all levels that both reach: no level of its own.
OVER_LEVELS = Name("(noises - filters at equal strength)", DIFFERENCE, "noises", "filters")


def leads(quantity, values, *, level=None, objective="denoise", by_training=False, **names):
    """Compare all pairs of a ranking: name -> value."""
    pairs = itertools.combinations(values, 2)
    for one, other in pairs:
        name = at_level(level, one, other) if level else difference(one, other)
        where = {"trained_on" if by_training else "tested_on": name, **names}
        yield f"{quantity}_lead", values[one] - values[other], {"objective": objective, **where}


def make_comparisons(factor=1.0, half=0.1):
    """Tables of a study in which all effects are multiplied by a factor; 0 is no effect at all."""
    rows = []

    def add(quantity, value, **names):
        null = 100.0 if quantity.endswith("error") else 0.0
        rows.append(comparison(quantity, null + factor * value, half=half, **names))

    for place, name in enumerate(CONDITIONS):
        add("cost", -3.0 - 2 * place, tested_on=name)
        for objective, size in (("denoise", 2.0), ("reconstruct", -0.5)):
            add("repair", size + 0.1 * place, objective=objective, trained_on=name, tested_on=name)
        add("price", -1.0 - 0.3 * place, trained_on=name, tested_on="clean")
        add("transfer", -0.8 + 0.1 * place, trained_on=name, tested_on=OTHERS)
        add("denoising_gain", 4.0, trained_on=name, tested_on=name)
        add("denoising_gain", -1.5, tested_on=name)
        add("mean_corruption_error", -5.0 + place, trained_on=name, metric="mse")
        add("gain_over_best_rival", 0.9 - place, trained_on=name, tested_on=beside(name, RIVALS[place]))
        add("cost", 30.0 - 25 * place, tested_on=name, **BITS)
        for other in CONDITIONS:
            if other != name:
                add("transfer", -0.8 + place, trained_on=name, tested_on=other)
    for objective, size in (("denoise", 2.0), ("reconstruct", -0.5)):
        values = {name: size + 0.1 * place for place, name in enumerate(CONDITIONS)}
        for quantity, value, names in leads("repair", values, objective=objective):
            add(quantity, 10 * value, **names)
    for quantity, step, names in (
        ("cost", -2.0, {}), ("price", -0.3, {"by_training": True, "tested_on": "clean"}),
        ("transfer", 0.2, {"by_training": True, "tested_on": OTHERS}),
        ("mean_corruption_error", 1.0, {"by_training": True, "metric": "mse"}),
        ("cost", -25.0, BITS),
    ):  # fmt: skip
        values = {name: step * place for place, name in enumerate(CONDITIONS)}
        for lead, value, columns in leads(quantity, values, **names):
            add(lead, value, **columns)
    add("matched_cost_lead", -1.5, tested_on=at_level(14, "mean", "white"))
    add("cost", 8.0, **BITS)
    add("cost", 15.0, tested_on=NOISES, **BITS)
    add("cost", -20.0, tested_on=FILTERS, **BITS)
    read = {"metric": "accuracy", "reference": "label", "p_value": 1e-5, "p_value_holm": 0.001}
    for place, name in enumerate(CONDITIONS):
        gain = factor * (0.2 - 0.15 * place)
        rows.append(
            comparison("denoising_gain", gain, half=half / 20, trained_on=name, tested_on=name, **read)
        )
    if half > 1 or not factor:
        read |= {"p_value": 0.5, "p_value_holm": 0.5}
    rows.append(comparison("denoising_gain", factor * 0.2, half=half / 20, trained_on=SAME, **read))
    rows.append(comparison("denoising_gain", factor * -0.03, half=half / 20, tested_on="clean", **read))
    add("cost", -5.0)
    add("cost", -6.0, tested_on=NOISES)
    add("cost", -3.3, tested_on=FILTERS)
    add("cost", -2.7, tested_on=difference(NOISES, FILTERS))
    # The costliest is another one when all signs change.
    add("matched_cost", -9.0, tested_on=at_level(12, "speckle"))
    add("matched_cost", -4.0, tested_on=at_level(14, "white"))
    add("matched_cost", -5.5, tested_on=at_level(14, "mean"))
    add("matched_cost_difference", 1.5, tested_on=at_level(14, "white", "mean"))
    add("matched_group_cost_difference", 9.0, tested_on=at_level(14, "noises", "filters"))
    add("matched_group_cost_difference", 1.5, tested_on=OVER_LEVELS)
    for objective, size in (("denoise", 2.0), ("reconstruct", -0.5)):
        add("repair", size, objective=objective, trained_on=SAME)
    add("specialization", 0.3, trained_on="some", tested_on="white")
    add("specialization", 0.4, trained_on="some")
    for name in CONDITIONS:
        add("specialization", 1.0, trained_on="everything", tested_on=name)
    add("specialization", 0.9, trained_on="everything")
    add("transfer", 1.6, trained_on="everything", tested_on=OTHERS)
    add("left_out_gain", 1.1, trained_on=ANY_MIXTURE, tested_on=LEFT_OUT)
    add("left_out_loss", -2.3, trained_on=ANY_MIXTURE, tested_on=LEFT_OUT)
    add("price", -1.2, trained_on=DISTORTIONS, tested_on="clean")
    add("transfer", -0.7, trained_on=DISTORTIONS, tested_on=OTHERS)
    # An average is no condition, however far off it is.
    add("transfer", -9.0, trained_on=NOISES, tested_on=OTHERS)
    for place, (trained, tested) in enumerate(itertools.product((NOISES, FILTERS), repeat=2)):
        add("transfer", 0.6 - 0.8 * place, trained_on=trained, tested_on=tested)
    add("gain_over_best_rival", 1.3, trained_on=SAME)
    add("gain_over_best_rival", -1.2)
    for method in ("mean_image", "black"):
        for objective in ("denoise", "reconstruct"):
            add(f"gain_over_{method}", 5.0, objective=objective, tested_on="clean")
            add(f"gain_over_{method}", 4.0, objective=objective, trained_on=SAME)
    add("price", 20.0, trained_on=DISTORTIONS, tested_on="clean", **BITS)
    add("transfer", 20.0, trained_on=DISTORTIONS, tested_on=OTHERS, **BITS)
    for quantity, tested_on in (("price", "clean"), ("transfer", OTHERS)):
        where = {"trained_on": DISTORTIONS, "tested_on": tested_on}
        rows.append(comparison(quantity, factor * 0.06, half=half / 20, **where, **read))
    add("objective_gain", 2.5, objective="denoise - reconstruct", trained_on=SAME)
    add("objective_gain", 0.6, objective="denoise - reconstruct", trained_on=DISTORTIONS, tested_on="clean")
    add("gain_over_pca", 2.8, tested_on="clean")
    add("gain_over_pca", -0.9)
    add("gain_over_pca", 3.1, trained_on=SAME)
    add("denoising_gain", 4.0, trained_on=SAME)
    return rows


def make_scores(seeds=(0, 1), objectives=("reconstruct", "denoise"), spread=0.2, n_images=100):
    return [
        ScoreRow(
            dataset="mine", method="autoencoder", objective=objective, trained_on="clean", tested_on=name,
            seed=seed, metric="psnr_db", reference="clean",
            value=20 + spread * place * (1 + (name == "white")), n_images=n_images,
        )
        for objective in objectives
        for name in CONDITIONS
        for place, seed in enumerate(seeds)
    ]  # fmt: skip


GROUPS = {
    "white": "noises",
    "speckle": "noises",
    "mean3": "filters",
    "everything": "mixtures",
    "some": "mixtures",
}
STUDY = [Condition(name, name, group) for name, group in GROUPS.items()]


def mean(method, metric, value, reference="clean", **names):
    return SummaryRow(
        dataset="mine", method=method, tested_on="clean", metric=metric, reference=reference, mean=value,
        ci_low=0.99 * value, ci_high=1.01 * value, n_images=100, **names,
    )  # fmt: skip


CLEAN_MODEL = {"objective": "denoise", "trained_on": "clean"}
SUMMARY = [
    mean("identity", "accuracy", 0.952, "label"),
    mean("codec", "bits_per_image", 78.4, "stream", **CLEAN_MODEL),
    mean("codec", "bits_per_pixel", 0.1, "stream", **CLEAN_MODEL),
    mean("codec", "psnr_db", 20.5, **CLEAN_MODEL),
]
SIZES = [
    ModelSizeRow(
        dataset="mine", objective="denoise", trained_on="clean", seed=0, parameters=1, multiply_adds=1,
        parameters_bytes=1, decoder_bytes=400_000, codec_bytes=300_000,
    )
]  # fmt: skip
QUALITIES = [
    BitsRow("autoencoder denoise clean 0", "together", 20.0, 70.0),
    BitsRow("autoencoder denoise clean 0", "together", 24.0, 170.0),
    BitsRow("webp", "together", 20.0, 270.0),
    BitsRow("jpeg", "together", 20.0, 60.0),
    BitsRow("webp", "together", 24.0, 971.0),
]


def answers(factor=1.0, half=0.1, without=False, smallest=None, **scores):
    """Answer all questions; `without` intervals and tests, as one test image leaves them."""
    comparisons = make_comparisons(factor, half)
    if without:
        empty = dict.fromkeys(("ci_low", "ci_high", "p_value", "p_value_holm"), math.nan)
        comparisons = [dataclasses.replace(row, **empty) for row in comparisons]
    evidence = Evidence(comparisons, SUMMARY, make_scores(**scores), STUDY, sizes=SIZES, qualities=QUALITIES)
    found = find_all(evidence, confidence=CONFIDENCE, smallest=smallest, maximum=99)
    return {finding.id: finding for finding in found}
