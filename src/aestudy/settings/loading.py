"""The way from the config that Snakemake hands over to checked settings."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aestudy.datasets import count_training_images, misplaced_files
from aestudy.errors import StudyError
from aestudy.settings.batches import fitting_batch, images_to_train_on
from aestudy.settings.catalog import ALL, Catalog
from aestudy.settings.conditions import read_catalog
from aestudy.settings.goals import read_goals
from aestudy.settings.merging import lost_mappings
from aestudy.settings.problems import MAXIMUM_LISTED, Problem, Problems, join, suggest, write_path
from aestudy.settings.schema import SCHEMA_PATH, check_schema, copy_plain, read_schema
from aestudy.settings.sources import read_sources
from aestudy.settings.types import (
    EvaluationSettings,
    ModelSettings,
    Settings,
    Source,
    StatisticsSettings,
    TrainingSettings,
)
from aestudy.settings.yaml_files import Document, locate, look_up, read_document, type_arguments

_TRAINING_FLOATS = ("learning_rate", "validation_fraction", "shifted_fraction", "squared_error_fraction")


def load(
    config: Mapping[str, Any], *, files: Iterable[str | Path] = (), schema_path: str | Path = SCHEMA_PATH
) -> Settings:
    """Check a config completely and turn it into settings.

    Args:
        config: the merged config, as Snakemake hands it over.
        files: the files it was merged from, base and overlays in any order. With them keys that stand twice
            in a file are found, messages name file and line, and nested values of `--config` arguments get
            the types that Snakemake drops.
        schema_path: the schema.

    Returns:
        The settings, which do not depend on the order of keys.

    Raises:
        StudyError: with every mistake, one line each: the path of the key, what is allowed, what was found,
            and the file and the line where that is known.
    """
    documents = _read_documents(files)
    problems = Problems()
    plain = copy_plain(config, problems)
    if documents:
        plain = type_arguments(plain, documents)
    check_schema(plain, read_schema(schema_path), problems)
    sources, catalog, goals = _check_meaning(plain, problems)
    mistakes = [mistake for document in documents for mistake in document.mistakes]
    mistakes += lost_mappings(plain, documents)
    lines = mistakes + [_write(problem, plain, documents) for problem in problems.listed()]
    if lines:
        raise StudyError(_write_all(lines))
    return Settings(
        seed=plain["seed"],
        datasets=tuple(plain["datasets"]),
        sources=sources,
        conditions=catalog.members,
        sweeps=catalog.sweeps,
        trained_on=_chosen(plain, "trained_on", catalog, problems),
        tested_on=_chosen(plain, "tested_on", catalog, problems),
        goals=goals.members,
        objectives=_chosen(plain, "objectives", goals, problems),
        seeds=tuple(sorted(plain["seeds"])),
        seeds_per_job=len(plain["seeds"]) if plain["seeds_per_job"] == ALL else plain["seeds_per_job"],
        model=ModelSettings(**{**plain["model"], "hidden": tuple(plain["model"]["hidden"])}),
        training=TrainingSettings(**_with_floats(plain["training"], *_TRAINING_FLOATS)),
        evaluation=EvaluationSettings(**plain["evaluation"]),
        statistics=_statistics(plain["statistics"]),
    )


def check_files(
    settings: Settings,
    names: Iterable[str],
    config: Mapping[str, Any],
    *,
    files: Iterable[str | Path] = (),
    elsewhere: Iterable[Path] = (),
) -> None:
    """Refuse sources whose files are not there, with the keys of the config that name them.

    Whether they are there depends on the machine, so `load` does not look at it.

    Args:
        settings: the settings.
        names: the data sets to look at.
        config: as for `load`.
        files: as for `load`.
        elsewhere: folders in which a person may have meant a relative path to start.

    Raises:
        StudyError: with every path that leads to nothing or to something else.
    """
    problems = Problems()
    for name in names:
        for option, text in misplaced_files(settings.sources[name]).items():
            path = Path(settings.sources[name].options[option])
            there = [folder / path for folder in elsewhere if (folder / path).exists()]
            hint = f"; there is {there[0]}, so give that path" if there and not path.exists() else ""
            problems.add(("sources", name, option), text + hint)
    if problems.listed():
        documents = _read_documents(files)
        raise StudyError(_write_all([_write(problem, config, documents) for problem in problems.listed()]))


def describe_small_batches(settings: Settings, names: Iterable[str]) -> list[str]:
    """Name the data sets that have too few images for a batch, in a sentence each.

    Those of which only reading the images would tell are passed over.
    """
    training = settings.training
    sentences = []
    for name in names:
        count = count_training_images(settings.sources[name])
        if count is None or count < 2:
            continue
        images = images_to_train_on(count, training.validation_fraction)
        batch_size = fitting_batch(training.batch_size, images)
        if batch_size < training.batch_size:
            sentences.append(
                f"The data set {name} is trained on in batches of {batch_size}, not of "
                f"{training.batch_size}, because it has {images} images to train on."
            )
    return sentences


def _read_documents(files: Iterable[str | Path]) -> list[Document]:
    """Read each file once, under the shortest name that it has from here."""
    names = {}
    for file in files:
        absolute = os.path.abspath(file)  # noqa: PTH100 - symbolic links keep the name that the user gave
        relative = os.path.relpath(absolute)
        names[absolute] = str(file) if relative.startswith("..") else relative
    return [read_document(name) for name in names.values()]


def _check_meaning(
    plain: Mapping[str, Any], problems: Problems
) -> tuple[dict[str, Source], Catalog, Catalog]:
    """Check what a schema cannot: kinds, names that refer to each other, sizes that must fit together."""
    sources = read_sources(_mapping(plain, "sources", problems), problems)
    catalog = read_catalog(_mapping(plain, "distortions", problems), problems)
    # With a mistake in the model's code size nothing is made of the goals, only their own mistakes are noted.
    code_size = 1 if problems.touches("model", "code_size") else plain["model"]["code_size"]
    goals = read_goals(_mapping(plain, "goals", problems), code_size, problems)
    known = sorted(_mapping(plain, "sources", problems))
    for index, name in enumerate([] if problems.touches("datasets") else plain["datasets"]):
        if name not in known and not problems.touches("sources"):
            text = f"unknown name {name!r}{suggest(name, known)}; sources has {join(known)}"
            problems.add(("datasets", index), text)
    for key, chosen_from in (("trained_on", catalog), ("tested_on", catalog), ("objectives", goals)):
        if not problems.touches(key) and not problems.touches_exactly(chosen_from.section):
            _chosen(plain, key, chosen_from, problems)
    if not problems.touches("datasets"):
        for name in plain["datasets"]:
            if name in sources:
                _check_sizes(plain, name, sources[name], problems)
                _check_notebook(plain, name, sources[name], problems)
    return sources, catalog, goals


def _mapping(plain: Mapping[str, Any], key: str, problems: Problems) -> Mapping[str, Any]:
    return {} if problems.touches_exactly(key) else plain[key]


def _chosen(plain: Mapping[str, Any], key: str, catalog: Catalog, problems: Problems) -> tuple[str, ...]:
    """List what `trained_on`, `tested_on` or `objectives` names, in canonical order."""
    chosen = set(catalog.select(plain[key], (key,), problems))
    return tuple(name for name in catalog.members if name in chosen)


def _check_sizes(plain: Mapping[str, Any], name: str, source: Source, problems: Problems) -> None:
    """Compare the number of test images that a source sets itself with what is done to them."""
    count = source.options.get("test_images")
    if count is not None and not problems.touches("evaluation") and plain["evaluation"]["examples"] > count:
        problems.add(
            ("evaluation", "examples"),
            f"expected at most {count}, which is sources.{write_path((name,))}.test_images, "
            f"found {plain['evaluation']['examples']}",
        )


def _check_notebook(plain: Mapping[str, Any], name: str, source: Source, problems: Problems) -> None:
    """Refuse to compare with the notebook's images what was measured on others."""
    if problems.touches("evaluation") or not plain["evaluation"]["compare_with_notebook"]:
        return
    if source.kind != "mnist":
        problems.add(
            ("evaluation", "compare_with_notebook"),
            f"expected false, because the data set {name} is of the kind {source.kind} and the notebook's "
            "images are those of the kind mnist; found true",
        )


