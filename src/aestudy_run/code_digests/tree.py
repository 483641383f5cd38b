"""One source tree as statements: what each says, and which modules do something when they are imported."""

import ast
import functools
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from aestudy.errors import StudyError
from aestudy_run.code_digests.data_files import files_named
from aestudy_run.code_digests.modules import Import, Module, Unit, bound_names, chain_of, read_import
from aestudy_run.code_digests.names import Found, Names, UnresolvedError, entries_of
from aestudy_run.code_digests.reader import MAKERS, Text, write_text
from aestudy_run.code_digests.selection import Symbol

_DATA = ast.Attribute | ast.Subscript | ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Starred
"""Expressions that run nothing but what their parts run,"""

_PLAIN = ast.Assign | ast.If | ast.Try | ast.Pass
"""and statements."""

_HOOKS = r"FunctionDef __init_subclass__|'metaclass'"
"""What tells a class of the classes that derive from it, as texts write it."""


class SourceTree(Names):
    """Everything that a search asks for, read once.

    Attributes:
        text: gives what a statement says.
        files: gives the data files that it names.
        acts: says whether importing a module may do something beyond binding names. It fills a registry, sets
            something of a library, patches another module. In doubt it does.
    """

    def __init__(self, packages: Iterable[Path], script_folder: Path):
        super().__init__(packages, script_folder)
        self.text = functools.cache(self._text)
        self.files = functools.cache(self._files)
        self.acts = functools.cache(self._acts)

    def symbol(self, symbol: Symbol) -> list[Found]:
        """Find what a symbol that somebody asks for stands for."""
        try:
            return self.follow(symbol[0], (symbol[1],))
        except UnresolvedError as error:
            raise StudyError(f"{error}. Correct its name where digests of code are asked for.") from None

    def entry(self, table: Symbol, key: str) -> Unit | None:
        """Pick the one entry of a table that a key stands for; None where the source does not show it."""
        module = self.module(table[0])
        bindings = module.names.get(table[1], [])
        if len(bindings) != 1 or bindings[0][1] is not None or self.acts(table[0]):
            return None
        keys = [name for name, _ in entries_of(module.statements[bindings[0][0]])]
        return Unit(table[0], bindings[0][0], key) if keys.count(key) == 1 and "" not in keys else None

    def _text(self, unit: Unit) -> Text:
        return write_text(self, self.module(unit.module), unit.place, self.node(unit))

    def _files(self, unit: Unit) -> set[Path]:
        packages, module = self.packages.values(), self.module(unit.module)
        return files_named(packages, module, self.node(unit), self.text(unit))

    def _acts(self, name: str) -> bool:
        module = self.module(name)
        return any(self._runs(module, place, node) for place, node in enumerate(module.statements))

    def _runs(self, module: Module, place: int, node: ast.AST) -> bool:
        """Say whether a part of what runs when a module is imported does something."""
        parts: Iterable[ast.AST] = ast.iter_child_nodes(node)
        called: list[ast.expr] = list(getattr(node, "decorator_list", ()))
        match node:
            case ast.Import() | ast.ImportFrom():
                return self.is_for_its_effect(module, node)
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                return True
            case ast.Expr(value=value):
                return not isinstance(value, ast.Constant)
            case ast.Assign() if not any(getattr(one, "id", "a").strip("_") for one in node.targets):
                return True  # `_ = register(...)`
            case ast.Name() | ast.Constant() | ast.Lambda():
                return False
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                parts = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            case ast.ClassDef():
                parts = [*node.bases, *node.keywords, *node.body]
                if self._reaches(module, place, [*node.bases, *node.keywords], _HOOKS):
                    return True
            case ast.AnnAssign():
                calls = [part for part in ast.walk(node.annotation) if isinstance(part, ast.Call)]
                parts = [node.target, *filter(None, [node.value]), *calls]
            case ast.Call() if self._makes_record(module, node.func):
                parts = [*node.args, *node.keywords]
            case ast.BinOp(op=ast.BitOr()):  # of types
                pass
            case ast.expr() if not isinstance(node, _DATA):
                return self._reaches(module, place, [node])
            case ast.stmt() if not isinstance(node, _PLAIN):
                return True
        decorators = [ast.Call(one, [], [], lineno=one.lineno) for one in called]
        return self._reaches(module, place, decorators) or any(
            self._runs(module, place, part) for part in parts
        )

    def is_for_its_effect(self, module: Module, statement: Import) -> bool:
        """A library that is imported and not used is imported for what that does."""
        targets, _ = read_import(statement, module.package)
        libraries = [dotted for dotted, _ in targets.values() if not self.covers(dotted)]
        ours = [name for name in libraries if name.partition(".")[0] not in sys.stdlib_module_names]
        return bool(ours) and not targets.keys() <= module.used

    def _makes_record(self, module: Module, function: ast.expr) -> bool:
        """Say whether a call only makes an object that holds what it is given."""
        root, chain = chain_of(function)
        try:
            found = self.in_module(module, (root.id, *chain)) if isinstance(root, ast.Name) else []
        except UnresolvedError:
            return False
        if len(found) != 1 or found[0].unit is None or len(found[0].rest) != 1:
            return False
        made = self.node(found[0].unit)
        return (
            isinstance(made, ast.ClassDef)
            and not (made.bases or MAKERS & bound_names(made.body))
            and all(re.match(r"(dataclasses\.)?dataclass\b", ast.unparse(one)) for one in made.decorator_list)
            and not re.search(r"default_factory=(?!(dict|list|set|tuple)\b)", ast.unparse(made))
        )

    def _reaches(self, module: Module, place: int, nodes: Iterable[ast.AST], sought: str = "") -> bool:
        """Say whether anything that nodes use, further on too, may set something, or has a sought text."""
        texts = [write_text(self, module, place, node, module.statements[place]) for node in nodes]
        seen: set[Unit] = set()
        while texts:
            text = texts.pop()
            found = [one for reference in text.references for one in reference]
            if any(one.module for one in found) or (re.search(sought, text.text) if sought else text.sets):
                return True
            units = {one.unit for one in found if one.unit} - seen
            seen |= units
            texts += map(self.text, units)
        return False
