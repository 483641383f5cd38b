"""The bootstrap: coverage in simulations, known standard errors, few images, crossed draws, infinities."""

import numpy as np
import pytest
from scipy import stats

from aestudy.statistics.bootstrap import HierarchicalBootstrap, _draw_counts
from aestudy.statistics.standard_errors import StandardErrors


def bootstrap(n_images, *, resamples=2000, confidence=0.95, study_seed=2026, dataset="mnist5k"):
    return HierarchicalBootstrap(
        n_images, resamples=resamples, confidence=confidence, study_seed=study_seed, dataset=dataset
    )


def normal(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


class TestOneSeed:
    def test_the_interval_agrees_with_scipy(self):
        values = np.random.default_rng(1).gamma(2, size=400)
        found = bootstrap(400, resamples=4000).interval(values[None, None])
        expected = stats.bootstrap(
            (values,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(2)
        ).confidence_interval
        width = expected.high - expected.low
        assert found.mean[0] == pytest.approx(values.mean(), rel=1e-12)
        assert found.low[0] == pytest.approx(expected.low, abs=0.05 * width)
        assert found.high[0] == pytest.approx(expected.high, abs=0.05 * width)

    @pytest.mark.parametrize("confidence", [0.5, 0.9, 0.99])
    def test_its_width_is_that_of_the_standard_error(self, confidence):
        values = normal(2000)
        found = bootstrap(2000, resamples=4000, confidence=confidence).interval(values[None, None])
        standard_error = values.std() / np.sqrt(values.size)
        expected = 2 * stats.norm.ppf((1 + confidence) / 2) * standard_error
        assert found.high[0] - found.low[0] == pytest.approx(expected, rel=0.06)

    def test_values_far_from_zero_lose_no_digits(self):
        values = normal((1, 1, 500))
        near, far = (bootstrap(500).interval(values + offset) for offset in (0, 10_000))
        np.testing.assert_allclose(far.low - 10_000, near.low, rtol=0, atol=1e-6)
        np.testing.assert_allclose(far.high - 10_000, near.high, rtol=0, atol=1e-6)


class TestSeveralSeeds:
    @pytest.mark.parametrize(
        ("seeds", "seed_spread"),
        [(3, 0.0), (3, 0.1), (3, 1.0), (2, 0.3), (5, 0.3)],
    )
    def test_a_95_percent_interval_covers_the_truth(self, seeds, seed_spread):
        # Every cell is one experiment: images of unit spread that all seeds share, seed effects, and noise.
        experiments, n_images = 600, 100
        rng = np.random.default_rng(7)
        values = (
            rng.normal(size=(1, experiments, n_images))
            + seed_spread * rng.normal(size=(seeds, experiments, 1))
            + 0.3 * rng.normal(size=(seeds, experiments, n_images))
        )
        found = bootstrap(n_images, resamples=1000).interval(values)
        coverage = np.mean((found.low <= 0) & (found.high >= 0))
        assert 0.93 <= coverage <= 0.995

    def test_the_mean_is_that_of_all_values(self):
        values = normal((3, 4, 50))
        np.testing.assert_allclose(bootstrap(50).interval(values).mean, values.mean(axis=(0, 2)), rtol=1e-12)

    def test_equal_seeds_are_worth_one_seed(self):
        values = normal((1, 2, 300))
        one, three = (bootstrap(300).interval(np.repeat(values, times, axis=0)) for times in (1, 3))
        for found, expected in zip(three, one, strict=True):
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)

    def test_spread_between_seeds_widens_the_interval(self):
        values = normal((3, 1, 300))
        apart = values + np.array([-1, 0, 1])[:, None, None]
        together, wide = bootstrap(300).interval(values), bootstrap(300).interval(apart)
        assert wide.high - wide.low > 5 * (together.high - together.low)


class TestFewImages:
    def test_one_image_tells_nothing_about_others(self):
        for seeds in (1, 3):
            values = normal((seeds, 2, 1))
            found = bootstrap(1).interval(values)
            np.testing.assert_allclose(found.mean, values.mean(axis=(0, 2)))
            assert np.isnan([found.low, found.high]).all()
            difference = bootstrap(1).combine(values, np.array([[1.0, -1.0]]))
            assert np.isfinite(difference.value).all()
            assert np.isnan([difference.low, difference.high, difference.p_value]).all()

    @pytest.mark.parametrize("n_images", [2, 3, 5, 12])
    def test_one_seed_is_the_t_test_of_the_pairs(self, n_images):
        left, right = normal((2, n_images), seed=n_images)
        draws = bootstrap(n_images, resamples=50_000)
        found = draws.combine(np.stack([left, right])[None], np.array([[1.0, -1.0]]))
        expected = stats.ttest_rel(left, right)
        interval = expected.confidence_interval()
        assert found.p_value[0] == pytest.approx(expected.pvalue, rel=0.02)
        assert [found.low[0], found.high[0]] == pytest.approx(list(interval), rel=0.02)

    @pytest.mark.parametrize("seeds", [1, 3])
    @pytest.mark.parametrize("n_images", [2, 3, 5])
    def test_intervals_cover_and_tests_hold(self, seeds, n_images):
        rng = np.random.default_rng(12)
        values = rng.normal(size=(1, 1500, n_images)) + 0.3 * rng.normal(size=(seeds, 1500, n_images))
        found = bootstrap(n_images, resamples=1000).combine(values, np.eye(1500))
        missed = (found.low > 0) | (found.high < 0)
        assert missed.mean() <= 0.065
        np.testing.assert_array_equal(missed, found.p_value < 1 - 0.95)

    def test_answers_that_all_agree_are_no_proof(self):
        # Five of five digits read right by one model and wrong by the other: a sign test would give 0.06.
        values = np.stack([np.ones(5), np.zeros(5)])[None]
        found = bootstrap(5).combine(values, np.array([[1.0, -1.0], [1.0, 0.0]]))
        assert found.value.tolist() == [1.0, 1.0]
        assert np.isnan([found.low, found.high, found.p_value]).all()


class TestDraws:
    def test_the_same_names_give_the_same_interval_and_others_do_not(self):
        values = normal((2, 3, 40))
        expected = bootstrap(40).interval(values)
        np.testing.assert_array_equal(bootstrap(40).interval(values), expected)
        for changes in ({"study_seed": 1}, {"dataset": "mnist"}):
            assert (bootstrap(40, **changes).interval(values).low != expected.low).any()

    def test_a_cell_does_not_depend_on_the_cells_beside_it(self):
        values = normal((2, 30, 200))
        together, alone = (bootstrap(200).interval(part) for part in (values, values[:, 4:5]))
        for found, expected in zip(together, alone, strict=True):
            np.testing.assert_allclose(found[4:5], expected, rtol=0, atol=1e-6)

    def test_all_cells_share_the_images_and_the_seeds(self):
        # Two models that differ by a constant on every image must have intervals that differ by it, too.
        values = normal((3, 1, 200))
        draws = bootstrap(200)
        first, second = draws.interval(values), draws.interval(values + 2)
        for found, expected in zip(second, first, strict=True):
            np.testing.assert_allclose(found - 2, expected, rtol=0, atol=1e-6)

    def test_the_error_of_the_images_is_that_of_drawn_seeds_and_images(self, monkeypatch):
        values = normal((3, 1, 7)) + np.array([0, 5, 6])[:, None, None]
        draws = []

        def record(items, resamples, rng):
            draws.append(_draw_counts(items, resamples, rng))
            return draws[-1]

        monkeypatch.setattr("aestudy.statistics.bootstrap._draw_counts", record)
        found = bootstrap(7, resamples=300).interval(values)
        centered = values - values.mean(axis=2, keepdims=True)
        means = [
            centered.repeat(seeds, axis=0).repeat(images, axis=2).mean()
            for images, seeds in zip(*draws, strict=True)
        ]
        errors = StandardErrors(
            values.mean(axis=2).var(axis=0, ddof=1) / 3, np.array([np.var(means) * 7 / 6]), 3, 7
        )
        np.testing.assert_allclose(found.high - found.mean, errors.half_widths(0.95), rtol=1e-6)

    def test_the_block_size_does_not_show(self, monkeypatch):
        values = normal((2, 3, 40))
        expected = bootstrap(40).interval(values)
        monkeypatch.setattr("aestudy.statistics.bootstrap.BLOCK_BYTES", 4 * 40 * 7)
        for found, whole in zip(bootstrap(40).interval(values), expected, strict=True):
            np.testing.assert_allclose(found, whole, rtol=0, atol=1e-6)


class TestEdges:
    def test_an_infinite_value_makes_its_cell_infinite_and_no_other(self):
        values = normal((2, 3, 40))
        expected = bootstrap(40).interval(values)
        values[1, 1, 5] = np.inf
        found = bootstrap(40).interval(values)
        for part, whole in zip(found, expected, strict=True):
            assert part[1] == np.inf
            np.testing.assert_allclose(part[[0, 2]], whole[[0, 2]], rtol=0, atol=1e-6)

    def test_only_infinite_cells(self):
        found = bootstrap(5).interval(np.full((1, 2, 5), np.inf, np.float32))
        np.testing.assert_array_equal(found, np.full((3, 2), np.inf))

    @pytest.mark.parametrize("value", [3.5, 0.1])
    def test_equal_images_have_no_interval(self, value):
        found = bootstrap(30).interval(np.full((2, 1, 30), value))
        assert found.mean[0] == pytest.approx(value)
        assert np.isnan([found.low, found.high]).all()

    @pytest.mark.parametrize("shape", [(2, 3), (2, 3, 41), (0, 3, 40)])
    def test_other_shapes_are_refused(self, shape):
        with pytest.raises(ValueError, match=r"\(S, C, 40\)"):
            bootstrap(40, resamples=2).interval(np.zeros(shape))

    @pytest.mark.parametrize("changes", [{"resamples": 0}, {"confidence": 0.0}, {"confidence": 1.0}])
    def test_settings_without_a_meaning_are_refused(self, changes):
        with pytest.raises(ValueError, match="confidence between 0 and 1"):
            bootstrap(5, **changes)


class TestCombinations:
    def test_a_single_cell_is_what_interval_says(self):
        values = normal((3, 4, 50)) + np.arange(3)[:, None, None]
        draws = bootstrap(50)
        cells = draws.interval(values)
        found = draws.combine(values, np.eye(4))
        np.testing.assert_allclose(found.value, cells.mean, rtol=1e-12)
        np.testing.assert_allclose(found.low, cells.low, rtol=1e-6)
        np.testing.assert_allclose(found.high, cells.high, rtol=1e-6)

    def test_a_difference_is_that_of_the_differences(self):
        values = normal((2, 3, 60), seed=4)
        weights = np.array([[1, -1, 0], [0.5, 0.5, -1]])
        draws = bootstrap(60)
        found = draws.combine(values, weights)
        expected = draws.interval(np.einsum("rc,scn->srn", weights, values))
        np.testing.assert_allclose(found.low, expected.low, atol=1e-6)
        np.testing.assert_allclose(found.high, expected.high, atol=1e-6)

    def test_one_seed_agrees_with_the_paired_t_test(self):
        left, right = normal((2, 300), seed=5)
        found = bootstrap(300, resamples=4000).combine(
            np.stack([left, right + 0.1 * left])[None], np.array([[1.0, -1.0]])
        )
        expected = stats.ttest_rel(left, right + 0.1 * left)
        assert found.p_value[0] == pytest.approx(expected.pvalue, rel=0.1)

    def test_equal_images_agree_with_the_t_test_of_the_seeds(self):
        effects = np.array([0.2, 0.5, 0.3])
        found = bootstrap(40).combine(np.broadcast_to(effects[:, None, None], (3, 1, 40)), np.ones((1, 1)))
        assert found.p_value[0] == pytest.approx(stats.ttest_1samp(effects, 0).pvalue, rel=1e-6)

    def test_p_values_hold_what_they_promise(self):
        # No effect in any of 2,000 experiments with 3 seeds: 5 % of the p-values may lie below 0.05.
        rng = np.random.default_rng(8)
        values = (
            0.1 * rng.normal(size=(3, 2000, 1))
            + rng.normal(size=(1, 2000, 100))
            + 0.3 * rng.normal(size=(3, 2000, 100))
        )
        found = bootstrap(100, resamples=500).combine(values, np.eye(2000))
        assert 0.02 < np.mean(found.p_value < 0.05) < 0.06

    def test_nothing_varies_but_by_rounding(self):
        values = normal((2, 1, 10)) + np.zeros((2, 6, 10))
        weights = np.array([[1.0, -1.0, 0, 0, 0, 0], [1 / 3, 1 / 3, 1 / 3, -0.2, -0.3, -0.5]])
        found = bootstrap(10).combine(values, weights)
        np.testing.assert_allclose(found.value, 0, atol=1e-12)
        assert np.isnan([found.low, found.high, found.p_value]).all()

    def test_centers_move_value_interval_and_test(self):
        values = normal((1, 1, 100))
        plain, moved = (
            bootstrap(100).combine(values, np.ones((1, 1)), centers) for centers in (None, np.array([5.0]))
        )
        assert moved.value[0] == 5
        assert moved.low[0] - 5 == pytest.approx(plain.low[0] - plain.value[0])
        assert moved.p_value[0] < 1e-20 < plain.p_value[0]

    @pytest.mark.parametrize(
        ("values", "weights"),
        [
            (np.zeros((1, 2, 9)), np.ones((1, 2))),
            (np.zeros((1, 2, 10)), np.ones((1, 3))),
            (np.full((1, 1, 10), np.inf), np.ones((1, 1))),
            (np.full((1, 1, 10), np.nan), np.ones((1, 1))),
        ],
    )
    def test_what_does_not_fit_is_refused(self, values, weights):
        with pytest.raises(ValueError, match="expected"):
            bootstrap(10).combine(values, weights)
