"""Keep the digests of code from run to run. Comparing the bytes of all files is quicker than parsing them."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from aestudy_run.code_digests.versions import installed_versions


def environment() -> list[str]:
    """Name the installed distributions with their versions."""
    return sorted(f"{name}=={version}" for name, version in installed_versions(sys.path).items())


class DigestMemory:
    """The digests of the last run, as long as every file of the code has the same content.

    Args:
        path: the file that keeps them; a missing or damaged file counts as empty.
        sources: the files, and the folders of files, that the digests depend on.
        environment: what else they depend on.

    Attributes:
        digests: what is asked for -> its digest.
    """

    def __init__(self, path: Path, sources: Iterable[Path], environment: Iterable[str] = ()):
        self._path = path
        self._state = _digest_files(sources, environment)
        try:
            remembered = json.loads(path.read_text("utf-8"))
            self.digests = dict(remembered["digests"]) if remembered["state"] == self._state else {}
        except (OSError, ValueError, KeyError, TypeError):
            self.digests = {}

    def write(self) -> None:
        """Replace the file; a run that cannot write it is only slower."""
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            temporary.write_text(json.dumps({"state": self._state, "digests": self.digests}), "utf-8")
            temporary.replace(self._path)
        except OSError:
            temporary.unlink(missing_ok=True)


def _digest_files(sources: Iterable[Path], environment: Iterable[str]) -> str:
    """Digest files, all files in folders, and the version of Python, which decides how code is read."""
    sha = hashlib.sha256(repr((sys.version, list(environment))).encode())
    for source in sources:
        for file in [str(source)] if source.is_file() else sorted(_files_below(str(source))):
            name = "" if file == str(source) else os.path.relpath(file, source)
            content = Path(file).read_bytes()
            sha.update(repr((name, len(content))).encode())
            sha.update(content)
    return sha.hexdigest()


def _files_below(folder: str) -> Iterable[str]:
    """Walk over the files of a folder, as quickly as Python can, without what Python itself caches there."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files_below(entry.path)
            elif entry.is_file():
                yield entry.path
