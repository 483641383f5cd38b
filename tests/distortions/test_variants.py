"""Variants: streams that stay apart, blocks that leave no trace, files that know what they were made from."""

import hashlib

import numpy as np
import pytest

from aestudy.distortions.variants import (
    VariantReader,
    distort_split,
    make_variant,
    read_variant,
    write_variant,
)
from aestudy.errors import StudyError
from aestudy.files.archives import read_provenance, write_archive
from aestudy.images import digest_images


def spec(name, kind=None, **parameters):
    return {"name": name, "kind": kind or name, "parameters": parameters}


def composed(name, kind, *of):
    return {"name": name, "kind": kind, "of": list(of)}


CLEAN = spec("clean")
POISSON = spec("poisson", photons=3.92)
WHITE = spec("white", sigma=0.5)
SALT_PEPPER = spec("salt_pepper", amount=0.2, salt_share=0.5)
SPECKLE = spec("speckle", sigma=1.0)
GAUSSIAN5 = spec("gaussian5", "gaussian", size=5, sigma=1.1)
MEDIAN3 = spec("median3", "median", size=3)
MEAN5 = spec("mean5", "mean", size=5)
SIMPLE = [CLEAN, POISSON, WHITE, SALT_PEPPER, SPECKLE, GAUSSIAN5, MEDIAN3, MEAN5]
EVERYTHING = composed("everything", "mixture", *SIMPLE)
BLUR_THEN_NOISE = composed("blur_then_noise", "chain", GAUSSIAN5, WHITE)
NESTED = composed("nested", "mixture", BLUR_THEN_NOISE, EVERYTHING, POISSON)
ALL = [*SIMPLE, EVERYTHING, BLUR_THEN_NOISE, NESTED]


def name_of(value):
    return value["name"] if isinstance(value, dict) else None


def gradient_images(count=12, height=12, width=10):
    """Make images by arithmetic alone, so that they are the same for ever."""
    index, row, column = np.ogrid[:count, :height, :width]
    images = ((37 * index + 11 * row * column + 5 * row) % 256).astype(np.uint8)
    images[:, :3] = 0
    images.setflags(write=False)
    return images


def gray_images(count=30, level=128):
    return np.full((count, 16, 16), level, np.uint8)


def distort(images, spec, *, study_seed=2026, dataset="digits", split="train", **options):
    return distort_split(images, spec, study_seed=study_seed, dataset=dataset, split=split, **options)


def correlation(one, other):
    return np.corrcoef(one.reshape(-1).astype(float), other.reshape(-1).astype(float))[0, 1]


@pytest.mark.parametrize("spec", ALL, ids=name_of)
def test_shape_dtype_and_determinism(spec):
    images = gradient_images()
    distorted = distort(images, spec)
    assert distorted.shape == images.shape
    assert distorted.dtype == np.uint8
    np.testing.assert_array_equal(distort(images, spec), distorted)


def test_clean_keeps_every_level():
    images = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    np.testing.assert_array_equal(distort(images, CLEAN), images)


@pytest.mark.parametrize("block_pixels", [1, 7 * 120, 10**9])
@pytest.mark.parametrize("spec", ALL, ids=name_of)
def test_result_does_not_depend_on_the_block_size(spec, block_pixels):
    images = gradient_images(40)
    expected = distort(images, spec, block_pixels=3 * 120)
    np.testing.assert_array_equal(distort(images, spec, block_pixels=block_pixels), expected)


@pytest.mark.parametrize(
    "changed",
    [{"study_seed": 2027}, {"dataset": "letters"}, {"split": "test"}, {"draw": 1}],
    ids=["seed", "data set", "split", "draw"],
)
@pytest.mark.parametrize("spec", [POISSON, WHITE, SALT_PEPPER, SPECKLE, BLUR_THEN_NOISE], ids=name_of)
def test_streams_are_independent(spec, changed):
    images = gray_images()
    assert abs(correlation(distort(images, spec), distort(images, spec, **changed))) < 5 / np.sqrt(
        images.size
    )


