"""Rules and scripts stay thin: what they decide stands in tested modules."""

import re
import textwrap

import pytest

from support.study_configs import CHECKOUT

MOST_LINES = 25
FOR_SEEDS = "for SEEDS in PLAN.seeds_of_jobs:\n\n"
RULES = sorted(path for path in (CHECKOUT / "workflow" / "rules").glob("*.smk") if path.stem != "common")
SCRIPTS = sorted((CHECKOUT / "workflow" / "scripts").glob("*.py"))


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_rule_fits_a_glance_in_a_file_of_its_name(path):
    text = path.read_text("utf-8")
    if text.startswith(FOR_SEEDS):  # a rule for the seeds of each job, all of one text
        text = textwrap.dedent(text.removeprefix(FOR_SEEDS))
        assert f'rule:\n    name:\n        PLAN.with_seeds("{path.stem}", SEEDS)\n' in text
    else:
        assert text.startswith(f"rule {path.stem}:\n")
    assert len(re.findall(r"^\w.*:", text, re.MULTILINE)) == 1
    assert len(text.splitlines()) <= MOST_LINES
    assert f'"../scripts/{path.stem}.py"' in text


def test_every_script_has_a_rule():
    assert [path.stem for path in SCRIPTS] == [path.stem for path in RULES]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_script_fits_a_glance_and_fixes_the_environment_first(path):
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) <= MOST_LINES
    assert lines[-2:] == ["fix_environment()", 'run_job(main, globals().get("snakemake"))']
    outside = [line for line in lines if re.match(r"(from|import) ", line)]
    assert outside == [
        "from aestudy.devices.environment import fix_environment",
        "from aestudy_run.jobs import Job, run_job",
    ]


def test_the_rules_share_little():
    common = CHECKOUT / "workflow" / "rules" / "common.smk"
    assert len(common.read_text("utf-8").splitlines()) <= 90
