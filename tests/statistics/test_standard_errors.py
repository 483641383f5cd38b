"""Intervals and tests from standard errors: Student's where he applies, one decision, error rates."""

import numpy as np
import pytest
from scipy import stats

from aestudy.statistics.standard_errors import StandardErrors, holm

EXPERIMENTS = 200_000


def errors(between, within, seeds, n_images):
    return StandardErrors(np.atleast_1d(between), np.atleast_1d(within), seeds, n_images)


def simulate(seeds, ratio, n_images, experiments=EXPERIMENTS):
    """Values without any effect and their standard errors: variance ratio of seeds to images."""
    rng = np.random.default_rng(11)
    values = rng.normal(scale=np.sqrt(ratio + 1), size=experiments)
    between = ratio * rng.chisquare(seeds - 1, experiments) / (seeds - 1)
    within = rng.chisquare(n_images - 1, experiments) / (n_images - 1)
    return values, StandardErrors(between, within, seeds, n_images)


class TestStudent:
    def test_one_seed_is_the_t_test_of_the_images(self):
        images = np.random.default_rng(1).normal(0.3, size=12)
        found = errors(0.0, images.var(ddof=1) / 12, 1, 12)
        expected = stats.ttest_1samp(images, 0)
        assert found.p_values(images.mean(keepdims=True))[0] == pytest.approx(expected.pvalue, rel=1e-9)
        interval = expected.confidence_interval(0.9)
        assert found.half_widths(0.9)[0] == pytest.approx((interval.high - interval.low) / 2, rel=1e-9)

    def test_images_that_agree_leave_the_t_test_of_the_seeds(self):
        seeds = np.array([0.2, 0.5, 0.3])
        found = errors(seeds.var(ddof=1) / 3, 0.0, 3, 1000)
        expected = stats.ttest_1samp(seeds, 0).pvalue
        assert found.p_values(seeds.mean(keepdims=True))[0] == pytest.approx(expected, rel=1e-9)

    def test_between_the_two_each_has_the_weight_of_its_variance(self):
        # (3 · 4.302653 + 1 · 2.262157) / 4 standard errors of sqrt(3 + 1), from a table of Student's t
        assert errors(3.0, 1.0, 3, 10).half_widths(0.95)[0] == pytest.approx(7.585058, rel=1e-6)


class TestOneDecision:
    @pytest.mark.parametrize(
        ("seeds", "n_images"), [(1, 2), (1, 1000), (2, 2), (3, 5), (3, 1000), (5, 10_000)]
    )
    def test_an_interval_excludes_0_exactly_where_the_p_value_is_small(self, seeds, n_images):
        rng = np.random.default_rng(2)
        between = rng.exponential(size=5000) if seeds > 1 else np.zeros(5000)
        found = StandardErrors(between, rng.exponential(size=5000), seeds, n_images)
        values = rng.normal(scale=4, size=5000)
        p_values = found.p_values(values)
        assert ((p_values > 0) & (p_values <= 1)).all()
        for confidence in (0.5, 0.9, 0.95, 0.99, 0.9999):
            excluded = np.abs(values) > found.half_widths(confidence)
            np.testing.assert_array_equal(excluded, p_values < 1 - confidence)

    def test_no_p_value_is_0(self):
        found = errors([0.0, 1e-30], [1e-30, 1e-30], 3, 10_000).p_values(np.array([1e9, 1e9]))
        assert (found > 0).all()
        assert errors(1.0, 1.0, 3, 10).p_values(np.zeros(1))[0] == 1.0


class TestNothingKnown:
    @pytest.mark.parametrize(("seeds", "n_images", "variance"), [(1, 1, 0.0), (3, 1, 2.0), (3, 50, 0.0)])
    def test_neither_interval_nor_p_value(self, seeds, n_images, variance):
        found = errors(variance, 0.0, seeds, n_images)
        assert np.isnan(found.half_widths(0.95)).all()
        assert np.isnan(found.p_values(np.array([5.0]))).all()


@pytest.mark.parametrize("seeds", [2, 3, 5])
@pytest.mark.parametrize("ratio", [3, 10])
class TestErrorRates:
    """Where seeds differ more than images make means differ, Welch's test finds too much."""

    def test_false_findings(self, seeds, ratio):
        values, found = simulate(seeds, ratio, 1000)
        for level, most in ((0.05, 0.06), (0.0005, 0.003)):
            assert np.mean(np.abs(values) > found.half_widths(1 - level)) <= most

    def test_p_values_of_the_same_experiments(self, seeds, ratio):
        values, found = simulate(seeds, ratio, 1000, experiments=5000)
        assert np.mean(found.p_values(values) < 0.05) <= 0.065

    def test_intervals_cover(self, seeds, ratio):
        values, found = simulate(seeds, ratio, 1000)
        assert np.mean(np.abs(values) <= found.half_widths(0.95)) >= 0.93


class TestHolm:
    def test_the_worked_example_of_r(self):
        # p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm") of R, in another order
        found = holm(np.array([0.03, 0.01, 0.05, 0.02, 0.04]))
        np.testing.assert_allclose(found, [0.09, 0.05, 0.09, 0.08, 0.09])

    def test_one_and_none(self):
        assert holm(np.array([0.2])).tolist() == [0.2]
        assert holm(np.array([])).tolist() == []
        assert holm(np.array([0.6, 0.7])).tolist() == [1.0, 1.0]
