"""Fetch one data set, verify it, and write its training and test images."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Load the images from wherever they are and write both parts."""
    import sys

    from aestudy.datasets import load_source, write_dataset

    name = job.wildcards.dataset
    dataset = load_source(job.params.source, job.config["sources"][name], dataset=name)
    write_dataset(dataset, train_path=job.output.train, test_path=job.output.test)
    for warning in dataset.provenance.get("warnings", ()):
        # Past the log, so that it is seen although the job succeeds.
        print(f"Warning: {name}: {warning}", file=sys.stderr)


fix_environment()
run_job(main, globals().get("snakemake"))
