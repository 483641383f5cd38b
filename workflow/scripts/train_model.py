"""Train the autoencoder of one condition and objective, with one seed or with all."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the images, train, write the parameters and the losses."""
    from aestudy.devices.jax_start import start_jax

    device = start_jax()

    from aestudy.training.job import train_from_files

    inputs = {"clean_path": job.input.clean, "variant_path": job.input.variant}
    outputs = {"parameters_paths": job.output.parameters, "history_paths": job.output.history}
    wildcards, params = dict(job.wildcards.items()), dict(job.params.items())
    train_from_files(**inputs, **outputs, wildcards=wildcards, params=params, device=device)


fix_environment()
run_job(main, globals().get("snakemake"))
