"""Where trainings ask for a GPU, one job trains all seeds of a condition; without one, to the same bytes."""

import pytest

from support.projects import Project, first_difference

pytestmark = pytest.mark.workflow

ON_A_GPU = ("--set-resources", "train_model:gpu=1", "--resources", "gpu=1")
TWO_SEEDS = ("--config", "seeds=[0,1]")
MODELS = "results/smoke/models/denoise/white"


class WithoutGpu(Project):
    """A project whose jobs find no GPU on any machine."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "JAX_PLATFORMS": "cpu"}


def test_a_change_of_the_profile_makes_nothing_stale(baseline, tmp_path):
    project = baseline.clone(tmp_path / "study")
    run = project.snakemake(*ON_A_GPU, "--dry-run")
    assert "Nothing to be done" in run.stdout, run.stdout


def test_one_job_makes_the_models_of_all_seeds(baseline, tmp_path):
    apart, together = (WithoutGpu(baseline.clone(tmp_path / name).folder) for name in ("apart", "together"))
    target = f"{MODELS}/1/params.npz"
    for project, options in ((apart, ()), (together, ON_A_GPU)):
        run = project.snakemake(target, *options, *TWO_SEEDS)
        assert run.returncode == 0, run.stdout
        assert run.stdout.count("Training on white to denoise") == 1, run.stdout
    assert first_difference(apart.results(), together.results()) is None
    log = (together.folder / "logs/train_model/smoke/denoise/white/all_seeds.log").read_text("utf-8")
    assert "on cpu (1 thread)" in log
    assert "seed 0" in log
    assert "seed 1" in log
    # What the one made is what the other would make.
    again = together.snakemake(target, f"{MODELS}/0/params.npz", *TWO_SEEDS)
    assert "Nothing to be done" in again.stdout, again.stdout
