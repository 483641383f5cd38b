"""Score the classical denoisers against every condition."""

import json
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Choose every denoiser's strengths on the training images, score it, write the scores."""
    from aestudy.distortions.variants import VariantReader
    from aestudy.files.archives import read_archive
    from aestudy.scoring.classifier import make_judge, read_classifier
    from aestudy.scoring.denoisers import CALIBRATION_IMAGES, fit_denoisers
    from aestudy.scoring.scores import write_scores
    from aestudy.scoring.scoring import score_method

    given, wildcards, params = snakemake.input, snakemake.wildcards, snakemake.params
    specs = json.loads(params.specs)
    names = [spec["name"] for spec in specs]
    train = read_archive(given.train, "images")["images"]
    test = read_archive(given.clean, "images", "labels")

    def reader(paths, split, clean):
        return VariantReader(
            paths,
            specs=specs,
            dataset=wildcards.dataset,
            split=split,
            study_seed=params.study_seed,
            clean=clean,
        )

    read_train = reader(given.train_variants, "train", train)
    distorted = {name: read_train(name)[:CALIBRATION_IMAGES].copy() for name in names}
    denoisers = fit_denoisers(params.methods, train[:CALIBRATION_IMAGES], distorted)
    judge = make_judge(read_classifier(given.classifier), test["labels"])
    for method, path in zip(params.methods, snakemake.output.scores, strict=True):
        scores = score_method(
            denoisers[method],
            test["images"],
            names,
            reader(given.variants, "test", test["images"]),
            examples=params.examples,
            judge=judge,
            method=method,
            dataset=wildcards.dataset,
        )
        write_scores(path, scores)


fix_environment()
with job(snakemake):
    main()
