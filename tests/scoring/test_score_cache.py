"""Scored cells come back for the same model, images and code, and for nothing else."""

import numpy as np
import pytest

from aestudy.scoring.score_cache import ScoreCache
from support.scored import score_method

CLEAN = np.arange(3 * 12 * 12, dtype=np.uint8).reshape(3, 12, 12)
CONDITIONS = {"clean": CLEAN, "white": 255 - CLEAN, "black": np.zeros_like(CLEAN)}
NAMES = {"method": "identity", "dataset": "toy"}


@pytest.fixture
def place(tmp_path):
    (tmp_path / "params.npz").write_bytes(b"parameters")
    return tmp_path


def score(place, conditions, settings="code 1"):
    """Score and tell for how many conditions the method was really asked."""
    asked = []

    def method(images):
        asked.append(len(images))
        return images / 2

    cells = ScoreCache(place / "0.npz", [place / "params.npz"], settings)
    scores = score_method(method, CLEAN, conditions, CONDITIONS.__getitem__, examples=2, cells=cells, **NAMES)
    cells.write()
    return scores, len(asked)


def same(one, other):
    return all(np.array_equal(one.values[key], other.values[key]) for key in one.values) and np.array_equal(
        one.examples, other.examples
    )


def test_a_further_condition_is_scored_and_the_others_are_not(place):
    assert score(place, ["clean", "white"])[1] == 2
    scores, asked = score(place, ["clean", "black", "white"])
    assert asked == 1
    (place / ".0.npz.cells").unlink()
    anew, asked = score(place, ["clean", "black", "white"])
    assert asked == 3
    assert same(scores, anew)


def test_other_parameters_code_or_images_are_scored_anew(place, monkeypatch):
    score(place, ["clean", "white"])
    assert score(place, ["clean", "white"])[1] == 0
    assert score(place, ["clean", "white"], "code 2")[1] == 2
    (place / "params.npz").write_bytes(b"other parameters")
    assert score(place, ["clean", "white"], "code 2")[1] == 2
    monkeypatch.setitem(CONDITIONS, "white", 254 - CLEAN)
    assert score(place, ["clean", "white"], "code 2")[1] == 1


def test_cells_that_are_no_longer_used_are_dropped(place):
    score(place, ["clean", "white"])
    size = (place / ".0.npz.cells").stat().st_size
    score(place, ["clean"])
    assert (place / ".0.npz.cells").stat().st_size < size
    assert score(place, ["clean", "white"])[1] == 1


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[: len(raw) // 2], lambda raw: b"", lambda raw: b"x" * 999]
)
def test_a_damaged_file_costs_time_and_nothing_else(place, damage, caplog):
    expected, _ = score(place, ["clean", "white"])
    file = place / ".0.npz.cells"
    file.write_bytes(damage(file.read_bytes()))
    scores, asked = score(place, ["clean", "white"])
    assert asked == 2
    assert same(scores, expected)
    assert "All conditions are scored anew" in caplog.text
    assert score(place, ["clean", "white"])[1] == 0


def test_every_flipped_byte_is_noticed(place):
    expected, _ = score(place, ["clean"])
    file = place / ".0.npz.cells"
    raw = file.read_bytes()
    rng = np.random.default_rng(3)
    for position in rng.choice(len(raw), 100, replace=False):
        damaged = bytearray(raw)
        damaged[position] ^= 1 << rng.integers(8)
        file.write_bytes(damaged)
        assert same(score(place, ["clean"])[0], expected)
