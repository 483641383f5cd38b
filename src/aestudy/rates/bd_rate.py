"""Bjøntegaard's delta rate: how many bits one codec takes more than another at the same quality, on average.

The rate's logarithm is interpolated over the quality by a monotone piecewise cubic (PCHIP), and the mean
difference of both curves over the range of qualities that both reach is turned into a percentage:
`100 (exp(mean(ln r_test - ln r_anchor)) - 1)`. G. Bjøntegaard, Calculation of average PSNR differences
between RD-curves, VCEG-M33 (2001); with PCHIP in place of one cubic polynomial, as in the common test
conditions of HEVC (F. Bossen, JCTVC-L1100, 2013), since a polynomial swings between uneven points.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import PchipInterpolator

from aestudy.errors import StudyError


class DeltaRate(NamedTuple):
    """A delta rate and the range of qualities that it is a mean over.

    Attributes:
        percent: below 0 where the test codec takes fewer bits.
        lowest: quality at the lower end.
        highest: quality at the upper end.
    """

    percent: float
    lowest: float
    highest: float


def bd_rate(
    anchor_rates: ArrayLike, anchor_qualities: ArrayLike, rates: ArrayLike, qualities: ArrayLike
) -> DeltaRate | None:
    """Compare two rate-distortion curves.

    Args:
        anchor_rates: float (n,), rates of the codec that is compared with, above 0, in any unit and order.
        anchor_qualities: float (n,), its qualities (PSNR in dB, SSIM, ...), higher is better.
        rates: float (m,), rates of the codec under test, in the same unit.
        qualities: float (m,), its qualities.

    Returns:
        The delta rate, or None where the curves share no range of qualities or one has fewer than two points.

    Raises:
        StudyError: a curve has not one quality for each rate, or a rate is not above 0.

    Example:
        >>> result = bd_rate([100, 200, 400], [30, 33, 36], [90, 180, 360], [30, 33, 36])
        >>> round(result.percent, 6)
        -10.0
    """
    anchor, test = _curve(anchor_rates, anchor_qualities), _curve(rates, qualities)
    if min(len(anchor[0]), len(test[0])) < 2:
        return None
    lowest = max(anchor[0][0], test[0][0])
    highest = min(anchor[0][-1], test[0][-1])
    if lowest >= highest:
        return None
    areas = [float(PchipInterpolator(*curve).integrate(lowest, highest)) for curve in (anchor, test)]
    return DeltaRate(
        100 * float(np.expm1((areas[1] - areas[0]) / (highest - lowest))), float(lowest), float(highest)
    )


def rate_at(rates: ArrayLike, qualities: ArrayLike, quality: float) -> float | None:
    """Interpolate the rate that a codec takes for a quality.

    Args:
        rates: float (n,), above 0.
        qualities: float (n,).
        quality: the quality asked for.

    Returns:
        The rate, or None where the curve does not reach that quality on both sides.
    """
    known, logarithms = _curve(rates, qualities)
    if len(known) < 2 or not known[0] <= quality <= known[-1]:
        return None
    return float(np.exp(PchipInterpolator(known, logarithms)(quality)))


def _curve(rates: ArrayLike, qualities: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Sort points by quality. Drop each point that a better one undercuts or equals in bits."""
    rates, qualities = np.asarray(rates, float), np.asarray(qualities, float)
    if rates.ndim != 1 or rates.shape != qualities.shape or not (rates > 0).all():
        raise StudyError(
            "rate-distortion curve: expected rates above 0 and as many qualities, found rates of shape "
            f"{rates.shape} from {rates.min(initial=np.inf):g} and qualities of shape {qualities.shape}."
        )
    order = np.lexsort((rates, -qualities))
    kept: list[int] = []
    for index in order:
        if not kept or (qualities[index] < qualities[kept[-1]] and rates[index] < rates[kept[-1]]):
            kept.append(int(index))
    kept.reverse()
    return qualities[kept], np.log(rates[kept])
