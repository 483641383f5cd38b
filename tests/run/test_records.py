"""Records of results: what a job wrote is known again, and what has changed since is named."""

import json
import os
import time
from pathlib import Path

import pytest

from aestudy.errors import StudyError
from aestudy_run import records
from aestudy_run.parts import Part
from aestudy_run.reasons import why_stale
from aestudy_run.records import check_results, forget, read_record, record_path

TABLE, ARRAY, SOURCE = "results/a/tables/summary.csv", "results/a/scores/0.npz", "resources/a/test.npz"
PARAMS = {"epochs": 2, "code": "abc", "spec": "x" * 100}


def recorded(inputs, outputs, params):
    return records.recorded([Part(inputs, outputs)], params)


def write(path, text="psnr_db 21.50\n"):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


@pytest.fixture(autouse=True)
def written(tmp_path, monkeypatch):
    """A folder in which one job has written a source, and another two files made from it."""
    monkeypatch.chdir(tmp_path)
    with recorded([], [SOURCE], {}):
        write(SOURCE)
    with recorded([SOURCE, "config.yaml"], [TABLE, ARRAY], PARAMS):
        write(TABLE)
        write(ARRAY)


def check(**options):
    return check_results(Path(".snakemake/fingerprints.json"), **options)


def test_what_was_written_is_right():
    for _ in range(2):
        assert check() == []
    with recorded([TABLE, ARRAY, "config.yaml", "/somewhere/else.npz"], [], {}):
        pass


@pytest.mark.parametrize("text", ["psnr_db 91.50\n", "psnr_db 21.5", "", "psnr_db 21.50\n\n"])
def test_a_changed_table_is_named_by_whoever_looks(text):
    check()
    Path(TABLE).write_text(text)
    with pytest.raises(StudyError, match=rf"{TABLE}: expected .*\n.*rm '{TABLE}'"):
        check()
    with pytest.raises(StudyError, match=TABLE), recorded([TABLE], [], {}):
        raise AssertionError("the job must not start")


def test_every_damaged_file_is_listed():
    Path(TABLE).write_text("x")
    Path(ARRAY).write_text("x")
    with pytest.raises(StudyError, match="2 files are not what the study wrote") as caught:
        check()
    assert TABLE in str(caught.value)
    assert f"{ARRAY}: expected 14 bytes, found 1." in str(caught.value)


def test_other_content_of_the_same_size_and_date_is_found():
    check()
    before = Path(ARRAY).stat()
    Path(ARRAY).write_text("psnr_db 99.99\n")
    os.utime(ARRAY, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(StudyError, match=rf"{ARRAY}: expected content with SHA-256"):
        check()


def test_a_missing_file_is_no_damage_and_one_without_a_record_is_told():
    Path(ARRAY).unlink()
    Path(TABLE).write_text("mine")
    forget(TABLE)
    assert check() == [TABLE]


@pytest.mark.parametrize("record", ["", "{", "[1]", "{}", '{"bytes": 14}', "\xff", "null"])
def test_a_damaged_record_is_none(record):
    record_path(TABLE).write_bytes(record.encode("latin1"))
    assert check() == [TABLE]
    assert why_stale([TABLE], [SOURCE], PARAMS) == [f"no record says how {TABLE} was made"]


def test_a_job_that_failed_or_was_killed_leaves_no_record():
    def fail():
        with recorded([], [TABLE], {}):
            Path(TABLE).write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert read_record(TABLE) is None


def test_a_result_is_up_to_date_whatever_the_dates_are():
    for path in (SOURCE, TABLE):
        os.utime(path, (2e9, 2e9))
        assert why_stale([TABLE, ARRAY], [SOURCE], PARAMS) == []
        os.utime(path, (1, 1))
        assert why_stale([TABLE, ARRAY], [SOURCE], PARAMS) == []
    Path(SOURCE).unlink()  # it was deleted to save space
    assert why_stale([TABLE, ARRAY], [SOURCE], PARAMS) == []


def test_each_difference_is_a_reason():
    assert why_stale([TABLE], [SOURCE], PARAMS | {"epochs": 3}) == ["epochs was 2, is 3"]
    assert why_stale([TABLE], [SOURCE], PARAMS | {"more": None}) == ["more was not set, is None"]
    (reason,) = why_stale([TABLE], [SOURCE], PARAMS | {"spec": "y" * 100})
    assert reason.startswith("spec was digest ")
    assert why_stale([TABLE], [], PARAMS) == [f"{SOURCE} was read and is no longer"]
    assert why_stale([TABLE], [SOURCE, ARRAY], PARAMS) == [f"{ARRAY} was not read"]
    with recorded([], [SOURCE], {}):
        write(SOURCE, "other images")
    assert why_stale([ARRAY], [SOURCE], PARAMS) == [f"{SOURCE} had other content"]
    forget(ARRAY)
    assert why_stale([TABLE, ARRAY], [SOURCE], PARAMS) != []


def test_files_outside_the_study_are_not_compared_here():
    assert why_stale([TABLE], [SOURCE, "photos/1.png"], PARAMS) == []


def test_dates_that_contradict_the_records_are_mended_and_others_stay():
    check(mend_dates=True)
    kept = Path(TABLE).stat().st_mtime_ns
    check(mend_dates=True)
    assert Path(TABLE).stat().st_mtime_ns == kept
    for path, date in ((SOURCE, time.time() + 3600), (TABLE, 1.0)):
        os.utime(path, (date, date))
        check()  # a dry run changes nothing
        assert Path(path).stat().st_mtime == pytest.approx(date)
        check(mend_dates=True)
        assert len({Path(name).stat().st_mtime for name in (SOURCE, TABLE, ARRAY)}) == 1
        assert Path(path).stat().st_mtime <= time.time()


def test_what_is_recorded_is_readable():
    content = json.loads(record_path(TABLE).read_text())
    assert content["params"]["epochs"] == "2"
    assert list(content["inputs"]) == [SOURCE]


def test_results_of_a_module_have_their_records_below_its_prefix(tmp_path):
    """Also where the prefix is called like a folder of the study."""
    for prefix in ("sub/folder", "results/noise", str(tmp_path / "elsewhere")):
        source, table = f"{prefix}/{SOURCE}", f"{prefix}/{TABLE}"
        with recorded([], [source], {}):
            write(source)
        with recorded([source, "config.yaml"], [table], PARAMS):
            write(table)
        assert str(record_path(table)).startswith(prefix.split("/noise")[0])
        assert why_stale([table], [source, "config.yaml"], PARAMS) == []
        write(table, "psnr_db 91.50\n")
        with pytest.raises(StudyError, match=table):
            check(folders=[Path(prefix, "results"), Path(prefix, "resources")])
        with recorded([], [source], {}):
            write(source, "other")
        assert why_stale([table], [source, "config.yaml"], PARAMS) == [f"{source} had other content"]
    assert not Path("sub/results").exists()


def test_images_from_the_folder_of_another_study_are_a_users_images():
    """What a job reads there is neither recorded nor asked for."""
    for images in ("../other/results/a/images.npz", "data/results/images.npz"):
        with recorded([], [images], {}):
            write(images)
        with recorded([images], [SOURCE], {}):
            write(SOURCE)
        assert read_record(SOURCE).inputs == {}
        assert why_stale([SOURCE], [images], {}) == []
