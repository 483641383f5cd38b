"""Everything that happens to jobs on a cluster ends in the files of an undisturbed local run.

Each test takes a finished study, removes half of its models, and runs it again on a real SLURM with three
simulated nodes, with a fault in the middle of a training. `make test-cluster` runs them.
"""

import os
import signal
import subprocess

import pytest

from cluster.cluster_study import ClusterStudy, job_of, wait_until
from support.projects import first_difference

pytestmark = pytest.mark.slow_cluster


@pytest.fixture
def study(slurm, baseline, tmp_path) -> ClusterStudy:
    return ClusterStudy.without_half_of_the_models(baseline, tmp_path / "on a cluster")


def node_of(process: int) -> str:
    job = job_of(process)
    return subprocess.run(
        ["squeue", "--noheader", f"--jobs={job}", "--format=%N"], check=True, capture_output=True, text=True
    ).stdout.strip()


def queue() -> list[str]:
    listing = subprocess.run(
        ["squeue", "--noheader", "--format=%i"], check=True, capture_output=True, text=True
    )
    return listing.stdout.split()


OF_MODELS = ("train_model", "fit_codec", "evaluate_model", "share_models", "share_scores")
"""The rules of the group that trains: it gets the most that one of its jobs asks for."""


def test_a_cancelled_job_is_made_again(study, baseline):
    with study.running() as process:
        subprocess.run(["scancel", job_of(study.stop_job("train_model.py", process))], check=True)
        study.finish(process)
    assert "Trying to restart" in study.output
    assert first_difference(baseline.results(), study.results()) is None


def test_a_job_over_its_memory_gets_more(study, baseline):
    # A group gets the most that its jobs need at a time, here of two; Snakemake alone takes more at first.
    short = [f"{rule}:mem_mb=attempt*attempt*60" for rule in OF_MODELS]
    with study.running("--set-resources", *short) as process:
        study.finish(process)
    assert "Trying to restart" in study.output
    assert first_difference(baseline.results(), study.results()) is None


def test_a_job_over_its_time_is_made_again(study, baseline):
    # A minute at first: on a slow machine the next attempt needs the time that it gets more, as in the rules.
    minutes = [f"{rule}:runtime=1*attempt" for rule in OF_MODELS]
    with study.running("--set-resources", *minutes) as process:
        # It hangs until SLURM ends it: a stopped process cannot even answer SIGTERM.
        os.kill(study.wait_for_job("train_model.py", process), signal.SIGSTOP)
        study.finish(process)
    assert "Trying to restart" in study.output
    assert first_difference(baseline.results(), study.results()) is None


def test_a_node_dies_in_mid_training(study, baseline, slurm):
    with study.running() as process:
        node = node_of(study.stop_job("train_model.py", process))
        slurm.kill_node(node)
        try:
            study.finish(process)
        finally:
            slurm.revive(node)
            slurm.wait_until_idle()
    assert "Trying to restart" in study.output
    assert first_difference(baseline.results(), study.results()) is None


def test_the_submitting_process_is_killed_and_started_again(study, baseline):
    with study.running() as process:
        training = study.wait_for_job("train_model.py", process)
        # It would go on for ever, beside the job that the restarted run submits.
        os.kill(training, signal.SIGSTOP)
    assert queue() != []
    with study.running() as process:
        study.finish(process)
    assert study.processes("train_model.py") == []
    assert first_difference(baseline.results(), study.results()) is None


def test_interrupting_the_submitting_process_leaves_no_jobs(study):
    # What a shell runs in the background ignores SIGINT, and so would the run.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with study.running() as process:
        study.stop_job("train_model.py", process)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=200)
    wait_until(lambda: queue() == [], "an empty queue", 60)


def test_a_cluster_makes_the_same_files(slurm, baseline, tmp_path):
    study = ClusterStudy(tmp_path / "on a cluster")
    baseline.without_results(study.folder)
    with study.running() as process:
        study.finish(process)
    assert first_difference(baseline.results(), study.results()) is None
