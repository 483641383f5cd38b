"""Records of results: what a job wrote is known again, and what has changed since is named."""

import json
from pathlib import Path

import pytest

from aestudy.checksums import FOLDER, check_results, forget, watched
from aestudy.errors import StudyError

TABLE, ARRAY = "results/a/tables/summary.csv", "results/a/scores/0.npz"


@pytest.fixture(autouse=True)
def written(tmp_path, monkeypatch):
    """A folder in which a job has written two files."""
    monkeypatch.chdir(tmp_path)
    with watched([], [TABLE, ARRAY]):
        for name in (TABLE, ARRAY):
            Path(name).parent.mkdir(parents=True)
            Path(name).write_text("psnr_db 21.50\n")


def test_what_was_written_is_right():
    check_results()
    with watched([TABLE, ARRAY, "config.yaml", "/somewhere/else.npz"], []):
        pass


@pytest.mark.parametrize("text", ["psnr_db 91.50\n", "psnr_db 21.5", "", "psnr_db 21.50\n\n"])
def test_a_changed_table_is_named_by_whoever_looks(text):
    Path(TABLE).write_text(text)
    with pytest.raises(StudyError, match=rf"{TABLE}: expected .*\n.*rm '{TABLE}'"):
        check_results()
    with pytest.raises(StudyError, match=TABLE), watched([TABLE], []):
        raise AssertionError("the job must not start")


def test_every_damaged_file_is_listed():
    Path(TABLE).write_text("x")
    Path(ARRAY).write_text("x")
    with pytest.raises(StudyError, match="2 files are not what the study wrote") as caught:
        check_results()
    assert TABLE in str(caught.value)
    assert f"{ARRAY}: expected 14 bytes, found 1." in str(caught.value)


def test_a_missing_file_and_a_forgotten_one_are_no_damage():
    Path(ARRAY).unlink()
    Path(TABLE).write_text("mine")
    forget(TABLE)
    check_results()


@pytest.mark.parametrize(
    "record", ["", "{", "[1]", "{}", '{"bytes": 14}', "\xff", json.dumps({"bytes": 1, "sha256": ""})]
)
def test_a_damaged_record_is_named(record):
    (FOLDER / f"{TABLE}.json").write_bytes(record.encode("latin1"))
    with pytest.raises(StudyError, match=TABLE):
        check_results()


def test_a_job_that_failed_or_was_killed_leaves_no_record():
    def fail():
        with watched([], [TABLE]):
            Path(TABLE).write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not (FOLDER / f"{TABLE}.json").exists()
    check_results()
