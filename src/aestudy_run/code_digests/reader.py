"""The text of a statement without places: what each name in it stands for is noted beside the text.

Comments, blank lines, docstrings and annotations of functions are left out. Where it is not plain what a name
stands for, all that it may stand for counts.
"""

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aestudy_run.code_digests.modules import Import, Module, bound_names, chain_of, names_within, read_import
from aestudy_run.code_digests.names import Found, Names, UnresolvedError, refuse

READERS_OF_TEXT = frozenset(
    ["__doc__", "inspect.getdoc", "pydoc", "doctest", "__annotations__", "typing.get_type_hints",
     "inspect.get_annotations", "inspect.signature", "inspect.getfullargspec", "__signature__"]
)  # fmt: skip
"""What looks at docstrings and annotations,"""

FINDERS_OF_FILES = frozenset(
    ["__file__", "__path__", "__spec__", "__loader__", "importlib.resources", "pkgutil.get_data",
     "jinja2.PackageLoader", "jinja2.ModuleLoader"]
)  # fmt: skip
"""at files beside a module,"""

IMPORTERS = frozenset(["importlib.import_module", "builtins.__import__"])
"""imports by a text,"""

UNFOLLOWED = IMPORTERS | frozenset(
    ["builtins.exec", "builtins.eval", "builtins.compile", "runpy", "imp", "zipimport",
     "pkgutil.iter_modules", "pkgutil.walk_packages", "pkgutil.resolve_name", "pydoc.locate",
     "importlib.reload", "importlib.util.module_from_spec", "importlib.util.spec_from_file_location",
     "importlib.machinery", "importlib.metadata.entry_points", "sys.modules", "sys.path", "sys.meta_path",
     "sys.path_hooks", "inspect.getsource", "inspect.getsourcelines", "inspect.getcomments"]
)  # fmt: skip
"""at code in a way that cannot be followed,"""

SETTERS = re.compile(
    r"builtins\.(setattr|delattr|globals|vars|next)|(operator|heapq|bisect)\..*|.*register.*"
    r"|.*\.(update|use|set_\w+|shuffle|put|copyto)"
)
"""and what sets something where it is called."""

READERS = frozenset(
    ["items", "keys", "values", "get", "copy", "index", "count", "format", "join", "split", "strip", "lower",
     "upper", "replace", "startswith", "endswith", "encode", "decode", "with_name", "joinpath"]
)  # fmt: skip
"""Methods that change nothing, whatever they belong to."""

MAKERS = frozenset(["__init__", "__new__", "__post_init__", "__setattr__"])
"""Methods by which an object is made."""

_HARMLESS_DECORATORS = re.compile(
    r"builtins\.(staticmethod|classmethod|property)|functools\.(?!singledispatch).*|contextlib\..*|abc\..*"
    r"|dataclasses\.dataclass|jax\.(jit|custom_vjp|custom_jvp|checkpoint|vmap)|flax\.nnx\.jit"
    r"|typing\.(override|final|overload|runtime_checkable)|enum\..*"
)
_WATCHED = READERS_OF_TEXT | FINDERS_OF_FILES | UNFOLLOWED
_VIEWS = {"builtins.globals", "builtins.locals", "builtins.vars", "builtins.dir"}
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(:[A-Za-z_]\w*)?")
_NOTHING = "Pass()"


@dataclass
class Text:
    """What one statement says.

    Attributes:
        text: with the name of what a reference stands for in its place.
        references: what each reference may stand for, in order.
        modules: the modules that are imported within it.
        words: the strings and attributes in it.
        watched: of the names above what it uses, and in which line.
        sets: whether it may set something that it has not made itself, where it runs or is called.
    """

    text: str = ""
    references: list[list[Found]] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    watched: dict[str, int] = field(default_factory=dict)
    sets: bool = False


def write_text(names: Names, module: Module, place: int, node: ast.AST, scope: ast.AST | None = None) -> Text:
    """Write down a statement of a module, or a part of it; the scope binds the names around that part.

    Raises:
        StudyError: a name in it stands for nothing.
    """
    writer = _Writer(names, module, place, scope or node)
    writer.result.text = writer.write(node)
    return writer.result


