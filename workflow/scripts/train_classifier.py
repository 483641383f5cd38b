"""Train the classifier that reads decoded images."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the clean training images and their labels, train, write the classifier."""
    from aestudy.scoring.classifier import train_from_file

    seed, dataset = job.params.study_seed, job.wildcards.dataset
    train_from_file(job.input.clean, job.output.classifier, study_seed=seed, dataset=dataset)


fix_environment()
run_job(main, globals().get("snakemake"))
