"""The package as a wheel, installed away from the checkout."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from support.machine import ROOT
from support.projects import Project

USE = """
import json, sys
import numpy as np
import aestudy
from aestudy import settings

study = settings.load(json.load(sys.stdin))
rng = np.random.default_rng(0)
images = rng.integers(0, 256, (40, 1, 1), np.uint8) + np.zeros((40, 8, 8), np.uint8)
noisy = aestudy.distort(images, "white", **study.conditions["white"]["parameters"])
model = aestudy.train(noisy, images, epochs=2, hidden=[16], code_size=4).fit_codec(noisy)
raw = model.encode(noisy)
model.save("model")
same = (aestudy.load_model("model").decode(raw) == model.decode(raw)).all()
print(json.dumps([aestudy.__file__, list(study.datasets), bool(same), len(raw)]))
"""


def run(*command, cwd, **options):
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=600, check=False,
        **options,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy, so that nothing that an earlier build left gets into it."""
    folder = tmp_path_factory.mktemp("build")
    project = Project.of_checkout(folder / "project")
    run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
        "--wheel-dir", folder, project.folder, cwd=folder,
    )  # fmt: skip
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """A fresh environment with the wheel, which finds the libraries of this one."""
    folder = tmp_path_factory.mktemp("away") / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    python = folder / "bin" / "python"
    run(
        sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index",
        wheel, cwd=folder.parent,
    )  # fmt: skip
    (packages,) = folder.glob("lib/python*/site-packages")
    # The .pth files in these folders, such as that of the checkout, are not read.
    libraries = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (packages / "libraries.pth").write_text("\n".join(libraries) + "\n")
    return python


def test_the_wheel_has_all_that_the_packages_read(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    missing = {
        file.relative_to(ROOT / "src").as_posix()
        for package in ("aestudy", "aestudy_run", "snakemake_logger_plugin_aestudy")
        for file in (ROOT / "src" / package).rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    } - names
    assert missing == set()
    assert "aestudy/py.typed" in names


def test_the_wheel_loads_a_config_trains_and_encodes(python, tmp_path):
    config = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    output = run(python, "-I", "-c", USE, cwd=tmp_path, input=json.dumps(config))
    place, datasets, same, size = json.loads(output.splitlines()[-1])
    assert Path(place).is_relative_to(python.parents[1])
    assert datasets == config["datasets"]
    assert same
    assert size > 0


def test_the_wheel_has_the_command(python, tmp_path):
    assert "encode" in run(python.parent / "aestudy", "--help", cwd=tmp_path)
