"""A digest changes with the code that a script reaches, and with nothing else."""

import functools
import importlib.util
import re
import shutil
from pathlib import Path

import pytest

from aestudy.errors import StudyError
from aestudy.explanations.table import EXPLANATIONS, RECIPE, measure_symbol
from aestudy_run.code_digests import CodeDigests, Selection
from aestudy_run.code_digests.study import AROUND_JOBS, TABLES, StudyCode, check_planned, select

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
    return CodeDigests([tree / "aestudy"], tree / "scripts", tree / "requirements.lock")


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


TABLE = ("aestudy.table", "KINDS")


def kind_digest(tree, *kinds):
    return digests(tree).script("apply", Selection(entries=[(TABLE, kind) for kind in kinds]))


def test_entries_of_a_table_count_one_by_one(tree):
    noise, blur = kind_digest(tree, "noise"), kind_digest(tree, "blur")
    replace(tree, "aestudy/kinds.py", "uniform_filter(", "uniform_filter(2 * ")
    assert kind_digest(tree, "noise") == noise
    assert kind_digest(tree, "blur") != blur
    replace(tree, "aestudy/kinds.py", "return x", "return -x")
    assert kind_digest(tree, "noise") != noise


ENTRIES = {
    "a lambda": "lambda x: x + 1",
    "a call of a lambda": "(lambda n: lambda x: x + n)(1)",
    "a static method": "kinds.Noises.plain",
    "a class method": "kinds.Noises.of_class",
    "a partial": "functools.partial(kinds.add, n=1)",
    "a closure from a factory": "kinds.adding(1)",
    "a decorated function": "kinds.decorated",
    "a callable object": "kinds.Adder(1)",
    "a method of an object": "kinds.Adder(1).add",
    "a function of a library in a function": "kinds.twice(kinds.decorated)",
}
KINDS_OF_ALL_SORTS = """
def add(x, n):
    return x + n * 10

class Noises:
    @staticmethod
    def plain(x):
        return x * 10

    @classmethod
    def of_class(cls, x):
        return x * 10

def adding(n):
    def inner(x):
        return x + n * 10
    return inner

def twice(function):
    def inner(x):
        return function(function(x)) * 10
    return inner

@twice
def decorated(x):
    return x

class Adder:
    def __init__(self, n):
        self.n = n

    def __call__(self, x):
        return self.add(x)

    def add(self, x):
        return x + self.n * 10

def other(x):
    return x * 20
"""


@pytest.mark.parametrize("sort", ENTRIES)
def test_an_entry_of_a_table_may_be_any_expression(tree, sort):
    (tree / "aestudy/kinds.py").write_text(KINDS_OF_ALL_SORTS, "utf-8")
    table = (
        "import functools\nfrom aestudy import kinds\n"
        f"KINDS = {{'noise': kinds.other, 'mine': {ENTRIES[sort]}}}\n"
        "def apply(kind, x):\n    return KINDS[kind](x)\n"
    )
    (tree / "aestudy/table.py").write_text(table, "utf-8")
    noise, mine = kind_digest(tree, "noise"), kind_digest(tree, "mine")
    if "kinds" in ENTRIES[sort]:
        replace(tree, "aestudy/kinds.py", "* 10", "* 30")
    else:
        replace(tree, "aestudy/table.py", "1", "2")
    assert kind_digest(tree, "noise") == noise
    assert kind_digest(tree, "mine") != mine
    mine = kind_digest(tree, "mine")
    replace(tree, "aestudy/kinds.py", "* 20", "* 40")
    assert kind_digest(tree, "noise") != noise
    assert kind_digest(tree, "mine") == mine


