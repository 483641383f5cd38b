"""The kind `npz`, and what the user's own images have in common."""

import io
import logging
import os
import shutil
from types import SimpleNamespace

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


@pytest.mark.parametrize("brightest", [0, 1])
@pytest.mark.parametrize("part", ["path", "test_path"])
def test_images_in_which_nothing_can_be_seen_are_refused(tmp_path, brightest, part):
    good = RNG.integers(0, 256, (6, 4, 4), np.uint8)
    paths = {"path": good, "test_path": good[:3] // 2, part: good % (brightest + 1)}
    paths = {name: save_npz(tmp_path / f"{name}.npz", images=images) for name, images in paths.items()}
    with pytest.raises(
        StudyError, match=rf"no value above {brightest}\. If 1 means white, multiply .* by 255"
    ):
        load(**paths)


def test_dark_images_are_taken_with_a_warning(tmp_path):
    images = RNG.integers(0, 16, (20, 4, 4), np.uint8)
    images[:, 0, 0] = 15
    loaded = load(path=save_npz(tmp_path / "a.npz", images=images))
    assert [warning.partition(". ")[0] for warning in loaded.provenance["warnings"]] == [
        "The training images are very dark: no value is above 15 of 255",
        "The test images are very dark: no value is above 15 of 255",
    ]
    assert "multiply the values by 17." in loaded.provenance["warnings"][0]
    images[:, 1, 1] = 32
    assert "warnings" not in load(path=save_npz(tmp_path / "b.npz", images=images)).provenance


def test_test_images_that_are_the_training_images_are_refused(tmp_path):
    path = save_npz(tmp_path / "a.npz", images=RNG.integers(0, 256, (6, 4, 4), np.uint8))
    (tmp_path / "link.npz").symlink_to(path)
    (tmp_path / "hard.npz").hardlink_to(path)
    shutil.copy(path, tmp_path / "copy.npz")
    for name in ("a.npz", "link.npz", "hard.npz", "../" + tmp_path.name + "/a.npz"):
        with pytest.raises(
            StudyError, match="expected other images than those of path, found the same place"
        ):
            load(path=path, test_path=str(tmp_path / name))
    with pytest.raises(StudyError, match="expected other images in test_path, found the same"):
        load(path=path, test_path=str(tmp_path / "copy.npz"))


def test_labels_that_only_the_test_images_have(tmp_path):
    images = RNG.integers(0, 256, (8, 4, 4), np.uint8)
    path = save_npz(tmp_path / "a.npz", images=images, labels=np.arange(8) % 2)
    foreign = save_npz(tmp_path / "b.npz", images=images[:3], labels=[0, 7, 9])
    with pytest.raises(StudyError, match=r"expected training images of every label .* found none of 7, 9"):
        load(path=path, test_path=foreign)
    some = save_npz(tmp_path / "c.npz", images=images[:3], labels=[0, -1, 1])
    assert load(path=path, test_path=some).provenance["warnings"] == [
        "The accuracy is left out: 1 of 3 test images have no label that training images have."
    ]
    unlabeled = save_npz(tmp_path / "d.npz", images=images[:3])
    assert "warnings" in load(path=path, test_path=unlabeled).provenance
    both = load(path=unlabeled, test_path=save_npz(tmp_path / "e.npz", images=images))
    assert "warnings" not in both.provenance


@pytest.mark.parametrize("test_fraction", [0.1, 0.3, 0.5, 0.9])
def test_every_label_keeps_an_image_to_train_on(tmp_path, test_fraction):
    labels = np.repeat(np.arange(10), [1, 1, 2, 1, 3, 1, 1, 5, 1, 1])
    images = RNG.integers(0, 256, (len(labels), 4, 4), np.uint8)
    path = save_npz(tmp_path / "a.npz", images=images, labels=labels)
    loaded = load(path=path, test_fraction=test_fraction)
    assert set(loaded.train_labels) == set(range(10))
    assert len(loaded.test_labels) == min(round(test_fraction * len(labels)), 7)
    assert "warnings" not in loaded.provenance


GRAY = RNG.integers(0, 256, (6, 5, 5), np.uint8)
NAN = np.full((6, 5, 5), np.nan)
BAD_ARRAYS = {
    "no images": ({"pixels": GRAY}, "expected an array `images`, found pixels"),
    "color": ({"images": np.zeros((6, 5, 5, 3), np.uint8)}, r"\(6, 5, 5, 3\). Convert colou?r"),
    "flat": ({"images": GRAY.reshape(6, 25)}, r"found an array of shape \(6, 25\)"),
    "none": ({"images": GRAY[:0]}, "at least one image, found none"),
    "one": ({"images": GRAY[:1]}, "at least two images"),
    "one of each": ({"images": GRAY, "labels": np.arange(6)}, "found one image of each"),
    "narrow": ({"images": np.zeros((6, 9, 3), np.uint8)}, "found images of 9 x 3 pixels"),
    "16 bits": ({"images": GRAY.astype(np.uint16)}, "found dtype uint16"),
    "NaN": ({"images": NAN}, "found NaN"),
    "infinite": ({"images": GRAY + np.inf}, "found values from inf to inf"),
    "0 to 255": ({"images": GRAY * 0 + 255.0}, r"found values from 255 to 255\."),
    "barely above 1": (
        {"images": np.float32(GRAY > 9) * np.float32(1.0000002)},
        r"found values from 0 to 1\.0000002\.",
    ),
    "barely below 0": ({"images": (GRAY > 9) - 1e-17}, r"found values from -1e-17 to 1\."),
    "negative": ({"images": GRAY / 255 - 0.5}, "found values from -0.5"),
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


def array_alone():
    file = io.BytesIO()
    np.save(file, GRAY)
    return file.getvalue()


def zipped():
    file = io.BytesIO()
    np.savez(file, images=GRAY)
    return file.getvalue()


BAD_NPZ = {
    "empty": (b"", "damaged or foreign"),
    "text": (b"images", "damaged or foreign"),
    "truncated": (zipped()[:-40], "damaged or foreign"),
    "damaged": (zipped().replace(GRAY.tobytes()[:100], b"x" * 100), "damaged or foreign"),
    "pickled": (pickled(), "pickled objects"),
    "npy": (array_alone(), r"a single array \(\.npy\); numpy\.savez\('mine\.npz', images=numpy\.load"),
}


@pytest.mark.parametrize(("raw", "message"), BAD_NPZ.values(), ids=BAD_NPZ)
def test_bad_npz_files_are_refused(tmp_path, raw, message):
    (tmp_path / "a.npz").write_bytes(raw)
    with pytest.raises(StudyError, match=message):
        load(path=str(tmp_path / "a.npz"))


def test_what_is_no_regular_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link.npz").symlink_to(tmp_path / "gone.npz")
    for path, found in {
        tmp_path / "pipe": "a named pipe",
        "/dev/zero": "a device",
        tmp_path / "link.npz": "a broken link",
    }.items():
        with pytest.raises(StudyError, match=f"expected an .npz file, found {found}"):
            load(path=str(path))
        for kind, expected in (("npz", "an .npz file"), ("image_folder", "a folder with images")):
            texts = datasets.misplaced_files(SimpleNamespace(kind=kind, options={"path": str(path)}))
            assert texts == {"path": f"expected {expected}, found {found} at {path}; correct the path"}


def test_a_missing_npz_and_test_images_of_another_size_are_refused(tmp_path):
    with pytest.raises(StudyError, match="no such file"):
        load(path=str(tmp_path / "none.npz"))
    with pytest.raises(StudyError, match=r"expected an \.npz file, found a folder\. The kind image_folder"):
        load(path=str(tmp_path))
    path = save_npz(tmp_path / "a.npz", images=GRAY)
    test_path = save_npz(tmp_path / "b.npz", images=np.full((3, 5, 6), 255, np.uint8))
    with pytest.raises(StudyError, match=r"images of one size, found 5 x 5 and 5 x 6 pixels"):
        load(path=path, test_path=test_path)
