"""The digest of all that a search finds, and the memory of the digests of the last run.

The search is imported only where a digest is not remembered, so that a job and a run in which nothing has
changed lose no time. To compare the bytes of all files is quicker than to parse them.
"""

import functools
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aestudy.errors import StudyError
from aestudy_run.code_digests.selection import Selection, Symbol
from aestudy_run.code_digests.versions import Libraries, installed_versions

if TYPE_CHECKING:
    from aestudy_run.code_digests.search import Search
    from aestudy_run.code_digests.tree import SourceTree


class CodeDigests:
    """Digests of scripts over one source tree.

    Args:
        packages: the folders of the packages (`src/aestudy`).
        script_folder: the folder of the workflow's scripts.
        lock_file: the pip lock with the pinned versions.
        memory: a file for the digests of the last run, valid while no file changes. If it is missing or
            damaged, or cannot be written, all is only slower.
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
        self._tables, self._outside = dict(tables or {}), outside
        self._memory = memory if keep_memory else None
        self._state = _digest_files([*packages, script_folder, lock_file]) if memory else ""
        self._remembered: dict[str, str] = {}
        try:
            kept = json.loads(memory.read_text("utf-8")) if memory else {}
            self._remembered = dict(kept["digests"]) if kept["state"] == self._state else {}
        except (OSError, ValueError, KeyError, TypeError):
            pass

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
        key = repr((name, selection.key(), sorted(self._tables.items())))
        if key not in self._remembered:
            self._remembered[key] = self._digest(name, selection)
            if self._memory:
                _replace(self._memory, json.dumps({"state": self._state, "digests": self._remembered}))
        return self._remembered[key]

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


def _digest_files(sources: Iterable[Path]) -> str:
    """Digest files, all files in folders, and the versions of libraries and of Python."""
    sha = hashlib.sha256(repr((sys.version, sorted(installed_versions(sys.path).items()))).encode())
    for source in sources:
        files = [str(source)] if source.is_file() else []
        for folder, folders, names in os.walk(source, followlinks=True):
            folders[:] = sorted(set(folders) - {"__pycache__"})
            files += [os.path.join(folder, name) for name in sorted(names)]  # noqa: PTH118 - quick
        for file in filter(os.path.isfile, files):
            content = Path(file).read_bytes()
            sha.update(repr((os.path.relpath(file, source), len(content))).encode())
            sha.update(content)
    return sha.hexdigest()


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, "utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
