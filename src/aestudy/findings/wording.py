"""Numbers, intervals and verdicts in words."""

from collections.abc import Sequence

from aestudy.files.study_tables import ComparisonRow
from aestudy.metrics.table import METRICS

MINUS = "−"


def unit_of(row: ComparisonRow) -> str:
    """Name the unit of a value as it is written."""
    return "%" if row.null_value else METRICS[row.metric].difference


def scaled(row: ComparisonRow) -> tuple[float, float, float]:
    """Give value, lower and upper end as they are written, accuracy in percentage points."""
    factor = METRICS[row.metric].difference_factor
    return factor * row.mean, factor * row.ci_low, factor * row.ci_high


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
    """Writes estimates with the level of their intervals, such as 0.95."""

    def __init__(self, confidence: float):
        self._level = f"{100 * confidence:g} % interval"
        self._error = 1 - confidence

    def amount(self, row: ComparisonRow, *, named: bool = False) -> str:
        """Write the size of a difference: `7.9 dB (7.4 to 8.4)`; `named` says what the interval is.

        Where the interval covers the null value or is none, sizes would hide that, and signs are written.
        """
        value, low, high = scaled(row)
        level = f"{self._level} " if named else ""
        write = signed if row.sign == 0 and not row.null_value else number
        if not row.has_interval:
            return f"{write(value)} {unit_of(row)} (no interval)"
        if write is number and not row.null_value:
            value, low, high = abs(value), *sorted((abs(low), abs(high)))
        # A value near 0 deserves no more digits than its interval.
        digits = digits_of(max(map(abs, (value, low, high))) if write is signed else value)
        interval = f"({level}{write(low, digits)} to {write(high, digits)})"
        return f"{write(value, digits)} {unit_of(row)} {interval}"

    def choose(self, row: ComparisonRow, above: str, below: str, neither: str, *, named: bool = True) -> str:
        """Choose the sentence that an interval supports, and put the number in the place of `{}`.

        Args:
            row: the difference.
            above: if the interval lies above the null value.
            below: if it lies below.
            neither: if it covers the null value or is none; shall say that no difference could be shown.
            named: whether to say what the interval is.
        """
        template = {1: above, -1: below, 0: neither}[row.sign]
        return template.replace("{}", self.amount(row, named=named))

    def then(self, row: ComparisonRow | None, above: str, below: str, neither: str) -> str:
        """Choose a sentence that follows another; empty where the study has no such row."""
        return " " + self.choose(row, above, below, neither, named=False) if row is not None else ""

    def counts(self, rows: Sequence[ComparisonRow]) -> tuple[int, int]:
        """Count the differences above and below the null value that stand after Holm's correction."""
        signs = [row.sign for row in rows if row.p_value_holm <= self._error]
        return signs.count(1), signs.count(-1)


def count(found: int, of: int, noun: str) -> str:
    """Write `all 10 distortions`, `none of the 10 distortions`, `7 of the 10 distortions`."""
    if of == 1:
        return f"the one {noun}" if found else f"not the one {noun}"
    if found == of:
        return f"all {of} {noun}s"
    return f"{found or 'none'} of the {of} {noun}s"
