"""Draw training and validation losses."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the history of every model, draw the losses, write the figure."""
    from aestudy.figures.losses import draw_losses, read_histories
    from aestudy.figures.style import save

    params, output = job.params, job.output
    histories = read_histories(job.input.histories, params.objectives, params.trained_on, params.seeds)
    save(draw_losses(histories, params.loss, params.titles), output.svg, output.png)


fix_environment()
run_job(main, globals().get("snakemake"))
