"""Aggregate the scores of one data set into tables."""

from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read all scores, write the long table, its summary and the matrices."""
    from aestudy.scoring.score_files import StudyNames
    from aestudy.tables.aggregate import make_tables, write_table

    params = snakemake.params
    tables = make_tables(
        [*snakemake.input.models, *snakemake.input.codecs, *snakemake.input.baselines],
        StudyNames(
            dataset=snakemake.wildcards.dataset,
            objectives=params.objectives,
            trained_on=params.trained_on,
            tested_on=params.tested_on,
            seeds=params.seeds,
        ),
        resamples=params.resamples,
        confidence=params.confidence,
        study_seed=params.study_seed,
    )
    write_table(snakemake.output.scores, tables.scores)
    write_table(snakemake.output.summary, tables.summary)
    for (metric, reference), path in zip(params.matrices, snakemake.output.matrices, strict=True):
        write_table(path, tables.matrices[metric, reference])


fix_environment()
with job(snakemake):
    main()
