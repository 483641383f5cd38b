"""The kind `npz`, and what the user's own images have in common."""

import io
import logging

import numpy as np
import pytest

from aestudy import datasets
from aestudy.errors import StudyError

RNG = np.random.default_rng(7)


def load(seed=1, name="mine", **options):
    return datasets.load("npz", options, study_seed=seed, dataset=name)


def same(first, second):
    return np.array_equal(first.train_images, second.train_images) and np.array_equal(
        first.test_labels, second.test_labels
    )


def save_npz(path, **arrays):
    np.savez(path, **arrays)
    return str(path)


@pytest.mark.parametrize("shape", [(4, 4), (5, 9), (40, 31)])
def test_an_npz_file_of_any_size_is_divided_with_the_seed(tmp_path, shape):
    images = RNG.integers(0, 256, (60, *shape), np.uint8)
    labels = np.arange(60) % 3 + 5
    path = save_npz(tmp_path / "a.npz", images=images, labels=labels.astype(np.uint16), other=np.array([{}]))
    loaded = load(path=path, test_fraction=0.25)
    assert loaded.train_images.shape == (45, *shape)
    np.testing.assert_array_equal(np.bincount(loaded.test_labels), [0] * 5 + [5] * 3)
    by_content = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    all_images = np.concatenate([loaded.train_images, loaded.test_images])
    all_labels = np.concatenate([loaded.train_labels, loaded.test_labels])
    assert [by_content.pop(image.tobytes()) for image in all_images] == list(all_labels)
    assert not by_content
    assert same(loaded, load(path=path, test_fraction=0.25))
    assert not same(loaded, load(path=path, test_fraction=0.25, seed=2))
    assert not same(loaded, load(path=path, test_fraction=0.25, name="other"))


def test_floats_are_rounded_to_8_bits_and_the_log_says_so(tmp_path, caplog):
    path = save_npz(tmp_path / "a.npz", images=np.linspace(0, 1, 160).reshape(10, 4, 4, 1))
    with caplog.at_level(logging.INFO, "aestudy"):
        loaded = load(path=path)
    assert "float64 values in [0, 1] were rounded to 8 bits; the largest change is 0.0019" in caplog.text
    values = np.sort(np.concatenate([loaded.train_images, loaded.test_images]).ravel())
    np.testing.assert_array_equal(values, np.rint(np.linspace(0, 1, 160) * 255))
    np.testing.assert_array_equal(loaded.train_labels, [-1] * 8)


def test_own_test_images_are_left_as_they_are(tmp_path):
    images = RNG.integers(0, 256, (9, 4, 6), np.uint8)
    path = save_npz(tmp_path / "a.npz", images=images[:5], labels=np.arange(5))
    test_path = save_npz(tmp_path / "b.npz", images=images[5:])
    loaded = load(path=path, test_path=test_path)
    np.testing.assert_array_equal(loaded.train_images, images[:5])
    np.testing.assert_array_equal(loaded.test_images, images[5:])
    assert list(loaded.provenance["files_sha256"]) == ["a.npz", "b.npz"]


def test_binary_values_in_8_bits_give_a_warning(tmp_path, caplog):
    load(path=save_npz(tmp_path / "a.npz", images=np.ones((5, 4, 4), np.uint8)))
    assert "no value is above 1 of 255" in caplog.text


GRAY = np.zeros((6, 5, 5), np.uint8)
NAN = np.full((6, 5, 5), np.nan)
BAD_ARRAYS = {
    "no images": ({"pixels": GRAY}, "expected an array `images`, found pixels"),
    "color": ({"images": np.zeros((6, 5, 5, 3), np.uint8)}, r"\(6, 5, 5, 3\). Convert colou?r"),
    "flat": ({"images": GRAY.reshape(6, 25)}, r"found an array of shape \(6, 25\)"),
    "none": ({"images": GRAY[:0]}, "at least one image, found none"),
    "one": ({"images": GRAY[:1]}, "at least two images"),
    "narrow": ({"images": np.zeros((6, 9, 3), np.uint8)}, "found images of 9 x 3 pixels"),
    "16 bits": ({"images": GRAY.astype(np.uint16)}, "found dtype uint16"),
    "NaN": ({"images": NAN}, "found NaN"),
    "infinite": ({"images": GRAY + np.inf}, "found values from inf to inf"),
    "0 to 255": ({"images": GRAY + 255.0}, "found values from 255 to 255"),
    "negative": ({"images": GRAY - 0.5}, "found values from -0.5"),
    "complex": ({"images": GRAY.astype(complex)}, "found dtype complex128"),
    "bool": ({"images": GRAY.astype(bool)}, "found dtype bool"),
    "few labels": ({"images": GRAY, "labels": np.arange(5)}, r"each of the 6 images, found .* \(5,\)"),
    "one-hot": ({"images": GRAY, "labels": np.eye(6, dtype=int)}, r"found an array of shape \(6, 6\)"),
    "float labels": ({"images": GRAY, "labels": np.arange(6.0)}, "expected integers, found dtype float64"),
    "text labels": ({"images": GRAY, "labels": np.array(list("abcdef"))}, "Number your classes from 0"),
    "low labels": ({"images": GRAY, "labels": np.arange(6) - 2}, "found -2, 3"),
    "high labels": ({"images": GRAY, "labels": np.full(6, 2**64 - 1, np.uint64)}, "labels of at least 0"),
}  # fmt: skip


@pytest.mark.parametrize(("arrays", "message"), BAD_ARRAYS.values(), ids=BAD_ARRAYS)
def test_bad_arrays_are_refused(tmp_path, arrays, message):
    path = save_npz(tmp_path / "a.npz", **arrays)
    with pytest.raises(StudyError, match=message) as caught:
        load(path=path)
    assert str(caught.value).startswith(path)


def pickled():
    file = io.BytesIO()
    np.savez(file, images=np.array([{"a": 1}], object))
    return file.getvalue()


def zipped():
    file = io.BytesIO()
    np.savez(file, images=GRAY)
    return file.getvalue()


BAD_NPZ = {
    "empty": (b"", "damaged or foreign"),
    "text": (b"images", "damaged or foreign"),
    "truncated": (zipped()[:-40], "damaged or foreign"),
    "damaged": (zipped().replace(bytes(100), b"x" * 100), "damaged or foreign"),
    "pickled": (pickled(), "pickled objects"),
}


@pytest.mark.parametrize(("raw", "message"), BAD_NPZ.values(), ids=BAD_NPZ)
def test_bad_npz_files_are_refused(tmp_path, raw, message):
    (tmp_path / "a.npz").write_bytes(raw)
    with pytest.raises(StudyError, match=message):
        load(path=str(tmp_path / "a.npz"))


def test_a_missing_npz_and_test_images_of_another_size_are_refused(tmp_path):
    with pytest.raises(StudyError, match="no such file"):
        load(path=str(tmp_path / "none.npz"))
    with pytest.raises(StudyError, match=r"expected an \.npz file, found a folder\. The kind image_folder"):
        load(path=str(tmp_path))
    path = save_npz(tmp_path / "a.npz", images=GRAY)
    test_path = save_npz(tmp_path / "b.npz", images=np.zeros((3, 5, 6), np.uint8))
    with pytest.raises(StudyError, match=r"images of one size, found 5 x 5 and 5 x 6 pixels"):
        load(path=path, test_path=test_path)
