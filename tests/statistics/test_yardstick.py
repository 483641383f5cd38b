"""The yardstick: sure and large enough, and no p-value that seeds cannot support."""

import math

import numpy as np
import pytest

from aestudy.files.study_tables import ComparisonRow
from aestudy.statistics.standard_errors import StandardErrors
from aestudy.statistics.yardstick import SMALLEST_PRINTED, Yardstick, print_p

EXPERIMENTS = 200_000
YARDSTICK = Yardstick(0.95, {"psnr_db": 0.1, "accuracy": 0.01})


def row(mean, half, p_value=0.001, metric="psnr_db", null=0.0):
    return ComparisonRow(
        dataset="mine", quantity="repair", objective="denoise", trained_on="white",
        trained_scope="condition", tested_on="white", tested_scope="condition", metric=metric,
        reference="clean", mean=mean, ci_low=mean - half, ci_high=mean + half, null_value=null,
        p_value=p_value, p_value_holm=p_value, n_seeds=3, n_images=100,
    )  # fmt: skip


class TestSign:
    def test_sure_and_large_enough(self):
        assert YARDSTICK.sign(row(0.5, 0.1)) == 1
        assert YARDSTICK.sign(row(-0.5, 0.1)) == -1

    @pytest.mark.parametrize("p_value", [0.06, math.nan])
    def test_what_is_not_shown_after_correction_does_not_count(self, p_value):
        assert YARDSTICK.sign(row(0.5, 0.1, p_value)) == 0
        assert not YARDSTICK.too_small(row(0.5, 0.1, p_value))

    def test_another_family_has_another_p_value(self):
        assert YARDSTICK.sign(row(0.5, 0.1), 0.06) == 0
        assert YARDSTICK.sign(row(0.5, 0.1, 0.06), 0.04) == 1

    def test_a_small_one_does_not_count_however_sure_it_is(self):
        found = row(0.09, 0.001, 1e-9)
        assert YARDSTICK.sign(found) == 0
        assert YARDSTICK.too_small(found)

    def test_an_interval_within_what_matters_shows_that_nothing_does(self):
        assert YARDSTICK.too_small(row(0.02, 0.07, 0.6))
        assert not YARDSTICK.too_small(row(0.02, 0.09, 0.6))

    def test_ratios_of_errors_are_held_to_what_decibels_make_of_them(self):
        # 10 ** (0.1 / 10) is 1.0233.
        assert YARDSTICK.sign(row(102.2, 0.1, metric="mse", null=100.0)) == 0
        assert YARDSTICK.sign(row(102.4, 0.1, metric="mse", null=100.0)) == 1
        assert YARDSTICK.sign(row(0.5, 0.1, metric="ssim")) == 1


class TestPrintedP:
    """No p-value is printed below what the seeds support."""

    @pytest.mark.parametrize("seeds", SMALLEST_PRINTED)
    @pytest.mark.parametrize("ratio", [3, 10, 30])
    def test_the_smallest_is_as_rare_as_it_says(self, seeds, ratio):
        rng = np.random.default_rng(5)
        values = rng.normal(scale=np.sqrt(ratio + 1), size=EXPERIMENTS)
        between = ratio * rng.chisquare(seeds - 1, EXPERIMENTS) / (seeds - 1)
        errors = StandardErrors(between, rng.chisquare(999, EXPERIMENTS) / 999, seeds, 1000)
        smallest = SMALLEST_PRINTED[seeds]
        assert np.mean(np.abs(values) > errors.half_widths(1 - smallest)) <= 1.3 * smallest

    def test_text(self):
        assert [print_p(1e-30, seeds) for seeds in (1, 2, 3, 4, 5)] == [
            "< 0.001", "< 0.05", "< 0.01", "< 0.003", "< 0.001",
        ]  # fmt: skip
        assert [print_p(value, 3) for value in (0.012, 0.18, 1.0, math.nan)] == ["0.012", "0.18", "1.00", "–"]
