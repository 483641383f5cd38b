"""What dotted names stand for: statements of a source tree, whole modules of it, or libraries."""

import ast
import builtins
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from aestudy.errors import StudyError
from aestudy_run.code_digests.modules import Module, Unit, read_module

_OF_EVERY_MODULE = re.compile(r"__\w+__")


class Found(NamedTuple):
    """One thing that a name may stand for: `unit`, `module` or `library`, or nothing that counts.

    Attributes:
        unit: a statement that binds it.
        module: a whole module.
        library: the dotted name in a library, or of a builtin.
        rest: the name that the statement binds, and the attributes behind it.
    """

    unit: Unit | None = None
    module: Module | None = None
    library: str = ""
    rest: tuple[str, ...] = ()


class UnresolvedError(Exception):
    """A name stands for nothing; the text says why."""


class Names:
    """Finds the modules of a source tree and resolves names in them.

    Args:
        packages: the folders of the packages.
        script_folder: the folder of the scripts, which may import one another.
    """

    def __init__(self, packages: Iterable[Path], script_folder: Path):
        self.packages = {package.name: package for package in packages}
        self._script_folder = script_folder
        self._modules: dict[str, Module | None] = {}

    def covers(self, name: str) -> bool:
        """Say whether a dotted name is one of this source tree, not of a library."""
        top = name.partition(".")[0]
        return top in self.packages or self.find(top) is not None

    def find(self, name: str) -> Module | None:
        """Read a module, or with `script NAME` a script; None if there is none of this name."""
        if name not in self._modules:
            self._modules[name] = self._read(name)
        return self._modules[name]

    def _read(self, name: str) -> Module | None:
        if name.startswith("script "):
            path = self._script_folder / f"{name.removeprefix('script ')}.py"
            if not path.is_file():
                raise StudyError(f"{path}: expected the script of the rule {path.stem}, found nothing.")
            return read_module(path, name, "")
        top, *rest = name.split(".")
        parent = name.rpartition(".")[0]
        home = self.find(parent) if parent else None
        if parent and (home is None or home.package != parent):
            return None  # nothing lies in a module that is no package
        folder = self.packages.get(top, self._script_folder / top).joinpath(*rest)
        # The order in which Python looks: packages, extensions, source, compiled files, folders.
        if (folder / "__init__.py").is_file():
            return read_module(folder / "__init__.py", name, name)
        for file in sorted(folder.parent.glob(f"{folder.name}.*")):
            if file.suffix in (".so", ".pyd"):
                return Module(name, file, parent, is_source=False)
        source = folder.with_name(f"{folder.name}.py")
        if source.is_file():
            return read_module(source, name, parent)
        if source.with_suffix(".pyc").is_file():
            return Module(name, source.with_suffix(".pyc"), parent, is_source=False)
        return Module(name, folder, name) if folder.is_dir() and folder.name != "__pycache__" else None

    def module(self, name: str) -> Module:
        """Read a module that has to be there."""
        module = self.find(name)
        if module is None:
            raise StudyError(
                f"there is no module {name}. Correct its name where digests of code are asked for."
            )
        return module

    def node(self, unit: Unit) -> ast.AST:
        """Give the syntax tree of a statement, or of an entry of a table."""
        statement = self.module(unit.module).statements[unit.place]
        return dict(entries_of(statement))[unit.key] if unit.key else statement

    def in_module(self, module: Module, chain: tuple[str, ...]) -> list[Found]:
        """Resolve a name and the attributes behind it at the top of a module, builtins included.

        Raises:
            UnresolvedError: nothing binds it.
        """
        name = chain[0]
        found = self.bound(module, chain)
        if found or name in module.names:
            return found
        if hasattr(builtins, name):
            return [Found(library=".".join(["builtins", *chain]))]
        is_given = name == "snakemake" and module.name.startswith("script ")
        if is_given or _OF_EVERY_MODULE.fullmatch(name):
            return []
        raise UnresolvedError(f"{name} is defined nowhere")

    def follow(
        self, dotted: str, chain: tuple[str, ...] = (), seen: frozenset[tuple[str, str]] = frozenset()
    ) -> list[Found]:
        """Resolve the attributes behind a module; `seen` ends circles of imports.

        Raises:
            UnresolvedError: the module or a name in it does not exist.
        """
        if not self.covers(dotted):
            return [Found(library=".".join([dotted, *chain]))]
        module = self.find(dotted)
        if module is None:
            raise UnresolvedError(f"there is no module {dotted}")
        if not chain or not module.is_source:
            return [Found(module=module, rest=chain)]
        found = self.bound(module, chain, seen)
        if found:
            return found
        if self.find(f"{dotted}.{chain[0]}") is not None:
            return self.follow(f"{dotted}.{chain[0]}", chain[1:], seen)
        if _OF_EVERY_MODULE.fullmatch(chain[0]):
            return [Found(module=module, rest=chain)]
        lazy = " (its __getattr__ cannot be followed)" if "__getattr__" in module.names else ""
        raise UnresolvedError(f"{dotted} has no {chain[0]}{lazy}")

    def bound(
        self, module: Module, chain: tuple[str, ...], seen: frozenset[tuple[str, str]] = frozenset()
    ) -> list[Found]:
        """Find all that may bind a name, in order: the last one cannot be told without running the module."""
        if (module.name, chain[0]) in seen:
            return []
        seen, found = seen | {(module.name, chain[0])}, []
        bindings = [*module.names.get(chain[0], ()), *module.names.get("*", ())]
        for place, target in sorted(bindings, key=lambda binding: binding[0]):
            if target is None:
                found.append(Found(Unit(module.name, place), rest=chain))
            elif target[1] != "*":
                found += self.follow(target[0], (*filter(None, [target[1]]), *chain[1:]), seen)
            elif not self.covers(target[0]):
                found.append(Found(library=".".join([target[0], *chain])))
            else:
                starred = self.find(target[0])
                found += self.bound(starred, chain, seen) if starred else []
        return found


def entries_of(statement: ast.stmt) -> list[tuple[str, ast.expr]]:
    """List the entries of a table that is written as one; the key of an entry that is not plain is empty."""
    value = getattr(statement, "value", None)
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or not isinstance(value, ast.Dict):
        return []
    keys = [getattr(key, "value", "") for key in value.keys]
    return list(zip([key if isinstance(key, str) else "" for key in keys], value.values, strict=True))


def refuse(module: Module, line: int, problem: str, advice: str) -> StudyError:
    """Make the message about code whose digest would not see all that it does."""
    where = f"{module.path}:{line}"
    return StudyError(f"{where}: {problem}. An edit there could leave results out of date. {advice}.")
