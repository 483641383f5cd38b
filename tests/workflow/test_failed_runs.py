"""A run that failed hides nothing from the next one. Each test starts from a finished study."""

import contextlib
import os
import random
import signal
from pathlib import Path

import pytest
from test_kills import children, kill_tree, read_until
from test_staleness import BEHIND_MODELS, BEHIND_SCORES, models, scoring

from cluster.cluster_study import wait_until
from support.projects import SMOKE, first_difference

pytestmark = pytest.mark.workflow

SEED = 20261128
BEHIND_TRAINING = scoring() | BEHIND_SCORES | BEHIND_MODELS


@pytest.fixture
def project(baseline, tmp_path):
    return baseline.clone(tmp_path / "project")


def kill_trainings(project):
    """Kill the jobs that train, as the kernel does when memory is short, and let the run end."""
    logs = list(project.folder.glob("logs/train_model/**/*.log"))
    for log in logs:
        log.unlink()
    run = project.start()
    try:
        wait_until(lambda: any(log.is_file() and "epoch 1/" in log.read_text() for log in logs), "a training")
        for pid in children(run.pid):
            if b"train_model" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
        output = run.communicate(timeout=300)[0]
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
    assert run.returncode != 0, output


def test_a_killed_job_hides_nothing(project, server):
    project.edit(SMOKE[1], "epochs: 2", "epochs: 90000")
    kill_trainings(project)
    records = project.folder.glob("results/.records/results/smoke/models/*/*/0/params.npz.json")
    assert len(list(records)) < 4
    again = server.run(project, "--dry-run")
    assert again.jobs >= models() | BEHIND_TRAINING
    for target in ("scores/denoise/white/0.npz", "tables/summary.csv", "figures/losses.svg"):
        single = server.run(project, "--dry-run", f"results/smoke/{target}")
        assert ("train_model", "smoke denoise white") in single.jobs, target


def test_after_a_killed_job_the_old_config_gives_the_old_bytes(baseline, project):
    project.edit(SMOKE[1], "epochs: 2", "epochs: 90000")
    kill_trainings(project)
    project.edit(SMOKE[1], "epochs: 90000", "epochs: 2")
    run = project.snakemake()
    assert run.returncode == 0, run.stdout
    assert first_difference(baseline.results(), project.results()) is None


ALWAYS = {("render_report", "smoke"), ("write_findings", "smoke"), ("format_tables", "smoke")}
EDITS = {
    "distort_images": ("src/aestudy/distortions/noise.py", "    noisy += images\n"),
    "train_model": (
        "src/aestudy/training/loop.py",
        '    if math.isfinite(row["train_loss"]) and math.isfinite(row["validation_loss"]):\n',
    ),
    "evaluate_model": ("src/aestudy/metrics/pixelwise.py", "    values = np.empty(len(reference))\n"),
    "aggregate_scores": (
        "src/aestudy/tables/aggregate.py",
        "        scored = [read_checked(path, names) for path in files]\n",
    ),
}
"""Rule -> a file that its job reaches, and a line there before which it is made to fail."""


def indented(line):
    return line[: len(line) - len(line.lstrip())] + 'raise RuntimeError("planted")\n'


@pytest.mark.parametrize("rule", EDITS)
def test_an_edit_that_makes_jobs_fail_hides_nothing(baseline, project, server, rule):
    name, line = EDITS[rule]
    project.edit(name, line, indented(line) + line)
    failed = server.run(project, "--keep-going")
    assert failed.status != 0
    assert "planted" in failed.output
    again = server.run(project, "--dry-run")
    assert rule in {found for found, _ in again.jobs}
    assert again.jobs >= ALWAYS
    project.edit(name, indented(line) + line, line)
    mended = server.run(project)
    assert mended.status == 0, mended.output
    assert first_difference(baseline.results(), project.results()) is None


def test_a_finished_study_is_changed_killed_and_changed_back_at_random(baseline, tmp_path):
    rng = random.Random(SEED)
    project = baseline.clone(tmp_path / "project")
    epochs, moments = 2, []
    for _ in range(8):
        other = rng.choice([1, 2, 3])
        if other != epochs:
            project.edit(SMOKE[1], f"epochs: {epochs}", f"epochs: {other}")
            epochs = other
        count, seconds = rng.randrange(1, 9), rng.uniform(0, 1.2)
        process = project.start()
        if read_until(process, count, seconds):
            kill_tree(process)
            moments.append(f"{epochs} epochs: {count} jobs + {seconds:.2f} s")
        else:
            assert process.wait(timeout=60) == 0, moments
            process.stdout.close()
    print(f"seed {SEED}, killed after", "; ".join(moments))
    if epochs != 2:
        project.edit(SMOKE[1], f"epochs: {epochs}", "epochs: 2")
    last = project.snakemake()
    assert last.returncode == 0, last.stdout
    assert first_difference(baseline.results(), project.results()) is None, moments
