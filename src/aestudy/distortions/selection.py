"""The median of square windows by a selection network: nothing but minima and maxima of whole arrays.

scipy.ndimage.median_filter searches each window by itself. A network compares fixed places in a fixed order,
so one comparison serves all windows of a block at once and runs on the vector units, for bytes 32 or 64 at a
time. The steps for a window of k × k:

1. Sort the k values of each column. Neighboring windows share their columns, so this is done once.
2. Sort across the columns, the smallest values of the columns, the second smallest, and so on. Afterwards the
   value in row r and column c has (r+1)(c+1) - 1 values that are not greater and (k-r)(k-c) - 1 that are not
   smaller; where either number exceeds half the window, the value cannot be the median and is dropped.
3. As many are dropped below as above, so the median of the window is the median of the rest, which is sorted.

Every comparison whose result nothing needs is left out: 3 × 3 takes 20 minima and maxima, 5 × 5 takes 158.
"""

import functools
import itertools

import numpy as np

Comparison = tuple[int, int, bool, bool]
"""Two places, the smaller value goes to the first; whether the minimum and whether the maximum is needed."""


def median_of_windows(flat: np.ndarray, size: int, row_length: int) -> np.ndarray:
    """Find the median of each size × size window of a padded block.

    Args:
        flat: (M,), the pixels of `PaddedBlock.flat`, any dtype with an order, no NaN.
        size: side of the window, odd.
        row_length: number of places from a pixel to the one below.

    Returns:
        (M - (size - 1) · (row_length + 1),) of the same dtype; entry i is the median of the window whose top
        left pixel is `flat[i]`.
    """
    column_length = flat.size - (size - 1) * row_length
    columns: list[np.ndarray | None] = [
        flat[row * row_length : row * row_length + column_length] for row in range(size)
    ]
    _run(columns, _network_for_columns(size))
    length = column_length - (size - 1)
    places: list[np.ndarray | None] = [
        column[shift : shift + length] for column in columns for shift in range(size)
    ]
    network, median_place = _network_for_rows(size)
    _run(places, network)
    return places[median_place]


def _run(places: list[np.ndarray | None], network: tuple[Comparison, ...]) -> None:
    """Run comparisons on a list of equally long arrays; the arrays themselves are not written to."""
    for first, second, needs_minimum, needs_maximum in network:
        one, other = places[first], places[second]
        places[first] = np.minimum(one, other) if needs_minimum else None
        places[second] = np.maximum(one, other) if needs_maximum else None


@functools.cache
def _network_for_columns(size: int) -> tuple[Comparison, ...]:
    return tuple((*pair, True, True) for pair in merge_exchange(size))


@functools.cache
def _network_for_rows(size: int) -> tuple[tuple[Comparison, ...], int]:
    """Build steps 2 and 3; place `row * size + shift` holds the row-th smallest of the shift-th column.

    Returns:
        The comparisons, and the place at which the median is found.
    """
    pairs = [
        (row * size + first, row * size + second)
        for row in range(size)
        for first, second in merge_exchange(size)
    ]
    half = size**2 // 2
    candidates = [
        row * size + column
        for row, column in itertools.product(range(size), repeat=2)
        if (row + 1) * (column + 1) - 1 <= half and (size - row) * (size - column) - 1 <= half
    ]
    pairs += [(candidates[first], candidates[second]) for first, second in merge_exchange(len(candidates))]
    median_place = candidates[len(candidates) // 2]
    return _without_unneeded(pairs, median_place), median_place


def _without_unneeded(pairs: list[tuple[int, int]], result: int) -> tuple[Comparison, ...]:
    """Go backwards from the result and keep the comparisons on which it depends."""
    needed = {result}
    kept: list[Comparison] = []
    for first, second in reversed(pairs):
        needs_minimum, needs_maximum = first in needed, second in needed
        if needs_minimum or needs_maximum:
            needed.update((first, second))
            kept.append((first, second, needs_minimum, needs_maximum))
    return tuple(reversed(kept))


def merge_exchange(count: int) -> list[tuple[int, int]]:
    """List the comparisons of Batcher's merge exchange sort.

    Knuth, The Art of Computer Programming, volume 3, section 5.2.2, algorithm M; any number of values.

    Args:
        count: how many values are sorted, at least 1.

    Returns:
        Pairs of places (first < second); exchanging the values of each pair, in this order, where the first
        is the greater, sorts them ascending.
    """
    pairs = []
    top = 1 << max(count - 1, 1).bit_length() - 1
    merged = top
    while merged > 0:
        span, residue, distance = top, 0, merged
        while True:
            pairs += [
                (place, place + distance) for place in range(count - distance) if place & merged == residue
            ]
            if span == merged:
                break
            distance, span, residue = span - merged, span // 2, merged
        merged //= 2
    return pairs
