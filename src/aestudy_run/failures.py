"""What a person needs to know when jobs have failed: which, why, and how to run just one of them again."""

import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

MOST_FAILURES_SHOWN = 5
LAST_LINES = 6

STORED = " (send to storage)"
"""Snakemake's mark behind the name of a file in an object storage."""


@dataclass(frozen=True)
class Failure:
    """One job without a result.

    Attributes:
        rule: its rule.
        message: what it was to do, with its condition, for a person; may be empty.
        outputs: the files that it was to make.
        logs: its log files.
        external_id: its number on a cluster; empty on one machine.
    """

    rule: str
    message: str
    outputs: tuple[str, ...]
    logs: tuple[str, ...]
    external_id: str


class Failures:
    """Collects the jobs that failed; one that a later attempt finishes is forgotten."""

    def __init__(self) -> None:
        self._found: dict[int, Failure] = {}

    def add(self, job: int, failure: Failure) -> None:
        """Take note of a failure; the first report of a job's number on a cluster is kept."""
        before = self._found.get(job)
        if before and before.external_id and not failure.external_id:
            return
        self._found[job] = failure

    def forget(self, job: int) -> None:
        """Take note that a job has its result after all."""
        self._found.pop(job, None)

    def remaining(self) -> list[Failure]:
        """List the failed jobs whose files are not there: of a failed group, some jobs may be done."""
        return [
            failure
            for failure in self._found.values()
            if not failure.outputs or not all(Path(path).exists() for path in failure.outputs)
        ]


def describe_failures(failures: Sequence[Failure], command_for: Callable[[str], str]) -> str:
    """Write down what failed.

    Args:
        failures: the jobs.
        command_for: name of a file -> the command that makes it.

    Returns:
        Several lines without a line end, empty for no failures.
    """
    if not failures:
        return ""
    lines = [f"{len(failures)} job{'s' if len(failures) > 1 else ''} failed:"]
    for failure in failures[:MOST_FAILURES_SHOWN]:
        job = f", cluster job {failure.external_id}" if failure.external_id else ""
        lines.append(f"  {failure.message or failure.rule} (rule {failure.rule}{job})")
        for path in failure.logs:
            lines += _end_of_log(path)
        if failure.outputs:
            lines.append(f"    Only this one again: {command_for(failure.outputs[0])}")
    if len(failures) > MOST_FAILURES_SHOWN:
        lines.append(f"  and {len(failures) - MOST_FAILURES_SHOWN} more")
    return "\n".join(lines)


def _end_of_log(path: str) -> list[str]:
    if path.endswith(STORED):
        return [f"    {path.removesuffix(STORED)} is its log, in the storage"]
    try:
        text = Path(path).read_text("utf-8", errors="replace").strip()
    except OSError:
        return [f"    {path}: no log was written"]
    if not text:
        return [f"    {path} is empty: the job ended before it could say why"]
    return [f"    {path} ends with", *(f"      {line}" for line in text.splitlines()[-LAST_LINES:])]


def command_without_targets(arguments: Iterable[str], targets: Sequence[str]) -> list[str]:
    """Cut the targets off a command line of Snakemake, which has them at its end or behind `--`.

    Args:
        arguments: what followed `snakemake`.
        targets: those of them that Snakemake took for targets.
    """
    kept = list(arguments)
    if "--" in kept:
        return kept[: kept.index("--")]
    if targets and kept[-len(targets) :] == list(targets):
        return kept[: -len(targets)]
    return kept


def target_of(output: str, storage_prefix: str | None) -> str:
    """Name an output as a target on the command line, also where it is kept in an object storage.

    Args:
        output: as Snakemake reports it, such as `s3://bucket/folder/results/a.npz (send to storage)`.
        storage_prefix: the run's `--default-storage-prefix`, such as `s3://bucket/folder`.
    """
    name = output.removesuffix(STORED)
    return name.removeprefix(f"{storage_prefix.rstrip('/')}/") if storage_prefix else name


def write_command(arguments: Sequence[str], target: str) -> str:
    """Write the command that makes one file, with the options of a run.

    Args:
        arguments: options of the run.
        target: the file.
    """
    return shlex.join(["snakemake", *arguments, "--", target])
