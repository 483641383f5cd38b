"""MNIST and Fashion-MNIST from their four original files, whose content is verified wherever they lie.

MNIST: LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist/.
Fashion-MNIST: Xiao, Rasul and Vollgraf 2017, https://arxiv.org/abs/1708.07747.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from aestudy.datasets.dataset import Dataset
from aestudy.datasets.idx import decompress, is_gzip, parse_idx
from aestudy.datasets.places import WantedFile, find_original
from aestudy.errors import StudyError

IMAGE_PIXELS = 28 * 28


@dataclass(frozen=True)
class OriginalFile:
    """One of the four files.

    Attributes:
        name: its name without `.gz`.
        n_items: number of images or labels.
        dimensions: 3 for images, 1 for labels.
        content_sha256: of the file when it is not compressed; `None` where nobody has published it.
        gzip_sha256: of the file as its authors compressed it.
    """

    name: str
    n_items: int
    dimensions: int
    content_sha256: str | None
    gzip_sha256: str

    @property
    def content_bytes(self) -> int:
        """Size of the file when it is not compressed."""
        values = self.n_items * (IMAGE_PIXELS if self.dimensions == 3 else 1)
        return 4 + 4 * self.dimensions + values

    @property
    def published_sha256(self) -> tuple[str, str]:
        """The name of what the checksum is of, with or without `.gz`, and the checksum."""
        if self.content_sha256 is None:
            return f"{self.name}.gz", self.gzip_sha256
        return self.name, self.content_sha256

    def unpack(self, raw: bytes, where: str) -> bytes:
        """Verify a file, compressed or not, and return its content.

        Raises:
            StudyError: the content is not the original one, or cannot be verified.
        """
        gzip_sha256 = hashlib.sha256(raw).hexdigest() if is_gzip(raw) else None
        if self.content_sha256 is None and gzip_sha256 is None:
            raise StudyError(
                f"{where}: only the checksum of the compressed file {self.name}.gz is published, so an "
                "uncompressed one cannot be verified. Put the .gz file there instead."
            )
        if self.content_sha256 is None and gzip_sha256 != self.gzip_sha256:
            raise StudyError(
                f"{where}: wrong content; expected the SHA-256 {self.gzip_sha256}, found {gzip_sha256}. "
                f"{explain_wrong_content(self, gzip_sha256)}"
            )
        content = decompress(raw, where=where, maximum_bytes=self.content_bytes)
        if self.content_sha256 is not None:
            found = hashlib.sha256(content).hexdigest()
            if found != self.content_sha256:
                raise StudyError(
                    f"{where}: wrong content; expected the SHA-256 {self.content_sha256} (of the file when "
                    f"it is not compressed), found {found}. "
                    f"{explain_wrong_content(self, gzip_sha256, found)}"
                )
        return content


MNIST = (
    OriginalFile(
        "train-images-idx3-ubyte", 60_000, 3,
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    OriginalFile(
        "train-labels-idx1-ubyte", 60_000, 1,
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    OriginalFile(
        "t10k-images-idx3-ubyte", 10_000, 3,
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    OriginalFile(
        "t10k-labels-idx1-ubyte", 10_000, 1,
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
)  # fmt: skip

FASHION_MNIST = (
    OriginalFile(
        "train-images-idx3-ubyte", 60_000, 3, None,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    ),
    OriginalFile(
        "train-labels-idx1-ubyte", 60_000, 1,
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    ),
    OriginalFile(
        "t10k-images-idx3-ubyte", 10_000, 3, None,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    ),
    OriginalFile(
        "t10k-labels-idx1-ubyte", 10_000, 1,
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ),
)  # fmt: skip
"""Checksums of the compressed files as torchvision publishes them; those of the labels' content were computed
from the files in the authors' repository."""


def explain_wrong_content(wanted: OriginalFile, *found_sha256: str | None) -> str:
    """Say whose file with this SHA-256, compressed or not, it is, and what to do about it.

    Several data sets have files of the same four names.
    """
    sets = {"mnist": ("MNIST", MNIST), "fashion_mnist": ("Fashion-MNIST", FASHION_MNIST)}
    owner = next(name for name, files in sets.values() if any(file is wanted for file in files))
    for kind, (name, files) in sets.items():
        digests = {digest for file in files for digest in (file.content_sha256, file.gzip_sha256) if digest}
        if name != owner and digests & {*found_sha256}:
            return (
                f"It belongs to {name}, whose files have the same names: name the folder with the files of "
                f"{owner}, or take the kind {kind}."
            )
    return (
        "It is damaged, or belongs to another data set whose files have the same names: get it again, or "
        f"name the folder with the files of {owner}."
    )


def load_mnist(options: Mapping[str, Any], *, rng: np.random.Generator) -> Dataset:
    """Load MNIST in the order of its files.

    Args:
        options: `folder`, `train_images`, `test_images`, each may be `None`.
        rng: not used; the split is a part of MNIST.

    Returns:
        60,000 and 10,000 images of 28 x 28 pixels, or the first ones of each.

    Raises:
        StudyError: a file cannot be got or has the wrong content, or there are fewer images than asked for.
    """
    del rng
    return _load("mnist", "MNIST (LeCun, Cortes and Burges), the original files", MNIST, options)


def load_fashion_mnist(options: Mapping[str, Any], *, rng: np.random.Generator) -> Dataset:
    """Load Fashion-MNIST, as `load_mnist` loads MNIST."""
    del rng
    origin = "Fashion-MNIST (Xiao, Rasul and Vollgraf 2017), the original files"
    return _load("fashion_mnist", origin, FASHION_MNIST, options)


def _load(kind: str, origin: str, files: tuple[OriginalFile, ...], options: Mapping[str, Any]) -> Dataset:
    siblings = [file.name for file in files]
    arrays = []
    for file in files:
        # A badly compressed file may be a little larger than its content.
        limit = file.content_bytes + file.content_bytes // 100 + 1024
        wanted = WantedFile(kind, file.name, file.gzip_sha256, limit, siblings)
        content = find_original(wanted, options["folder"], file.unpack)
        arrays.append(parse_idx(content, where=file.name, dimensions=file.dimensions))
    parts = []
    for index, option in ((0, "train_images"), (2, "test_images")):
        images, labels = arrays[index], arrays[index + 1]
        wanted_images = options[option]
        if wanted_images is not None and wanted_images > len(images):
            raise StudyError(f"{kind}: {option} is {wanted_images:,}, but there are {len(images):,} images.")
        parts.append((images[:wanted_images], labels[:wanted_images].astype(np.int64)))
    provenance = {
        "origin": origin,
        "division": "the authors' own; the first images where fewer are asked for",
        "files_sha256": dict(file.published_sha256 for file in files),
    }
    return Dataset(*parts[0], *parts[1], provenance)
