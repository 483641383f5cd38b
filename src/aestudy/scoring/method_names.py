"""The names of methods, and of the numbers that each is scored with."""

from aestudy.metrics.table import IMAGE_METRICS, REFERENCES
from aestudy.scoring import baselines, denoisers, paired_baselines
from aestudy.scoring.method_kinds import CODEC_OF_MODEL, MODEL, MethodWords

AUTOENCODER = "autoencoder"
"""The method name of a trained model whose code is passed on as floats."""


CODEC = "codec"
"""The method name of a trained model whose code goes through a compressed file (`aestudy.codec`)."""


TRAINED_METHODS = (AUTOENCODER, CODEC)
"""Every other method is a baseline."""


TABLE: dict[str, MethodWords] = {
    AUTOENCODER: MethodWords(MODEL, "the codes as they are"),
    CODEC: MethodWords(CODEC_OF_MODEL, "codes out of a compressed file"),
    **baselines.WORDS,
    **paired_baselines.WORDS,
    **denoisers.WORDS,
}
"""Every method: what it is and what it is called, in the order of the tables. The label of a trained model
says what it decodes."""


METHODS = (*baselines.WORDS, *paired_baselines.WORDS, *denoisers.WORDS)
"""Every method that is no autoencoder, in the order of the tables."""


VALUE_KEYS = tuple((metric, reference) for metric in IMAGE_METRICS for reference in REFERENCES)


STREAM = "stream"
"""The reference of a rate: the compressed file itself, compared with nothing."""


RATE_KEYS = tuple(
    (metric, STREAM) for metric in ("bits_per_image", "bits_per_pixel", "entropy_bits_per_image")
)
"""What a method that writes files has besides. The mean of `bits_per_image` is the size of the whole file,
header included, by the number of images; its bits are shared out among the images in proportion to their
information content under the codec's tables, which is `entropy_bits_per_image`."""


ACCURACY_KEY = ("accuracy", "label")
"""1 where a classifier of clean images (`aestudy.scoring.classifier`) reads the output's label right, else 0;
only where the test images have labels."""


def value_keys(method: str) -> tuple[tuple[str, str], ...]:
    """Name the metrics and references that a method's scores always have, in order."""
    return VALUE_KEYS + RATE_KEYS if method == CODEC else VALUE_KEYS
