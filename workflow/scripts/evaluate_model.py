"""Score one trained autoencoder against every condition."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from aestudy.jobs import confine_blas, job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the model and the test images, score, write the scores."""
    from aestudy.archives import read_archive
    from aestudy.evaluation import evaluate_network
    from aestudy.inference import load_network
    from aestudy.scores import write_scores
    from aestudy.variants import VariantReader

    wildcards, params = snakemake.wildcards, snakemake.params
    clean = read_archive(snakemake.input.clean, "images")["images"]
    reader = VariantReader(
        snakemake.input.variants, specs=json.loads(params.specs), dataset=wildcards.dataset, split="test",
        study_seed=params.study_seed, clean=clean,
    )  # fmt: skip
    network, _ = load_network(snakemake.input.parameters)
    scores = evaluate_network(
        network,
        clean,
        params.tested_on,
        reader,
        examples=params.examples,
        dataset=wildcards.dataset,
        objective=wildcards.objective,
        trained_on=wildcards.trained_on,
        seed=int(wildcards.seed),
    )
    write_scores(Path(snakemake.output.scores), scores)


confine_blas(snakemake.threads)
with job(snakemake.log[0]):
    main()
