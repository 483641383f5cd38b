import io
from dataclasses import astuple

import numpy as np
import pytest
from PIL import Image

from aestudy.codec.compression import Compressor
from aestudy.codec.fitting import fit_codec
from aestudy.errors import StudyError
from aestudy.figures.rate_distortion import draw_rate_distortion
from aestudy.figures.style import save
from aestudy.files.study_tables import RatePoint
from aestudy.images import to_float
from aestudy.metrics.pixelwise import psnr_db
from aestudy.networks.linear import fit_linear_network
from aestudy.networks.principal_components import PrincipalComponents
from aestudy.rates import classical_codecs
from aestudy.rates.points import (
    PACKINGS,
    classical_points,
    model_name,
    model_points,
    read_methods,
    read_points,
    write_points,
)
from aestudy.rates.tables import (
    add_envelopes,
    bits_at_qualities,
    delta_rates,
    group_curves,
    upper_hull,
)
from support.codec_models import SHAPE, blobs, small_compressor
from support.projects import Project

IMAGES = blobs(20, seed=2, shape=(16, 20))
LOSSY = [name for name, codec in classical_codecs.CODECS.items() if codec.setting]
LOSSLESS = [name for name, codec in classical_codecs.CODECS.items() if not codec.setting]


@pytest.mark.parametrize("count", [1, 7, 20])
def test_a_mosaic_is_cut_again(count):
    mosaic = classical_codecs.make_mosaic(IMAGES[:count])
    assert mosaic.shape[0] % 16 == 0
    assert mosaic.shape[1] % 20 == 0
    assert 0.3 < mosaic.shape[0] / mosaic.shape[1] < 3
    np.testing.assert_array_equal(classical_codecs.cut_mosaic(mosaic, (16, 20), count), IMAGES[:count])
    np.testing.assert_array_equal(mosaic[:16, :20], IMAGES[0])


@pytest.mark.parametrize("method", LOSSLESS)
def test_lossless_codecs_lose_nothing(method):
    file = classical_codecs.encode(method, IMAGES[0], 0)
    np.testing.assert_array_equal(classical_codecs.decode(method, file), IMAGES[0])


@pytest.mark.parametrize("method", LOSSY)
def test_settings_go_from_few_bits_to_many(method):
    mosaic = classical_codecs.make_mosaic(IMAGES)
    files = [
        classical_codecs.encode(method, mosaic, setting, mosaic=True)
        for setting in classical_codecs.CODECS[method].settings
    ]
    sizes = list(map(len, files))
    # AVIF's lowest qualities give nearly the same file for so small an image.
    assert sizes[0] <= 1.02 * min(sizes)
    assert 1.1 * sizes[0] < sizes[-1] == max(sizes)
    errors = [np.abs(classical_codecs.decode(method, file) - mosaic.astype(float)).mean() for file in files]
    assert errors[0] > errors[-1]


@pytest.mark.parametrize(("method", "format"), [("jpeg", "JPEG"), ("webp", "WEBP"), ("avif", "AVIF")])
def test_files_are_what_other_programs_read(method, format):
    file = classical_codecs.encode(method, IMAGES[0], classical_codecs.CODECS[method].settings[-1])
    with Image.open(io.BytesIO(file)) as image:
        assert image.format == format
        assert image.size == (20, 16)


def test_a_pillow_without_the_codec_is_named(monkeypatch):
    monkeypatch.setattr("PIL.features.check", lambda _: False)
    with pytest.raises(StudyError, match="avif: expected a Pillow with avif"):
        classical_codecs.encode("avif", IMAGES[0], 5)


def test_classical_points_count_whole_files():
    points = list(classical_points("jpeg", IMAGES))
    assert [point.packing for point in points] == ["together"] * 7 + ["per_image"] * 7
    last = points[-1]
    files = [classical_codecs.encode("jpeg", image, last.setting) for image in IMAGES]
    assert last.bits_per_image == pytest.approx(8 * sum(map(len, files)) / 20)
    assert last.bits_per_pixel == pytest.approx(last.bits_per_image / 320)
    decoded = np.stack([classical_codecs.decode("jpeg", file) for file in files])
    assert last.psnr_db == pytest.approx(psnr_db(to_float(IMAGES), to_float(decoded)).mean())


