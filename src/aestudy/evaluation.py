"""Score one trained autoencoder against every condition."""

import logging
from collections.abc import Callable, Sequence

import numpy as np

from aestudy.checks import to_float, to_uint8
from aestudy.inference import Network
from aestudy.scores import Scores, score_images

logger = logging.getLogger(__name__)


def evaluate_network(
    network: Network,
    clean: np.ndarray,
    tested_on: Sequence[str],
    read_images: Callable[[str], np.ndarray],
    *,
    examples: int,
    **names: str | int,
) -> Scores:
    """Run every test image of every condition through a network and score what comes out.

    Args:
        network: the trained autoencoder.
        clean: uint8 (N, H, W), the clean test images.
        tested_on: the conditions.
        read_images: condition -> uint8 (N, H, W), its test images; called for one condition at a time.
        examples: the outputs for so many of the first images are kept as pictures.
        **names: `dataset`, `objective`, `trained_on` and `seed` of the model, for the record.

    Returns:
        One value per condition, test image, metric and reference.
    """
    reference = to_float(clean)
    values: dict[tuple[str, str], list[np.ndarray]] = {}
    kept = []
    for condition in tested_on:
        given = to_float(read_images(condition))
        output = network.reconstruct(given)
        for key, per_image in score_images(reference, given, output).items():
            values.setdefault(key, []).append(per_image.astype(np.float32))
        kept.append(to_uint8(output[:examples]))
        logger.info(
            "tested on %s: mean PSNR %.2f dB against the clean images",
            condition,
            np.mean(values["psnr_db", "clean"][-1]),
        )
    return Scores(
        method="autoencoder",
        tested_on=tuple(tested_on),
        values={key: np.stack(rows) for key, rows in values.items()},
        examples=np.stack(kept),
        **names,
    )
