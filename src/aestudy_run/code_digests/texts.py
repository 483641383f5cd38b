"""The text of a statement without places: what each name in it stands for is noted beside the text.

Comments, blank lines, docstrings and annotations of functions are left out; `full` texts have the last two.
"""

import ast

from aestudy_run.code_digests.bindings import find_bindings, imported_names, modules_of
from aestudy_run.code_digests.modules import Module
from aestudy_run.code_digests.names import Found, Names
from aestudy_run.code_digests.references import ReferenceWriter, Text
from aestudy_run.code_digests.watched import HARMLESS_DECORATORS


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


class _Writer(ReferenceWriter):
    """Writes the statements that need more than a list of their fields."""

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
            if isinstance(node, ast.Call) or "Annotated" in (
                getattr(node, "id", ""),
                getattr(node, "attr", ""),
            ):
                return self.write(annotation)
        before = len(self.result.references)
        text = self.write(annotation)
        del self.result.references[before:]
        return text
