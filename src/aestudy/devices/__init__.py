"""What a job sets up before it imports NumPy and JAX: threads, cores, GPUs."""
