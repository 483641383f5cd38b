"""Read config files strictly, and tell which line of which file a value comes from.

Snakemake reads the files itself and hands over the merged result, in which a key that stands twice in one
file has silently lost its first value. So the files are read once more, for their mistakes and their lines.
"""

import codecs
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from aestudy.settings.problems import Path as Place
from aestudy.settings.problems import is_odd_number, suggest, write_path

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MAXIMUM_NODES = 100_000
_MAXIMUM_NESTING = 100
_MAXIMUM_BYTES = 10_000_000
_MERGE_TAG = "tag:yaml.org,2002:merge"
_NUMBER_TAGS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_MISSING = object()


@dataclass(frozen=True)
class Document:
    """One config file.

    Attributes:
        name: the file's path as it was given.
        values: its content.
        lines: the line of each key and list entry, counted from 1.
        mistakes: what is wrong with the file itself, one line of text each.
    """

    name: str
    values: dict[Any, Any] = field(default_factory=dict)
    lines: dict[Place, int] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()


def read_document(path: str | Path) -> Document:
    """Read a config file, YAML or JSON; what is wrong with it stands in `mistakes`, nothing is raised."""
    name = str(path)
    text, mistake = _read_text(Path(path))
    if mistake:
        return Document(name, mistakes=(mistake,))
    loader = Loader(text)
    try:
        _check_nesting(text)
        node = loader.get_single_node()
        walk = _Walk(name)
        if node is not None:
            walk.visit(node, ())
        values = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        return _read_json(name, text) or Document(name, mistakes=(_write_yaml_error(name, error),))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return Document(name, mistakes=(f"{name}: expected YAML, found something unreadable ({reason}).",))
    finally:
        loader.dispose()
    if not isinstance(values, dict):
        found = "nothing" if values is None else f"a {type(values).__name__}"
        return Document(
            name, mistakes=(f"{name}: expected keys and values (`key: value` lines), found {found}.",)
        )
    return Document(name, values, walk.lines, tuple(walk.mistakes))


def _read_text(path: Path) -> tuple[str, str]:
    """Read a text file; give it, and else what is wrong with it."""
    if not path.exists():
        near = suggest(path.name, (file.name for file in path.parent.glob("*.*")))
        return "", f"{path}: cannot be read, there is no such file{near}."
    if not path.is_file():
        found = "a folder" if path.is_dir() else "something that can be read only once"
        return "", f"{path}: cannot be read; expected a file with a config, found {found}."
    try:
        if path.stat().st_size > _MAXIMUM_BYTES:
            return "", f"{path}: expected a config, found a file of more than {_MAXIMUM_BYTES:,} bytes."
        content = path.read_bytes()
    except OSError as error:
        return "", f"{path}: cannot be read ({error.strerror or error})."
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "", f"{path}, line 1: expected text in UTF-8, found UTF-16; save the file as UTF-8."
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return "", (
            f"{path}, line {line}: expected text in UTF-8, found other bytes at byte {error.start}; save the "
            "file as UTF-8."
        )


def locate(place: Place, config: Mapping[str, Any], documents: Iterable[Document]) -> str:
    """Name the file and the line that a value of the merged config comes from: `studies/mine.yaml, line 7`.

    Among the files with this very value at this place the first one counts. Empty when none has it: it is
    missing, or came from the command line.
    """
    value = look_up(config, place)
    if value is _MISSING:
        return ""
    for document in documents:
        line = document.lines.get(place)
        if line is not None and _same(look_up(document.values, place), value):
            return f"{document.name}, line {line}"
    return ""


def type_arguments(config: Mapping[str, Any], documents: Iterable[Document]) -> dict[str, Any]:
    """Copy a config and give the values of nested `--config` arguments their types back.

    Snakemake reads `--config training='{epochs: 2}'` without types, so `epochs` arrives as the text "2".
    A text that none of the merged files has at its place came that way and is read as YAML would read it.
    """
    return _type_value(config, [document.values for document in documents])


def _type_value(value: Any, candidates: list[Any]) -> Any:
    if isinstance(value, Mapping):
        maps = [candidate for candidate in candidates if isinstance(candidate, Mapping)]
        return {
            key: _type_value(item, [candidate[key] for candidate in maps if key in candidate])
            for key, item in value.items()
        }
    if any(_same(candidate, value) for candidate in candidates):
        return value
    if isinstance(value, list):
        return [_type_value(item, []) for item in value]
    return _type_text(value) if isinstance(value, str) else value


def _type_text(text: str) -> Any:
    if re.fullmatch(r"[-+]?\d+[eE][-+]?\d+", text):
        return float(text)
    if is_odd_number(text):
        return text
    try:
        value = yaml.load(text, Loader=Loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text
    return value if value is None or isinstance(value, bool | int | float) else text


def _same(first: Any, second: Any) -> bool:
    """Compare two values, with NaN equal to itself and true unequal to 1."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return True  # mappings are merged key by key, so each of their entries is compared by itself
    both_nan = first != first and second != second
    return type(first) is type(second) and (first == second or both_nan)


def look_up(values: Any, place: Place) -> Any:
    """Get the value at a place; what comes back for none equals no value."""
    for step in place:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return values


def _check_nesting(text: str) -> None:
    """Refuse deep nesting. The composer of libyaml recurses in C and would crash the process."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAXIMUM_NESTING:
            problem = f"more than {_MAXIMUM_NESTING} levels within each other"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)


class _Walk:
    """Goes through the nodes of one file, notes their lines and finds keys that stand twice."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Place, int] = {}
        self.mistakes: list[str] = []

    def visit(self, node: yaml.Node, place: Place) -> None:
        if len(self.lines) > _MAXIMUM_NODES:
            raise ValueError(f"more than {_MAXIMUM_NODES} entries")
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self._enter(item, item, (*place, index))
        elif isinstance(node, yaml.MappingNode):
            for key, item in node.value:
                if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE_TAG:
                    continue
                line = key.start_mark.line + 1
                first = self.lines.get((*place, key.value))
                if first is not None:
                    self.mistakes.append(
                        f"{write_path((*place, key.value))}: stands twice in one file, in line {first} and "
                        f"in line {line}; keep one of them ({self.name}, line {line})."
                    )
                self._enter(key, item, (*place, key.value))

    def _enter(self, mark: yaml.Node, node: yaml.Node, place: Place) -> None:
        line = self.lines[place] = mark.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode) and node.tag in _NUMBER_TAGS and is_odd_number(node.value):
            self.mistakes.append(
                f"{write_path(place)}: expected a number in plain digits, found {node.value[:60]}, which "
                f"YAML takes for {yaml.load(node.value, Loader=Loader)}; write the number that you mean, or "
                f"quotes around a text ({self.name}, line {line})."
            )
        self.visit(node, place)


def _write_yaml_error(name: str, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    where = f", line {mark.line + 1}" if mark else ""
    return f"{name}{where}: expected YAML, found a mistake in it ({error.problem or error.context})."


def _read_json(name: str, text: str) -> Document | None:
    """Read what is no YAML as JSON (which may be indented with tabs); None when it is not JSON either."""
    repeated: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        keys = [key for key, _ in pairs]
        repeated.extend(sorted(key for key in values if keys.count(key) > 1))
        return values

    try:
        values = json.loads(text, object_pairs_hook=collect)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return Document(name, mistakes=(f"{name}: expected keys and values, found another JSON value.",))
    mistakes = tuple(f"{name}: the key {key!r} stands twice; keep one of them." for key in repeated)
    return Document(name, values, mistakes=mistakes)
