"""The known state that every job starts from: what a person's environment holds changes no result."""

import logging
import os
import subprocess
import sys

import pytest

from aestudy.devices.environment import READ_AT_START, THREAD_COUNTS, known_environment, what_is_set_aside
from aestudy_run.jobs import job
from support.environments import AT_START, DECIDES_BITS, QUIET
from support.jobs import snakemake_object

KEPT = {
    "PATH": "/bin", "HOME": "/nowhere", "JAX_PLATFORMS": "cpu", "XLA_PYTHON_CLIENT_MEM_FRACTION": "0.1",
    "CUDA_VISIBLE_DEVICES": "1", "JAX_LOG_COMPILES": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "TZ": "Asia/Tokyo",
    "AESTUDY_CACHE": "/cache", "LD_LIBRARY_PATH": "/lib", "SLURM_JOB_ID": "1",
}  # fmt: skip


def run(code, **variables):
    """Run Python in the state that a job has; the code prints what it finds."""
    environment = {"PATH": os.environ["PATH"], "JAX_PLATFORMS": "cpu"}
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    start = "from aestudy.devices.environment import fix_environment; fix_environment()\n"
    return subprocess.run(
        [sys.executable, "-c", start + code], env={**environment, **variables}, capture_output=True,
        text=True, check=True, encoding="utf-8",
    ).stdout.strip()  # fmt: skip


@pytest.mark.parametrize("name", [*DECIDES_BITS, *QUIET])
def test_what_decides_bits_is_set_aside(name):
    value = (DECIDES_BITS | QUIET)[name]
    assert known_environment({name: value}).get(name) != value
    assert what_is_set_aside({name: value}) == ([f"{name}={value}"] if name in DECIDES_BITS else [])


@pytest.mark.parametrize("name", KEPT)
def test_what_changes_no_result_stays(name):
    assert known_environment({name: KEPT[name]})[name] == KEPT[name]
    assert what_is_set_aside({name: KEPT[name]}) == []


@pytest.mark.parametrize("name", THREAD_COUNTS)
def test_matrix_products_take_one_thread(name):
    assert known_environment({name: "8"})[name] == "1"
    assert known_environment({})[name] == "1"
    assert what_is_set_aside({name: "8"}) == []  # clusters set it for everybody


def test_where_the_compiler_for_gpus_is_may_be_said():
    flags = "--xla_gpu_enable_fast_math=true --xla_gpu_cuda_data_dir=/opt/cuda --xla_cpu_max_isa=SSE4_2"
    assert known_environment({"XLA_FLAGS": flags})["XLA_FLAGS"] == "--xla_gpu_cuda_data_dir=/opt/cuda"
    assert what_is_set_aside({"XLA_FLAGS": "--xla_gpu_cuda_data_dir=/opt/cuda"}) == []


def test_a_process_has_the_known_state():
    given = DECIDES_BITS | QUIET | AT_START | dict.fromkeys(THREAD_COUNTS, "3")
    found = run("import os; print('\\n'.join(f'{n}={v}' for n, v in sorted(os.environ.items())))", **given)
    assert not [line for line in found.splitlines() if line.partition("=")[0] in DECIDES_BITS | AT_START]
    assert [line for line in found.splitlines() if line.endswith("_THREADS=1")]
    assert "LC_ALL=C.UTF-8" in found


@pytest.mark.parametrize("name", AT_START)
def test_what_python_reads_at_its_start_takes_another_start(name):
    assert READ_AT_START.fullmatch(name)
    code = (
        "import os, sys, warnings\n"
        "assert __debug__\n"
        "warnings.warn('no mistake', UserWarning)\n"
        f"print(os.environ.get({name!r}), sys.flags.optimize, sys.get_int_max_str_digits())"
    )
    assert run(code, **{name: AT_START[name]}) == "None 0 4300"


def test_text_is_utf_8_whatever_the_locale_says():
    code = "import locale; print(locale.getpreferredencoding(False), '\\u2212')"
    for variables in (
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"LANG": "C", "PYTHONIOENCODING": "ascii"},
    ):
        assert run(code, **variables).lower() == "utf-8 −"


def test_jax_and_numpy_compute_as_they_are_pinned_to():
    code = (
        "from aestudy.devices.jax_start import start_jax\n"
        "print(start_jax())\n"
        "import jax, jax.numpy as jnp, numpy as np\n"
        "print(jnp.arange(3.0).dtype, jax.config.jax_default_matmul_precision)\n"
        "print(jax.config.jax_default_prng_impl)\n"
        "print(np.random.default_rng(1).normal(size=(300, 300)).dot(np.ones(300)).tobytes().hex()[:4000])\n"
        "print(jnp.exp(jnp.linspace(-9, 9, 200)).tobytes().hex())"
    )
    hostile = {name: value for name, value in DECIDES_BITS.items() if name != "NPY_DISABLE_CPU_FEATURES"}
    plain = run(code)
    assert plain.startswith("cpu (1 thread)\nfloat32 None\nthreefry2x32\n")
    assert run(code, **hostile, OMP_NUM_THREADS="2") == plain


def test_the_log_names_what_was_set_aside(tmp_path, monkeypatch):
    monkeypatch.setattr("aestudy_run.jobs.set_aside", ["JAX_ENABLE_X64=1"])
    with job(snakemake_object(tmp_path / "x.log")):
        logging.getLogger("aestudy").info("at work")
    assert "Set aside, because it could change results: JAX_ENABLE_X64=1" in (tmp_path / "x.log").read_text()


def test_the_command_line_computes_in_the_known_state(tmp_path):
    code = (
        "import os, sys, aestudy.cli.main\n"
        "sys.argv = ['aestudy', '--version']\n"
        "try:\n    aestudy.cli.main.main()\n"
        "except SystemExit:\n"
        "    print(os.environ['OMP_NUM_THREADS'], os.environ.get('NPY_DISABLE_CPU_FEATURES'))"
    )
    environment = {**os.environ, "OMP_NUM_THREADS": "2", "NPY_DISABLE_CPU_FEATURES": "AVX2"}
    found = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert found.stdout.splitlines()[-1] == "1 None", found.stderr
