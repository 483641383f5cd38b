"""Download one file from the first of several mirrors that gives the right content.

A transfer that breaks off leaves a `.part` file; the next attempt, also one of another run, goes on from
there. A file appears under its own name only after its content was accepted.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import requests
import urllib3

from aestudy.errors import StudyError

logger = logging.getLogger(__name__)

CHUNK_BYTES = 64 * 1024

Accept = Callable[[bytes], None]
"""Raises a StudyError when the content is wrong."""


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to try.

    Attributes:
        connect_seconds: to wait for a connection.
        read_seconds: to wait for the next bytes.
        attempts: number of tries per mirror.
        pause_seconds: before the second attempt; doubled before each further one.
        progress_seconds: between two progress lines in the log.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    attempts: int = 3
    pause_seconds: float = 1.0
    progress_seconds: float = 2.0


class DownloadError(StudyError):
    """No mirror gave the file.

    Attributes:
        failures: one line per mirror, with its address and why it failed.
    """

    def __init__(self, file_name: str, failures: Sequence[str]):
        super().__init__(f"{file_name}: no mirror gave it:\n" + "\n".join(failures))
        self.failures = tuple(failures)


class _MirrorError(Exception):
    """This mirror will not do; go to the next."""


class _InterruptedTransferError(Exception):
    """It may work the next time."""


def download(
    urls: Sequence[str],
    target: Path,
    *,
    accept: Accept,
    maximum_bytes: int,
    patience: Patience = Patience(),
) -> None:
    """Download a file.

    Several processes may want the same file: one downloads, the others wait and take what it got.

    Args:
        urls: addresses of the file, in the order to try them.
        target: where to put it; missing folders are made.
        accept: judges the downloaded bytes.
        maximum_bytes: more than this is never written.
        patience: time limits and retries.

    Raises:
        DownloadError: no mirror gave the right content.
        OSError: the folder cannot be written to.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    failures = []
    with _lock(target.with_name(f".{target.name}.lock")):
        if _is_there(target, accept):
            return
        for url in urls:
            transfer = _Transfer(url, part, maximum_bytes, patience)
            try:
                _try_mirror(transfer, accept)
            except _MirrorError as error:
                logger.warning("%s: %s", url, error)
                failures.append(f"{url}: {error}")
                continue
            part.replace(target)
            logger.info("%s: complete and verified", target.name)
            return
    raise DownloadError(target.name, failures)


def _is_there(target: Path, accept: Accept) -> bool:
    """Tell whether another process has got the file while this one waited for the lock."""
    try:
        accept(target.read_bytes())
    except (FileNotFoundError, StudyError):
        return False
    return True


def _try_mirror(transfer: "_Transfer", accept: Accept) -> None:
    reason = ""
    for attempt in range(transfer.patience.attempts):
        if attempt:
            time.sleep(transfer.patience.pause_seconds * 2 ** (attempt - 1))
        try:
            resumed = transfer.run()
        except _InterruptedTransferError as error:
            reason = str(error)
            logger.warning("%s: attempt %d: %s", transfer.url, attempt + 1, reason)
            continue
        try:
            accept(transfer.part.read_bytes())
        except StudyError as error:
            transfer.part.unlink()
            if not resumed:
                raise _MirrorError(str(error)) from None
            # The part may stem from another mirror or a damaged disk: this mirror's own content counts.
            reason = f"wrong content after resuming, {error}"
            logger.warning("%s: %s Starting afresh.", transfer.url, reason)
            continue
        return
    raise _MirrorError(f"{reason} ({transfer.patience.attempts} attempts)")


@dataclass(frozen=True)
class _Transfer:
    """One mirror's file on its way into the part file."""

    url: str
    part: Path
    maximum_bytes: int
    patience: Patience

    def run(self) -> bool:
        """Fetch what is missing; return whether the part file already had something."""
        start = self.part.stat().st_size if self.part.exists() else 0
        # Without "identity" a server may compress the file once more, and sizes would mean something else.
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        time_limits = (self.patience.connect_seconds, self.patience.read_seconds)
        try:
            with requests.get(self.url, headers=headers, stream=True, timeout=time_limits) as response:
                return self._receive(response, start)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _InterruptedTransferError(_explain(error, self.patience)) from None

    def _receive(self, response: requests.Response, start: int) -> bool:
        status = response.status_code
        if status == 416 and start:
            return True  # nothing is missing, or the part is too long: its content will tell
        if status == 429 or status >= 500:
            raise _InterruptedTransferError(f"HTTP {status} {response.reason}")
        if status not in (200, 206):
            raise _MirrorError(f"HTTP {status} {response.reason}")
        if status == 206 and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            self.part.unlink(missing_ok=True)
            raise _InterruptedTransferError("the server sent another range than the one asked for")
        if status == 200:
            start = 0  # the server sends everything again
        length = response.headers.get("Content-Length", "")
        total = start + int(length) if length.isdigit() else None
        self._check_size(total or 0)
        with self.part.open("ab" if start else "wb") as file:
            received = self._copy(response, file, start, total)
        if total is not None and received != total:
            raise _InterruptedTransferError(f"broke off after {received:,} of {total:,} bytes")
        return start > 0

    def _copy(self, response: requests.Response, file: IO[bytes], start: int, total: int | None) -> int:
        """Write the response behind `start` and return the number of bytes that the file then has."""
        received = start
        progress = _Progress(self.part.name.removesuffix(".part"), start, total, self.patience)
        try:
            # The raw stream: `iter_content` would undo a Content-Encoding and so change the file.
            for chunk in response.raw.stream(CHUNK_BYTES, decode_content=False):
                received += len(chunk)
                self._check_size(received)
                file.write(chunk)
                progress.update(received)
        except urllib3.exceptions.ProtocolError:
            if total is None:
                raise
        return received

    def _check_size(self, size: int) -> None:
        if size > self.maximum_bytes:
            self.part.unlink(missing_ok=True)
            raise _MirrorError(f"wrong content, more than the {self.maximum_bytes:,} bytes that it may have")


class _Progress:
    """Progress lines, not more often than `progress_seconds`, and one at the end."""

    def __init__(self, name: str, start: int, total: int | None, patience: Patience):
        self._name, self._start, self._total = name, start, total
        self._interval = patience.progress_seconds
        self._begin = self._last = time.monotonic()

    def update(self, received: int) -> None:
        now = time.monotonic()
        if now - self._last < self._interval and received != self._total:
            return
        self._last = now
        rate = (received - self._start) / max(now - self._begin, 1e-6) / 1e6
        if self._total:
            share = (
                f"{100 * received / self._total:.0f} %, {received / 1e6:.1f} of {self._total / 1e6:.1f} MB"
            )
        else:
            share = f"{received / 1e6:.1f} MB"
        logger.info("%s: %s, %.1f MB/s", self._name, share, rate)


def _explain(error: Exception, patience: Patience) -> str:
    """Put a network error into few words: that of the innermost cause, without pools and addresses."""
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {patience.connect_seconds:g} s"
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return f"no bytes for {patience.read_seconds:g} s"
    cause: BaseException = error
    while cause.__context__ is not None:
        cause = cause.__context__
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return f"{type(cause).__name__}: {cause}"


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Let one process at a time work on a file; the kernel frees the lock when a process dies."""
    try:
        import fcntl
    except ImportError:  # not on Windows; there two simultaneous downloads fail the checksum and retry
        yield
        return
    with path.open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.info("%s: another process is downloading; waiting for it", path.name)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
