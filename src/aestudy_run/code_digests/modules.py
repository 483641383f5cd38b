"""One Python file as a list of its top-level statements and the names that these bind."""

import ast
import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from aestudy.errors import StudyError
from aestudy_run.code_digests.bindings import Bindings, Target, find_bindings

_NO_CODE = re.compile(r'"""[\s\S]*?"""|#.*')


@dataclass(frozen=True)
class Unit:
    """One top-level statement, which counts as a whole.

    Attributes:
        module: the dotted name of its module.
        place: its place in the module, from 0.
        key: of an entry of a table, its key; the unit is that entry alone.
    """

    module: str
    place: int
    key: str = ""


@dataclass
class Module:
    """One module.

    Attributes:
        name: its dotted name.
        path: its file, or its folder for a package without `__init__.py`.
        package: the package that its relative imports start from.
        statements: its top-level statements without what only type checkers read.
        bindings: what each statement binds.
        names: name -> the places of the statements that bind it or set a part of it, and the imports.
        stars: the modules of which it imports all names.
        imports: the modules that it imports when it is imported.
        for_types: the names that only type checkers know.
        docstring: its docstring.
        is_source: whether it is Python source; of other modules the bytes of the file count.
    """

    name: str
    path: Path
    package: str
    statements: list[ast.stmt] = field(default_factory=list)
    bindings: list[Bindings] = field(default_factory=list)
    names: dict[str, list[int | Target]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    for_types: frozenset[str] = frozenset()
    docstring: str = ""
    is_source: bool = True

    @functools.cached_property
    def used_names(self) -> set[str]:
        """The words in it that stand outside of its imports at the top, of comments and of long strings."""
        lines = self.path.read_text("utf-8").splitlines()
        for statement in self.statements:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                lines[statement.lineno - 1 : statement.end_lineno] = [""] * (
                    statement.end_lineno - statement.lineno + 1
                )
        return set(re.findall(r"\w+", _NO_CODE.sub("", "\n".join(lines))))

    @property
    def folder(self) -> Path:
        """The folder that it lies in."""
        return self.path if self.path.is_dir() else self.path.parent


def read_module(path: Path, name: str, package: str) -> Module:
    """Read a module without running it.

    Args:
        path: its file.
        name: its dotted name.
        package: the package that its relative imports start from.

    Raises:
        StudyError: it is no Python, or a relative import leads out of the package.
    """
    try:
        source = path.read_bytes()
        tree = ast.parse(source, filename=str(path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise StudyError(f"{path}:{line}: this is no valid Python ({error}). Correct the file.") from None
    docstring = ast.get_docstring(tree, clean=False) or ""
    for_types = _drop_type_checking(tree, package) if b"TYPE_CHECKING" in source else set()
    module = Module(name, path, package, tree.body, for_types=frozenset(for_types), docstring=docstring)
    for place, statement in enumerate(tree.body):
        try:
            found = find_bindings([statement], package, with_globals=b"global " in source)
        except ImportError as error:
            raise StudyError(f"{path}:{statement.lineno}: {error}. Correct the import.") from None
        module.bindings.append(found)
        module.stars.extend(found.stars)
        module.imports.extend(found.modules)
        is_import = isinstance(statement, ast.Import | ast.ImportFrom)
        for bound in (
            [] if is_import else sorted({*found.names, *found.mutated, *found.set_within, *found.globals})
        ):
            module.names.setdefault(bound, []).append(place)
        for bound, targets in found.names.items():
            module.names.setdefault(bound, []).extend(targets)
    return module


def _drop_type_checking(tree: ast.Module, package: str) -> set[str]:
    """Take out what stands under `if TYPE_CHECKING`, and name what is bound there."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "TYPE_CHECKING"]
    if any(not isinstance(node.ctx, ast.Load) for node in nodes):
        return set()  # a name of the module's own, which may be true
    dropped: list[ast.stmt] = []
    _TypeChecking(dropped).visit(tree)
    return set(find_bindings(dropped, package).names)


class _TypeChecking(ast.NodeTransformer):
    def __init__(self, dropped: list[ast.stmt]):
        self._dropped = dropped

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        if _is_type_checking(node.test):
            self._dropped.extend(node.body)
            return node.orelse or ast.copy_location(ast.Pass(), node)
        if (
            isinstance(node.test, ast.UnaryOp)
            and isinstance(node.test.op, ast.Not)
            and _is_type_checking(node.test.operand)
        ):
            self._dropped.extend(node.orelse)
            return node.body
        return node


def _is_type_checking(test: ast.expr) -> bool:
    name = test.id if isinstance(test, ast.Name) else getattr(test, "attr", "")
    return name == "TYPE_CHECKING"


class ModuleFinder:
    """Finds and reads the modules of some packages and of a folder of scripts.

    Args:
        packages: the folders of the packages.
        script_folder: the folder of the scripts, which may import one another.
    """

    def __init__(self, packages: Iterable[Path], script_folder: Path):
        self.packages = {package.name: package for package in packages}
        self.script_folder = script_folder
        self._modules: dict[str, Module | None] = {}

    def covers(self, name: str) -> bool:
        """Say whether a dotted name is one of this source tree, not of a library."""
        top = name.partition(".")[0]
        return top in self.packages or self.find(top) is not None

    def find(self, name: str) -> Module | None:
        """Read a module; None if there is none of this name."""
        if name not in self._modules:
            self._modules[name] = self._read(name)
        return self._modules[name]

    def script(self, name: str) -> Module:
        """Read a script.

        Raises:
            StudyError: there is none of this name.
        """
        path = self.script_folder / f"{name}.py"
        if not path.is_file():
            raise StudyError(f"{path}: expected the script of the rule {name}, found nothing.")
        key = f"script {name}"
        if key not in self._modules:
            self._modules[key] = read_module(path, key, "")
        return self._modules[key]

    def _read(self, name: str) -> Module | None:
        if name.startswith("script "):
            return self.script(name.removeprefix("script "))
        top, *rest = name.split(".")
        folder = self.packages.get(top, self.script_folder / top).joinpath(*rest)
        parent = name.rpartition(".")[0]
        # The order in which Python looks: packages, extensions, source, compiled files, folders.
        if (folder / "__init__.py").is_file():
            return read_module(folder / "__init__.py", name, name)
        beside = sorted(folder.parent.glob(f"{folder.name}.*")) if folder.parent.is_dir() else []
        for file in beside:
            if file.suffix in (".so", ".pyd"):
                return Module(name, file, parent, is_source=False)
        if folder.with_name(f"{folder.name}.py").is_file():
            return read_module(folder.with_name(f"{folder.name}.py"), name, parent)
        if folder.with_name(f"{folder.name}.pyc").is_file():
            return Module(name, folder.with_name(f"{folder.name}.pyc"), parent, is_source=False)
        return Module(name, folder, name) if folder.is_dir() and folder.name != "__pycache__" else None
