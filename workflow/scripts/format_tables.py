"""Write the main tables of one data set as Markdown and LaTeX."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the CSV tables, write both forms."""
    from aestudy.tables.paper import write_paper_tables

    write_paper_tables(job.input.tables, job.output.markdown, job.output.latex, job.params.smallest)


fix_environment()
run_job(main, globals().get("snakemake"))
