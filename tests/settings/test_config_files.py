"""The schema, `config.yaml`, the studies, the tables of kinds and the documentation say the same."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from aestudy import settings
from aestudy.datasets import SOURCES
from aestudy.distortions.registry import KINDS
from aestudy.networks.activations import ACTIVATIONS
from aestudy.settings import recipe_names
from aestudy.settings.schema import SCHEMA_PATH, read_schema, write_allowed
from aestudy.settings.yaml_files import read_document
from support.study_configs import CHECKOUT, STUDIES, read_yaml, study

SCHEMA = read_schema()
CONFIG_TEXT = (CHECKOUT / "config.yaml").read_text(encoding="utf-8")
DOCUMENTATION = (CHECKOUT / "docs" / "configuration.md").read_text(encoding="utf-8")

FROM_TABLES = ("model.activation", "model.code_activation", "training.optimizer")
"""What they may be grows with a line of code; the command lists it, so that no document has to."""

CATALOGS = ("sources", "distortions", "goals")
"""Their entries have keys of their own."""


GOAL = SCHEMA["properties"]["goals"]["additionalProperties"]


def parts(schema: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk through every part of a schema that describes a value."""
    yield place, schema
    for keyword in ("properties", "$defs"):
        for key, part in schema.get(keyword, {}).items():
            yield from parts(part, f"{place}/{key}")
    for keyword in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(keyword), dict):
            yield from parts(schema[keyword], f"{place}/*")
    for index, part in enumerate(schema.get("anyOf", [])):
        yield from parts(part, f"{place}/{index}")


def leaves() -> Iterator[tuple[str, dict[str, Any]]]:
    """List the keys that hold a value, such as `training.epochs`, with their part of the schema."""
    for key, part in SCHEMA["properties"].items():
        if key not in CATALOGS:
            yield from _leaves_of(key, part)


