import pytest

from aestudy.errors import StudyError
from aestudy_run import cluster_orphans


class FakeSlurm:
    """A queue of (number, name, folder); cancelled jobs end after some looks at it."""

    def __init__(self, monkeypatch, jobs, looks_until_gone=1):
        self.jobs = dict.fromkeys(jobs)
        self.cancelled = []
        self.looks = looks_until_gone
        monkeypatch.setattr(cluster_orphans, "_ask", self.ask)
        monkeypatch.setattr(cluster_orphans.time, "sleep", lambda seconds: None)

    def ask(self, program, *arguments):
        if program == "scancel":
            self.cancelled += arguments
            return ""
        if self.cancelled:
            self.looks -= 1
            if self.looks <= 0:
                self.jobs = {job: None for job in self.jobs if job[0] not in self.cancelled}
        return "\n".join("|".join(job) for job in self.jobs)


def test_only_the_studys_own_jobs_from_this_folder_are_cancelled(monkeypatch, tmp_path):
    here, elsewhere = tmp_path / "a | b", tmp_path / "other"
    slurm = FakeSlurm(
        monkeypatch,
        [
            ("1", "aestudy-GROUP", str(here)),
            ("2", "aestudy_0af2", str(here)),
            ("3", "aestudy-GROUP", str(elsewhere)),
            ("4", "something", str(here)),
            ("5", "aestudy-run", str(here)),
        ],
        looks_until_gone=3,
    )
    monkeypatch.setenv("SLURM_JOB_ID", "5")  # the run itself is a job
    assert cluster_orphans.end_orphans(here) == ["1", "2"]
    assert slurm.cancelled == ["1", "2"]


def test_nothing_to_cancel(monkeypatch, tmp_path):
    slurm = FakeSlurm(monkeypatch, [])
    assert cluster_orphans.end_orphans(tmp_path) == []
    assert slurm.cancelled == []


def test_a_job_that_does_not_end_stops_the_run(monkeypatch, tmp_path):
    FakeSlurm(monkeypatch, [("8", "aestudy-GROUP", str(tmp_path))], looks_until_gone=10**9)
    with pytest.raises(StudyError, match="8"):
        cluster_orphans.end_orphans(tmp_path, seconds=0.05)


def test_without_slurm_there_are_no_orphans(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cluster_orphans.end_orphans(tmp_path) == []


def test_a_queue_that_cannot_be_read_stops_the_run(monkeypatch, tmp_path):
    program = tmp_path / "squeue"
    program.write_text("#!/bin/sh\necho 'Unable to contact slurm controller' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(StudyError, match="Unable to contact"):
        cluster_orphans.end_orphans(tmp_path)
    assert cluster_orphans.end_orphans(tmp_path, required=False) == []
