"""Keep the digests of code from run to run. Comparing the bytes of all files is quicker than parsing them."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from aestudy_run.code_digests.versions import installed_versions


class DigestMemory:
    """The digests of the last run, as long as all code and all installed libraries are the same.

    Args:
        path: the file that keeps them; a missing or damaged file counts as empty.
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
