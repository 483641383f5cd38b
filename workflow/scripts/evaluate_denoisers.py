"""Score the classical denoisers against every condition."""

import functools
import json
from typing import TYPE_CHECKING

from aestudy.jobs import confine_blas, job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Choose every denoiser's strengths on the training images, score it, write the scores."""
    from aestudy.archives import read_archive
    from aestudy.classifier import make_judge, read_classifier
    from aestudy.denoisers import fit_denoiser
    from aestudy.scores import score_method, write_scores
    from aestudy.variants import VariantReader, distort_split

    wildcards, params = snakemake.wildcards, snakemake.params
    specs = json.loads(params.specs)
    names = [spec["name"] for spec in specs]
    origin = {"dataset": wildcards.dataset, "study_seed": params.study_seed}
    train = read_archive(snakemake.input.train, "images")["images"]
    test = read_archive(snakemake.input.clean, "images", "labels")
    reader = VariantReader(
        snakemake.input.variants, specs=specs, split="test", clean=test["images"], **origin
    )
    distorts = [functools.partial(distort_split, spec=spec, split="train", **origin) for spec in specs]
    for method, path in zip(params.methods, snakemake.output.scores, strict=True):
        scores = score_method(
            fit_denoiser(method, train, dict(zip(names, distorts, strict=True))),
            test["images"],
            names,
            reader,
            examples=params.examples,
            judge=make_judge(read_classifier(snakemake.input.classifier), test["labels"]),
            method=method,
            dataset=wildcards.dataset,
        )
        write_scores(path, scores)


confine_blas(snakemake.threads)
with job(snakemake.log[0], snakemake.input, snakemake.output):
    main()
