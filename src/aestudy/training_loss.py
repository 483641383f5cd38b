"""What a training minimises: the loss of the pixels, alone or with the price of the bits of the code.

Both classes have the same methods, so that the compiled epoch of `aestudy.training` is one for both. The
value of either is per pixel, so that a learning rate means the same for both.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from aestudy.rate_prior import bits, initial_prior, uniform_noise

PixelLoss = Callable[[jax.Array, jax.Array], jax.Array]
"""Logits and targets -> mean over all pixels."""

Numbers = dict[str, jax.Array]
"""What is recorded besides the loss, by name."""


class DistortionLoss:
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

    def keys(self, seed: jax.Array, steps: int) -> None:
        """Give the random key of each step: none is needed."""

    def training(
        self, parameters: Any, inputs: jax.Array, targets: jax.Array, key: jax.Array | None
    ) -> tuple[jax.Array, Numbers]:
        """Compute the value that is minimised.

        Args:
            parameters: as `parameters` gives them.
            inputs: float32 (N, H*W) in [0, 1].
            targets: the same shape.
            key: of this step.
        """
        return self.validation(parameters, inputs, targets)

    def validation(self, parameters: Any, inputs: jax.Array, targets: jax.Array) -> tuple[jax.Array, Numbers]:
        """Compute the value of images that are not trained on."""
        return self._pixel_loss(nnx.merge(self._graph, parameters)(inputs), targets), {}


class RateDistortionLoss(DistortionLoss):
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

    def keys(self, seed: jax.Array, steps: int) -> jax.Array:
        """Make the random key of each step of an epoch."""
        return jax.random.split(jax.random.key(seed), steps)

    def training(
        self, parameters: Any, inputs: jax.Array, targets: jax.Array, key: jax.Array | None
    ) -> tuple[jax.Array, Numbers]:
        """Compute the value that is minimised, with noise."""
        return self._value(
            parameters, inputs, targets, lambda latents: latents + uniform_noise(key, latents.shape)
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
