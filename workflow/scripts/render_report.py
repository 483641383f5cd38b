"""Write the report of one data set as one HTML file."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read summary, figures and provenance, render the page, write it."""
    from aestudy.files.archives import read_provenance
    from aestudy.files.atomic import atomic_write
    from aestudy.report.explorer import read_p_values, read_scores_by_seed
    from aestudy.report.findings import read_findings
    from aestudy.report.page import Figures, Interactive, render
    from aestudy.report.pictures import read_picture
    from aestudy.tables.summary import read_summary

    given, study = snakemake.input, json.loads(snakemake.params.study)
    objectives = study["objectives"]
    # A study without curves gives neither of the two.
    curves = {Path(path).stem: path for path in [*given.severity, *given.rates]}
    figures = Figures(
        distortions=read_picture(given.distortions),
        reconstructions=dict(zip(objectives, map(read_picture, given.reconstructions), strict=True)),
        losses=read_picture(given.losses),
        matrices={(path.parent.name, path.stem): read_picture(path) for path in map(Path, given.matrices)},
        first_images=dict(zip(objectives, map(read_picture, given.first_images), strict=True)),
        curves={name: read_picture(path) for name, path in curves.items()},
    )
    page = render(
        dataset=snakemake.wildcards.dataset,
        study=study,
        summary=read_summary(given.summary),
        figures=figures,
        train_provenance=read_provenance(given.train),
        test_provenance=read_provenance(given.test),
        comparison=compare_with_notebook(study) if snakemake.params.notebook_comparison else None,
        findings=read_findings(given.findings),
        interactive=Interactive(
            by_seed=read_scores_by_seed(given.by_seed, study["seeds"]),
            p_values=read_p_values(given.comparisons),
            examples=pack_examples(study),
        ),
    )
    with atomic_write(snakemake.output.report, "w", encoding="utf-8", newline="\n") as file:
        file.write(page)


def pack_examples(study: dict) -> dict:
    """Pack the example images of the first seed's models and of all baselines."""
    from aestudy.files.archives import read_archive
    from aestudy.report.sprites import pack, read_examples

    first = study["seeds"][0]
    trained = [*snakemake.input.scores, *snakemake.input.codec_scores]
    models = [path for path in trained if Path(path).stem == str(first)]
    distorted = read_archive(snakemake.input.identity, "examples")["examples"]
    clean = read_archive(snakemake.input.test, "images")["images"]
    return pack(
        clean[: distorted.shape[1]],
        distorted,
        [read_examples(path) for path in [*models, *snakemake.input.baselines]],
    )


def compare_with_notebook(study: dict) -> object:
    """Set the study's scores beside the notebook's."""
    from aestudy.report.notebook import compare
    from aestudy.scoring.scores import read_scores

    return compare(
        [read_scores(path) for path in snakemake.input.scores],
        read_scores(snakemake.input.identity),
        list(study["conditions"].values()),
        {**study["model"], **study["training"]},
    )


fix_environment()
with job(snakemake):
    main()
