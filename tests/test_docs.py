"""What the documents name exists."""

import importlib
import re
import tomllib
from pathlib import PurePosixPath

import pytest
import yaml

from aestudy.files.csv_tables import columns_of
from aestudy.files.study_tables import TABLES
from support.machine import ROOT, project_files

DOCUMENTS = sorted(
    name
    for name in project_files()
    if re.fullmatch(
        r"docs/.*\.md|README\.md|CONTRIBUTING\.md|profiles/.*|config\.yaml|studies/.*\.yaml", name
    )
)

PATH = re.compile(
    r"(?<![\w./{}-])(?:(?:src|tests|workflow|profiles|studies|envs|docs)/[\w./*{}-]*|[\w./*-]+/[\w*-]+\.(?:py|smk|rst))"
)
"""A path from the top of the project, or the place of a module in its room."""

MODULE = re.compile(r"(?<![\w./-])aestudy(?:_run)?(?:\.\w+)+")

LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]*))?\)")

YOURS = {"studies/mine.yaml"}
"""Files that the documents have the reader write."""

NO_MODULES = {"aestudy.def", "aestudy.onstart", "aestudy.onsuccess"}

FOLDERS = ("", "src/aestudy/", "src/", "workflow/")


def text_of(name):
    return (ROOT / name).read_text("utf-8")


def exists(path):
    """Whether a file, a folder or a pattern of these is in the project; `{name}` stands for any name."""
    path = re.sub(r"\{\w*\}", "*", path).rstrip("./")
    return any(any(ROOT.glob(folder + path)) for folder in FOLDERS)


def resolves(name):
    """Whether a dotted name is a module or something in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath("src", *parts[:length])
        if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file():
            found = importlib.import_module(".".join(parts[:length]))
            for part in parts[length:]:
                found = getattr(found, part, None)
            return found is not None
    return False


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_exists(name):
    named = {path for path in PATH.findall(text_of(name)) if path.rstrip("./") not in YOURS}
    missing = sorted(path for path in named if not exists(path))
    assert not missing, f"{name} names what is not there: {missing}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_module_exists(name):
    missing = sorted(
        module
        for module in set(MODULE.findall(text_of(name))) - NO_MODULES
        if not resolves(module)
    )  # fmt: skip
    assert not missing, f"{name} names what is not there: {missing}"


def anchors(name):
    """Write the anchors of a page's headings as a web view of the project does."""
    headings = re.findall(r"^#+ +(.*)$", text_of(name), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.endswith(".md")])
def test_every_link_leads_somewhere(name):
    for target, anchor in LINK.findall(text_of(name)):
        if "://" in target:
            continue
        path = (ROOT / PurePosixPath(name).parent / target).resolve() if target else ROOT / name
        assert path.exists(), f"{name}: {target}"
        if anchor:
            assert anchor in anchors(str(path.relative_to(ROOT))), f"{name}: {target}#{anchor}"


def test_every_room_is_on_the_map():
    section = text_of("docs/architecture.md").partition("\n## The map\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
    mapped = {word for row in rows for word in re.findall(r"`(\w+)`", row)}
    rooms = {
        path.stem
        for path in (ROOT / "src" / "aestudy").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert rooms - {"__init__"} <= mapped


def test_the_columns_of_all_tables_are_told():
    section = text_of("docs/results.md").partition("\n## Columns\n")[2]
    rows = [re.findall(r"`([^`]+)`", cell) for cell in re.findall(r"^\| (`.*) \|$", section, re.MULTILINE)]
    split = len(TABLES)
    told = {row[0]: [name for name in row[1:] if not name.endswith(".csv")] for row in rows[:split]}
    assert told == {name: list(columns_of(row)) for name, row in TABLES.items()}
    first_cells = re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE)[split:]
    explained = [name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(explained) == sorted({name for columns in told.values() for name in columns})


def test_the_glossary_is_short():
    words = text_of("docs/architecture.md").partition("\n## Words\n")[2]
    terms = re.findall(r"^\| ([a-z ]+) \|", words, re.MULTILINE)[1:]
    assert terms == sorted(terms)
    assert 0 < len(terms) <= 15


def test_the_citation_names_this_version():
    citation = yaml.safe_load(text_of("CITATION.cff"))
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    assert (citation["version"], citation["license"]) == (project["version"], project["license"])
