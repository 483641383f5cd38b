"""The part of a text that is names: what they stand for is noted beside it."""

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aestudy_run.code_digests.bindings import Bindings
from aestudy_run.code_digests.modules import Module
from aestudy_run.code_digests.names import Found, Names, UnresolvedError, refuse
from aestudy_run.code_digests.watched import (
    FINDERS_OF_FILES,
    IMPORTERS,
    OWN_PLACE,
    READS_ANNOTATIONS,
    READS_DOCSTRINGS,
    UNFOLLOWED,
)

_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(:[A-Za-z_]\w*)?")


@dataclass
class Text:
    """What one statement says.

    Attributes:
        text: with the name of what a reference stands for in its place.
        references: what each reference may stand for, in order.
        modules: the modules that are imported within it.
        words: the strings and attributes in it.
        finds_files: whether it may look for files beside its module.
        reads: which of "docstrings" and "annotations" of other code it looks at.
        at_import: what is used when the module is imported, not first when a function is called.
        bases: what its classes derive from.
        has_metaclass: whether one of these says how it is made.
    """

    text: str = ""
    references: list[list[Found]] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    finds_files: bool = False
    reads: set[str] = field(default_factory=set)
    at_import: list[Found] = field(default_factory=list)
    bases: list[Found] = field(default_factory=list)
    has_metaclass: bool = False


