"""What tests need of the machine, and what they shall not notice of it and of its user."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

from aestudy.devices.environment import READ_AT_START, known_environment

ROOT = Path(__file__).resolve().parents[2]

PERSONAL = re.compile(
    # Of Snakemake a profile; of SLURM the job that the tests run in; of git the place of another repository.
    r"(SNAKEMAKE|SLURM|SBATCH|SQUEUE|SINFO|SCANCEL|GIT)_.*|COLUMNS|LINES|FORCE_COLOR|CLICOLOR_FORCE|PYTHON_COLORS"
)
"""What a person may have set that changes what programs do or print."""

MADE = {
    ".git", ".venv", ".snakemake", ".hypothesis", ".pytest_cache", ".ruff_cache", ".mypy_cache",
    "__pycache__", "results", "resources", "logs", "wheelhouse",
}  # fmt: skip
"""Folders of a checkout that do not belong to the project; in a worktree of git, `.git` is a file."""


def give_up(reason: str) -> NoReturn:
    """Skip a test; under `CI=true`, where `.ci/run` installs what any test needs, fail it.

    Args:
        reason: what is missing, and how one gets it.
    """
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; under CI=true nothing may be skipped")
    pytest.skip(reason)


def leave_to(machines: str, found: str) -> NoReturn:
    """Skip a test that is for other machines, also in CI: it wants data or hardware, no program.

    Args:
        machines: which machines it is for.
        found: what this one has instead.
    """
    pytest.skip(f"for {machines} ({found})")


only_where_cores_can_be_chosen = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="for Linux, where a process can choose its cores"
)


def need_program(name: str, *, debian: str) -> str:
    """Give the path of a program; without it, give the test up.

    Args:
        name: the program.
        debian: the packages of Debian that bring it.
    """
    path = shutil.which(name)
    if path is None:
        give_up(f"{name} is not installed (Debian: {debian})")
    return path


def forget_the_user() -> None:
    """Give this process and its children an environment in which a person's settings change no test.

    Call it before NumPy or JAX is imported. Proxies stay, for npm, but nothing on this machine is asked
    through one; of git only its own settings count, and it may read this checkout whoever owns it.
    """
    given = {
        name: value
        for name, value in os.environ.items()
        if not PERSONAL.fullmatch(name) and not READ_AT_START.fullmatch(name)
    }
    known = known_environment(given)
    # A test that wants JAX elsewhere says so.
    known |= {"JAX_PLATFORMS": given.get("JAX_PLATFORMS", "cpu"), "TERM": "xterm", "PYTHONUTF8": "1"}
    known |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    known |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    for name in ("no_proxy", "NO_PROXY"):
        known[name] = ",".join(filter(None, [given.get(name), "localhost", "127.0.0.1"]))
    for name in os.environ.keys() - known.keys():
        del os.environ[name]
    os.environ.update(known)
    os.umask(0o022)


def project_files() -> list[str]:
    """List the files of the project in this checkout; without git, all that nobody has made here."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        names = listing.split("\0")
    except (OSError, subprocess.CalledProcessError):  # no git, or an unpacked archive of the project
        names = []
        for folder, folders, files in os.walk(ROOT):
            folders[:] = [
                name
                for name in folders
                if name not in MADE | {"__pycache__"} and not name.endswith(".egg-info")
            ]
            names += [os.path.relpath(Path(folder, name), ROOT) for name in files if name not in MADE]
    return sorted(name for name in names if name and (ROOT / name).is_file())
