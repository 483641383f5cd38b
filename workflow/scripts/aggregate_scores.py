"""Aggregate the scores of one data set into tables."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read all scores, write the long table, its summary and the matrices."""
    from aestudy.scoring.score_files import names_of_job
    from aestudy.tables.aggregate import make_tables, write_tables

    given, params, output = job.input, job.params, job.output
    tables = make_tables(
        [*given.models, *given.codecs, *given.baselines],
        names_of_job(job),
        **{name: params[name] for name in ("resamples", "confidence", "study_seed")},
    )
    write_tables(tables, output.scores, output.summary, params.matrices, output.matrices)


fix_environment()
run_job(main, globals().get("snakemake"))
