"""Draw PSNR over the strength of each distortion that the study has in several strengths."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the summary, draw the curves, write the figure."""
    import json

    from aestudy.distortions.severities import find_families
    from aestudy.figures.severity import draw_severity
    from aestudy.figures.style import save
    from aestudy.tables.summary import read_summary

    params, summary = job.params, read_summary(job.input.summary)
    families = find_families(json.loads(params.specs))
    figure = draw_severity(summary, families, params.objectives, params.trained_on, params.titles)
    save(figure, job.output.svg, job.output.png)


fix_environment()
run_job(main, globals().get("snakemake"))
