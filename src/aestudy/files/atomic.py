"""Write files that appear whole or not at all."""

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from aestudy.errors import StudyError

_NOT_WRITABLE = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EIO,
}  # fmt: skip


@contextlib.contextmanager
def atomic_write(path: str | Path, mode: str = "wb", **options: Any) -> Iterator[IO[Any]]:
    """Open a file that appears under its name only when the block ends well.

    The content goes to a temporary file beside `path`, which replaces it in one step. When the block raises,
    `path` stays as it was.

    Args:
        path: the file to write; missing folders are made.
        mode: `"wb"` or `"w"`.
        **options: passed on to `open` (`encoding`, `newline`).

    Raises:
        StudyError: the file cannot be written, as on a full disk or in a read-only folder.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open(mode, **options) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        ours = error.filename is None or Path(error.filename) in (temporary, *temporary.parents)
        if error.errno not in _NOT_WRITABLE or not ours:
            raise
        raise StudyError(
            f"{path}: cannot be written ({error.strerror}). Mend that and run again: what is finished stays."
        ) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
