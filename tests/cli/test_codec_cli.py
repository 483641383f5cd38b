import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aestudy.cli import inputs
from aestudy.cli.main import main
from aestudy.cli.progress_line import ProgressLine
from aestudy.codec.files import digest_network, load_network_and_codec
from aestudy.files.archives import read_archive, write_archive
from aestudy.metrics.pixelwise import psnr_db
from aestudy.networks.architecture import write_parameters
from conftest import idx_bytes
from support.codec_models import SHAPE, blobs, small_network

IMAGES = blobs(30, seed=1)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model with the codec that the command line fitted to it."""
    folder = tmp_path_factory.mktemp("model")
    network = small_network()
    write_parameters(folder / "params.npz", network.architecture, network.parameters, {"dataset": "blobs"})
    write_archive(folder / "train.npz", {"images": blobs(600)}, {})
    assert main(["fit-codec", str(folder), str(folder / "train.npz")]) == 0
    return folder


def run(*arguments):
    return main([str(argument) for argument in arguments])


def fails(capsys, *arguments):
    """Run a command that must fail, and give its message."""
    assert run(*arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("aestudy: error: ")
    assert captured.err.count("\n") == 1
    return captured.err


def save_png(path, array):
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(array).save(path)


def read_png(path):
    with Image.open(path) as image:
        return np.asarray(image)


def write_inputs(folder):
    """The same images in every form that is read."""
    for number, image in enumerate(IMAGES):
        save_png(folder / "pictures" / f"{number:02}.png", image)
    write_archive(folder / "own.npz", {"images": IMAGES}, {})
    (folder / "images-idx3-ubyte").write_bytes(idx_bytes(IMAGES))
    (folder / "images-idx3-ubyte.gz").write_bytes(gzip.compress(idx_bytes(IMAGES)))
    np.savez(folder / "floats.npz", images=IMAGES[..., None] / 255)
    return [
        [folder / "pictures"],
        [folder / "own.npz"],
        [folder / "images-idx3-ubyte"],
        [folder / "images-idx3-ubyte.gz"],
        [folder / "floats.npz"],
        sorted((folder / "pictures").iterdir()),
    ]


def test_every_form_of_input_gives_the_same_file(model, tmp_path, capsys):
    files = []
    for number, paths in enumerate(write_inputs(tmp_path)):
        assert run("encode", model, *paths, "-o", tmp_path / f"{number}.aest") == 0
        files.append((tmp_path / f"{number}.aest").read_bytes())
    assert len(set(files)) == 1
    out = capsys.readouterr().out
    assert "30 of 12 x 10 pixels" in out
    assert f"bits per image {8 * len(files[0]) / 30:.1f}" in out


def test_what_is_decoded_is_what_the_network_makes_of_the_latents(model, tmp_path):
    write_archive(tmp_path / "own.npz", {"images": IMAGES}, {})
    assert run("encode", model / "params.npz", tmp_path / "own.npz", "-o", tmp_path / "f.aest") == 0
    assert run("decode", model, tmp_path / "f.aest", "-o", tmp_path / "decoded.npz") == 0
    assert run("decode", model, tmp_path / "f.aest", "-o", tmp_path / "a folder" / "decoded") == 0
    decoded = read_archive(tmp_path / "decoded.npz", "images")["images"]
    network, codec = load_network_and_codec(model)
    step_index = codec.default_step_index
    latents = codec.dequantise(
        codec.quantise(network.encode(np.float32(IMAGES) / 255), step_index), step_index
    )
    np.testing.assert_allclose(decoded, network.decode(latents) * 255, atol=0.51)
    files = sorted((tmp_path / "a folder" / "decoded").iterdir())
    assert [file.name for file in files] == [f"{number:04}.png" for number in range(30)]
    np.testing.assert_array_equal([read_png(file) for file in files], decoded)


@pytest.mark.parametrize("target", [30, 15, 9])
def test_a_rate_is_kept(model, tmp_path, target):
    write_archive(tmp_path / "own.npz", {"images": blobs(1000, seed=2)}, {})
    assert run("encode", model, tmp_path / "own.npz", "-o", tmp_path / "f.aest", "--bits", target) == 0
    bits = 8 * (tmp_path / "f.aest").stat().st_size / 1000
    assert target - 0.7 < bits <= target


def test_a_quality_is_kept(model, tmp_path, capsys):
    images = blobs(1000, seed=2)
    write_archive(tmp_path / "own.npz", {"images": images}, {})
    network, _ = load_network_and_codec(model)
    best = psnr_db(np.float32(images) / 255, network.reconstruct(np.float32(images) / 255)).mean()
    target = round(best - 0.2, 3)
    assert run("encode", model, tmp_path / "own.npz", "-o", tmp_path / "f.aest", "--psnr", target) == 0
    assert run("decode", model, tmp_path / "f.aest", "-o", tmp_path / "d.npz") == 0
    decoded = read_archive(tmp_path / "d.npz", "images")["images"]
    reached = psnr_db(np.float32(images) / 255, np.float32(decoded) / 255).mean()
    assert target <= reached < best
    assert f"mean PSNR {reached:.2f} dB" in capsys.readouterr().out


def test_a_coarser_step_makes_a_smaller_file(model, tmp_path):
    write_archive(tmp_path / "own.npz", {"images": IMAGES}, {})
    sizes = []
    for step in ("0.05", "0.2", "0.8"):
        assert run("encode", model, tmp_path / "own.npz", "-o", tmp_path / "f.aest", "--step", step) == 0
        sizes.append((tmp_path / "f.aest").stat().st_size)
    assert sizes == sorted(set(sizes), reverse=True)


def test_tiles(model, tmp_path, capsys):
    save_png(tmp_path / "big.png", blobs(1, shape=(40, 33))[0])
    message = fails(capsys, "encode", model, tmp_path / "big.png", "-o", tmp_path / "f.aest")
    assert "big.png: expected images of the model's size, 12 x 10 pixels, found 40 x 33" in message
    assert "--tile" in message
    assert not (tmp_path / "f.aest").exists()
    assert run("encode", model, tmp_path / "big.png", "-o", tmp_path / "f.aest", "--tile", "--psnr", 4) == 0
    assert run("decode", model, tmp_path / "f.aest", "-o", tmp_path / "d") == 0
    assert read_png(tmp_path / "d" / "0000.png").shape == (40, 33)


def test_info(model, tmp_path, capsys):
    write_archive(tmp_path / "own.npz", {"images": IMAGES}, {})
    run("encode", model, tmp_path / "own.npz", "-o", tmp_path / "f.aest", "--step", 0.25)
    capsys.readouterr()
    assert run("info", tmp_path / "f.aest", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    size = (tmp_path / "f.aest").stat().st_size
    assert facts["images"] == 30
    assert (facts["height"], facts["width"]) == SHAPE
    assert facts["step"] == 0.25
    assert facts["bytes"] == size
    assert facts["bits_per_image"] == round(8 * size / 30, 4)
    assert run("info", model, "--json") == 0
    about_model = json.loads(capsys.readouterr().out)
    assert about_model["codec"] == facts["codec"]
    assert about_model["layers"] == "120-6-120"
    assert run("info", model / "params.npz") == 0
    assert "dataset        blobs\n" in capsys.readouterr().out


def test_a_model_without_codec(tmp_path, capsys):
    network = small_network()
    write_parameters(tmp_path / "params.npz", network.architecture, network.parameters, {})
    assert run("info", tmp_path) == 0
    assert "none; fit one" in capsys.readouterr().out
    message = fails(capsys, "encode", tmp_path, tmp_path / "x.png", "-o", tmp_path / "f.aest")
    assert "no codec yet" in message
    assert "fit-codec" in message


def test_a_codec_is_not_replaced_by_accident(model, capsys):
    before = (model / "codec.npz").read_bytes()
    assert "--force" in fails(capsys, "fit-codec", model, model / "train.npz")
    assert run("fit-codec", model, model / "train.npz", "--force") == 0
    assert (model / "codec.npz").read_bytes() == before


def png(mode, color):
    buffer = io.BytesIO()
    Image.new(mode, SHAPE[::-1], color).save(buffer, "png")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("mode", "color", "gray"),
    [("RGB", (200, 200, 200), 200), ("RGBA", (90, 90, 90, 255), 90), ("I;16", 257 * 77, 77)],
)
def test_other_images_are_refused_or_converted_with_a_notice(model, tmp_path, capsys, mode, color, gray):
    (tmp_path / "other.png").write_bytes(png(mode, color))
    (tmp_path / "same.png").write_bytes(png("L", gray))
    assert "8-bit grayscale" in fails(capsys, "encode", model, tmp_path / "other.png", "-o", tmp_path / "a")
    assert not (tmp_path / "a").exists()
    assert run("encode", model, tmp_path / "other.png", "-o", tmp_path / "a", "--convert") == 0
    assert "notice: converted to 8-bit gray: " in capsys.readouterr().err
    assert run("encode", model, tmp_path / "same.png", "-o", tmp_path / "b", "--convert") == 0
    assert capsys.readouterr().err == ""
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_bad_input_gives_one_message_and_no_file(model, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "zero").write_bytes(b"")
    (tmp_path / "labels").write_bytes(idx_bytes(np.zeros(5, np.uint8)))
    (tmp_path / "short.idx").write_bytes(idx_bytes(IMAGES)[:-1])
    (tmp_path / "none.idx").write_bytes(idx_bytes(IMAGES[:0]))
    np.save(tmp_path / "plain.npy", IMAGES)
    np.savez(tmp_path / "other.npz", pictures=IMAGES)
    np.savez(tmp_path / "nan.npz", images=np.full((2, *SHAPE), np.nan))
    save_png(tmp_path / "good.png", IMAGES[0])
    save_png(tmp_path / "mixed" / "1.png", IMAGES[0])
    save_png(tmp_path / "mixed" / "2.png", IMAGES[0].T)
    save_png(tmp_path / "drawing.png", np.zeros((*SHAPE, 3), np.uint8))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    save_png(tmp_path / "half" / "1.png", IMAGES[0])
    (tmp_path / "half" / "2.png").symlink_to(tmp_path / "gone")
    for name, start, size in (("huge.png", b"\x89PNG", 2**28), ("huge.idx", b"\0\0\x08\x03", 2**31)):
        with (tmp_path / name).open("wb") as file:
            file.write(start)
            file.truncate(size + 1)
    truncated = (tmp_path / "good.png").read_bytes()[:-30]
    (tmp_path / "cut.png").write_bytes(truncated)
    expected = {
        "absent": "no such file or folder",
        "empty": "found none",
        "text.png": "found something else",
        "plain.npy": "expected an .npz file, found a single array (.npy); numpy.savez('mine.npz', images=",
        "pipe": "expected a file or a folder with images, found a named pipe",
        "broken": "expected a file or a folder with images, found a broken link",
        "half": "half/2.png: expected an image or a folder, found a broken link",
        "huge.png": "expected at most 268,435,456 bytes, found 268,435,457",
        "huge.idx": "expected at most 2,147,483,648 bytes, found 2,147,483,649",
        "drawing.png": "color (mode RGB)",
        "zero": "found something else",
        "labels": "3 dimensions",
        "short.idx": "truncated",
        "none.idx": "found none",
        "other.npz": "`images`",
        "nan.npz": "NaN",
        "cut.png": "truncated or damaged",
        "mixed": "expected the size of the images before, 12 x 10 pixels (height x width), found 10 x 12",
    }
    for name, message in expected.items():
        found = fails(capsys, "encode", model, tmp_path / name, "-o", tmp_path / "f.aest")
        assert message in found, name
        assert name in found
    assert "found a device" in fails(capsys, "encode", model, "/dev/zero", "-o", tmp_path / "f.aest")
    assert not list(tmp_path.glob("*f.aest*"))


def test_a_bomb_is_refused(model, tmp_path, capsys, monkeypatch):
    """Few compressed bytes that stand for more than the largest idx file may have."""
    monkeypatch.setattr(inputs, "MAXIMUM_IDX_BYTES", 10_000_000)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes([0, 0, 8, 3]) + bytes(20_000_000)))
    message = fails(capsys, "encode", model, tmp_path / "bomb.gz", "-o", tmp_path / "f.aest")
    assert "bomb.gz: expected at most 10,000,000 bytes of content, found more" in message


def test_black_images_are_encoded_with_a_notice(model, tmp_path, capsys):
    write_archive(tmp_path / "own.npz", {"images": IMAGES % 2}, {})
    assert run("encode", model, tmp_path / "own.npz", "-o", tmp_path / "f.aest") == 0
    assert "notice: no value is above 1 of 255" in capsys.readouterr().err


def test_info_names_what_it_takes(model, tmp_path, capsys):
    (tmp_path / "README.md").write_text("no model")
    message = fails(capsys, "info", tmp_path / "README.md")
    for expected in ("README.md: expected a compressed file", "codec.npz", "params.npz"):
        assert expected in message
    assert run("info", model) == 0
    described = capsys.readouterr().out
    assert run("info", model / "codec.npz") == 0
    assert capsys.readouterr().out == described


def test_bad_streams_give_one_message_and_no_folder(model, tmp_path, capsys):
    write_archive(tmp_path / "own.npz", {"images": IMAGES}, {})
    run("encode", model, tmp_path / "own.npz", "-o", tmp_path / "good.aest")
    capsys.readouterr()
    raw = (tmp_path / "good.aest").read_bytes()
    (tmp_path / "cut").write_bytes(raw[:-3])
    (tmp_path / "foreign").write_bytes(b"\x89PNG and so on")
    (tmp_path / "flipped").write_bytes(raw[:30] + bytes([raw[30] ^ 8]) + raw[31:])
    (tmp_path / "empty").write_bytes(b"")
    expected = {
        "absent": "no such file",
        "cut": "truncated or damaged",
        "foreign": "expected a file that `aestudy encode`",
        "flipped": "truncated or damaged",
        "empty": "an empty file",
        "/dev/zero": "found something else",
    }
    for name, message in expected.items():
        for output in ("out", "out.npz"):
            assert message in fails(capsys, "decode", model, tmp_path / name, "-o", tmp_path / output)
    assert not list(tmp_path.glob("*out*"))


def test_a_stream_of_another_model(model, tmp_path, capsys):
    network = small_network(seed=3)
    write_parameters(tmp_path / "params.npz", network.architecture, network.parameters, {})
    assert run("fit-codec", tmp_path, model / "train.npz") == 0
    assert run("encode", tmp_path, model / "train.npz", "-o", tmp_path / "f.aest") == 0
    capsys.readouterr()
    assert "with another model" in fails(capsys, "decode", model, tmp_path / "f.aest", "-o", tmp_path / "d")
    assert digest_network(network) != digest_network(small_network())


def test_outputs_that_would_destroy_something_are_refused(model, tmp_path, capsys):
    write_archive(tmp_path / "own.npz", {"images": IMAGES}, {})
    before = (tmp_path / "own.npz").read_bytes()
    assert "one of the inputs" in fails(
        capsys, "encode", model, tmp_path / "own.npz", "-o", tmp_path / "own.npz"
    )
    assert "found a folder" in fails(capsys, "encode", model, tmp_path / "own.npz", "-o", tmp_path)
    assert "is not a folder" in fails(
        capsys, "encode", model, tmp_path / "own.npz", "-o", tmp_path / "own.npz" / "f"
    )
    run("encode", model, tmp_path / "own.npz", "-o", tmp_path / "f.aest")
    capsys.readouterr()
    assert "found one with files" in fails(capsys, "decode", model, tmp_path / "f.aest", "-o", tmp_path)
    assert "found a file" in fails(capsys, "decode", model, tmp_path / "f.aest", "-o", tmp_path / "f.aest")
    assert (tmp_path / "own.npz").read_bytes() == before


def command(*arguments, before="", **options):
    """Run a command as a person does, after a statement of Python."""
    words = [
        sys.executable,
        "-c",
        f"{before}\nimport sys; from aestudy.cli.main import main; sys.exit(main())",
    ]
    return subprocess.run([*words, *map(str, arguments)], text=True, check=False, **options)


def test_outputs_that_cannot_be_written_end_in_one_sentence(model, tmp_path, capsys):
    write_archive(tmp_path / "own.npz", {"images": IMAGES}, {})
    os.mkfifo(tmp_path / "pipe")
    expected = {
        "/proc/x": "/proc/x: cannot be written",
        "/proc/x/y.npz": "/proc/x/y.npz: cannot be written",
        "/dev/full": "/dev/full: expected the name of a file to write, found a device",
        "/dev/null": "/dev/null: expected the name of a file to write, found a device",
        tmp_path / "pipe": "pipe: expected the name of a file to write, found a named pipe",
        tmp_path / "own.npz" / "f": "own.npz is not a folder",
        tmp_path / ("n" * 300): "File name too long",
    }
    for output, message in expected.items():
        found = fails(capsys, "encode", model, tmp_path / "own.npz", "-o", output)
        assert message in found
    run("encode", model, tmp_path / "own.npz", "-o", tmp_path / "f.aest")
    capsys.readouterr()
    expected["/dev/full"] = "found a device"
    expected["/dev/null"] = "found a device"
    expected[tmp_path / "pipe"] = "found a named pipe"
    for output, message in expected.items():
        assert message in fails(capsys, "decode", model, tmp_path / "f.aest", "-o", output)
    assert Path("/dev/null").is_char_device()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.aest", "own.npz", "pipe"]


@pytest.mark.parametrize("output", ["f.aest", "decoded.npz", "decoded"])
def test_a_full_disk_ends_in_one_sentence(model, tmp_path, output):
    """Here it is a limit on the size of files, which the kernel keeps as it keeps that of a disk."""
    write_archive(tmp_path / "own.npz", {"images": blobs(500)}, {})
    assert run("encode", model, tmp_path / "own.npz", "-o", tmp_path / "full.aest") == 0
    arguments = (
        ["encode", model, tmp_path / "own.npz"] if output == "f.aest" else ["decode", model, "full.aest"]
    )
    finished = command(
        *arguments, "-o", output, cwd=tmp_path, capture_output=True,
        before="import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))",
    )  # fmt: skip
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"aestudy: error: {output}: cannot be written (File too large")
    assert finished.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full.aest", "own.npz"]


def test_what_is_printed_may_find_no_room_or_no_reader(model):
    with Path("/dev/full").open("w") as full:
        finished = command("info", model, stdout=full, stderr=subprocess.PIPE)
    assert finished.returncode == 1
    assert finished.stderr == "aestudy: error: the output: No space left on device.\n"
    reading, writing = os.pipe()
    os.close(reading)
    finished = command("info", model, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (finished.returncode, finished.stderr) == (1, "")


def test_a_read_only_folder_is_refused_before_any_work(model, tmp_path, capsys, monkeypatch):
    """The tests may run as a user who can write everywhere."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    for arguments in (["encode", model, "none.png"], ["decode", model, "none.aest"]):
        assert f"{tmp_path} is read-only" in fails(capsys, *arguments, "-o", tmp_path / "f")


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--bits", "0.1", "expected at least"),
        ("--psnr", "99", "at most"),
        ("--step", "1e-9", "step: expected"),
        ("--step", "1e9", "step: expected"),
    ],
)
def test_targets_out_of_reach(model, tmp_path, capsys, option, value, message):
    write_archive(tmp_path / "own.npz", {"images": IMAGES}, {})
    assert message in fails(
        capsys, "encode", model, tmp_path / "own.npz", "-o", tmp_path / "f.aest", option, value
    )
    assert not (tmp_path / "f.aest").exists()


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "many"])
def test_values_that_are_no_quantity_are_refused(model, value, capsys):
    with pytest.raises(SystemExit) as stopped:
        run("encode", model, "x.png", "-o", "f", f"--step={value}")
    assert stopped.value.code == 2
    assert "expected a number above 0" in capsys.readouterr().err


