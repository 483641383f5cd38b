"""Which statements of a module do something when it is imported, beyond binding names.

These count wherever the module is imported: entries in registries, settings of libraries, patches of other
modules. In doubt a statement counts.
"""

import ast
import sys
from collections.abc import Callable, Iterator

from aestudy_run.code_digests.bindings import Target
from aestudy_run.code_digests.modules import Module, Unit
from aestudy_run.code_digests.names import Found
from aestudy_run.code_digests.references import Text

_READERS = frozenset(
    ["items", "keys", "values", "get", "copy", "index", "count", "format", "join", "split",
     "partition", "strip", "lower", "upper", "replace", "startswith", "endswith", "encode",
     "decode", "removeprefix", "removesuffix", "parent", "parents", "joinpath", "with_name",
     "with_suffix", "read_text", "read_bytes", "resolve", "match", "fullmatch", "search",
     "findall", "sub", "reshape", "astype", "union", "intersection", "difference"]
)  # fmt: skip
"""Attributes of a variable that change nothing."""

_CHANGERS = frozenset(
    ["append", "appendleft", "add", "update", "setdefault", "insert", "extend", "register", "pop", "popitem",
     "remove", "discard", "clear", "sort", "reverse", "put", "push", "__setitem__", "__setattr__"]
)  # fmt: skip
"""Methods that change what they belong to."""

_SETTERS = frozenset(["builtins.setattr", "builtins.delattr", "builtins.globals", "builtins.vars"])
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
_HOOKS = frozenset(["__init_subclass__", "__set_name__", "metaclass"])


class Effects:
    """Finds the statements that act.

    Args:
        read: gives the text of a unit.
        find: gives the module of a name.
    """

    def __init__(self, read: Callable[[Unit], Text], find: Callable[[str], Module | None]):
        self._read = read
        self._find = find
        self._acting: dict[str, list[Unit]] = {}
        self._changing: dict[Unit, bool] = {}

    def acting(self, module: Module) -> list[Unit]:
        """Give the statements of a module that act when it is imported."""
        if module.name not in self._acting:
            units = [Unit(module.name, place) for place in range(len(module.statements))]
            self._acting[module.name] = [unit for unit in units if self._acts(module, unit)]
        return self._acting[module.name]

    def derived(self, module: Module) -> list[Unit]:
        """Give the statements of a module with classes that derive from others."""
        return [
            Unit(module.name, place)
            for place, statement in enumerate(module.statements)
            if any(isinstance(part, ast.ClassDef) and part.bases for part in ast.walk(statement))
        ]

    def _acts(self, module: Module, unit: Unit) -> bool:
        statement = module.statements[unit.place]
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return self._is_for_its_effect(module, statement)
        parts = list(_run_at_import(statement))
        if any(_acts_evidently(part) for part in parts):
            return True
        called = any(
            isinstance(part, ast.Call | ast.ListComp | ast.DictComp | ast.SetComp)
            or getattr(part, "decorator_list", None)
            for part in parts
        )
        derived = any(isinstance(part, ast.ClassDef) and (part.bases or part.keywords) for part in parts)
        if not called and not derived:
            return False
        text = self._read(unit)
        if derived and (text.has_metaclass or any(self._hooks(one.unit) for one in text.bases if one.unit)):
            return True
        return called and any(self._runs_change(found) for found in text.at_import)

    def _is_for_its_effect(self, module: Module, statement: ast.Import | ast.ImportFrom) -> bool:
        """A library that is imported and not used is imported for what that does."""
        if isinstance(statement, ast.ImportFrom) and statement.level:
            return False
        names = {alias.asname or alias.name.split(".")[0] for alias in statement.names}
        libraries = {statement.module} if isinstance(statement, ast.ImportFrom) else names
        if all(library.partition(".")[0] in sys.stdlib_module_names for library in libraries):
            return False
        if "*" not in names and names <= module.used_names:
            return False
        text = self._read(Unit(module.name, module.statements.index(statement)))
        return any(found.library for reference in text.references for found in reference)

    def _runs_change(self, found: Found) -> bool:
        if found.library:
            return found.library in _SETTERS or "register" in ".".join([found.library, *found.rest])
        if found.unit is None:
            return False
        if found.rest and found.rest[-1] in _CHANGERS:
            return True
        statement = self._statement(found.unit)
        if (
            not isinstance(statement, _FUNCTIONS | ast.ClassDef)
            and found.rest
            and found.rest[-1] not in _READERS
        ):
            return True
        return self._changes(found.unit) or self._changes_arguments(found.unit)

    def _changes(self, unit: Unit) -> bool:
        """Say whether calling a function or a class may change something of a module."""
        if unit not in self._changing:
            self._changing[unit] = False  # where it calls itself
            self._changing[unit] = self._finds_change(unit)
        return self._changing[unit]

    def _finds_change(self, unit: Unit) -> bool:
        statement = self._statement(unit)
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            if not isinstance(statement.value, ast.Name | ast.Attribute | ast.Lambda | ast.Call):
                return False
        elif not isinstance(statement, _FUNCTIONS | ast.ClassDef):
            return False
        module = self._find(unit.module)
        if _changes_something(statement, self._passive(module), arguments=False):
            return True
        hands_on = _hands_on(statement, module)
        return any(
            self._changes(found.unit) or (hands_on and self._changes_arguments(found.unit))
            for reference in self._read(unit).references
            for found in reference
            if found.unit is not None
        )

    def _changes_arguments(self, unit: Unit) -> bool:
        statement = self._statement(unit)
        if not isinstance(statement, _FUNCTIONS | ast.ClassDef):
            return False
        return _changes_something(statement, self._passive(self._find(unit.module)), arguments=True)

    def _passive(self, module: Module) -> set[str]:
        """Name the libraries, whose functions change nothing of this source tree."""
        return {name for name, bound in module.names.items() if all(self._is_library(one) for one in bound)}

    def _hooks(self, unit: Unit, seen: frozenset[Unit] = frozenset()) -> bool:
        """Say whether a class is told of the classes that derive from it."""
        statement = self._statement(unit)
        for node in ast.walk(statement):
            if getattr(node, "name", getattr(node, "arg", None)) in _HOOKS:
                return True
        bases = self._read(unit).bases if unit not in seen else []
        return any(self._hooks(one.unit, seen | {unit}) for one in bases if one.unit)

    def _is_library(self, bound: int | Target) -> bool:
        return isinstance(bound, tuple) and self._find(bound[0]) is None

    def _statement(self, unit: Unit) -> ast.stmt:
        return self._find(unit.module).statements[unit.place]


