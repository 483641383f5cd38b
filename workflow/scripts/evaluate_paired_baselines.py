"""Score the baselines that are fitted to the pairs of each condition."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Fit each baseline to the training pairs of a condition, score it there, write the scores."""
    from aestudy.scoring.paired_baselines import fits_of_job
    from aestudy.scoring.scores import write_scores
    from aestudy.scoring.tested_images import images_of_job

    tested = images_of_job(job)
    train_variants = tested.open_variants(job.input.train_variants, "train", job.input.train)
    fitted = fits_of_job(job, tested.names, train_variants)
    scored = tested.score([tested.method(found, method=name) for name, found in fitted.items()])
    for path, scores in zip(job.output.scores, scored, strict=True):
        write_scores(path, scores)


fix_environment()
run_job(main, globals().get("snakemake"))
