"""What a test needs and a machine may lack: users are told why a test is skipped; in CI nothing is skipped."""

import os
import shutil
from typing import NoReturn

import pytest


def give_up(reason: str) -> NoReturn:
    """Skip a test; under `CI=true`, where `.ci/run` installs what any test needs, fail it.

    Args:
        reason: what is missing, and how one gets it.
    """
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; under CI=true nothing may be skipped")
    pytest.skip(reason)


def need_program(name: str, *, debian: str) -> str:
    """Give the path of a program; without it, give the test up.

    Args:
        name: the program.
        debian: the packages of Debian that bring it.
    """
    path = shutil.which(name)
    if path is None:
        give_up(f"{name} is not installed (Debian: {debian})")
    return path
