"""The search for all code that a script reaches."""

import ast
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aestudy_run.code_digests.modules import Module, Unit
from aestudy_run.code_digests.names import Found, UnresolvedError, refuse
from aestudy_run.code_digests.references import Text
from aestudy_run.code_digests.selection import Selection, Symbol
from aestudy_run.code_digests.tree import SourceTree


@dataclass
class Search:
    """One search, and what it has found so far.

    Attributes:
        tree: the source tree.
        tables: as `CodeDigests` takes them.
        selection: what counts in place of what is found.
        full: whether docstrings and annotations count.
        texts: the statements that are reached.
        acting: the statements that act when their module is imported, in the order of their action.
        libraries: the top-level names of libraries, and where each is used first.
        binaries: the modules that are no source.
        reads: whether docstrings or annotations are read by what is reached.
    """

    tree: SourceTree
    tables: Mapping[Symbol, str]
    selection: Selection
    full: bool
    texts: dict[Unit, Text] = field(default_factory=dict)
    acting: list[Unit] = field(default_factory=list)
    libraries: dict[str, tuple[Module, int]] = field(default_factory=dict)
    binaries: dict[str, Path] = field(default_factory=dict)
    reads: bool = False

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self._without = set(self.selection.without)
        self._pending: list[Unit] = []
        self._imported: dict[str, Module] = {}
        self._closed: dict[str, list[Unit]] = {}
        self._words: set[str] = set()
        self._whole: set[str] = set()

    def start(self, script: Module) -> None:
        """Search from a script, from the entries and from the symbols that count as well."""
        self._pending += [
            Unit(script.name, place)
            for place, statement in enumerate(script.statements)
            if not isinstance(statement, ast.Import | ast.ImportFrom)
        ]
        self._import(script)
        found = [(symbol, self.tree.symbol(symbol)) for symbol in sorted(self.selection.also)]
        for table, key in sorted(self.selection.entries):
            entry = self.tree.entry(table, key)
            if entry:
                self._without.add(table)
                self._pending.append(entry)
            else:
                found.append((table, self.tree.symbol(table)))
        picked = {table for table, key in self.selection.entries if not self.tree.entry(table, key)}
        self._without -= picked
        for symbol in self._without:
            self.tree.symbol(symbol)  # one that is gone would stop nothing
        for _, several in found:
            for one in several:
                self._follow(one, script, 1)
        while self._pending:
            self._visit(self._pending.pop(0))
            if not self._pending and "__subclasses__" in self._words:
                derived = [unit for one in self._imported.values() for unit in self.tree.effects.derived(one)]
                self._pending = [unit for unit in derived if unit not in self.texts]

    def _visit(self, unit: Unit) -> None:
        if unit in self.texts:
            return
        module = self.tree.module(unit.module)
        names = module.bindings[unit.place].names if not unit.key else {}
        answered = any((unit.module, name) in set(self.selection.answered) for name in names)
        text = self.tree.text(unit, self.full, answered)
        self.texts[unit] = text
        self._import(module)
        for name in text.modules:
            self._import_by_name(name)
        self.reads |= bool(text.reads)
        keys = {self.tables[table] for table in self._tables_of(unit)}
        closed = next(iter(keys - self._words), None)
        if closed is not None:
            self._closed.setdefault(closed, []).append(unit)
        else:
            self._follow_all(unit)
        if not keys:
            self._open(text.words)

    def _tables_of(self, unit: Unit) -> list[Symbol]:
        if unit.key:
            return []
        names = self.tree.module(unit.module).bindings[unit.place].names
        return [(unit.module, name) for name in names if (unit.module, name) in self.tables]

    def _open(self, words: set[str]) -> None:
        """Follow the tables whose functions are used after all."""
        self._words |= words
        for attribute in [attribute for attribute in self._closed if attribute in words]:
            for unit in self._closed.pop(attribute):
                self._follow_all(unit)

    def _follow_all(self, unit: Unit) -> None:
        module = self.tree.module(unit.module)
        for reference in self.texts[unit].references:
            for found in reference:
                self._follow(found, module, module.statements[unit.place].lineno)

    def _follow(self, found: Found, module: Module, line: int) -> None:
        if not self._without.isdisjoint(found.through):
            return
        if found.library:
            self.libraries.setdefault(found.library.partition(".")[0], (module, line))
        elif found.unit:
            self._pending.append(found.unit)
        elif found.module and found.module.name not in self._whole:  # it is handed on: any of it may be used
            self._whole.add(found.module.name)
            self._import(found.module)
            for one in self._of_whole_module(found.module, line):
                self._follow(one, found.module, line)

    def _of_whole_module(self, module: Module, line: int) -> list[Found]:
        names = self.tree.names
        try:
            return [one for name in module.names for one in names.follow(module.name, (name,))]
        except UnresolvedError as error:
            raise refuse(module, 1, str(error), "Correct the import") from None

    def _import_by_name(self, name: str) -> None:
        module = self.tree.modules.find(name) if self.tree.modules.covers(name) else None
        if module is not None:
            self._import(module)

    def _import(self, module: Module) -> None:
        """Note what happens when a module is imported: what it imports, and the statements that act."""
        if module.name in self._imported:
            return
        self._imported[module.name] = module
        if not module.is_source:
            self.binaries[module.name] = module.path
            return
        parent = module.name.rpartition(".")[0]
        for name in [*([parent] if parent else []), *module.imports]:
            self._import_by_name(name)
        acting = [unit for unit in self.tree.effects.acting(module) if not self._is_left_out(module, unit)]
        self.acting += acting
        self._pending += acting

    def _is_left_out(self, module: Module, unit: Unit) -> bool:
        return any((module.name, name) in self._without for name in module.bindings[unit.place].names)

    # The digest

    def labels(self) -> dict[Unit, str]:
        """Name each statement by its text and by what it refers to, without the names of modules.

        Statements with the same text get different names if what they refer to differs, directly or further
        on. Each pass looks one reference further; the passes end when one tells no more statements apart.
        """
        labels = {unit: _hash(text.text) for unit, text in self.texts.items()}
        behind = {
            unit: [[self._units(found) for found in reference] for reference in text.references]
            for unit, text in self.texts.items()
        }
        count = 0
        while len(set(labels.values())) > count:
            count = len(set(labels.values()))
            labels = {
                unit: _hash(
                    label, [[[labels.get(one) for one in units] for units in found] for found in behind[unit]]
                )
                for unit, label in labels.items()
            }
        return labels

    def _units(self, found: Found) -> list[Unit]:
        if found.module and found.module.is_source:
            return [Unit(found.module.name, place) for place in range(len(found.module.statements))]
        return [found.unit] if found.unit else []

    def contents(self) -> list[tuple[str, bytes]]:
        """Read data files, modules that are no source, and docstrings of modules where these count."""
        files = {file for unit, text in self.texts.items() for file in self.tree.files(unit, text)}
        read = [(file.name, file.read_bytes()) for file in [*sorted(files), *self.binaries.values()]]
        if self.full:
            read += [("docstring", module.docstring.encode()) for module in self._imported.values()]
        return read


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
