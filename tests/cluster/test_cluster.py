"""The study on a real SLURM with three simulated nodes, one of its jobs cancelled by somebody else."""

import subprocess

import pytest

from cluster.cluster_study import ClusterStudy, job_of
from support.projects import first_difference


@pytest.mark.cluster
def test_the_cluster_makes_the_same_files_although_a_job_is_cancelled(slurm, baseline, tmp_path):
    study = ClusterStudy(tmp_path / "on a cluster")
    baseline.without_results(study.folder)
    with study.running("--group-components", "models=2", "results=100") as process:
        training = study.stop_job("train_model.py", process)
        subprocess.run(["scancel", job_of(training)], check=True)
        study.finish(process)
    assert "Trying to restart" in study.output
    assert first_difference(baseline.results(), study.results()) is None
    again = study.snakemake("--dry-run")
    assert "Nothing to be done" in again.stdout, again.stdout
