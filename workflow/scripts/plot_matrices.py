"""Draw the trained-on x tested-on heat maps of every metric and reference."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the summary, draw the matrices of all objectives, write the figures."""
    from aestudy.figures.matrices import draw_matrices
    from aestudy.figures.style import save
    from aestudy.tables.summary import read_summary

    params, output, summary = job.params, job.output, read_summary(job.input.summary)
    names = {name: params[name] for name in ("objectives", "trained_on", "tested_on")}
    # One job for all of them, because importing matplotlib takes longer than drawing a figure.
    for key, svg, png in zip(params.matrices, output.svg, output.png, strict=True):
        save(draw_matrices(summary.matrix(*key, **names), params.titles), svg, png)


fix_environment()
run_job(main, globals().get("snakemake"))
