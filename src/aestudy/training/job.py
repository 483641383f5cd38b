"""One training job, of one model or of all seeds of a condition: from files to files."""

import hashlib
import json
import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jax

from aestudy.distortions.variants import read_variant
from aestudy.files.archives import read_archive
from aestudy.images import digest_images
from aestudy.networks.architecture import Architecture, write_parameters
from aestudy.settings.types import TrainingSettings
from aestudy.training.checkpoints import Checkpoint
from aestudy.training.history import write_history
from aestudy.training.loop import TrainingRun, train_together

logger = logging.getLogger(__name__)


def train_from_files(
    *,
    clean_path: str | Path,
    variant_path: str | Path,
    parameters_paths: Sequence[str | Path],
    history_paths: Sequence[str | Path],
    wildcards: Mapping[str, str],
    params: Mapping[str, Any],
    device: str,
) -> None:
    """Train models that differ in their seed only, and write their parameters and their losses.

    On a GPU they are trained together, elsewhere one after another: several at once would compete for one
    core. While they train, their state is kept in `checkpoint.npz` beside the parameters (of several models
    that train together, beside those of the first); the file is removed at the end.

    Args:
        clean_path: the clean training images, which a goal may have as its target.
        variant_path: the distorted training images, what the network is given.
        parameters_paths: the `.npz` to write, one for each model, in a folder that its seed names.
        history_paths: the CSV to write, one for each model, one row per epoch.
        wildcards: `dataset`, `objective`, `trained_on`.
        params: the keys of `model` and `training`, `target`, `rate_weight` and `code_size` of the goal,
            `study_seed`, `spec` (the condition, as canonical JSON) and `code` (the digest of the code).
        device: what it runs on, for the log.

    Raises:
        StudyError: a file does not belong to this training, or the training fails.
    """
    clean = read_archive(clean_path, "images")["images"]
    inputs = read_variant(
        variant_path,
        spec=json.loads(params["spec"]),
        dataset=wildcards["dataset"],
        split="train",
        study_seed=params["study_seed"],
        clean_sha256=digest_images(clean),
    )
    targets = clean if params["target"] == "clean" else inputs
    architecture = Architecture(
        image_shape=(inputs.shape[1], inputs.shape[2]),
        hidden=tuple(params["hidden"]),
        code_size=params["code_size"],
        activation=params["activation"],
        code_activation=params["code_activation"],
    )
    settings = TrainingSettings(**{name: params[name] for name in TrainingSettings.__dataclass_fields__})
    provenance = {
        **{name: wildcards[name] for name in ("dataset", "objective", "trained_on")},
        "settings": _settings(params),
        "inputs_sha256": digest_images(inputs),
        "targets_sha256": digest_images(targets),
    }
    logger.info(
        "training on %s to %s: %d images of %d x %d pixels, network %s, on %s",
        wildcards["trained_on"],
        wildcards["objective"],
        len(inputs),
        *architecture.image_shape,
        "-".join(map(str, architecture.encoder_widths + architecture.decoder_widths[1:])),
        device,
    )
    models = list(zip(map(Path, parameters_paths), map(Path, history_paths), strict=True))
    together = len(models) > 1 and jax.default_backend() != "cpu"
    for part in [models] if together else [[model] for model in models]:
        seeds = [int(parameters_path.parent.name) for parameters_path, _ in part]
        runs = [TrainingRun(params["study_seed"], wildcards["dataset"], seed) for seed in seeds]
        fingerprint = json.dumps([provenance, seeds, params["code"], device], sort_keys=True)
        checkpoint = Checkpoint(
            part[0][0].with_name("checkpoint.npz"), hashlib.sha256(fingerprint.encode()).hexdigest()
        )
        if len(models) > 1:
            logger.info("seed%s %s", "s" if together else "", ", ".join(map(str, seeds)))
        started = time.monotonic()
        trained = train_together(
            architecture,
            settings,
            inputs,
            targets,
            runs,
            rate_weight=params["rate_weight"],
            checkpoint=checkpoint,
        )
        logger.info("trained in %.1f s", time.monotonic() - started)
        for (parameters_path, history_path), seed, model in zip(part, seeds, trained, strict=True):
            write_parameters(parameters_path, architecture, model.parameters, provenance | {"seed": seed})
            write_history(history_path, model.history)
        checkpoint.path.unlink(missing_ok=True)


def _settings(params: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of the params what a model was trained with; its target is told by its digest."""
    left_out = {"spec", "code", "target"} | (set() if params["rate_weight"] else {"rate_weight"})
    return {name: value for name, value in params.items() if name not in left_out}
