"""Draw the notebook's own plots: the metrics of each of the first test images."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read scores of one model per condition, draw the first images' values, write the figure."""
    from aestudy.figures.first_images import collect_values, draw_first_images
    from aestudy.figures.style import save
    from aestudy.scoring.scores import read_scores

    names, values = collect_values([read_scores(path) for path in job.input.scores])
    save(draw_first_images(values, names, job.wildcards.objective), job.output.svg, job.output.png)


fix_environment()
run_job(main, globals().get("snakemake"))
