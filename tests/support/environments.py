"""Variables of the environment that must change no result."""

DECIDES_BITS = {
    "JAX_ENABLE_X64": "1", "JAX_DEFAULT_MATMUL_PRECISION": "bfloat16", "JAX_DEFAULT_PRNG_IMPL": "rbg",
    "JAX_THREEFRY_PARTITIONABLE": "0", "JAX_NUMPY_DTYPE_PROMOTION": "strict", "JAX_DISABLE_JIT": "1",
    "JAX_DEBUG_NANS": "1", "JAX_RANDOM_SEED_OFFSET": "7", "JAX_COMPILATION_CACHE_DIR": "/nowhere",
    "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",
    "XLA_FLAGS": "--xla_cpu_enable_fast_math=true", "TF_XLA_FLAGS": "",
    "NVIDIA_TF32_OVERRIDE": "1", "CUBLAS_WORKSPACE_CONFIG": ":16:8", "NPY_DISABLE_CPU_FEATURES": "X86_V3",
    "SCIPY_ARRAY_API": "1", "OPENBLAS_CORETYPE": "Prescott", "MKL_CBWR": "COMPATIBLE", "JSIMD_FORCENONE": "1",
}  # fmt: skip
QUIET = {
    "OMP_DYNAMIC": "TRUE", "MPLBACKEND": "nonsense", "MPLCONFIGDIR": "/nowhere", "MATPLOTLIBRC": "/nowhere",
    "LC_NUMERIC": "de_DE.UTF-8", "PILLOW_BLOCK_SIZE": "nonsense",
}  # fmt: skip
AT_START = {
    "PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error", "PYTHONINTMAXSTRDIGITS": "640",
    "GLIBC_TUNABLES": "glibc.malloc.check=0",
}  # fmt: skip
