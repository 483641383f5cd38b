"""Score the trained autoencoders of one condition and objective against every condition."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read models and test images, score each model without and with its codec, write the scores."""
    from aestudy.scoring.model import score_models
    from aestudy.scoring.tested_images import images_of_job
    from aestudy_run.parts import to_make

    names = {"objective": job.wildcards.objective, "trained_on": job.wildcards.trained_on}
    models, classifier = list(to_make(job)), job.input.classifier
    score_models(images_of_job(job), models, classifier, code=job.params.code, **names)


fix_environment()
run_job(main, globals().get("snakemake"))
