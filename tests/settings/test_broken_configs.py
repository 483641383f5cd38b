"""Every mistake in the table gives one message with the key's path, what is allowed and what was found."""

import re

import pytest

from aestudy import settings
from aestudy.errors import StudyError
from support.broken_configs import BROKEN_CONFIGS, BrokenConfig


def test_names_of_the_cases_differ():
    names = [case.name for case in BROKEN_CONFIGS]
    assert len(set(names)) == len(names) >= 45


@pytest.mark.parametrize("case", BROKEN_CONFIGS, ids=lambda case: case.name.replace(" ", "-"))
def test_mistake_is_named(case: BrokenConfig, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config, files = case.merged(tmp_path)
    with pytest.raises(StudyError) as caught:
        settings.load(config, files=files)
    message = str(caught.value)
    heading, *lines, last = message.splitlines()
    first, *others = [part.replace("OVERLAY", "overlay.yaml") for part in case.parts]
    assert len(lines) == case.mistakes, message
    assert heading == f"the config has {f'{case.mistakes} mistakes' if case.mistakes > 1 else 'a mistake'}:"
    [line] = [line for line in lines if line.startswith(f"  {first}")]
    for part in others:
        assert part in line
    assert line.endswith(".")
    assert "docs/configuration.md" in last
    assert max(map(len, lines)) < 500
    assert re.fullmatch(r"[ -~]*", "".join(lines)), "the message must be printable"
