"""A digest changes with the code that a script reaches, and with nothing else."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from aestudy.digests import CodeDigests
from aestudy.distortions.registry import TABLE_SYMBOL

FILES = {
    "aestudy/__init__.py": "",
    "aestudy/helpers.py": '''
"""Helpers."""
import math
import numpy as np

SCALE = 2.0

def used(x: int) -> float:
    """Say something."""
    # a comment
    return inner(x) * SCALE

def inner(x):
    return np.sqrt(x)

def unused(x):
    return math.floor(x)
''',
    "aestudy/table.py": """
from aestudy.kinds import noise, blur
KINDS = {"noise": noise, "blur": blur}

def apply(kind, x):
    return KINDS[kind](x)
""",
    "aestudy/kinds.py": """
def noise(x):
    return _shared(x)

def blur(x):
    import scipy.ndimage
    return scipy.ndimage.uniform_filter(_shared(x))

def _shared(x):
    return x
""",
    "aestudy/pages/__init__.py": "from .render import render as draw",
    "aestudy/pages/render.py": """
from pathlib import Path
TEMPLATE = Path(__file__).with_name("page.html")
def render():
    return TEMPLATE.read_text()
""",
    "aestudy/pages/page.html": "<p>hello</p>",
    "scripts/calculate.py": """
from aestudy import helpers
with open("x") as file:
    print(helpers.used(3))
