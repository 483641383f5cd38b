"""Integer frequency tables: the only thing that coder and decoder must agree on to the last bit.

Frequencies of one table are at least 1 and sum to 2**24. A table for latents with the limit M codes the
quantised values -M..M as the symbols 0..2M; the symbol 2M + 1 is the escape for every other value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from aestudy.codec.steps import ROWS

PRECISION_BITS = 24
TOTAL = 2**PRECISION_BITS
MAXIMUM_LIMIT = 256
"""No table codes larger values without an escape."""


def integer_frequencies(probabilities: np.ndarray) -> np.ndarray:
    """Round probabilities to integer frequencies.

    Every symbol gets 1, the rest is shared out in proportion, and what rounding leaves over goes to the most
    frequent symbol.

    Args:
        probabilities: float64 (n,), at least 0, of any positive sum; 2 ≤ n < 2**24.

    Returns:
        uint32 (n,), each at least 1, sum `TOTAL`.
    """
    free = TOTAL - len(probabilities)
    shares = np.floor(probabilities / probabilities.sum() * free).astype(np.int64)
    shares[np.argmax(shares)] += free - shares.sum()
    return (shares + 1).astype(np.uint32)


class Quantiser(NamedTuple):
    """How values are rounded and given back, by row and magnitude n (columns 0..MAXIMUM_LIMIT).

    Attributes:
        thresholds: float32, part of the way from n to n + 1 (in steps) above which n + 1 is taken.
        shifts: float32, what is added to n (in steps) when it is given back, towards or away from zero.
    """

    thresholds: np.ndarray
    shifts: np.ndarray


@dataclass(frozen=True, eq=False)
class FrequencyTables:
    """The tables of one codec.

    Attributes:
        classes: uint32 (K,), the table of the classes.
        limits: uint16 (ROWS,), the limit M of each row.
        rows: uint32 (sum of 2M + 2,), the tables of the rows one after the other.
    """

    classes: np.ndarray
    limits: np.ndarray
    rows: np.ndarray

    def __post_init__(self) -> None:
        """Refuse tables that no coder could use, with a ValueError."""
        if self.classes.dtype != np.uint32 or self.rows.dtype != np.uint32 or self.limits.dtype != np.uint16:
            raise ValueError("expected frequencies of uint32 and limits of uint16")
        if self.limits.shape != (ROWS,) or not 1 <= self.limits.min() <= self.limits.max() <= MAXIMUM_LIMIT:
            raise ValueError(f"expected {ROWS} limits from 1 to {MAXIMUM_LIMIT}")
        if self.rows.shape != (int(self._widths.sum()),):
            raise ValueError(f"expected {int(self._widths.sum())} frequencies, found {self.rows.shape}")
        for table in (self.classes, *self.row_tables):
            if not len(table) or table.min() < 1 or int(table.sum(dtype=np.int64)) != TOTAL:
                raise ValueError(f"expected frequencies of at least 1 that sum to {TOTAL}")

    @property
    def _widths(self) -> np.ndarray:
        return 2 * self.limits.astype(np.int64) + 2

    @cached_property
    def row_tables(self) -> Sequence[np.ndarray]:
        """The table of each row, uint32 (2M + 2,)."""
        return np.split(self.rows, np.cumsum(self._widths)[:-1])

    @cached_property
    def class_bits(self) -> np.ndarray:
        """Information content of each class in bits: float64 (K,)."""
        return PRECISION_BITS - np.log2(self.classes)

    @cached_property
    def row_bits(self) -> np.ndarray:
        """Information content of each value in bits: float64 (ROWS, 2 * MAXIMUM_LIMIT + 2).

        Column `MAXIMUM_LIMIT + q` is for the value q, the last column for the escape; where a row needs the
        escape for a value, the column has the escape's bits.
        """
        bits = np.empty((ROWS, 2 * MAXIMUM_LIMIT + 2))
        for row, (limit, table) in enumerate(zip(self.limits, self.row_tables, strict=True)):
            own = PRECISION_BITS - np.log2(table)
            bits[row] = own[-1]
            bits[row, MAXIMUM_LIMIT - limit : MAXIMUM_LIMIT + limit + 1] = own[:-1]
        return bits