def test_one_exact_image_does_not_make_the_mean_infinite(monkeypatch):
    def store(method, pixels, setting, *, mosaic=False):
        return pixels

    images = IMAGES.copy()
    monkeypatch.setattr(classical_codecs, "encode", store)
    monkeypatch.setattr(classical_codecs, "decode", lambda _, pixels: pixels)
    exact = [point for point in classical_points("png", images) if point.packing == "per_image"]
    assert exact[0].psnr_db == np.inf
    monkeypatch.setattr(classical_codecs, "decode", lambda _, pixels: pixels // 2 * 2)
    images[0] = 8
    (point,) = [point for point in classical_points("png", images) if point.packing == "per_image"]
    expected = psnr_db(to_float(images[1:]), to_float(images[1:] // 2 * 2))
    assert point.psnr_db == pytest.approx((expected.sum() + 10 * np.log10(255**2 * 320)) / 20)


def test_model_points_are_those_of_the_files():
    compressor, images = small_compressor(), blobs(30, seed=6)
    points = list(model_points("model", compressor, images))
    assert [point.packing for point in points] == list(PACKINGS) * (len(points) // 2)
    together = points[::2]
    assert [point.setting for point in together] == sorted({point.setting for point in points})
    assert [p.bits_per_image for p in together] == sorted((p.bits_per_image for p in together), reverse=True)
    step_index = compressor.codec.default_step_index
    (default,) = [p for p in together if p.setting == pytest.approx(2 ** (step_index / 32))]
    assert default.bits_per_image == pytest.approx(8 * len(compressor.encode(images, step_index)) / 30)
    (single,) = [p for p in points[1::2] if p.setting == default.setting]
    sizes = [len(compressor.encode(images[i : i + 1], step_index)) for i in range(30)]
    assert single.bits_per_image == pytest.approx(8 * sum(sizes) / 30)
    assert single.psnr_db == default.psnr_db


def test_principal_components_as_a_network():
    train, test = blobs(300), blobs(40, seed=3)
    errors = []
    for components in (2, 10, 120):
        network = fit_linear_network(train, components)
        decoded = network.reconstruct(to_float(test))
        assert decoded.min() >= 0
        assert decoded.max() <= 1
        errors.append(((decoded - to_float(test)) ** 2).mean())
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 1e-6
    network = fit_linear_network(train, 10)
    compressor = Compressor(network, fit_codec(network, train))
    decoded = compressor.decode(compressor.encode(test, compressor.codec.default_step_index))
    assert psnr_db(network.reconstruct(to_float(test)), to_float(decoded)).mean() > 27
    assert network.architecture.image_shape == SHAPE


def test_small_images_have_fewer_components_than_asked_for(caplog):
    images = np.random.default_rng(0).integers(0, 256, (300, 4, 4), np.uint8)
    network = fit_linear_network(images, 128)
    assert network.architecture.code_size == 16
    assert "16 principal components, fewer than the 128 wanted" in caplog.text
    np.testing.assert_allclose(network.reconstruct(to_float(images)), to_float(images), atol=1e-5)
    assert fit_linear_network(images[:5], 128).architecture.code_size == 4


def test_equal_images_have_no_components():
    with pytest.raises(StudyError, match="expected training images that differ, found 20 equal ones"):
        fit_linear_network(np.full((20, 4, 4), 9, np.uint8), 8)


def test_components_as_a_network_are_those_of_the_baseline():
    train, test = blobs(300), to_float(blobs(40, seed=3))
    expected = PrincipalComponents.fit(train, 10).reconstruct(test)
    np.testing.assert_allclose(fit_linear_network(train, 10).reconstruct(test), expected, atol=1e-5)


def test_a_method_that_two_files_have_counts_once(tmp_path):
    points = make_points()
    write_points(tmp_path / "a.csv", points[:10])
    write_points(tmp_path / "b.csv", points)
    again = read_methods([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert [(point.method, point.packing) for point in again] == [
        (point.method, point.packing) for point in points
    ]


def make_points():
    levels = [18.0, 20, 22, 24, 26]
    return [
        RatePoint(method, packing, level, factor * 2 ** (level / 2), 1.0, level, level / 30, 10)
        for method, factor in (("ours", 0.1), ("jpeg", 1.0), ("webp", 0.5))
        for packing in PACKINGS
        for level in levels
    ] + [RatePoint("png", "together", 0.0, 900.0, 1.0, float("inf"), 1.0, 10)]


def test_delta_rates_compare_like_with_like():
    rows = delta_rates(make_points(), {})
    table = {row[:4]: row[4:] for row in map(astuple, rows)}
    assert len(table) == len(rows) == 2 * 2 * 4
    for packing in PACKINGS:
        for quality in ("psnr_db", "ssim"):
            assert table["ours", packing, quality, "jpeg"][0] == pytest.approx(-90)
            assert table["ours", packing, quality, "webp"][0] == pytest.approx(-80)
            assert table["jpeg", packing, quality, "webp"][0] == pytest.approx(100)
    assert table["ours", "together", "psnr_db", "jpeg"][1:] == (18, 26)


def test_bits_at_qualities():
    table = {row[:3]: row[3] for row in map(astuple, bits_at_qualities(make_points(), {}))}
    assert table["ours", "together", 22.0] == pytest.approx(0.1 * 2**11)
    assert not any(method == "png" for method, *_ in table)


FAMILIES = {"few envelope": ["cheap", "dear"]}


def make_family():
    """Two methods, each best at one end, and both dear where the other is best; beside JPEG."""
    measured = {"cheap": {10: 18, 20: 20, 80: 22, 160: 24}, "dear": {40: 18, 50: 22, 80: 24, 160: 26}}
    return [point for point in make_points() if point.method == "jpeg"] + [
        RatePoint(method, packing, 0.0, bits + 100 * (packing == "per_image"), 1.0, level, level / 30, 10)
        for method, points in measured.items()
        for packing in PACKINGS
        for bits, level in points.items()
    ]


def test_the_upper_hull_holds_what_no_two_others_beat():
    points = [point for point in make_family() if point.method != "jpeg" and point.packing == "together"]
    hull = upper_hull(points, "psnr_db")
    # (50, 22) lies on the line from (20, 20) to (80, 24).
    assert [(point.bits_per_image, point.psnr_db) for point in hull] == [
        (10, 18),
        (20, 20),
        (80, 24),
        (160, 26),
    ]
    slopes = np.diff([p.psnr_db for p in hull]) / np.diff([p.bits_per_image for p in hull])
    assert (np.diff(slopes) < 0).all()
    for point in points:
        at = np.interp(point.bits_per_image, [p.bits_per_image for p in hull], [p.psnr_db for p in hull])
        assert at >= point.psnr_db - 1e-9
    assert upper_hull(points[::-1], "psnr_db") == hull
    assert upper_hull([], "ssim") == []
    assert upper_hull(points[:1] * 2, "ssim") == points[:1]


def test_a_family_has_an_envelope_in_every_table():
    curves = add_envelopes(group_curves(make_family()), FAMILIES, "psnr_db")
    assert list(dict.fromkeys(method for method, _ in curves)) == ["jpeg", "cheap", "dear", "few envelope"]
    deltas = {row[:4]: row[4] for row in map(astuple, delta_rates(make_family(), FAMILIES))}
    for packing in PACKINGS:
        for quality in ("psnr_db", "ssim"):
            ours = [deltas[method, packing, quality, "jpeg"] for method in ("few envelope", "cheap", "dear")]
            assert ours[0] == min(ours)
    bits = {row[:3]: row[3] for row in map(astuple, bits_at_qualities(make_family(), FAMILIES))}
    assert bits["few envelope", "together", 20.0] == pytest.approx(20)
    assert bits["few envelope", "together", 24.0] == pytest.approx(80)
    assert bits["few envelope", "per_image", 24.0] == pytest.approx(180)


def test_a_family_without_points_has_no_envelope():
    assert add_envelopes(group_curves(make_points()), FAMILIES, "ssim") == group_curves(make_points())


def test_the_figure_shows_a_family_as_one_line_and_marks(tmp_path):
    figure = draw_rate_distortion(make_family(), FAMILIES)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["jpeg", "few envelope"]
    lines = figure.axes[0].get_lines()
    assert [line.get_linestyle() for line in lines] == ["-", "None", "None", "-"]
    assert len({line.get_color() for line in lines[1:]}) == 1


def test_models_and_families_have_names_of_one_form():
    assert model_name("few envelope", "clean", 3) == "autoencoder few envelope clean 3"


def test_points_survive_their_file(tmp_path):
    write_points(tmp_path / "points.csv", make_points())
    again = read_points(tmp_path / "points.csv")
    assert again[-1] == make_points()[-1]
    assert [point.method for point in again] == [point.method for point in make_points()]


@pytest.mark.parametrize("text", ["", "method,packing\nx,y\n", "\0\0", None])
def test_files_that_hold_no_points_are_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "points.csv").write_text(text)
    with pytest.raises(StudyError, match=r"points\.csv"):
        read_points(tmp_path / "points.csv")


def test_the_figure_shows_every_lossy_method_and_comes_out_the_same(tmp_path):
    for number in range(2):
        save(draw_rate_distortion(make_points()), tmp_path / f"{number}.svg", tmp_path / f"{number}.png")
    text = (tmp_path / "0.svg").read_text()
    for word in ("ours", "jpeg", "webp", "mean PSNR (dB)", "mean SSIM", "bits per image", "per image"):
        assert word in text
    assert "png" not in text
    assert (tmp_path / "0.svg").read_bytes() == (tmp_path / "1.svg").read_bytes()
    assert (tmp_path / "0.png").read_bytes() == (tmp_path / "1.png").read_bytes()


def test_a_study_of_small_images_names_the_components_that_there_are(tmp_path):
    project = Project.of_checkout(tmp_path / "study")
    images = np.random.default_rng(0).integers(0, 256, (60, 4, 4), np.uint8)
    np.savez(project.folder / "small.npz", images=images, labels=np.arange(60) % 2)
    project.edit(
        "studies/smoke.yaml",
        "{kind: mnist5k, train_images: 400, test_images: 100}",
        "{kind: npz, path: small.npz, test_fraction: 0.2}",
    )
    rates = "results/smoke/rates/pca/32.csv"
    finished = project.snakemake(rates)
    assert finished.returncode == 0, finished.stdout
    assert {point.method for point in read_points(project.folder / rates)} == {"pca 16"}
