"""Digests of the code that a job reaches, so that an edit reruns what it can change and nothing else.

Snakemake sees neither imported modules nor the difference between an edit and a `touch`. So every rule
carries a digest of its own: of its script, of each function, class and constant of the package that it
reaches (transitively, found by reading the source, nothing is run), of the data files beside a reached
module, and of the versions of the libraries that these import (`aestudy.versions`). Comments, docstrings,
blank lines and annotations of functions do not count.
"""

import functools
import hashlib
from collections.abc import Collection
from pathlib import Path

from aestudy.digest_memory import DigestMemory
from aestudy.source_modules import PACKAGE, Module, read_module
from aestudy.versions import read_versions

DISTRIBUTIONS = {
    "PIL": ("pillow",),
    "yaml": ("pyyaml",),
    "skimage": ("scikit-image",),
    "jax": ("jax", "jaxlib", "ml-dtypes", "opt-einsum"),
    "jinja2": ("jinja2", "markupsafe"),
    "matplotlib": ("matplotlib", "contourpy", "fonttools", "kiwisolver", "pillow"),
}
"""Names in the lock of what an import name brings, where that is not one of the same name: also the libraries
that a library computes or draws with and that nobody imports here."""

Symbol = tuple[str, str]
"""A module's dotted name and a name at its top level; the empty name is the module's other statements."""


class CodeDigests:
    """Digests of scripts and functions over one source tree.

    Args:
        package_folder: the folder of the package (`src/aestudy`).
        script_folder: the folder of the workflow's scripts.
        lock_file: the pip lock with the pinned versions (`name==version` at the start of a line).
        memory: a file for the digests of the last run, valid while no file changes; reading takes 0.2 s.
        lists: symbols that count themselves, while what they name does not: tables of functions.
    """

    def __init__(
        self,
        package_folder: Path,
        script_folder: Path,
        lock_file: Path,
        memory: Path | None = None,
        lists: Collection[Symbol] = (),
    ):
        self._lists = frozenset(lists)
        self._memory = DigestMemory(memory, [package_folder, script_folder, lock_file]) if memory else None
        self._package_folder = package_folder
        self._script_folder = script_folder
        self._pins = read_versions(lock_file)

    def script(self, name: str, *, without: Collection[Symbol] = (), also: Collection[Symbol] = ()) -> str:
        """Digest one script of the workflow and all that it reaches.

        Args:
            name: the script's name, which is the rule's, without `.py`.
            without: symbols at which the search stops, as a table whose entries count one by one.
            also: symbols that count although the script does not name them.

        Returns:
            A hexadecimal SHA-256, shortened to 16 digits.
        """
        if self._memory is None:
            return self._script(name, frozenset(without), frozenset(also))
        installed = sorted(text for text in self._pins.values() if text.endswith(")"))  # not as in the lock
        key = repr((name, sorted(without), sorted(also), sorted(self._lists), installed))
        if key not in self._memory.digests:
            self._memory.digests[key] = self._script(name, frozenset(without), frozenset(also))
            self._memory.write()
        return self._memory.digests[key]

    def _script(self, name: str, without: frozenset[Symbol], also: frozenset[Symbol]) -> str:
        script = read_module(self._script_folder / f"{name}.py", "script", PACKAGE)
        reached = _Reached()
        for symbol in script.definitions:
            self._visit(script, symbol, without, reached)
        for module_name, symbol in sorted(also):
            self._visit_symbol((module_name, symbol), without, reached)
        return reached.digest(self._pins)

    def reached_symbols(self, name: str) -> set[Symbol]:
        """Name everything that a script reaches; for tests and for a person who wonders.

        Args:
            name: the script's name without `.py`.
        """
        script = read_module(self._script_folder / f"{name}.py", "script", PACKAGE)
        reached = _Reached()
        for symbol in script.definitions:
            self._visit(script, symbol, frozenset(), reached)
        return set(reached.texts)

    @functools.cache  # noqa: B019 - one object lives as long as the workflow
    def _module(self, name: str) -> Module | None:
        path = self._package_folder.joinpath(*name.split(".")[1:])
        if (path / "__init__.py").is_file():
            return read_module(path / "__init__.py", name, name)
        file = path.with_suffix(".py")
        return read_module(file, name, name.rpartition(".")[0]) if file.is_file() else None

    def _visit_symbol(self, symbol: Symbol, without: frozenset[Symbol], reached: "_Reached") -> None:
        if symbol in without:
            return
        module_name, name = symbol
        module = self._module(module_name)
        if module is None:
            return
        if name in module.definitions:
            self._visit(module, name, without, reached)
            self._visit(module, "", without, reached)
        elif name in module.imports:  # re-exported
            self._visit_import(module.imports[name], (), without, reached)

    def _visit(self, module: Module, name: str, without: frozenset[Symbol], reached: "_Reached") -> None:
        if (module.name, name) in reached.texts:
            return
        definition = module.definitions[name]
        reached.texts[module.name, name] = definition.text
        reached.files.update(module.data_files)
        if (module.name, name) in self._lists:
            return
        for reference in definition.references:
            first, *rest = reference
            target = definition.imports.get(first) or module.imports.get(first)
            if first in module.definitions:
                if (module.name, first) not in without:
                    self._visit(module, first, without, reached)
            elif target is not None:
                self._visit_import(target, tuple(rest), without, reached)

    def _visit_import(
        self, target: tuple[str, str], rest: tuple[str, ...], without: frozenset[Symbol], reached: "_Reached"
    ) -> None:
        """Follow an imported name, and the attributes behind it as long as they name modules."""
        module_name, name = target
        if module_name.split(".")[0] != PACKAGE:
            reached.libraries.add(module_name.split(".")[0])
            return
        parts = [part for part in (name, *rest) if part]
        while parts and self._module(f"{module_name}.{parts[0]}") is not None:
            module_name = f"{module_name}.{parts.pop(0)}"
        if parts:
            self._visit_symbol((module_name, parts[0]), without, reached)
        elif module_name != PACKAGE:  # the module itself is handed on: any of it may be used
            for symbol in self._module(module_name).definitions:
                self._visit_symbol((module_name, symbol), without, reached)


class _Reached:
    """What a search has found so far."""

    def __init__(self) -> None:
        self.texts: dict[Symbol, str] = {}
        self.files: set[Path] = set()
        self.libraries: set[str] = set()

    def digest(self, pins: dict[str, str]) -> str:
        sha = hashlib.sha256()
        for symbol, text in sorted(self.texts.items()):
            sha.update(repr((symbol, text)).encode())
        for file in sorted(self.files):
            sha.update(repr((file.name, file.read_bytes())).encode())
        names = {
            name for library in self.libraries for name in DISTRIBUTIONS.get(library, (library.lower(),))
        }
        sha.update(repr(sorted(pins[name] for name in names if name in pins)).encode())
        return sha.hexdigest()[:16]
