"""The search for all code that a script reaches, and the digest of what it finds."""

import ast
import functools
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aestudy.digests.data_files import DataFiles
from aestudy.digests.effects import Effects
from aestudy.digests.libraries import Libraries, environment
from aestudy.digests.memory import DigestMemory
from aestudy.digests.modules import Module, ModuleFinder, Symbol, Unit
from aestudy.digests.names import Found, Names, Unresolved, refuse
from aestudy.digests.texts import Text, write_text
from aestudy.errors import StudyError


@dataclass(frozen=True)
class Selection:
    """What counts in place of what the search would find by itself.

    Attributes:
        without: symbols at which the search stops.
        also: symbols that count although the script does not name them.
        entries: a table and a key; that entry counts and not the others. Where it cannot be picked out of the
            source, as of a table that a loop fills, the whole table counts.
        answered: functions that import by a computed name, of which `also` says what they import.
    """

    without: Collection[Symbol] = ()
    also: Collection[Symbol] = ()
    entries: Collection[tuple[Symbol, str]] = ()
    answered: Collection[Symbol] = ()

    def key(self) -> str:
        """Write it down, in whatever order it was given."""
        return repr([sorted(part) for part in (self.without, self.also, self.entries, self.answered)])


class CodeDigests:
    """Digests of scripts over one source tree.

    Args:
        packages: the folders of the packages (`src/aestudy`).
        script_folder: the folder of the workflow's scripts.
        lock_file: the pip lock with the pinned versions.
        memory: a file for the digests of the last run, valid while no file changes.
        tables: tables that are asked for names and orders by many, and the attribute by which the functions in
            them are used: only code that speaks of that attribute reaches them.
        keep_memory: whether what is computed is written to `memory`.
    """

    def __init__(
        self,
        packages: Sequence[Path],
        script_folder: Path,
        lock_file: Path,
        memory: Path | None = None,
        tables: Mapping[Symbol, str] | None = None,
        *,
        keep_memory: bool = True,
    ):  # fmt: skip
        self._tables = dict(tables or {})
        self._lock_file = lock_file
        self._modules = ModuleFinder(packages, script_folder)
        self._names = Names(self._modules)
        self._data_files = DataFiles(self._modules)
        self._effects = Effects(self.text, self._modules.find)
        self._texts: dict[tuple[Unit, bool, bool], Text] = {}
        self._files: dict[Unit, list[Path]] = {}
        sources = [*packages, script_folder, lock_file]
        self._memory = DigestMemory(memory, sources, environment()) if memory else None
        self._keep_memory = keep_memory

    def script(self, name: str, selection: Selection = Selection()) -> str:  # noqa: B008 - it is frozen
        """Digest one script of the workflow and all that it reaches.

        Args:
            name: the script's name without `.py`.
            selection: what counts in place of what the search would find.

        Returns:
            A hexadecimal SHA-256, shortened to 16 digits.

        Raises:
            StudyError: something that it reaches cannot be followed.
        """
        if self._memory is None:
            return self._digest(name, selection)
        key = repr((name, selection.key(), sorted(self._tables.items())))
        if key not in self._memory.digests:
            self._memory.digests[key] = self._digest(name, selection)
            if self._keep_memory:
                self._memory.write()
        return self._memory.digests[key]

    def reached_symbols(self, name: str, selection: Selection = Selection()) -> set[Symbol]:  # noqa: B008
        """Name everything that a script reaches; for tests and for a person who wonders."""
        found = set()
        for unit in self._search(name, selection).texts:
            module = self._module(unit.module)
            bindings = module.bindings[unit.place] if module.is_source else None
            names = sorted(bindings.names) if bindings else []
            label = "script" if unit.module.startswith("script ") else unit.module
            found.update((label, bound) for bound in names or [""])
        return found

    def _digest(self, name: str, selection: Selection) -> str:
        search = self._search(name, selection)
        libraries = self._libraries
        for library, (module, line) in search.libraries.items():
            if not libraries.knows(library):
                raise refuse(
                    module, line, f"{library} belongs to no installed library and not to the study's own code",
                    "Put it into the package or install it",
                )  # fmt: skip
        sha = hashlib.sha256()
        labels = search.labels()
        acting = [labels[unit] for unit in search.acting if unit in labels]
        sha.update(repr((sorted(labels.values()), acting)).encode())
        for label, content in sorted(search.contents()):
            sha.update(repr((label, content)).encode())
        sha.update(repr(libraries.versions(search.libraries)).encode())
        return sha.hexdigest()[:16]

    @functools.cached_property
    def _libraries(self) -> Libraries:
        return Libraries(self._lock_file)

    def _search(self, name: str, selection: Selection) -> "_Search":
        """Search, and where code is found that reads docstrings or annotations, once more with these."""
        for full in (False, True):
            search = _Search(self, selection, full)
            search.start(self._modules.script(name))
            if not search.reads:
                break
        return search

    # What the search asks for

    def text(self, unit: Unit, full: bool = False, answered: bool = False) -> Text:
        """Read a statement, once."""
        key = (unit, full, answered)
        if key not in self._texts:
            module = self._module(unit.module)
            self._texts[key] = write_text(
                self._names, module, self._node(unit), place=unit.place, full=full, answered=answered
            )
        return self._texts[key]

    def files(self, unit: Unit, words: set[str]) -> list[Path]:
        """Find the data files that a statement names, once."""
        if unit not in self._files:
            self._files[unit] = self._data_files.named_by(self._module(unit.module), self._node(unit), words)
        return self._files[unit]

    def _module(self, name: str) -> Module:
        module = self._modules.find(name)
        if module is None:
            raise StudyError(f"there is no module {name}. Correct its name where digests of code are asked for.")
        return module

    def _node(self, unit: Unit) -> ast.AST:
        statement = self._module(unit.module).statements[unit.place]
        return dict(_entries(statement))[unit.key] if unit.key else statement

    def entry(self, table: Symbol, key: str) -> Unit | None:
        """Pick the one entry of a table that a key stands for; None where the source does not show it."""
        module = self._module(table[0])
        places = [place for place in module.names.get(table[1], ()) if isinstance(place, int)]
        if len(places) != 1 or len(module.names[table[1]]) != 1:
            return None
        keys = [name for name, _ in _entries(module.statements[places[0]])]
        return Unit(table[0], places[0], key) if keys.count(key) == 1 and "" not in keys else None

    def symbol(self, symbol: Symbol) -> list[Found]:
        """Find what a symbol that somebody asks for stands for."""
        try:
            return self._names.follow(symbol[0], (symbol[1],))
        except Unresolved as error:
            raise StudyError(f"{error}. Correct its name where digests of code are asked for.") from None


