"""Make one distorted variant of one split of a data set."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the clean images, distort them, write the variant."""
    import json

    from aestudy.distortions.variants import make_variant

    make_variant(
        job.input.clean,
        job.output.variant,
        spec=json.loads(job.params.spec),
        dataset=job.wildcards.dataset,
        split=job.wildcards.split,
        study_seed=job.params.study_seed,
    )


fix_environment()
run_job(main, globals().get("snakemake"))
