"""Make the distorted variants of a data set under one condition."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the clean images of both splits, distort them, write the variants."""
    import json

    from aestudy.distortions.variants import make_variant

    spec, dataset, seed = json.loads(job.params.spec), job.wildcards.dataset, job.params.study_seed
    for split in ("train", "test"):
        given, made = job.input[split], job.output[split]
        make_variant(given, made, spec=spec, dataset=dataset, split=split, study_seed=seed)


fix_environment()
run_job(main, globals().get("snakemake"))