def _entries(statement: ast.stmt) -> list[tuple[str, ast.expr]]:
    """List the entries of a table that is written as one; the key of an entry that is not plain is empty."""
    value = getattr(statement, "value", None)
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or not isinstance(value, ast.Dict):
        return []
    keys = [key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else "" for key in value.keys]
    return list(zip(keys, value.values, strict=True))


@dataclass
class _Search:
    """One search, and what it has found so far.

    Attributes:
        code: the source tree.
        selection: what counts in place of what is found.
        full: whether docstrings and annotations count.
        texts: the statements that are reached.
        acting: those that act when their module is imported, in the order in which they do.
        libraries: the top-level names of libraries, and where each is used first.
        binaries: the modules that are no source.
        reads: whether docstrings or annotations are read by what is reached.
    """

    code: CodeDigests
    selection: Selection
    full: bool
    texts: dict[Unit, Text] = field(default_factory=dict)
    acting: list[Unit] = field(default_factory=list)
    libraries: dict[str, tuple[Module, int]] = field(default_factory=dict)
    binaries: dict[str, Path] = field(default_factory=dict)
    reads: bool = False

    def __post_init__(self) -> None:
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
        found = [(symbol, self.code.symbol(symbol)) for symbol in sorted(self.selection.also)]
        for table, key in sorted(self.selection.entries):
            entry = self.code.entry(table, key)
            if entry:
                self._without.add(table)
                self._pending.append(entry)
            else:
                found.append((table, self.code.symbol(table)))
        picked = {table for table, key in self.selection.entries if not self.code.entry(table, key)}
        self._without -= picked
        for symbol in self._without:
            self.code.symbol(symbol)  # one that is gone would stop nothing
        for _, several in found:
            for one in several:
                self._follow(one, script, 1)
        while self._pending:
            self._visit(self._pending.pop(0))

    def _visit(self, unit: Unit) -> None:
        if unit in self.texts:
            return
        module = self.code._module(unit.module)
        names = module.bindings[unit.place].names if not unit.key else {}
        answered = any((unit.module, name) in set(self.selection.answered) for name in names)
        text = self.code.text(unit, self.full, answered)
        self.texts[unit] = text
        self._import(module)
        for name in text.modules:
            self._import_by_name(name)
        self.reads |= bool(text.reads)
        keys = {self.code._tables[table] for table in self._tables_of(unit)}
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
        names = self.code._module(unit.module).bindings[unit.place].names
        return [(unit.module, name) for name in names if (unit.module, name) in self.code._tables]

    def _open(self, words: set[str]) -> None:
        """Follow the tables whose functions are used after all."""
        self._words |= words
        for attribute in [attribute for attribute in self._closed if attribute in words]:
            for unit in self._closed.pop(attribute):
                self._follow_all(unit)

    def _follow_all(self, unit: Unit) -> None:
        module = self.code._module(unit.module)
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
        names = self.code._names
        try:
            return [one for name in module.names for one in names.follow(module.name, (name,))]
        except Unresolved as error:
            raise refuse(module, 1, str(error), "Correct the import") from None

    def _import_by_name(self, name: str) -> None:
        module = self.code._modules.find(name) if self.code._modules.covers(name) else None
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
        acting = self.code._effects.acting(module)
        self.acting += acting
        self._pending += acting

    # The digest

    def labels(self) -> dict[Unit, str]:
        """Name each statement by its text and by what it refers to, whatever the modules are called.

        Statements with the same text get different names as soon as what they refer to differs, however far
        behind; as often as that tells more of them apart, it is repeated.
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
                unit: _hash(label, [[[labels.get(one) for one in units] for units in found] for found in behind[unit]])
                for unit, label in labels.items()
            }
        return labels

    def _units(self, found: Found) -> list[Unit]:
        if found.module and found.module.is_source:
            return [Unit(found.module.name, place) for place in range(len(found.module.statements))]
        return [found.unit] if found.unit else []

    def contents(self) -> list[tuple[str, bytes]]:
        """Read the data files, the modules that are no source, and where they count the modules' docstrings."""
        files = {file for unit, text in self.texts.items() for file in self.code.files(unit, text.words)}
        read = [(file.name, file.read_bytes()) for file in [*sorted(files), *self.binaries.values()]]
        if self.full:
            read += [("docstring", module.docstring.encode()) for module in self._imported.values()]
        return read


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
