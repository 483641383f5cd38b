"""`import aestudy`: what it names, what it costs, and who may use it."""

import ast
import re
import shutil
import subprocess
import sys

import pytest

import aestudy
from support.machine import ROOT

SOURCE = ROOT / "src/aestudy/__init__.py"
ROOMS = {path.stem for path in (ROOT / "src/aestudy").iterdir() if path.suffix in ("", ".py")}


def run(code):
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.strip()


def test_importing_it_imports_nothing_else():
    before = "import sys; known = set(sys.modules); import aestudy; "
    heavy = "print(sorted(set(sys.modules) - known - {'aestudy', 'typing', 're', 'enum'}))"
    loaded = ast.literal_eval(run(before + heavy))
    assert not {name.partition(".")[0] for name in loaded} & {"numpy", "jax", "scipy", "pandas", "matplotlib"}
    assert [name for name in loaded if name.startswith("aestudy")] == []


def test_measuring_and_coding_start_no_jax():
    assert run(
        "import sys, aestudy; [getattr(aestudy, n) for n in aestudy.__all__]; print('jax' in sys.modules)"
    ) == "False"  # fmt: skip


def test_rooms_are_there_without_an_import_of_their_own():
    assert run("import aestudy; print(aestudy.metrics.pixelwise.mse.__name__)") == "mse"


def test_all_names_are_listed_before_they_are_imported():
    listed = run("import aestudy; print(sorted(set(aestudy.__all__) - set(dir(aestudy))))")
    assert listed == "[]"


def test_an_unknown_name_is_refused_with_those_that_there_are():
    with pytest.raises(AttributeError, match="has no attribute 'distortt'; it has KINDS, Compressor"):
        aestudy.distortt  # noqa: B018 - the access itself is tested


def test_type_checkers_see_what_python_finds():
    tree = ast.parse(SOURCE.read_text())
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: statement.module.removeprefix("aestudy.")
        for statement in guarded.body
        for alias in statement.names
    }
    assert seen == aestudy._HOMES
    assert sorted(seen) == sorted(aestudy.__all__)


def test_the_page_shows_all_names():
    page = (ROOT / "docs/python.md").read_text("utf-8")
    rows = "\n".join(line for line in page.splitlines() if line.startswith("| `"))
    assert {name for name in aestudy.__all__ if not re.search(rf"\b{name}\b", rows)} == set()


def uses_of_the_face(tree):
    """Name what some code takes from the package itself, rooms and the version apart."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "aestudy":
            yield from (alias.name for alias in node.names if alias.name not in ROOMS | {"__version__"})
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "aestudy" and node.attr in aestudy.__all__:
                yield node.attr
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aestudy.face"):
            yield node.module


def test_no_code_of_the_study_uses_the_face():
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "workflow/scripts").glob("*.py")]
    inside = {SOURCE, *(ROOT / "src/aestudy/face").glob("*.py")}
    found = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        if file not in inside
        for name in uses_of_the_face(ast.parse(file.read_text("utf-8")))
    }
    assert found == set()
    assert len(files) > 100


def test_an_edit_of_the_face_changes_no_digest_of_a_script(tmp_path):
    from aestudy_run.code_digests.study import StudyCode

    for name in ("src/aestudy", "workflow/scripts"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "envs", tmp_path / "envs")

    def digests():
        code = StudyCode(tmp_path / "workflow/scripts", None, package=tmp_path / "src/aestudy")
        return [code.describe("train_model"), code.describe("render_report"), code.describe("fit_codec")]

    before = digests()
    face = tmp_path / "src/aestudy/__init__.py"
    text = face.read_text().replace('"train": "face.training"', '"train": "face.elsewhere"')
    face.write_text(text.replace("    import importlib\n", "    import importlib\n    print(name)\n"))
    shutil.rmtree(tmp_path / "src/aestudy/face")
    assert digests() == before