@pytest.mark.parametrize(
    "table",
    [
        "KINDS = {f.__name__: f for f in (noise, blur)}",
        "KINDS = dict(noise=noise, blur=blur)",
        "OTHERS = {'blur': blur}\nKINDS = {'noise': noise, **OTHERS}",
        "KINDS = {'noise': noise}\nKINDS['blur'] = blur",
        "KINDS = {'noise': noise}\nKINDS |= {'blur': blur}",
        "KINDS = {'noise': noise}\nKINDS.update(blur=blur)",
        "KINDS = {}\nfor f in (noise, blur):\n    KINDS[f.__name__] = f",
        "NOISE = 'noise'\nKINDS = {NOISE: noise, 'blur': blur}",
    ],
)
def test_where_no_entry_can_be_picked_out_the_whole_table_counts(tree, table):
    path = tree / "aestudy/table.py"
    path.write_text(path.read_text().replace('KINDS = {"noise": noise, "blur": blur}', table), "utf-8")
    noise, blur = kind_digest(tree, "noise"), kind_digest(tree, "blur")
    replace(
        tree, "aestudy/kinds.py", "def noise(x):\n    return _shared(x)", "def noise(x):\n    return 2 * x"
    )
    assert kind_digest(tree, "noise") != noise
    replace(tree, "aestudy/kinds.py", "uniform_filter(", "uniform_filter(2 * ")
    assert kind_digest(tree, "blur") != blur


def test_what_a_table_lists_counts_only_where_its_functions_are_used(tree):
    table = (
        "KINDS = {'noise': Kind(noise), 'blur': Kind(blur)}\nclass Kind:\n    def __init__(self, function):\n"
    )
    table += "        self.function = function\n"
    replace(tree, "aestudy/table.py", 'KINDS = {"noise": noise, "blur": blur}', table)
    replace(tree, "aestudy/table.py", "return KINDS[kind](x)", "return list(KINDS)")

    def digest():
        return CodeDigests(
            [tree / "aestudy"], tree / "scripts", tree / "requirements.lock", tables={TABLE: "function"}
        ).script("apply")

    before = digest()
    replace(tree, "aestudy/kinds.py", "return x", "return -x")
    assert digest() == before
    replace(tree, "aestudy/table.py", "'noise': Kind(noise)", "'noise': Kind(blur)")
    assert digest() != before
    for use in ("return KINDS[kind].function(x)", "return getattr(KINDS[kind], 'function')(x)"):
        replace(tree, "aestudy/table.py", "return list(KINDS)", use)
        used = digest()
        replace(tree, "aestudy/kinds.py", "return -x", "return x")
        assert digest() != used
        replace(tree, "aestudy/kinds.py", "return x", "return -x")
        replace(tree, "aestudy/table.py", use, "return list(KINDS)")


def test_a_symbol_that_is_asked_for_and_gone_is_named(tree):
    for selection in (
        Selection(without=[("aestudy.table", "gone")]),
        Selection(also=[("aestudy.table", "gone")]),
        Selection(entries=[(("aestudy.gone", "KINDS"), "noise")]),
    ):
        with pytest.raises(StudyError, match="gone"):
            digests(tree).script("apply", selection)
    with pytest.raises(StudyError, match=r"nothing\.py: expected the script"):
        digests(tree).script("nothing")


def test_code_of_no_library_and_no_package_is_refused(tree, monkeypatch):
    (tree / "loose_module.py").write_text("def f(x): return x\n", "utf-8")
    monkeypatch.syspath_prepend(str(tree))
    replace(tree, "aestudy/helpers.py", "import math\n", "import math\nfrom loose_module import f\n")
    replace(tree, "aestudy/helpers.py", "return inner(x)", "return f(inner(x))")
    with pytest.raises(StudyError, match=r"helpers\.py:\d+: loose_module belongs to no installed library"):
        digests(tree).script("calculate")


def test_what_a_library_needs_counts_with_it(tree):
    lock = tree / "requirements.lock"
    lock.write_text(
        lock.read_text() + "\njax==0.1 \\\njaxlib==0.1 \\\npillow==1.0 \\\nunused==0.1 \\\n", "utf-8"
    )
    replace(
        tree,
        "aestudy/helpers.py",
        "return np.sqrt(x)",
        "import jax\n    from PIL import Image\n    return jax, Image",
    )
    for name, version in [("jax", "0.1"), ("jaxlib", "0.1"), ("pillow", "1.0")]:
        before = digests(tree).script("calculate")
        replace(tree, "requirements.lock", f"\n{name}=={version}", f"\n{name}=={version}.1")
        assert digests(tree).script("calculate") != before, name
    before = digests(tree).script("calculate")
    replace(tree, "requirements.lock", "unused==0.1", "unused==0.2")
    assert digests(tree).script("calculate") == before


