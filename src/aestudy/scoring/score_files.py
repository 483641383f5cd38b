"""The scores files of one study: which there are, in which order, and that they belong to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aestudy.errors import StudyError
from aestudy.files.archives import read_provenance
from aestudy.scoring.method_names import TABLE, TRAINED_METHODS
from aestudy.scoring.scores import Scores, read_scores

Model = tuple[str, str | None, str | None]
"""Method, objective and training condition: what is averaged over seeds."""


@dataclass(frozen=True, kw_only=True)
class StudyNames:
    """The names that scores of a data set must use, each in the order of the study.

    Attributes:
        dataset: the data set.
        objectives: what models are trained for.
        trained_on: the training conditions.
        tested_on: the tested conditions.
        seeds: the seeds of the models.
    """

    dataset: str
    objectives: Sequence[str]
    trained_on: Sequence[str]
    tested_on: Sequence[str]
    seeds: Sequence[int]


def names_of_job(job: Any) -> StudyNames:
    """Read the names that the wildcards and params of a job give.

    Args:
        job: has `wildcards.dataset` and the other names in `params`.
    """
    given = {name: getattr(job.params, name) for name in ("objectives", "trained_on", "tested_on", "seeds")}
    return StudyNames(dataset=job.wildcards.dataset, **given)


def group_by_model(paths: Iterable[str | Path], names: StudyNames) -> dict[Model, list[Path]]:
    """Sort files by what they score, in canonical order; all values together need not fit into memory.

    Args:
        paths: the scores files of one data set, in any order.
        names: the names that they must use.

    Returns:
        Method, objective and training condition -> the files of all seeds.

    Raises:
        StudyError: a file is missing or damaged, is not of this study, or scores what another one scores.
    """
    files: dict[tuple[int, ...], tuple[Model, Path]] = {}
    for path in map(Path, paths):
        provenance = read_provenance(path)
        place = _place(path, provenance, names)
        if place in files:
            raise StudyError(
                f"{path}: expected every model and baseline once, found the same one as in "
                f"{files[place][1]}. Delete the wrong one of the two and run the study again."
            )
        model = (provenance["method"], provenance["objective"], provenance["trained_on"])
        files[place] = model, path
    if not files:
        raise StudyError(f"{names.dataset}: expected scores files to aggregate, found none.")
    models: dict[Model, list[Path]] = {}
    for _, (model, path) in sorted(files.items()):
        models.setdefault(model, []).append(path)
    return models


def _place(path: Path, provenance: Mapping, names: StudyNames) -> tuple[int, ...]:
    """Find the place of a scores file among all of the study, and refuse one that has none."""
    expected = {"dataset": [names.dataset], "method": list(TABLE)}
    if provenance.get("method") in TRAINED_METHODS:
        expected |= {"objective": names.objectives, "trained_on": names.trained_on, "seed": names.seeds}
    else:
        expected |= {name: [None] for name in ("objective", "trained_on", "seed")}
    place = []
    for name, allowed in expected.items():
        value = provenance.get(name)
        if name not in provenance or value not in allowed:
            raise StudyError(
                f"{path}: expected scores with {name} {' or '.join(map(str, allowed))}, found {value}. "
                "The file is of another study; delete it and run this one again."
            )
        place.append(list(allowed).index(value))
    return tuple(place)


def read_checked(path: Path, names: StudyNames) -> Scores:
    """Read scores and refuse those of other conditions than the study's.

    Raises:
        StudyError: as `read_scores`, or the conditions are others.
    """
    scores = read_scores(path)
    if scores.tested_on != tuple(names.tested_on):
        raise StudyError(
            f"{path}: expected scores on the conditions {', '.join(names.tested_on)}, found "
            f"{', '.join(scores.tested_on)}. The file is of another study; delete it and run this one again."
        )
    return scores