def _with_floats(section: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Write 1 as 1.0 where any number is allowed, so that both give the same settings."""
    return {**section, **{key: float(section[key]) for key in keys}}


def _statistics(section: Mapping[str, Any]) -> StatisticsSettings:
    smallest = {name: float(value) for name, value in section["smallest_difference"].items()}
    return StatisticsSettings(**_with_floats({**section, "smallest_difference": smallest}, "confidence"))


def _write(problem: Problem, plain: Mapping[str, Any], documents: Sequence[Document]) -> str:
    """Write one mistake with its path, and with file and line where they are known."""
    place = locate(problem.path, plain, documents)
    text = f"{write_path(problem.path)}: {problem.text}{f' ({place})' if place else ''}."
    return text + _explain_merge(problem, plain, documents)


def _explain_merge(problem: Problem, plain: Mapping[str, Any], documents: Sequence[Document]) -> str:
    """Explain what an entry has of another file's entry with its name and another kind."""
    if len(problem.path) != 3 or problem.path[2] == "kind":
        return ""
    place = (*problem.path[:2], "kind")
    kind, where = look_up(plain, place), locate(place, plain, documents)
    for document in documents:
        replaced = place in document.lines and look_up(document.values, place) != kind
        if where and replaced and problem.path in document.lines:
            return (
                f" The entry ({where}) is merged with that of the same name and another kind in "
                f"{document.name}; give it a new name to avoid that."
            )
    return ""


def _write_all(lines: Sequence[str]) -> str:
    heading = f"the config has {len(lines)} mistakes" if len(lines) > 1 else "the config has a mistake"
    shown = list(lines[:MAXIMUM_LISTED])
    if len(lines) > MAXIMUM_LISTED:
        shown.append(f"... and {len(lines) - MAXIMUM_LISTED} more.")
    listed = "".join(f"\n  {line}" for line in shown)
    return f"{heading}:{listed}\nWhat each key means and allows stands in docs/configuration.md."
