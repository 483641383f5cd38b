"""What is said of failed jobs at the end of a run."""

import pytest

from aestudy_run.failures import (
    Failure,
    Failures,
    command_without_targets,
    describe_failures,
    target_of,
    write_command,
)


def failure(**changes):
    values = {
        "rule": "train_model", "message": "Training on white", "outputs": ("results/params.npz",),
        "logs": (), "external_id": "",
    }  # fmt: skip
    return Failure(**(values | changes))


def describe(*failures):
    return describe_failures(failures, lambda path: f"make {path}").splitlines()


def test_a_failure_says_what_why_and_how_to_run_it_again(tmp_path):
    log = tmp_path / "job.log"
    log.write_text("".join(f"line {number}\n" for number in range(20)) + "Error: the loss is no number\n")
    lines = describe(failure(logs=(str(log),), external_id="4711"))
    assert lines[:2] == ["1 job failed:", "  Training on white (rule train_model, cluster job 4711)"]
    assert lines[2] == f"    {log} ends with"
    assert lines[3] == "      line 15"
    assert lines[-2:] == [
        "      Error: the loss is no number", "    Only this one again: make results/params.npz",
    ]  # fmt: skip


def test_a_job_without_log_or_message(tmp_path):
    lines = describe(failure(message="", logs=(str(tmp_path / "none.log"),)))
    assert lines[1] == "  train_model (rule train_model)"
    assert lines[2].endswith("none.log: no log was written")
    (tmp_path / "none.log").touch()
    lines = describe(failure(logs=(str(tmp_path / "none.log"),)))
    assert lines[2].endswith("none.log is empty: the job ended before it could say why")


def test_many_failures_are_cut_short():
    lines = describe(*[failure()] * 9)
    assert lines[0] == "9 jobs failed:"
    assert lines[-1] == "  and 4 more"
    assert describe() == []


def test_a_job_that_succeeds_later_did_not_fail(tmp_path):
    failures = Failures()
    failures.add(1, failure())
    failures.add(2, failure(rule="fit_codec"))
    failures.forget(1)
    failures.forget(7)
    assert [found.rule for found in failures.remaining()] == ["fit_codec"]


def test_a_job_of_a_failed_group_whose_files_are_there_is_done(tmp_path):
    made = tmp_path / "made"
    made.touch()
    failures = Failures()
    failures.add(1, failure(outputs=(str(made),)))
    failures.add(2, failure(outputs=(str(made), str(tmp_path / "missing")), external_id="5"))
    failures.add(
        2, failure(outputs=(str(made), str(tmp_path / "missing")))
    )  # told twice, once without number
    assert [found.external_id for found in failures.remaining()] == ["5"]


@pytest.mark.parametrize(
    ("arguments", "targets", "expected"),
    [
        (["--cores", "2"], [], ["--cores", "2"]),
        (["--cores", "2", "a", "b"], ["a", "b"], ["--cores", "2"]),
        (["--configfile", "x.yaml", "--", "a"], ["a"], ["--configfile", "x.yaml"]),
        (["a", "--cores", "2"], ["a"], ["a", "--cores", "2"]),
    ],
)
def test_the_command_keeps_its_options(arguments, targets, expected):
    assert command_without_targets(arguments, targets) == expected


def test_names_with_spaces_are_quoted():
    command = write_command(["--configfile", "my study.yaml"], "results/x/a.npz")
    assert command == "snakemake --configfile 'my study.yaml' -- results/x/a.npz"


def test_files_in_an_object_storage_are_named_as_targets_and_their_logs_are_not_missing():
    stored = "s3://bucket/study/results/x/a.npz (send to storage)"
    for prefix in ("s3://bucket/study", "s3://bucket/study/"):
        assert target_of(stored, prefix) == "results/x/a.npz"
    assert target_of("results/x/a.npz", None) == "results/x/a.npz"
    lines = describe(failure(logs=("s3://bucket/study/logs/a.log (send to storage)",)))
    assert lines[2] == "    s3://bucket/study/logs/a.log is its log, in the storage"
