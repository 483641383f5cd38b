"""Train the autoencoder of one condition and objective, with one seed or with all."""

from pathlib import Path
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the images, train, write the parameters and the losses."""
    from aestudy.devices.jax_start import start_jax

    device = start_jax()

    from aestudy.training.job import train_from_files

    train_from_files(
        clean_path=snakemake.input.clean,
        variant_path=snakemake.input.variant,
        parameters_paths=[Path(path) for path in snakemake.output.parameters],
        history_paths=[Path(path) for path in snakemake.output.history],
        wildcards=dict(snakemake.wildcards.items()),
        params=dict(snakemake.params.items()),
        device=device,
    )


fix_environment()
with job(snakemake):
    main()
