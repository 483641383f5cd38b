"""Score trained models: each without and with its codec."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aestudy.codec.compression import Compressor
from aestudy.scoring.method_names import AUTOENCODER, CODEC
from aestudy.scoring.model_methods import ModelMethods
from aestudy.scoring.score_cache import ScoreCache
from aestudy.scoring.scores import write_scores
from aestudy.scoring.scoring import ScoredMethod
from aestudy.scoring.tested_images import TestedImages

Files = Mapping[str, str | Path]

MODELS_AT_ONCE = 8
"""Models that are scored side by side, so that what all need of the test images is computed once. Their
scores are in memory until the last condition."""

OUTPUTS = {AUTOENCODER: "scores", CODEC: "codec_scores"}


def score_models(
    tested: TestedImages,
    models: Sequence[tuple[int, Files, Files]],
    classifier_path: str | Path,
    *,
    code: str,
    **names: Any,
) -> None:
    """Score models and write their scores.

    Args:
        tested: the images that they are tested on.
        models: of each its seed, its files `parameters` and `codec`, and the files to make: `scores` of the
            network alone, `codec_scores` of network and codec.
        classifier_path: the classifier that reads outputs.
        code: digest of the code that decides the scores.
        **names: `objective` and `trained_on`.

    Raises:
        StudyError: a file is missing or damaged.
    """
    for start in range(0, len(models), MODELS_AT_ONCE):
        scored: list[tuple[str | Path, ScoreCache, ScoredMethod]] = []
        for seed, given, made in models[start : start + MODELS_AT_ONCE]:
            files = given["parameters"], given["codec"], classifier_path
            model = ModelMethods(Compressor.load(given["parameters"], given["codec"]))
            for method, reconstruct in model.methods.items():
                path = made[OUTPUTS[method]]
                cells = ScoreCache(path, files, (method, *tested.deciding(), code))
                one = tested.method(reconstruct, method=method, seed=seed, cells=cells, **names)
                scored.append((path, cells, one))
        found = tested.score([method for _, _, method in scored])
        for (path, cells, _), scores in zip(scored, found, strict=True):
            write_scores(path, scores)
            cells.write()
