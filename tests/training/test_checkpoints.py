"""Checkpoints with random damage: refused with a warning or read as they were, never anything else."""

import logging
import random
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aestudy.files.archives import PROVENANCE, write_archive
from aestudy.training.checkpoints import Checkpoint

STATE = ({"kernel": np.arange(6, dtype=np.float32).reshape(2, 3)}, (np.float32(0.5), np.int32(7)))
HISTORY = [{"epoch": 1.0, "train_loss": 0.25}, {"epoch": 2.0, "train_loss": 0.125}]


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoint") / "checkpoint.npz"
    Checkpoint(path, "this training").write(STATE, HISTORY)
    return path.read_bytes()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged") / "checkpoint.npz"


def is_whole(resumed):
    (parameters, (rate, step)), history = resumed
    same = np.array_equal(parameters["kernel"], STATE[0]["kernel"]) and (rate, step) == STATE[1]
    return same and history == HISTORY


def test_a_checkpoint_comes_back(raw, path):
    path.write_bytes(raw)
    assert is_whole(Checkpoint(path, "this training").read(STATE))


def test_one_of_another_training_is_refused(raw, path, caplog):
    path.write_bytes(raw)
    assert Checkpoint(path, "another training").read(STATE) is None
    assert "belongs to a training with other data or settings" in caplog.text


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.floats(0, 1),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=8),
)
def test_random_damage_is_refused_with_a_warning_or_has_no_effect(raw, path, caplog, cut, changes):
    damaged = bytearray(raw)
    for place, change in changes:
        damaged[int(place * len(raw))] ^= change
    if cut < 0.5:
        del damaged[int(2 * cut * len(raw)) :]
    path.write_bytes(damaged)
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        resumed = Checkpoint(path, "this training").read(STATE)
    if resumed is None:
        assert "The checkpoint is not used and the training starts anew" in caplog.text
    else:
        assert is_whole(resumed)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    )
)
def test_a_history_of_any_form_is_refused_or_read(path, history):
    leaves = {"leaf0": STATE[0]["kernel"], "leaf1": STATE[1][0], "leaf2": STATE[1][1]}
    write_archive(path, leaves, {"fingerprint": "this training", "history": history})
    resumed = Checkpoint(path, "this training").read(STATE)
    assert resumed is None or isinstance(resumed[1], list)


def test_a_bomb_is_refused_before_it_is_unpacked(path, caplog):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("leaf0.npy", b"\0" * 50_000_000)
        archive.writestr(f"{PROVENANCE}.npy", random.Random(1).randbytes(100))
    assert Checkpoint(path, "this training").read(STATE) is None
    assert "not used" in caplog.text
