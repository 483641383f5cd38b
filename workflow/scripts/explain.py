"""Measure one explanation of one data set."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Open the files of the study, measure, write the table."""
    from aestudy.explanations.study import study_of_job
    from aestudy.explanations.table import find_measure
    from aestudy.files.csv_tables import write_table
    from aestudy.files.study_tables import ExplanationRow

    rows = find_measure(job.wildcards.explanation)(study_of_job(job))
    write_table(job.output.table, ExplanationRow, rows)


fix_environment()
run_job(main, globals().get("snakemake"))
