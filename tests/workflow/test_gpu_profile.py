"""Where trainings ask for a GPU, the graph and the files are the same."""

import pytest

pytestmark = pytest.mark.workflow

ON_A_GPU = ("--set-resources", "train_model:gpu=1", "--resources", "gpu=1")


def test_a_change_of_the_profile_changes_neither_the_graph_nor_what_is_stale(baseline, tmp_path, server):
    project = baseline.clone(tmp_path / "study")
    run = project.snakemake(*ON_A_GPU, "--dry-run")
    assert "Nothing to be done" in run.stdout, run.stdout
    new = baseline.without_results(tmp_path / "new")
    assert server.run(new, "--dry-run", *ON_A_GPU).jobs == server.run(new, "--dry-run").jobs
