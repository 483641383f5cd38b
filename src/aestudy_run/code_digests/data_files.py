"""The data files that a statement names, beside its module or by `__file__` and `importlib.resources`."""

import ast
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from aestudy_run.code_digests.modules import Module
from aestudy_run.code_digests.names import refuse
from aestudy_run.code_digests.reader import FINDERS_OF_FILES, Text

_JOINING = (
    "joinpath",
    "resolve",
    "absolute",
    "Path",
    "PurePath",
    "str",
    "fspath",
    "abspath",
    "realpath",
    "join",
)


def files_named(packages: Iterable[Path], module: Module, statement: ast.AST, text: Text) -> set[Path]:
    """Find the files that a statement of a module names.

    Where it looks for files by other means than a path from `__file__`, these are all files in the folders of
    its module and of the modules that it names.

    Raises:
        StudyError: it names a folder that holds the whole source tree.
    """
    beside = os.listdir(module.folder)  # noqa: PTH208 - names, not paths
    places = {
        module.folder / word for word in text.words if word.partition("/")[0] in beside and len(word) < 200
    }
    finders = FINDERS_OF_FILES & text.watched.keys()
    paths = list(_paths(module.path, statement)) if finders else []
    if finders - {"__file__"} or any(path is None for path, _ in paths):
        named = {one.module.folder for reference in text.references for one in reference if one.module}
        places |= {module.folder, *named}
    for path, line in paths:
        if path and any(path in package.parents for package in packages):
            raise refuse(
                module, line, f"it is not clear which files below {path.name}/ are read",
                "Name the file in the same expression, as `Path(__file__).with_name(\"table.json\")`",
            )  # fmt: skip
        places |= {path.parent if path.suffix == ".py" else path} if path else set()
    return {file for place in places for file in _files(place)}


def _paths(own: Path, node: ast.AST) -> Iterator[tuple[Path | None, int]]:
    """Give the paths that code makes from `__file__`, as far as they are known; None from another module."""
    path = _evaluate(own, node)
    if path is not None:
        yield Path(os.path.normpath(path)), getattr(node, "lineno", 1)
    elif isinstance(node, ast.Attribute) and node.attr in ("__file__", "parents"):
        yield (Path(own.anchor) if node.attr == "parents" else None), node.lineno
    else:
        for child in ast.iter_child_nodes(node):
            yield from _paths(own, child)


def _evaluate(own: Path, node: ast.AST) -> Path | None:
    """Compute a path, None if an expression is none or is not known."""
    match node:
        case ast.Name(id="__file__"):
            return own
        case ast.Attribute(value=inner, attr="parent"):
            return _join(_evaluate(own, inner), "parent", [])
        case ast.Subscript(
            value=ast.Attribute(value=inner, attr="parents"), slice=ast.Constant(value=int(index))
        ):
            path = _evaluate(own, inner)
            return path.parents[index] if path and index < len(path.parents) else None
        case ast.BinOp(left=inner, op=ast.Div(), right=part):
            return _join(_evaluate(own, inner), "joinpath", [part])
        case ast.Call(func=ast.Attribute(value=inner, attr=name), args=parts) if _evaluate(own, inner):
            return _join(_evaluate(own, inner), name, parts)
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[inner, *parts]):
            return _join(_evaluate(own, inner), name, parts)
    return None


def _join(path: Path | None, name: str, parts: list[ast.expr]) -> Path | None:
    """Compute a path from another one and from texts; None where one of these is not known."""
    values = [getattr(part, "value", None) for part in parts]
    texts = [value for value in values if isinstance(value, str)]
    if path is None or texts != values:
        return None
    if name in ("parent", "dirname", "with_name"):
        return path.parent.joinpath(*texts)
    return path.joinpath(*texts) if name in _JOINING else None


def _files(place: Path) -> list[Path]:
    """Give a file, or the files in a folder that are not modules."""
    if not place.is_dir():
        return [place] if place.is_file() else []
    return [
        file for file in place.rglob("*")
        if file.is_file() and file.suffix not in (".py", ".pyc") and "__pycache__" not in file.parts
    ]  # fmt: skip