class _Writer:
    def __init__(self, names: Names, module: Module, place: int, scope: ast.AST):
        self._names, self._module, self._place = names, module, place
        self._bound, self._outer, self._imported = names_within(scope, module.package)
        self._local: set[str] = set()  # where the writer is, for sure
        self._function = self._class = ""  # where the writer is
        self._annotated = False
        self.result = Text()

    def write(self, node: object) -> str:
        """Write a node of the syntax tree, or a list."""
        if isinstance(node, list):
            return "[" + ",".join(text for text in map(self.write, node) if text != _NOTHING) + "]"
        if not isinstance(node, ast.AST):
            return repr(node)
        special = getattr(self, f"_write_{type(node).__name__.lower()}", None)
        return special(node) if special else self._write_fields(node)

    def _write_fields(self, node: ast.AST, *without: str) -> str:
        """Write a node by its fields; absent ones are left out, as newer Pythons have more of them."""
        self.result.sets |= isinstance(node, ast.AugAssign | ast.Global | ast.Delete)
        fields = [
            f"{name}={self.write(value)}"
            for name, value in ast.iter_fields(node)
            if name not in ("ctx", "kind", "type_comment", *without) and value not in (None, [])
        ]
        return f"{type(node).__name__}({','.join(fields)})"

    # Names

    def _write_name(self, node: ast.Name) -> str:
        return self._write_attribute(node) if isinstance(node.ctx, ast.Load) else node.id

    def _write_attribute(self, node: ast.Attribute | ast.Name) -> str:
        root, chain = chain_of(node)
        makes_itself = self._function in MAKERS and _is_own(root, chain)
        self.result.sets |= not isinstance(node.ctx, ast.Load) and not makes_itself
        self.result.words.update(chain)
        self._watch([name for name in (getattr(root, "id", ""), *chain) if name[:2] == "__"], node.lineno)
        if not isinstance(root, ast.Name):
            return ".".join([self.write(root), *chain])
        found = self._resolve(root, chain)
        for parts in [one.library.split(".") for one in found]:
            self._watch([".".join(parts[: count + 1]) for count in range(len(parts))], node.lineno)
        if any(one.library in _VIEWS for one in found):
            found = [*found, Found(module=self._module)]
        itself = [".".join([root.id, *chain])] if root.id in self._bound or not found else []
        return "=".join([*itself, *([self._refer(found)] if found else [])])

    def _watch(self, names: Iterable[str], line: int) -> None:
        for name in _WATCHED.intersection(names):
            self.result.watched.setdefault(name, line)
            self.result.sets |= name in UNFOLLOWED

    def _resolve(self, root: ast.expr, chain: tuple[str, ...] = ()) -> list[Found]:
        """Find what a name and the attributes behind it may stand for; nothing for a variable."""
        if not isinstance(root, ast.Name) or root.id in self._local:
            return []
        try:
            found = []
            for dotted, name in self._imported.get(root.id, ()):
                found += self._names.follow(dotted, (*filter(None, [name]), *chain))
            if found:
                return [*found, *self._names.bound(self._module, (root.id, *chain))]
            return self._names.in_module(self._module, (root.id, *chain))
        except UnresolvedError as error:
            if root.id in self._bound:  # a variable in some scope within: its attributes tell nothing
                return self._resolve(root) if chain else []
            raise refuse(
                self._module, root.lineno, f"{'.'.join([root.id, *chain])} cannot be resolved, {error}",
                "Define it at the top of its module, and import it from there by its name",
            ) from None  # fmt: skip

    def _refer(self, found: list[Found]) -> str:
        """Note a reference and write what it stands for, without the module that this is written in."""
        self.result.references.append(found)
        self.result.sets |= any(SETTERS.fullmatch(one.library) for one in found)
        # Where a name is bound again, it matters which of the statements stand before this one.
        earlier = [one for one in found if one.unit and one.unit.place < self._place]
        order = f"#{len(earlier)}" if len(found) > 1 else ""
        return "|".join(one.library or ".".join(["@", *one.rest]) for one in found) + order

    def _write_subscript(self, node: ast.Subscript) -> str:
        self.result.sets |= not isinstance(node.ctx, ast.Load)
        return self._write_fields(node)

    def _write_constant(self, node: ast.Constant) -> str:
        if isinstance(node.value, str):
            self.result.words.add(node.value)
            top, *rest = node.value[:200].replace(":", ".").split(".")
            if top in self._names.packages and _DOTTED.fullmatch(node.value):
                try:
                    return f"text {self._refer(self._names.follow(top, tuple(rest)))}"
                except UnresolvedError:
                    return repr(node.value)
        return repr(node.value)

    def _write_call(self, node: ast.Call) -> str:
        root, chain = chain_of(node.func)
        found = self._resolve(root, chain)
        text = node.args[0].value if len(node.args) == 1 and isinstance(node.args[0], ast.Constant) else None
        if isinstance(text, str) and text[:1] != "." and IMPORTERS & {one.library for one in found}:
            self.result.modules.append(text)
            top, *rest = text.split(".")
            try:
                return f"import {self._refer(self._names.follow(top, tuple(rest)))}"
            except UnresolvedError as error:
                raise refuse(self._module, node.lineno, str(error), "Correct the name") from None
        if chain and chain[-1] not in READERS and not isinstance(root, ast.Constant):
            is_own = _is_own(root, chain) and chain[0] in self._bound
            self.result.sets |= not is_own and not all(map(self._is_function, found or [Found()]))
        return self._write_fields(node)

    def _is_function(self, found: Found) -> bool:
        """Say whether a function is called by its name, or by that of its class, and not by a variable."""
        made = self._names.node(found.unit) if found.unit else None
        is_method = (
            isinstance(made, ast.ClassDef) and found.rest[1:] and found.rest[1] in bound_names(made.body)
        )
        return bool(found.library or (found.unit and len(found.rest) == 1) or is_method)

    # Statements

    def _write_expr(self, node: ast.Expr) -> str:
        if isinstance(node.value, ast.Constant) and not self._annotated:
            return _NOTHING
        self.result.sets |= not isinstance(node.value, ast.Constant | ast.Yield | ast.YieldFrom)
        return self._write_fields(node)

    def _write_import(self, node: Import) -> str:
        names, modules = read_import(node, self._module.package)
        self.result.modules += modules
        for name in names if self._class else []:  # whoever has the class has what it imports
            self.write(ast.Name(name, ast.Load(), lineno=node.lineno))
        if isinstance(node, ast.ImportFrom):
            modules = modules[:1]
        libraries = [name for name in modules if not self._names.covers(name)]
        self._watch(libraries, node.lineno)
        return " ".join(f"import {self._refer([Found(library=name)])}" for name in libraries) or _NOTHING

    _write_importfrom = _write_import

    def _write_functiondef(self, node: ast.FunctionDef) -> str:
        text = f"{type(node).__name__} {node.name}{self.write(node.decorator_list)}"
        before = self._annotated
        # What else decorates a function may look at its docstring and its annotations.
        self._annotated |= not all(map(self._is_harmless, node.decorator_list))
        text += self._write_scope(node, node.body) + (self.write(node.returns) if self._annotated else "")
        self._annotated = before
        return text

    _write_asyncfunctiondef = _write_functiondef

    def _is_harmless(self, decorator: ast.expr) -> bool:
        found = self._resolve(*chain_of(decorator.func if isinstance(decorator, ast.Call) else decorator))
        return len(found) == 1 and bool(_HARMLESS_DECORATORS.fullmatch(found[0].library))

    def _write_lambda(self, node: ast.Lambda) -> str:
        return f"lambda {self._write_scope(node, [node.body])}"

    def _write_scope(self, node: ast.FunctionDef | ast.Lambda, body: Sequence[ast.AST]) -> str:
        text, before = self.write(node.args), (self._local, self._class, self._function)
        parameters = {part.arg for part in ast.iter_child_nodes(node.args) if isinstance(part, ast.arg)}
        self._local = (self._local | parameters | bound_names(body)) - self._outer - self._imported.keys()
        self._class, self._function = "", getattr(node, "name", "")
        text += self.write([*body])
        self._local, self._class, self._function = before
        return text

    def _write_arg(self, node: ast.arg) -> str:
        return node.arg + (self.write(node.annotation) if self._annotated else "")

    def _write_classdef(self, node: ast.ClassDef) -> str:
        text = f"class {node.name}{self.write([*node.bases, *node.keywords, *node.decorator_list])}"
        before, own = (self._local, self._class), bound_names(node.body)
        self._local, self._class = self._local - own, node.name
        text += self.write(node.body)
        self._local, self._class = before
        return text

    def _write_annassign(self, node: ast.AnnAssign) -> str:
        """Keep what a class annotates, which makes fields of it; elsewhere an annotation does nothing."""
        text, before = self._write_fields(node, "annotation", "simple"), len(self.result.references)
        if self._class:
            text += self.write(node.annotation)
            if not re.search(r"\(|Annotated", ast.unparse(node.annotation)):  # classes count by their names
                del self.result.references[before:]
        return text


def _is_own(root: ast.expr, chain: tuple[str, ...]) -> bool:
    return isinstance(root, ast.Name) and root.id == "self" and len(chain) == 1
