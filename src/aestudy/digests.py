"""Digests of the code that a job reaches, so that an edit reruns what it can change and nothing else.

Snakemake sees neither imported modules nor the difference between an edit and a `touch`. So every rule
carries a digest of its own: of its script, of each function, class and constant of the package that it
reaches (transitively, found by reading the source, nothing is run), of the data files beside a reached
module, and of the pinned versions of the libraries that these import. Comments, docstrings, blank lines and
annotations of functions do not count.
"""

import ast
import functools
import hashlib
import re
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from aestudy.digest_memory import DigestMemory

PACKAGE = "aestudy"

DISTRIBUTIONS = {
    "PIL": ("pillow",),
    "yaml": ("pyyaml",),
    "skimage": ("scikit-image",),
    "jax": ("jax", "jaxlib", "ml-dtypes", "opt-einsum"),
    "jinja2": ("jinja2", "markupsafe"),
    "matplotlib": ("matplotlib", "contourpy", "fonttools", "kiwisolver", "pillow"),
}
"""Names in the lock of what an import name brings, where that is not one of the same name: also the libraries
that a library computes or draws with and that nobody imports here."""

Symbol = tuple[str, str]
"""A module's dotted name and a name at its top level; the empty name is the module's other statements."""


class CodeDigests:
    """Digests of scripts and functions over one source tree.

    Args:
        package_folder: the folder of the package (`src/aestudy`).
        script_folder: the folder of the workflow's scripts.
        lock_file: the pip lock with the pinned versions (`name==version` at the start of a line).
        memory: a file for the digests of the last run, valid while no file changes; reading takes 0.2 s.
        lists: symbols that count themselves, while what they name does not: tables of functions.
    """

    def __init__(
        self,
        package_folder: Path,
        script_folder: Path,
        lock_file: Path,
        memory: Path | None = None,
        lists: Collection[Symbol] = (),
    ):
        self._lists = frozenset(lists)
        self._memory = DigestMemory(memory, [package_folder, script_folder, lock_file]) if memory else None
        self._package_folder = package_folder
        self._script_folder = script_folder
        pins = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", lock_file.read_text("utf-8"), re.MULTILINE)
        # A package may be pinned twice, for older and for newer Pythons: both count.
        self._pins: dict[str, str] = {}
        for name, version in pins:
            key = name.lower()
            self._pins[key] = f"{self._pins.get(key, key)}=={version}"

    def script(self, name: str, *, without: Collection[Symbol] = (), also: Collection[Symbol] = ()) -> str:
        """Digest one script of the workflow and all that it reaches.

        Args:
            name: the script's name, which is the rule's, without `.py`.
            without: symbols at which the search stops, as a table whose entries count one by one.
            also: symbols that count although the script does not name them.

        Returns:
            A hexadecimal SHA-256, shortened to 16 digits.
        """
        if self._memory is None:
            return self._script(name, frozenset(without), frozenset(also))
        key = repr((name, sorted(without), sorted(also), sorted(self._lists)))
        if key not in self._memory.digests:
            self._memory.digests[key] = self._script(name, frozenset(without), frozenset(also))
            self._memory.write()
        return self._memory.digests[key]

    def _script(self, name: str, without: frozenset[Symbol], also: frozenset[Symbol]) -> str:
        script = _read_module(self._script_folder / f"{name}.py", "script", PACKAGE)
        reached = _Reached()
        for symbol in script.definitions:
            self._visit(script, symbol, without, reached)
        for module_name, symbol in sorted(also):
            self._visit_symbol((module_name, symbol), without, reached)
        return reached.digest(self._pins)

    def reached_symbols(self, name: str) -> set[Symbol]:
        """Name everything that a script reaches; for tests and for a person who wonders.

        Args:
            name: the script's name without `.py`.
        """
        script = _read_module(self._script_folder / f"{name}.py", "script", PACKAGE)
        reached = _Reached()
        for symbol in script.definitions:
            self._visit(script, symbol, frozenset(), reached)
        return set(reached.texts)

    @functools.cache  # noqa: B019 - one object lives as long as the workflow
    def _module(self, name: str) -> "_Module | None":
        path = self._package_folder.joinpath(*name.split(".")[1:])
        if (path / "__init__.py").is_file():
            return _read_module(path / "__init__.py", name, name)
        file = path.with_suffix(".py")
        return _read_module(file, name, name.rpartition(".")[0]) if file.is_file() else None

    def _visit_symbol(self, symbol: Symbol, without: frozenset[Symbol], reached: "_Reached") -> None:
        if symbol in without:
            return
        module_name, name = symbol
        module = self._module(module_name)
        if module is None:
            return
        if name in module.definitions:
            self._visit(module, name, without, reached)
            self._visit(module, "", without, reached)
        elif name in module.imports:  # re-exported
            self._visit_import(module.imports[name], (), without, reached)

    def _visit(self, module: "_Module", name: str, without: frozenset[Symbol], reached: "_Reached") -> None:
        if (module.name, name) in reached.texts:
            return
        definition = module.definitions[name]
        reached.texts[module.name, name] = definition.text
        reached.files.update(module.data_files)
        if (module.name, name) in self._lists:
            return
        for reference in definition.references:
            first, *rest = reference
            target = definition.imports.get(first) or module.imports.get(first)
            if first in module.definitions:
                if (module.name, first) not in without:
                    self._visit(module, first, without, reached)
            elif target is not None:
                self._visit_import(target, tuple(rest), without, reached)

    def _visit_import(
        self, target: tuple[str, str], rest: tuple[str, ...], without: frozenset[Symbol], reached: "_Reached"
    ) -> None:
        """Follow an imported name, and the attributes behind it as long as they name modules."""
        module_name, name = target
        if module_name.split(".")[0] != PACKAGE:
            reached.libraries.add(module_name.split(".")[0])
            return
        parts = [part for part in (name, *rest) if part]
        while parts and self._module(f"{module_name}.{parts[0]}") is not None:
            module_name = f"{module_name}.{parts.pop(0)}"
        if parts:
            self._visit_symbol((module_name, parts[0]), without, reached)
        elif module_name != PACKAGE:  # the module itself is handed on: any of it may be used
            for symbol in self._module(module_name).definitions:
                self._visit_symbol((module_name, symbol), without, reached)


