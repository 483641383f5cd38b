"""Find an original file: in the folder that the user names, in the user's cache, or on a mirror.

What is found is judged by the caller, so nothing here can change the content of a data set.
"""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aestudy.errors import StudyError
from aestudy.files.cache import cache_root
from aestudy.files.reading import read_bytes

logger = logging.getLogger(__name__)

FOLDER_VARIABLES = {"mnist": "AESTUDY_MNIST_FOLDER", "fashion_mnist": "AESTUDY_FASHION_MNIST_FOLDER"}

MIRRORS: dict[str, tuple[str, ...]] = {
    "mnist": (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://raw.githubusercontent.com/fgnt/mnist/master/",
    ),
    "fashion_mnist": (
        "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    ),
}
"""Folders of the four files, as torchvision, TensorFlow and the authors' repositories use them."""


@dataclass(frozen=True)
class WantedFile:
    """What to look for.

    Attributes:
        kind: `mnist` or `fashion_mnist`.
        name: the file's name without `.gz`.
        gzip_sha256: the checksum of the compressed file that the mirrors have.
        maximum_bytes: no right file is larger, compressed or not.
        siblings: the names of all files of the data set, for the message.
    """

    kind: str
    name: str
    gzip_sha256: str
    maximum_bytes: int
    siblings: Sequence[str]


def cache_folder(kind: str) -> Path:
    """Name the folder in which downloaded files of a kind are kept, made or not."""
    return cache_root() / kind


def find_original(wanted: WantedFile, folder: str | None, accept: Callable[[bytes, str], bytes]) -> bytes:
    """Get the content of an original file.

    Args:
        wanted: which file.
        folder: the folder that the config names, looked into first.
        accept: takes the bytes of a file and its name, returns its content, raises a StudyError when the
            content is wrong.

    Returns:
        What `accept` returned.

    Raises:
        StudyError: a folder that the user names has a file with the wrong content, or no place has the
            right file; the message then names every place and why it failed.
    """
    variable = FOLDER_VARIABLES[wanted.kind]
    cache = cache_folder(wanted.kind)
    named = os.environ.get(variable)
    places = [
        ("folder in the config", folder, True),
        ("cache", str(cache), False),
        (f"folder in {variable}", named, True),
    ]
    failures = []
    for description, place, is_users in places:
        if not place:
            failures.append(f"{description}: none is named")
            continue
        found = _look_into(Path(place).expanduser(), wanted, accept, is_users, failures, description)
        if found is not None:
            return found
    content = _download(wanted, cache, accept, failures)
    if content is None:
        raise StudyError(_write_failure(wanted, cache, variable, failures))
    return content


def _look_into(
    place: Path,
    wanted: WantedFile,
    accept: Callable[[bytes, str], bytes],
    is_users: bool,
    failures: list[str],
    description: str,
) -> bytes | None:
    """Return the content of the file in one folder, or None after noting why not."""
    if not place.is_dir():
        failures.append(f"{description} ({place}): no such folder")
        return None
    reasons = []
    for name in (f"{wanted.name}.gz", wanted.name):
        path = place / name
        if not path.is_file():
            reasons.append(f"{name} is not there")
            continue
        try:
            content = accept(read_bytes(path, maximum_bytes=wanted.maximum_bytes), str(path))
        except StudyError as error:
            if is_users:  # a person put it there and must learn of it, even where a mirror could help
                raise
            reasons.append(str(error))
        else:
            logger.info("%s: read from the %s (%s), verified", wanted.name, description, place)
            return content
    failures.append(f"{description} ({place}): {'; '.join(reasons)}")
    logger.info("%s", failures[-1])
    return None


def _download(
    wanted: WantedFile, cache: Path, accept: Callable[[bytes, str], bytes], failures: list[str]
) -> bytes | None:
    # pooch and requests take 0.3 s to import, which a study with its files at hand need not pay.
    from aestudy.datasets.download import DownloadError, download

    target = cache / f"{wanted.name}.gz"
    try:
        download(MIRRORS[wanted.kind], target, sha256=wanted.gzip_sha256, maximum_bytes=wanted.maximum_bytes)
        return accept(read_bytes(target, maximum_bytes=wanted.maximum_bytes), str(target))
    except DownloadError as error:
        failures.extend(error.failures)
    except OSError as error:
        failures.append(f"download into {cache}: {error.strerror or error}")
    return None


def _write_failure(wanted: WantedFile, cache: Path, variable: str, failures: Sequence[str]) -> str:
    tried = "\n".join(f"  - {failure}" for failure in failures)
    names = "\n".join(f"  {name}.gz" for name in wanted.siblings)
    return (
        f"{wanted.kind}: could not get {wanted.name}.gz. Tried, in this order:\n{tried}\n"
        f"To go on without a network, put these files\n{names}\n"
        f"into {cache}\n"
        f"or into a folder of your own, and name it as `folder` of the source in the config or in the "
        f"environment variable {variable}."
    )
