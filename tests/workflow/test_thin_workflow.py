"""Rules and scripts stay thin: what they decide stands in tested modules."""

import re

import pytest

from support.study_configs import CHECKOUT

MOST_LINES = 25
SCRIPTS = sorted((CHECKOUT / "workflow" / "scripts").glob("*.py"))


def rules():
    text = "\n".join(path.read_text("utf-8") for path in sorted(CHECKOUT.glob("workflow/rules/*.smk")))
    parts = re.split(r"^(?=rule \w+:|\w)", text, flags=re.MULTILINE)
    return {part.split(":")[0]: part.strip().splitlines() for part in parts if part.startswith("rule ")}


def test_every_rule_fits_a_glance():
    assert len(rules()) > 20
    assert {name: len(lines) for name, lines in rules().items() if len(lines) > MOST_LINES} == {}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_script_fits_a_glance_and_fixes_the_environment_first(path):
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) <= MOST_LINES
    assert lines[-2:] == ["fix_environment()", "run_job(main)"]
    outside = [line for line in lines if re.match(r"(from|import) ", line)]
    assert outside == [
        "from aestudy.devices.environment import fix_environment",
        "from aestudy_run.jobs import Job, run_job",
    ]


def test_the_rules_share_little():
    common = CHECKOUT / "workflow" / "rules" / "common.smk"
    assert len(common.read_text("utf-8").splitlines()) <= 90
