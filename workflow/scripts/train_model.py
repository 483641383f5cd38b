"""Train the autoencoders of one condition and objective, one for each seed."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the images, train, write the parameters and the losses."""
    from aestudy.devices.jax_start import start_jax
    from aestudy_run.parts import to_make

    models = [(seed, made["parameters"], made["history"]) for seed, _, made in to_make(job)]
    if models:
        device = start_jax()

        from aestudy.training.job import train_from_files

        inputs = {"clean_path": job.input.clean, "variant_path": job.input.variant}
        wildcards, params = dict(job.wildcards.items()), dict(job.params.items())
        train_from_files(models, **inputs, wildcards=wildcards, params=params, device=device)


fix_environment()
run_job(main, globals().get("snakemake"))