def test_draw_0_is_the_variant_and_no_component_has_the_noise_of_another_draw():
    images = gray_images()
    np.testing.assert_array_equal(distort(images, WHITE, draw=0), distort(images, WHITE))
    limit = 5 / np.sqrt(images.size)
    assert abs(correlation(distort(images, WHITE, draw=1), distort(images, WHITE, draw=2))) < limit
    named = [spec(name, "white", sigma=0.5) for name in ("draw", "1", "white")]
    for component in named:
        chain = composed("white", "chain", CLEAN, component, component)
        assert abs(correlation(distort(images, WHITE, draw=1), distort(images, chain))) < limit


def test_two_conditions_of_one_kind_have_independent_noise():
    images = gray_images()
    weak, strong = spec("white-sigma0.1", "white", sigma=0.1), spec("white-sigma0.2", "white", sigma=0.2)
    limit = 5 / np.sqrt(images.size)
    assert abs(correlation(distort(images, weak), distort(images, strong))) < limit
    alone, in_chain = distort(images, WHITE), distort(images, composed("twice", "chain", CLEAN, WHITE))
    assert abs(correlation(alone, in_chain)) < limit


def test_choice_differs_between_the_splits_and_from_the_noise():
    images = gray_images(2000, 200)[:, :4, :4]
    black, white = (
        spec("pepper", "salt_pepper", amount=1, salt_share=0),
        spec("salt", "salt_pepper", amount=1, salt_share=1),
    )
    mixed = composed("either", "mixture", black, white)
    train, test = (distort(images, mixed, split=split)[:, 0, 0] for split in ("train", "test"))
    assert abs(correlation(train, test)) < 5 / np.sqrt(len(images))
    assert 900 < np.count_nonzero(train) < 1100


def test_a_component_that_is_listed_twice_draws_twice():
    images = gray_images()
    weak = spec("weak", "white", sigma=0.05)
    twice = distort(images, composed("twice", "chain", weak, weak)).astype(float) / 255 - 128 / 255
    # Independent noises add up to √2 σ, the same noise twice to 2 σ.
    assert twice.std() == pytest.approx(0.05 * np.sqrt(2), rel=0.05)


def test_a_mixture_applies_each_of_its_components():
    images = gradient_images(60)
    mixed = distort(images, composed("filters", "mixture", CLEAN, MEDIAN3, MEAN5))
    candidates = [distort(images, component) for component in (CLEAN, MEDIAN3, MEAN5)]
    matches = np.array([(mixed == candidate).all(axis=(1, 2)) for candidate in candidates])
    assert matches.any(axis=0).all()
    assert (matches.sum(axis=1) > 8).all()


def test_a_chain_of_filters_is_one_after_the_other():
    images = gradient_images()
    # Medians pick among 8-bit values, so nothing is lost by rounding between these steps.
    expected = distort(distort(images, MEDIAN3), MEAN5)
    np.testing.assert_array_equal(distort(images, composed("both", "chain", MEDIAN3, MEAN5)), expected)


def test_images_that_are_no_images_are_refused():
    with pytest.raises(StudyError, match="digits, train: expected grayscale images"):
        distort(np.zeros((3, 8), np.uint8), WHITE)
    with pytest.raises(StudyError, match="mean: expected an odd size of 1 to 7 pixels"):
        distort(np.zeros((3, 4, 9), np.uint8), spec("mean9", "mean", size=9))


GOLDEN = {
    "clean": "f87c081bf3f65743",
    "poisson": "864b763c05339141",
    "white": "df82cb565cac5a6e",
    "salt_pepper": "587023b2cafc00b6",
    "speckle": "60ac206991d1c6ab",
    "gaussian5": "772e3b0019a51df2",
    "median3": "aead003d676f58bb",
    "mean5": "f31e4eb7ec7317a7",
    "everything": "226026a758b46b6d",
    "blur_then_noise": "ecbc3714328a6e3e",
    "nested": "12cf21316e8618c6",
}
"""First 16 digits of the SHA-256 of what each condition makes of `gradient_images()`.

A change means that results of every study change: noise moved, or rounding did. If that is meant, say so in
the changelog and put in the digests that the failing tests print.
"""


@pytest.mark.parametrize("spec", ALL, ids=name_of)
def test_noise_stays_what_it_was(spec):
    found = hashlib.sha256(distort(gradient_images(), spec).tobytes()).hexdigest()[:16]
    assert found == GOLDEN[spec["name"]], f"{spec['name']} now gives {found}; see the comment at GOLDEN"


