"""Fingerprints of files by their content, remembered so that unchanged files need not be read again.

A remembered fingerprint holds while the file has the same size, inode, and times of modification and of
change in nanoseconds. The kernel sets the time of change at every write, and nobody can set it back. So `mv`,
`cp -p`, `rsync -a` and a restored backup are noticed. Clocks of file systems are coarse: a file that changed
just before it was read is read again next time, because a further change could leave no trace.
"""

import contextlib
import hashlib
import json
import os
import stat
import time
from pathlib import Path

from aestudy.errors import StudyError

SECONDS_UNTIL_TRUSTED = 2.0
"""A file has to be left alone for so long before its size and times are trusted, as git does it."""

_CHECKSUM_DIGITS = 64


class Fingerprints:
    """The SHA-256 of files, read only where a file may have changed.

    Args:
        memory: the file that keeps them from run to run; a missing or damaged file counts as empty.
    """

    def __init__(self, memory: Path):
        self._memory = memory
        self._known = _read_memory(memory)
        self._changed = False

    def digest(self, path: str | Path) -> str:
        """Give the SHA-256 of a regular file, or of what a link leads to, in hexadecimal.

        It is remembered under the name that is given here.

        Raises:
            StudyError: it is no regular file, or cannot be read.
        """
        name = os.fspath(path)
        try:
            found = os.stat(name)  # noqa: PTH116 - a Path would take half of the time
            if not stat.S_ISREG(found.st_mode):
                raise StudyError(f"{name}: expected a regular file, found something else.")
            known = self._known.get(name)
            if known is not None and known[:-1] == _describe(found):
                return str(known[-1])
            return self._read(name)
        except OSError as error:
            raise StudyError(f"{name}: cannot be read ({error.strerror or error}).") from None

    def write(self) -> None:
        """Replace the memory if there is something new; a run that cannot write it is only slower."""
        if not self._changed:
            return
        kept = {name: entry for name, entry in self._known.items() if os.path.lexists(name)}
        text = json.dumps(kept)
        temporary = self._memory.with_name(f".{self._memory.name}.{os.getpid()}.tmp")
        try:
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}", "ascii")
            temporary.replace(self._memory)
            self._changed = False
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()

    def _read(self, name: str) -> str:
        started = time.time()
        with open(name, "rb") as file:  # noqa: PTH123 - as above
            before = os.fstat(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            after = os.fstat(file.fileno())
        quiet = started - after.st_ctime_ns / 1e9 >= SECONDS_UNTIL_TRUSTED
        if quiet and _describe(before) == _describe(after):
            self._known[name] = [*_describe(after), digest]
            self._changed = True
        elif self._known.pop(name, None) is not None:
            self._changed = True
        return digest


def _describe(found: os.stat_result) -> list[int]:
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _read_memory(memory: Path) -> dict[str, list[int | str]]:
    try:
        checksum, _, text = memory.read_text("ascii").partition("\n")
    except (OSError, ValueError):
        return {}
    if len(checksum) != _CHECKSUM_DIGITS or hashlib.sha256(text.encode()).hexdigest() != checksum:
        return {}
    # The checksum says that this class wrote it.
    return dict(json.loads(text))
