"""Measure parameters, operations and bytes of all models of one data set."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read all models and codecs, count, write the table."""
    from aestudy.codec.sizes import measure_sizes
    from aestudy.files.csv_tables import write_table
    from aestudy.files.study_tables import ModelSizeRow

    models = zip(job.input.parameters, job.input.codecs, strict=True)
    write_table(job.output.sizes, ModelSizeRow, measure_sizes(models))


fix_environment()
run_job(main, globals().get("snakemake"))
