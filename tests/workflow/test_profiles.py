"""The profiles repeat what is right everywhere, say why, and leave the rules to the workflow."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from support.projects import Project

ROOT = Path(__file__).parents[2]
PROFILES = sorted(path.parent.name for path in ROOT.glob("profiles/*/config.yaml"))


def settings_of(profile):
    return yaml.safe_load((ROOT / "profiles" / profile / "config.yaml").read_text("utf-8"))


def rules():
    """Split the rules that run a script: name -> text."""
    text = "\n".join(path.read_text("utf-8") for path in sorted(ROOT.glob("workflow/rules/*.smk")))
    parts = re.split(r"^(?=rule \w+:)", text, flags=re.MULTILINE)
    return {part[5:].split(":")[0]: part for part in parts if part.startswith("rule ") and "script:" in part}


@pytest.mark.parametrize("profile", sorted(set(PROFILES) - {"default"}))
def test_a_profile_repeats_the_default_one(profile):
    # A profile that is named replaces the default one, it does not add to it.
    default = settings_of("default")
    assert {key: settings_of(profile).get(key) for key in default} == default


@pytest.mark.parametrize("profile", PROFILES)
def test_every_entry_has_a_comment(profile):
    text = (ROOT / "profiles" / profile / "config.yaml").read_text("utf-8")
    for paragraph in re.split(r"\n\s*\n", text):
        assert paragraph.lstrip().startswith("#"), paragraph


def jobs_by_group(output):
    """Sort the jobs of a dry run: group -> what they say they do; "" for jobs by themselves."""
    found = {}
    group = ""
    for line in output.splitlines():
        if begins := re.search(r"Group job (\S+) ", line):
            group = begins[1]
        elif job := re.match(r"( *)Job \d+: (.*)", line):
            found.setdefault(group if job[1] else "", []).append(job[2])
    return found


def test_jobs_share_submissions_where_a_profile_says_how_many(tmp_path):
    project = Project.of_checkout(tmp_path)
    components = settings_of("slurm-generic")["group-components"]
    planned = project.snakemake("--dry-run", "--group-components", *components)
    assert planned.returncode == 0, planned.stdout
    jobs = jobs_by_group(planned.stdout)
    assert jobs.pop("") == ["The reports are complete"]
    assert jobs.keys() == {"data", *(entry.split("=")[0] for entry in components)}
    assert "Fetching the data set smoke" in jobs["data"]
    assert "Scoring the classical denoisers (smoke)" in jobs["baselines"]
    assert "Training on white to denoise (smoke, seed 0)" in jobs["models"]
    assert "Writing the report of smoke" in jobs["results"]


def test_jobs_of_one_machine_are_not_grouped(tmp_path):
    planned = Project.of_checkout(tmp_path).snakemake("--dry-run")
    assert planned.returncode == 0, planned.stdout
    assert jobs_by_group(planned.stdout).keys() == {""}


def test_every_rule_has_a_group():
    for name, text in rules().items():
        assert ("    group:\n" in text) != ("localrule: True" in text), f'{name}: group: submission("...")'


def test_every_rule_asks_for_resources():
    for name, text in rules().items():
        found = re.search(r"\*\*growing\((\d+), (\d+|PLAN\.training\.minutes)\)", text)
        assert found, f"{name}: **growing(...)"
        # Snakemake alone takes up to 400 MB of a job on a cluster.
        assert int(found[1]) >= 500, name
        # A rule's retries would be made inside the cluster job, with the memory that was too little.
        assert "retries:" not in text, name


def fake_program(folder, name, script):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def status(folder, job="7"):
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    script = ROOT / "profiles" / "slurm-generic" / "status.sh"
    return subprocess.run(
        ["bash", script, job], env=environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("PENDING", "running"), ("RUNNING", "running"), ("COMPLETING", "running"), ("COMPLETED", "success"),
        ("FAILED", "failed"), ("CANCELLED", "failed"), ("TIMEOUT", "failed"), ("NODE_FAIL", "failed"),
        ("OUT_OF_MEMORY", "failed"), ("PREEMPTED", "failed"),
    ],
)  # fmt: skip
def test_status_of_a_job(tmp_path, state, expected):
    fake_program(tmp_path, "scontrol", f'echo "JobId=7 JobName=x JobState={state} Reason=None"')
    assert status(tmp_path) == expected + "\n"


def test_a_forgotten_job_has_the_state_of_the_accounting(tmp_path):
    fake_program(tmp_path, "scontrol", "exit 1")
    fake_program(tmp_path, "squeue", "exit 0")
    fake_program(tmp_path, "sacct", "echo 'CANCELLED by 0'")
    assert status(tmp_path) == "failed\n"
    fake_program(tmp_path, "sacct", "echo COMPLETED")
    assert status(tmp_path) == "success\n"


def test_a_job_that_nobody_remembers_is_made_again(tmp_path):
    fake_program(tmp_path, "scontrol", "exit 1")
    fake_program(tmp_path, "squeue", "exit 0")
    fake_program(tmp_path, "sacct", "exit 1")
    assert status(tmp_path) == "failed\n"


def test_a_controller_that_does_not_answer_says_nothing_about_a_job(tmp_path):
    for name in ("scontrol", "squeue", "sacct"):
        fake_program(tmp_path, name, "exit 1")
    assert status(tmp_path) == "running\n"


def test_submission_asks_for_what_the_job_needs(tmp_path):
    fake_program(tmp_path, "sbatch", f'printf "%s\\n" "$@" > "{tmp_path}/arguments"; echo "12;north"')
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    script = ROOT / "profiles" / "slurm-generic" / "submit.sh"
    arguments = ["train_model", "2", "900", "15", "1", "fast", "our account", "a script.sh"]
    command = ["bash", script, *arguments]
    finished = subprocess.run(
        command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert finished.stdout == "12\n"
    given = (tmp_path / "arguments").read_text().splitlines()
    for option in (
        "cpus-per-task=2",
        "mem=900",
        "time=15",
        "gpus=1",
        "partition=fast",
        "account=our account",
    ):
        assert f"--{option}" in given
    assert "--no-requeue" in given
    assert given[-1] == "a script.sh"
