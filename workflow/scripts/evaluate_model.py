"""Score one trained autoencoder against every condition."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read model and test images, score it without and with its codec, write the scores."""
    from aestudy.scoring.model import score_model
    from aestudy.scoring.tested_images import images_of_job

    given, output, wildcards = job.input, job.output, job.wildcards
    score_model(
        images_of_job(job),
        (given.parameters, given.codec, given.classifier),
        (output.scores, output.codec_scores),
        code=job.params.code,
        objective=wildcards.objective,
        trained_on=wildcards.trained_on,
        seed=int(wildcards.seed),
    )


fix_environment()
run_job(main, globals().get("snakemake"))
