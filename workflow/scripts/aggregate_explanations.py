"""Gather the explanations of one data set in one table."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the tables, write them as one."""
    from aestudy.files.csv_tables import read_table, write_table
    from aestudy.files.study_tables import ExplanationRow

    rows = [row for path in job.input.get("tables", []) for row in read_table(path, ExplanationRow)]
    write_table(job.output.table, ExplanationRow, rows)


fix_environment()
run_job(main, globals().get("snakemake"))
