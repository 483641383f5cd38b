"""The one table of all kinds of distortions.

To add a distortion, write one function that keeps the contract of `aestudy.distortions` and add one entry
here; the config, its messages, the order of tables and the registry-wide tests follow from the entry
(docs/distortions.md has an example).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from aestudy.distortions import composition, filters, noise
from aestudy.distortions.names import CHAINS, CLEAN, FILTERS, MIXTURES, NOISES
from aestudy.errors import check_name


@dataclass(frozen=True)
class Parameter:
    """One parameter of a kind, as a config may set it.

    Attributes:
        name: keyword of the kind's function.
        minimum: the smallest allowed value, itself allowed.
        maximum: the largest allowed value, itself allowed.
        unit: what the number counts.
        description: what it does, for documentation and messages.
        integer: whether it must be a whole number.
        odd: whether it must be odd.
    """

    name: str
    minimum: float
    maximum: float
    unit: str
    description: str
    integer: bool = False
    odd: bool = False

    @property
    def allowed(self) -> str:
        """The allowed values in words, such as `an odd integer from 1 to 63 (pixels)`."""
        number = "an odd integer" if self.odd else "an integer" if self.integer else "a number"
        return f"{number} from {self.minimum:g} to {self.maximum:g} ({self.unit})"

    def allows(self, value: Any) -> bool:
        """Say whether a value from a config is allowed; anything may be asked."""
        if isinstance(value, bool) or not isinstance(value, int if self.integer else int | float):
            return False
        return self.minimum <= value <= self.maximum and not (self.odd and value % 2 == 0)


@dataclass(frozen=True)
class Kind:
    """A kind of distortion.

    Attributes:
        function: `distort(images, rng, *, parameter=...)`, see `aestudy.distortions`.
        group: what it is averaged and shown with, such as `NOISES`. A new sort of distortion has a new name.
        parameters: what a config must set, in the order in which names of swept conditions list it.
        composed: whether it takes a list of other distortions, `of`, in place of parameters.
        random: whether the function itself draws anything from its stream.
    """

    function: Callable[..., np.ndarray]
    group: str
    parameters: tuple[Parameter, ...] = ()
    composed: bool = False
    random: bool = True


_SIGMA_OF_NOISE = Parameter("sigma", 0, 10, "white = 1", "standard deviation of the noise at white")


def _window_size(largest: int) -> Parameter:
    return Parameter("size", 1, largest, "pixels", "side of the square window", integer=True, odd=True)


KINDS: dict[str, Kind] = {
    "clean": Kind(noise.clean, CLEAN, random=False),
    "poisson": Kind(
        noise.poisson,
        NOISES,
        (Parameter("photons", 0.01, 1e6, "photons per pixel", "expected number of photons at white"),),
    ),
    "white": Kind(noise.white, NOISES, (_SIGMA_OF_NOISE,)),
    "salt_pepper": Kind(
        noise.salt_pepper,
        NOISES,
        (
            Parameter("amount", 0, 1, "share of pixels", "share of pixels that are replaced"),
            Parameter("salt_share", 0, 1, "share of replaced pixels", "share of white among the replaced"),
        ),
    ),
    "speckle": Kind(noise.speckle, NOISES, (_SIGMA_OF_NOISE,)),
    "gaussian": Kind(
        filters.gaussian,
        FILTERS,
        (
            _window_size(63),
            Parameter("sigma", 0.05, 32, "pixels", "standard deviation of the filter's weights"),
        ),
        random=False,
    ),
    "median": Kind(filters.median, FILTERS, (_window_size(15),), random=False),
    "mean": Kind(filters.mean, FILTERS, (_window_size(63),), random=False),
    "mixture": Kind(composition.mixture, MIXTURES, composed=True),
    "chain": Kind(composition.chain, CHAINS, composed=True, random=False),
}
"""Kind -> function and parameters, in the order in which tables and figures show them."""


def kind_order(kind: str) -> int:
    """Return the place of a kind in the order of tables and figures, from 0.

    Raises:
        StudyError: there is no such kind.
    """
    check_name(kind, KINDS, "kind")
    return list(KINDS).index(kind)


def is_random(spec: Mapping[str, Any]) -> bool:
    """Say whether a condition has randomness, so that one draw of its images differs from another.

    Args:
        spec: the resolved distortion, `{"name", "kind", ...}`, of a composition with `of`.
    """
    return KINDS[spec["kind"]].random or any(map(is_random, spec.get("of", ())))
