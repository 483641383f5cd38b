"""Locks of the kernel on files: they end with the process that holds them, however that ends.

A process that was started by another one does not inherit them. Within one process they exclude nobody, and
closing any descriptor of the file gives the lock back.
"""

import contextlib
import errno
import fcntl
import logging
import os
from collections.abc import Iterator
from pathlib import Path

logger = logging.getLogger(__name__)


def take(path: Path, *, mode: int = 0o666) -> int | None:
    """Take the lock on a file, which is made if it is missing, without waiting.

    Args:
        path: the file; missing folders are made.
        mode: the permissions of a new file, less the umask.

    Returns:
        An open descriptor, which holds the lock until it is closed; None if another process has the lock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, mode)
    if _lock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB):
        return descriptor
    os.close(descriptor)
    return None


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock on a file for the time of a block; wait for it if another process has it."""
    descriptor = take(path)
    if descriptor is None:
        logger.info("%s: another process is at work; waiting for it", path)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        _lock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def read_if_free(path: Path) -> bytes | None:
    """Read what the last holder of a lock wrote, without making the file.

    Returns:
        The first 200 bytes, none where there is no file; None if a process has the lock now.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return b""
    try:
        return os.read(descriptor, 200) if _lock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB) else None
    finally:
        os.close(descriptor)


def _lock(descriptor: int, operation: int) -> bool:
    try:
        fcntl.lockf(descriptor, operation)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN):
            return False
        raise
    return True
