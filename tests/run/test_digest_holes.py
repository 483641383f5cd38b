"""Whatever somebody writes counts in the digest of what reaches it, or is refused in one sentence."""

import re

import pytest

from aestudy.errors import StudyError
from aestudy_run.code_digests import CodeDigests
from support.digest_cases import CASES, CHANGES, UNCHANGED, path_of

LOCK = "numpy==2.1.0 \\\nscipy==1.0.0 \\\n"


def digest(tree):
    return CodeDigests([tree / "aestudy"], tree / "scripts", tree / "requirements.lock").script("job")


@pytest.mark.parametrize("name", CASES)
def test_an_edit(tmp_path, name):
    case = CASES[name]
    for path, text in {**case.paths, "requirements.lock": LOCK}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    if case.expected not in (CHANGES, UNCHANGED):
        with pytest.raises(StudyError) as refusal:
            digest(tmp_path)
        assert re.search(case.expected, str(refusal.value)), refusal.value
        return
    before = digest(tmp_path)
    file, old, new = case.edit
    path = tmp_path / path_of(file)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    assert (digest(tmp_path) != before) == (case.expected == CHANGES)
