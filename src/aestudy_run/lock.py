"""One run at a time in one folder, without a lock that outlives a killed run.

Snakemake's own lock is a file, so a killed run leaves it behind and the next one stops until a person removes
it. This one is a lock of the kernel, which ends with the process that holds it, however that ends.
"""

import os
import secrets
from pathlib import Path

from aestudy.errors import StudyError
from aestudy.files import locks


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
        # None if a run has it now, so that it cannot be equal later.
        self._seen = locks.read_if_free(self._path)

    def take(self) -> None:
        """Take the lock until the process ends.

        Raises:
            StudyError: another run has it, or had it since this object was made.
        """
        if self._descriptor is not None:
            return
        descriptor = locks.take(self._path)
        if descriptor is None:
            raise self._refusal(self._path.read_bytes(), "is at work")
        self._descriptor = descriptor
        found = os.read(descriptor, 200)
        if found != self._seen:
            raise self._refusal(found, "has just been at work")
        os.ftruncate(descriptor, 0)
        # The random part tells two runs apart that got the same process number.
        os.pwrite(descriptor, f"{os.getpid()} {secrets.token_hex(8)}\n".encode(), 0)

    def _refusal(self, content: bytes, state: str) -> StudyError:
        words = content.decode("ascii", "replace").split()
        who = f" (process {words[0]})" if words else ""
        return StudyError(
            f"{self._path.resolve().parents[1]}: another run{who} {state} in this folder, so this one "
            "stopped and changed nothing. Wait until the other has ended, then run again."
        )
