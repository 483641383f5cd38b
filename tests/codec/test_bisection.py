import pytest

from aestudy.codec.bisection import last_index


@pytest.mark.parametrize("first", [-4, 0, 3])
@pytest.mark.parametrize("length", range(1, 9))
def test_the_end_is_found_wherever_it_is(first, length):
    last = first + length - 1
    parts = [(low, high) for low in range(first, last + 1) for high in range(low, last + 1)]
    for end in range(first - 1, last + 1):
        for likely in [None, *parts]:
            asked = []

            def holds(index, end=end, asked=asked):
                asked.append(index)
                return index <= end

            found = last_index(first, last, holds, likely=likely)
            assert found == (end if end >= first else None)
            assert found is None or found in asked
            assert first <= min(asked) <= max(asked) <= last


def test_few_questions_are_asked():
    asked = []
    assert last_index(0, 10_000, lambda index: asked.append(index) or index <= 77, likely=(64, 95)) == 77
    assert len(asked) <= 6
