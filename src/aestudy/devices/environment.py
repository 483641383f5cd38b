"""The known state that every job starts from: what decides the bits of a result, fixed.

NumPy, JAX, matplotlib and Python itself read variables of the environment. Some of them change results: the
number of threads, the precision, the instructions of the processor that are used. A person may have set them
for something else. So a job sets them aside before it imports any of these libraries.

Two things stay as they are and may change the last bits: the device (`JAX_PLATFORMS`, the visible GPUs) and
the instruction set of the machine (docs/reproducibility.md).
"""

import locale
import os
import re
import sys
from collections.abc import Mapping

from aestudy.files.cache import cache_root

THREAD_COUNTS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS",
)  # fmt: skip
"""Variables for the number of threads of a matrix product. It changes the order of sums, so jobs use one."""

READ_BY_LIBRARIES = re.compile(
    r"(JAX|XLA|TF|FLAX|OPTAX|NVIDIA_TF32|CUBLAS|CUBLASLT|CUDNN|NPY|NUMPY|SCIPY|OPENBLAS|GOTO|OMP|GOMP|KMP|MKL|BLIS"
    r"|VECLIB|NUMEXPR|MPL|JSIMD|PILLOW)_.*|MPLBACKEND|MPLCONFIGDIR|MATPLOTLIBRC"
)
"""Variables that the libraries for computing, drawing and packing read at their import."""

HARMLESS = re.compile(
    r"JAX_(PLATFORMS|PLATFORM_NAME|CUDA_VISIBLE_DEVICES|ROCM_VISIBLE_DEVICES|DEBUG_LOG_MODULES|EXPLAIN_CACHE_MISSES"
    r"|LOG_COMPILES|LOGGING_LEVEL|TRACEBACK_FILTERING)|XLA_PYTHON_CLIENT_.*|TF_CPP_.*"
)
"""Variables for where JAX runs, its memory and its messages; they change no result of a device."""

HARMLESS_FLAGS = re.compile(r"--xla_gpu_cuda_data_dir=\S+")
"""Flags of XLA that stay: where the compiler for GPUs is."""

READ_AT_START = re.compile(
    r"PYTHON(OPTIMIZE|WARNINGS|DEVMODE|INTMAXSTRDIGITS|IOENCODING|WARNDEFAULTENCODING|INSPECT|DEBUG)|GLIBC_TUNABLES"
)
"""Variables that Python and the C library read before any of our code runs."""

set_aside: list[str] = []
"""Variables that this process was given and does not use, for the log of its job."""


def fix_environment() -> None:
    """Bring this process into the known state; call it before NumPy, JAX or matplotlib is imported.

    Where that takes another start, the program is replaced by itself.
    """
    given = dict(os.environ)
    late = {name for name in given if READ_AT_START.fullmatch(name)}
    if late or (_encoding() != "utf-8" and given.get("PYTHONUTF8") != "1"):
        known = {name: value for name, value in given.items() if name not in late} | {"PYTHONUTF8": "1"}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], known)
    known = known_environment(given)
    set_aside[:] = what_is_set_aside(given)
    for name in given.keys() - known.keys():
        del os.environ[name]
    os.environ.update(known)


def known_environment(given: Mapping[str, str]) -> dict[str, str]:
    """Say which variables a job has that was given these.

    That is: without what could change a result, with one thread for each matrix product, in the language
    that Python and C have without any.
    """
    known = {
        name: value
        for name, value in given.items()
        if not name.startswith("LC_") and (HARMLESS.fullmatch(name) or not READ_BY_LIBRARIES.fullmatch(name))
    }
    flags = HARMLESS_FLAGS.findall(given.get("XLA_FLAGS", ""))
    if flags:
        known["XLA_FLAGS"] = " ".join(flags)
    # Matplotlib reads a file of settings and remembers fonts in this folder.
    known["MPLCONFIGDIR"] = str(cache_root() / "matplotlib")
    return known | dict.fromkeys(THREAD_COUNTS, "1") | {"LC_ALL": "C.UTF-8"}


def what_is_set_aside(given: Mapping[str, str]) -> list[str]:
    """List, as `NAME=value` by name, what somebody set to change how JAX, XLA, NumPy or OpenBLAS compute.

    Numbers of threads are not among it: clusters set them for everybody.
    """
    known = known_environment(given)
    return [
        f"{name}={value}"
        for name, value in sorted(given.items())
        if re.match("JAX|XLA|TF_|NVIDIA_TF32|CUBLAS|CUDNN|NPY|SCIPY|OPENBLAS|JSIMD|MKL|KMP", name)
        and name not in THREAD_COUNTS
        and known.get(name) != value
    ]


def _encoding() -> str:
    return locale.getpreferredencoding(False).lower()
