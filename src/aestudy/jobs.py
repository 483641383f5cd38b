"""What every job of the workflow does around its work: one log, one clear message, confined threads."""

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from aestudy.errors import StudyError

logger = logging.getLogger("aestudy")


@contextlib.contextmanager
def job(log_path: str | Path) -> Iterator[None]:
    """Run a job's body with the package's log going to one file.

    A `StudyError` becomes one message in the log and on the terminal and exit status 1, without a traceback.
    Any other exception is a defect: its traceback goes to both.

    Args:
        log_path: the log file; it is replaced.
    """
    path = Path(log_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
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
