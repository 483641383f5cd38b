"""Write the report of one data set as one HTML file."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read tables, scores and figures, render the page, write it."""
    from aestudy.report.job import write_report

    write_report(job.output.report, job.input, dataset=job.wildcards.dataset, params=job.params)


fix_environment()
run_job(main, globals().get("snakemake"))
