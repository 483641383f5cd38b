"""Score one trained autoencoder against every condition."""

import json
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the model and the test images, score it without and with its codec, write the scores."""
    from aestudy.codec.compression import Compressor
    from aestudy.datasets.dataset import content_digest
    from aestudy.distortions.variants import VariantReader
    from aestudy.files.archives import read_archive
    from aestudy.images import digest_images
    from aestudy.scoring.classifier import make_judge, read_classifier
    from aestudy.scoring.codec_method import codec_method
    from aestudy.scoring.method_names import AUTOENCODER, CODEC
    from aestudy.scoring.score_cache import ScoreCache
    from aestudy.scoring.scores import write_scores
    from aestudy.scoring.scoring import score_method

    wildcards, params = snakemake.wildcards, snakemake.params
    specs = json.loads(params.specs)
    test = read_archive(snakemake.input.clean, "images", "labels")
    clean = test["images"]
    reader = VariantReader(
        snakemake.input.variants,
        specs=specs,
        dataset=wildcards.dataset,
        split="test",
        study_seed=params.study_seed,
        clean=clean,
    )
    compressor = Compressor.load(snakemake.input.parameters)
    methods = {
        AUTOENCODER: (compressor.network.reconstruct, snakemake.output.scores),
        CODEC: (codec_method(compressor), snakemake.output.codec_scores),
    }
    judge = make_judge(read_classifier(snakemake.input.classifier), test["labels"])
    files = (snakemake.input.parameters, snakemake.input.codec, snakemake.input.classifier)
    settings = (digest_images(clean), content_digest(test["labels"]), params.examples, params.code)
    for method, (reconstruct, path) in methods.items():
        cells = ScoreCache(path, files, (method, *settings))
        scores = score_method(
            reconstruct,
            clean,
            [spec["name"] for spec in specs],
            reader,
            examples=params.examples,
            cells=cells,
            judge=judge,
            method=method,
            dataset=wildcards.dataset,
            objective=wildcards.objective,
            trained_on=wildcards.trained_on,
            seed=int(wildcards.seed),
        )
        write_scores(path, scores)
        cells.write()


fix_environment()
with job(snakemake):
    main()
