"""Divide images into a training and a test part, and put each part in a mixed order.

Of these only `Generator.random` is drawn from: of all of NumPy's methods its sequence has changed the least.
"""

import numpy as np

from aestudy.seeds import stream


def stratified_order(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mix images so that the first so many of them, however many, have the labels in proportion.

    The i-th of the n images of a label, in random order, gets the position (i + u) / n with u uniform in
    [0, 1); the images are sorted by position.

    Args:
        labels: int array (N,).
        rng: the stream to draw from.

    Returns:
        int64 permutation (N,). Among its first k entries each label has its share of k to about one image;
        exactly its share where all labels have the same number of images and k is a multiple of the number
        of labels.
    """
    shuffled = np.argsort(rng.random(len(labels)), kind="stable")
    jitter = rng.random(len(labels))
    positions = np.empty(len(labels))
    for label in np.unique(labels):
        members = shuffled[labels[shuffled] == label]
        positions[members] = (np.arange(len(members)) + jitter[members]) / len(members)
    return np.argsort(positions, kind="stable")


def stratified_split(
    labels: np.ndarray, test_images: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw test images so that both parts have the labels in proportion.

    Each label gives its share of the test images; what rounding leaves goes to the labels with the largest
    remainders. One image of each label stays with the training images, since a label that only test images
    have can be learnt by nobody; where that leaves too few, there are fewer test images.

    Args:
        labels: int array (N,), below 0 for images without a label.
        test_images: number of images to draw, 1 to N - 1.
        rng: the stream to draw from.

    Returns:
        The indices of the training images and those of the test images, int64, each in stratified order.

    Raises:
        ValueError: `test_images` leaves one part empty.
    """
    if not 0 < test_images < len(labels):
        raise ValueError(f"expected 1 to {len(labels) - 1} test images, found {test_images}")
    names, counts = np.unique(labels, return_counts=True)
    products = counts * test_images
    quota = products // len(labels)
    largest_remainders = np.argsort(-(products % len(labels)), kind="stable")
    quota[largest_remainders[: test_images - quota.sum()]] += 1
    _leave_one_to_train(quota, np.where(names >= 0, counts - 1, counts), largest_remainders)
    shuffled = np.argsort(rng.random(len(labels)), kind="stable")
    is_test = np.zeros(len(labels), bool)
    for label, drawn in zip(names, quota, strict=True):
        is_test[shuffled[labels[shuffled] == label][:drawn]] = True
    train, test = np.flatnonzero(~is_test), np.flatnonzero(is_test)
    return train[stratified_order(labels[train], rng)], test[stratified_order(labels[test], rng)]


def _leave_one_to_train(quota: np.ndarray, most: np.ndarray, order: np.ndarray) -> None:
    """Lower what each label gives to the most that it may give, and let others give instead."""
    surplus = int(np.maximum(quota - most, 0).sum())
    np.minimum(quota, most, out=quota)
    while surplus and (quota < most).any():
        for label in order[(quota < most)[order]][:surplus]:
            quota[label] += 1
            surplus -= 1


def hold_out(count: int, held_out: int, *, study_seed: int, dataset: str) -> tuple[np.ndarray, np.ndarray]:
    """Choose the training images that are held out: the same ones for all that is fitted to a data set.

    Args:
        count: number of training images.
        held_out: how many of them are held out, 0 to `count`.
        study_seed: the `seed` of the config.
        dataset: name of the data set.

    Returns:
        Indices of the images to fit, and of those held out, both ascending.
    """
    order = stream(study_seed, dataset, "validation").permutation(count)
    return np.sort(order[held_out:]), np.sort(order[:held_out])