ORIGIN = {"dataset": "digits", "split": "test", "study_seed": 5, "clean_sha256": "ab" * 32}


def test_a_variant_comes_back_as_it_was_written(tmp_path):
    path, images = tmp_path / "new" / "test.npz", gradient_images()
    write_variant(path, images, spec=NESTED, **ORIGIN)
    for expected in ({}, {"spec": NESTED}, {"spec": NESTED, **ORIGIN}):
        found = read_variant(path, **expected)
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, images)
    assert read_provenance(path) == {"distortion": NESTED, **ORIGIN}


def test_the_same_variant_is_the_same_file(tmp_path):
    for name in ("a.npz", "b.npz"):
        write_variant(tmp_path / name, gradient_images(), spec=WHITE, **ORIGIN)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize(
    ("key", "other", "message"),
    [
        ("spec", spec("white", sigma=0.6), '"sigma":0.6.* found .*"sigma":0.5'),
        ("spec", composed("white", "chain", WHITE, WHITE), "expected .*chain.* found"),
        ("dataset", "letters", 'dataset "letters", found "digits"'),
        ("split", "train", 'split "train", found "test"'),
        ("study_seed", 6, "study_seed 6, found 5"),
        ("clean_sha256", "cd" * 32, 'clean_sha256 "cdcd.* found "abab'),
    ],
)
def test_a_variant_of_something_else_is_refused(tmp_path, key, other, message):
    path = tmp_path / "test.npz"
    write_variant(path, gradient_images(), spec=WHITE, **ORIGIN)
    with pytest.raises(StudyError, match=message) as error:
        read_variant(path, **{"spec": WHITE, **ORIGIN, key: other})
    assert str(error.value).startswith(f"{path}: expected ")


def test_a_file_that_is_no_variant_is_refused(tmp_path):
    path = tmp_path / "test.npz"
    write_archive(path, {"images": gradient_images()}, {"made": "by hand"})
    with pytest.raises(StudyError, match="study_seed 5, found nothing"):
        read_variant(path, study_seed=5)
    write_archive(path, {"images": np.zeros((2, 5, 5), np.float32)}, {})
    with pytest.raises(StudyError, match="expected uint8 images, found dtype float32"):
        read_variant(path)
    with pytest.raises(StudyError, match=r"no\.npz: no such file"):
        read_variant(tmp_path / "no.npz")


def test_float_images_are_not_written(tmp_path):
    with pytest.raises(StudyError, match="expected uint8 images"):
        write_variant(tmp_path / "a.npz", np.zeros((2, 5, 5), np.float32), spec=CLEAN, **ORIGIN)
    assert not list(tmp_path.iterdir())


def test_from_file_to_file_and_back_by_name(tmp_path):
    clean = gradient_images()
    write_archive(tmp_path / "clean.npz", {"images": clean, "labels": np.zeros(len(clean))}, {})
    paths = [tmp_path / "white.npz", tmp_path / "median3.npz"]
    for path, distortion in zip(paths, (WHITE, MEDIAN3), strict=True):
        make_variant(
            tmp_path / "clean.npz", path, spec=distortion, dataset="digits", split="test", study_seed=5
        )
    names = {"dataset": "digits", "split": "test", "study_seed": 5, "clean": clean}
    reader = VariantReader(paths, specs=[WHITE, MEDIAN3], **names)
    for distortion in (MEDIAN3, WHITE):
        expected = distort(clean, distortion, study_seed=5, split="test")
        np.testing.assert_array_equal(reader(distortion["name"]), expected)
    with pytest.raises(StudyError, match="clean_sha256"):
        VariantReader(paths, specs=[WHITE, MEDIAN3], **{**names, "clean": clean[::-1]})("white")
    with pytest.raises(ValueError, match="zip"):
        VariantReader(paths, specs=[WHITE], **names)


def test_digest_of_images_sees_values_and_shape():
    images = gradient_images()
    digests = {digest_images(images), digest_images(images[::-1]), digest_images(images.reshape(12, 10, 12))}
    assert len(digests) == 3
    assert digest_images(images[:, :, ::-1]) == digest_images(images[:, :, ::-1].copy())
