"""Principal components in the shape of a network, so that the codec takes them like one."""

import logging

import numpy as np

from aestudy.errors import StudyError
from aestudy.networks.dense import DenseArchitecture
from aestudy.networks.network import Network
from aestudy.networks.principal_components import PrincipalComponents

logger = logging.getLogger(__name__)


def fit_linear_network(images: np.ndarray, components: int) -> Network:
    """Make a projection onto principal components and back, with outputs clipped to [0, 1].

    Args:
        images: uint8 (N, H, W), the training images.
        components: number of components, at least 1.

    Returns:
        A network whose `code_size` is the number of components, fewer than asked for where the images have no
        more.

    Raises:
        StudyError: the images are all equal, so that there is no component.
    """
    fitted = PrincipalComponents.fit(images, components)
    found = len(fitted.components)
    if not found:
        raise StudyError(
            f"principal components: expected training images that differ, found {len(images)} equal ones."
        )
    if found < components:
        logger.warning("the images have %d principal components, fewer than the %d wanted", found, components)
    mean = fitted.mean.ravel()
    parameters = {
        "encoder.layers.0.kernel": np.ascontiguousarray(fitted.components.T),
        "encoder.layers.0.bias": -fitted.components @ mean,
        "decoder.layers.0.kernel": fitted.components,
        "decoder.layers.0.bias": mean,
    }
    architecture = DenseArchitecture(images.shape[1:], (), found, "linear", "linear")
    return Network(architecture, parameters, output_activation=_clip)


def _clip(values: np.ndarray) -> np.ndarray:
    return np.clip(values, 0, 1)
