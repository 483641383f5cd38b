"""Score one baseline against every condition."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Fit the baseline to the clean training images, score it, write the scores."""
    from aestudy.files.archives import read_archive
    from aestudy.scoring.baselines import fit_baseline
    from aestudy.scoring.scores import write_scores
    from aestudy.scoring.tested_images import images_of_job

    method, train = job.wildcards.method, read_archive(job.input.train, "images")["images"]
    baseline = fit_baseline(method, train, code_size=job.params.code_size)
    tested = images_of_job(job)
    write_scores(job.output.scores, *tested.score([tested.method(baseline, method=method)]))


fix_environment()
run_job(main, globals().get("snakemake"))
