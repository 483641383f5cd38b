"""The lock that ends with its run, the folders of a run, and what killed jobs leave."""

import os
import subprocess
import sys

import pytest

from aestudy.errors import StudyError
from aestudy_run.lock import RunLock
from aestudy_run.run_folders import check_folders, check_writable, remove_temporary_files

HOLD = """
import sys
from aestudy_run.lock import RunLock
RunLock(sys.argv[1]).take()
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that has the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "state/run.lock")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "taken\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_run_is_refused_and_told_of_the_first(tmp_path, holder):
    lock = RunLock(tmp_path / "state/run.lock")
    with pytest.raises(StudyError, match=rf"another run \(process {holder.pid}\) is at work in this folder"):
        lock.take()


def test_a_killed_run_leaves_no_lock(tmp_path, holder):
    holder.kill()
    holder.wait()
    RunLock(tmp_path / "state/run.lock").take()


def test_a_run_that_planned_while_another_was_at_work_is_refused(tmp_path, holder):
    lock = RunLock(tmp_path / "state/run.lock")
    holder.kill()
    holder.wait()
    with pytest.raises(StudyError, match="has just been at work"):
        lock.take()


def test_a_run_that_planned_before_another_is_refused(tmp_path):
    path = tmp_path / "state/run.lock"
    lock = RunLock(path)
    subprocess.run(
        [sys.executable, "-c", HOLD, str(path)], input="", check=True, capture_output=True, text=True
    )
    with pytest.raises(StudyError, match="has just been at work"):
        lock.take()
    RunLock(path).take()


def test_looking_makes_no_file(tmp_path):
    RunLock(tmp_path / "state/run.lock")
    assert not list(tmp_path.iterdir())


def test_what_stands_in_the_way_is_named(tmp_path):
    (tmp_path / "results").write_text("a file")
    with pytest.raises(StudyError, match=r"results: expected a folder .*, found a file"):
        check_folders(tmp_path / "missing", tmp_path / "results")


def test_only_half_written_files_are_removed(tmp_path):
    names = (".params.npz.0123abcd.tmp", ".hidden", "x.tmp", ".0.npz.cells", ".note.tmp")
    for name in names:
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "a" / name).touch()
    remove_temporary_files(tmp_path, tmp_path / "missing")
    assert {path.name for path in (tmp_path / "a").iterdir()} == set(names[1:])


def test_a_read_only_folder_is_named(tmp_path, monkeypatch):
    check_writable(tmp_path, tmp_path / "missing")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    with pytest.raises(StudyError, match="found a read-only one"):
        check_writable(tmp_path)
