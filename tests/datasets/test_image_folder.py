"""The kind `image_folder`."""

import io
import json
import os
import shutil
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from aestudy import datasets
from aestudy.datasets.decoding import decode_image
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


def add_huge(folder):
    with (folder / "x.png").open("wb") as file:
        file.truncate(256 * 1024**2 + 1)


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
    "broken link": (
        lambda folder: (folder / "x.png").symlink_to(folder / "none.png"),
        "x.png: expected an image or a folder, found a broken link",
    ),
    "link to itself": (
        lambda folder: (folder / "x.png").symlink_to("x.png"),
        "x.png: expected an image or a folder, found a broken link",
    ),
    "pipe": (
        lambda folder: os.mkfifo(folder / "x.png"),
        "x.png: expected an image or a folder, found a named pipe",
    ),
    "device": (
        lambda folder: (folder / "x.png").symlink_to("/dev/zero"),
        "x.png: expected an image or a folder, found a device",
    ),
    "transparent gray": (
        lambda folder: save_image(folder / "x.png", GRAY, transparency=0),
        "x.png: .* found one with a transparent gray. Put the images on a background",
    ),
    "huge": (add_huge, "x.png: expected at most 268,435,456 bytes, found 268,435,457"),
    "name": (
        lambda folder: (folder / os.fsdecode(b"x\xff")).touch(),
        r"x\\udcff: .* found something else",
    ),
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


def test_what_desktops_leave_behind_does_not_count(tmp_path):
    fill(tmp_path / "pets", ["cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png"])
    clean = load(path=str(tmp_path / "pets"))
    for name in (
        ".DS_Store", "cat/.DS_Store", "cat/._1.png", "__MACOSX/cat/._1.png", "Icon\r", "dog/Icon\r",
        "desktop.ini", "dog/Desktop.ini", "dog/thumbs.db", "@eaDir/1.png", "lost+found/x", ".git/x/y",
    ):  # fmt: skip
        (tmp_path / "pets" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pets" / name).write_text("no image")
    littered = load(path=str(tmp_path / "pets"))
    assert littered.provenance == clean.provenance
    (tmp_path / "pets" / "dog" / "notes.txt").write_text("no image")
    with pytest.raises(StudyError, match=r"notes\.txt"):
        load(path=str(tmp_path / "pets"))


def encoded(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def oriented(kind, orientation):
    """An image whose upper left corner alone is white, as it is stored, with an orientation."""
    pixels = np.zeros((16, 24), np.uint8)
    pixels[:8, :8] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(Image.fromarray(pixels), kind, exif=exif)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_images_are_read_as_a_person_sees_them(tmp_path, kind):
    """The EXIF orientation says where the stored first row and column are seen."""
    corners = {1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0), 5: (0, 0), 6: (0, -1), 7: (-1, -1), 8: (-1, 0)}
    for orientation, corner in corners.items():
        pixels = decode_image(oriented(kind, orientation), tmp_path / "x")
        assert pixels.shape == ((16, 24) if orientation < 5 else (24, 16)), orientation
        rows, _ = np.nonzero(pixels > 127)
        assert len(rows) == 64
        assert pixels[corner] > 127, orientation


def test_damaged_metadata_do_not_turn_an_image_silently(tmp_path):
    raw = oriented("PNG", 6).replace(b"II*\0", b"II*\1").replace(b"MM\0*", b"MM\1*")
    place = raw.index(b"eXIf")
    length = int.from_bytes(raw[place - 4 : place], "big")
    end = place + 4 + length
    raw = raw[:end] + struct.pack(">I", zlib.crc32(raw[place:end])) + raw[end + 4 :]
    with pytest.raises(StudyError, match=r"x: its metadata \(EXIF\) is damaged"):
        decode_image(raw, tmp_path / "x")


def tiff(pixels, *, white_is_zero=False, signed=False, channels=1):
    """Write a TIFF that Pillow itself would not write."""
    tags = {
        256: pixels.shape[1], 257: pixels.shape[0], 258: 8 * pixels.itemsize, 259: 1,
        262: 0 if white_is_zero else 1, 273: 0, 277: channels, 278: pixels.shape[0], 279: pixels.nbytes,
        339: 2 if signed else 1,
    }  # fmt: skip
    start = 8 + 2 + 12 * len(tags) + 4
    tags[273] = start
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(tags.items()))
    return (
        struct.pack("<2sHI", b"II", 42, 8)
        + struct.pack("<H", len(tags))
        + entries
        + bytes(4)
        + pixels.tobytes()
    )


