"""Train a model with the recipe of the study."""

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from aestudy.devices.jax_start import start_jax
from aestudy.errors import StudyError
from aestudy.face.models import Model
from aestudy.face.refusals import refuse
from aestudy.images import check_8_bit, digest_images
from aestudy.networks.architecture import make_architecture
from aestudy.networks.network import Network
from aestudy.settings.problems import Problems
from aestudy.settings.schema import check_schema, read_schema
from aestudy.settings.types import TrainingSettings

_NOT_IN_A_RECIPE = ("images", "targets", "seed")


def train(
    images: np.ndarray,
    targets: np.ndarray | None = None,
    *,
    seed: int = 0,
    kind: str = "dense",
    hidden: Sequence[int] = (128, 64),
    code_size: int = 32,
    activation: str = "elu",
    code_activation: str = "linear",
    loss: str = "bce",
    optimizer: str = "muon",
    learning_rate: float = 0.05,
    schedule: str = "cosine",
    epochs: int = 48,
    batch_size: int = 256,
    validation_fraction: float = 0.1,
    shifted_fraction: float = 0.5,
    squared_error_fraction: float = 0.0,
    rate_weight: float = 0.0,
) -> Model:
    """Train an autoencoder; without more than images, as the default study does.

    Args:
        images: uint8 (N, H, W), N ≥ 2: what the network is given.
        targets: uint8 (N, H, W): what it shall give back, such as the clean originals; `images` by default.
        seed: decides the first parameters and the order of the images.
        kind: architecture of the network, as docs/configuration.md lists them, like all that follows.
        hidden: widths of the encoder's layers between image and code; the decoder has them in reverse.
        code_size: number of values of the code.
        activation: of the hidden layers.
        code_activation: of the code.
        loss: `bce` or `mse`.
        optimizer: turns gradients into steps.
        learning_rate: the highest step size.
        schedule: how it changes.
        epochs: number of passes over the images.
        batch_size: images per step, at most.
        validation_fraction: share of the images that is kept apart for the validation loss.
        shifted_fraction: share of the images that an epoch sees shifted by a pixel.
        squared_error_fraction: share of the steps, at the end, that minimise the squared error.
        rate_weight: what one bit of the code is worth; 0 to let bits be.

    Returns:
        The model, without codec.

    Raises:
        StudyError: an argument is not allowed, images and targets do not fit each other, or the training
            fails.

    Example:
        >>> model = train(images, epochs=2, hidden=(16,), code_size=4)
        >>> model
        <Model 120-16-4-16-120, without codec>
        >>> [sorted(row) for row in model.history][0]
        ['epoch', 'learning_rate', 'train_loss', 'validation_loss']
    """
    recipe = {name: _plain(value) for name, value in locals().items() if name not in _NOT_IN_A_RECIPE}
    return _train(images, _check_pair(images, targets), seed, recipe)


def _train(images: np.ndarray, targets: np.ndarray, seed: int, recipe: dict[str, Any]) -> Model:
    _check(recipe)
    architecture = make_architecture(recipe, images.shape[1:])
    # What made the images noisy is not known here, so their noise cannot be drawn anew.
    names = [name for name in TrainingSettings.__dataclass_fields__ if name != "noise_draws"]
    settings = TrainingSettings(**{name: recipe[name] for name in names}, noise_draws=1)
    if "jax" not in sys.modules:
        start_jax()

    from aestudy.training import loop

    run = loop.TrainingRun(study_seed=0, dataset="images", seed=seed)
    trained = loop.train(architecture, settings, images, targets, run, rate_weight=recipe["rate_weight"])
    provenance = {
        "settings": recipe,
        "seed": seed,
        "inputs_sha256": digest_images(images),
        "targets_sha256": digest_images(targets),
    }
    network = Network(architecture, trained.parameters)
    return Model(network, provenance=provenance, history=trained.history)


def _check_pair(images: np.ndarray, targets: np.ndarray | None) -> np.ndarray:
    """Refuse images that cannot be trained on; give the targets."""
    check_8_bit(images, where="train: images")
    if targets is None:
        return images
    check_8_bit(targets, where="train: targets")
    if images.shape != targets.shape:
        raise StudyError(
            f"train: expected targets of the shape of the images, {images.shape}, found {targets.shape}."
        )
    return targets


def _plain(value: Any) -> Any:
    """Turn what NumPy and tuples hold into what a config holds."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _check(recipe: dict[str, Any]) -> None:
    """Refuse what no config may say."""
    schema = read_schema()
    sections = schema["properties"]
    goal = sections["goals"]["additionalProperties"]["properties"]
    allowed = {
        **sections["model"]["properties"],
        **sections["training"]["properties"],
        "rate_weight": goal["rate_weight"]["anyOf"][0],
    }
    problems = Problems()
    check_schema(recipe, {"$defs": schema["$defs"], "type": "object", "properties": allowed}, problems)
    refuse("train", problems)
