"""The examples in the docstrings of the face."""

import doctest
import importlib

import numpy as np
import pytest

import aestudy
from support.codec_models import blobs, small_compressor
from support.fake_study import make_study


def module_of(name):
    return importlib.import_module(f"aestudy.{aestudy._HOMES[name]}")


@pytest.fixture
def names(tmp_path, monkeypatch):
    """What the examples are written with: images, a saved model, a study, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    make_study(tmp_path)
    compressor = small_compressor()
    aestudy.Model(compressor.network, compressor.codec).save("my_model")
    face = {name: getattr(aestudy, name) for name in aestudy.__all__}
    return face | {"np": np, "images": blobs(40)}


@pytest.mark.parametrize("name", [name for name in aestudy.__all__ if name not in ("KINDS", "Study")])
def test_the_example_of_each_name_is_right(name, names):
    value = getattr(aestudy, name)
    tests = [test for test in doctest.DocTestFinder().find(value, name, module_of(name)) if test.examples]
    if name not in ("Dataset", "MeanInterval", "StudyError"):  # what others return or raise
        assert tests, f"{name} has no example"
    runner = doctest.DocTestRunner(verbose=False)
    problems = []
    for test in tests:
        test.globs = dict(names)
        runner.run(test, out=problems.append)
    assert not problems, "".join(problems)