def test_a_library_counts_only_where_it_is_used(tree):
    noise, blur = kind_digest(tree, "noise"), kind_digest(tree, "blur")
    replace(tree, "requirements.lock", "scipy==1.0.0", "scipy==1.1.0")
    assert kind_digest(tree, "noise") == noise
    assert kind_digest(tree, "blur") != blur


def test_data_files_that_a_reached_definition_names_count(tree):
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
        return CodeDigests([tree / "aestudy"], tree / "scripts", tree / "requirements.lock", memory)

    before = remembering().script("calculate")
    assert before == digests(tree).script("calculate")
    with monkeypatch.context() as patch:
        patch.setattr(CodeDigests, "_digest", None)  # nothing is read again
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


ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(path.stem for path in (ROOT / "workflow/scripts").glob("*.py"))
CHOICES = {
    "distort_images": ["white", "median", "gaussian,white", "chain,median,white"],
    "explain": [f"{name},clean,white" for name in EXPLANATIONS],
    "fetch_dataset": ["mnist5k", "mnist", "npz", "image_folder"],
    "plot_explanation": list(EXPLANATIONS),
    "train_model": ["", "rate", "white", "chain,median,rate,white"],
}


def of_project(folder=ROOT):
    return CodeDigests(
        [folder / "src/aestudy"], folder / "workflow/scripts", ROOT / "envs/requirements.lock", tables=TABLES,
        outside=[AROUND_JOBS],
    )  # fmt: skip


@functools.cache
def checkout():
    return of_project()


def reached(script, choices=""):
    return checkout().reached_symbols(script, select(script, choices))


