import subprocess
import sys

import numpy as np

from aestudy.seeds import stream


def test_a_name_gives_one_stream():
    np.testing.assert_array_equal(
        stream(1, "mnist", "white").random(5), stream(1, "mnist", "white").random(5)
    )


def test_streams_are_fixed_for_good():
    """A change here changes every number of every study: it needs an entry in the changelog."""
    np.testing.assert_allclose(
        stream(2026, "mnist5k", "white", "test", "noise").random(2), GOLDEN, rtol=1e-12
    )


GOLDEN = [0.8523415600215531, 0.4133000739847984]


def test_every_part_of_the_name_counts():
    names = [(1, "a", "b"), (2, "a", "b"), (1, "ab"), (1, "a", "b", 0), (1, "a", "b", "0"), (1, "b", "a")]
    first = {stream(*name).random() for name in names}
    assert len(first) == len(names)


def test_streams_do_not_depend_on_the_process():
    code = "from aestudy.seeds import stream; print(repr(float(stream(3, 'x').random())))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(run.stdout) == stream(3, "x").random()


def test_streams_are_not_correlated():
    one, other = (
        stream(1, "x", "train").standard_normal(100_000),
        stream(1, "x", "test").standard_normal(100_000),
    )
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.015
