"""The digest of all that a search finds.

The search itself is imported only where a digest is not remembered, so that a job and a run in which nothing
has changed lose no time.
"""

import functools
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aestudy_run.code_digests.memory import DigestMemory, environment
from aestudy_run.code_digests.selection import Selection, Symbol

if TYPE_CHECKING:
    from aestudy_run.code_digests.libraries import Libraries
    from aestudy_run.code_digests.search import Search
    from aestudy_run.code_digests.tree import SourceTree


class CodeDigests:
    """Digests of scripts over one source tree.

    Args:
        packages: the folders of the packages (`src/aestudy`).
        script_folder: the folder of the workflow's scripts.
        lock_file: the pip lock with the pinned versions.
        memory: a file for the digests of the last run, valid while no file changes.
        tables: tables that many ask for names and orders, and the attribute by which the functions in them
            are used: only code that speaks of that attribute reaches these.
        outside: top-level names that are not followed and do not count: what changes no result.
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
        outside: Sequence[str] = (),
        keep_memory: bool = True,
    ):  # fmt: skip
        self._tables = dict(tables or {})
        self._lock_file = lock_file
        self._outside = frozenset(outside)
        self._packages, self._script_folder = packages, script_folder
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
            module = self._tree.module(unit.module)
            bindings = module.bindings[unit.place] if module.is_source else None
            names = sorted(bindings.names) if bindings else []
            label = "script" if unit.module.startswith("script ") else unit.module
            found.update((label, bound) for bound in names or [""])
        return found

    def _digest(self, name: str, selection: Selection) -> str:
        from aestudy_run.code_digests.names import refuse

        search = self._search(name, selection)
        libraries = self._libraries
        found = {name: at for name, at in search.libraries.items() if name not in self._outside}
        for library, (module, line) in found.items():
            if not libraries.knows(library):
                raise refuse(
                    module, line, f"{library} belongs to no installed library and is no code of the study",
                    "Put it into the package or install it",
                )  # fmt: skip
        sha = hashlib.sha256()
        labels = search.labels()
        acting = [labels[unit] for unit in search.acting if unit in labels]
        sha.update(repr((sorted(labels.values()), acting)).encode())
        for label, content in sorted(search.contents()):
            sha.update(repr((label, content)).encode())
        sha.update(repr(libraries.versions(found)).encode())
        return sha.hexdigest()[:16]

    @functools.cached_property
    def _libraries(self) -> "Libraries":
        from aestudy_run.code_digests.libraries import Libraries

        return Libraries(self._lock_file)

    @functools.cached_property
    def _tree(self) -> "SourceTree":
        from aestudy_run.code_digests.tree import SourceTree

        return SourceTree(self._packages, self._script_folder)

    def _search(self, name: str, selection: Selection) -> "Search":
        """Search, and where code is found that reads docstrings or annotations, once more with these."""
        from aestudy_run.code_digests.search import Search

        for full in (False, True):
            search = Search(self._tree, self._tables, selection, full)
            search.start(self._tree.modules.script(name))
            if not search.reads:
                break
        return search
