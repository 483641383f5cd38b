"""What kinds of methods there are, and what is said of one. Importing it needs no method."""

from dataclasses import dataclass

MODEL = "model"
CODEC_OF_MODEL = "codec"
TRIVIAL = "trivial"
"""An answer that needs no look at the image, or the image itself: no rival, only a mark on the scale."""

FITTED = "fitted"
"""A baseline that is fitted to the clean training images."""

PAIRED = "paired"
"""A baseline that is fitted to each tested condition, on the pairs that a model of it is trained on."""

DENOISER = "denoiser"
"""A filter whose strength is fitted to each tested condition."""


@dataclass(frozen=True)
class MethodWords:
    """What is said of a method.

    Attributes:
        kind: one of the kinds above.
        label: what figures and report call it.
        in_a_sentence: the same with its article, where a finding may name it.
    """

    kind: str
    label: str
    in_a_sentence: str = ""
