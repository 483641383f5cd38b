"""Full disks, read-only folders, damaged and foreign files: named with their path, never a wrong number."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager

import numpy as np
import pytest

from aestudy.errors import StudyError
from aestudy_run.parts import Part
from aestudy_run.records import recorded
from support.broken_configs import BROKEN_CONFIGS
from support.machine import give_up
from support.projects import SMOKE, Project, first_difference

pytestmark = pytest.mark.workflow


@pytest.fixture
def project(baseline, tmp_path):
    return baseline.clone(tmp_path / "project")


@contextmanager
def small_disk(folder, size):
    """A file system of its own in a folder, with the folder's content."""
    content = folder.with_name("content")
    folder.rename(content)
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        reason = f"mounting needs the rights of root: {mounted.stderr.strip()}"
        give_up(reason)
    try:
        shutil.copytree(content, folder, symlinks=True, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(folder, option):
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)


def test_a_full_disk_is_named_and_the_next_run_goes_on(baseline, tmp_path):
    project = baseline.without_results(tmp_path / "project")
    results = project.folder / "results"
    results.mkdir()
    with small_disk(results, "700k"):
        full = project.snakemake("variants")
        assert full.returncode != 0
        assert "cannot be written (No space left on device)" in full.stdout
        assert "Error: results/smoke/variants/" in full.stdout
        assert "Traceback" not in full.stdout
        assert not list(results.rglob(".*.tmp"))

        remount(results, "size=20m")
        mended = project.snakemake("variants")
        assert mended.returncode == 0, mended.stdout
        expected = {name: raw for name, raw in baseline.results().items() if "variants" in name}
        found = {name: raw for name, raw in project.results().items() if "variants" in name}
        assert first_difference(expected, found) is None


def test_a_read_only_results_folder_is_named_and_nothing_changes(project, server):
    project.edit(SMOKE[1], "epochs: 2", "epochs: 3")
    results = project.folder / "results"
    with small_disk(results, "50m"):
        remount(results, "ro")
        before = project.results()
        run = server.run(project)
        assert run.status != 0
        # Snakemake may come first, when it plans a job whose output is there and cannot be written.
        ours = "results: expected a folder to write into, found a read-only one"
        assert ours in run.output or "Write-protected output files for rule" in run.output
        assert "Traceback" not in run.output
        assert not run.jobs
        assert first_difference(before, project.results()) is None
        project.edit(SMOKE[1], "epochs: 3", "epochs: 2")
        assert "Nothing to be done" in server.run(project).output


def flip(path, position=0.5, *, keep_time=True):
    """Flip one bit of a file; by default the modification time does not show it."""
    raw, times = bytearray(path.read_bytes()), path.stat()
    raw[int(len(raw) * position)] ^= 1
    path.write_bytes(raw)
    if keep_time:
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def truncate(path):
    times = path.stat()
    path.write_bytes(path.read_bytes()[:-40])
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


PLAIN_FILES = (
    "tables/scores.csv", "tables/summary.csv", "tables/matrix_mse_clean.csv", "figures/losses.svg",
    "figures/distortions.png", "models/denoise/white/0/history.csv", "report.html",
)  # fmt: skip
ARRAY_FILES = (
    "variants/white/test.npz", "variants/clean/train.npz", "models/denoise/white/0/params.npz",
    "scores/reconstruct/clean/0.npz", "scores/baselines/pca.npz",
)  # fmt: skip


def test_damaged_results_stop_the_run_and_are_named(project, server):
    damaged = sorted(f"results/smoke/{name}" for name in PLAIN_FILES)
    for name in damaged:
        flip(project.folder / name)
    flipped, cut = ([f"results/smoke/{name}" for name in ARRAY_FILES[start::2]] for start in (0, 1))
    for name in cut:
        truncate(project.folder / name)
    for name in flipped:
        flip(project.folder / name)
    before = project.results()
    run = server.run(project)
    assert run.status != 0
    assert not run.jobs
    for name in damaged:
        assert f"  {name}: expected content with SHA-256" in run.output
    for name in cut:
        assert f"  {name}: expected " in run.output
    for name in flipped:
        assert f"  {name}: expected content with SHA-256" in run.output
    assert f"{len(damaged + cut + flipped)} files are not what the study wrote" in run.output
    assert "Traceback" not in run.output
    assert first_difference(before, project.results()) is None


def test_what_is_named_can_be_deleted_and_is_made_again(baseline, project):
    names = [f"results/smoke/{name}" for name in PLAIN_FILES if "history" not in name]
    for name in names:
        flip(project.folder / name)
        (project.folder / name).unlink()  # what the message says
    run = project.snakemake()
    assert run.returncode == 0, run.stdout
    assert first_difference(baseline.results(), project.results()) is None


def test_a_result_without_its_record_is_made_again(baseline, project, server):
    """Whatever stands there may be anything: here a variant in the place of another."""
    variants = project.folder / "results/smoke/variants"
    shutil.copy(variants / "clean/test.npz", variants / "white/test.npz")
    refused = server.run(project)
    assert refused.status != 0
    assert not refused.jobs
    assert "results/smoke/variants/white/test.npz: expected " in refused.output
    (project.folder / "results/.records/results/smoke/variants/white/test.npz.json").unlink()
    run = server.run(project)
    assert run.status == 0, run.output
    assert "1 result has no record of how it was made" in run.output
    assert first_difference(baseline.results(), project.results()) is None


