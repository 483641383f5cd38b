"""Findings: every rule says the opposite of opposite tables, and "no difference" when it cannot tell."""

import dataclasses
import itertools
import json
import math
import re

import pytest

from aestudy.errors import StudyError
from aestudy.files.study_tables import BitsRow, ComparisonRow, ModelSizeRow, ScoreRow, SummaryRow
from aestudy.findings.evidence import Evidence, read_evidence
from aestudy.distortions.groups import Condition
from aestudy.findings.files import MAXIMUM_FINDINGS, QUESTIONS, describe_findings, find_all, write_findings
from aestudy.findings.wording import Words, count, listed, number, signed
from aestudy.statistics.averages import (
    ANY_MIXTURE,
    DISTORTIONS,
    FILTERS,
    LEFT_OUT,
    NOISES,
    OTHERS,
    SAME,
    as_name,
    at_level,
    beside,
    difference,
)  # fmt: skip

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
        first=tested.first or trained.first, second=tested.second or trained.second, level_db=tested.level_db, null_value=null, n_seeds=2, n_images=100, **fields,
    )  # fmt: skip


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
    add("matched_cost_difference", 1.5, tested_on=at_level(14, NOISES, FILTERS))
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


WORDS = {
    "costliest": (
        r"Of the 3 distortions, mean3 costs .* most: 7\.0 dB \(95 % interval 6\.9 to 7\.1\)"
        r".*The next that can be told apart, speckle, costs 2\.0 dB less",
        r"costs a model trained on clean images nothing: even on white, the costliest, it gains 3\.0 dB",
        "No difference could be shown between clean and distorted images",
    ),
    "noise_or_filters": (
        r"^At equal strength, 14 dB between .*, filtering harms .* more than noise does, on average by 1\.5 dB",
        r"^At equal strength, 14 dB between .*, noise harms .* more than filtering does, on average by 1\.5 dB",
        "^At equal strength, .*, no difference could be shown between what noise and what filtering costs",
    ),
    "equal_strength": (
        r"^At equal strength, 14 dB between .*, of 2 kinds mean costs .* most: 5\.5 dB .*apart, white, costs 1\.5",
        r"^At equal strength, 14 dB between .*, no kind of .* even under white it gains 4\.0 dB",
        "^At equal strength, .*, no difference could be shown between clean and distorted images",
    ),
    "repair_denoise": (
        r"helps models that denoise: .* 2\.0 dB .* better .* 3 distortions, 40 % of what these .* on all 3 "
        r"distortions, most on mean3 \(\+2\.2 dB\), and harms on none\.",
        r"harms models that denoise: .* 2\.0 dB .* worse .* harms on 3, most on mean3 \(−2\.2 dB\)",
        r"^For models that denoise, no difference could be shown .*It helps on none of the 3 distortions",
    ),
    "repair_reconstruct": (
        r"harms models that reconstruct: .* 0\.50 dB .* worse",
        r"helps models that reconstruct: .* 0\.50 dB .* better",
        "^For models that reconstruct, no difference could be shown",
    ),
    "objectives": (
        r"trained on, models that denoise come 2\.5 dB .* closer .*told to draw the distortion as well.*are ahead by "
        r"0\.60 dB",
        r"trained on, models that denoise stay 2\.5 dB .* farther .*On clean images the same models are behind",
        "trained on, no difference could be shown between .*On clean images no difference could be shown",
    ),
    "transfer": (
        r"not carry over: .* 0\.70 dB .* worse .*from noises to noises better \(\+0\.60 dB; 1 of 2 pairs gain, 1 "
        r"lose\); from noises to filters worse \(−0\.20 dB; 1 of 2 .*best after training on mean3 \(−0\.60 dB\), and "
        r"worst after white.* a gain of 6\.0 percentage points .*",
        r"carries over: .* 0\.70 dB .* better .*from noises to noises worse .*best after training on white "
        r"\(\+0\.80 dB\), and worst after mean3.* a loss of 6\.0 percentage points",
        "^On distortions that they have not seen, no difference could be shown",
    ),
    "one_for_all": (
        r"trained to denoise everything, .* is 0\.90 dB .* behind models that .* It is 1\.6 dB .* better on",
        r"trained to denoise everything, .* is 0\.90 dB .* ahead of models that .* It is 1\.6 dB .* worse on",
        "^No difference could be shown between models that each .* could be shown to models trained on clean",
    ),
    "left_out": (
        r"left out of .*, models are 1\.1 dB .* better .* They are 2\.3 dB .* worse than models whose",
        r"left out of .*, models are 1\.1 dB .* worse .* They are 2\.3 dB .* better than models whose",
        "left out .*, no difference could be shown .* could be shown to models whose mixture had it",
    ),
    "price": (
        r"has a price: .* 1\.2 dB .* worse .*highest after .* mean3 \(−1\.6 dB\), .*lowest after white.* a gain of "
        r"6\.0 percentage points",
        r"has no price: .* 1\.2 dB .* better.* a loss of 6\.0 percentage points",
        "^On clean images no difference could be shown",
    ),
    "robustness": (
        r"^Training on white makes .* most robust: .* is 95\.0 % .*lower for all 3 conditions",
        r"^No training condition makes .* more robust .*even after mean3, .* 103\.0 %",
        "^In robustness no difference could be shown",
    ),
    "linear": (
        r"autoencoder beats PCA .* by 2\.8 dB .*trained on clean images is 0\.90 dB .* behind"
        r".*trained to denoise the distortion itself is 3\.1 dB .* ahead",
        r"PCA .* beats the autoencoder by 2\.8 dB .* 0\.90 dB .* ahead.* 3\.1 dB .* behind",
        "^On clean images no difference could be shown between the autoencoder and PCA",
    ),
    "legibility": (
        r"reads 95\.2 % of the clean test images right; decoded again it reads 3\.0 percentage points .*fewer"
        r".* make 20\.0 percentage points \(95 % interval 19\.5 to 20\.5\) more legible"
        r".*more on 2 of the 3 distortions \(white \+20 and speckle \+5\), and fewer on 1 \(mean3 −10\)",
        r"; decoded again it reads 3\.0 .* more\. .* make 20\.0 percentage points .* less legible",
        "; no difference could be shown once .*, no difference could be shown between what it reads before",
    ),
    "rivals": (
        r"^On 1 of the 3 distortions .* lose to a rival: a median filter by 1\.1 dB on mean3\. .* 1\.3 dB .* ahead of"
        r" .* win on 1 of the 3 distortions\. Models trained on clean images are 1\.2 dB .* behind",
        r"^On 1 of the 3 distortions .* lose to a rival: PCA by 0\.90 dB on white\. .* 1\.3 dB .* behind",
        "over the distortions, no difference could be shown between models trained .* and the rival",
    ),
    "inflation": (
        r"^Distorted images take .* 8\.0 bits per image .* more than these, or 10\.2 %.*Under noises it is 15\.0 .* "
        r"more\. Under filters it is 20\.0 .* fewer.*more on 2 of the 3 .* fewer on 1: most on white \(\+30\.0",
        r"^Distorted images take .* 8\.0 bits per image .* fewer than these.*most on mean3 \(\+20\.0",
        "^No difference could be shown between what clean and distorted images take",
    ),
    "doing_nothing": (
        r"^Decoding beats doing nothing: .* 4\.0 dB .* closer .* on all 3 distortions, .*images on none\.",
        r"^Doing nothing beats decoding: .* 4\.0 dB .* farther .* on none of the 3 .*images on 3\.",
        "^No difference could be shown between doing nothing and decoding",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
class TestEitherWay:
    def test_as_it_is(self, name):
        assert re.search(WORDS[name][0], answers()[name].sentence)

    def test_opposite_tables_give_the_opposite_sentence(self, name):
        assert re.search(WORDS[name][1], answers(-1.0)[name].sentence)

    @pytest.mark.parametrize(("factor", "half"), [(0.0, 0.1), (1.0, 9.0), (-1.0, 9.0)])
    def test_an_interval_that_covers_zero_shows_no_difference(self, name, factor, half):
        found = answers(factor, half)[name]
        assert re.search(WORDS[name][2], found.sentence)
        assert found.direction == "not shown"

    @pytest.mark.parametrize("factor", [1.0, -1.0])
    def test_without_intervals_nothing_is_shown(self, name, factor):
        found = answers(factor, without=True, n_images=1)[name]
        assert re.search(WORDS[name][2], found.sentence)
        assert "(no interval)" in found.sentence
        assert "nan" not in found.sentence
        assert (found.direction, found.ci_low, found.ci_high) == ("not shown", None, None)

    def test_direction_and_numbers(self, name):
        found, opposite = answers()[name], answers(-1.0)[name]
        assert {found.direction, opposite.direction} == {"higher", "lower"}
        assert found.ci_low < found.value < found.ci_high
        units = {"robustness": "%", "legibility": "percentage points", "inflation": "bits per image"}
        assert found.unit == units.get(name, "dB")
        assert found.sources[0]["table"] == "tables/comparisons.csv"
        assert found.sources[0]["quantity"] == found.quantity


def test_every_rule_is_tested_here():
    assert set(answers()) == {*WORDS, "rate", "between_seeds"}
    assert set(answers(-1.0)) == {*WORDS, "rate", "between_seeds", "nothing_learned"}
    assert len(QUESTIONS) == len(WORDS) + 3


def test_no_number_is_typed_by_hand():
    """Numbers with a decimal point change with the tables, all of them."""
    plain, scaled = answers(), answers(1.31, half=0.131, spread=0.262)
    for name, finding in plain.items():
        numbers = [re.findall(r"\d+\.\d+", found.sentence) for found in (finding, scaled[name])]
        assert len(numbers[0]) == len(numbers[1]) > 0
        if name not in ("robustness", "legibility", "rate"):  # 100 % and the means of the originals stay
            assert not [pair for pair in zip(*numbers, strict=True) if pair[0] == pair[1]], finding.sentence


class TestBetweenSeeds:
    def test_compared_with_what_training_on_the_distortion_changes(self):
        found = answers()["between_seeds"]
        assert "by 0.14 dB" in found.sentence
        assert "less than what training on the distortion changes on average (2.0 dB)" in found.sentence
        assert "by no more than 0.28 dB in nine of ten cells" in found.sentence
        assert found.direction == "lower"
        assert found.ci_low is None
        wide = answers(spread=20.0)["between_seeds"]
        assert "more than what training on the distortion changes" in wide.sentence
        assert wide.direction == "higher"

    def test_one_seed_says_so(self):
        found = answers(seeds=(0,))["between_seeds"]
        assert "how much a second training would differ is not known" in found.sentence
        assert found.direction == "none"

    def test_one_image_is_compared_with_nothing(self):
        found = answers(without=True, n_images=1)["between_seeds"]
        assert "what training on the distortion changes" not in found.sentence
        assert found.direction == "none"
        alone = answers(without=True, n_images=1, seeds=(0,))["between_seeds"]
        assert alone.sentence.endswith("is not known, nor what other test images than the one would give.")


class TestLeanStudies:
    def test_nothing_at_all(self):
        assert find_all(Evidence([], [], []), confidence=CONFIDENCE) == []

    def test_one_objective(self):
        found = {
            finding.id: finding
            for finding in find_all(
                Evidence(
                    [comparison("cost", -3, objective="reconstruct", tested_on="white")],
                    [],
                    make_scores(objectives=("reconstruct",)),
                ),
                confidence=CONFIDENCE,
            )
        }
        assert set(found) == {"costliest", "between_seeds"}
        assert found["costliest"].sentence.startswith("The distortion white costs")

    def test_goals_of_a_study_s_own(self):
        def rows(objective):
            return [
                comparison("cost", -3, objective=objective, tested_on="white"),
                comparison("gain_over_pca", 2, objective=objective, tested_on="clean"),
            ]

        def find(*objectives):
            comparisons = [row for name in objectives for row in rows(name)]
            evidence = Evidence(comparisons, [], make_scores(objectives=objectives))
            return {finding.id: finding for finding in find_all(evidence, confidence=CONFIDENCE)}

        # Those of a name that everybody knows go first, wherever they stand.
        found = find("compress-rate_weight0.1", "reconstruct")
        assert {source["objective"] for source in found["costliest"].sources} == {"reconstruct"}
        assert "PCA with a code of the same size" in found["linear"].sentence
        # A goal may have a code of its own size, and then nobody knows which size the sentence means.
        found = find("narrow-code_size8")
        assert found["costliest"].sources[0]["objective"] == "narrow-code_size8"
        assert "linear" not in found

    def test_infinite_gains_are_passed_over_for_another_metric(self):
        rows = [comparison("denoising_gain", float("-inf"), trained_on=SAME, p_value=math.nan)]
        rows.append(comparison("denoising_gain", 0.3, trained_on=SAME, metric="ssim"))
        rows += [
            comparison("denoising_gain", 0.3, trained_on=name, tested_on=name, metric="ssim")
            for name in CONDITIONS
        ]
        (found, *_) = find_all(Evidence(rows, [], make_scores()), confidence=CONFIDENCE)
        assert "0.30 of SSIM" in found.sentence

    def test_mixtures_are_not_counted_as_distortions(self):
        evidence = Evidence(
            make_comparisons(), [], make_scores(), [Condition("mean3", "mixture", "mixtures")]
        )
        found = next(one for one in find_all(evidence, confidence=CONFIDENCE) if one.id == "costliest")
        assert found.sentence.startswith("Of the 2 distortions, speckle costs")


class TestRate:
    def test_bits_beside_raw_bytes_and_other_codecs(self):
        found = answers()["rate"]
        # 78.4 / 0.1 is 784 pixels; 700,000 bytes are 5,600,000 bits.
        assert "takes 78.4 bits per image (95 % interval 77.6 to 79.2)" in found.sentence
        assert "1.3 % of the 6,272 bits of the raw one, and comes back at 20.5 dB" in found.sentence
        assert (
            f"keeps 700 kB of decoder and codec besides, which is paid off against raw images from "
            f"{math.ceil(5_600_000 / (6272 - 78.4)):,} images on" in found.sentence
        )
        assert "; at 20 dB, against webp from 28,000 images on and jpeg never." in found.sentence
        assert [source["table"] for source in found.sources] == [
            "tables/summary.csv", "tables/summary.csv", "tables/model_sizes.csv", "tables/bits_at_quality.csv",
        ]  # fmt: skip

    def test_it_opens_the_page(self):
        assert list(answers())[:2] == ["rate", "inflation"]

    def test_without_sizes_there_are_bits_alone(self):
        (found, *_) = find_all(Evidence(make_comparisons(), SUMMARY, make_scores()), confidence=CONFIDENCE)
        assert found.sentence.endswith("comes back at 20.5 dB.")


class TestNothingLearned:
    def test_a_warning_stands_above_everything(self):
        (name, found), *_ = answers(-1.0).items()
        assert (name, found.kind) == ("nothing_learned", "warning")
        assert (
            "denoise are, on clean images, 5.0 dB (95 % interval 4.9 to 5.1) worse than the mean"
            in found.sentence
        )
        assert "Models that reconstruct are, on clean images," in found.sentence
        assert "Train longer (training.epochs)" in found.sentence
        assert "nothing_learned" not in answers()

    def test_being_no_better_is_nothing_learned_either(self):
        assert "no better than a black image (no difference could be shown" in (
            answers(0.0)["nothing_learned"].sentence
        )
        small = answers(smallest={"psnr_db": 5.5})["nothing_learned"]
        assert "no better than a black image (no difference that matters was found: +5.0 dB" in small.sentence

    def test_it_is_never_left_out(self):
        evidence = Evidence(make_comparisons(-1.0), SUMMARY, make_scores())
        found = find_all(evidence, confidence=CONFIDENCE, maximum=1)
        assert [finding.id for finding in found] == ["nothing_learned"]


class TestWhatMatters:
    @pytest.mark.parametrize("name", ["price", "objectives", "linear", "repair_denoise"])
    def test_a_small_difference_is_none_that_matters_however_sure(self, name):
        found = answers(0.1, half=0.01, smallest={"psnr_db": 0.5})[name]
        assert re.search("[Nn]o difference that matters was found", found.sentence)
        assert found.direction == "not shown"
        assert answers(0.1, half=0.01)[name].direction != "not shown"

    def test_what_does_not_matter_is_not_counted(self):
        found = answers(0.1, half=0.01, smallest={"psnr_db": 0.215})["repair_denoise"]
        assert "It helps on 1 of the 3 distortions" in found.sentence

    def test_a_small_lead_is_no_lead(self):
        assert "speckle and mean3 cost a model" not in answers()["costliest"].sentence
        tied = answers(smallest={"psnr_db": 2.5})["costliest"].sentence
        assert (
            "Of the 3 distortions, mean3 and speckle cost a model trained on clean images most; they could "
            in tied
        )
        assert "not be told apart: mean3, which comes out first, costs 7.0 dB" in tied


class TestTies:
    """No superlative for one of several that cannot be told apart."""

    SENTENCES = (
        ("cost", "costliest", "mean3 and speckle cost"),
        ("repair", "repair_denoise", "most on mean3 and speckle, which could not be told apart"),
        ("price", "price", "highest after training on mean3 and speckle, which could not be told apart"),
        ("transfer", "transfer", "best after training on mean3 and speckle, which could not be told apart"),
        ("mean_corruption_error", "robustness", "Training on white and speckle makes"),
        ("matched_cost", "equal_strength", "mean and white cost"),
    )  # fmt: skip

    @pytest.mark.parametrize(("quantity", "name", "expected"), SENTENCES)
    def test_an_unsure_lead_names_both(self, quantity, name, expected):
        leader = {"mean_corruption_error": "white", "matched_cost": "mean"}.get(quantity, "mean3")
        second = {"matched_cost": "white"}.get(quantity, "speckle")
        rows = [
            dataclasses.replace(row, p_value_holm=0.2)
            if row.quantity == f"{quantity}_lead" and {row.first, row.second} == {leader, second}
            else row
            for row in make_comparisons()
        ]
        found = find_all(Evidence(rows, SUMMARY, make_scores(), STUDY), confidence=CONFIDENCE, maximum=99)
        sentences = {finding.id: finding.sentence for finding in found}
        assert expected in sentences[name]
        assert expected not in answers()[name].sentence

    def test_without_any_lead_all_tie(self):
        rows = [row for row in make_comparisons() if not row.quantity.endswith("_lead")]
        found = find_all(Evidence(rows, SUMMARY, make_scores(), STUDY), confidence=CONFIDENCE, maximum=99)
        price = next(finding for finding in found if finding.id == "price").sentence
        assert (
            "highest after training on none, as the first could be told from no other (−1.6 dB for mean3)"
            in price
        )


class TestFamily:
    """All comparisons that decide sentences are corrected together."""

    def test_the_largest_p_value_of_a_family_keeps_its_size(self):
        rows = [
            dataclasses.replace(row, p_value=0.04)
            if row.quantity == "price" and row.trained_on == DISTORTIONS and row.metric == "psnr_db"
            else row
            for row in make_comparisons()
        ]
        content = describe_findings(Evidence(rows, SUMMARY, make_scores(), STUDY), confidence=CONFIDENCE)
        assert content["n_decisions"] > 20
        assert next(one for one in content["findings"] if one["id"] == "price")["direction"] == "lower"

    def test_many_unsure_ones_weaken_each_other(self):
        rows = [
            dataclasses.replace(row, p_value=0.04) if row.p_value < 0.04 else row
            for row in make_comparisons()
        ]
        evidence = Evidence(rows, SUMMARY, make_scores(), STUDY)
        found = find_all(evidence, confidence=CONFIDENCE, maximum=99)
        assert {one.direction for one in found if one.id not in ("rate", "between_seeds")} == {"not shown"}
        price = next(finding for finding in found if finding.id == "price")
        assert price.direction == "not shown"
        # The interval alone would show it, so the sentence says why it does not count.
        assert "−1.2 dB (95 % interval −1.3 to −1.1; p = 1.00 after correction)" in price.sentence


class TestChoice:
    """Of too many answers the last ranks go, and none that contradicts what stays."""

    def test_what_contradicts_a_shown_finding_stays(self):
        evidence = Evidence(make_comparisons(), [], make_scores(), STUDY)
        kept = [finding.id for finding in find_all(evidence, confidence=CONFIDENCE, maximum=4)]
        # Training on the distortion helps models that denoise, harms those that reconstruct, and has a price.
        assert {"repair_denoise", "repair_reconstruct", "price"} <= {*kept}
        assert "equal_strength" not in kept

    def test_what_agrees_is_left_out(self):
        rows = [
            dataclasses.replace(row, mean=-row.mean, ci_low=-row.ci_high, ci_high=-row.ci_low)
            if row.quantity == "price" or (row.quantity == "repair" and row.objective == "reconstruct")
            else row
            for row in make_comparisons()
        ]
        evidence = Evidence(rows, [], make_scores(), STUDY)
        kept = [finding.id for finding in find_all(evidence, confidence=CONFIDENCE, maximum=4)]
        assert "repair_denoise" in kept
        assert not {"repair_reconstruct", "price"} & {*kept}

    def test_as_many_as_a_reader_takes(self):
        evidence = Evidence(make_comparisons(), [], make_scores(), STUDY)
        assert MAXIMUM_FINDINGS == 12
        assert 12 <= len(find_all(evidence, confidence=CONFIDENCE)) <= 15


class TestNoiseOrFilters:
    def test_where_no_strengths_match_it_says_so(self):
        rows = [row for row in make_comparisons() if not row.quantity.startswith("matched")]
        found = find_all(Evidence(rows, [], make_scores(), STUDY), confidence=CONFIDENCE, maximum=99)
        sentence = next(one for one in found if one.id == "noise_or_filters").sentence
        assert sentence.startswith("Noise harms a model")
        assert sentence.endswith("at the strengths of this study.")

    def test_where_they_could_it_is_asked_at_equal_strength_only(self):
        rows = [row for row in make_comparisons() if row.first != NOISES or row.quantity == "cost"]
        found = find_all(Evidence(rows, [], make_scores(), STUDY), confidence=CONFIDENCE, maximum=99)
        assert "noise_or_filters" not in {finding.id for finding in found}


def test_where_bits_tell_another_story():
    rows = [
        row if row.quantity not in ("price", "transfer") or row.metric != "bits_per_image"
        else dataclasses.replace(row, mean=-20, ci_low=-21, ci_high=-19)
        for row in make_comparisons()
    ]  # fmt: skip
    found = {
        one.id: one.sentence for one in find_all(Evidence(rows, [], make_scores(), STUDY), confidence=0.95)
    }
    assert "In bits it saves 20.0 bits per image (19.0 to 21.0)." in found["price"]
    assert "In bits" not in answers()["price"].sentence


class TestFiles:
    def test_json(self, tmp_path):
        write_findings(
            tmp_path / "f.json", Evidence(make_comparisons(), [], make_scores()), confidence=CONFIDENCE,
            smallest={},
        )  # fmt: skip
        found = json.loads((tmp_path / "f.json").read_text("utf-8"))
        assert {key: value for key, value in found.items() if key != "findings"} == {
            "dataset": "mine", "confidence": 0.95, "n_seeds": 2, "n_images": 100,
            "interval_covers": "seeds and images", "n_decisions": found["n_decisions"],
        }  # fmt: skip
        assert 8 <= len(found["findings"]) <= MAXIMUM_FINDINGS + 3
        assert 20 <= found["n_decisions"] <= 60
        assert next(one for one in found["findings"] if one["id"] == "costliest") == {
            "id": "costliest", "sentence": answers()["costliest"].sentence, "quantity": "cost", "value": -7.0,
            "ci_low": -7.1, "ci_high": -6.9, "unit": "dB", "direction": "lower",
            "sources": [
                {"table": "tables/comparisons.csv", "quantity": quantity, "objective": "denoise",
                 "trained_on": "clean", "tested_on": tested_on, "metric": "psnr_db", "reference": "clean"}
                for quantity, tested_on in (("cost", "mean3"), ("cost_lead", "(speckle - mean3)"))
            ],
            "kind": "finding",
        }  # fmt: skip

    def test_one_image_has_no_intervals_to_cover_anything(self, tmp_path):
        evidence = Evidence([], [], make_scores(n_images=1))
        write_findings(tmp_path / "f.json", evidence, confidence=CONFIDENCE, smallest={})
        assert json.loads((tmp_path / "f.json").read_text("utf-8"))["interval_covers"] is None

    def test_missing_and_foreign_tables(self, tmp_path):
        paths = [tmp_path / name for name in ("comparisons.csv", "summary.csv", "scores.csv")]
        with pytest.raises(StudyError, match=r"comparisons\.csv: expected a table with the columns"):
            read_evidence(*paths, sizes=paths[0])
        for path in paths:
            path.write_text("a,b\n1,2\n", "utf-8")
        with pytest.raises(StudyError, match=r"comparisons\.csv: .* found no column dataset, quantity"):
            read_evidence(*paths, sizes=paths[0])


class TestWording:
    def test_lists(self):
        assert listed(["a"]) == "a"
        assert listed(["a", "b"]) == "a and b"
        assert listed(list("abcd")) == "a, b, c and d"
        assert listed(list("abcdefg")) == "a, b, c and 4 more"

    def test_numbers(self):
        assert [number(value) for value in (12.345, 0.951, 0.5, 0.0951, 0.05, -2)] == [
            "12.3", "1.0", "0.50", "0.10", "0.050", "−2.0",
        ]  # fmt: skip
        assert [signed(value) for value in (1.5, -1.5, 0)] == ["+1.5", "−1.5", "+0.000"]

    def test_counts(self):
        assert count(3, 3, "distortion") == "all 3 distortions"
        assert count(0, 3, "distortion") == "none of the 3 distortions"
        assert count(2, 3, "distortion") == "2 of the 3 distortions"
        assert count(1, 1, "distortion") == "the one distortion"
        assert count(0, 1, "distortion") == "not the one distortion"

    def test_only_what_stands_after_correction_is_counted(self):
        rows = make_comparisons()
        rows = [dataclasses.replace(row, p_value_holm=0.2) for row in rows]
        evidence = Evidence(rows, [], make_scores())
        assert Words(0.95).counts(evidence.conditions("repair", objective="denoise")) == (0, 0)
