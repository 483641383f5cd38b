"""The size of a batch: what the config asks for, or less where a data set has fewer images."""

import math

LEAST_STEPS = 10
"""Steps per epoch, at the least, of a data set that does not fill one batch."""


def images_to_train_on(count: int, validation_fraction: float) -> int:
    """Compute how many of some training images are left when some are held out to watch the loss."""
    return count - min(max(1, round(count * validation_fraction)), count - 1)


def fitting_batch(batch_size: int, images: int) -> int:
    """Choose the size of training batches, `batch_size` if the images (at least 1) fill at least one batch.

    Else the largest power of two that gives an epoch at least `LEAST_STEPS` steps, because few steps hardly
    train.
    """
    if batch_size <= images:
        return batch_size
    return 2 ** math.floor(math.log2(max(images / LEAST_STEPS, 1)))
