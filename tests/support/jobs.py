"""What Snakemake gives a script."""

from types import SimpleNamespace


def snakemake_object(log):
    """Make what Snakemake gives a script that reads and writes nothing."""
    return SimpleNamespace(log=[str(log)], input=[], output=[], params={})