class ReferenceWriter:
    """Writes syntax trees and resolves the names in them.

    Args:
        names: resolves names.
        module: the module that the tree stands in.
        place: the place of its statement in the module.
        full: whether docstrings and annotations count.
        answered: whether what it imports by a computed name is known otherwise.
    """

    def __init__(self, names: Names, module: Module, place: int, full: bool, answered: bool):
        self._names, self._module, self._place = names, module, place
        self._full, self._answered = full, answered
        self._scopes: list[tuple[str, Bindings]] = []
        self.result = Text()

    def write(self, node: object) -> str:
        """Write a node of the syntax tree, or a list of them."""
        if isinstance(node, list):
            return "[" + ",".join(self.write(item) for item in node) + "]"
        if not isinstance(node, ast.AST):
            return repr(node)
        special = getattr(self, f"_write_{type(node).__name__.lower()}", None)
        return special(node) if special else self._write_fields(node)

    def _write_fields(self, node: ast.AST, without: Sequence[str] = ()) -> str:
        """Write a node by its fields; absent ones are left out, as newer Pythons have more of them."""
        fields = [
            f"{name}={self.write(value)}"
            for name, value in ast.iter_fields(node)
            if name not in ("ctx", "kind", "type_comment", *without) and value not in (None, [])
        ]
        return f"{type(node).__name__}({','.join(fields)})"

    # Names

    def _write_name(self, node: ast.Name) -> str:
        return self._write_chain(node, node, ())

    def _write_attribute(self, node: ast.Attribute) -> str:
        chain: list[str] = []
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            chain.insert(0, root.attr)
            root = root.value
        self.result.words.update(chain)
        self._note_reading(chain)
        if isinstance(root, ast.Name):
            return self._write_chain(node, root, tuple(chain))
        return ".".join([self.write(root), *chain])

    def _write_chain(self, node: ast.AST, root: ast.Name, chain: tuple[str, ...]) -> str:
        if not isinstance(root.ctx, ast.Load):
            return root.id
        self._note_reading([root.id])
        is_local, found = self._resolve(root, chain)
        views = ("globals",) if self._scopes else ("globals", "locals", "vars", "dir")
        if root.id in views and self._is_builtin(found):
            found = [*found, Found(module=self._module)]
        if not found:
            return ".".join([root.id, *chain])
        for one in found:
            if one.library:
                self._check_library(".".join([one.library, *one.rest]), node)
        return ("local " if is_local else "") + self._refer(found)

    def _refer(self, found: list[Found]) -> str:
        """Note a reference and write what it stands for, without the module that this is written in."""
        parts = []
        for one in found:
            if one.library:
                parts.append(".".join([one.library, *one.rest]))
            else:
                name = one.through[-1][1] if one.unit and one.through else "module"
                parts.append(".".join([f"@{name}", *one.rest]))
        # Where a name is bound again, it matters which of the statements stand before this one.
        earlier = [one for one in found if one.unit and one.unit.place < self._place]
        order = f"#{len(earlier)}" if len(found) > 1 and not self._scopes else ""
        self.result.references.append(found)
        if all(kind != "function" for kind, _ in self._scopes):
            self.result.at_import.extend(found)
        return "|".join(parts) + order

    def _resolve(self, root: ast.Name, chain: tuple[str, ...]) -> tuple[bool, list[Found]]:
        """Resolve a name: whether a scope within the statement binds it, and what it may stand for."""
        name = root.id
        try:
            for depth, (kind, scope) in enumerate(reversed(self._scopes)):
                if name in scope.globals and kind != "class":
                    break
                if name not in scope.names or (kind == "class" and depth):
                    continue
                found = []
                for target, target_name in scope.names[name]:
                    found += self._names.follow(target, (*filter(None, [target_name]), *chain))
                if kind == "class":  # until it is bound there, it is the module's
                    found += self._names._bound(self._module, name, chain, ((self._module.name, name),))
                return name in scope.plain, found
            return False, self._names.in_module(self._module, name, chain)
        except UnresolvedError as error:
            raise refuse(
                self._module, root.lineno, f"{'.'.join([name, *chain])} cannot be resolved, {error}",
                "Define it at the top of its module, and import it from there by its name",
            ) from None  # fmt: skip

    def _is_builtin(self, found: list[Found]) -> bool:
        return any(one.library.startswith("builtins.") for one in found)

    def _note_reading(self, words: Iterable[str]) -> None:
        for word in words:
            if word in OWN_PLACE or word in FINDERS_OF_FILES:
                self.result.finds_files = True
            if word in READS_DOCSTRINGS:
                self.result.reads.add("docstrings")
            if word in READS_ANNOTATIONS:
                self.result.reads.add("annotations")

    def _check_library(self, dotted: str, node: ast.AST) -> None:
        names = {".".join(dotted.split(".")[:count]) for count in range(1, dotted.count(".") + 2)}
        self._note_reading(names)
        unfollowed = sorted(names & UNFOLLOWED) or (sorted(names & IMPORTERS) if not self._answered else [])
        if unfollowed:
            name = unfollowed[0].removeprefix("builtins.")
            raise refuse(
                self._module, node.lineno, f"what {name} reaches cannot be followed",
                "Import by a name that stands in the code, at the top of the module or within a function",
            )  # fmt: skip

    def _write_constant(self, node: ast.Constant) -> str:
        if isinstance(node.value, str):
            self.result.words.add(node.value)
            found = self._named_by_text(node.value)
            if found:
                return f"text {self._refer(found)}"
        return repr(node.value)

    def _named_by_text(self, value: str) -> list[Found]:
        """Find the module or the symbol that a text such as `package.module:name` names."""
        if len(value) > 200 or not _DOTTED.fullmatch(value):
            return []
        if value.partition(".")[0] not in self._names.modules.packages:
            return []
        top, *rest = value.replace(":", ".").split(".")
        try:
            return self._names.follow(top, tuple(rest))
        except UnresolvedError:
            return []

    def _write_call(self, node: ast.Call) -> str:
        chain: list[str] = []
        root: ast.expr = node.func
        while isinstance(root, ast.Attribute):
            chain.insert(0, root.attr)
            root = root.value
        if isinstance(root, ast.Name) and len(node.args) == 1 and not node.keywords:
            argument = node.args[0]
            text = argument.value if isinstance(argument, ast.Constant) else None
            _, found = self._resolve(root, tuple(chain))
            dotted = {".".join([one.library, *one.rest]) for one in found}
            if isinstance(text, str) and not text.startswith(".") and dotted & IMPORTERS:
                self.result.modules.append(text)
                top, *rest = text.split(".")
                try:
                    return f"import {self._refer(self._names.follow(top, tuple(rest)))}"
                except UnresolvedError as error:
                    raise refuse(self._module, node.lineno, str(error), "Correct the name") from None
        return self._write_fields(node)
