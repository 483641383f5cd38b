"""What every job of the workflow does around its work: one log, one clear message, confined threads."""

import contextlib
import ctypes
import gc
import logging
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from aestudy.errors import StudyError

logger = logging.getLogger("aestudy")

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""How many objects come to be before Python searches for garbage. With its own 700 it searches hundreds of
times while a job imports its packages and traces its program, and finds nothing."""


@contextlib.contextmanager
def job(log_path: str | Path, inputs: Iterable[str] = (), outputs: Iterable[str] = ()) -> Iterator[None]:
    """Run a job's body with the package's log going to one file.

    What it reads is compared with the records of who wrote it, what it writes is recorded
    (`aestudy.checksums`). On Linux the job is killed when the process that started it is.

    A `StudyError` becomes one message in the log and on the terminal and exit status 1, without a traceback.
    Any other exception is a defect: its traceback goes to both.

    Args:
        log_path: the log file; it is replaced.
        inputs: the files that the job reads.
        outputs: the files that it writes.
    """
    _die_with_parent()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    from aestudy.checksums import watched  # it imports NumPy, which a job confines first

    path = Path(log_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        with watched(inputs, outputs):
            yield
    except StudyError as error:
        logger.error("Error: %s", error)
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)
    except Exception:
        logger.exception("This is a defect of aestudy, please report it:")
        raise
    finally:
        logger.removeHandler(handler)
        handler.close()


def confine_blas(threads: int) -> None:
    """Keep NumPy's matrix products to a number of threads.

    It only works before NumPy is imported, so a job calls it first.

    Args:
        threads: the number of threads that the job was granted, at least 1.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)


def _die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends, so that no orphan writes into the results."""
    if sys.platform == "linux":
        parent = os.getppid()
        set_death_signal = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the kernel was asked
            sys.exit(1)
