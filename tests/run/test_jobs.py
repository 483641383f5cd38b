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


def test_the_job_of_a_script_is_given_to_its_function(tmp_path):
    text = "def main(job):\n    done.append(job.params['answer'])\n"
    given = snakemake_object(tmp_path / "x.log")
    given.params["answer"] = 42
    script = {"snakemake": given, "done": []}
    exec(text, script)
    run_job(script["main"])
    assert script["done"] == [42]
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
