"""Find the end of a run of indices by halving."""

from collections.abc import Callable


def last_index(
    first: int, last: int, holds: Callable[[int], bool], *, likely: tuple[int, int] | None = None
) -> int | None:
    """Find the last index at which something holds that holds up to some index and not beyond.

    Args:
        first: the first index, at most `last`.
        last: the last index, which counts.
        holds: whether it holds at an index; slow.
        likely: the first and last index of a part that is searched before the rest.

    Returns:
        An index at which it was seen to hold; None where it does not even hold at the first.
    """
    below, end = likely or (first, last)
    if not holds(below):
        return last_index(first, below - 1, holds) if below > first else None
    above = end + 1
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (middle, above) if holds(middle) else (below, middle)
    return last_index(end, last, holds) if below == end < last else below
