"""The kinds `mnist` and `fashion_mnist`."""

import dataclasses
import gzip
import hashlib
import json
import shutil

import numpy as np
import pytest

from aestudy import datasets
from aestudy.datasets import originals, places
from aestudy.errors import StudyError


def load(kind, **options):
    return datasets.load(kind, options, study_seed=1, dataset="mine")


@pytest.mark.full_mnist
def test_the_real_mnist_from_its_folder(mnist_folder):
    mnist = load("mnist", folder=str(mnist_folder))
    assert mnist.train_images.shape == (60_000, 28, 28)
    assert mnist.test_images.shape == (10_000, 28, 28)
    np.testing.assert_array_equal(mnist.train_labels[:5], [5, 0, 4, 1, 9])
    np.testing.assert_array_equal(mnist.test_labels[:5], [7, 2, 1, 0, 4])
    assert mnist.train_images.mean() == pytest.approx(0.1307 * 255, abs=0.02)  # known from PyTorch's examples
    assert str(mnist_folder) not in json.dumps(mnist.provenance)


@pytest.mark.full_mnist
def test_uncompressed_files_give_the_same_images_and_provenance(mnist_folder, tmp_path):
    for file in originals.MNIST:
        (tmp_path / file.name).write_bytes(gzip.decompress((mnist_folder / f"{file.name}.gz").read_bytes()))
    plain, compressed = load("mnist", folder=str(tmp_path)), load("mnist", folder=str(mnist_folder))
    np.testing.assert_array_equal(plain.train_images, compressed.train_images)
    np.testing.assert_array_equal(plain.test_labels, compressed.test_labels)
    assert plain.provenance == compressed.provenance


@pytest.mark.full_mnist
def test_one_changed_pixel_of_mnist_is_refused(mnist_folder, tmp_path):
    shutil.copytree(mnist_folder, tmp_path, dirs_exist_ok=True, copy_function=shutil.copyfile)
    name = "t10k-images-idx3-ubyte"
    content = bytearray(gzip.decompress((mnist_folder / f"{name}.gz").read_bytes()))
    content[4000] ^= 1
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content, 1))
    found = hashlib.sha256(content).hexdigest()
    with pytest.raises(StudyError, match=rf"{name}.gz: wrong content; .* SHA-256 0fa789.* found {found}"):
        load("mnist", folder=str(tmp_path))


@pytest.mark.parametrize("kind", ["mnist", "fashion_mnist"])
def test_original_files_are_read_in_their_order(kind, tiny_mnist):
    loaded = load(kind, folder=str(tiny_mnist), test_images=4)
    assert loaded.train_images.shape == (12, 28, 28)
    np.testing.assert_array_equal(loaded.test_labels, [0, 1, 2, 0])
    assert loaded.test_labels.dtype == np.int64


def test_more_original_images_than_there_are_is_refused(tiny_mnist):
    with pytest.raises(StudyError, match="mnist: test_images is 6, but there are 5 images"):
        load("mnist", folder=str(tiny_mnist), test_images=6)


def test_a_recompressed_file_counts_where_the_content_is_known(tiny_mnist):
    path = tiny_mnist / f"{originals.MNIST[0].name}.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), 1, mtime=5))
    assert len(load("mnist", folder=str(tiny_mnist)).train_images) == 12
    with pytest.raises(StudyError, match=r"train-images-idx3-ubyte.gz: wrong content; expected the SHA-256"):
        load("fashion_mnist", folder=str(tiny_mnist))


def test_files_of_another_data_set_are_said_to_be_such(tiny_mnist, monkeypatch):
    """Several data sets have files of these four names."""
    theirs = originals.MNIST
    none = "0" * 64
    ours = tuple(dataclasses.replace(file, content_sha256=none, gzip_sha256=none) for file in theirs)
    monkeypatch.setattr(originals, "MNIST", ours)
    monkeypatch.setattr(originals, "FASHION_MNIST", theirs)
    with pytest.raises(
        StudyError, match=r"It belongs to Fashion-MNIST, .* take the kind fashion_mnist"
    ) as caught:
        load("mnist", folder=str(tiny_mnist))
    assert "elete" not in str(caught.value)
    unpublished = tuple(dataclasses.replace(file, content_sha256=None, gzip_sha256=none) for file in theirs)
    monkeypatch.setattr(originals, "MNIST", theirs)
    monkeypatch.setattr(originals, "FASHION_MNIST", unpublished)
    with pytest.raises(StudyError, match=r"It belongs to MNIST, .* take the kind mnist"):
        load("fashion_mnist", folder=str(tiny_mnist))
    monkeypatch.setattr(originals, "FASHION_MNIST", ())
    monkeypatch.setattr(originals, "MNIST", ours)
    with pytest.raises(
        StudyError, match=r"damaged, or belongs to another data set .* the files of MNIST"
    ) as caught:
        load("mnist", folder=str(tiny_mnist))
    assert "elete" not in str(caught.value)


def test_a_file_that_cannot_be_verified_is_refused(tiny_mnist):
    path = tiny_mnist / f"{originals.MNIST[0].name}.gz"
    path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
    path.unlink()
    with pytest.raises(StudyError, match=r"only the checksum of the compressed file train-images"):
        load("fashion_mnist", folder=str(tiny_mnist))


def test_a_compressed_file_that_grows_too_large_is_refused(tiny_mnist):
    path = tiny_mnist / f"{originals.MNIST[1].name}.gz"
    path.write_bytes(gzip.compress(bytes(100_000)))
    with pytest.raises(StudyError, match="at most 20 bytes of content, found more"):
        load("mnist", folder=str(tiny_mnist))


def test_the_checksums_and_names_of_both_sets_are_complete():
    names = [file.name for file in originals.MNIST]
    assert names == [file.name for file in originals.FASHION_MNIST]
    files = (*originals.MNIST, *originals.FASHION_MNIST)
    sums = [file.gzip_sha256 for file in files]
    sums += [file.content_sha256 for file in files if file.content_sha256]
    assert len(set(sums)) == len(sums) == 14
    assert all(len(bytes.fromhex(text)) == 32 for text in sums)
    assert originals.MNIST[0].content_bytes == 47_040_016
    assert all(mirror.startswith("https://") for mirrors in places.MIRRORS.values() for mirror in mirrors)
