"""What the jobs of a study cost: each writes it into its log, and `aestudy costs` adds it up.

Snakemake's own `benchmark:` looks at a process after half a second and then twice a minute, so that it sees
little of the processor time of jobs of a few seconds. A job knows its own exactly.
"""

import re
import resource
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aestudy.errors import StudyError

_LINE = "cost: {wall:.2f} s, {processor:.2f} s of processor time, {memory:.0f} MB at most"
_PATTERN = re.compile(
    r" cost: ([0-9.]+) s, ([0-9.]+) s of processor time, ([0-9]+) MB at most$", re.MULTILINE
)
_HEADINGS = ("rule", "jobs", "run time", "processor time", "of all", "longest job", "peak memory")


@dataclass(frozen=True)
class JobCost:
    """What one job cost, as it says itself.

    Attributes:
        rule: the rule.
        wall: seconds from its first import to its end.
        processor: seconds of processor time, user and system, with the start of Python.
        memory: the most memory that it had, in MB.
    """

    rule: str
    wall: float
    processor: float
    memory: float


def processor_seconds() -> float:
    """Measure the processor time of this process until now, user and system."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def describe_process(started: float) -> str:
    """Write down what this process has cost.

    Args:
        started: when it began, in seconds since 1970.
    """
    return _LINE.format(wall=time.time() - started, processor=processor_seconds(), memory=_peak_memory())


def _peak_memory() -> float:
    """Measure the most memory that this process had, in MB.

    On Linux `getrusage` begins with the memory of the process that started this one.
    """
    status = Path("/proc/self/status")
    if status.is_file() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text("utf-8"))):
        return int(found[1]) / 1024
    unit = 1024**2 if sys.platform == "darwin" else 1024  # macOS counts bytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def read_costs(logs: str | Path) -> list[JobCost]:
    """Read what jobs cost; those of a run that is at work or was killed have not said it.

    Args:
        logs: the folder of the logs, `logs/{rule}/...`; of each job the last run is there.
    """
    found = []
    for path in sorted(Path(logs).rglob("*.log")):
        if match := _PATTERN.search(path.read_text("utf-8", errors="replace")):
            found.append(JobCost(path.relative_to(logs).parts[0], *map(float, match.groups())))
    return found


def describe_costs(costs: Iterable[JobCost]) -> str:
    """Add up costs by rule, the dearest first.

    Args:
        costs: of jobs, at least one.

    Returns:
        Lines of text without a line end.

    Raises:
        StudyError: there are none.
    """
    costs = list(costs)
    if not costs:
        raise StudyError("logs/: expected logs of finished jobs, found none. Run the study first.")
    total = sum(cost.processor for cost in costs)
    rules: dict[str, list[JobCost]] = {}
    for cost in costs:
        rules.setdefault(cost.rule, []).append(cost)
    ordered = sorted(rules.items(), key=lambda item: -sum(cost.processor for cost in item[1]))
    rows = [_row(rule, jobs, total) for rule, jobs in [*ordered, ("together", costs)]]
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (_HEADINGS, *rows)
    )


def _row(rule: str, jobs: list[JobCost], total: float) -> tuple[str, ...]:
    processor = sum(cost.processor for cost in jobs)
    return (
        rule, str(len(jobs)), f"{sum(cost.wall for cost in jobs):,.1f} s", f"{processor:,.1f} s",
        f"{processor / total:.0%}", f"{max(cost.wall for cost in jobs):,.1f} s",
        f"{max(cost.memory for cost in jobs):,.0f} MB",
    )  # fmt: skip
