"""One run at a time in one folder, without a lock that outlives a killed run.

Snakemake's own lock is a file, so a killed run leaves it behind and the next one stops until a person removes
it. This one is a lock of the kernel, which ends with the process that holds it, however that ends.
"""

import errno
import fcntl
import os
import secrets
from pathlib import Path

from aestudy.errors import StudyError


class RunLock:
    """The right to change the results in a folder.

    A run looks at the lock when it starts and takes it when it knows that it has something to do. In between
    it plans its work, so it also has to give up if another run has ended meanwhile: its plan is out of date.

    Args:
        path: the file that is locked; it is made when the lock is taken.
    """

    def __init__(self, path: str | Path):
        self._path = Path(path)
        self._descriptor: int | None = None
        self._seen = self._look()

    def take(self) -> None:
        """Take the lock until the process ends.

        Raises:
            StudyError: another run has it, or had it since this object was made.
        """
        if self._descriptor is not None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Python's descriptors are not inherited by the jobs, and neither are locks of this kind.
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        if not _lock(descriptor, fcntl.LOCK_EX):
            raise self._refusal(os.read(descriptor, 200), "is at work")
        self._descriptor = descriptor
        found = os.read(descriptor, 200)
        if found != self._seen:
            raise self._refusal(found, "has just been at work")
        os.ftruncate(descriptor, 0)
        # The random part tells two runs apart that got the same process number.
        os.pwrite(descriptor, f"{os.getpid()} {secrets.token_hex(8)}\n".encode(), 0)

    def _look(self) -> bytes | None:
        """Read who had the lock last; None if a run has it now, so that it cannot be equal later."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return b""
        try:
            return os.read(descriptor, 200) if _lock(descriptor, fcntl.LOCK_SH) else None
        finally:
            os.close(descriptor)

    def _refusal(self, content: bytes, state: str) -> StudyError:
        words = content.decode("ascii", "replace").split()
        who = f" (process {words[0]})" if words else ""
        return StudyError(
            f"{self._path.resolve().parents[1]}: another run{who} {state} in this folder, so this one "
            "stopped and changed nothing. Wait until the other has ended, then run again."
        )


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.lockf(descriptor, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN):
            return False
        raise
    return True
