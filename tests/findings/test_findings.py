"""Findings: every rule says the opposite of opposite tables, and "no difference" when it cannot tell."""

import dataclasses
import json
import math
import re

import pytest

from aestudy.distortions.groups import Condition
from aestudy.errors import StudyError
from aestudy.findings.evidence import Evidence, read_evidence
from aestudy.findings.files import MAXIMUM_FINDINGS, QUESTIONS, find_all, write_findings
from aestudy.findings.wording import Words, count, listed, number, signed
from aestudy.statistics.averages import (
    SAME,
)  # fmt: skip
from support.finding_tables import (
    CONDITIONS,
    CONFIDENCE,
    answers,
    comparison,
    make_comparisons,
    make_scores,
)

WORDS = {
    "costliest": (
        r"Of the 3 distortions, mean3 costs .* most: 7\.0 dB \(95 % interval 6\.9 to 7\.1\)"
        r".*The next that can be told apart, speckle, costs 2\.0 dB less",
        r"costs a model trained on clean images nothing: even on white, the costliest, it gains 3\.0 dB",
        "No difference could be shown between clean and distorted images",
    ),
    "noise_or_filters": (
        r"^At equal strength of distorted images, filtering harms .* more than noise does, on average "
        r"by 1\.5 dB",
        r"^At equal strength of distorted images, noise harms .* more than filtering does, on average "
        r"by 1\.5 dB",
        "^At equal strength .*, no difference could be shown between what noise and what filtering costs",
    ),
    "equal_strength": (
        r"^At equal strength, 14 dB between .*, of 2 kinds mean costs .* most: 5\.5 dB .*apart, "
        r"white, costs 1\.5",
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
        r"trained on, models that denoise come 2\.5 dB .* closer .*told to draw the distortion as "
        r"well.*are ahead by "
        r"0\.60 dB",
        r"trained on, models that denoise stay 2\.5 dB .* farther .*On clean images the same models "
        r"are behind",
        "trained on, no difference could be shown between .*On clean images no difference could be shown",
    ),
    "transfer": (
        r"not carry over: .* 0\.70 dB .* worse .*from noises to noises better \(\+0\.60 dB; 1 of 2 "
        r"pairs gain, 1 "
        r"lose\); from noises to filters worse \(−0\.20 dB; 1 of 2 .*best after training on mean3 "
        r"\(−0\.60 dB\), and "
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
        r"has a price: .* 1\.2 dB .* worse .*highest after .* mean3 \(−1\.6 dB\), .*lowest after "
        r"white.* a gain of "
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
        r"^On 1 of the 3 distortions .* lose to a rival: a median filter by 1\.1 dB on mean3\. .* "
        r"1\.3 dB .* ahead of"
        r" .* win on 1 of the 3 distortions\. Models trained on clean images are 1\.2 dB .* behind",
        r"^On 1 of the 3 distortions .* lose to a rival: PCA by 0\.90 dB on white\. .* 1\.3 dB .* behind",
        "over 3 distortions, no difference could be shown between models trained .* and the rival",
    ),
    "inflation": (
        r"^Distorted images take .* 8\.0 bits per image .* more than these, or 10\.2 %.*Under noises "
        r"it is 15\.0 .* "
        r"more\. Under filters it is 20\.0 .* fewer.*more on 2 of the 3 .* fewer on 1: most on white "
        r"\(\+30\.0",
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
            read_evidence(*paths, sizes=paths[0], explanations=paths[0])
        for path in paths:
            path.write_text("a,b\n1,2\n", "utf-8")
        with pytest.raises(StudyError, match=r"comparisons\.csv: .* found no column dataset, quantity"):
            read_evidence(*paths, sizes=paths[0], explanations=paths[0])


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
