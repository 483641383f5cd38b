"""Notice that a result is no longer what the job that made it wrote.

Array files carry checksums of their own, which every reader compares. Tables, figures and pages have none, so
each job leaves a record of them in `results/.checksums/`, and whoever reads one compares it. The record is
removed before a job writes and comes back after it has written: what a killed job left has no record.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from aestudy.archives import atomic_write
from aestudy.errors import StudyError

FOLDER = Path("results", ".checksums")
"""Where the records are, relative to the folder of the study, so that they move and copy with the results."""


@contextlib.contextmanager
def watched(inputs: Iterable[str], outputs: Iterable[str]) -> Iterator[None]:
    """Compare what a job reads with its records, and record what it has written.

    Args:
        inputs: the files that the job reads; those without a record are not compared.
        outputs: the files that it writes.

    Raises:
        StudyError: an input is damaged.
    """
    problems = [problem for path in inputs if (problem := _problem(Path(path)))]
    if problems:
        raise _refusal(problems)
    for path in outputs:
        _record_path(Path(path)).unlink(missing_ok=True)
    yield
    for path in outputs:
        with atomic_write(_record_path(Path(path)), "w", encoding="ascii") as file:
            json.dump(_describe(Path(path)), file)


def check_results(study: Path = Path()) -> None:
    """Compare every recorded file that exists with its record.

    Args:
        study: the folder that `results` lies in, which another workflow may have chosen.

    Raises:
        StudyError: with the path of each file that is damaged.
    """
    problems = []
    top = _study_of(study / "results")
    for record in sorted((top / FOLDER).rglob("*.json")):
        path = top / str(record.relative_to(top / FOLDER)).removesuffix(".json")
        if problem := _problem(path):
            problems.append(problem)
    if problems:
        raise _refusal(problems)


def forget(path: str | Path) -> None:
    """Remove the record of a file.

    Args:
        path: the file, which may be gone.
    """
    _record_path(Path(path)).unlink(missing_ok=True)


def _record_path(path: Path) -> Path:
    top = _study_of(path)
    return top / FOLDER / f"{path.relative_to(top)}.json"


def _study_of(path: Path) -> Path:
    """Find the folder of the study that a file belongs to: a module's prefix, else the folder of the run."""
    for place, part in enumerate(path.parts):
        if part in ("results", "resources"):
            return Path(*path.parts[:place])
    return path.parent if path.is_absolute() else Path()


def _describe(path: Path) -> dict[str, int | str]:
    description: dict[str, int | str] = {"bytes": path.stat().st_size}
    if path.suffix != ".npz":
        description["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return description


def _problem(path: Path) -> str | None:
    if path.is_absolute():
        return None
    try:
        text = _record_path(path).read_text("ascii")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:
        text = ""
    if not path.is_file():
        return None
    found = _describe(path)
    try:
        expected = json.loads(text)
    except ValueError:
        expected = None
    if not isinstance(expected, dict) or expected.keys() != found.keys():
        return f"{path}: its record {_record_path(path)} is damaged."
    if expected["bytes"] != found["bytes"]:
        return f"{path}: expected {expected['bytes']} bytes, found {found['bytes']}."
    if expected != found:
        return f"{path}: expected content with SHA-256 {expected['sha256']}, found {found['sha256']}."
    return None


def _refusal(problems: list[str]) -> StudyError:
    count = "a file is" if len(problems) == 1 else f"{len(problems)} files are"
    names = " ".join(f"'{problem.partition(': ')[0]}'" for problem in problems)
    listed = "\n  ".join(problems)
    return StudyError(
        f"{count} not what the study wrote, but damaged or edited:\n  {listed}\n"
        f"Delete what is listed and run again, so that it is made anew: rm {names}"
    )
