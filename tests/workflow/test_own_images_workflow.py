"""The user's own images in a real study: what a change reruns, whatever its date, and what is said."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from support.projects import Project

pytestmark = pytest.mark.workflow

STUDY = """
datasets: [photos, arrays]
sources:
  photos: {kind: image_folder, path: "my <photos> {dataset}"}
  arrays: {kind: npz, path: "set{v2} {}.npz"}
trained_on: [clean]
tested_on: [clean]
objectives: [reconstruct]
seeds: [0]
model: {hidden: [8], code_size: 2}
training: {epochs: 1}
evaluation: {examples: 2}
statistics: {resamples: 100}
"""
FOLDER, ARRAYS = "my <photos> {dataset}", "set{v2} {}.npz"
FETCHED = ("results/photos/variants/clean/train.npz", "results/arrays/variants/clean/train.npz")
"""The first results behind the fetched images; to make all of them would take long."""


def write_image(path, seed):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (9, 8), np.uint8)
    Image.fromarray(pixels).save(path)


def write_arrays(path, seed, count=40):
    images = np.random.default_rng(seed).integers(0, 256, (count, 8, 9), np.uint8)
    np.savez(path, images=images, labels=np.arange(count) % 2)


class OwnImages(Project):
    """A project whose images are the user's own; one class folder is a link to another place."""

    def command(self, *arguments, cores=2):
        return [
            sys.executable,
            "-m",
            "snakemake",
            "--cores",
            str(cores),
            *arguments,
            "--configfile",
            "own.yaml",
        ]

    def fill(self):
        (self.folder / "own.yaml").write_text(STUDY)
        write_arrays(self.folder / ARRAYS, 1)
        for number in range(12):
            write_image(self.folder / FOLDER / "cat" / f"{number}.png", number)
            write_image(self.folder.parent / "elsewhere" / f"{number}.png", 100 + number)
        (self.folder / FOLDER / "dog").symlink_to(self.folder.parent / "elsewhere")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A study of own images that are fetched."""
    project = OwnImages.of_checkout(tmp_path_factory.mktemp("own") / "a study")
    project.fill()
    run = project.snakemake(*FETCHED)
    assert run.returncode == 0, run.stdout
    return project


@pytest.fixture
def project(finished, tmp_path):
    shutil.copytree(finished.folder.parent / "elsewhere", tmp_path / "elsewhere")
    copy = OwnImages(finished.clone(tmp_path / "a study").folder)
    link = copy.folder / FOLDER / "dog"
    link.unlink()
    link.symlink_to(tmp_path / "elsewhere")
    return copy


def fetched(server, project, *arguments):
    """Name the data sets that a run would fetch anew, and give its output."""
    run = server.run(project, "--dry-run", *arguments, *FETCHED, configfile="own.yaml")
    assert run.status == 0, run.output
    names = {wildcards for rule, wildcards in run.jobs if rule == "fetch_dataset"}
    assert names or not run.jobs
    return names


def test_names_with_brackets_and_small_sets_are_studied(project):
    """To the report, which has the names of the user's files and what is odd about the data."""
    text = (project.folder / "own.yaml").read_text().replace("[photos, arrays]", "[arrays]")
    (project.folder / "own.yaml").write_text(text)
    images = np.random.default_rng(1).integers(0, 17, (300, 8, 9), np.uint8)
    np.savez(project.folder / ARRAYS, images=images, labels=np.arange(300) % 2)
    run = project.snakemake()
    assert run.returncode == 0, run.stdout
    assert (
        "Notice: The data set arrays is trained on in batches of 16, not of 256, because it has 216"
        in run.stdout
    )
    assert "Warning: arrays: The training images are very dark: no value is above 16 of 255." in run.stdout
    report = " ".join((project.folder / "results/arrays/report.html").read_text().split())
    assert "batches of 16 (not of 256, which the data set does not fill)" in report
    assert "<strong>Warning.</strong> The training images are very dark" in report
    assert "set{v2} {}.npz" in report
    table = (project.folder / "results/arrays/tables/matrix_accuracy_label.tex").read_text()
    assert "share of images read correctly" in table


def test_nothing_changed(project, server):
    assert fetched(server, project) == set()


