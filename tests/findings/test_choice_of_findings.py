"""What a page says first, what it may not say, and what it may not leave out."""

import dataclasses
import math
import re

import pytest

from aestudy.findings.evidence import Evidence
from aestudy.findings.files import MAXIMUM_FINDINGS, describe_findings, find_all
from aestudy.statistics.averages import DISTORTIONS, SAME, beside
from support.finding_tables import (
    CONDITIONS,
    CONFIDENCE,
    STUDY,
    SUMMARY,
    answers,
    comparison,
    make_comparisons,
    make_scores,
)


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
            "tables/summary.csv", "tables/summary.csv", "tables/model_sizes.csv",
            "tables/bits_at_quality.csv",
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

    def test_an_unsure_gain_of_many_decibels_is_no_reason_to_warn(self):
        assert "nothing_learned" not in answers(1.0, half=9.0)
        assert "nothing_learned" not in answers(without=True, n_images=1)

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


class TestOtherStrengths:
    """Conditions that no model was trained on are there to be compared at equal strength."""

    def test_they_are_not_ranked_nor_counted(self):
        rows = [*make_comparisons(), comparison("cost", -40.0, tested_on="white-sigma2")]
        scores = [dataclasses.replace(row, trained_on=row.tested_on) for row in make_scores()]
        found = find_all(Evidence(rows, [], scores, STUDY), confidence=CONFIDENCE)
        costliest = next(one for one in found if one.id == "costliest").sentence
        assert costliest.startswith("Of the 3 distortions, mean3 costs")


class TestNoiseOrFilters:
    def test_where_no_strengths_match_it_says_so(self):
        rows = [row for row in make_comparisons() if not row.quantity.startswith("matched")]
        found = find_all(Evidence(rows, [], make_scores(), STUDY), confidence=CONFIDENCE, maximum=99)
        sentence = next(one for one in found if one.id == "noise_or_filters").sentence
        assert sentence.startswith("Noise harms a model")
        assert sentence.endswith("at the strengths of this study.")

    def test_where_they_could_it_is_asked_at_equal_strength_only(self):
        rows = [row for row in make_comparisons() if not row.quantity.startswith("matched_group")]
        found = find_all(Evidence(rows, [], make_scores(), STUDY), confidence=CONFIDENCE, maximum=99)
        assert "noise_or_filters" not in {finding.id for finding in found}


class TestRivals:
    def sentence(self, *rivals):
        kept = [row for row in make_comparisons() if row.quantity != "gain_over_best_rival"]
        places = zip(CONDITIONS, rivals, (-2.0, -1.5, 3.0), strict=True)
        kept += [
            comparison("gain_over_best_rival", value, trained_on=name, tested_on=beside(name, rival))
            for name, rival, value in places
        ]
        kept.append(comparison("gain_over_best_rival", -1.0, trained_on=SAME))
        found = find_all(Evidence(kept, [], make_scores(), STUDY), confidence=CONFIDENCE, maximum=99)
        return next(one for one in found if one.id == "rivals").sentence

    def test_each_is_named_once(self):
        assert "a rival: the best linear map (LMMSE) by 2.0 dB on white and 1.5 dB on speckle." in (
            self.sentence("lmmse", "lmmse", "pca")
        )

    def test_what_has_no_code_is_no_compressor(self):
        assert "compresses nothing" in self.sentence("lmmse", "median_filter", "lmmse")
        assert "compresses nothing" not in self.sentence("lmmse", "median_filter", "linear_code")


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
