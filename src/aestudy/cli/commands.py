"""Run `aestudy encode`, `decode`, `info` and `fit-codec`."""

import argparse
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.cli.inputs import read_inputs
from aestudy.cli.outputs import check_output, check_output_file, write_images, written
from aestudy.cli.progress_line import ProgressLine
from aestudy.codec.compression import Compressor
from aestudy.codec.files import CODEC_NAME, PARAMETERS_NAME, find_model, load_network_and_codec, write_codec
from aestudy.codec.step_choice import step_for_bits, step_for_psnr
from aestudy.codec.steps import index_of, step_of
from aestudy.codec.stream import MAGIC, VERSION, read_stream
from aestudy.errors import StudyError
from aestudy.files.atomic import atomic_write
from aestudy.files.reading import first_bytes
from aestudy.networks.architecture import read_parameters


def encode(options: argparse.Namespace) -> None:
    """Compress images into a file.

    Raises:
        StudyError: a mistake in the model, the images or the options; nothing is written.
    """
    check_output_file(options.output, [options.model, *options.images])
    compressor = Compressor.load(options.model)
    codec = compressor.codec
    if options.step is not None:
        codec.check_step(index_of(options.step))
    images = read_inputs(options.images, convert=options.convert)
    where = ", ".join(map(str, options.images[:3])) + (" …" if len(options.images) > 3 else "")
    latents = compressor.latents(images, where=where, tile=options.tile, progress=ProgressLine("encoding"))
    count, image_shape = len(images), images.shape[1:]
    facts: dict[str, Any] = {}
    if options.bits is not None:
        step_index, quantised = step_for_bits(compressor, latents, image_shape, count, options.bits)
    else:
        if options.psnr is not None:
            step_index, psnr = step_for_psnr(
                compressor, latents, images, options.psnr, ProgressLine("looking for the step")
            )
            facts["mean PSNR"] = f"{psnr:.2f} dB"
        elif options.step is not None:
            step_index = index_of(options.step)
        else:
            step_index = codec.default_step_index
        quantised = codec.quantise(latents, step_index)
    raw = compressor.pack(quantised, image_shape, count, step_index)
    with written(options.output), atomic_write(options.output) as file:
        file.write(raw)
    facts = _rate(len(raw), count, image_shape, step_index) | facts
    print(f"{options.output}: " + ", ".join(f"{name} {value}" for name, value in facts.items()))


def decode(options: argparse.Namespace) -> None:
    """Decompress a file.

    Raises:
        StudyError: a mistake in the model, the file or the options; nothing is written.
    """
    check_output(options.output, [options.model, options.file])
    compressor = Compressor.load(options.model)
    stream = read_stream(options.file)
    quantised = compressor.unpack(stream, where=str(options.file))
    images = compressor.images(quantised, stream.image_shape, stream.step_index, ProgressLine("decoding"))
    provenance = {"codec_sha256": compressor.codec.sha256, "step": step_of(stream.step_index)}
    write_images(options.output, images, provenance, ProgressLine("writing"))
    print(f"{options.output}: {_images(len(images), images.shape[1:])}")


def info(options: argparse.Namespace) -> None:
    """Describe a compressed file, or a model with its codec.

    Raises:
        StudyError: the file is missing or neither of both.
    """
    path = options.path
    is_stream = path.is_file() and first_bytes(path, len(MAGIC)) == MAGIC
    facts = _describe_stream(path) if is_stream else _describe_model(path)
    if options.json:
        print(json.dumps(facts, indent=2))
    else:
        width = max(map(len, facts))
        print("\n".join(f"{name.replace('_', ' '):<{width}}  {value}" for name, value in facts.items()))


def fit_codec(options: argparse.Namespace) -> None:
    """Fit a codec to a model and write it beside it.

    Raises:
        StudyError: a mistake in the model or the images, or there is a codec already; nothing is written.
    """
    from aestudy.codec.fitting import fit_codec_to_model

    model = find_model(options.model)
    output = model.with_name(CODEC_NAME)
    if output.exists() and not options.force:
        raise StudyError(
            f"{output}: there is a codec already. --force replaces it, but then files that were encoded with "
            "it can no longer be decoded."
        )
    check_output_file(output, options.images)
    codec = fit_codec_to_model(model, read_inputs(options.images, convert=options.convert))
    with written(output):
        write_codec(output, codec)
    print(f"{output}: codec {codec.sha256[:12]}, default step {step_of(codec.default_step_index):.4g}")


def _describe_stream(path: Path) -> dict[str, Any]:
    stream = read_stream(path)
    size = path.stat().st_size
    return {
        "format": f"aestudy stream, version {VERSION}",
        "codec": stream.codec_sha256,
        "images": stream.count,
        "height": stream.image_shape[0],
        "width": stream.image_shape[1],
        "step": round(step_of(stream.step_index), 6),
        "bytes": size,
        "header_bytes": size - len(stream.payload),
        "bits_per_image": round(8 * size / stream.count, 4),
        "bits_per_pixel": round(8 * size / (stream.count * stream.image_shape[0] * stream.image_shape[1]), 6),
    }


def _describe_model(path: Path) -> dict[str, Any]:
    # A codec says little without its model, which is beside it.
    model = find_model(path.parent if path.name == CODEC_NAME and path.is_file() else path)
    if not zipfile.is_zipfile(model):
        raise StudyError(
            f"{model}: expected a compressed file of `aestudy encode`, a codec ({CODEC_NAME}) or a model of "
            f"the study ({PARAMETERS_NAME}), found something else or a damaged file."
        )
    architecture, _, provenance = read_parameters(model)
    facts: dict[str, Any] = {
        "format": "aestudy model",
        **{
            name: provenance[name]
            for name in ("dataset", "objective", "trained_on", "seed")
            if name in provenance
        },
        "height": architecture.image_shape[0],
        "width": architecture.image_shape[1],
        "layers": architecture.description,
        "latents": architecture.code_size,
        "multiply_adds": architecture.multiply_adds,
    }
    if not model.with_name(CODEC_NAME).is_file():
        return facts | {"codec": "none; fit one with `aestudy fit-codec`"}
    _, codec = load_network_and_codec(model)
    finest, coarsest = codec.step_range
    return facts | {
        "codec": codec.sha256[:12],
        "classes": len(codec.means),
        "default_step": round(step_of(codec.default_step_index), 6),
        "finest_step": round(step_of(finest), 6),
        "coarsest_step": round(step_of(coarsest), 6),
    }


def _rate(size: int, count: int, image_shape: tuple[int, int], step_index: int) -> dict[str, str]:
    bits = 8 * size / count
    return {
        "images": f"{count:,} of {image_shape[0]} x {image_shape[1]} pixels",
        "bytes": f"{size:,}",
        "bits per image": f"{bits:.1f}",
        "bits per pixel": f"{bits / np.prod(image_shape):.4f}",
        "step": f"{step_of(step_index):.4g}",
    }


def _images(count: int, image_shape: tuple[int, int]) -> str:
    return f"{count:,} image{'s' if count != 1 else ''} of {image_shape[0]} x {image_shape[1]} pixels"
