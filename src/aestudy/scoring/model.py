"""Score one trained model: without and with its codec."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.codec.compression import Compressor
from aestudy.scoring.codec_method import codec_method
from aestudy.scoring.method_names import AUTOENCODER, CODEC
from aestudy.scoring.score_cache import ScoreCache
from aestudy.scoring.scores import write_scores
from aestudy.scoring.scoring import CodedImages
from aestudy.scoring.tested_images import TestedImages


def score_model(
    tested: TestedImages,
    files: tuple[str | Path, str | Path, str | Path],
    made: Mapping[str, str | Path],
    *,
    code: str,
    **names: Any,
) -> None:
    """Score a model and write its scores.

    Args:
        tested: the images that it is tested on.
        files: its parameters, its codec, and the classifier that reads its outputs.
        made: the files to make: `scores` of the network alone, `codec_scores` of network and codec.
        code: digest of the code that decides the scores.
        **names: `objective`, `trained_on` and `seed`.

    Raises:
        StudyError: a file is missing or damaged.
    """
    parameters, codec, _ = files
    compressor = Compressor.load(parameters, codec)
    methods: dict[str, Callable[[np.ndarray], np.ndarray | CodedImages]] = {
        AUTOENCODER: compressor.network.reconstruct,
        CODEC: codec_method(compressor),
    }
    paths = {AUTOENCODER: made["scores"], CODEC: made["codec_scores"]}
    for method, reconstruct in methods.items():
        path = paths[method]
        cells = ScoreCache(path, files, (method, *tested.deciding(), code))
        write_scores(path, tested.score(reconstruct, cells=cells, method=method, **names))
        cells.write()