def test_dates_decide_nothing(project, server):
    for moment in (1, 4e9):
        for path in [*project.folder.rglob("*.png"), *(project.folder.parent / "elsewhere").iterdir(),
                     project.folder / ARRAYS]:  # fmt: skip
            os.utime(path, (moment, moment))
        assert fetched(server, project) == set()


def changed(path):
    write_image(path, 999)


def moved_there_with_an_older_date(path):
    write_image(path.parent.parent.parent / "other.png", 999)
    other = path.parent.parent.parent / "other.png"
    os.utime(other, (1, 1))
    other.rename(path)


def copied_with_an_older_date(path):
    other = path.parent.parent.parent / "other.png"
    write_image(other, 999)
    os.utime(other, (1, 1))
    shutil.copy2(other, path)


@pytest.mark.parametrize("label", ["cat", "dog"])
@pytest.mark.parametrize(
    "change",
    [
        changed,
        moved_there_with_an_older_date,
        copied_with_an_older_date,
        Path.unlink,
        lambda path: path.rename(path.with_name("x.png")),
        lambda path: write_image(path.with_name("x.png"), 999),
    ],
    ids=["changed", "moved", "copied", "deleted", "renamed", "added"],
)
def test_a_changed_image_is_noticed_also_behind_a_link(project, server, change, label):
    change(project.folder / FOLDER / label / "3.png")
    assert fetched(server, project) == {"photos"}


def test_another_npz_with_an_older_date_is_noticed(project, server):
    write_arrays(project.folder / ARRAYS, 2)
    os.utime(project.folder / ARRAYS, (1, 1))
    assert fetched(server, project) == {"arrays"}


def test_originals_that_are_away_stop_nothing_and_rerun_nothing(project, server):
    (project.folder / FOLDER).rename(project.folder.parent / "unplugged")
    (project.folder / ARRAYS).unlink()
    assert fetched(server, project) == set()
    (project.folder / FOLDER).mkdir()  # where a disk is mounted
    assert fetched(server, project) == set()
    # Not even where the code that reads them has changed, and a job could only fail.
    project.edit(
        "src/aestudy/datasets/splits.py",
        'shuffled = np.argsort(rng.random(len(labels)), kind="stable")\n    jitter',
        "shuffled = np.argsort(rng.random(len(labels)), kind='stable'[:])\n    jitter",
    )
    assert fetched(server, project) == set()
    (project.folder / FOLDER).rmdir()
    (project.folder.parent / "unplugged").rename(project.folder / FOLDER)
    assert fetched(server, project) == {"photos"}


def stops(project, server, *parts):
    run = server.run(project, "--dry-run", *FETCHED, configfile="own.yaml")
    assert run.status != 0
    assert "Traceback" not in run.output
    for part in parts:
        assert part in run.output


def test_what_cannot_be_studied_stops_before_anything_runs(project, server):
    (project.folder / FOLDER / "cat" / "99.png").symlink_to("gone.png")
    stops(
        project,
        server,
        "sources.photos.path",
        "cat/99.png: expected an image or a folder, found a broken link",
    )
    (project.folder / FOLDER / "cat" / "99.png").unlink()
    (project.folder / ARRAYS).unlink()
    os.mkfifo(project.folder / ARRAYS)
    stops(project, server, "sources.arrays.path", "expected an .npz file, found a named pipe")
    (project.folder / ARRAYS).unlink()
    np.save(project.folder / "a.npy", np.zeros((3, 8, 8), np.uint8))
    (project.folder / "a.npy").rename(project.folder / ARRAYS)
    stops(project, server, "found a single array (.npy)")


def test_a_job_says_what_is_wrong_in_one_sentence(project):
    """Also where a name is not UTF-8."""
    strange = project.folder / FOLDER / "cat" / os.fsdecode(b"x\xff.png")
    strange.write_text("no image")
    run = subprocess.run(
        project.command(*FETCHED, "--keep-going"),
        cwd=project.folder, env=project.environment, capture_output=True, check=False, timeout=600,
    )  # fmt: skip
    output = (run.stdout + run.stderr).decode("utf-8")
    assert run.returncode != 0
    assert "Traceback" not in output
    assert "x\\udcff.png: expected an image (PNG, BMP, TIFF, PPM, JPEG), found something else" in output
    assert "the job ended before it could say why" not in output
