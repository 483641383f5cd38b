"""The text of a statement without places: what each name in it stands for is noted beside the text.

Comments, blank lines, docstrings and annotations of functions are left out; `full` texts have the last two.
"""

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aestudy.digests.bindings import Bindings, find_bindings, imported_names, modules_of
from aestudy.digests.modules import Module
from aestudy.digests.names import Found, Names, Unresolved, refuse
from aestudy.digests.watched import (
    FINDERS_OF_FILES,
    HARMLESS_DECORATORS,
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


def write_text(
    names: Names, module: Module, node: ast.AST, *, place: int, full: bool, answered: bool = False
) -> Text:
    """Write down a statement or a part of it.

    Args:
        names: resolves its names.
        module: the module that it stands in.
        node: the statement.
        place: its place in the module.
        full: whether docstrings and annotations count.
        answered: whether what it imports by a computed name is known otherwise.

    Raises:
        StudyError: something in it cannot be followed.
    """
    writer = _Writer(names, module, place, full, answered)
    writer.result.text = writer.write(node)
    return writer.result


class _Writer:
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
        # What a function is called and where it stands is no use of it.
        names = chain[:-2] if chain[-1] in ("__module__", "__name__", "__qualname__") else chain
        self.result.words.update(names)
        self._note_reading(chain)
        if isinstance(root, ast.Name):
            return self._write_chain(node, root, tuple(chain))
        return ".".join([self.write(root), *chain])

    def _write_chain(self, node: ast.AST, root: ast.Name, chain: tuple[str, ...]) -> str:
        if not isinstance(root.ctx, ast.Load):
            return root.id
        self._note_reading([root.id])
        is_local, found = self._resolve(root, chain)
        if root.id in ("locals", "vars", "dir", "globals") and self._is_builtin(found):
            if root.id == "globals" or not self._scopes:
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
        except Unresolved as error:
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
        """Find the module or the symbol of this source tree that a text such as `package.module:name` names."""
        if len(value) > 200 or not _DOTTED.fullmatch(value):
            return []
        if value.partition(".")[0] not in self._names.modules.packages:
            return []
        top, *rest = value.replace(":", ".").split(".")
        try:
            return self._names.follow(top, tuple(rest))
        except Unresolved:
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
                except Unresolved as error:
                    raise refuse(self._module, node.lineno, str(error), "Correct the name") from None
        return self._write_fields(node)

    # Statements that are written in another way

    def _write_expr(self, node: ast.Expr) -> str:
        if isinstance(node.value, ast.Constant) and not self._full:
            return "Pass()"
        return self._write_fields(node)

    def _write_body(self, body: list[ast.stmt]) -> str:
        texts = [self.write(statement) for statement in body]
        return "[" + ",".join(text for text in texts if text != "Pass()") + "]"

    def _write_import(self, node: ast.Import | ast.ImportFrom) -> str:
        modules = modules_of(node, self._module.package)
        self.result.modules += modules
        if self._scopes and self._scopes[-1][0] == "class":  # whoever has the class has what it imports
            for name in imported_names(node, self._module.package):
                self._write_chain(node, ast.Name(name, ast.Load(), lineno=node.lineno), ())
        if self._names.modules.covers(modules[0]):
            return "Pass()"
        self.result.references.append([Found(library=modules[0])])
        self._check_library(modules[0], node)
        return f"import {modules[0]}"

    _write_importfrom = _write_import

    def _write_functiondef(self, node: ast.FunctionDef) -> str:
        decorators = self.write(node.decorator_list)
        full, self._full = (
            self._full,
            self._full
            or not all(
                HARMLESS_DECORATORS.fullmatch(name) for name in self._library_names(node.decorator_list)
            ),
        )
        outer = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        defaults = self.write(outer)
        annotations = self._write_annotations(node) if self._full else ""
        text = self._write_scope(node, node.body)
        self._full = full
        return f"{type(node).__name__} {node.name}{decorators}{defaults}{annotations}{text}"

    _write_asyncfunctiondef = _write_functiondef

    def _library_names(self, expressions: list[ast.expr]) -> list[str]:
        """Name the library functions that decorate something; one of this source tree is empty."""
        names = []
        for expression in expressions:
            inner = expression.func if isinstance(expression, ast.Call) else expression
            chain: list[str] = []
            while isinstance(inner, ast.Attribute):
                chain.insert(0, inner.attr)
                inner = inner.value
            found = self._resolve(inner, tuple(chain))[1] if isinstance(inner, ast.Name) else []
            names.append(found[0].library if len(found) == 1 and found[0].library else "")
        return names

    def _write_annotations(self, node: ast.FunctionDef) -> str:
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        arguments += filter(None, [node.args.vararg, node.args.kwarg])
        return "".join(
            self._write_annotation(part) for part in [*(one.annotation for one in arguments), node.returns]
        )

    def _write_annotation(self, node: ast.expr | None) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except SyntaxError:
                return repr(node.value)
            for part in ast.walk(node):
                if isinstance(part, ast.Name):
                    part.lineno = self._module.statements[self._place].lineno
        return self.write(node)

    def _write_lambda(self, node: ast.Lambda) -> str:
        outer = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        return f"lambda {self.write(outer)}{self._write_scope(node, [node.body])}"

    def _write_scope(self, node: ast.FunctionDef | ast.Lambda, body: list[ast.AST]) -> str:
        bindings = find_bindings(body, self._module.package)
        groups = [
            node.args.posonlyargs,
            node.args.args,
            [node.args.vararg],
            node.args.kwonlyargs,
            [node.args.kwarg],
        ]
        parameters = [[one.arg for one in group if one] for group in groups]
        for name in [name for group in parameters for name in group]:
            bindings.names.setdefault(name, [])
        for name in bindings.outer:
            bindings.names.pop(name, None)
        self._scopes.append(("function", bindings))
        text = self._write_body(body)
        self._scopes.pop()
        return f"{parameters}{text}"

    def _write_classdef(self, node: ast.ClassDef) -> str:
        before = len(self.result.references)
        outside = self.write(node.bases) + self.write(node.keywords)
        for found in self.result.references[before:]:
            self.result.bases.extend(found)
        self.result.has_metaclass |= any(keyword.arg == "metaclass" for keyword in node.keywords)
        outside += self.write(node.decorator_list)
        self._scopes.append(("class", find_bindings(node.body, self._module.package)))
        text = self._write_body(node.body)
        self._scopes.pop()
        return f"class {node.name}{outside}{text}"

    def _write_comprehension_of(self, node: ast.AST) -> str:
        stored = [generator.target for generator in node.generators]
        self._scopes.append(("comprehension", find_bindings(stored, self._module.package)))
        text = self._write_fields(node)
        self._scopes.pop()
        return text

    _write_listcomp = _write_setcomp = _write_dictcomp = _write_generatorexp = _write_comprehension_of

    def _write_annassign(self, node: ast.AnnAssign) -> str:
        """Keep what a class annotates, which makes fields of it; elsewhere an annotation does nothing."""
        kind = self._scopes[-1][0] if self._scopes else "module"
        annotation = ""
        if self._full and kind != "function":
            annotation = self._write_annotation(node.annotation)
        elif kind == "class":
            annotation = self._write_class_annotation(node.annotation)
        return self._write_fields(node, ["annotation", "simple"]) + annotation

    def _write_class_annotation(self, annotation: ast.expr) -> str:
        """Write an annotation in a class: the values in it count, the classes only by their names."""
        for node in ast.walk(annotation):
            if isinstance(node, ast.Call) or (isinstance(node, ast.Name | ast.Attribute)
                                              and getattr(node, "id", getattr(node, "attr", "")) == "Annotated"):  # fmt: skip
                return self.write(annotation)
        before = len(self.result.references)
        text = self.write(annotation)
        del self.result.references[before:]
        return text
