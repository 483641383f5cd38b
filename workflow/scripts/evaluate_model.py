"""Score the trained autoencoders of one condition and objective against every condition."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read models and test images, score each model without and with its codec, write the scores."""
    from aestudy.scoring.model import score_model
    from aestudy.scoring.tested_images import images_of_job
    from aestudy_run.parts import to_make

    images, wildcards = images_of_job(job), job.wildcards
    names = {"objective": wildcards.objective, "trained_on": wildcards.trained_on}
    for seed, given, made in to_make(job):
        files = given["parameters"], given["codec"], job.input.classifier
        score_model(images, files, made, code=job.params.code, seed=seed, **names)


fix_environment()
run_job(main)
