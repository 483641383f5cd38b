"""The arguments of `aestudy encode`, `decode`, `info` and `fit-codec`.

Everything heavy is imported when a command runs, so that `--help` answers at once.
"""

import argparse
import importlib
import math
from collections.abc import Callable
from pathlib import Path

_MODEL = "a trained model: params.npz or its folder, with codec.npz in the same folder"
_IMAGES = "an image file, a folder of images, an .npz with the array `images`, or an idx file (may be .gz)"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the codec's commands to those of the package."""
    encode = commands.add_parser(
        "encode",
        help="compress images into a file",
        description="Compress grayscale images with a trained model. All images must have one size.",
    )
    encode.add_argument("model", type=Path, metavar="MODEL", help=_MODEL)
    encode.add_argument("images", type=Path, nargs="+", metavar="IMAGES", help=_IMAGES)
    encode.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the file to write")
    quality = encode.add_mutually_exclusive_group()
    quality.add_argument(
        "--step", type=_positive, help="step of the quantiser (default: the one fitted with the codec)"
    )
    quality.add_argument(
        "--bits", type=_positive, help="the finest step with at most so many bits per image, header included"
    )
    quality.add_argument(
        "--psnr", type=_positive, help="the coarsest step with at least this mean PSNR (dB) over the images"
    )
    encode.add_argument(
        "--tile", action="store_true", help="cut images of another size than the model's into tiles"
    )
    _add_convert(encode)
    encode.set_defaults(run=_command("encode"))

    decode = commands.add_parser(
        "decode", help="decompress a file", description="Decompress a file that `aestudy encode` wrote."
    )
    decode.add_argument("model", type=Path, metavar="MODEL", help=f"{_MODEL}; the one it was encoded with")
    decode.add_argument("file", type=Path, metavar="FILE", help="the compressed file")
    decode.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FOLDER|FILE.npz",
        help="a new or empty folder for numbered PNG files, or an .npz for the array `images`",
    )  # fmt: skip
    decode.set_defaults(run=_command("decode"))

    info = commands.add_parser(
        "info",
        help="describe a compressed file or a model",
        description="Describe a compressed file or a model with its codec.",
    )
    info.add_argument("path", type=Path, metavar="FILE|MODEL", help="a compressed file, or a model")
    info.add_argument("--json", action="store_true", help="print JSON")
    info.set_defaults(run=_command("info"))

    fit = commands.add_parser(
        "fit-codec",
        help="fit a codec to a model",
        description="Fit quantisers and frequency tables to a model and write them to codec.npz beside it.",
    )
    fit.add_argument("model", type=Path, metavar="MODEL", help="a trained model: params.npz or its folder")
    fit.add_argument(
        "images", type=Path, nargs="+", metavar="IMAGES", help=f"what the model was trained on: {_IMAGES}"
    )
    fit.add_argument(
        "--force", action="store_true", help="replace a codec; files encoded with it can then not be decoded"
    )
    _add_convert(fit)
    fit.set_defaults(run=_command("fit_codec"))


def _add_convert(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--convert", action="store_true",
        help="turn color into gray and 16 bits into 8, with a notice (default: such images are refused)",
    )  # fmt: skip


def _command(name: str) -> Callable[[argparse.Namespace], None]:
    def run(options: argparse.Namespace) -> None:
        getattr(importlib.import_module("aestudy.cli.commands"), name)(options)

    return run


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise argparse.ArgumentTypeError(f"expected a number above 0, found {text}")
    return number
