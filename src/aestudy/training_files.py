"""One training job: from files to files."""

import hashlib
import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aestudy.architecture import Architecture, write_parameters
from aestudy.archives import atomic_write, read_archive
from aestudy.settings.types import TrainingSettings
from aestudy.training import TrainingRun, train
from aestudy.variants import digest_images, read_variant

logger = logging.getLogger(__name__)


def train_from_files(
    *,
    clean_path: str | Path,
    variant_path: str | Path,
    parameters_path: Path,
    history_path: Path,
    wildcards: Mapping[str, str],
    params: Mapping[str, Any],
    device: str,
) -> None:
    """Train one model and write its parameters and its losses.

    While it trains, its state is kept in `checkpoint.npz` beside the parameters; the file is removed at the
    end.

    Args:
        clean_path: the clean training images, the target of the objective `denoise`.
        variant_path: the distorted training images, what the network is given.
        parameters_path: the `.npz` to write.
        history_path: the CSV to write, one row per epoch.
        wildcards: `dataset`, `objective`, `trained_on`, `seed`.
        params: the keys of `model` and `training`, `study_seed`, `spec` (the condition, as canonical JSON)
            and `code` (the digest of the code).
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
    targets = clean if wildcards["objective"] == "denoise" else inputs
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
        "seed": int(wildcards["seed"]),
        "settings": {name: value for name, value in params.items() if name not in ("spec", "code")},
        "inputs_sha256": digest_images(inputs),
        "targets_sha256": digest_images(targets),
    }
    fingerprint = json.dumps([provenance, params["code"], device], sort_keys=True)
    run = TrainingRun(
        study_seed=params["study_seed"],
        dataset=wildcards["dataset"],
        seed=int(wildcards["seed"]),
        checkpoint=parameters_path.with_name("checkpoint.npz"),
        fingerprint=hashlib.sha256(fingerprint.encode()).hexdigest(),
    )
    logger.info(
        "training on %s to %s: %d images of %d x %d pixels, network %s, on %s",
        wildcards["trained_on"],
        wildcards["objective"],
        len(inputs),
        *architecture.image_shape,
        "-".join(map(str, architecture.encoder_widths + architecture.decoder_widths[1:])),
        device,
    )
    started = time.monotonic()
    model = train(architecture, settings, inputs, targets, run)
    logger.info("trained in %.1f s", time.monotonic() - started)

    write_parameters(parameters_path, architecture, model.parameters, provenance)
    write_history(history_path, model.history)
    run.checkpoint.unlink(missing_ok=True)


def write_history(path: Path, history: list[dict[str, float]]) -> None:
    """Write the losses as CSV, one row per epoch.

    Args:
        path: the file to make or replace.
        history: rows of `aestudy.training.TrainedModel.history`.
    """
    columns = ("learning_rate", "train_loss", "validation_loss")
    with atomic_write(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(",".join(("epoch", *columns)) + "\n")
        for row in history:
            file.write(",".join([str(int(row["epoch"])), *(f"{row[name]:.8g}" for name in columns)]) + "\n")
