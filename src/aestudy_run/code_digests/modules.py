"""One Python file as a list of its top-level statements and the names that these bind."""

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from aestudy.errors import StudyError

Target = tuple[str, str]
"""What an import stands for: a dotted module and a name in it; the empty name is the module itself."""

Import = ast.Import | ast.ImportFrom
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Unit(NamedTuple):
    """One top-level statement, which counts as a whole, or of a table the entry with a key alone."""

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
        is_source: whether it is Python source; of other modules the bytes of the file count.
        statements: its top-level statements without what only type checkers read.
        bound: the names that each statement binds.
        names: name -> the places of the statements that bind it, and for an import what it stands for there.
            The name `*` has the star imports.
        imports: the modules that it imports when it is imported.
    """

    name: str
    path: Path
    package: str
    is_source: bool = True
    statements: list[ast.stmt] = field(default_factory=list)
    bound: list[set[str]] = field(default_factory=list)
    names: dict[str, list[tuple[int, Target | None]]] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)

    @functools.cached_property
    def folder(self) -> Path:
        """The folder that it lies in."""
        return self.path if self.path.is_dir() else self.path.parent

    @functools.cached_property
    def used(self) -> set[str]:
        """The names that are used anywhere in it."""
        nodes = (node for statement in self.statements for node in ast.walk(statement))
        return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def read_module(path: Path, name: str, package: str) -> Module:
    """Read a module without running it.

    Raises:
        StudyError: it is no Python, or a relative import leads out of the package.
    """
    source, line = path.read_bytes(), 1
    try:
        module = Module(name, path, package, statements=ast.parse(source, str(path)).body)
        has_globals = re.search(rb"(?m)(^|[:;])\s*global ", source)
        for statement in module.statements:
            line = statement.lineno
            _add_bindings(module, statement, has_globals=bool(has_globals))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or line
        raise StudyError(f"{path}:{line}: this is no valid Python ({error}). Correct the file.") from None
    except ImportError as error:
        raise StudyError(f"{path}:{line}: {error}. Correct the import.") from None
    return module


def _add_bindings(module: Module, statement: ast.stmt, *, has_globals: bool) -> None:
    """Note what the next statement of a module binds and imports, and empty it if it is for type checkers."""
    only_types: dict[str, Target | None] = {}
    match statement:
        case ast.If(test=ast.Name("TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"), body=body):
            if "TYPE_CHECKING" not in bound_names(module.statements):  # a name of its own may be true
                only_types |= dict.fromkeys(bound_names(body))
                for one in body:
                    only_types |= read_import(one, module.package)[0] if isinstance(one, Import) else {}
                statement.body = [ast.Pass()]
    targets: list[tuple[str, Target | None]] = [(name, None) for name in bound_names([statement])]
    for node in ast.walk(statement) if has_globals else []:
        targets += [(name, None) for name in node.names] if isinstance(node, ast.Global) else []
    for node in run_at_import(statement):
        if isinstance(node, Import):
            names, modules = read_import(node, module.package)
            targets += names.items()
            module.imports += modules
    module.bound.append({name for name, _ in targets})
    targets += [(name, target) for name, target in only_types.items() if name not in module.bound[-1]]
    for name, target in targets:
        module.names.setdefault(name, []).append((len(module.bound) - 1, target))


def run_at_import(node: ast.AST, *, classes: bool = True) -> Iterator[ast.AST]:
    """Walk over what runs with a statement: not the bodies of functions, on demand not those of classes."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, Function | ast.Lambda):
            children: list[ast.AST] = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            children += getattr(node, "decorator_list", [])
        elif isinstance(node, ast.ClassDef) and not classes:
            children = [*node.decorator_list, *node.bases, *node.keywords]
        elif isinstance(node, ast.comprehension):
            children = [node.iter, *node.ifs]
        else:
            children = children_of(node)
        pending += reversed(children)


def children_of(node: ast.AST) -> list[ast.AST]:
    """Give what `ast.iter_child_nodes` gives, quicker, and without operators, which have no parts."""
    found: list[ast.AST] = []
    for value in vars(node).values():
        if isinstance(value, list):
            found += [one for one in value if isinstance(one, ast.AST)]
        elif isinstance(value, ast.AST) and value._fields:
            found.append(value)
    return found


def bound_names(statements: Iterable[ast.AST]) -> set[str]:
    """Name what statements bind in their scope by anything but imports."""
    nodes = (node for statement in statements for node in run_at_import(statement, classes=False))
    return {bound_name(node) for node in nodes} - {""}


_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
_BINDING = {ast.arg: "arg", ast.MatchMapping: "rest", **dict.fromkeys(_NAMED, "name")}
"""What binds a name -> the field that holds it."""


def bound_name(node: ast.AST) -> str:
    """Name what one node of a syntax tree binds by anything but an import; empty for nothing."""
    if isinstance(node, ast.Name):
        return "" if isinstance(node.ctx, ast.Load) else node.id
    return getattr(node, _BINDING.get(type(node), ""), None) or ""


def names_within(scope: ast.AST, package: str) -> tuple[set[str], set[str], dict[str, list[Target]]]:
    """Name what is bound anywhere within a statement, what is `global` there, and what is imported there."""
    bound: set[str] = set()
    outer: set[str] = set()
    imported: dict[str, list[Target]] = {}
    pending = [scope]
    while pending:
        part = pending.pop()
        pending += children_of(part)
        bound.add(bound_name(part))
        if isinstance(part, ast.Global):
            outer.update(part.names)
        elif isinstance(part, Import) and part is not scope:
            for name, target in read_import(part, package)[0].items():
                imported.setdefault(name, []).append(target)
    return bound, outer, imported


def chain_of(node: ast.expr) -> tuple[ast.expr, tuple[str, ...]]:
    """Take attributes apart: what they belong to, and their names."""
    if not isinstance(node, ast.Attribute):
        return node, ()
    root, chain = chain_of(node.value)
    return root, (*chain, node.attr)


def read_import(statement: Import, package: str) -> tuple[dict[str, Target], list[str]]:
    """Say what the names that an import binds stand for, and which modules it runs.

    Args:
        statement: the import; a star stands for itself, and of `from a import b` `a.b` may be a module.
        package: the package that it starts from if it is relative.

    Raises:
        ImportError: a relative import leads out of the package.
    """
    if isinstance(statement, ast.Import):
        tops = {alias: alias.name.partition(".")[0] for alias in statement.names}
        names = {one.asname or top: (one.name if one.asname else top, "") for one, top in tops.items()}
        return names, [alias.name for alias in statement.names]
    parents = package.split(".") if package else []
    if statement.level > len(parents):
        raise ImportError(f"a relative import with {statement.level} dots leads out of the package")
    base = parents[: len(parents) - statement.level + 1] if statement.level else []
    module = ".".join([*base, *filter(None, [statement.module])])
    names = {alias.asname or alias.name: (module, alias.name) for alias in statement.names}
    return names, [module, *(f"{module}.{name}" for _, name in names.values() if name != "*")]
