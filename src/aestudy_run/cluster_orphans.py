"""End the cluster jobs that a killed run left behind, before a new run submits the same work again.

When the process that submits is killed, its jobs go on. A second copy of such a job would write the same
files, and the first one, when it ends badly, would remove them. So a run that starts cancels what an earlier
run in the same folder left in SLURM's queue, and waits until it is gone.
"""

import logging
import os
import subprocess
import time
from pathlib import Path

from aestudy.errors import StudyError

logger = logging.getLogger("aestudy")

JOB_NAME = "aestudy"
"""The jobs that the profiles submit have names that begin like this."""


def end_orphans(folder: Path, *, required: bool = True, seconds: float = 120.0) -> list[str]:
    """Cancel the user's own jobs of the study in SLURM that were submitted from a folder.

    Only for the one run that may work in the folder; without SLURM it does nothing.

    Args:
        folder: the folder of the study.
        required: whether a queue that cannot be read stops the run; otherwise it counts as empty.
        seconds: how long to wait for the jobs to end.

    Returns:
        The numbers of the jobs that were found.

    Raises:
        StudyError: SLURM does not answer, or a job does not end.
    """
    try:
        orphans = _jobs_of(folder)
    except StudyError:
        if required:
            raise
        return []
    if not orphans:
        return []
    _ask("scancel", *orphans)
    end = time.monotonic() + seconds
    while left := _jobs_of(folder):
        if time.monotonic() > end:
            raise StudyError(
                f"jobs of an earlier run in {folder} were cancelled but do not end: {' '.join(left)}. "
                "Wait until squeue lists them no longer, then run again."
            )
        time.sleep(1)
    return orphans


def _jobs_of(folder: Path) -> list[str]:
    """List the numbers of the study's jobs that are queued, run or are ending."""
    listing = _ask("squeue", "--me", "--noheader", "--format=%i|%j|%Z")
    jobs = []
    for line in listing.splitlines():
        number, name, place = line.strip().split("|", 2)
        ours = name.startswith(JOB_NAME) and number != os.environ.get("SLURM_JOB_ID")
        if ours and Path(place).resolve() == folder.resolve():
            jobs.append(number)
    return jobs


def _ask(*command: str) -> str:
    try:
        finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        return ""
    except subprocess.TimeoutExpired:
        problem = "no answer for 60 s"
    else:
        if finished.returncode == 0:
            return finished.stdout
        problem = finished.stderr.strip()
    raise StudyError(
        f"cannot find out whether an earlier run left jobs in SLURM: expected an answer from {command[0]}, "
        f"got: {problem}. Run again when `squeue` works on this machine."
    )
