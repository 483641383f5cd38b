"""The kind `image_folder`."""

import json
import shutil
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from aestudy import datasets
from aestudy.errors import StudyError

RNG = np.random.default_rng(7)
GRAY = np.zeros((5, 7), np.uint8)


def load(**options):
    return datasets.load("image_folder", options, study_seed=1, dataset="mine")


def save_image(path, pixels, mode=None, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(path, **options)


def fill(folder, names, shape=(5, 7)):
    images = {name: RNG.integers(0, 256, shape, np.uint8) for name in names}
    for name, pixels in images.items():
        save_image(folder / name, pixels)
    return images


@pytest.mark.parametrize("extension", ["png", "bmp", "tif", "pgm"])
def test_a_folder_of_images_is_read_in_sorted_order(tmp_path, extension):
    written = fill(tmp_path / "t", [f"{index}.{extension}" for index in range(4)])
    fill(tmp_path / "p", [f"{index}.{extension}" for index in range(3)])
    (tmp_path / "t" / ".DS_Store").write_bytes(b"x")
    loaded = load(path=str(tmp_path / "p"), test_path=str(tmp_path / "t"))
    np.testing.assert_array_equal(loaded.test_images, list(written.values()))
    np.testing.assert_array_equal(loaded.test_labels, [-1] * 4)


def test_subfolders_are_labels(tmp_path):
    names = [f"{label}/{index}.png" for label in ("dog", "cat", "10") for index in range(10)]
    written = fill(tmp_path / "pets", names, shape=(4, 6))
    loaded = load(path=str(tmp_path / "pets"), test_fraction=0.3)
    label_names = loaded.provenance["label_names"]
    assert label_names == ["10", "cat", "dog"]
    np.testing.assert_array_equal(np.bincount(loaded.test_labels), [3, 3, 3])
    for image, label in zip(loaded.train_images, loaded.train_labels, strict=True):
        name = next(name for name, pixels in written.items() if np.array_equal(pixels, image))
        assert name.split("/")[0] == label_names[label]
    fill(tmp_path / "test", ["dog/1.png"], shape=(4, 6))
    tested = load(path=str(tmp_path / "pets"), test_path=str(tmp_path / "test"))
    np.testing.assert_array_equal(tested.test_labels, [2])


def test_bilevel_images_are_black_and_white(tmp_path):
    pixels = np.array([[0, 255] * 3] * 4, np.uint8)
    for name in ("1.png", "2.png"):
        save_image(tmp_path / name, pixels, mode="1")
    np.testing.assert_array_equal(load(path=str(tmp_path)).test_images[0], pixels)


def test_images_do_not_depend_on_where_their_folder_lies(tmp_path):
    fill(tmp_path / "one" / "photos", ["1.png", "2.png", "3.png"])
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    first, second = (load(path=f"{tmp_path}/{name}/photos/") for name in ("one", "two"))
    np.testing.assert_array_equal(first.train_images, second.train_images)
    np.testing.assert_array_equal(first.test_images, second.test_images)
    assert first.provenance == second.provenance
    assert str(tmp_path) not in json.dumps(first.provenance)
    (tmp_path / "two" / "photos" / "3.png").rename(tmp_path / "two" / "photos" / "4.png")
    third = load(path=f"{tmp_path}/two/photos/")
    assert third.provenance["files_sha256"] != first.provenance["files_sha256"]


def add_rgb(folder):
    save_image(folder / "x.png", np.zeros((5, 7, 3), np.uint8))


def add_wide_gray(folder):
    save_image(folder / "x.png", np.zeros((5, 7), np.uint16))


def add_truncated(folder):
    path = folder / "x.png"
    save_image(path, RNG.integers(0, 256, (5, 7), np.uint8))
    path.write_bytes(path.read_bytes()[:-30])


def add_two_pages(folder):
    page = Image.fromarray(GRAY)
    page.save(folder / "x.tif", save_all=True, append_images=[page])


def add_bomb(folder):
    """Write a PNG that announces 60,000 x 60,000 pixels and has none."""

    def chunk(name, content):
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    (folder / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b""))


def add_large(folder):
    Image.new("1", (5000, 5000)).save(folder / "x.png")


BAD_FOLDERS = {
    "missing": (lambda folder: shutil.rmtree(folder), "expected a folder with images, found nothing"),
    "empty": (lambda folder: [file.unlink() for file in folder.iterdir()], "expected images .* found none"),
    "color": (
        add_rgb,
        r"x.png: .* 8-bit grayscale image, found color \(mode RGB\). Convert .* mogrify",
    ),
    "16 bits": (add_wide_gray, r"found more than 8 bits per pixel \(mode I"),
    "palette": (lambda folder: save_image(folder / "x.png", GRAY, mode="P"), r"a palette .* \(mode P\)"),
    "alpha": (lambda folder: save_image(folder / "x.png", GRAY, mode="LA"), r"alpha channel \(mode LA\)"),
    "float": (
        lambda folder: save_image(folder / "x.tif", GRAY * np.float32("nan")),
        r"\(mode F\)",
    ),
    "other size": (lambda folder: fill(folder, ["x.png"], (7, 5)), "x.png: .* 5 x 7 pixels .* found 7 x 5"),
    "text": (
        lambda folder: (folder / "README.txt").write_text("hello"),
        "README.txt: .* something else",
    ),
    "no bytes": (lambda folder: (folder / "x.png").touch(), "x.png: .* found something else"),
    "truncated": (add_truncated, "x.png: expected an image, found a truncated or damaged one"),
    "pages": (add_two_pages, "x.tif: expected one image, found 2 in one file"),
    "bomb": (add_bomb, "x.png: expected an image, found .* exceeds limit"),
    "large": (add_large, "x.png: expected at most 16,777,216 pixels, found 5000 x 5000"),
    "files and folders": (
        lambda folder: fill(folder, ["sub/1.png"]),
        r"found the file 1\.png beside the folder sub\. Move one of them away",
    ),
}


@pytest.mark.parametrize(("spoil", "message"), BAD_FOLDERS.values(), ids=BAD_FOLDERS)
def test_bad_image_folders_are_refused(tmp_path, spoil, message):
    folder = tmp_path / "photos"
    fill(folder, ["1.png", "2.png"])
    spoil(folder)
    with pytest.raises(StudyError, match=message) as caught:
        load(path=str(folder))
    assert str(caught.value).startswith(str(folder))


def test_bad_label_folders_are_refused(tmp_path):
    fill(tmp_path / "a", ["cat/1.png", "dog/1.png"])
    fill(tmp_path / "b", ["cow/1.png"])
    fill(tmp_path / "c", ["1.png"])
    with pytest.raises(StudyError, match=r"names of those in .*a \(cat, dog\), found cow"):
        load(path=str(tmp_path / "a"), test_path=str(tmp_path / "b"))
    with pytest.raises(StudyError, match="labels in both or in neither"):
        load(path=str(tmp_path / "a"), test_path=str(tmp_path / "c"))
    (tmp_path / "a" / "empty").mkdir()
    with pytest.raises(StudyError, match="empty: expected at least one image, found none"):
        load(path=str(tmp_path / "a"))
    fill(tmp_path / "a", ["cat/deep/1.png"])
    with pytest.raises(StudyError, match="cat: expected images only, found the folder deep"):
        load(path=str(tmp_path / "a"))
