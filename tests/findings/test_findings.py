"""Findings: every rule says the opposite of opposite tables, and "no difference" when it cannot tell."""

import dataclasses
import json
import math
import re

import pytest

from aestudy.errors import StudyError
from aestudy.files.study_tables import ComparisonRow, ScoreRow, SummaryRow
from aestudy.findings.evidence import Evidence, read_evidence
from aestudy.findings.files import MAXIMUM_FINDINGS, RULES, find_all, write_findings
from aestudy.findings.wording import Words, count, number, signed
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
    difference,
)  # fmt: skip

CONDITIONS = ("white", "speckle", "mean3")
CONFIDENCE = 0.95


def comparison(
    quantity, value, *, half=0.1, objective="denoise", trained_on="clean", tested_on=DISTORTIONS, **other
):
    null = 100.0 if "error" in quantity else 0.0
    trained, tested = as_name(trained_on), as_name(tested_on)
    fields = {
        "metric": "psnr_db", "reference": "clean", "mean": value, "ci_low": value - half,
        "ci_high": value + half, "p_value_holm": 0.001 if half < abs(value - null) else 0.5, **other,
    }  # fmt: skip
    return ComparisonRow(
        dataset="mine", quantity=quantity, objective=objective, trained_on=str(trained),
        trained_scope=trained.scope, tested_on=str(tested), tested_scope=tested.scope, first=tested.first,
        second=tested.second, level_db=tested.level_db, null_value=null, n_seeds=2, n_images=100, **fields,
    )  # fmt: skip


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
    read = {"metric": "accuracy", "reference": "label"}
    read["p_value_holm"] = 0.001
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
    add("cost_lead", -2.0, tested_on=difference("mean3", "speckle"))
    add("cost_lead", 2.0, tested_on=difference("white", "speckle"))
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
    add("objective_gain", 2.5, objective="denoise - reconstruct", trained_on=SAME)
    add("objective_gain", 0.6, objective="denoise - reconstruct", trained_on=DISTORTIONS, tested_on="clean")
    add("gain_over_pca", 2.8, tested_on="clean")
    add("gain_over_pca", -0.9)
    add("gain_over_pca", 3.1, trained_on=SAME)
    add("denoising_gain", 4.0, trained_on=SAME)
    for name, size in (("median_filter", 1.4), ("gaussian_filter", 1.9), ("total_variation", 1.2)):
        add(f"gain_over_{name}", size, trained_on=SAME)
        add(f"gain_over_{name}", -size)
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


MIXTURES = ("everything", "some")
SUMMARY = [
    SummaryRow(
        dataset="mine", method="identity", tested_on="clean", metric="accuracy", reference="label",
        mean=0.952, ci_low=0.94, ci_high=0.96, n_images=100,
    )
]  # fmt: skip


def answers(factor=1.0, half=0.1, without=False, **scores):
    """Answer all questions; `without` intervals and tests, as one test image leaves them."""
    comparisons = make_comparisons(factor, half)
    if without:
        empty = dict.fromkeys(("ci_low", "ci_high", "p_value_holm"), math.nan)
        comparisons = [dataclasses.replace(row, **empty) for row in comparisons]
    evidence = Evidence(comparisons, SUMMARY, make_scores(**scores), MIXTURES)
    return {finding.id: finding for finding in find_all(evidence, confidence=CONFIDENCE, maximum=99)}


