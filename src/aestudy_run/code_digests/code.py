"""The digest of all that a search finds.

The search itself is imported only where a digest is not remembered, so that a job and a run in which nothing
has changed lose no time.
"""

import functools
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aestudy.errors import StudyError
from aestudy_run.code_digests.memory import DigestMemory
from aestudy_run.code_digests.selection import Selection, Symbol
from aestudy_run.code_digests.versions import Libraries

if TYPE_CHECKING:
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
        self, packages: Sequence[Path], script_folder: Path, lock_file: Path, memory: Path | None = None,
        tables: Mapping[Symbol, str] | None = None, *, outside: Sequence[str] = (), keep_memory: bool = True,
    ):  # fmt: skip
        self._packages, self._script_folder, self._lock_file = packages, script_folder, lock_file
        self._tables, self._outside, self._keep_memory = dict(tables or {}), outside, keep_memory
        self._memory = DigestMemory(memory, [*packages, script_folder, lock_file]) if memory else None

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
        return {
            ("script" if unit.module.startswith("script ") else unit.module, bound)
            for unit in self._search(name, selection).texts
            for bound in self._tree.module(unit.module).bound[unit.place] or [""]
        }

    def _digest(self, name: str, selection: Selection) -> str:
        search = self._search(name, selection)
        libraries = {
            library: use for library, use in search.libraries.items() if library not in self._outside
        }
        for library, (path, line) in libraries.items():
            if not self._libraries.knows(library):
                raise StudyError(
                    f"{path}:{line}: {library} belongs to no installed library and is no code of the study. "
                    "An edit there could leave results out of date. Put it into the package or install it."
                )
        content = repr((search.contents(), self._libraries.versions(libraries)))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @functools.cached_property
    def _libraries(self) -> Libraries:
        return Libraries(self._lock_file)

    @functools.cached_property
    def _tree(self) -> "SourceTree":
        from aestudy_run.code_digests.tree import SourceTree

        return SourceTree(self._packages, self._script_folder)

    def _search(self, name: str, selection: Selection) -> "Search":
        from aestudy_run.code_digests.search import Search

        return Search(self._tree, self._tables, selection, name)