def all_digests(folder):
    code = of_project(folder)
    return {
        (script, choices): code.script(script, select(script, choices))
        for script in SCRIPTS
        for choices in CHOICES.get(script, [""])
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    for part in ("src/aestudy", "workflow/scripts"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    return folder, all_digests(folder)


def move_module(folder, old, new):
    """Move a module below `aestudy` and adjust all imports of it and all names behind these."""
    (old_package, old_name), (new_package, new_name) = (
        (".".join(["aestudy", *path.split(".")[:-1]]), path.split(".")[-1]) for path in (old, new)
    )
    source, target = (folder / "src/aestudy" / f"{path.replace('.', '/')}.py" for path in (old, new))
    target.parent.mkdir(exist_ok=True)
    (target.parent / "__init__.py").touch()
    source.rename(target)

    def adjust(match):
        indent, listed = match.groups()
        names = [name.strip() for name in listed.strip("()").split(",") if name.strip()]
        if old_name not in names:
            return match[0]
        names.remove(old_name)
        rest = f"{indent}from {old_package} import {', '.join(names)}\n" if names else ""
        return f"{rest}{indent}from {new_package} import {new_name}\n"

    for path in folder.rglob("*.py"):
        text = path.read_text("utf-8")
        moved = re.sub(rf"\baestudy\.{re.escape(old)}\b", f"aestudy.{new}", text)
        imported = re.sub(
            rf"(?m)^( *)from {re.escape(old_package)} import (\([^)]*\)|[^\n(]*)\n", adjust, moved
        )
        if imported != moved:
            imported = re.sub(rf"(?<![\w.\"'])\b{old_name}\.(?=\w)", f"{new_name}.", imported)
        path.write_text(imported, "utf-8")


MOVES = {
    "metrics.pixelwise": "metrics.pixels",
    "images": "pictures",
    "errors": "faults",
    "seeds": "randomness.streams",
    "training.job": "trainings.work",
    "distortions.filters": "distortions.smoothing",
    "codec.coder": "codec.symbols",
    "metrics.structural_similarity": "report.ssim",
}


def test_modules_that_are_renamed_or_moved_change_no_digest(project, tmp_path):
    folder, before = project
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    for old, new in MOVES.items():
        move_module(copy, old, new)
    after = all_digests(copy)
    assert [name for name in before if after[name] != before[name]] == []


def test_the_copies_that_are_renamed_are_read(project, tmp_path):
    folder, before = project
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    move_module(copy, "metrics.pixelwise", "metrics.pixels")
    with (copy / "src/aestudy/metrics/pixels.py").open("a", encoding="utf-8") as file:
        file.write("\nPEAK = 2.0\n_mse = mse\n\n\ndef mse(*images):\n    return _mse(*images) * PEAK\n")
    after = all_digests(copy)
    changed = {script for script, choices in before if after[script, choices] != before[script, choices]}
    assert {"evaluate_model", "evaluate_baseline"} <= changed
    assert not changed & {"train_model", "distort_images", "fetch_dataset", "fit_codec"}


# What the rules plan with and the jobs compare


@pytest.fixture
def study(tmp_path):
    for part in ("src/aestudy", "src/aestudy_run", "workflow/scripts", "envs"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def study_code(study, **options):
    return StudyCode(study / "workflow/scripts", package=study / "src/aestudy", **options)


def test_a_rule_names_digest_script_and_choices(study):
    code = study_code(study, memory=None)
    assert re.fullmatch(r"[0-9a-f]{16} plot_losses", code.describe("plot_losses"))
    assert re.fullmatch(
        r"[0-9a-f]{16} distort_images median,white", code.describe("distort_images", "median,white")
    )
    assert code.describe("train_model") != code.describe("train_model", "rate")


@pytest.mark.parametrize(
    ("file", "old", "new", "choices"),
    [
        ("distortions/noise.py", "noisy += images", "noisy -= images", ["white", "median,rate,white"]),
        ("distortions/filters.py", '_check_size("median"', '_check_size("the median"', ["median,rate,white"]),
        (
            "distortions/variants.py",
            "np.empty_like(clean)",
            "np.zeros_like(clean)",
            ["white", "median,rate,white"],
        ),
        ("training/rate_prior.py", "COMPONENTS = 3", "COMPONENTS = 4", ["rate", "median,rate,white"]),
    ],
)
def test_a_training_depends_on_the_functions_that_draw_its_noise_alone(study, file, old, new, choices):
    every = ["", "rate", "white", "median,rate,white"]
    before = {choice: study_code(study, memory=None).describe("train_model", choice) for choice in every}
    replace(study, f"src/aestudy/{file}", old, new)
    after = {choice: study_code(study, memory=None).describe("train_model", choice) for choice in every}
    assert [choice for choice in every if before[choice] != after[choice]] == choices


@pytest.mark.parametrize(
    ("script", "choices", "file", "old", "new"),
    [
        ("distort_images", "white", "src/aestudy/distortions/noise.py", "noisy += images", "noisy -= images"),
        ("train_model", "", "src/aestudy/metrics/pixelwise.py", "\ndef ", "\ndef _new(): pass\n\n\ndef "),
        ("plot_losses", "", "workflow/scripts/plot_losses.py", "run_job(main, ", "run_job(main, 1, "),
        ("fetch_dataset", "mnist5k", "envs/requirements.lock", "\nnumpy==", "\nnumpy==1."),
    ],
)
def test_a_job_notices_that_its_code_was_edited_after_planning(
    study, monkeypatch, script, choices, file, old, new
):
    monkeypatch.chdir(study)
    monkeypatch.setattr("aestudy_run.code_digests.study.PACKAGE", study / "src/aestudy")
    Path(".snakemake").mkdir()
    planned = study_code(study).describe(script, choices)
    remembered = Path(".snakemake/code_digests.json").read_bytes()
    check_planned(planned, study / "workflow/scripts")
    path = study / file
    original = path.read_text("utf-8")
    path.write_text(original.replace(old, new, 1), "utf-8")
    if script == "train_model":  # what is not reached does not count
        check_planned(planned, study / "workflow/scripts")
    else:
        with pytest.raises(
            StudyError, match=f"not the code that the run was planned with \\(rule {script}\\)"
        ):
            check_planned(planned, study / "workflow/scripts")
    path.write_text(original, "utf-8")
    check_planned(planned, study / "workflow/scripts")
    assert Path(".snakemake/code_digests.json").read_bytes() == remembered  # a job never writes it


def test_a_job_reads_no_code_again_where_nothing_changed(study, monkeypatch):
    monkeypatch.chdir(study)
    monkeypatch.setattr("aestudy_run.code_digests.study.PACKAGE", study / "src/aestudy")
    Path(".snakemake").mkdir()
    planned = study_code(study).describe("train_model", "rate")
    monkeypatch.setattr(CodeDigests, "_digest", None)
    check_planned(planned, study / "workflow/scripts")


def test_what_surrounds_a_job_is_left_out(study):
    before = study_code(study, memory=None).describe("train_model")
    replace(study, "src/aestudy_run/jobs.py", '"%(asctime)s', '"> %(asctime)s')
    assert study_code(study, memory=None).describe("train_model") == before


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_of_the_study_reaches_the_package(script):
    modules = {module for module, _ in reached(script, CHOICES.get(script, [""])[0])}
    assert "script" in modules
    assert any(module.startswith("aestudy.") for module in modules)


def existing(*modules):
    """Give the names as a set: one that a module no longer has would be reached by nothing."""
    for module in modules:
        assert importlib.util.find_spec(module), module
    return set(modules)


def test_training_does_not_depend_on_scoring_and_figures():
    modules = {module for module, _ in reached("train_model")}
    assert {"aestudy.training.loop", "aestudy.training.autoencoder", "aestudy.training.optimizers"} <= modules
    assert not modules & existing(
        "aestudy.metrics.pixelwise",
        "aestudy.scoring.scores",
        "aestudy.tables.aggregate",
        "aestudy.scoring.baselines",
    )
    assert not any(module.startswith(("aestudy.figures", "aestudy.report")) for module in modules)


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_an_explanation_depends_on_its_own_module_and_kinds(name):
    """So an edit of one reruns only it; what trains nothing does not depend on the trainer."""
    own, _ = measure_symbol(name)
    symbols = reached("explain", f"{name},clean,white")
    modules = {module for module, _ in symbols}
    others = {measure_symbol(other)[0] for other in EXPLANATIONS} - {own}
    assert own in modules
    assert not modules & others
    assert not modules & existing("aestudy.figures.explanations", "aestudy.findings.explanations")
    assert ("aestudy.training.loop" in modules) == (RECIPE in EXPLANATIONS[name].uses)
    drawn = {kind for module, kind in symbols if module == "aestudy.distortions.noise"}
    assert drawn <= {"clean", "white"}


def test_the_figure_of_an_explanation_depends_on_its_line_of_the_table(project, tmp_path):
    folder, before = project
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    replace(copy, "src/aestudy/explanations/table.py", 'axis="regret (dB)"', 'axis="regret in dB"')
    after = all_digests(copy)
    changed = {name for name in before if after[name] != before[name]}
    modules = {module for module, _ in reached("plot_explanation", "transfer")}
    assert not modules & {measure_symbol(name)[0] for name in EXPLANATIONS}
    drawn = {choices for script, choices in changed if script == "plot_explanation"}
    assert drawn == {"transfer"}
    assert "explain" not in {script for script, _ in changed}


def test_the_denoisers_depend_on_the_filters_that_they_use():
    symbols = reached("evaluate_denoisers")
    filters = {name for module, name in symbols if module == "aestudy.distortions.filters"}
    assert {"median", "gaussian"} <= filters
    assert "mean" not in filters
    assert not any(module == "aestudy.distortions.noise" for module, _ in symbols)


def test_scoring_depends_on_neither_training_nor_the_distortions():
    modules = {module for module, _ in reached("evaluate_model")}
    assert "aestudy.metrics.pixelwise" in modules
    assert not modules & existing(
        "aestudy.training.loop", "aestudy.distortions.noise", "aestudy.distortions.filters"
    )
