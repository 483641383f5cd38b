"""The versions of libraries that count: of the lock, and of what is installed instead."""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path


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
    for name, version in re.findall(
        r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", lock_file.read_text("utf-8"), re.MULTILINE
    ):
        versions.setdefault(name.lower(), []).append(version)
    installed = installed_versions(sys.path if places is None else places)
    texts = {}
    for name, pinned in versions.items():
        texts[name] = "==".join([name, *pinned])
        found = installed.get(_normal(name), pinned[0])
        if found not in pinned:
            texts[name] += f" (installed: {found})"
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


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
