"""What every job of the workflow does around its work: one log, one clear message."""

import contextlib
import ctypes
import gc
import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aestudy.environment import set_aside
from aestudy.errors import StudyError

logger = logging.getLogger("aestudy")

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""How many objects come to be before Python searches for garbage. With its own 700 it searches hundreds of
times while a job imports its packages and traces its program, and finds nothing."""


@contextlib.contextmanager
def job(snakemake: Any) -> Iterator[None]:
    """Run a job's body with the package's log going to one file.

    What it reads is compared with the records of who wrote it, what it writes is recorded
    (`aestudy.records`). On Linux the job is killed when the process that started it is.

    A `StudyError` becomes one message in the log and on the terminal and exit status 1, without a traceback.
    Any other exception is a defect: its traceback goes to both.

    Args:
        snakemake: what Snakemake gives a script: its `log`, whose first file is replaced, `input`, `output`
            and `params`.
    """
    _die_with_parent()
    _stop_quietly()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    from aestudy.records import recorded  # it imports NumPy, for which `fix_environment` comes first

    path = Path(snakemake.log[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    if set_aside:
        logger.info("Set aside, because it could change results: %s", ", ".join(set_aside))
    try:
        with recorded(snakemake.input, snakemake.output, dict(snakemake.params.items())):
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


def _die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends, so that no orphan writes into the results."""
    if sys.platform == "linux":
        parent = os.getppid()
        set_death_signal = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the kernel was asked
            sys.exit(1)


def _stop_quietly() -> None:
    """Let Ctrl-C, which reaches every job of a terminal, end this one at once and without a traceback.

    An exception in its place could be lost where C code calls Python, as while JAX is imported, and the run
    would wait for the job. What is left half-written is that of a killed job, which the next run removes.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
