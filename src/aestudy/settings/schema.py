"""Check a config against `schemas/config.schema.yaml`, with messages made from the schema."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from aestudy.errors import StudyError
from aestudy.networks.activations import ACTIVATIONS
from aestudy.networks.architecture import ARCHITECTURES
from aestudy.settings import recipe_names
from aestudy.settings.problems import Path as Place
from aestudy.settings.problems import Problems, hint_at_number, join, suggest, write_found
from aestudy.settings.yaml_files import Loader

SCHEMA_PATH = Path(__file__).parent / "schemas" / "config.schema.yaml"

_MAXIMUM_DEPTH = 12
_MAXIMUM_VALUES = 100_000
_MAXIMUM_INTEGER = 2**63 - 1


def read_schema(path: str | Path = SCHEMA_PATH) -> dict[str, Any]:
    """Read the schema of configs, and fill in the names that tables of the code have.

    Raises:
        StudyError: there is no such file.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise StudyError(
            f"{path}: the schema of configs cannot be read ({error.strerror}). It comes with the package: "
            "install aestudy again."
        ) from None
    schema = yaml.load(text, Loader=Loader)
    schema["$defs"]["activation"]["enum"] = list(ACTIVATIONS)
    schema["properties"]["model"]["properties"]["kind"]["enum"] = list(ARCHITECTURES)
    training = schema["properties"]["training"]["properties"]
    training["loss"]["enum"] = list(recipe_names.LOSSES)
    training["optimizer"]["enum"] = list(recipe_names.OPTIMIZERS)
    training["schedule"]["enum"] = list(recipe_names.SCHEDULES)
    return schema


def copy_plain(config: Mapping[Any, Any], problems: Problems) -> dict[str, Any]:
    """Copy a config into plain dicts and lists, and note what no config may hold anywhere.

    That is: keys that are no text, which the copy lacks, numbers that are not finite, values of other types
    than JSON has, and nesting or size beyond any study.
    """
    left = _MAXIMUM_VALUES

    def copy(value: Any, place: Place) -> Any:
        nonlocal left
        left -= 1
        if len(place) > _MAXIMUM_DEPTH or left < 0:
            limit = f"at most {_MAXIMUM_DEPTH} levels and {_MAXIMUM_VALUES} values"
            problems.add(place[:1], f"expected {limit}, found more")
            return None
        if isinstance(value, Mapping):
            return {key: copy(item, (*place, key)) for key, item in _text_keys(value, place, problems)}
        if isinstance(value, list | tuple):
            return [copy(item, (*place, index)) for index, item in enumerate(value)]
        if isinstance(value, float) and not math.isfinite(value):
            problems.add(place, f"expected a finite number, found {write_found(value)}")
        elif isinstance(value, int) and abs(value) > _MAXIMUM_INTEGER:
            problems.add(place, f"expected a number of at most 64 bits, found {write_found(value)}")
            return None  # nothing further down could even print it
        elif value is not None and not isinstance(value, str | int | float):
            problems.add(place, f"expected text or a number, found {write_found(value)}; put it in quotes")
        return value

    return copy(config, ())


def check_schema(config: dict[str, Any], schema: dict[str, Any], problems: Problems) -> None:
    """Note everything in which a config of plain dicts and lists breaks the schema."""
    # Jobs import this package for its types only and need not pay for the import of jsonschema.
    from jsonschema import Draft202012Validator, validators

    # JSON Schema counts 3.0 as an integer; a config that says 3.0 epochs deserves a question.
    types = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    validator = validators.extend(Draft202012Validator, type_checker=types)
    for error in validator(schema).iter_errors(config):
        _note(error, (), schema, problems)


