"""The same study gives the same bytes, wherever and with however many cores it runs."""

import pytest

from workflow import first_difference

pytestmark = pytest.mark.workflow


def test_another_folder_and_another_number_of_cores_give_the_same_bytes(baseline, tmp_path):
    other = baseline.without_results(tmp_path / "elsewhere")
    run = other.snakemake(cores=1)
    assert run.returncode == 0, run.stdout
    expected = baseline.results()
    suffixes = {name.rpartition(".")[2] for name in expected}
    assert {"npz", "csv", "svg", "png", "html", "json"} <= suffixes
    assert first_difference(expected, other.results()) is None


def test_a_difference_is_named_with_its_place():
    one = {"a.csv": b"1,2,3", "b.csv": b"same"}
    assert first_difference(one, dict(one)) is None
    assert "a.csv: differs at byte 2" in first_difference(one, {**one, "a.csv": b"1,9,3"})
    assert first_difference(one, {**one, "a.csv": b"1,2"}) == "a.csv: 5 and 3 bytes"
    assert first_difference(one, {"a.csv": b"1,2,3"}) == "b.csv: missing"
    assert first_difference(one, {**one, "c.csv": b""}) == "c.csv: not expected"
