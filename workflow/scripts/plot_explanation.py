"""Draw one explanation."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the table of the explanation, draw it, write the figure."""
    from aestudy.figures.explanations import draw_explanation
    from aestudy.figures.style import save
    from aestudy.files.csv_tables import read_table
    from aestudy.files.study_tables import ExplanationRow

    rows = read_table(job.input.table, ExplanationRow)
    save(draw_explanation(job.wildcards.explanation, rows), job.output.svg, job.output.png)


fix_environment()
run_job(main, globals().get("snakemake"))
