import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from aestudy.codec import steps
from aestudy.codec.clusters import bit_weights, choose_classes, grow_classes
from aestudy.codec.coder import LARGEST_VALUE, DamagedPayloadError, decode_symbols, encode_symbols
from aestudy.codec.compression import Compressor
from aestudy.codec.files import find_model, load_network_and_codec, read_codec, seal, write_codec
from aestudy.codec.fitting import HELD_OUT_EVERY, fit_codec, sensitivity
from aestudy.codec.latent_distribution import WIDTHS, fit_shape, make_tables
from aestudy.codec.quantization import QuantisedLatents
from aestudy.codec.tables import MAXIMUM_LIMIT, TOTAL, FrequencyTables, integer_frequencies
from aestudy.codec.tiles import cut, grid, join
from aestudy.errors import StudyError
from aestudy.images import to_float, to_uint8
from support.codec_models import LATENTS, SHAPE, blobs, small_compressor, small_network

CODEC = small_compressor().codec
SCALE_ROWS = np.array([[3, 3, 9], [0, 36, 7]], np.uint8)


def hand_made_tables():
    """Tables that no fit and no float has touched."""
    limits = np.full(steps.ROWS, 2, np.uint16)
    row = np.array([1, 1000, TOTAL - 6001, 3000, 1000, 1000], np.uint32)
    return FrequencyTables(
        np.array([TOTAL // 4, 3 * (TOTAL // 4)], np.uint32), limits, np.tile(row, steps.ROWS)
    )


class IntegerCoder:
    """The coder of the format in plain integers: a stack with a 64-bit state and 32-bit words."""

    def __init__(self):
        self.state, self.words = 0, []

    def push(self, symbol, table):
        frequency, below = int(table[symbol]), int(table[:symbol].sum(dtype=np.int64))
        if self.state >> 40 >= frequency:
            self.words.append(self.state & 0xFFFFFFFF)
            self.state >>= 32
        quotient, rest = divmod(self.state, frequency)
        self.state = quotient << 24 | below + rest

    def to_bytes(self):
        words = [*self.words, self.state & 0xFFFFFFFF, self.state >> 32]
        return b"".join(word.to_bytes(4, "little") for word in words).rstrip(b"\0")


def uniform(size):
    table = np.full(size, TOTAL // size, np.int64)
    table[-1] += TOTAL - table.sum()
    return table


def write_out(tables, scale_rows, classes, values):
    """Code with `IntegerCoder`, in the order that docs/codec.md describes."""
    parts = [(int(k), tables.classes) for k in classes] if len(tables.classes) > 1 else []
    rows = scale_rows[classes]
    latents = list(zip(rows.ravel().tolist(), values.ravel().tolist(), strict=True))
    excess = []
    for row, value in sorted(latents, key=lambda latent: latent[0]):
        limit = int(tables.limits[row])
        outside = abs(value) > limit
        parts.append((2 * limit + 1 if outside else value + limit, tables.row_tables[row]))
        if outside:
            excess.append((abs(value) - limit, value < 0))
    parts += [(magnitude.bit_length() - 1, uniform(31)) for magnitude, _ in excess]
    parts += [(int(negative), uniform(2)) for _, negative in excess]
    for length in range(1, 31):
        digits = [number - (1 << length) for number, _ in excess if number.bit_length() - 1 == length]
        for shift in range(0, length, 15):
            bits = min(15, length - shift)
            parts += [(number >> shift & (1 << bits) - 1, uniform(1 << bits)) for number in digits]
    coder = IntegerCoder()
    for symbol, table in reversed(parts):
        coder.push(symbol, table)
    return coder.to_bytes()


@pytest.mark.parametrize("largest", [2, 300, LARGEST_VALUE])
def test_the_stream_is_that_of_a_coder_in_plain_integers(largest):
    rng = np.random.default_rng(1)
    for tables, scale_rows in [(hand_made_tables(), SCALE_ROWS), (CODEC.tables, CODEC.rows(0))]:
        classes = rng.integers(0, len(scale_rows), 40, np.int32)
        values = rng.integers(-largest, largest + 1, (40, scale_rows.shape[1]), np.int32)
        payload = encode_symbols(tables, scale_rows, classes, values)
        assert payload == write_out(tables, scale_rows, classes, values)


def test_known_bytes():
    classes = np.array([1, 0, 1], np.int32)
    values = np.array([[0, 1, -2], [70000, -1, 0], [2, 0, -3]], np.int32)
    payload = encode_symbols(hand_made_tables(), SCALE_ROWS, classes, values)
    assert payload.hex() == GOLDEN_PAYLOAD


# Any machine must write these bytes; they were checked with IntegerCoder above.
GOLDEN_PAYLOAD = "84fcff92000000ab33d845a38d356dd402"


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_symbols_come_back_exactly_and_every_byte_is_used(data):
    count = data.draw(st.integers(1, 8))
    step_index = data.draw(st.integers(*CODEC.step_range))
    largest = data.draw(st.sampled_from([1, 5, 600, LARGEST_VALUE]))
    values = data.draw(arrays.arrays(np.int32, (count, LATENTS), elements=st.integers(-largest, largest)))
    classes = data.draw(arrays.arrays(np.int32, count, elements=st.integers(0, len(CODEC.means) - 1)))
    payload = CODEC.encode(QuantisedLatents(classes, values), step_index)
    decoded = CODEC.decode(payload, count, step_index)
    np.testing.assert_array_equal(decoded.values, values)
    np.testing.assert_array_equal(decoded.classes, classes)
    with pytest.raises(DamagedPayloadError):
        CODEC.decode(payload + b"\0", count, step_index)


@given(st.binary(max_size=30), st.integers(1, 3), st.integers(*CODEC.step_range))
@settings(max_examples=1000, deadline=None)
def test_a_payload_is_refused_or_stands_for_exactly_one_set_of_symbols(payload, count, step_index):
    try:
        decoded = CODEC.decode(payload, count, step_index)
    except DamagedPayloadError:
        return
    assert CODEC.encode(decoded, step_index) == payload


def test_quantised_latents_of_images_come_back_exactly():
    latents = small_compressor().latents(blobs(500, seed=3))
    quantised = CODEC.quantise(latents, CODEC.default_step_index)
    payload = CODEC.encode(quantised, CODEC.default_step_index)
    decoded = CODEC.decode(payload, 500, CODEC.default_step_index)
    np.testing.assert_array_equal(decoded.values, quantised.values)
    np.testing.assert_array_equal(decoded.classes, quantised.classes)


@pytest.mark.parametrize("octaves", [0, 1, 3])
def test_the_payload_is_as_long_as_its_information(octaves):
    step_index = CODEC.default_step_index + 32 * octaves
    quantised = CODEC.quantise(small_compressor().latents(blobs(2000, seed=4)), step_index)
    information = CODEC.information_bits(quantised, step_index)
    assert information.shape == (2000,)
    assert information.min() >= CODEC.least_bits(step_index)
    bits = 8 * len(CODEC.encode(quantised, step_index))
    assert information.sum() <= bits + 8 <= information.sum() * 1.002 + 80


def test_a_value_is_given_back_within_its_cell():
    latents = small_compressor().latents(blobs(300, seed=5))
    step_index = CODEC.default_step_index
    quantised = CODEC.quantise(latents, step_index)
    back = CODEC.dequantise(quantised, step_index)
    error = np.einsum(
        "nd,nde->ne", (back - latents) @ CODEC.whitening, CODEC.rotations[quantised.classes]
    ) / steps.step_of(step_index)
    assert np.abs(error).max() <= 1.01
    assert np.sqrt((error**2).mean()) < 0.4


def test_far_values_are_clipped_not_wrapped():
    latents = np.full((2, LATENTS), 1e30, np.float32) * [[1], [-1]]
    quantised = CODEC.quantise(latents.astype(np.float32), CODEC.default_step_index)
    assert np.abs(quantised.values.astype(np.int64)).max() <= LARGEST_VALUE
    payload = CODEC.encode(quantised, CODEC.default_step_index)
    np.testing.assert_array_equal(CODEC.decode(payload, 2, CODEC.default_step_index).values, quantised.values)


def test_steps_double_and_rows_follow_by_integers():
    assert steps.step_of(32) == 2.0
    assert steps.step_of(-32) == 0.5
    assert [steps.index_of(steps.step_of(index)) for index in range(-300, 300)] == list(range(-300, 300))
    scales = np.array([[-128, 0, 160]], np.int16)
    assert steps.variances_of(scales).tolist() == [[steps.step_of(index) ** 2 for index in scales[0]]]
    assert steps.rows_of(scales, 0).tolist() == [[0, 16, 36]]
    assert steps.rows_of(scales, 8).tolist() == [[0, 15, 35]]
    assert steps.rows_of(np.array([3, 4, -4, -5], np.int16), 0).tolist() == [16, 17, 16, 15]
    assert steps.rows_of(scales, -10_000).tolist() == [[36, 36, 36]]
    assert steps.rows_of(scales, 10_000).tolist() == [[0, 0, 0]]


@given(
    arrays.arrays(np.float64, st.integers(2, 600), elements=st.floats(0, 1e6)).filter(lambda p: p.sum() > 0)
)
@settings(max_examples=100, deadline=None)
def test_integer_frequencies_leave_nothing_impossible(probabilities):
    frequencies = integer_frequencies(probabilities)
    assert frequencies.dtype == np.uint32
    assert frequencies.min() >= 1
    assert frequencies.sum(dtype=np.int64) == TOTAL
    shares = probabilities / probabilities.sum()
    assert np.abs(frequencies / TOTAL - shares).max() < 2 * len(shares) / TOTAL


def test_tables_are_close_to_the_distribution_they_are_made_for():
    tables, quantiser = make_tables((WIDTHS == 1) * 1.0, np.array([10]))
    table = tables.row_tables[28] / TOTAL  # scale 8 steps
    limit = int(tables.limits[28])
    assert table.sum() == 1
    np.testing.assert_allclose(table[limit], 0.05, rtol=0.1)
    np.testing.assert_allclose(table[limit + 8] / table[limit + 1], np.exp(-0.5), rtol=0.1)
    np.testing.assert_allclose(table[limit + 1 : 2 * limit + 1], table[limit - 1 :: -1][:limit], atol=1e-6)
    # Latents that are coarsely quantised get a wider cell of zero and points nearer to zero.
    assert quantiser.thresholds[8, 0] > quantiser.thresholds[16, 0] > quantiser.thresholds[28, 0] >= 0.5
    assert quantiser.shifts[8, 1] < 0.1
    np.testing.assert_allclose(quantiser.shifts[:, 0], 0)


def test_the_dead_zone_pays():
    """At the same slope, the tables' quantiser must beat plain rounding in error plus price times bits."""
    rng = np.random.default_rng(0)
    tables, quantiser = make_tables((WIDTHS == 1) * 1.0, np.array([1]))
    for row in (8, 14, 18):
        samples = np.abs(rng.normal(0, steps.row_ratios()[row], 200_000))
        bits = tables.row_bits[row, MAXIMUM_LIMIT:]

        def cost(values, samples=samples, bits=bits, row=row):
            points = values + quantiser.shifts[row, values]
            return np.mean((samples - points) ** 2 + 2 * np.log(2) / 12 * bits[values])

        lower = samples.astype(int)
        ours = lower + (samples - lower > quantiser.thresholds[row, lower])
        assert cost(ours) < cost(np.rint(samples).astype(int))


def test_the_shape_of_normal_latents_is_found():
    weights = fit_shape(np.random.default_rng(0).normal(0, 1, 100_000))
    assert weights.sum() == pytest.approx(1)
    assert weights @ WIDTHS**2 == pytest.approx(1, abs=0.1)
    assert weights.min() > 0


def test_classes_are_found_and_save_bits():
    rng = np.random.default_rng(0)
    centers = rng.normal(0, 20, (4, 5))
    points = (centers[rng.integers(0, 4, 4000)] + rng.normal(0, 1, (4000, 5))).astype(np.float32)
    classes = grow_classes(points[:3000], points[3000:], 0.5)
    assert 4 <= len(classes) <= 8
    assert classes.counts.sum() == pytest.approx(3000, abs=30)
    np.testing.assert_allclose(
        classes.rotations @ classes.rotations.transpose(0, 2, 1),
        np.broadcast_to(np.eye(5), (len(classes), 5, 5)),
        atol=1e-9,
    )
    weights = bit_weights(classes, classes.naming_bits, 0.5)
    chosen = choose_classes(points, weights)
    assert np.abs(points - classes.means[chosen]).mean() < 1


def test_one_cloud_stays_one_class():
    points = np.random.default_rng(0).normal(0, 1, (2000, 5)).astype(np.float32)
    assert len(grow_classes(points[:1500], points[1500:], 0.5)) == 1


def test_sensitivity_predicts_the_error_of_a_small_change():
    network = small_network()
    latents = network.encode(to_float(blobs(200)))
    metric = sensitivity(network, latents)
    change = np.random.default_rng(0).normal(0, 1e-2, LATENTS).astype(np.float32)
    error = ((network.decode(latents + change) - network.decode(latents)) ** 2).sum((1, 2)).mean()
    assert change @ metric @ change == pytest.approx(error, rel=0.05)


def test_the_default_step_keeps_the_asked_quality():
    network = small_network()
    errors = []
    for psnr in (25.0, 35.0):
        codec = fit_codec(network, blobs(600), quantization_psnr_db=psnr)
        latents = network.encode(to_float(blobs(600, seed=9)))
        back = codec.dequantise(codec.quantise(latents, codec.default_step_index), codec.default_step_index)
        errors.append(10 * np.log10(1 / ((network.decode(back) - network.decode(latents)) ** 2).mean()))
    np.testing.assert_allclose(errors, [25, 35], atol=0.7)


@pytest.mark.parametrize("psnr", [0.0, 20.0, 30.0, 50.0, 60.0, 80.0])
def test_the_default_step_is_the_coarsest_that_is_fine_enough(psnr):
    """Also where all steps are fine enough, or none, or the one sought is far from the first guess."""
    network = small_network()
    codec = fit_codec(network, blobs(600), quantization_psnr_db=psnr)
    latents = network.encode(to_float(blobs(600)))[HELD_OUT_EVERY - 1 :: HELD_OUT_EVERY]

    def is_fine_enough(step_index):
        back = codec.dequantise(codec.quantise(latents, step_index), step_index)
        return 10 * np.log10(1 / ((network.decode(back) - network.decode(latents)) ** 2).mean()) >= psnr

    finest, coarsest = codec.step_range
    fine_enough = [index for index in range(finest, coarsest + 1) if is_fine_enough(index)]
    assert codec.default_step_index == max(fine_enough, default=finest)


def test_fitting_twice_gives_the_same_codec():
    network = small_network()
    assert fit_codec(network, blobs(300)).sha256 == fit_codec(network, blobs(300)).sha256


def test_latents_that_do_nothing_are_coded_for_almost_nothing():
    network = small_network()
    network.parameters["encoder.layers.0.kernel"][:, 2] = 0
    codec = fit_codec(network, blobs(400))
    quantised = codec.quantise(network.encode(to_float(blobs(50))), codec.default_step_index)
    assert np.isfinite(codec.dequantise(quantised, codec.default_step_index)).all()
    rows = codec.rows(codec.default_step_index)
    assert (rows.min(1) == 0).all()


@pytest.mark.parametrize("dead", [["encoder"], ["encoder", "decoder"]])
@pytest.mark.parametrize("constant", [0.0, 0.3])
def test_a_collapsed_code_is_coded_for_almost_nothing(dead, constant):
    """As a code of dead units: every image has the same latents, and the decoder may ignore them, too."""
    network = small_network()
    for part in dead:
        network.parameters[f"{part}.layers.0.kernel"][:] = 0
    network.parameters["encoder.layers.0.bias"][:] = constant
    compressor = Compressor(network, fit_codec(network, blobs(400)))
    images = blobs(50, seed=2)
    raw = compressor.encode(images, compressor.codec.default_step_index)
    assert len(raw) < 40
    expected = to_uint8(network.reconstruct(to_float(images)))
    np.testing.assert_allclose(compressor.decode(raw).astype(int), expected.astype(int), atol=1)


@pytest.mark.parametrize("count", [2, 3, 15])
def test_few_training_images_are_enough(count):
    network = small_network()
    codec = fit_codec(network, blobs(count))
    quantised = codec.quantise(network.encode(to_float(blobs(20, seed=2))), codec.default_step_index)
    payload = codec.encode(quantised, codec.default_step_index)
    np.testing.assert_array_equal(
        codec.decode(payload, 20, codec.default_step_index).values, quantised.values
    )


@pytest.mark.parametrize(("images", "found"), [(blobs(1), "found 1"), (blobs(5, shape=(12, 12)), "12 x 12")])
def test_unfit_training_images_are_refused(images, found):
    with pytest.raises(StudyError, match=found):
        fit_codec(small_network(), images)


def test_a_codec_survives_its_file(tmp_path):
    write_codec(tmp_path / "codec.npz", CODEC)
    again = read_codec(tmp_path / "codec.npz")
    assert again.sha256 == CODEC.sha256
    write_codec(tmp_path / "again.npz", again)
    assert (tmp_path / "codec.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()


def test_the_digest_depends_on_all_that_decoding_needs():
    digests = {CODEC.sha256}
    for name in ("center", "whitening", "unwhitening", "means", "rotations"):
        digests.add(
            seal(dataclasses.replace(CODEC, **{name: getattr(CODEC, name) * np.float32(1.01)})).sha256
        )
    digests.add(seal(dataclasses.replace(CODEC, scale_indices=CODEC.scale_indices + np.int16(1))).sha256)
    digests.add(seal(dataclasses.replace(CODEC, model_sha256="0" * 64)).sha256)
    digests.add(
        seal(
            dataclasses.replace(CODEC, quantiser=CODEC.quantiser._replace(shifts=CODEC.quantiser.shifts / 2))
        ).sha256
    )
    assert len(digests) == 9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"center": np.zeros(3, np.float32)}, "whitening"),
        ({"means": np.full(CODEC.means.shape, np.nan, np.float32)}, "means"),
        ({"row_frequencies": CODEC.tables.rows[:-1]}, "frequencies"),
        ({"row_frequencies": CODEC.tables.rows + np.uint32(1)}, "sum to"),
        ({"class_frequencies": CODEC.tables.classes * np.uint32(0)}, "sum to|at least 1"),
        ({"row_limits": CODEC.tables.limits * np.uint16(0)}, "limits"),
        ({"thresholds": CODEC.quantiser.thresholds * 9}, "thresholds"),
        ({"unwhitening": CODEC.unwhitening * np.float32(2)}, "digest"),
    ],
)  # fmt: skip
def test_a_damaged_codec_is_refused(tmp_path, change, message):
    from aestudy.files.archives import read_archive, read_provenance, write_archive

    path = tmp_path / "codec.npz"
    write_codec(path, CODEC)
    arrays = read_archive(path)
    del arrays["provenance"]
    write_archive(path, arrays | change, read_provenance(path))
    with pytest.raises(StudyError, match=message):
        read_codec(path)


