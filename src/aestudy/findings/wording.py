"""Numbers, intervals and verdicts in words."""

from collections.abc import Sequence

from aestudy.findings.evidence import Estimate

MINUS = "−"
UNITS = {"psnr_db": "dB", "ssim": "of SSIM", "accuracy": "percentage points", "percent": "%"}
"""The unit after a number of a metric."""

FACTORS = {"accuracy": 100.0}
"""The factor between a metric and the number that is written."""


def unit_of(estimate: Estimate) -> str:
    """Name the unit of an estimate as it is written."""
    return UNITS["percent"] if estimate.null else UNITS[estimate.row["metric"]]


def scaled(estimate: Estimate) -> tuple[float, float, float]:
    """Give value, lower and upper end as they are written, accuracy in percentage points."""
    factor = FACTORS.get(estimate.row["metric"], 1.0)
    return tuple(factor * number for number in (estimate.value, estimate.low, estimate.high))


def digits_of(value: float) -> int:
    """Digits after the point that a value deserves: one from 0.95 up, two from 0.095 up, else three."""
    size = abs(value)
    return 1 if size >= 0.95 else 2 if size >= 0.095 else 3


def number(value: float, digits: int | None = None) -> str:
    """Write a number, with as many digits after the point as it deserves or as are asked for."""
    return f"{value:.{digits_of(value) if digits is None else digits}f}".replace("-", MINUS)


def signed(value: float, digits: int | None = None) -> str:
    """Write a number with its sign."""
    text = number(value, digits)
    return text if text.startswith(MINUS) else f"+{text}"


class Words:
    """Writes estimates with the level of their intervals.

    Args:
        confidence: level of the intervals, such as 0.95.
    """

    def __init__(self, confidence: float):
        self._level = f"{100 * confidence:g} % interval"
        self._error = 1 - confidence

    def amount(self, estimate: Estimate, *, named: bool = False) -> str:
        """Write the size of a difference: `7.9 dB (7.4 to 8.4)`.

        Where the interval covers the null value or is none, sizes would hide that, and signs are written.

        Args:
            estimate: the difference.
            named: whether to say what the interval is.
        """
        value, low, high = scaled(estimate)
        level = f"{self._level} " if named else ""
        write = signed if estimate.sign == 0 and not estimate.null else number
        if not estimate.has_interval:
            return f"{write(value)} {unit_of(estimate)} (no interval)"
        if write is number and not estimate.null:
            value, low, high = abs(value), *sorted((abs(low), abs(high)))
        # A value near 0 deserves no more digits than its interval.
        digits = digits_of(max(map(abs, (value, low, high))) if write is signed else value)
        interval = f"({level}{write(low, digits)} to {write(high, digits)})"
        return f"{write(value, digits)} {unit_of(estimate)} {interval}"

    def choose(self, estimate: Estimate, above: str, below: str, neither: str, *, named: bool = True) -> str:
        """Choose the sentence that an interval supports, and put the number in the place of `{}`.

        Args:
            estimate: the difference.
            above: if the interval lies above the null value.
            below: if it lies below.
            neither: if it covers the null value, or if there is no interval. Say here that no difference was
                shown.
            named: whether to say what the interval is.
        """
        template = {1: above, -1: below, 0: neither}[estimate.sign]
        return template.replace("{}", self.amount(estimate, named=named))

    def counts(self, estimates: Sequence[Estimate]) -> tuple[int, int]:
        """Count the differences above and below the null value that stand after Holm's correction."""
        sure = [
            one for one in estimates if one.sign and one.p_value is not None and one.p_value <= self._error
        ]
        above = sum(one.sign > 0 for one in sure)
        return above, len(sure) - above


def count(found: int, of: int, noun: str) -> str:
    """Write `all 10 distortions`, `none of the 10 distortions`, `7 of the 10 distortions`."""
    if of == 1:
        return f"the one {noun}" if found else f"not the one {noun}"
    if found == of:
        return f"all {of} {noun}s"
    return f"{found or 'none'} of the {of} {noun}s"
