"""The environment files agree with each other and name no package index."""

import importlib.util
import re
import tomllib

import pytest

from support.machine import ROOT, project_files

ENVS = ROOT / "envs"

_spec = importlib.util.spec_from_file_location("lock", ENVS / "lock.py")
lock = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(lock)

FIX = "run `make lock`"


def test_every_dependency_is_pinned_within_its_range():
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = lock.read_pins(ENVS / "requirements.lock")
    test_pins = lock.read_pins(ENVS / "requirements-test.lock")
    cluster_pins = lock.read_pins(ENVS / "requirements-cluster.lock")
    for text in project["dependencies"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pins[requirement.name.lower()]), f"{text}: {FIX}"
    for extra, extra_pins in (("test", test_pins), ("cluster", cluster_pins)):
        for text in project["optional-dependencies"][extra]:
            requirement = Requirement(text)
            assert requirement.specifier.contains(extra_pins[requirement.name.lower()]), f"{text}: {FIX}"


def test_each_environment_has_all_of_the_smaller_one():
    def lines(name):
        return set(re.findall(r"^[A-Za-z0-9_.-]+==.*", (ENVS / name).read_text("utf-8"), re.MULTILINE))

    versions = [
        {line.partition(" ")[0] for line in lines(f"requirements{name}.lock")}
        for name in ("", "-cluster", "-test")
    ]
    assert versions[0] <= versions[1] <= versions[2], FIX


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-cluster.lock", "requirements-test.lock"])
def test_every_pin_has_hashes(name):
    for block in re.split(r"\n(?=[A-Za-z0-9])", (ENVS / name).read_text("utf-8").partition("\n")[2]):
        assert "--hash=sha256:" in block, block


def test_no_committed_file_names_a_package_index():
    # Written in two halves, so that this file passes its own test.
    hosts = [
        "pypi" + ".org",
        "python" + "hosted.org",
        "npm" + "js.org",
        "npm" + "js.com",
        "deb.de" + "bian.org",
    ]
    hosts += ["ana" + "conda.org"]
    for name in project_files():
        content = (ROOT / name).read_bytes()
        assert not any(host.encode() in content for host in hosts), name
