"""Download one file with pooch, from the first of several mirrors that gives the right content.

A file appears under its own name only after its checksum was found to be right.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pooch
import requests

from aestudy.errors import StudyError
from aestudy.files.locks import held

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to try.

    Attributes:
        connect_seconds: to wait for a connection.
        read_seconds: to wait for the next bytes.
        attempts: number of tries per mirror; pooch waits 1 s before the second, 2 s before the third.
        progress_seconds: between two progress lines in the log.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    attempts: int = 3
    progress_seconds: float = 2.0


class DownloadError(StudyError):
    """No mirror gave the file.

    Attributes:
        failures: one line per mirror, with its address and why it failed.
    """

    def __init__(self, file_name: str, failures: Sequence[str]):
        super().__init__(f"{file_name}: no mirror gave it:\n" + "\n".join(failures))
        self.failures = tuple(failures)


def download(
    mirrors: Sequence[str],
    target: Path,
    *,
    sha256: str,
    maximum_bytes: int,
    patience: Patience = Patience(),
) -> None:
    """Download a file, unless it is there with the right content.

    Several processes may want the same file: one downloads, the others wait and take what it got.

    Args:
        mirrors: addresses of folders that have the file, in the order to try them; each ends with a slash.
        target: where to put it; missing folders are made.
        sha256: the checksum of the right content.
        maximum_bytes: a larger file is not downloaded.
        patience: time limits and retries.

    Raises:
        DownloadError: no mirror gave the right content.
        OSError: the folder cannot be written to.
    """
    pooch.get_logger().setLevel(logging.WARNING)  # it would write to the terminal, past the job's log
    name = target.name
    failures = []
    with held(target.with_name(f".{name}.lock")):
        for mirror in mirrors:
            store = pooch.create(
                target.parent, mirror, registry={name: sha256}, retry_if_failed=patience.attempts - 1
            )
            # Without "identity" a server may compress the file once more.
            downloader = pooch.HTTPDownloader(
                progressbar=_Progress(name, maximum_bytes, patience),
                timeout=(patience.connect_seconds, patience.read_seconds),
                headers={"Accept-Encoding": "identity"},
            )
            try:
                store.fetch(name, downloader=downloader)
            except (requests.RequestException, ValueError, StudyError) as error:
                failures.append(f"{mirror}{name}: {_explain(error, patience)}")
                logger.warning("%s", failures[-1])
                continue
            target.chmod(0o644)  # pooch makes files that only their owner may read
            logger.info("%s: complete and verified", name)
            return
    raise DownloadError(name, failures)


class _Progress:
    """What pooch takes for a progress bar: writes to the log, and ends a download that is too large."""

    def __init__(self, name: str, maximum_bytes: int, patience: Patience):
        self.total = 0
        self._name, self._maximum_bytes = name, maximum_bytes
        self._interval = patience.progress_seconds
        self._last = time.monotonic()

    @property
    def total(self) -> int:
        """The size of the file, 0 where the server tells none; pooch sets it when an attempt begins."""
        return self._total

    @total.setter
    def total(self, total: int) -> None:
        self._total = total
        self.reset()

    def update(self, size: int) -> None:
        """Take note of some more bytes; the last chunk may have fewer than the others."""
        self._received += size
        if max(self._received, self.total) > self._maximum_bytes:
            raise StudyError(f"wrong content, more than the {self._maximum_bytes:,} bytes that it may have")
        now = time.monotonic()
        if now - self._last >= self._interval:
            self._last = now
            share = f" of {self.total / 1e6:.1f}" if self.total else ""
            logger.info("%s: %.1f%s MB", self._name, self._received / 1e6, share)

    def reset(self) -> None:
        """Start again from nothing."""
        self._received = 0

    def close(self) -> None:
        """End; there is nothing to give back."""


def _explain(error: Exception, patience: Patience) -> str:
    """Put an error into few words: that of the innermost cause, without pools and addresses."""
    times = f"({patience.attempts} attempts)"
    if isinstance(error, StudyError):
        return str(error)
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"HTTP {error.response.status_code} {error.response.reason} {times}"
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {patience.connect_seconds:g} s {times}"
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return f"no bytes for {patience.read_seconds:g} s {times}"
    if not isinstance(error, requests.RequestException):
        return f"wrong content, its SHA-256 is not that of the original {times}"
    cause: BaseException = error
    while cause.__context__ is not None:
        cause = cause.__context__
    reason = cause.strerror if isinstance(cause, OSError) else None
    return f"{reason or f'{type(cause).__name__}: {cause}'} {times}"
