"""The same study gives the same bytes, wherever, with however many cores, in whatever environment it runs."""

import os

import pytest

from aestudy.devices.environment import THREAD_COUNTS
from aestudy.files.cache import cache_root
from support.environments import AT_START, DECIDES_BITS, QUIET
from support.machine import only_where_cores_can_be_chosen
from support.projects import Project, first_difference

pytestmark = pytest.mark.workflow


def test_another_folder_and_another_number_of_cores_give_the_same_bytes(baseline, tmp_path):
    other = baseline.without_results(tmp_path / "elsewhere")
    run = other.snakemake(cores=1)
    assert run.returncode == 0, run.stdout
    expected = baseline.results()
    suffixes = {name.rpartition(".")[2] for name in expected}
    assert {"npz", "csv", "svg", "png", "html", "json"} <= suffixes
    assert first_difference(expected, other.results()) is None


class HostileProject(Project):
    """A copy of the project that a person runs who has set all that may reach the bytes of a result."""

    @property
    def environment(self) -> dict[str, str]:
        home = self.folder.with_name("home")
        home.mkdir(exist_ok=True)
        return {
            **super().environment, **DECIDES_BITS, **QUIET, **AT_START,
            "HOME": str(home), "AESTUDY_CACHE": str(cache_root()), "MATPLOTLIBRC": str(self.folder / "mine"),
            "PYTHONHASHSEED": "3", "SOURCE_DATE_EPOCH": "1", "TZ": "Asia/Tokyo", "COLUMNS": "20",
            "LC_ALL": "C", "LANG": "tr_TR.ISO-8859-9", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0",
            "PYTHONIOENCODING": "ascii", "TERM": "dumb",
            "PYTHONWARNINGS": "always",  # as errors they stop plug-ins of Snakemake
            **dict.fromkeys(THREAD_COUNTS, "3"),
        }  # fmt: skip


@only_where_cores_can_be_chosen
def test_what_a_person_has_set_changes_no_byte(baseline, tmp_path):
    """Variables, files of settings, locale, granted threads and resources, one core, another umask."""
    other = HostileProject(baseline.without_results(tmp_path / "elsewhere").folder)
    # Matplotlib looks for its settings in the working folder, before any other place.
    settings = "font.size: 30\nsvg.fonttype: path\naxes.grid: True\nsavefig.dpi: 30\npath.simplify: False\n"
    for name in ("matplotlibrc", "mine"):
        (other.folder / name).write_text(settings)
    cores, mask = os.sched_getaffinity(0), os.umask(0o077)
    os.sched_setaffinity(0, sorted(cores)[:1])
    try:
        run = other.snakemake(
            "--set-threads", "train_model=3", "fit_codec=2", "evaluate_model=4", "evaluate_baseline=2",
            "--set-resources", "train_model:mem_mb=17", "--default-resources", "mem_mb=10", cores=4,
        )  # fmt: skip
    finally:
        os.sched_setaffinity(0, cores)
        os.umask(mask)
    assert run.returncode == 0, run.stdout
    assert "Set aside by every job, because it could change results: CUBLAS_WORKSPACE_CONFIG" in run.stdout
    assert first_difference(baseline.results(), other.results()) is None


def test_a_difference_is_named_with_its_place():
    one = {"a.csv": b"1,2,3", "b.csv": b"same"}
    assert first_difference(one, dict(one)) is None
    assert "a.csv: differs at byte 2" in first_difference(one, {**one, "a.csv": b"1,9,3"})
    assert first_difference(one, {**one, "a.csv": b"1,2"}) == "a.csv: 5 and 3 bytes"
    assert first_difference(one, {"a.csv": b"1,2,3"}) == "b.csv: missing"
    assert first_difference(one, {**one, "c.csv": b""}) == "c.csv: not expected"
