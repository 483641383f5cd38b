"""The autoencoder as Flax NNX modules.

Images are flattened float32 `(N, H*W)` with values in [0, 1]; the network gives logits of the same shape,
whose sigmoid is the decoded image. The default is 784-128-64-32-64-128-784.
"""

import itertools
from collections.abc import Callable, Mapping

import jax
import numpy as np
from flax import nnx

from aestudy.errors import check_name
from aestudy.networks.activations import ACTIVATIONS
from aestudy.networks.architecture import Architecture


def in_jax(activation: str) -> Callable[[jax.Array], jax.Array]:
    """Look up an activation in JAX.

    Args:
        activation: a name of `aestudy.networks.activations.ACTIVATIONS`.

    Raises:
        StudyError: no activation has that name.
    """
    check_name(activation, ACTIVATIONS, "activation")
    return getattr(jax.nn, "identity" if activation == "linear" else activation)


class DenseStack(nnx.Module):
    """Dense layers one after another, with an activation between them and another one at the end.

    Args:
        widths: inputs, then the outputs of each layer.
        activation: name of the activation between layers.
        last_activation: name of the activation after the last layer.
        rngs: unused streams that NNX layers ask for.
    """

    def __init__(self, widths: tuple[int, ...], activation: str, last_activation: str, *, rngs: nnx.Rngs):
        self.layers = nnx.List(
            # Every parameter is replaced by `split_autoencoder`; zeros are the fastest to trace.
            nnx.Linear(inputs, outputs, kernel_init=nnx.initializers.zeros_init(), rngs=rngs)
            for inputs, outputs in itertools.pairwise(widths)
        )
        self.activation = activation
        self.last_activation = last_activation

    def __call__(self, values: jax.Array) -> jax.Array:
        """Map float32 (N, widths[0]) to float32 (N, widths[-1])."""
        *hidden, last = self.layers
        for layer in hidden:
            values = in_jax(self.activation)(layer(values))
        return in_jax(self.last_activation)(last(values))


class Autoencoder(nnx.Module):
    """Encoder, code, decoder.

    Args:
        architecture: widths and activations.
        rngs: unused streams that NNX layers ask for.
    """

    def __init__(self, architecture: Architecture, *, rngs: nnx.Rngs):
        activation = architecture.activation
        self.encoder = DenseStack(
            architecture.encoder_widths, activation, architecture.code_activation, rngs=rngs
        )
        self.decoder = DenseStack(architecture.decoder_widths, activation, "linear", rngs=rngs)

    def encode(self, images: jax.Array) -> jax.Array:
        """Map images (N, H*W) to codes (N, code_size)."""
        return self.encoder(images)

    def decode(self, codes: jax.Array) -> jax.Array:
        """Map codes (N, code_size) to logits (N, H*W)."""
        return self.decoder(codes)

    def __call__(self, images: jax.Array) -> jax.Array:
        """Map images (N, H*W) to logits (N, H*W)."""
        return self.decode(self.encode(images))


def split_autoencoder(
    architecture: Architecture, parameters: Mapping[str, np.ndarray]
) -> tuple[nnx.GraphDef, nnx.State]:
    """Build the network with given parameters, in the two parts that pure functions need.

    The modules are only traced, never run: drawing parameters that are replaced at once would compile a
    program for each shape.

    Args:
        architecture: the network.
        parameters: name -> float32 array, as `Architecture.parameter_shapes`.

    Returns:
        The static description and the state; `nnx.merge` makes the module of them.
    """
    abstract = nnx.eval_shape(lambda: Autoencoder(architecture, rngs=nnx.Rngs(0)))
    graph, state = nnx.split(abstract)
    leaves = {
        # Not jnp.asarray, which compiles a program for each shape.
        path: leaf.replace(jax.device_put(np.asarray(parameters[".".join(map(str, path))], np.float32)))
        for path, leaf in nnx.to_flat_state(state)
    }
    return graph, nnx.from_flat_state(leaves)


def parameters_of(state: nnx.State) -> dict[str, np.ndarray]:
    """Copy a state to the host.

    Args:
        state: a state that `split_autoencoder` made, perhaps trained since.

    Returns:
        Parameter name -> float32 array.
    """
    return {".".join(map(str, path)): np.asarray(leaf[...]) for path, leaf in nnx.to_flat_state(state)}