WORDS = {
    "costliest": (
        r"Of the 3 distortions, mean3 costs .* most: it loses 7\.0 dB \(95 % interval 6\.9 to 7\.1\)"
        r".*The next, speckle, costs 2\.0 dB \(1\.9 to 2\.1\) less",
        r"costs a model trained on clean images nothing: even on white, the costliest, it gains 3\.0 dB",
        "No difference could be shown between clean and distorted images",
    ),
    "noise_or_filters": (
        r"^Noise harms .* more than filter.*by −6\.0 dB under noise and by −3\.3 dB under filters.*2\.7 dB",
        r"^Filtering harms .* more than noise .*\+6\.0 dB under noise",
        "^No difference could be shown between what noise and what filtering costs",
    ),
    "equal_strength": (
        r"^At equal strength, 14 dB between .*, mean changes .* by −5\.5 dB; that is 1\.5 dB .* below white",
        r"^At equal strength, 14 dB between .*, white changes .* by \+4\.0 dB; that is 1\.5 dB .* below mean",
        "; no difference could be shown between it and (white|mean), the next",
    ),
    "repair_denoise": (
        r"helps models that denoise: .* 2\.0 dB .* better .* 3 distortions, 40 % of what these .* on all 3 "
        r"distortions, most on mean3 \(\+2\.2 dB\), and harms on none\.",
        r"does not help models that denoise: .* 2\.0 dB .* worse .* harms on 3, most on mean3 \(−2\.2 dB\)",
        r"^For models that denoise, no difference could be shown .*It helps on none of the 3 distortions",
    ),
    "repair_reconstruct": (
        r"does not help models that reconstruct: .* 0\.50 dB .* worse",
        r"helps models that reconstruct: .* 0\.50 dB .* better",
        "^For models that reconstruct, no difference could be shown",
    ),
    "objectives": (
        r"^A clean target pays: .* 2\.5 dB .* closer .*On clean images the same models are ahead by 0\.60 dB",
        r"^A clean target does not pay: .* behind .*On clean images the same models are behind",
        "^No difference could be shown between the objectives .*On clean images no difference could be shown",
    ),
    "transfer": (
        r"not carry over: .* 0\.70 dB .* worse .*on mean3 transfers best \(−0\.60 dB\), .* on white worst",
        r"carries over: .* 0\.70 dB .* better .*on white transfers best \(\+0\.80 dB\), .* on mean3 worst",
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
        r"has a price: .* 1\.2 dB .* worse .*highest after .* mean3 \(−1\.6 dB\) .*lowest after white",
        r"has no price: .* 1\.2 dB .* better",
        "^On clean images no difference could be shown",
    ),
    "robustness": (
        r"^Training on white makes .* most robust: .* is 95\.0 % .*lower for all 3 conditions",
        r"^No training condition makes .* more robust .*even after mean3, the best, .* 103\.0 %",
        "^No difference in robustness could be shown",
    ),
    "linear": (
        r"autoencoder beats PCA .* by 2\.8 dB .*trained on clean images is 0\.90 dB .* behind"
        r".*trained to denoise the distortion itself is 3\.1 dB .* ahead",
        r"PCA .* beats the autoencoder by 2\.8 dB .* 0\.90 dB .* ahead.* 3\.1 dB .* behind",
        "^On clean images no difference could be shown between the autoencoder and PCA",
    ),
    "legibility": (
        r"reads 95\.2 % of the clean test images right; decoded again it reads 3\.0 percentage points .*fewer"
        r".* make 20\.0 percentage points \(95 % interval 19\.5 to 20\.5\) more legible",
        r"; decoded again it reads 3\.0 .* more\. .* make 20\.0 percentage points .* less legible",
        "; no difference could be shown once .*, no difference could be shown between what it reads before",
    ),
    "classical": (
        r"^The best of 3 classical denoisers, total variation, .* stays 1\.2 dB .* behind models trained to "
        r"denoise it\. It comes 1\.2 dB .* closer than models trained on clean images",
        r"^The best of 3 classical denoisers, a Gaussian filter, .* 1\.9 dB .* closer to the originals than",
        "^No difference could be shown between the best of 3 classical",
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
        units = {"robustness": "%", "legibility": "percentage points"}
        assert found.unit == units.get(name, "dB")
        assert found.sources[0]["table"] == "tables/comparisons.csv"
        assert found.sources[0]["quantity"] == found.quantity


def test_every_rule_is_tested_here():
    assert set(answers()) == {*WORDS, "between_seeds"}
    assert len(RULES) == len(WORDS) + 1


def test_no_number_is_typed_by_hand():
    """Numbers with a decimal point change with the tables, all of them."""
    plain, scaled = answers(), answers(1.31, half=0.131, spread=0.262)
    for name, finding in plain.items():
        numbers = [re.findall(r"\d+\.\d+", found.sentence) for found in (finding, scaled[name])]
        assert len(numbers[0]) == len(numbers[1]) > 0
        if name not in ("robustness", "legibility"):  # 100 % and the accuracy of the originals stay
            assert not [pair for pair in zip(*numbers, strict=True) if pair[0] == pair[1]], finding.sentence


class TestBetweenSeeds:
    def test_compared_with_what_training_on_the_distortion_changes(self):
        found = answers()["between_seeds"]
        assert "by 0.14 dB" in found.sentence
        assert "less than what training on the distortion changes on average (2.0 dB)" in found.sentence
        assert "0.28 dB, of models trained to reconstruct clean and tested on white" in found.sentence
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

    def test_an_unsure_lead_is_no_lead(self):
        rows = [row for row in make_comparisons() if row.quantity == "cost"]
        rows.append(comparison("cost_lead", -0.05, tested_on=difference("mean3", "speckle")))
        (found, *_) = find_all(Evidence(rows, [], make_scores()), confidence=CONFIDENCE)
        assert (
            "No difference could be shown between it and the next, speckle: −0.05 dB (−0.15 to +0.05)"
            in found.sentence
        )

    def test_infinite_gains_are_passed_over_for_another_metric(self):
        rows = [comparison("denoising_gain", float("-inf"), trained_on=SAME)]
        rows.append(comparison("denoising_gain", 0.3, trained_on=SAME, metric="ssim"))
        rows += [
            comparison("denoising_gain", 0.3, trained_on=name, tested_on=name, metric="ssim")
            for name in CONDITIONS
        ]
        (found, *_) = find_all(Evidence(rows, [], make_scores()), confidence=CONFIDENCE)
        assert "0.30 of SSIM" in found.sentence

    def test_there_are_never_too_many(self):
        evidence = Evidence(make_comparisons(), [], make_scores())
        kept = [finding.id for finding in find_all(evidence, confidence=CONFIDENCE, maximum=4)]
        assert kept == ["costliest", "repair_denoise", "objectives", "linear"]
        assert len(find_all(evidence, confidence=CONFIDENCE)) == MAXIMUM_FINDINGS
        assert 8 <= MAXIMUM_FINDINGS <= 12

    def test_mixtures_are_not_counted_as_distortions(self):
        evidence = Evidence(make_comparisons(), [], make_scores(), mixtures=["mean3"])
        (found, *_) = find_all(evidence, confidence=CONFIDENCE)
        assert found.sentence.startswith("Of the 2 distortions, speckle costs")


class TestFiles:
    def test_json(self, tmp_path):
        write_findings(
            tmp_path / "f.json", Evidence(make_comparisons(), [], make_scores()), confidence=CONFIDENCE
        )
        found = json.loads((tmp_path / "f.json").read_text("utf-8"))
        assert {key: value for key, value in found.items() if key != "findings"} == {
            "dataset": "mine", "confidence": 0.95, "n_seeds": 2, "n_images": 100,
            "interval_covers": "seeds and images",
        }  # fmt: skip
        assert 8 <= len(found["findings"]) <= 12
        assert found["findings"][0] == {
            "id": "costliest", "sentence": answers()["costliest"].sentence, "quantity": "cost", "value": -7.0,
            "ci_low": -7.1, "ci_high": -6.9, "unit": "dB", "direction": "lower",
            "sources": [
                {"table": "tables/comparisons.csv", "quantity": quantity, "objective": "denoise",
                 "trained_on": "clean", "tested_on": tested_on, "metric": "psnr_db", "reference": "clean"}
                for quantity, tested_on in (("cost", "mean3"), ("cost_lead", "(mean3 - speckle)"))
            ],
            "kind": "finding",
        }  # fmt: skip

    def test_one_image_has_no_intervals_to_cover_anything(self, tmp_path):
        evidence = Evidence([], [], make_scores(n_images=1))
        write_findings(tmp_path / "f.json", evidence, confidence=CONFIDENCE)
        assert json.loads((tmp_path / "f.json").read_text("utf-8"))["interval_covers"] is None

    def test_missing_and_foreign_tables(self, tmp_path):
        paths = [tmp_path / name for name in ("comparisons.csv", "summary.csv", "scores.csv")]
        with pytest.raises(StudyError, match=r"comparisons\.csv: expected a table with the columns"):
            read_evidence(*paths)
        for path in paths:
            path.write_text("a,b\n1,2\n", "utf-8")
        with pytest.raises(StudyError, match=r"comparisons\.csv: .* found no column dataset, quantity"):
            read_evidence(*paths)


class TestWording:
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
