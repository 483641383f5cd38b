"""The data files that a statement names, beside its module or by `__file__` and `importlib.resources`."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from aestudy_run.code_digests.modules import Module, ModuleFinder
from aestudy_run.code_digests.names import refuse
from aestudy_run.code_digests.references import Text
from aestudy_run.code_digests.watched import FINDERS_OF_FILES, OWN_PLACE

_FINDERS = frozenset(["files", "path", "get_data", "PackageLoader", "open_text", "read_text", "open_binary",
                      "read_binary", "contents"])  # fmt: skip


class DataFiles:
    """Finds the files that statements name.

    Args:
        modules: the source tree.
    """

    def __init__(self, modules: ModuleFinder):
        self._modules = modules

    def named_by(self, module: Module, statement: ast.AST, text: Text) -> list[Path]:
        """Find the files that a statement names.

        Args:
            module: the module that it stands in.
            statement: the statement.
            text: what it says.

        Returns:
            Files, sorted. Where it uses its place in a way that cannot be pinned down, all of the folder.

        Raises:
            StudyError: it names a folder that holds the whole source tree.
        """
        words = text.words
        beside = self._names_in(module.folder)
        places = {
            module.folder / word for word in words if word.partition("/")[0] in beside and _is_name(word)
        }  # fmt: skip
        for word in words:
            if "*" in word and word.strip("*./ ") and _is_name(word):
                places.update(file for file in module.folder.rglob(word) if file.suffix != ".py")
        for path, line in self._places(module, statement) if text.finds_files else []:
            if any(path in package.parents for package in self._modules.packages.values()):
                raise refuse(
                    module, line, f"it is not clear which files below {path.name}/ are read",
                    "Name the file in the same expression, as `Path(__file__).with_name(\"table.json\")`",
                )  # fmt: skip
            places.add(path)
        return sorted({file for place in places for file in _files(place)})

    @functools.cache  # noqa: B019 - one object lives as long as the workflow
    def _names_in(self, folder: Path) -> frozenset[str]:
        return frozenset(entry.name for entry in folder.iterdir()) - {"__pycache__"}

    def _places(self, module: Module, statement: ast.AST) -> Iterator[tuple[Path, int]]:
        """Give the paths that a statement makes from its own place, each as far as it can be read."""
        if isinstance(statement, ast.expr):
            path = self._evaluate(module, statement)
            if path is not None:
                yield (path.parent if path.suffix == ".py" else path), statement.lineno
                return
        for child in ast.iter_child_nodes(statement):
            yield from self._places(module, child)

    def _evaluate(self, module: Module, node: ast.expr) -> Path | None:
        """Compute a path, None if the expression is none or is not known."""
        if isinstance(node, ast.Name):
            return module.path if node.id in OWN_PLACE else None
        if isinstance(node, ast.Attribute):
            return self._evaluate_attribute(module, node)
        if isinstance(node, ast.Subscript):
            return self._evaluate_parents(module, node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            left, right = self._evaluate(module, node.left), node.right
            if left is None or not (isinstance(right, ast.Constant) and isinstance(right.value, str)):
                return None
            return left / right.value
        return self._evaluate_call(module, node) if isinstance(node, ast.Call) else None

    def _evaluate_attribute(self, module: Module, node: ast.Attribute) -> Path | None:
        if node.attr == "parent":
            inner = self._evaluate(module, node.value)
            return inner.parent if inner else None
        if node.attr not in OWN_PLACE:
            return None
        other = self._module_named(module, node.value)
        return other.path if other else module.folder

    def _module_named(self, module: Module, node: ast.expr) -> Module | None:
        """Find the module of this source tree that an attribute belongs to; None for a library."""
        chain = ast.unparse(node).split(".")
        targets = [one for one in module.names.get(chain[0], []) if isinstance(one, tuple)]
        names = [".".join([*filter(None, target), *chain[1:]]) for target in targets]
        if names and not self._modules.covers(names[0]):
            return None
        found = self._modules.find(names[0]) if names else None
        if found is None:
            raise refuse(
                module, node.lineno, f"it is not clear whose file {ast.unparse(node)} is",
                "Import that module at the top of this one",
            )  # fmt: skip
        return found

    def _evaluate_parents(self, module: Module, node: ast.Subscript) -> Path | None:
        value, index = node.value, node.slice
        if not (
            isinstance(value, ast.Attribute) and value.attr == "parents" and isinstance(index, ast.Constant)
        ):
            return None
        inner = self._evaluate(module, value.value)
        if inner is None or not isinstance(index.value, int) or index.value >= len(inner.parents):
            return None
        return inner.parents[index.value]

    def _evaluate_call(self, module: Module, node: ast.Call) -> Path | None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [
            one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if name in _FINDERS and self._is_resource_function(module, node.func):
            anchor = self._modules.find(texts[0]) if texts and self._modules.covers(texts[0]) else module
            folder = (anchor or module).folder
            return folder.joinpath(*texts[1:]) if len(texts) == len(node.args) and texts else folder
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if name in ("resolve", "absolute", "with_name", "joinpath") and inner is not None:
            path = self._evaluate(module, inner)
            if path is None or len(texts) != len(node.args):
                return None
            return path.joinpath(*texts) if name != "with_name" else path.with_name(texts[0])
        if (
            name in ("Path", "PurePath", "str", "fspath", "abspath", "realpath", "join", "dirname")
            and node.args
        ):
            path = self._evaluate(module, node.args[0])
            if path is None or len(texts) != len(node.args) - 1:
                return None
            return path.parent if name == "dirname" else path.joinpath(*texts)
        return None

    def _is_resource_function(self, module: Module, function: ast.expr) -> bool:
        root = function
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return False
        bound = module.names.get(root.id, [])
        targets = [
            one for one in bound if isinstance(one, tuple)
        ]  # nothing where it is imported within a function
        return not targets or any(one[0].partition(".")[0] in FINDERS_OF_FILES for one in targets)


def _is_name(word: str) -> bool:
    """Say whether a text may name a file below a folder."""
    return (
        len(word) < 200
        and bool(word.strip("./ "))
        and not word.startswith(("/", ".."))
        and word.isprintable()
    )


def _files(place: Path) -> list[Path]:
    """Give a file, or the files in a folder that are not modules."""
    if not place.is_dir():
        return [place] if place.is_file() else []
    return [
        file for file in place.rglob("*")
        if file.is_file() and file.suffix not in (".py", ".pyc") and "__pycache__" not in file.parts
    ]  # fmt: skip
