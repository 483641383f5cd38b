"""Say how far long work is: on stderr, and without flooding a log."""

import sys
import time
from typing import TextIO

SECONDS_ON_A_TERMINAL = 0.1
SECONDS_IN_A_LOG = 10.0


class ProgressLine:
    """A progress line for one piece of work; short work says nothing.

    On a terminal the line is rewritten ten times a second at most; elsewhere it is a new line every ten
    seconds at most.

    Args:
        what: what is being done.
        file: where to write; stderr if None.
    """

    def __init__(self, what: str, file: TextIO | None = None):
        self._what = what
        self._file = file or sys.stderr
        self._terminal = self._file.isatty()
        self._started = self._said = time.monotonic()
        self._open = False

    def __call__(self, done: int, total: int) -> None:
        """Say that so many images of all are done, if it is time to."""
        now = time.monotonic()
        finished = done >= total
        pause = SECONDS_ON_A_TERMINAL if self._terminal else SECONDS_IN_A_LOG
        if now - self._said < pause and not (finished and self._open):
            return
        self._said = now
        rate = done / max(now - self._started, 1e-9)
        left = (total - done) / max(rate, 1e-9)
        line = f"{self._what}: {done:,} of {total:,} images, {rate:,.0f} images/s, {left:.0f} s left"
        if self._terminal:
            self._file.write(f"\r{line:<78}" + ("\n" if finished else ""))
            self._open = not finished
        else:
            self._file.write(line + "\n")
        self._file.flush()