RAMP = np.arange(256, dtype=np.uint8).reshape(8, 32)
WIDE = RAMP.astype("<u2") * 257
UNDERSTOOD = {
    "16-bit PNG": (encoded(Image.fromarray(WIDE), "PNG"), RAMP),
    "16-bit TIFF": (tiff(WIDE), RAMP),
    "16-bit TIFF, big-endian": (encoded(Image.fromarray(WIDE.astype(">u2")), "TIFF"), RAMP),
    "16-bit PGM": (b"P5 32 8 65535\n" + WIDE.astype(">u2").tobytes(), RAMP),
    "10-bit PGM": (
        b"P5 32 8 1023\n" + (RAMP.astype("<u2") * 4).astype(">u2").tobytes(),
        RAMP * (1020.0 / 1023),
    ),
    "8-bit TIFF with white as 0": (tiff(RAMP, white_is_zero=True), 255 - RAMP),
    "RGB": (encoded(Image.fromarray(RAMP).convert("RGB"), "PNG"), RAMP),
    "YCbCr": (encoded(Image.fromarray(RAMP).convert("YCbCr"), "TIFF"), RAMP),
    "palette": (encoded(Image.fromarray(RAMP).convert("P"), "PNG"), RAMP),
    "opaque alpha": (encoded(Image.fromarray(RAMP).convert("LA"), "PNG"), RAMP),
    "opaque color": (encoded(Image.fromarray(RAMP).convert("RGBA"), "PNG"), RAMP),
    "transparent gray that no pixel has": (
        encoded(Image.fromarray(RAMP // 2), "PNG", transparency=200),
        RAMP // 2,
    ),
}


@pytest.mark.parametrize(("raw", "expected"), UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_what_is_understood_is_converted(tmp_path, raw, expected):
    converted = decode_image(raw, tmp_path / "x", convert=True)
    np.testing.assert_allclose(converted, expected, atol=1 if expected.dtype != np.uint8 else 0)


def half_transparent(mode, value):
    image = Image.fromarray(RAMP).convert(mode)
    image.putalpha(Image.fromarray(np.where(RAMP < 9, value, 255).astype(np.uint8)))
    return encoded(image, "PNG")


NOT_UNDERSTOOD = {
    "32-bit TIFF": (
        encoded(Image.fromarray(RAMP.astype("<i4")), "TIFF"),
        "more than 8 bits per pixel .mode I",
    ),
    "32-bit unsigned TIFF": (tiff(RAMP.astype("<u4")), "more than 8 bits per pixel .mode I"),
    "float TIFF": (encoded(Image.fromarray(RAMP.astype(np.float32)), "TIFF"), "more than 8 bits .*mode F"),
    "signed 16-bit TIFF": (tiff(WIDE.astype("<i2"), signed=True), "more than 8 bits per pixel .mode I"),
    "signed 8-bit TIFF": (tiff(RAMP.astype("i1"), signed=True), "signed values"),
    "16-bit TIFF with white as 0": (tiff(WIDE, white_is_zero=True), "16 bits per pixel with white as 0"),
    "CMYK": (
        encoded(Image.fromarray(RAMP).convert("CMYK"), "JPEG"),
        "color .mode CMYK. that --convert does not",
    ),
    "Lab": (encoded(Image.new("LAB", (32, 8)), "TIFF"), "color .mode LAB. that --convert does not"),
    "drawing on nothing": (half_transparent("L", 0), "expected no transparent pixels"),
    "drawing on nothing, color": (half_transparent("RGB", 0), "expected no transparent pixels"),
    "shadow": (half_transparent("L", 254), "expected no transparent pixels"),
    "transparent gray": (encoded(Image.fromarray(RAMP), "PNG", transparency=3), "no transparent pixels"),
    "transparent color": (
        encoded(Image.fromarray(RAMP).convert("RGB"), "PNG", transparency=(3, 3, 3)),
        "no transparent pixels",
    ),
    "transparent palette": (
        encoded(Image.fromarray(RAMP).convert("P"), "PNG", transparency=3),
        "no transparent pixels",
    ),
    "transparent 16-bit gray": (encoded(Image.fromarray(WIDE), "PNG", transparency=257), "more than 8 bits"),
}


@pytest.mark.parametrize(("raw", "message"), NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_what_is_not_understood_is_refused(tmp_path, raw, message):
    for convert in (False, True):
        expected = message if convert else "expected an 8-bit grayscale image, found"
        with pytest.raises(StudyError, match=rf"x: .*{expected}") as caught:
            decode_image(raw, tmp_path / "x", convert=convert)
        assert "mogrify" in str(caught.value)
