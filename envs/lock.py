"""Resolve the dependencies of pyproject.toml anew and write the files of this folder.

`requirements.lock` (hashes, exact pins, for pip), `requirements-cluster.lock` (the same plus Snakemake's
plugins for clusters) and `requirements-test.lock` (the same plus the test tools) come from uv's resolver. No
index is named in any of them. Run it with `make lock`; `tests/workflow/test_environment.py` fails when the
files fall out of step.
"""

import re
import subprocess
import sys
from pathlib import Path

ENVS = Path(__file__).parent
PYPROJECT = ENVS.parent / "pyproject.toml"
PYTHON = "3.11"
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


def read_pins(lock: Path) -> dict[str, str]:
    """Read name -> version from a lock."""
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE))


def main() -> None:
    """Write all files."""
    lock, largest = ENVS / "requirements.lock", ENVS / "requirements-test.lock"
    resolve(largest, "build", "cluster", "test")
    resolve(lock, "build", within=largest)
    resolve(ENVS / "requirements-cluster.lock", "build", "cluster", within=largest)


if __name__ == "__main__":
    main()
