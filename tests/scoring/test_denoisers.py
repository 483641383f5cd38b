"""Denoisers: against scikit-image and scipy, the choice of strength, promises that all keep."""

import numpy as np
import pytest
from scipy import ndimage
from skimage.restoration import denoise_tv_chambolle

from aestudy.errors import StudyError
from aestudy.images import to_uint8
from aestudy.scoring.denoisers import (
    BLOCK_IMAGES,
    DENOISERS,
    Denoiser,
    fit_denoisers,
    gaussian_filter,
    median_filter,
    total_variation,
)


def squares(n_images=20, height=12, width=10):
    """Bright rectangles on black, float32."""
    images = np.zeros((n_images, height, width), np.float32)
    for place, image in enumerate(images):
        image[2 + place % 3 : 8, 2 : 6 + place % 3] = 0.9
    return images


def noisy(images, sigma=0.3, seed=0):
    noise = np.random.default_rng(seed).normal(0, sigma, images.shape)
    return np.clip(images + noise, 0, 1).astype(np.float32)


class TestTotalVariation:
    @pytest.mark.parametrize("weight", [0.05, 0.3])
    def test_it_converges_to_what_scikit_image_finds(self, weight):
        images = noisy(squares(3))
        found = total_variation(images, weight, iterations=2000)
        for image, expected in zip(images, found, strict=True):
            reference = denoise_tv_chambolle(image.astype(float), weight=weight, eps=1e-12, max_num_iter=8000)
            np.testing.assert_allclose(expected, reference, atol=2e-3)

    def test_the_steps_that_are_taken_are_enough(self):
        clean = squares()
        short, long = (total_variation(noisy(clean), 0.2, n) for n in (25, 1000))
        quality = [-10 * np.log10(np.mean(np.square(output - clean))) for output in (short, long)]
        assert quality[0] == pytest.approx(quality[1], abs=0.1)

    def test_a_flat_image_stays_and_a_large_weight_leaves_the_mean(self):
        flat = np.full((1, 8, 8), 0.25, np.float32)
        np.testing.assert_allclose(total_variation(flat, 0.5), flat, atol=1e-6)
        image = noisy(squares(1))
        found = total_variation(image, 100.0, iterations=3000)
        np.testing.assert_allclose(found, image.mean(), atol=0.02)


class TestFilters:
    def test_the_median_agrees_with_scipy(self):
        images = noisy(squares(4))
        for size in (3, 5):
            expected = ndimage.median_filter(images, size=(1, size, size), mode="reflect")
            np.testing.assert_allclose(median_filter(images, size), expected, atol=1 / 255)

    def test_the_gaussian_agrees_with_scipy(self):
        images = noisy(squares(4))
        expected = ndimage.gaussian_filter(images, (0, 0.8, 0.8), mode="reflect", truncate=3 / 0.8)
        np.testing.assert_allclose(gaussian_filter(images, 0.8), expected, atol=1e-5)


@pytest.mark.parametrize("method", DENOISERS)
class TestEveryDenoiser:
    def test_outputs_are_images_and_inputs_stay(self, method):
        images = noisy(squares(BLOCK_IMAGES + 3))
        kept = images.copy()
        for strength in DENOISERS[method].strengths:
            output = DENOISERS[method].denoise(images, strength)
            assert output.dtype == np.float32
            assert output.shape == images.shape
            assert output.min() >= 0
            assert output.max() <= 1
            alone = DENOISERS[method].denoise(images[-2:], strength)
            np.testing.assert_allclose(output[-2:], alone, atol=1e-6)
        np.testing.assert_array_equal(images, kept)

    def test_tiny_images(self, method):
        images = squares(2, 4, 4)
        train = to_uint8(images)
        denoise = fit_denoisers([method], train, {"a": 255 - train})[method]["a"]
        assert denoise(images).shape == images.shape

    def test_the_strength_is_that_of_the_condition(self, method):
        clean = squares(60)
        distorted = {"clean": to_uint8(clean), "noisy": to_uint8(noisy(clean, 0.4))}
        fitted = fit_denoisers([method], to_uint8(clean), distorted)[method]
        test = noisy(clean, 0.4, seed=1)
        np.testing.assert_array_equal(fitted["clean"](test), test)
        before, after = (np.mean(np.square(images - clean)) for images in (test, fitted["noisy"](test)))
        assert after < 0.7 * before
        # No other strength does clearly better on the test images.
        others = [
            np.mean(np.square(DENOISERS[method].denoise(test, strength) - clean))
            for strength in DENOISERS[method].strengths
        ]
        assert after < 1.05 * min(others)


def test_a_strength_that_does_not_fit_the_images_is_not_tried(monkeypatch):
    images, seen = to_uint8(squares(3, 4, 6)), []

    def denoise(given, strength):
        seen.append(strength)
        return given

    monkeypatch.setitem(
        DENOISERS, "mine", Denoiser(denoise, (1, 2, 3), lambda strength, side: strength < side - 1)
    )
    fit_denoisers(["mine"], images, {"a": images})
    assert seen == [1, 2]


def test_an_unknown_denoiser_is_refused_with_the_allowed_ones():
    images = to_uint8(squares(2))
    expected = "^denoiser: expected one of median_filter, gaussian_filter, total_variation, found 'medium'"
    with pytest.raises(StudyError, match=expected):
        fit_denoisers(["medium"], images, {"a": images})
