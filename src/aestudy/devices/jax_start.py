"""Start JAX for one job: confined to its threads, sharing a GPU politely, with a compilation cache.

Import this module before JAX: it sets what JAX reads when it is imported.
"""

import contextlib
import hashlib
import importlib.util
import logging
import os
import platform
from pathlib import Path

from aestudy.devices.gpu_slots import SLOTS_PER_GPU, choose_gpu
from aestudy.files.cache import cache_root

logger = logging.getLogger(__name__)

CPU_FLAGS = "--xla_cpu_multi_thread_eigen=false"
"""One thread for each matrix product on a CPU."""

GPU_FLAGS = "--xla_gpu_autotune_level=0"
"""No choice of kernels by their speed on a GPU, which makes other bytes each time a program is compiled."""


def start_jax(threads: int = 1) -> str:
    """Import JAX and start its backend so that several jobs can run side by side.

    On CPU the backend sizes its thread pool by the cores that the process may use, and flags alone do not
    confine it. So the process is bound to `threads` cores while the backend starts, and set free afterwards:
    the pool keeps its size, and the operating system can move the job to an idle core.

    On GPU the process keeps all cores, on which XLA compiles. Nothing is allocated in advance and no job
    takes more than a fifth of the memory, so that jobs can share one. Of several GPUs the job sees the one
    with the fewest jobs (`aestudy.devices.gpu_slots`). Where JAX has its GPU plug-in but finds no usable GPU,
    the job runs on the CPU and its log says so.

    Args:
        threads: number of threads of the backend. Jobs use one, because results are defined for one; the
            benchmarks try more.

    Returns:
        The device in words, as `cpu (1 thread)` or `gpu NVIDIA H100`.
    """
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    os.environ.setdefault("XLA_PYTHON_CLIENT_MEM_FRACTION", f"{1 / SLOTS_PER_GPU:g}")
    choose_gpu()
    gpu = expects_gpu()
    flags = [os.environ.get("XLA_FLAGS", ""), CPU_FLAGS * (threads == 1), GPU_FLAGS * gpu]
    os.environ["XLA_FLAGS"] = " ".join(filter(None, flags))
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    confined = threads < len(allowed) and not gpu
    if confined:
        os.sched_setaffinity(0, sorted(allowed)[:threads])
    try:
        import jax

        cache = {
            "jax_compilation_cache_dir": str(compilation_cache_folder()),
            "jax_persistent_cache_min_compile_time_secs": 0.1,
            "jax_persistent_cache_min_entry_size_bytes": -1,
        }
        for name, value in cache.items():
            jax.config.update(name, value)  # type: ignore[no-untyped-call]
        device = jax.devices()[0]
    finally:
        if confined:
            _set_free(allowed)
    if device.platform == "cpu":
        if gpu:
            logger.warning("JAX has a GPU plug-in but found no usable GPU; this job runs on the CPU")
        return f"cpu ({threads} thread{'s' if threads > 1 else ''})"
    return f"{device.platform} {device.device_kind}"


def _set_free(cores: set[int]) -> None:
    """Let every thread of this process use the cores; one of the start-up may end meanwhile."""
    for task in os.listdir("/proc/self/task"):  # noqa: PTH208 - names, not paths
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(int(task), cores)


def expects_gpu() -> bool:
    """Tell whether JAX will look for a GPU: it has its plug-in, and nobody asked for the CPU."""
    return os.environ.get("JAX_PLATFORMS") != "cpu" and any(
        importlib.util.find_spec(f"jax_cuda{version}_plugin") for version in (12, 13)
    )


def compilation_cache_folder() -> Path:
    """Name the folder that keeps compiled programs between jobs.

    It is named after the processor: code compiled for one is not safe to run on another, and home folders are
    shared on clusters.
    """
    processor = [platform.machine(), platform.processor()]
    info = Path("/proc/cpuinfo")
    if info.is_file():
        wanted = ("model name", "flags", "Features")
        lines = info.read_text(errors="replace").split("\n\n")[0].splitlines()
        processor += [line for line in lines if line.startswith(wanted)]
    digest = hashlib.sha256("\n".join(processor).encode()).hexdigest()[:12]
    return cache_root() / "xla" / digest
