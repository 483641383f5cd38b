"""Write the report of one data set from the files of a study."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aestudy.files.archives import read_archive, read_provenance
from aestudy.files.atomic import atomic_write
from aestudy.files.csv_tables import read_table
from aestudy.files.study_tables import ComparisonRow
from aestudy.report import notebook
from aestudy.report.explorer import find_rivals, find_tests, read_scores_by_seed
from aestudy.report.findings import read_findings
from aestudy.report.page import Figures, Interactive, render
from aestudy.report.pictures import Picture, read_picture
from aestudy.report.sprites import pack, read_examples
from aestudy.scoring.scores import read_scores
from aestudy.statistics.yardstick import Yardstick
from aestudy.tables.summary import read_summary

Files = Mapping[str, Any]


def write_report(path: str | Path, files: Files, *, dataset: str, params: Mapping[str, Any]) -> None:
    """Render the page of one data set and write it.

    Args:
        path: the page to make or replace.
        files: the images `train` and `test`; the tables `summary`, `by_seed`, `comparisons` and `findings`;
            the scores of the inputs, `identity`; lists of scores, `baselines`, `scores` and `codec_scores`;
            the list `figures`.
        dataset: name of the data set.
        params: `study`, what `aestudy.settings.describe` returns, as JSON; `figures`, the names of the
            figures; `notebook_comparison`, whether the notebook's numbers stand beside these.

    Raises:
        StudyError: a file is missing or damaged.
    """
    study = json.loads(params["study"])
    chosen = study["statistics"]
    yardstick = Yardstick(chosen["confidence"], chosen["smallest_difference"])
    compared = read_table(files["comparisons"], ComparisonRow)
    page = render(
        dataset=dataset,
        study=study,
        summary=read_summary(files["summary"]),
        figures=read_figures(params["figures"], files["figures"]),
        train_provenance=read_provenance(files["train"]),
        test_provenance=read_provenance(files["test"]),
        comparison=_compare_with_notebook(files, study) if params["notebook_comparison"] else None,
        findings=read_findings(files["findings"]),
        interactive=Interactive(
            by_seed=read_scores_by_seed(files["by_seed"], study["seeds"]),
            tests=find_tests(compared, yardstick),
            rivals=find_rivals(compared, yardstick),
            examples=_pack_examples(files, study["seeds"][0]),
        ),
    )
    with atomic_write(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(page)


def read_figures(names: Sequence[str], paths: Sequence[str | Path]) -> Figures:
    """Read the figures of the report, of names such as `losses.svg` and `matrices/psnr_db/clean.svg`.

    Raises:
        StudyError: a file is missing or no picture.
    """
    figures: dict[str, dict[str, Picture]] = {}
    for name, path in zip(names, paths, strict=True):
        figure, _, part = name.rpartition(".")[0].partition("/")
        figures.setdefault(figure, {})[part] = read_picture(path)
    return figures


def _pack_examples(files: Files, first_seed: int) -> dict[str, Any]:
    """Pack the example images of the first seed's models and of all baselines."""
    trained = [*files["scores"], *files["codec_scores"]]
    models = [path for path in trained if Path(path).stem == str(first_seed)]
    distorted = read_archive(files["identity"], "examples")["examples"]
    clean = read_archive(files["test"], "images")["images"]
    return pack(
        clean[: distorted.shape[1]],
        distorted,
        [read_examples(path) for path in [*models, *files["baselines"]]],
    )


def _compare_with_notebook(files: Files, study: Mapping[str, Any]) -> notebook.Comparison:
    """Set the study's scores beside the notebook's."""
    return notebook.compare(
        [read_scores(path) for path in files["scores"]],
        read_scores(files["identity"]),
        list(study["conditions"].values()),
        {**study["model"], **study["training"]},
    )