def test_a_stopped_command_leaves_nothing(model, tmp_path, capsys, monkeypatch):
    write_archive(tmp_path / "own.npz", {"images": IMAGES}, {})
    run("encode", model, tmp_path / "own.npz", "-o", tmp_path / "f.aest")
    capsys.readouterr()

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Image.Image, "save", stop)
    assert run("decode", model, tmp_path / "f.aest", "-o", tmp_path / "out") == 130
    assert "nothing was written" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.aest", "own.npz"]


class Screen(io.StringIO):
    def __init__(self, terminal):
        super().__init__()
        self.terminal = terminal

    def isatty(self):
        return self.terminal


@pytest.mark.parametrize(("terminal", "pause", "lines"), [(True, 0.1, 21), (False, 10.0, 20)])
def test_progress_is_said_now_and_then(monkeypatch, terminal, pause, lines):
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    screen = Screen(terminal)
    progress = ProgressLine("encoding", screen)
    for done in range(1, 206):
        now[0] += pause / 10 + 1e-9
        progress(done, 205)
    text = screen.getvalue()
    assert text.count("encoding") == lines
    assert text.count("\r") == (lines if terminal else 0)
    assert text.endswith("\n")
    assert "encoding: 10 of 205 images" in text


def test_quick_work_says_nothing(model, tmp_path, capsys):
    write_archive(tmp_path / "own.npz", {"images": IMAGES}, {})
    run("encode", model, tmp_path / "own.npz", "-o", tmp_path / "f.aest")
    assert capsys.readouterr().err == ""
