"""Draw the distortions themselves."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the test images of every condition, draw some of them, write the figure."""
    import json

    from aestudy.distortions.variants import variants_of_job
    from aestudy.figures.distortions import draw_tested
    from aestudy.figures.style import save
    from aestudy.files.archives import read_archive
    from aestudy.scoring.scores import read_scores

    clean = read_archive(job.input.clean, "images", "labels")
    reader, identity = variants_of_job(job, clean["images"]), read_scores(job.input.identity)
    figure = draw_tested(clean, reader, json.loads(job.params.specs), identity)
    save(figure, job.output.svg, job.output.png)


fix_environment()
run_job(main, globals().get("snakemake"))
