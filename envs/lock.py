"""Resolve the dependencies of pyproject.toml anew and write the files of this folder.

`requirements.lock` (hashes, exact pins, for pip), `requirements-cluster.lock` (the same plus Snakemake's
plugins for clusters) and `requirements-test.lock` (the same plus the test tools) come from uv's resolver;
`study.yaml` (for conda) takes the direct dependencies from them. No index is named in any of them. Run it
with `make lock`; `tests/workflow/test_environment.py` fails when the files fall out of step.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ENVS = Path(__file__).parent
PYPROJECT = ENVS.parent / "pyproject.toml"
PYTHON = "3.11"
CONDA_PYTHON = "3.12"  # the newest pins of the lock ask for it

CONDA_NAMES = {"matplotlib": "matplotlib-base"}
PIP_ONLY = {"constriction"}  # in no channel below
HEADER = "# Written by envs/lock.py (`make lock`); do not edit.\n"


def resolve(output: Path, *extras: str, within: Path | None = None) -> None:
    """Write one hashed lock with uv, with the versions of another lock if one is given."""
    command = [sys.executable, "-m", "uv", "pip", "compile", str(PYPROJECT), "--quiet", "--universal"]
    command += ["--python-version", PYTHON, "--generate-hashes", "--no-annotate", "--no-header"]
    command += [argument for extra in extras for argument in ("--extra", extra)]
    if within:
        command += ["--constraint", str(within)]
    subprocess.run([*command, "--output-file", str(output)], check=True)
    output.write_text(HEADER + output.read_text("utf-8"), "utf-8")


def direct_dependencies() -> list[str]:
    """Name the direct dependencies of the study, without extras and ranges."""
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    return [re.match(r"[A-Za-z0-9_.-]+", line)[0].lower() for line in project["dependencies"]]


def read_pins(lock: Path) -> dict[str, str]:
    """Read name -> version from a lock."""
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE))


def conda_environment(pins: dict[str, str]) -> str:
    """Write down the environment for conda with the versions of the lock."""
    lines = [HEADER + "name: aestudy", "channels:", "  - conda-forge", "  - bioconda", "  - nodefaults"]
    lines += ["dependencies:", f"  - python >={CONDA_PYTHON}", "  - pip"]
    names = sorted(direct_dependencies())
    lines += [f"  - {CONDA_NAMES.get(name, name)} =={pins[name]}" for name in names if name not in PIP_ONLY]
    lines += ["  - pip:"] + [f"      - {name}=={pins[name]}" for name in names if name in PIP_ONLY]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write all files."""
    lock, largest = ENVS / "requirements.lock", ENVS / "requirements-test.lock"
    resolve(largest, "build", "cluster", "test")
    resolve(lock, "build", within=largest)
    resolve(ENVS / "requirements-cluster.lock", "build", "cluster", within=largest)
    (ENVS / "study.yaml").write_text(conda_environment(read_pins(lock)), "utf-8")


if __name__ == "__main__":
    main()
