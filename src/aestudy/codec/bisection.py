"""Find the end of a run of indices by halving."""

from collections.abc import Callable


def last_index(
    first: int, last: int, holds: Callable[[int], bool], *, likely: tuple[int, int] | None = None
) -> int | None:
    """Find the last index at which a condition holds, by bisection.

    The condition must hold from `first` up to some index and fail at all that follow.

    Args:
        first: the first index, at most `last`.
        last: the last index, which counts.
        holds: whether it holds at an index; slow.
        likely: the first and last index of the part to search first.

    Returns:
        The index; None if the condition fails at `first`.
    """
    below, end = likely or (first, last)
    if not holds(below):
        return last_index(first, below - 1, holds) if below > first else None
    above = end + 1
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (middle, above) if holds(middle) else (below, middle)
    return last_index(end, last, holds) if below == end < last else below
