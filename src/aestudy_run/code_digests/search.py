"""The search for all code that a script reaches."""

from collections.abc import Mapping
from pathlib import Path

from aestudy_run.code_digests.modules import Import, Module, Unit
from aestudy_run.code_digests.names import Found, UnresolvedError, refuse
from aestudy_run.code_digests.reader import IMPORTERS, READERS_OF_TEXT, UNFOLLOWED, Text
from aestudy_run.code_digests.selection import Selection, Symbol
from aestudy_run.code_digests.tree import SourceTree


class Search:
    """One search from a script, and what it has found.

    Attributes:
        texts: the statements that are reached, in an order that no names of modules decide.
        libraries: the top-level names of libraries, and the file and the line where each is used first.

    Raises:
        StudyError: something cannot be followed.
    """

    def __init__(
        self, tree: SourceTree, tables: Mapping[Symbol, str], selection: Selection, script: str
    ):  # fmt: skip
        self._tree, self._tables, self._selection = tree, tables, selection
        self.texts: dict[Unit, Text] = {}
        self.libraries: dict[str, tuple[Path, int]] = {}
        self._pending: list[Unit] = []
        self._imported: dict[str, Module] = {}
        self._handed_on: set[str] = set()
        self._all_count = False
        self._closed: dict[str, list[Unit]] = {}
        self._words: set[str] = set()
        without, also = set(selection.without), set(selection.also)
        for table, key in sorted(selection.entries):
            entry = tree.entry(table, key)
            (without if entry else also).add(table)
            self._pending += [entry] if entry else []
        left_out = [one.unit for symbol in without - also for one in tree.symbol(symbol) if one.unit]
        self._without = {unit for unit in left_out if self._symbols(unit) <= without - also}
        start = tree.module(f"script {script}")
        self._add_all(start)
        self._import(start.name)
        for one in [one for symbol in sorted(also) for one in tree.symbol(symbol)]:
            self._follow(one, start, 1)
        while self._pending:
            self._visit(self._pending.pop(0))

    def _add_all(self, module: Module) -> None:
        """Add all statements of a module; what an import brings counts by its use, if it has one."""
        for place, statement in enumerate(module.statements):
            if not isinstance(statement, Import) or self._tree.is_for_its_effect(module, statement):
                self._pending.append(Unit(module.name, place))

    def _symbols(self, unit: Unit) -> set[Symbol]:
        return {(unit.module, name) for name in self._tree.module(unit.module).bound[unit.place]}

    def _visit(self, unit: Unit) -> None:
        if unit in self.texts or unit in self._without:
            return
        module = self._tree.module(unit.module)
        symbols = set() if unit.key else self._symbols(unit)
        text = self.texts[unit] = self._tree.text(unit)
        pardoned = set() if symbols.isdisjoint(self._selection.answered) else IMPORTERS
        for name in sorted(UNFOLLOWED & text.watched.keys() - pardoned):
            problem = f"what {name.removeprefix('builtins.')} reaches cannot be followed"
            advice = "Import by a name that stands in the code, at the top of the module or within a function"
            raise refuse(module, text.watched[name], problem, advice)
        for name in [module.name, *text.modules]:
            self._import(name)
        if "__subclasses__" in text.words and not self._all_count:
            self._all_count = True
            for home in list(self._imported.values()):
                self._add_all(home)
        keys = {self._tables[symbol] for symbol in symbols & self._tables.keys()}
        self._words |= set() if keys else text.words
        for key in keys - self._words:
            self._closed.setdefault(key, []).append(unit)
        # Follow also the tables whose functions are used after all.
        opened = [one for key in sorted(self._closed.keys() & self._words) for one in self._closed.pop(key)]
        for one in [*([unit] if keys <= self._words else []), *opened]:
            home = self._tree.module(one.module)
            for found in [found for reference in self.texts[one].references for found in reference]:
                self._follow(found, home, home.statements[one.place].lineno)

    def _follow(self, found: Found, module: Module, line: int) -> None:
        if found.library:
            self.libraries.setdefault(found.library.partition(".")[0], (module.path, line))
        elif found.unit:
            self._pending.append(found.unit)
        elif found.module and found.module.name not in self._handed_on:  # any of it may be used
            self._handed_on.add(found.module.name)
            self._import(found.module.name)
            for name in sorted(found.module.names.keys() - {"*"}):
                try:
                    several = self._tree.follow(found.module.name, (name,))
                except UnresolvedError as error:
                    raise refuse(found.module, 1, str(error), "Correct the import") from None
                for one in several:
                    self._follow(one, found.module, line)

    def _import(self, name: str) -> None:
        """Note what happens when a module is imported: what it imports, and all of it if it acts."""
        module = self._tree.find(name) if name and self._tree.covers(name) else None
        if module is None or name in self._imported:
            return
        self._imported[name] = module
        for one in [name.rpartition(".")[0], *module.imports]:
            self._import(one)
        if self._all_count or self._tree.acts(name):
            self._add_all(module)

    def contents(self) -> list[object]:
        """Give all that counts, without the names and places of modules.

        These are the statements, each with the numbers of the statements that it refers to, data files, and
        modules that are no source. Where anything reads docstrings or annotations, whole modules count.
        """
        numbers = {unit: number for number, unit in enumerate(self.texts)}
        behind = [[_units(found) for found in text.references] for text in self.texts.values()]
        references = [[[numbers.get(unit) for unit in units] for units in found] for found in behind]
        statements = [(text.text, found) for text, found in zip(self.texts.values(), references, strict=True)]
        reads = any(READERS_OF_TEXT & text.watched.keys() for text in self.texts.values())
        whole = [one.path for one in self._imported.values() if reads or not one.is_source]
        files = {file for unit in self.texts for file in self._tree.files(unit)}
        data = sorted((file.name, file.read_bytes()) for file in files)
        return [*statements, *data, *(path.read_bytes() for path in whole if path.is_file())]


def _units(reference: list[Found]) -> list[Unit]:
    modules = [one.module for one in reference if one.module]
    units = [Unit(module.name, place) for module in modules for place in range(len(module.statements))]
    return [*units, *(one.unit for one in reference if one.unit)]