def test_a_codec_of_another_model_is_refused(tmp_path):
    from aestudy.networks.architecture import write_parameters

    network = small_network(seed=8)
    write_parameters(tmp_path / "params.npz", network.architecture, network.parameters, {})
    with pytest.raises(StudyError, match="no codec yet"):
        load_network_and_codec(tmp_path)
    write_codec(tmp_path / "codec.npz", CODEC)
    with pytest.raises(StudyError, match="another model"):
        load_network_and_codec(tmp_path)
    with pytest.raises(StudyError, match=r"elsewhere\.npz: the model has no codec yet"):
        load_network_and_codec(tmp_path, tmp_path / "elsewhere.npz")
    with pytest.raises(StudyError, match="found nothing"):
        find_model(tmp_path / "absent")


def test_a_step_out_of_range_is_refused():
    finest, coarsest = CODEC.step_range
    for step_index in (finest - 1, coarsest + 1):
        with pytest.raises(StudyError, match="step: expected"):
            CODEC.quantise(np.zeros((1, LATENTS), np.float32), step_index)


@pytest.mark.parametrize("shape", [(12, 10), (24, 20), (13, 11), (5, 40), (30, 9)])
def test_tiles_are_put_together_again(shape):
    images = np.random.default_rng(0).integers(0, 256, (3, *shape), np.uint8)
    tiles = cut(images, SHAPE)
    assert tiles.shape == (3 * np.prod(grid(shape, SHAPE)), *SHAPE)
    np.testing.assert_array_equal(join(tiles, shape), images)
    np.testing.assert_array_equal(tiles[0], np.pad(images[0], ((0, 12), (0, 10)), mode="edge")[:12, :10])


def test_a_payload_of_too_many_images_is_refused():
    quantised = CODEC.quantise(small_compressor().latents(blobs(50)), 0)
    payload = CODEC.encode(quantised, 0)
    for count in (1, 49):
        with pytest.raises(DamagedPayloadError):
            decode_symbols(CODEC.tables, CODEC.rows(0), payload, count)
