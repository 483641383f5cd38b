"""The study with its files in an object storage: on one machine, and on nodes that share nothing with it."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cluster.object_storage import object_storage
from support.projects import SMOKE, first_difference

pytestmark = pytest.mark.slow_cluster


@pytest.fixture
def storage():
    with object_storage() as server:
        yield server


@pytest.fixture
def study(baseline, tmp_path):
    """A checkout: what git tracks is what travels to the jobs."""
    study = baseline.without_results(tmp_path / "submitting")
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["-c", "user.name=test", "-c", "user.email=test", "commit", "--quiet", "-m", "x"],
    ):
        subprocess.run(["git", *command], cwd=study.folder, check=True)
    return study


def run(study, storage, *arguments):
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "profiles/s3", *SMOKE, *arguments]
    # As after `source .venv/bin/activate`: where nothing is shared, jobs run the `python` of their PATH.
    path = f"{Path(sys.executable).parent}{os.pathsep}{study.environment['PATH']}"
    finished = subprocess.run(
        command, cwd=study.folder, env={**study.environment, **storage.environment, "PATH": path},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1500, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stdout


def results_in(storage):
    files = storage.files("aestudy", "study")
    return {
        name: content for name, content in files.items() if name.split("/")[0] in ("results", "resources")
    }


def test_on_one_machine(study, storage, baseline):
    run(study, storage, "--cores", "2")
    assert first_difference(baseline.results(), results_in(storage)) is None


def test_on_nodes_that_share_nothing(study, storage, baseline, slurm, tmp_path):
    # Each job gets a mount namespace of its own in which the submitting folder is empty.
    submit = study.folder / "profiles" / "slurm-generic" / "submit.sh"
    home = tmp_path / "home of a node"
    home.mkdir()
    (study.folder / "prelude.sh").write_text(
        "#!/usr/bin/env bash\n"
        "unshare --mount bash <<'END_OF_JOB'\n"
        f"mount -t tmpfs none {shlex.quote(str(study.folder))} || exit 1\n"
        f"mount -t tmpfs none {shlex.quote(str(home))} || exit 1\n"
        f"cd {shlex.quote(str(home))}\n"
        'export HOME="$PWD" PYTHONPATH="$PWD/src"\n'
    )
    (study.folder / "isolate.sh").write_text(
        "isolated=$(mktemp)\n"
        '{ cat prelude.sh "$1"; echo; echo END_OF_JOB; } > "$isolated"\n'
        'echo "$isolated"\n'
    )
    text = submit.read_text()
    assert text.count('"$script"') == 1
    submit.write_text(text.replace('"$script"', '"$(bash isolate.sh "$script")"'))
    run(study, storage, "--profile", "profiles/slurm-generic", "--seconds-between-status-checks", "1")
    assert first_difference(baseline.results(), results_in(storage)) is None
