"""Why a result is out of date: its record beside the params and inputs that it would be made from now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aestudy_run.parts import PARTS, Part
from aestudy_run.records import Record, digest, of_studies, read_record, write_down

LISTED = 3
"""More differences than these are counted, not named."""


def why_stale(
    outputs: Sequence[str],
    inputs: Sequence[str],
    params: Mapping[str, Any],
    read: Callable[[str], Record | None] = read_record,
) -> list[str]:
    """Say why a job has to run again.

    Args:
        outputs: the files that it makes.
        inputs: the files that it reads; those outside the folders of the study are not looked at.
        params: name -> value, as they are now.
        read: gives the record of a file.

    Returns:
        One reason per kind of difference; none if what the job made is up to date.
    """
    now = write_down(params)
    inputs = of_studies(inputs, outputs)
    for output in outputs:
        record = read(output)
        if record is None:
            return [f"no record says how {output} was made"]
        if reasons := [*_changed_params(record.params, now), *_changed_inputs(record.inputs, inputs, read)]:
            return reasons
    return []


def _changed_params(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    names = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    changes = [f"{name} was {before.get(name, 'not set')}, is {now.get(name, 'not set')}" for name in names]
    return cut(changes)


def _changed_inputs(
    before: Mapping[str, str], now: Sequence[str], read: Callable[[str], Record | None]
) -> list[str]:
    gone = [f"{path} was read and is no longer" for path in sorted(before.keys() - set(now))]
    changes = []
    for path in now:
        record = read(path)
        if path not in before:
            changes.append(f"{path} was not read")
        elif record is None or record.sha256 != before[path]:
            changes.append(f"{path} had other content")
    return cut([*gone, *changes])


def cut(reasons: list[str]) -> list[str]:
    """Count the reasons that are too many to be named."""
    if len(reasons) <= LISTED:
        return reasons
    return [*reasons[:LISTED], f"and {len(reasons) - LISTED} more"]


def up_to_date(parts: Iterable[Part], params: Mapping[str, Any]) -> set[str]:
    """Name the outputs of a job with parts that need not be made again, by their content.

    Args:
        parts: what belongs together in the job.
        params: its params; without `parts` nothing is kept.
    """
    kept: set[str] = set()
    for part in parts if PARTS in params else []:
        if all(map(_is_whole, part.outputs)) and not why_stale(part.outputs, part.inputs, params):
            kept.update(part.outputs)
    return kept


def _is_whole(path: str) -> bool:
    record = read_record(path)
    return record is not None and Path(path).is_file() and digest(Path(path).read_bytes()) == record.sha256