def _note(error: Any, base: Place, schema: dict[str, Any], problems: Problems) -> None:
    """Put one violation of the schema into words."""
    place = (*base, *error.relative_path)
    rule, value, part = error.validator, error.instance, error.schema
    if rule == "anyOf":
        branch = _branch_for(value, part["anyOf"], schema)
        if branch is not None:
            for inner in error.context:
                if inner.relative_schema_path[0] == branch:
                    _note(inner, place, schema, problems)
            return
    if rule == "additionalProperties":
        known = part["properties"]
        for key in value.keys() - known.keys():
            hint = suggest(key, known) or _find_elsewhere(key, schema)
            problems.add((*place, key), f"unknown key{hint}; allowed here: {join(known)}")
    elif rule == "required":
        for key in error.validator_value:
            if key not in value:
                wanted = write_allowed(part.get("properties", {}).get(key, {}), schema)
                problems.add((*place, key), f"missing; expected {wanted}")
    elif "propertyNames" in error.relative_schema_path:
        problems.add((*place, value), f"expected a name ({part['description']}), found {write_found(value)}")
    elif rule == "uniqueItems":
        repeated = next((item for index, item in enumerate(value) if item in value[:index]), value)
        problems.add(place, f"expected each entry once, found {write_found(repeated)} twice")
    else:
        hint = hint_at_number(value) if rule in ("type", "anyOf") else ""
        problems.add(place, f"expected {write_allowed(part, schema)}, found {write_found(value)}{hint}")


def write_allowed(part: dict[str, Any], schema: dict[str, Any]) -> str:
    """Say what a part of the schema allows, such as `an integer from 1 to 100000`, without a full stop.

    The whole schema is for references.
    """
    part = _resolve(part, schema)
    if "anyOf" in part:
        return " or ".join(write_allowed(branch, schema) for branch in part["anyOf"])
    if "enum" in part:
        words = part["enum"]
        return f"one of {', '.join(words)}" if len(words) > 1 else f'the word "{words[0]}"'
    kind = part.get("type")
    if kind in ("integer", "number"):
        bounds = " and ".join(_write_bounds(part))
        return f"{'an integer' if kind == 'integer' else 'a number'} {bounds}".rstrip()
    if kind == "boolean":
        return "true or false"
    if kind == "array":
        entry = _resolve(part["items"], schema)
        what = "names" if "pattern" in entry else f"entries, each {write_allowed(entry, schema)}"
        least, most = part.get("minItems", 0), part.get("maxItems")
        number = f"{least} to {most}" if most else "one or more" if least == 1 else f"at least {least}"
        return f"a list of {number} {'different ' if part.get('uniqueItems') else ''}{what}"
    if kind == "object":
        keys = part.get("required", [])
        return f"a mapping with {join(keys)}" if keys else "a mapping of names to entries that are not empty"
    return f"a name ({part['description']})" if "pattern" in part else "text"


def _write_bounds(part: dict[str, Any]) -> Iterator[str]:
    if "minimum" in part and "maximum" in part:
        yield f"from {part['minimum']} to {part['maximum']}"
        return
    if "exclusiveMinimum" in part:
        yield f"above {part['exclusiveMinimum']}"
    if "minimum" in part:
        yield f"of at least {part['minimum']}"
    if "maximum" in part:
        yield f"at most {part['maximum']}"
    if "exclusiveMaximum" in part:
        yield f"below {part['exclusiveMaximum']}"


def _resolve(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    return part


def _branch_for(value: Any, branches: list[dict[str, Any]], schema: dict[str, Any]) -> int | None:
    """Find the alternative that a value was meant for: a list goes with the list."""
    if isinstance(value, list):
        for index, branch in enumerate(branches):
            if _resolve(branch, schema).get("type") == "array":
                return index
    return None


def _find_elsewhere(key: str, schema: dict[str, Any]) -> str:
    """Say in which section a key belongs that stands in the wrong one."""
    for section, part in schema["properties"].items():
        if part.get("additionalProperties") is False and key in part["properties"]:
            return f"; it belongs in {section}"
    return "; it belongs at the top level of the config" if key in schema["properties"] else ""


def _text_keys(value: Mapping[Any, Any], place: Place, problems: Problems) -> list[tuple[str, Any]]:
    for key in value:
        if not isinstance(key, str):
            problems.add(
                (*place, str(key)),
                f"expected text as key, found {write_found(key)}; "
                "put it in quotes (YAML takes on, off, yes, no and digits for values)",
            )
    return [(key, item) for key, item in value.items() if isinstance(key, str)]
