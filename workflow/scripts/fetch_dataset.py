"""Fetch one data set, verify it, and write its training and test images."""

import sys
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Load the images from wherever they are and write both parts."""
    from aestudy.datasets import load_source, write_dataset

    name = snakemake.wildcards.dataset
    dataset = load_source(snakemake.params.source, snakemake.config["sources"][name], dataset=name)
    write_dataset(dataset, train_path=snakemake.output.train, test_path=snakemake.output.test)
    for warning in dataset.provenance.get("warnings", ()):
        # Past the log, so that it is seen although the job succeeds.
        print(f"Warning: {name}: {warning}", file=sys.stderr)


fix_environment()
with job(snakemake):
    main()