""",
    "scripts/apply.py": "from aestudy.table import apply\nprint(apply('noise', 1))\n",
    "scripts/page.py": "from aestudy.pages import draw\nprint(draw())\n",
    "requirements.lock": "\n".join(
        ["numpy==2.0.0 ; python_version < '3.12' \\", "    --hash=x", "numpy==2.1.0 \\", "scipy==1.0.0 \\"]
    ),
}


@pytest.fixture
def tree(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def digests(tree):
    return CodeDigests(tree / "aestudy", tree / "scripts", tree / "requirements.lock")


def replace(tree, file, old, new):
    path = tree / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("aestudy/helpers.py", "* SCALE", "* SCALE + 1"),
        ("aestudy/helpers.py", "np.sqrt(x)", "np.sqrt(x) + 1"),
        ("aestudy/helpers.py", "SCALE = 2.0", "SCALE = 3.0"),
        ("scripts/calculate.py", "used(3)", "used(4)"),
        ("requirements.lock", "numpy==2.1.0", "numpy==2.2.0"),
    ],
)
def test_what_the_script_reaches_counts(tree, file, old, new):
    before = digests(tree).script("calculate")
    replace(tree, file, old, new)
    assert digests(tree).script("calculate") != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("aestudy/helpers.py", "math.floor", "math.ceil"),
        ("aestudy/helpers.py", "# a comment", "# another comment"),
        ("aestudy/helpers.py", "Say something.", "Say something else."),
        ("aestudy/helpers.py", "x: int) -> float", "x: float) -> int"),
        ("aestudy/helpers.py", "\ndef inner", "\n\n\ndef inner"),
        ("aestudy/kinds.py", "return x", "return -x"),
        ("requirements.lock", "scipy==1.0.0", "scipy==2.0.0"),
    ],
)
def test_nothing_else_counts(tree, file, old, new):
    before = digests(tree).script("calculate")
    replace(tree, file, old, new)
    assert digests(tree).script("calculate") == before


def kind_digest(tree, kind):
    return digests(tree).script("apply", without=[("aestudy.table", "KINDS")], also=[("aestudy.kinds", kind)])


def test_entries_of_a_table_count_one_by_one(tree):
    noise, blur = kind_digest(tree, "noise"), kind_digest(tree, "blur")
    replace(tree, "aestudy/kinds.py", "uniform_filter(", "uniform_filter(2 * ")
    assert kind_digest(tree, "noise") == noise
    assert kind_digest(tree, "blur") != blur
    replace(tree, "aestudy/kinds.py", "return x", "return -x")
    assert kind_digest(tree, "noise") != noise


def test_what_a_table_lists_counts_only_where_it_is_used_itself(tree):
    def digest():
        lists = [("aestudy.table", "KINDS")]
        return CodeDigests(
            tree / "aestudy", tree / "scripts", tree / "requirements.lock", lists=lists
        ).script("apply")

    before = digest()
    replace(tree, "aestudy/kinds.py", "return x", "return -x")
    assert digest() == before
    replace(tree, "aestudy/table.py", "return KINDS[kind](x)", "return KINDS[kind](blur(x))")
    used = digest()
    assert used != before
    replace(tree, "aestudy/kinds.py", "return -x", "return x")
    assert digest() != used
    used = digest()
    replace(tree, "aestudy/table.py", '"noise": noise', '"noise": blur')
    assert digest() != used


def test_a_library_counts_only_where_it_is_used(tree):
    noise, blur = kind_digest(tree, "noise"), kind_digest(tree, "blur")
    replace(tree, "requirements.lock", "scipy==1.0.0", "scipy==1.1.0")
    assert kind_digest(tree, "noise") == noise
    assert kind_digest(tree, "blur") != blur


def test_data_files_beside_a_reached_module_count(tree):
    page, other = digests(tree).script("page"), digests(tree).script("apply")
    replace(tree, "aestudy/pages/page.html", "hello", "good bye")
    assert digests(tree).script("page") != page
    assert digests(tree).script("apply") == other


def test_the_place_of_the_project_does_not_count(tree, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("else where") / "copy"
    shutil.copytree(tree, elsewhere)
    assert digests(elsewhere).script("page") == digests(tree).script("page")


def test_what_the_last_run_found_holds_until_a_file_changes(tree, monkeypatch):
    memory = tree / "memory.json"

    def remembering():
        return CodeDigests(tree / "aestudy", tree / "scripts", tree / "requirements.lock", memory)

    before = remembering().script("calculate")
    assert before == digests(tree).script("calculate")
    with monkeypatch.context() as patch:
        patch.setattr(CodeDigests, "_script", None)  # nothing is read again
        assert remembering().script("calculate") == before
    for file, old, new in [
        ("aestudy/helpers.py", "* SCALE", "* SCALE + 1"),
        ("scripts/calculate.py", "used(3)", "used(4)"),
        ("requirements.lock", "numpy==2.1.0", "numpy==2.2.0"),
    ]:
        replace(tree, file, old, new)
        after = remembering().script("calculate")
        assert after == digests(tree).script("calculate") != before
        before = after
    memory.write_text("damaged")
    assert remembering().script("calculate") == before
    memory.unlink()
    memory.mkdir()
    assert remembering().script("calculate") == before


ROOT = Path(__file__).parents[1]


def real():
    return CodeDigests(ROOT / "src/aestudy", ROOT / "workflow/scripts", ROOT / "envs/requirements.lock")


@pytest.mark.parametrize("script", sorted(path.stem for path in (ROOT / "workflow/scripts").glob("*.py")))
def test_every_script_of_the_study_reaches_the_package(script):
    modules = {module for module, _ in real().reached_symbols(script)}
    assert "script" in modules
    assert any(module.startswith("aestudy.") for module in modules)


def existing(*modules):
    """Give the names as a set: one that a module no longer has would be reached by nothing."""
    for module in modules:
        assert importlib.util.find_spec(module), module
    return set(modules)


def test_training_does_not_depend_on_scoring_and_figures():
    modules = {module for module, _ in real().reached_symbols("train_model")}
    assert {"aestudy.training", "aestudy.model", "aestudy.optimizers"} <= modules
    assert not modules & existing("aestudy.metrics", "aestudy.scores", "aestudy.tables", "aestudy.baselines")
    assert not any(module.startswith(("aestudy.figures", "aestudy.report")) for module in modules)


def test_the_denoisers_depend_on_the_filters_that_they_use():
    study = CodeDigests(
        ROOT / "src/aestudy", ROOT / "workflow/scripts", ROOT / "envs/requirements.lock", lists=[TABLE_SYMBOL]
    )
    reached = study.reached_symbols("evaluate_denoisers")
    filters = {name for module, name in reached if module == "aestudy.distortions.filters"}
    assert {"median", "gaussian"} <= filters
    assert "mean" not in filters
    assert not any(module == "aestudy.distortions.noise" for module, _ in reached)


def test_scoring_depends_on_neither_training_nor_the_distortions():
    modules = {module for module, _ in real().reached_symbols("evaluate_model")}
    assert "aestudy.metrics" in modules
    assert not modules & existing(
        "aestudy.training", "aestudy.distortions.noise", "aestudy.distortions.filters"
    )
