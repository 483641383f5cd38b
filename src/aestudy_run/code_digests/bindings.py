"""Which names statements bind in the scope that they stand in, read without running them."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

Target = tuple[str, str]
"""What an import stands for: a dotted module and a name in it; the empty name is the module itself."""


@dataclass
class Bindings:
    """The names that some statements of one scope bind.

    Attributes:
        names: name -> what imports make it stand for; an empty list where it is bound otherwise only.
        plain: the names that are bound by anything but an import.
        mutated: the names whose attributes or entries are set or deleted.
        outer: the names declared `global` or `nonlocal`, and of these the global ones.
        set_within: the names that functions and classes within them declare `global`.
        stars: the modules of which all names are imported.
        modules: the modules that are imported, in this order.
    """

    names: dict[str, list[Target]] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)
    mutated: set[str] = field(default_factory=set)
    outer: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    set_within: set[str] = field(default_factory=set)
    stars: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)


def find_bindings(statements: Iterable[ast.AST], package: str, *, with_globals: bool = False) -> Bindings:
    """Find what statements bind, without what functions and classes within them bind for themselves.

    Args:
        statements: of one scope.
        package: the package that relative imports start from.
        with_globals: whether to look into functions for names that they declare `global`.

    Raises:
        ImportError: a relative import leads out of the package.
    """
    found = Bindings()
    collector = _Collector(found, package, with_globals)
    for statement in statements:
        collector.visit(statement)
    return found


def absolute_name(module: str | None, level: int, package: str) -> str:
    """Resolve a relative import.

    Args:
        module: what stands behind the dots.
        level: number of dots.
        package: the package that it starts from.

    Raises:
        ImportError: it leads out of the package.
    """
    if not level:
        return module or ""
    parents = package.split(".") if package else []
    if level > len(parents):
        raise ImportError(f"a relative import with {level} dots leads out of the package")
    base = ".".join(parents[: len(parents) - level + 1])
    return f"{base}.{module}" if module else base


def imported_names(statement: ast.Import | ast.ImportFrom, package: str) -> dict[str, Target]:
    """Map each local name of an import to what it stands for; a star stands for itself."""
    if isinstance(statement, ast.Import):
        tops = {alias: alias.name.partition(".")[0] for alias in statement.names}
        return {alias.asname or top: (alias.name if alias.asname else top, "") for alias, top in tops.items()}
    module = absolute_name(statement.module, statement.level, package)
    return {alias.asname or alias.name: (module, alias.name) for alias in statement.names}


class _Collector(ast.NodeVisitor):
    """Fills `Bindings`."""

    def __init__(self, found: Bindings, package: str, with_globals: bool):
        self._found = found
        self._with_globals = with_globals
        self._package = package
        self._in_comprehension = 0

    def _note_globals(self, node: ast.AST) -> None:
        """A function may set names of the module."""
        for part in ast.walk(node) if self._with_globals else []:
            if isinstance(part, ast.Global):
                self._found.set_within.update(part.names)

    def _bind(self, name: str | None) -> None:
        if name is not None:
            self._found.names.setdefault(name, [])
            self._found.plain.add(name)

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load) and not self._in_comprehension:
            self._bind(node.id)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._bind(node.target.id)
        self.visit(node.value)

    def _visit_place(self, node: ast.Attribute | ast.Subscript) -> None:
        root: ast.AST = node
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        if not isinstance(node.ctx, ast.Load) and isinstance(root, ast.Name):
            self._found.mutated.add(root.id)
        self.generic_visit(node)

    visit_Attribute = visit_Subscript = _visit_place  # noqa: N815 - names that ast prescribes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._bind(node.name)
        for part in [*node.decorator_list, node.args]:
            self.visit(part)
        self._note_globals(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)

    def visit_arguments(self, node: ast.arguments) -> None:
        for default in [*node.defaults, *filter(None, node.kw_defaults)]:
            self.visit(default)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name)
        for part in [*node.decorator_list, *node.bases, *node.keywords]:
            self.visit(part)
        self._note_globals(node)

    def _visit_comprehension(self, node: ast.AST) -> None:
        self._in_comprehension += 1
        self.generic_visit(node)
        self._in_comprehension -= 1

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension  # noqa: N815

    def _visit_import(self, node: ast.Import | ast.ImportFrom) -> None:
        for name, target in imported_names(node, self._package).items():
            if name == "*":
                self._found.stars.append(target[0])
            else:
                self._found.names.setdefault(name, []).append(target)
        self._found.modules += modules_of(node, self._package)

    visit_Import = visit_ImportFrom = _visit_import  # noqa: N815

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self._bind(node.name)
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs  # noqa: N815

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self._bind(node.rest)
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self._found.globals.update(node.names)
        self._found.outer.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self._found.outer.update(node.names)


def modules_of(statement: ast.Import | ast.ImportFrom, package: str) -> list[str]:
    """Name the modules that an import runs; of `from a import b` also `a.b`, which may be one."""
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    module = absolute_name(statement.module, statement.level, package)
    return [module, *(f"{module}.{alias.name}" for alias in statement.names if alias.name != "*")]