def test_a_job_refuses_a_damaged_table_although_nothing_looked_at_it_before(project, monkeypatch):
    """The records are compared by the job that reads, too: damage may come while a run is at work."""
    monkeypatch.chdir(project.folder)
    name = "results/smoke/tables/summary.csv"
    with recorded([Part([name], [])], {}):
        pass
    flip(project.folder / name)
    with (
        pytest.raises(StudyError, match=rf"{name}: expected content with SHA-256"),
        recorded([Part([name], [])], {}),
    ):
        raise AssertionError("the job must not start")


def test_a_killed_training_goes_on_from_its_checkpoint_and_gives_the_same_bytes(baseline, tmp_path):
    target = "results/smoke/models/denoise/white/0/params.npz"
    undisturbed, killed = (baseline.clone(tmp_path / name) for name in ("undisturbed", "killed"))
    for project in (undisturbed, killed):
        project.edit(
            "src/aestudy/training/loop.py",
            "SECONDS_BETWEEN_CHECKPOINTS = 20.0",
            "SECONDS_BETWEEN_CHECKPOINTS = 0.0",
        )
        project.edit(SMOKE[1], "epochs: 2", "epochs: 1200")
    finished = undisturbed.snakemake(target)
    assert finished.returncode == 0, finished.stdout

    run = killed.start(target)
    checkpoint = killed.folder / target.replace("params", "checkpoint")
    deadline = time.monotonic() + 120
    while not checkpoint.exists() and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate(timeout=60)
    assert checkpoint.exists()
    assert not (killed.folder / target).exists()
    size = checkpoint.stat().st_size
    assert size < 4 * (killed.folder / target.replace("denoise/white", "reconstruct/white")).stat().st_size

    resumed = killed.snakemake(target)
    assert resumed.returncode == 0, resumed.stdout
    log = (killed.folder / "logs/train_model/smoke/denoise/white.log").read_text()
    assert "going on from the checkpoint after epoch" in log
    assert first_difference(undisturbed.results(), killed.results()) is None
    assert not checkpoint.exists()


def listing(folder):
    made_by_snakemake = (".snakemake/log", "__pycache__")
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not any(part in str(path) for part in made_by_snakemake)
    }


def test_broken_configs_give_one_message_through_the_real_workflow_and_write_nothing(
    baseline, tmp_path, server
):
    project = baseline.without_results(tmp_path / "project")
    cases = [case for case in BROKEN_CONFIGS if case.parsed_by_snakemake and not case.removed]
    assert len(cases) >= 40
    before = listing(project.folder)
    for case in cases:
        (tmp_path / "overlay.yaml").write_text(case.overlay, "utf-8")
        run = server.run(project, configfile=str(tmp_path / "overlay.yaml"))
        assert run.status == 1, case.name
        assert run.output.count("the config has ") == 1, f"{case.name}: {run.output}"
        heading = run.output.index("the config has ")
        lines = run.output[heading : run.output.index("What each key means")].splitlines()[1:]
        assert len(lines) == case.mistakes, f"{case.name}: {run.output}"
        assert "Traceback" not in run.output
        assert listing(project.folder) == before, case.name


def test_one_broken_config_through_the_command_that_a_person_types(baseline, tmp_path):
    project = baseline.without_results(tmp_path / "project")
    project.edit(SMOKE[1], "epochs: 2", "epochs: many")
    before = listing(project.folder)
    run = project.snakemake()
    assert run.returncode == 1
    assert "training.epochs: expected" in run.stdout
    assert "Traceback" not in run.stdout
    assert listing(project.folder) == before


def test_a_wrong_number_is_never_read_from_a_scores_file_of_another_model(project, server):
    scores = project.folder / "results/smoke/scores/denoise"
    shutil.copy(scores / "clean/0.npz", scores / "white/0.npz")
    run = server.run(project, "results/smoke/tables/summary.csv")
    assert run.status != 0
    assert "results/smoke/scores/denoise/white/0.npz" in run.output
    assert "defect" not in run.output
    assert np.load(scores / "white/0.npz")["tested_on"].size  # it is left for the person to look at


def test_images_that_are_not_there_are_named_with_their_key(tmp_path, server):
    project = Project.of_checkout(tmp_path / "project")
    lines = ["datasets: [mine]", "sources:", "  mine:", "    kind: image_folder", "    path: photos", ""]
    project.append("studies/mine.yaml", "\n".join(lines))
    before = listing(project.folder)
    refused = server.run(project, configfile="studies/mine.yaml")
    assert refused.status != 0
    assert "sources.mine.path: expected a folder with images, found nothing at photos" in refused.output
    assert "(studies/mine.yaml, line 5)" in refused.output
    assert not any(word in refused.output for word in ("MissingInput", "Traceback"))
    assert listing(project.folder) == before


@pytest.mark.parametrize("name", ["results", "resources", "logs"])
def test_a_file_in_the_place_of_a_folder_is_named(tmp_path, server, name):
    project = Project.of_checkout(tmp_path / "project")
    (project.folder / name).write_text("a file", "utf-8")
    run = server.run(project, "resources/smoke/train.npz")
    assert run.status != 0
    assert f"{name}: expected a folder to write into, found a file. Move it away" in run.output
    assert "Traceback" not in run.output
