"""What surrounds every job: its log and its one message."""

import logging

import pytest

from aestudy.errors import StudyError
from aestudy_run.jobs import job, run_job
from support.jobs import snakemake_object

logger = logging.getLogger("aestudy.somewhere")


def test_the_log_holds_what_the_package_says(tmp_path):
    with job(snakemake_object(tmp_path / "logs/rule/x.log")):
        logger.info("working on %s", "white")
    logger.info("after the job")
    text = (tmp_path / "logs/rule/x.log").read_text()
    assert "working on white" in text
    assert "after the job" not in text


def test_a_job_is_given_to_the_function_of_its_script(tmp_path):
    given, done = snakemake_object(tmp_path / "x.log"), []
    run_job(done.append, given)
    assert done == [given]
    assert (tmp_path / "x.log").exists()


def test_a_mistake_is_one_message_without_a_traceback(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught, job(snakemake_object(tmp_path / "x.log")):
        raise StudyError("a.npz: expected this, found that.")
    assert caught.value.code == 1
    assert capsys.readouterr().err == "Error: a.npz: expected this, found that.\n"
    log = (tmp_path / "x.log").read_text()
    assert "a.npz: expected this, found that." in log
    assert "Traceback" not in log


def test_a_defect_keeps_its_traceback(tmp_path):
    with pytest.raises(ZeroDivisionError), job(snakemake_object(tmp_path / "x.log")):
        1 / 0  # noqa: B018
    log = (tmp_path / "x.log").read_text()
    assert "Traceback" in log
    assert "defect of aestudy" in log
