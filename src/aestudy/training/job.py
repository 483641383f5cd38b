"""One training job, of one model or of all seeds of a condition: from files to files."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np

from aestudy.distortions.variants import distort_split, read_variant
from aestudy.files.archives import read_archive
from aestudy.images import digest_images
from aestudy.networks.architecture import make_architecture, write_parameters
from aestudy.settings.types import TrainingSettings
from aestudy.training.checkpoints import Checkpoint
from aestudy.training.history import write_history
from aestudy.training.loop import Training, TrainingRun

logger = logging.getLogger(__name__)


def train_from_files(
    models: Sequence[tuple[int, str | Path, str | Path]],
    *,
    clean_path: str | Path,
    variant_path: str | Path,
    wildcards: Mapping[str, str],
    params: Mapping[str, Any],
    device: str,
) -> None:
    """Train models that differ in their seed only, and write their parameters and their losses.

    On a GPU they are trained together, elsewhere one after another: several at once would compete for one
    core. While they train, their state is kept in `checkpoint.npz` beside the parameters (of several models
    that train together, beside those of the first). These files are removed when all models are there, so
    that a job that is killed at its last model goes on with that one.

    Args:
        models: of each model its seed, the `.npz` to write, and the CSV to write with one row per epoch.
        clean_path: the clean training images, a goal's target or what is distorted anew.
        variant_path: the distorted training images, what the network is given; with several draws of noise
            the first of them, and what it is validated on.
        wildcards: `dataset`, `objective`, `trained_on`.
        params: the keys of `model` and `training`, `target`, `rate_weight` and `code_size` of the goal,
            `study_seed`, `spec` (the condition, as canonical JSON) and `code` (the digest of the code).
        device: what it runs on, for the log.

    Raises:
        StudyError: a file does not belong to this training, or the training fails.
    """
    clean, inputs = _read_images(clean_path, variant_path, wildcards["dataset"], params)
    targets = clean if params["target"] == "clean" else inputs
    architecture = make_architecture(params, inputs.shape[1:])
    settings = TrainingSettings(**{name: params[name] for name in TrainingSettings.__dataclass_fields__})
    provenance = {
        **{name: wildcards[name] for name in ("dataset", "objective", "trained_on")},
        "settings": _settings(params),
        "inputs_sha256": digest_images(inputs),
        "targets_sha256": digest_images(targets),
    }
    logger.info(
        "training on %s to %s: %d images of %d x %d pixels, network %s, on %s", wildcards["trained_on"],
        wildcards["objective"], len(inputs), *architecture.image_shape, architecture.description, device,
    )  # fmt: skip

    def run(seed: int) -> TrainingRun:
        return TrainingRun(params["study_seed"], wildcards["dataset"], seed)

    first_run, weight = run(models[0][0]), params["rate_weight"]
    spec, dataset = json.loads(params["spec"]), wildcards["dataset"]

    def draw(number: int, chosen: np.ndarray) -> np.ndarray:
        named = {"study_seed": params["study_seed"], "dataset": dataset, "split": "train"}
        return distort_split(clean[chosen], spec, **named, draw=number)

    training = Training(architecture, settings, inputs, targets, first_run, rate_weight=weight, draw=draw)
    together = len(models) > 1 and jax.default_backend() != "cpu"
    checkpoints = []
    for part in [models] if together else [[model] for model in models]:
        seeds = [seed for seed, _, _ in part]
        fingerprint = json.dumps([provenance, seeds, params["code"], device], sort_keys=True)
        path = Path(part[0][1]).with_name("checkpoint.npz")
        checkpoints.append(Checkpoint(path, hashlib.sha256(fingerprint.encode()).hexdigest()))
        logger.info("seed%s %s", "s" if together else "", ", ".join(map(str, seeds)))
        keep = len(part) < len(models)
        trained = training.train([run(seed) for seed in seeds], checkpoints[-1], keep_checkpoint=keep)
        for (seed, parameters_path, history_path), model in zip(part, trained, strict=True):
            write_parameters(parameters_path, architecture, model.parameters, provenance | {"seed": seed})
            write_history(history_path, model.history)
    for checkpoint in checkpoints:
        checkpoint.path.unlink(missing_ok=True)


def _read_images(
    clean_path: str | Path, variant_path: str | Path, dataset: str, params: Mapping[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Read the clean images and those that the network is given."""
    clean = read_archive(clean_path, "images")["images"]
    spec, digest = json.loads(params["spec"]), digest_images(clean)
    given = {"dataset": dataset, "split": "train", "study_seed": params["study_seed"]}
    return clean, read_variant(variant_path, spec=spec, clean_sha256=digest, **given)


def _settings(params: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of the params what a model was trained with; digests tell its target, the network its kind."""
    left_out = {"spec", "code", "target", "kind", "parts"}
    if not params["rate_weight"]:
        left_out.add("rate_weight")
    return {name: value for name, value in params.items() if name not in left_out}
