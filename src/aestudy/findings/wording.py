"""Numbers, intervals and verdicts in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from aestudy.files.study_tables import ComparisonRow, ExplanationRow, SummaryRow
from aestudy.metrics.table import METRICS
from aestudy.statistics.standard_errors import holm
from aestudy.statistics.yardstick import Yardstick, print_p

MINUS = "−"
LONGEST_LIST = 4
"""So many names a sentence lists."""

Row = TypeVar("Row", ComparisonRow, ExplanationRow)
Answers = TypeVar("Answers")


def unit_of(row: ComparisonRow | SummaryRow) -> str:
    """Name the unit of a value as it is written."""
    return METRICS[row.metric].difference


def scaled(row: ComparisonRow | SummaryRow) -> tuple[float, float, float]:
    """Give value, lower and upper end as they are written, accuracy in percentage points."""
    factor = METRICS[row.metric].difference_factor
    return factor * row.mean, factor * row.ci_low, factor * row.ci_high


def digits_of(value: float) -> int:
    """Digits after the point that a value deserves: one from 0.95 up, two from 0.095 up, else three."""
    size = abs(value)
    return 1 if size >= 0.95 else 2 if size >= 0.095 else 3


def number(value: float, digits: int | None = None) -> str:
    """Write a number, with as many digits after the point as it deserves or as are asked for."""
    return f"{value:,.{digits_of(value) if digits is None else digits}f}".replace("-", MINUS)


def signed(value: float, digits: int | None = None) -> str:
    """Write a number with its sign."""
    text = number(value, digits)
    return text if text.startswith(MINUS) else f"+{text}"


def correct(rows: Iterable[Row]) -> dict[Row, float]:
    """Correct the p-values of rows as one family, by Holm's method."""
    tested = [row for row in dict.fromkeys(rows) if row.has_interval]
    corrected = holm(np.array([row.p_value for row in tested])).tolist()
    return dict(zip(tested, corrected, strict=True))


def settle(
    ask: Callable[[dict[Row, float]], tuple[Answers, dict[Row, None]]],
) -> tuple[Answers, list[Row]]:
    """Ask until all rows that decide an answer are corrected as one family.

    Which rows are asked for can depend on a verdict, and a verdict on how many were asked for; so it is asked
    again until there is no further one.

    Args:
        ask: takes row -> corrected p-value; gives the answers, and the rows that decided them.

    Returns:
        The answers, and the family.
    """
    family: dict[Row, None] = {}
    while True:
        answers, asked = ask(correct(family))
        if asked.keys() <= family.keys():
            return answers, list(family)
        family |= asked


class Words:
    """Writes estimates with the level of their intervals, such as 0.95, and says which differences count.

    What decides sentences is corrected as one family: all comparisons that those of a page asked for.

    Args:
        confidence: level of the intervals.
        smallest: metric -> the smallest difference that matters.
        corrected: comparison -> its p-value among all that decide; those that it lacks keep their own.
    """

    def __init__(
        self,
        confidence: float,
        smallest: Mapping[str, float] | None = None,
        corrected: Mapping[ComparisonRow, float] | None = None,
    ):
        self._level = f"{100 * confidence:g} % interval"
        self._corrected = corrected or {}
        self.yardstick = Yardstick(confidence, smallest or {})
        self.asked: dict[ComparisonRow, None] = {}
        """The comparisons that words were chosen by, in the order in which they were asked for."""

    def sign(self, row: ComparisonRow) -> int:
        """Say which way a difference goes that decides a sentence; 0 where none counts."""
        self.asked[row] = None
        return self.yardstick.sign(row, self._p_value(row))

    def _p_value(self, row: ComparisonRow) -> float:
        return self._corrected.get(row, row.p_value)

    def estimate(self, row: SummaryRow) -> str:
        """Write a mean: `75.3 bits per image (95 % interval 74.0 to 76.6)`."""
        value, low, high = scaled(row)
        known = f" ({self._level} {number(low)} to {number(high)})" if low < high else ""
        return f"{number(value)} {unit_of(row)}{known}"

    def amount(self, row: ComparisonRow, *, named: bool = False) -> str:
        """Write the size of a difference: `7.9 dB (7.4 to 8.4)`; `named` says what the interval is.

        Where no difference counts, sizes would hide the direction, and signs are written. Where the interval
        alone would show one, the corrected p-value says why it does not count.
        """
        value, low, high = scaled(row)
        level = f"{self._level} " if named else ""
        sign = self.sign(row)
        write = signed if sign == 0 and not row.null_value else number
        if not row.has_interval:
            return f"{write(value)} {unit_of(row)} (no interval)"
        if write is number and not row.null_value:
            value, low, high = abs(value), *sorted((abs(low), abs(high)))
        # A value near 0 deserves no more digits than its interval.
        digits = digits_of(max(map(abs, (value, low, high))) if write is signed else value)
        why = ""
        if not sign and not row.ci_low <= row.null_value <= row.ci_high and not self._too_small(row):
            why = f"; p = {print_p(self._p_value(row), row.n_seeds)} after correction"
        interval = f"({level}{write(low, digits)} to {write(high, digits)}{why})"
        return f"{write(value, digits)} {unit_of(row)} {interval}"

    def _too_small(self, row: ComparisonRow) -> bool:
        return self.yardstick.too_small(row, self._p_value(row))

    def none_of(self, row: ComparisonRow) -> str:
        """Say that there is no difference, as it is known of one."""
        small = self._too_small(row)
        return "no difference that matters was found" if small else "no difference could be shown"

    def choose(self, row: ComparisonRow, above: str, below: str, neither: str, *, named: bool = True) -> str:
        """Choose the sentence that a comparison supports, and put the number in the place of `{}`.

        Args:
            row: the difference.
            above: if it counts and lies above the null value.
            below: if it counts and lies below.
            neither: if it does not count; `{no}` stands for "no difference could be shown", or "no difference
                that matters was found" where that is known, `{No}` for the same at the start of a sentence.
            named: whether to say what the interval is.
        """
        none = self.none_of(row)
        template = {1: above, -1: below, 0: neither}[self.sign(row)]
        template = template.replace("{no}", none).replace("{No}", none.capitalize())
        return template.replace("{}", self.amount(row, named=named))

    def then(self, row: ComparisonRow | None, above: str, below: str, neither: str) -> str:
        """Choose a sentence that follows another; empty where the study has no such row."""
        return " " + self.choose(row, above, below, neither, named=False) if row is not None else ""

    def counting(self, rows: Sequence[ComparisonRow], sign: int) -> list[ComparisonRow]:
        """Choose the differences of one sign that count in the tables, corrected with their quantity."""
        return [row for row in rows if self.yardstick.sign(row) == sign]

    def counts(self, rows: Sequence[ComparisonRow]) -> tuple[int, int]:
        """Count the differences above and below the null value that count in the tables."""
        return len(self.counting(rows, 1)), len(self.counting(rows, -1))


def count(found: int, of: int, noun: str) -> str:
    """Write `all 10 distortions`, `none of the 10 distortions`, `7 of the 10 distortions`."""
    if of == 1:
        return f"the one {noun}" if found else f"not the one {noun}"
    if found == of:
        return f"all {of} {noun}s"
    return f"{found or 'none'} of the {of} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Write `a`, `a and b`, `a, b and c`, `a, b, c and 7 more`."""
    shown = list(names)
    if len(shown) > LONGEST_LIST:
        shown = [*shown[: LONGEST_LIST - 1], f"{len(shown) - LONGEST_LIST + 1} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
