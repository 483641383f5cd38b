"""Draw original, distorted and decoded test images."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read test images and decoded examples of every condition, draw some, write the figure."""
    from aestudy.distortions.variants import variants_of_job
    from aestudy.figures.reconstructions import collect_rows, draw_reconstructions
    from aestudy.figures.style import save
    from aestudy.files.archives import read_archive
    from aestudy.scoring.scores import read_scores

    clean = read_archive(job.input.clean, "images", "labels")
    reader, identity = variants_of_job(job, clean["images"]), read_scores(job.input.identity)
    models = [read_scores(path) for path in job.input.scores]
    headers, rows = collect_rows(clean["images"], clean["labels"], reader.names, reader, models, identity)
    save(draw_reconstructions(headers, reader.names, rows), job.output.svg, job.output.png)


fix_environment()
run_job(main, globals().get("snakemake"))
