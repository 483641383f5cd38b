"""What one Python file defines, and what each definition refers to, read without running it.

Comments, docstrings, blank lines and annotations of functions are left out.
"""

import ast
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "aestudy"


@dataclass(frozen=True)
class Definition:
    """One top-level definition.

    Attributes:
        text: its normalised syntax tree.
        references: the dotted names that it uses.
        imports: local name -> module and name in it, of the imports within it.
    """

    text: str
    references: frozenset[tuple[str, ...]]
    imports: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Module:
    """One module.

    Attributes:
        name: its dotted name.
        definitions: name -> definition; those of the empty name only act.
        imports: local name -> module and name in it.
        data_files: what lies beside it in a package of its own.
    """

    name: str
    definitions: dict[str, Definition]
    imports: dict[str, tuple[str, str]]
    data_files: tuple[Path, ...]


def read_module(path: Path, name: str, package: str) -> Module:
    """Read a module without running it.

    Args:
        path: its file.
        name: its dotted name, or `script`.
        package: the package that its relative imports start from.
    """
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
    return Module(name, definitions, imports, data_files)


def _define(statements: list[ast.stmt], package: str) -> Definition:
    imports: dict[str, tuple[str, str]] = {}
    references: set[tuple[str, ...]] = set()
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import | ast.ImportFrom):
                imports.update(_imported_names(node, package))
        references.update(_references(statement))
    text = "\n".join(ast.dump(statement) for statement in statements)
    return Definition(text, frozenset(references), imports)


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
