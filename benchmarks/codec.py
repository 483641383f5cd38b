"""How many images per second the codec encodes and decodes, on one core, from pixels to a file and back.

    taskset -c 0 python benchmarks/codec.py MODEL IMAGES [--repeats 5]

MODEL has its codec beside it; IMAGES is an .npz with the array `images`, or an idx file. Times are the best
of several: other work on the machine only ever adds to them. The network's pass is part of both directions.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from aestudy.devices.environment import fix_environment


def best_time(work: Callable[[], object], repeats: int) -> float:
    """Time a function: the shortest of several runs, in seconds."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    """Read the arguments, measure, print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("images", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()

    fix_environment()
    from aestudy.cli.inputs import read_inputs
    from aestudy.codec.compression import Compressor
    from aestudy.codec.step_choice import mean_psnr_db
    from aestudy.codec.steps import PER_OCTAVE, step_of

    compressor = Compressor.load(options.model)
    images = read_inputs([options.images], convert=False)
    print(f"{len(images):,} images of {images.shape[1]} x {images.shape[2]} pixels, one core")
    print("step    bits/image  PSNR (dB)  encode (images/s)  decode (images/s)")
    default = compressor.codec.default_step_index
    for step_index in (default - PER_OCTAVE, default, default + PER_OCTAVE):
        raw = compressor.encode(images, step_index)
        quality = mean_psnr_db(images, compressor.decode(raw))
        encode = best_time(lambda step=step_index: compressor.encode(images, step), options.repeats)
        decode = best_time(lambda raw=raw: compressor.decode(raw), options.repeats)
        print(
            f"{step_of(step_index):<7.4g} {8 * len(raw) / len(images):>10.1f} {quality:>10.2f} "
            f"{len(images) / encode:>18,.0f} {len(images) / decode:>18,.0f}"
        )


if __name__ == "__main__":
    main()
