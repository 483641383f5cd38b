"""The autoencoder as a Flax NNX module.

Images are flattened float32 `(N, H*W)` with values in [0, 1]; the network gives logits of the same shape,
whose sigmoid is the decoded image.
"""

from collections.abc import Callable, Mapping

import jax
import numpy as np
from flax import nnx

from aestudy.networks.activations import ACTIVATIONS
from aestudy.networks.architecture import Architecture

JAX_ACTIVATIONS: dict[str, Callable[[jax.Array], jax.Array]] = {
    name: getattr(jax.nn, "identity" if name == "linear" else name) for name in ACTIVATIONS
}
"""The functions of `aestudy.networks.activations`, from JAX."""


class MuonParam(nnx.Param):
    """A parameter that the optimizer Muon takes, a matrix (inputs, outputs)."""


class Autoencoder(nnx.Module):
    """A network of any architecture: what it describes, run with JAX.

    Args:
        architecture: the network.
        parameters: name -> float32 array, all of `architecture.parameters`.
    """

    def __init__(self, architecture: Architecture, parameters: Mapping[str, np.ndarray]):
        self.architecture = architecture
        self.parameters = nnx.Dict(
            {
                # Not jnp.asarray, which compiles a program for each shape.
                name: (MuonParam if parameter.for_muon else nnx.Param)(
                    jax.device_put(np.asarray(parameters[name], np.float32))
                )
                for name, parameter in architecture.parameters.items()
            }
        )

    def encode(self, images: jax.Array) -> jax.Array:
        """Map images (N, H*W) to codes (N, code_size)."""
        return self.architecture.encode(self._arrays(), images, JAX_ACTIVATIONS)

    def decode(self, codes: jax.Array) -> jax.Array:
        """Map codes (N, code_size) to logits (N, H*W)."""
        return self.architecture.decode(self._arrays(), codes, JAX_ACTIVATIONS)

    def __call__(self, images: jax.Array) -> jax.Array:
        """Map images (N, H*W) to logits (N, H*W)."""
        return self.decode(self.encode(images))

    def _arrays(self) -> dict[str, jax.Array]:
        return {name: variable[...] for name, variable in self.parameters.items()}


def split_autoencoder(
    architecture: Architecture, parameters: Mapping[str, np.ndarray]
) -> tuple[nnx.GraphDef, nnx.State]:
    """Build the network with given parameters, in the two parts that pure functions need.

    Args:
        architecture: the network.
        parameters: name -> float32 array, all of `architecture.parameters`.

    Returns:
        The static description and the state; `nnx.merge` makes the module of them.
    """
    return nnx.split(Autoencoder(architecture, parameters))


def parameters_of(state: nnx.State) -> dict[str, np.ndarray]:
    """Copy a state to the host.

    Args:
        state: a state that `split_autoencoder` made, perhaps trained since.

    Returns:
        Parameter name -> float32 array.
    """
    return {path[-1]: np.asarray(leaf[...]) for path, leaf in nnx.to_flat_state(state)}
