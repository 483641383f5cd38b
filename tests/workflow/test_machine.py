"""The tests themselves: what they skip, and what they notice of the machine and its user."""

import os
import subprocess
import sys

import pytest

from support import machine


def test_nothing_is_skipped_but_by_the_helpers():
    """So that in CI a missing program is a failure, and each other skip says which machine it is for."""
    words = ["pytest." + "skip(", "skip" + "if(", "import" + "orskip(", "x" + "fail("]
    found = [
        f"{path.name}: {word}"
        for path in sorted((machine.ROOT / "tests").rglob("*.py"))
        for word in words
        if path.name != "machine.py" and word in path.read_text("utf-8")
    ]
    assert found == []


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_program_fails_in_ci_and_is_named_elsewhere(ci, outcome, monkeypatch):
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match=r"no-such-program is not installed \(Debian: some-package\)"):
        machine.need_program("no-such-program", debian="some-package")


def test_without_git_the_project_is_what_nobody_has_made_here(monkeypatch):
    with_git = machine.project_files()
    monkeypatch.setenv("PATH", "/nowhere")
    found = machine.project_files()
    assert set(with_git) <= set(found)
    assert {"Snakefile", "src/aestudy/__init__.py", "tests/workflow/test_machine.py"} <= set(found)
    assert not [name for name in found if name.split("/")[0] in (".git", ".venv", ".snakemake", "results")]


def test_what_the_user_has_set_reaches_no_test():
    code = (
        "import os; from support import machine; machine.forget_the_user()\n"
        "print(sorted(set(os.environ) & {'SNAKEMAKE_PROFILE', 'SLURM_JOB_ID', 'GIT_DIR', 'COLUMNS',"
        " 'FORCE_COLOR', 'JAX_ENABLE_X64', 'PYTHONOPTIMIZE'}),"
        " os.environ['NO_PROXY'], os.environ['OMP_NUM_THREADS'])"
    )
    given = {
        "SNAKEMAKE_PROFILE": "mine", "SLURM_JOB_ID": "7", "GIT_DIR": "/nowhere", "COLUMNS": "20",
        "FORCE_COLOR": "1", "JAX_ENABLE_X64": "1", "PYTHONOPTIMIZE": "1", "NO_PROXY": "example.org",
        "OMP_NUM_THREADS": "8",
        "PYTHONPATH": os.pathsep.join([str(machine.ROOT / "src"), str(machine.ROOT / "tests")]),
    }  # fmt: skip
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, env={**os.environ, **given}, capture_output=True, text=True, check=True)
    assert found.stdout == "[] example.org,localhost,127.0.0.1 1\n"
