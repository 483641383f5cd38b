"""Remember the digests of code from run to run: to find that nothing has changed is quicker than to parse."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path


class DigestMemory:
    """The digests of the last run, as long as every file of the code has the same content.

    Args:
        path: the file that keeps them; a damaged one is as good as none.
        sources: the files, and the folders of files, that the digests depend on.

    Attributes:
        digests: what is asked for -> its digest.
    """

    def __init__(self, path: Path, sources: Iterable[Path]):
        self._path = path
        self._state = _digest_files(sources)
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


def _digest_files(sources: Iterable[Path]) -> str:
    """Digest files, all files in folders, and the version of Python, which decides how code is read."""
    sha = hashlib.sha256(sys.version.encode())
    for source in sources:
        files = [source] if source.is_file() else sorted(source.rglob("*"))
        for file in files:
            if "__pycache__" not in file.parts and file.is_file():
                name = "" if file == source else str(file.relative_to(source))
                sha.update(repr((name, hashlib.sha256(file.read_bytes()).digest())).encode())
    return sha.hexdigest()
