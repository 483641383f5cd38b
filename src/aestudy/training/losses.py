"""What a training minimises: the loss of the pixels, alone or with the price of the bits of the code.

All classes have the same methods, so that the compiled epoch of `aestudy.training.epoch` is one for all. The
value of each is per pixel, so that a learning rate means the same for all.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from aestudy.errors import look_up
from aestudy.settings.recipe_names import MSE
from aestudy.settings.types import TrainingSettings
from aestudy.training.pixel_losses import PIXEL_LOSSES, PixelLoss, mean_squared_error
from aestudy.training.rate_prior import bits, initial_prior, uniform_noise

Numbers = dict[str, jax.Array]
"""What is recorded besides the loss, by name."""


class PixelsOnly:
    """The loss of the pixels alone.

    Args:
        graph: static part of the network.
        pixel_loss: of the logits.
    """

    def __init__(self, graph: nnx.GraphDef, pixel_loss: PixelLoss):
        self._graph = graph
        self._pixel_loss = pixel_loss

    def parameters(self, network: nnx.State) -> Any:
        """Give everything that is trained."""
        return network

    def network(self, parameters: Any) -> nnx.State:
        """Take the network out of everything that is trained."""
        return parameters

    def per_step(self, seed: jax.Array, last: jax.Array, steps: int) -> jax.Array | None:
        """Give what differs between the steps of an epoch, beside their images: here nothing.

        Args:
            seed: uint32, of all that is random in the epoch.
            last: int32, the number of steps done when the epoch ends.
            steps: number of steps of an epoch.

        Returns:
            An array with one entry per step, or nothing.
        """

    def training(
        self, parameters: Any, inputs: jax.Array, targets: jax.Array, extra: jax.Array | None
    ) -> tuple[jax.Array, Numbers]:
        """Compute the value that is minimised.

        Args:
            parameters: as `parameters` gives them.
            inputs: float32 (N, H*W) in [0, 1].
            targets: the same shape.
            extra: the entry of `per_step`.
        """
        return self.validation(parameters, inputs, targets)

    def validation(self, parameters: Any, inputs: jax.Array, targets: jax.Array) -> tuple[jax.Array, Numbers]:
        """Compute the value of images that are not trained on."""
        return self._pixel_loss(nnx.merge(self._graph, parameters)(inputs), targets), {}


class PixelsThenSquared(PixelsOnly):
    """The loss of the pixels, and from some step on their squared error.

    Its value is that of the pixel loss throughout, so that a course of losses stays comparable; only the
    gradients change.

    Args:
        graph: static part of the network.
        pixel_loss: of the logits.
        first_step: number of steps that minimise the pixel loss.
    """

    def __init__(self, graph: nnx.GraphDef, pixel_loss: PixelLoss, first_step: int):
        super().__init__(graph, pixel_loss)
        self._first_step = first_step

    def per_step(self, seed: jax.Array, last: jax.Array, steps: int) -> jax.Array:
        """Tell of each step whether it minimises the squared error."""
        return last - steps + jnp.arange(steps) >= self._first_step

    def training(
        self, parameters: Any, inputs: jax.Array, targets: jax.Array, extra: jax.Array | None
    ) -> tuple[jax.Array, Numbers]:
        """Compute the pixel loss with the gradients of what is minimised."""
        logits = nnx.merge(self._graph, parameters)(inputs)
        return jax.lax.cond(extra, self._finishing, self._pixel_loss, logits, targets), {}

    def _finishing(self, logits: jax.Array, targets: jax.Array) -> jax.Array:
        value = jax.lax.stop_gradient(self._pixel_loss(logits, targets))
        squared = mean_squared_error(logits, targets)
        return value + (squared - jax.lax.stop_gradient(squared))


class RateAndPixels(PixelsOnly):
    """The loss of the pixels plus the price of the bits: (sum over pixels + rate_weight * bits) / pixels.

    In training the decoder is given latents with uniform noise, in validation rounded ones.

    Args:
        graph: static part of the network.
        pixel_loss: of the logits.
        rate_weight: what one bit is worth, in units of the loss summed over the pixels of an image, above 0.
        code_size: number of latents.
    """

    def __init__(self, graph: nnx.GraphDef, pixel_loss: PixelLoss, rate_weight: float, code_size: int):
        super().__init__(graph, pixel_loss)
        self._rate_weight = rate_weight
        self._code_size = code_size

    def parameters(self, network: nnx.State) -> Any:
        """Give the network and the prior of its latents."""
        return {"network": network, "prior": initial_prior(self._code_size)}

    def network(self, parameters: Any) -> nnx.State:
        """Take the network out of everything that is trained."""
        return parameters["network"]

    def per_step(self, seed: jax.Array, last: jax.Array, steps: int) -> jax.Array:
        """Make the random key of each step."""
        return jax.random.split(jax.random.key(seed), steps)

    def training(
        self, parameters: Any, inputs: jax.Array, targets: jax.Array, extra: jax.Array | None
    ) -> tuple[jax.Array, Numbers]:
        """Compute the value that is minimised, with noise."""
        return self._value(
            parameters, inputs, targets, lambda latents: latents + uniform_noise(extra, latents.shape)
        )

    def validation(self, parameters: Any, inputs: jax.Array, targets: jax.Array) -> tuple[jax.Array, Numbers]:
        """Compute the value of images that are not trained on, with rounding."""
        return self._value(parameters, inputs, targets, jnp.round)

    def _value(
        self, parameters: Any, inputs: jax.Array, targets: jax.Array, quantise: Callable
    ) -> tuple[jax.Array, Numbers]:
        network = nnx.merge(self._graph, parameters["network"])
        latents = quantise(network.encode(inputs))
        rate = jnp.mean(bits(parameters["prior"], latents))
        distortion = self._pixel_loss(network.decode(latents), targets)
        return distortion + np.float32(self._rate_weight / inputs.shape[1]) * rate, {"bits": rate}


def choose_loss(
    graph: nnx.GraphDef, settings: TrainingSettings, steps: int, rate_weight: float, code_size: int
) -> PixelsOnly:
    """Choose what is minimised.

    Args:
        graph: static part of the network.
        settings: loss of the pixels, and how long it is the squared error instead.
        steps: of the whole training.
        rate_weight: what one bit of the code is worth; where it is above 0 the loss of the pixels stays the
            same throughout, or the weight would change its meaning.
        code_size: number of latents.
    """
    pixel_loss = look_up(PIXEL_LOSSES, settings.loss, "loss")
    if rate_weight:
        return RateAndPixels(graph, pixel_loss, rate_weight, code_size)
    if settings.squared_error_fraction and settings.loss != MSE:
        first_step = round(steps * (1 - settings.squared_error_fraction))
        return PixelsThenSquared(graph, pixel_loss, first_step)
    return PixelsOnly(graph, pixel_loss)