def _run_at_import(statement: ast.AST) -> Iterator[ast.AST]:
    """Walk over what runs when a module is imported: not over the bodies of functions."""
    yield statement
    if isinstance(statement, _FUNCTIONS):
        children = [
            *statement.decorator_list,
            *statement.args.defaults,
            *filter(None, statement.args.kw_defaults),
        ]
    else:
        children = [] if isinstance(statement, ast.Lambda) else list(ast.iter_child_nodes(statement))
    for child in children:
        yield from _run_at_import(child)


def _acts_evidently(part: ast.AST) -> bool:
    if isinstance(part, ast.Expr):
        return not isinstance(part.value, ast.Constant)
    if isinstance(part, ast.Attribute | ast.Subscript):
        return not isinstance(part.ctx, ast.Load)
    if isinstance(part, ast.Assign):  # `_ = register(...)`
        return all(isinstance(target, ast.Name) and not target.id.strip("_") for target in part.targets)
    return isinstance(part, ast.Assert | ast.Raise)


def _hands_on(statement: ast.stmt, module: Module) -> bool:
    """Say whether a call within a statement is given a variable of the module."""
    variables = {
        name
        for name, bound in module.names.items()
        for one in bound
        if not (isinstance(one, int) and isinstance(module.statements[one], _FUNCTIONS | ast.ClassDef))
    }
    return any(
        isinstance(part, ast.Name) and part.id in variables
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
        for part in [*node.args, *(keyword.value for keyword in node.keywords)]
    )


def _changes_something(statement: ast.stmt, passive: set[str], *, arguments: bool) -> bool:
    """Say whether code sets, adds or deletes parts of anything that it has not made itself.

    Args:
        statement: a function or class.
        passive: names whose methods change nothing that counts.
        arguments: whether what a function is given counts too.
    """
    of_class = {
        name
        for node in ast.walk(statement)
        if isinstance(node, ast.ClassDef)
        for part in node.body
        for name in _assigned(part)
    }
    fresh = _fresh_names(statement, arguments)
    for node in ast.walk(statement):
        place = None
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            place = node
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _CHANGERS
        ):
            place = node.func.value
        elif isinstance(node, ast.Global) or (
            isinstance(node, ast.Name) and node.id in ("setattr", "globals")
        ):
            return True
        if place is not None and not _is_own(place, of_class, fresh | passive):
            return True
    return False


def _fresh_names(statement: ast.stmt, arguments: bool) -> set[str]:
    """Name the variables that are only ever bound to something new, not to what has a name already."""
    values: dict[str, list[ast.AST | None]] = {}
    for node in ast.walk(statement):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.For | ast.NamedExpr | ast.withitem):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            value = None if isinstance(node, ast.For) else getattr(node, "value", None)
            for target in filter(None, targets):
                for part in ast.walk(target):
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        values.setdefault(part.id, []).append(value)
        elif isinstance(node, ast.arg):
            values.setdefault(node.arg, []).append(None if arguments or node.arg in ("self", "cls") else node)
    fresh = set(values)
    while True:
        other = {name for name in fresh if not all(_is_new(value, fresh) for value in values[name])}
        if not other:
            return fresh
        fresh -= other


def _is_new(value: ast.AST | None, fresh: set[str]) -> bool:
    while isinstance(value, ast.Attribute | ast.Subscript):
        value = value.value
    if isinstance(value, ast.Name):
        return value.id in fresh
    return value is not None and not isinstance(value, ast.IfExp | ast.BoolOp)


def _is_own(place: ast.AST, of_class: set[str], fresh: set[str]) -> bool:
    first = ""
    while isinstance(place, ast.Attribute | ast.Subscript | ast.Call):
        first = place.attr if isinstance(place, ast.Attribute) else first
        place = place.func if isinstance(place, ast.Call) else place.value
    if not isinstance(place, ast.Name):
        return not isinstance(place, ast.IfExp | ast.BoolOp)
    return place.id in fresh or (place.id == "self" and first not in of_class)


def _assigned(statement: ast.stmt) -> list[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]
