"""Record what each result was made from, beside the results.

A record holds the content of a file, of all that it was made from, and the job's params. A job
removes the records before it writes and makes them anew afterwards, so what a failed or killed job left has
no record. The record alone says whether a result is up to date (`aestudy_run.staleness`); dates never do.
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aestudy.errors import StudyError
from aestudy.files.atomic import atomic_write
from aestudy.files.fingerprints import Fingerprints
from aestudy_run.parts import PARTS, Part

FOLDER = Path("results", ".records")
"""Where the records are, relative to the folder of the study, so that they move and copy with the results."""

LONGEST_SHOWN = 60
"""Params with a longer text are kept as a digest."""

FOLDERS = ("results", "resources")
"""The folders whose files have records."""

CHECKPOINT = "checkpoint.npz"
"""A training keeps its state in files of this name, which are no results."""


@dataclass(frozen=True)
class Record:
    """How one file was made.

    Attributes:
        bytes: its size.
        sha256: of its content.
        params: name -> text of a param of the job, or a digest of it.
        inputs: path -> SHA-256 of what the job read; images of a user are not among them.
    """

    bytes: int
    sha256: str
    params: dict[str, str]
    inputs: dict[str, str]


def write_down(params: Mapping[str, Any]) -> dict[str, str]:
    """Write down a job's params so that equal params give equal texts.

    Args:
        params: name -> value, of plain Python types; which parts a job has is left out.
    """
    return {name: _shorten(repr(value)) for name, value in params.items() if name != PARTS}


def study_of(path: str | Path) -> Path:
    """Find the folder of the study that a file belongs to: that of the run, or the prefix of a module."""
    path = Path(path)
    for place, part in enumerate(path.parts):
        if part in FOLDERS:
            return Path(*path.parts[:place])
    return path.parent if path.is_absolute() else Path()


def of_studies(paths: Iterable[str | Path], outputs: Iterable[str | Path]) -> list[str]:
    """Keep the files that have records in the studies which some outputs belong to.

    Others do not count, even in a folder of that name: a user may train on images of another study.
    """
    studies = {study_of(path) for path in outputs}
    tops = tuple(f"{study / folder}/" for study in studies for folder in FOLDERS)
    return [text for text in map(str, paths) if text.removeprefix("./").startswith(tops)]


def record_path(path: str | Path) -> Path:
    """Name the record of a result."""
    study = study_of(path)
    return study / FOLDER / f"{Path(path).relative_to(study)}.json"


def read_record(path: str | Path) -> Record | None:
    """Read the record of a result; None where there is none or it is damaged."""
    try:
        return Record(**json.loads(record_path(path).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


@contextlib.contextmanager
def recorded(parts: Sequence[Part], params: Mapping[str, Any]) -> Iterator[None]:
    """Compare what a job reads with its records, and record what it has written.

    What lies where it writes is removed first.

    Args:
        parts: what the job reads and writes; inputs without a record are not compared.
        params: its params.

    Raises:
        StudyError: an input is damaged.
    """
    inputs = dict.fromkeys(path for part in parts for path in part.inputs)
    read = {path: record for path in inputs if (record := read_record(path))}
    problems = [problem for path, record in read.items() if (problem := _problem(Path(path), record))]
    if problems:
        raise _refusal(problems)
    for path in (path for part in parts for path in part.outputs):
        forget(path)
        with contextlib.suppress(FileNotFoundError):
            Path(path).unlink()
    yield
    for part in parts:
        made_from = {
            path: read[path].sha256 for path in of_studies(part.inputs, part.outputs) if path in read
        }
        for path in part.outputs:
            content = Path(path).read_bytes()
            record = Record(len(content), digest(content), write_down(params), made_from)
            with atomic_write(record_path(path), "w", encoding="utf-8") as file:
                json.dump(asdict(record), file, indent=0)


def check_results(
    memory: Path,
    read: Callable[[str], Record | None] = read_record,
    *,
    mend_dates: bool = False,
    folders: Iterable[Path] = tuple(map(Path, FOLDERS)),
) -> list[str]:
    """Compare the content of every result with its record.

    Args:
        memory: the file that remembers the content of files, so that an unchanged one is not read again.
        read: gives the record of a file.
        mend_dates: replace dates that contradict the records, as after a copy, by one common date. Dates
            decide nothing here, but Snakemake stops where a result is older than its inputs.
        folders: where to look, with all folders below.

    Returns:
        The results without a record, which will be made again.

    Raises:
        StudyError: with the path of each file that is damaged.
    """
    fingerprints = Fingerprints(memory)
    dates: dict[str, float] = {}
    records: dict[str, Record] = {}
    problems, unrecorded = [], []
    for path, status in _result_files(folders):
        dates[path] = status.st_mtime
        record = read(path)
        if record is None:
            unrecorded.append(path)
            continue
        records[path] = record
        if status.st_size != record.bytes:
            problems.append(f"{path}: expected {record.bytes} bytes, found {status.st_size}.")
        elif (found := fingerprints.digest(path)) != record.sha256:
            problems.append(f"{path}: expected content with SHA-256 {record.sha256}, found {found}.")
    fingerprints.write()
    if problems:
        raise _refusal(problems)
    if mend_dates and _dates_contradict(dates, records):
        _give_one_date(dates)
    return unrecorded


def describe_unrecorded(paths: list[str]) -> str:
    """Say that results are made again for want of a record."""
    files = f"{len(paths)} results have" if len(paths) > 1 else "1 result has"
    return (
        f"{files} no record of how it was made, as after a job that was killed or a copy without "
        f"{FOLDER}; what the study still asks for is made again: {', '.join(paths[:3])}"
        f"{' …' if len(paths) > 3 else ''}"
    )


def forget(path: str | Path) -> None:
    """Remove the record of a file, which may be gone."""
    record_path(path).unlink(missing_ok=True)


def _result_files(tops: Iterable[Path]) -> Iterator[tuple[str, os.stat_result]]:
    """Walk through the results that have records: hidden files and checkpoints have none."""
    for top in tops:
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                if not name.startswith(".") and name != CHECKPOINT:
                    path = Path(folder, name)
                    yield str(path), path.stat()


def _dates_contradict(dates: Mapping[str, float], records: Mapping[str, Record]) -> bool:
    """Tell whether a date lies in the future, or a result is older than its inputs."""
    now = time.time()
    return any(date > now for date in dates.values()) or any(
        dates.get(source, 0.0) > dates[path] for path, record in records.items() for source in record.inputs
    )


def _give_one_date(paths: Iterable[str]) -> None:
    now = time.time()
    for path in paths:
        with contextlib.suppress(OSError):  # another owner's file keeps its date
            os.utime(path, (now, now))


def digest(content: bytes) -> str:
    """Digest the content of a file as its record has it."""
    return hashlib.sha256(content).hexdigest()


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"digest {digest(text.encode())[:16]}"


def _problem(path: Path, record: Record) -> str | None:
    """Say what is wrong with a file that a job reads; array files have checksums of their own inside."""
    if not path.is_file():
        return None
    size = path.stat().st_size
    if size != record.bytes:
        return f"{path}: expected {record.bytes} bytes, found {size}."
    if path.suffix != ".npz" and (found := digest(path.read_bytes())) != record.sha256:
        return f"{path}: expected content with SHA-256 {record.sha256}, found {found}."
    return None


def _refusal(problems: list[str]) -> StudyError:
    count = "a file is" if len(problems) == 1 else f"{len(problems)} files are"
    names = " ".join(f"'{problem.partition(': ')[0]}'" for problem in problems)
    listed = "\n  ".join(problems)
    return StudyError(
        f"{count} not what the study wrote, but damaged or edited:\n  {listed}\n"
        f"Delete what is listed and run again, so that it is made anew: rm {names}"
    )
