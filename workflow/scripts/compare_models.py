"""Derive cost, repair, price, transfer and the other quantities from the scores of one data set."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read all scores, compare the models, write the table."""
    from aestudy.distortions.groups import read_conditions
    from aestudy.scoring.score_files import names_of_job
    from aestudy.statistics.comparisons import compare, write_comparisons

    rows = compare(
        [*job.input.models, *job.input.codecs, *job.input.baselines],
        names_of_job(job),
        read_conditions(job.params.conditions),
        resamples=job.params.resamples,
        confidence=job.params.confidence,
        study_seed=job.params.study_seed,
    )
    write_comparisons(job.output.comparisons, rows)


fix_environment()
run_job(main, globals().get("snakemake"))