class _Reached:
    """What a search has found so far."""

    def __init__(self) -> None:
        self.texts: dict[Symbol, str] = {}
        self.files: set[Path] = set()
        self.libraries: set[str] = set()

    def digest(self, pins: dict[str, str]) -> str:
        sha = hashlib.sha256()
        for symbol, text in sorted(self.texts.items()):
            sha.update(repr((symbol, text)).encode())
        for file in sorted(self.files):
            sha.update(repr((file.name, file.read_bytes())).encode())
        names = {
            name for library in self.libraries for name in DISTRIBUTIONS.get(library, (library.lower(),))
        }
        sha.update(repr(sorted(pins[name] for name in names if name in pins)).encode())
        return sha.hexdigest()[:16]


@dataclass(frozen=True)
class _Definition:
    """One top-level definition: its normalised text, the dotted names it uses, its own imports."""

    text: str
    references: frozenset[tuple[str, ...]]
    imports: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class _Module:
    name: str
    definitions: dict[str, _Definition]
    imports: dict[str, tuple[str, str]]
    data_files: tuple[Path, ...]


def _read_module(path: Path, name: str, package: str) -> _Module:
    tree = _Normalise().visit(ast.parse(path.read_bytes(), filename=str(path)))
    grouped: dict[str, list[ast.stmt]] = {"": []}
    imports: dict[str, tuple[str, str]] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            imports.update(_imported_names(statement, package))
            continue
        for defined in _defined_names(statement) or [""]:
            grouped.setdefault(defined, []).append(statement)
    definitions = {defined: _define(statements, package) for defined, statements in grouped.items()}
    data_files: tuple[Path, ...] = ()
    if path.parent.name != PACKAGE and name != "script":
        data_files = tuple(
            file for file in sorted(path.parent.rglob("*"))
            if file.is_file() and file.suffix != ".py" and "__pycache__" not in file.parts
        )  # fmt: skip
    return _Module(name, definitions, imports, data_files)


def _define(statements: list[ast.stmt], package: str) -> _Definition:
    imports: dict[str, tuple[str, str]] = {}
    references: set[tuple[str, ...]] = set()
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import | ast.ImportFrom):
                imports.update(_imported_names(node, package))
        references.update(_references(statement))
    text = "\n".join(ast.dump(statement) for statement in statements)
    return _Definition(text, frozenset(references), imports)


def _defined_names(statement: ast.stmt) -> list[str]:
    """Name what a top-level statement defines; nothing for a statement that only acts."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        targets: Iterable[ast.expr] = statement.targets
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign):
        targets = [statement.target]
    else:
        return []
    return [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]


def _imported_names(statement: ast.Import | ast.ImportFrom, package: str) -> dict[str, tuple[str, str]]:
    """Map each local name of an import to the module and the name in it that it stands for."""
    if isinstance(statement, ast.Import):
        names = {}
        for alias in statement.names:
            top = alias.name.split(".")[0]
            if top not in sys.stdlib_module_names:
                names[alias.asname or top] = (alias.name if alias.asname else top, "")
        return names
    module = statement.module or ""
    if statement.level:
        parents = package.split(".")
        base = ".".join(parents[: len(parents) - statement.level + 1])
        module = f"{base}.{module}" if module else base
    if module.split(".")[0] in sys.stdlib_module_names:
        return {}
    return {alias.asname or alias.name: (module, alias.name) for alias in statement.names}


def _references(statement: ast.stmt) -> set[tuple[str, ...]]:
    """Collect the dotted names that a statement uses, as `("module", "attribute")`."""
    found: set[tuple[str, ...]] = set()

    def walk(node: ast.AST) -> None:
        chain: list[str] = []
        inner = node
        while isinstance(inner, ast.Attribute):
            chain.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            found.add((inner.id, *reversed(chain)))
            return
        for field, child in ast.iter_fields(node):
            if isinstance(node, ast.AnnAssign) and field == "annotation":
                continue
            for item in child if isinstance(child, list) else [child]:
                if isinstance(item, ast.AST):
                    walk(item)

    walk(statement)
    return found


class _Normalise(ast.NodeTransformer):
    """Drop what cannot change what code does: docstrings, annotations of functions, type-checking imports."""

    def _without_docstring(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        body = [
            statement
            for statement in node.body
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        ]
        if body or isinstance(node, ast.Module):
            node.body = body
        else:
            node.body = [ast.Pass()]
        return node

    visit_Module = visit_ClassDef = _without_docstring  # noqa: N815 - names that ast prescribes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._without_docstring(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        names = {part.id for part in ast.walk(node.test) if isinstance(part, ast.Name)}
        return None if "TYPE_CHECKING" in names else self.generic_visit(node)
