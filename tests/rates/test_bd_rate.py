import numpy as np
import pytest

from aestudy.rates.bd_rate import bd_rate, rate_at

# The example of the README of the package bjontegaard (FAU-LMS), and the sample that the scripts named
# bjontegaard_metric.py pass around. The values are those of bjontegaard 1.3.0 with method="pchip"; it equals
# the sheet of the JVET common test conditions to ten digits, as its README says.
X265 = (
    ([9487.76, 4593.60, 2486.44, 1358.24], [40.037, 38.615, 36.845, 34.851]),
    ([9787.80, 4469.00, 2451.52, 1356.24], [40.121, 38.651, 36.970, 34.987]),
    -4.417485350589045,
)
SAMPLE = (
    ([686.76, 309.58, 157.11, 85.95], [40.28, 37.18, 34.24, 31.42]),
    ([893.34, 407.8, 204.93, 112.75], [40.39, 37.21, 34.17, 31.24]),
    31.379878202397627,
)


@pytest.mark.parametrize(("anchor", "test", "percent"), [X265, SAMPLE])
def test_published_curves(anchor, test, percent):
    assert bd_rate(*anchor, *test).percent == pytest.approx(percent, rel=1e-10)


def test_the_order_of_points_does_not_matter():
    anchor, test, percent = X265
    shuffled = [np.array(part)[[2, 0, 3, 1]] for part in test]
    assert bd_rate(*anchor, *shuffled).percent == pytest.approx(percent, rel=1e-10)


@pytest.mark.parametrize("factor", [0.25, 1.0, 3.0])
def test_a_constant_factor_is_found(factor):
    rates, qualities = np.array([100.0, 200, 500, 900]), np.array([20.0, 22, 26, 27])
    delta = bd_rate(rates, qualities, factor * rates, qualities)
    assert delta.percent == pytest.approx(100 * (factor - 1))
    assert (delta.lowest, delta.highest) == (20, 27)


def test_points_that_a_better_one_undercuts_do_not_count():
    rates, qualities = [100, 200, 300, 400], [20, 24, 22, 26]
    assert bd_rate([100, 200, 400], [20, 24, 26], rates, qualities).percent == pytest.approx(0)


@pytest.mark.parametrize(("rates", "qualities"), [([10, 20], [30, 35]), ([10], [23]), ([10, 20], [10, 20])])
def test_curves_without_common_range_are_not_compared(rates, qualities):
    assert bd_rate([100, 200, 300], [20, 24, 26], rates, qualities) is None


def test_rate_at_a_quality():
    rates, qualities = [100, 200, 400], [20, 22, 24]
    assert rate_at(rates, qualities, 22) == pytest.approx(200)
    assert rate_at(rates, qualities, 21) == pytest.approx(100 * np.sqrt(2), rel=1e-6)
    assert rate_at(rates, qualities, 19.9) is None
    assert rate_at(rates, qualities, 24.1) is None
    assert rate_at([5], [22], 22) is None
