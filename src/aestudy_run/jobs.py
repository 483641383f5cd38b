"""What every job of the workflow does around its work: one log, one clear message."""

import contextlib
import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from aestudy.cli.costs import describe_process, processor_seconds
from aestudy.devices.environment import set_aside
from aestudy.errors import StudyError

logger = logging.getLogger("aestudy")

STARTED = time.time()
"""When this process began to import the package, in seconds since 1970."""

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Number of new objects after which Python searches for garbage. With Python's own 700 it would search
hundreds of times while a job imports packages and traces its program, and find nothing."""


Job = Any
"""What Snakemake gives a script: its `input`, `output`, `params`, `wildcards`, `config` and `log`."""


def run_job(main: Callable[[Job], None], given: Job | None) -> None:
    """Run a job of a script.

    Args:
        main: does the work of the job.
        given: what Snakemake gives the script; None where a person runs it, whose arguments then say which
            job it is.
    """
    if given is None:
        from aestudy_run.by_hand import job_by_hand  # it imports Snakemake

        given = job_by_hand(main)
    with job(given):
        main(given)


@contextlib.contextmanager
def job(snakemake: Any) -> Iterator[None]:
    """Run a job's body with the package's log going to one file.

    What it reads is compared with the records of who wrote it, what it writes is recorded
    (`aestudy_run.records`). The code has to be the one that the run was planned with, before and after. On
    Linux the job is killed when the process that started it is.

    A `StudyError` becomes one message in the log and on the terminal and exit status 1, without a traceback.
    Any other exception is a defect: its traceback goes to both.

    Args:
        snakemake: what Snakemake gives a script: its `log`, whose first file is replaced, `input`, `output`
            and `params`. It is given `kept`, the outputs that are up to date.
    """
    _die_with_parent()
    _stop_quietly()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    # They import NumPy, for which `fix_environment` comes first.
    from aestudy_run.code_digests.study import check_planned
    from aestudy_run.parts import parts_of
    from aestudy_run.reasons import up_to_date
    from aestudy_run.records import recorded

    path = Path(snakemake.log[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.info("started with %.2f s of processor time", processor_seconds())
    if set_aside:
        logger.info("Set aside, because it could change results: %s", ", ".join(set_aside))
    code = snakemake.params.get("code", "")
    try:
        params = dict(snakemake.params.items())
        parts = parts_of(snakemake.input, snakemake.output, params)
        snakemake.kept = up_to_date(parts, params)
        with recorded([part for part in parts if not snakemake.kept.issuperset(part.outputs)], params):
            if code:
                check_planned(code, Path(snakemake.scriptdir).resolve())
            yield
            if code:
                check_planned(code, Path(snakemake.scriptdir).resolve())
                _check_loaded()
    except StudyError as error:
        logger.error("Error: %s", error)
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)
    except Exception:
        logger.exception("This is a defect of aestudy, please report it:")
        raise
    finally:
        logger.info("%s", describe_process(STARTED))
        logger.removeHandler(handler)
        handler.close()


def _check_loaded() -> None:
    """Refuse code that was changed and changed back while this process was importing it.

    Raises:
        StudyError: the file of an imported module was written after the start.
    """
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.startswith("aestudy") and file and Path(file).stat().st_ctime > STARTED:
            raise StudyError(
                f"{file} was written while this job was at work, so nobody knows which code it imported. Run "
                "again; what was made before stays."
            )


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