def _leaves_of(path: str, part: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if "properties" not in part:
        yield path, part
    for inner, inner_part in part.get("properties", {}).items():
        yield from _leaves_of(f"{path}.{inner}", inner_part)


def look_up(config: dict[str, Any], path: str) -> Any:
    for key in path.split("."):
        config = config[key]
    return config


def write_value(value: Any) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`[{', '.join(map(str, value))}]`" if isinstance(value, list) else f"`{value}`"


# Schema


def test_schema_is_valid_itself():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_schema_describes_every_value():
    for place, part in parts(SCHEMA):
        if set(part) != {"$ref"}:
            assert part.get("description"), f"{place}: give it a description"
            assert part.keys() & {"type", "anyOf", "$ref"}, f"{place}: give it a type"


def test_schema_lets_no_unknown_key_through():
    open_parts = {
        place
        for place, part in parts(SCHEMA)
        if part.get("type") == "object" and part.get("additionalProperties") is not False
    }
    # The catalogs themselves, and their entries; tests/support/broken_configs.py has unknown keys in those.
    assert open_parts == {"/sources", "/distortions", "/sources/*", "/distortions/*", "/goals"}


def test_schema_requires_every_key_so_that_no_default_hides_in_code():
    for place, part in parts(SCHEMA):
        assert "default" not in part, place
        if (
            part.get("additionalProperties") is False and place != "/goals/*"
        ):  # what a goal leaves out is not used
            assert sorted(part["required"]) == sorted(part["properties"]), place


def test_schema_and_settings_have_the_same_keys():
    fields = {field.name for field in dataclasses.fields(settings.Settings)}
    assert fields - {"sweeps", "conditions"} == SCHEMA["properties"].keys() - {"distortions"}
    loaded = settings.load(study())
    for section in ("model", "training", "evaluation", "statistics"):
        keys = [field.name for field in dataclasses.fields(getattr(loaded, section))]
        assert keys == list(SCHEMA["properties"][section]["properties"])


def test_every_name_of_a_recipe_has_its_function():
    from aestudy.training.optimizers import OPTIMIZERS, SCHEDULES
    from aestudy.training.pixel_losses import PIXEL_LOSSES

    assert list(OPTIMIZERS) == list(recipe_names.OPTIMIZERS)
    assert list(SCHEDULES) == list(recipe_names.SCHEDULES)
    assert list(PIXEL_LOSSES) == list(recipe_names.LOSSES)


def test_schema_allows_what_the_tables_have_and_names_nothing_twice():
    training = SCHEMA["properties"]["training"]["properties"]
    assert training["loss"]["enum"] == list(recipe_names.LOSSES)
    assert training["optimizer"]["enum"] == list(recipe_names.OPTIMIZERS)
    assert training["schedule"]["enum"] == list(recipe_names.SCHEDULES)
    assert SCHEMA["$defs"]["activation"]["enum"] == list(ACTIVATIONS)
    written = SCHEMA_PATH.read_text("utf-8")
    for names in (ACTIVATIONS, recipe_names.LOSSES, recipe_names.OPTIMIZERS, recipe_names.SCHEDULES):
        assert ", ".join(names) not in written


def test_no_parameter_is_named_like_a_key_of_its_entry():
    for kind, entry in KINDS.items():
        assert not {"kind", "of", "without"} & {parameter.name for parameter in entry.parameters}, kind
        assert "-" not in "".join(parameter.name for parameter in entry.parameters), kind
    for kind, entry in SOURCES.items():
        assert "kind" not in {option.name for option in entry.options}, kind


# Files


@pytest.mark.parametrize("path", [None, *STUDIES], ids=lambda path: path.stem if path else "default")
def test_study_is_valid(path):
    files = [CHECKOUT / "config.yaml", *([path] if path else [])]
    overlay = read_yaml(path) if path else {}
    loaded = settings.load(study(overlay), files=files)
    assert loaded.trained_on
    for file in files:
        assert read_document(file).mistakes == ()


def test_expected_studies_are_there():
    assert [path.stem for path in STUDIES] == [
        "best",
        "mixtures",
        "mnist",
        "notebook",
        "rate_distortion",
        "severity",
        "smoke",
    ]


def test_studies_do_not_share_folders():
    names = [name for path in STUDIES for name in read_yaml(path)["datasets"]]
    names += study()["datasets"]
    assert len(set(names)) == len(names)


def test_default_study_is_the_announced_one():
    loaded = settings.load(study())
    assert loaded.datasets == ("mnist5k",)
    assert loaded.tested_on == tuple(loaded.conditions)
    assert list(loaded.trained_on) == [
        "clean", "poisson", "white", "salt_pepper", "speckle", "gaussian3", "gaussian5", "median3", "median5",
        "mean3", "mean5",
    ]  # fmt: skip
    assert loaded.conditions["poisson"]["parameters"] == {"photons": 3.92}
    assert loaded.conditions["salt_pepper"]["parameters"] == {"amount": 0.2, "salt_share": 0.5}
    assert (loaded.model.hidden, loaded.model.code_size) == ((128, 64), 32)


def test_notebook_study_is_its_recipe():
    loaded = settings.load(study(read_yaml(CHECKOUT / "studies" / "notebook.yaml")))
    assert loaded.tested_on == loaded.trained_on == ("clean", "poisson", "white", "salt_pepper", "speckle")
    assert loaded.sources["notebook"].kind == "mnist"
    assert loaded.objectives == ("reconstruct",)
    assert (loaded.model.activation, loaded.model.code_activation) == ("relu", "relu")
    training = loaded.training
    assert (training.loss, training.optimizer, training.learning_rate) == ("bce", "adadelta", 1.0)
    assert (training.schedule, training.epochs, training.batch_size) == ("constant", 100, 256)
    assert training.shifted_fraction == training.squared_error_fraction == 0
    assert training.noise_draws == 1
    assert loaded.evaluation.examples == 20
    assert loaded.evaluation.compare_with_notebook


def test_severity_study_has_the_levels_of_mnist_c():
    loaded = settings.load(study(read_yaml(CHECKOUT / "studies" / "severity.yaml")))
    counts = {name: len(members) for name, members in loaded.sweeps.items()}
    assert counts == {
        "poisson_levels": 5, "white_levels": 5, "salt_pepper_levels": 5, "speckle_levels": 5,
        "median_levels": 3, "mean_levels": 3,
    }  # fmt: skip
    assert len(loaded.trained_on) == 1 + 4 * 5 + 3 * 3
    assert loaded.tested_on == loaded.trained_on


def test_smoke_study_is_small():
    loaded = settings.load(study(read_yaml(CHECKOUT / "studies" / "smoke.yaml")))
    assert len(loaded.trained_on) * len(loaded.objectives) * len(loaded.seeds) <= 4
    assert {spec["kind"] for spec in map(loaded.conditions.get, loaded.tested_on)} >= {"mixture", "chain"}


# Comments and documentation


each_leaf = pytest.mark.parametrize(("path", "part"), list(leaves()), ids=[path for path, _ in leaves()])


def comment_above(path: str) -> str:
    """Find the comment lines right above a key of `config.yaml`."""
    lines = CONFIG_TEXT.splitlines()
    document = read_document(CHECKOUT / "config.yaml")
    above = document.lines[tuple(path.split("."))] - 2
    comment = []
    while above >= 0 and lines[above].strip().startswith("#"):
        comment.insert(0, lines[above].strip())
        above -= 1
    return " ".join(comment)


@each_leaf
def test_comment_of_key_says_what_is_allowed(path, part):
    comment = comment_above(path)
    assert comment, f"config.yaml: write a comment above {path}"
    while "$ref" in part:
        part = SCHEMA["$defs"][part["$ref"].rpartition("/")[2]]
    if part.get("type") == "array" and path != "datasets":
        items = part["items"]
        part = SCHEMA["$defs"][items["$ref"].rpartition("/")[2]] if "$ref" in items else items
    bounds = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    expected = [str(part[bound]) for bound in bounds if bound in part]
    expected += ["aestudy kinds"] if path in FROM_TABLES else part.get("enum", [])
    for word in expected:
        assert re.search(rf"(?<![\w.]){word}(?![\w])", comment), f"config.yaml, {path}: mention {word}"


def test_catalog_entries_are_commented():
    for section in CATALOGS:
        assert comment_above(section)
    seen = set()
    for name, entry in study()["distortions"].items():
        if entry["kind"] in seen:
            continue
        seen.add(entry["kind"])
        comment = comment_above(f"distortions.{name}")
        assert comment, f"config.yaml: write a comment above distortions.{name}"
        for parameter in KINDS[entry["kind"]].parameters:
            for number in (parameter.minimum, parameter.maximum):
                assert re.search(rf"(?<![\w.]){number:.12g}(?![\w])", comment), f"{name}: mention {number}"


@each_leaf
def test_documentation_of_key(path, part):
    allowed = "a name that `aestudy kinds` lists" if path in FROM_TABLES else write_allowed(part, SCHEMA)
    row = f"| `{path}` | {allowed} | {write_value(look_up(study(), path))} |"
    assert row in DOCUMENTATION, f"docs/configuration.md: expected a row that starts with\n{row}"


def test_documentation_names_no_other_keys():
    known = {path for path, _ in leaves()} | set(CATALOGS)
    rows = re.findall(
        r"^\| `([a-z_]+(?:\.[a-z_]+)*)` \| (?:a|an|one|the|true) .*\| `.*` \|", DOCUMENTATION, re.MULTILINE
    )
    assert sorted(rows) == sorted(known - set(CATALOGS))


@pytest.mark.parametrize("key", GOAL["properties"])
def test_documentation_of_goal(key):
    needed = "required" if key in GOAL["required"] else "optional"
    row = f"| `{key}` | {write_allowed(GOAL['properties'][key], SCHEMA)} | {needed} |"
    assert row in DOCUMENTATION, f"docs/configuration.md: expected a row that starts with\n{row}"


def test_comment_of_goals_says_what_is_allowed():
    comment = comment_above("goals")
    for key, part in GOAL["properties"].items():
        assert key in comment, f"config.yaml, goals: mention {key}"
        for word in part.get("enum", []):
            assert f"`{word}`" in comment, f"config.yaml, goals: mention {word}"
    assert "0 to 1000)" in comment, "config.yaml, goals: mention the range of rate_weight"
