"""What a run does before its jobs: reads and merges configs, looks whether it can start, finds sources."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from snakemake.exceptions import WorkflowError

from aestudy import settings
from aestudy.datasets import load_source, source_key, write_dataset
from aestudy.errors import StudyError
from aestudy_run import study_run
from support.study_configs import CHECKOUT, study


def run_of(**options):
    given = {"inside": False, "shares_config": True, "in_storage": False, "placed": str, **options}
    return study_run.StudyRun(checkout=CHECKOUT, **given)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_config_of_the_folder_lies_on_the_default_values():
    Path("config.yaml").write_text("seeds: [4]\ntraining: {epochs: 2}\n")
    run = run_of()
    assert run.defaults == [CHECKOUT / "config.yaml", Path("config.yaml").resolve()]
    merged = run.merge_config({"training": {"loss": "mse"}}, {}, replaced=False)
    assert merged["seeds"] == [4]
    assert (merged["training"]["epochs"], merged["training"]["loss"]) == (2, "mse")


def test_inside_another_workflow_its_config_file_is_not_the_studys():
    Path("config.yaml").write_text("samples: [a]\n")
    assert run_of(inside=True).defaults == [CHECKOUT / "config.yaml"]


def test_the_checkouts_own_config_counts_once(monkeypatch):
    monkeypatch.chdir(CHECKOUT)
    assert run_of().defaults == [CHECKOUT / "config.yaml"]


def test_a_replaced_config_has_no_default_values_below():
    assert run_of().merge_config({"seeds": [1]}, {}, replaced=True) == {"seeds": [1]}


def test_delete_belongs_to_the_command_line_alone():
    merge = run_of().merge_config
    assert "delete" not in merge({"delete": "true"}, {"delete": "true"}, replaced=True)
    assert merge({"delete": "true"}, {}, replaced=True) == {"delete": "true"}


def test_the_files_of_a_module_are_not_those_of_its_parent():
    assert run_of(shares_config=False).config_files(["parent.yaml"]) == [CHECKOUT / "config.yaml"]
    assert run_of().config_files(["parent.yaml"]) == ["parent.yaml"]


@pytest.mark.parametrize(
    ("inside", "shares", "hint"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_only_a_shared_config_is_hinted_at(inside, shares, hint):
    with pytest.raises(WorkflowError) as caught, run_of(inside=inside, shares_config=shares).refusals():
        raise StudyError("wrong")
    assert str(caught.value).startswith("wrong")
    assert ("`module` with a `config:` of its own" in str(caught.value)) == hint


def test_replaced_prefixes_are_refused():
    study_run.refuse_replaced_prefixes(False)
    with pytest.raises(StudyError, match="expected `prefix:`, found `replace_prefix:`"):
        study_run.refuse_replaced_prefixes(True)


def test_a_file_in_place_of_a_folder_below_the_prefix_is_refused():
    config = study({"datasets": ["mnist5k"]})
    run = run_of(placed=lambda path: f"sub/{path}")
    run.check(settings.load(config), config, [], [])
    Path("sub").mkdir()
    Path("sub/results").touch()
    with pytest.raises(StudyError, match="sub/results: expected a folder"):
        run.check(settings.load(config), config, [], [])


def test_an_interpreter_with_a_space_is_quoted_once(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/a folder/python")
    study_run.prepare_process()
    study_run.prepare_process()
    assert sys.executable == "'/a folder/python'"


class TestFetching:
    """The user's own images, there and away."""

    @pytest.fixture
    def config(self):
        np.savez("mine.npz", images=np.random.default_rng(0).integers(0, 256, (80, 12, 12), np.uint8))
        return study(
            {
                "datasets": ["mine"], "sources": {"mine": {"kind": "npz", "path": "mine.npz"}},
                "training": {"batch_size": 8}, "evaluation": {"examples": 2},
            }
        )  # fmt: skip

    def fetch(self, config, fetching):
        source = settings.load(config).sources["mine"]
        Path("resources/mine").mkdir(parents=True)
        loaded = load_source(fetching.key("mine"), config["sources"]["mine"], dataset="mine")
        write_dataset(loaded, train_path="resources/mine/train.npz", test_path="resources/mine/test.npz")
        return source

    def test_what_is_fetched_does_without_its_files(self, config):
        loaded = settings.load(config)
        fetching = run_of().fetching(loaded)
        assert fetching.to_fetch() == ["mine"]
        assert not fetching.is_fetched("mine")
        self.fetch(config, fetching)
        assert fetching.is_fetched("mine")
        assert fetching.out_of_reach("mine") == []
        key = fetching.key("mine")
        Path("mine.npz").unlink()
        away = run_of().fetching(loaded)
        assert away.to_fetch() == []
        assert [Path(file).name for file in away.out_of_reach("mine")] == ["mine.npz"]
        assert away.key("mine") == key != source_key(loaded.sources["mine"], loaded.seed, None)

    def test_in_an_object_storage_the_images_are_where_the_jobs_run(self, config):
        fetching = run_of(in_storage=True).fetching(settings.load(config))
        Path("mine.npz").unlink()
        assert fetching.to_fetch() == []
        assert fetching.out_of_reach("mine") == []

    def test_a_file_that_cannot_be_read_is_refused_without_a_traceback(self, config):
        Path("mine.npz").unlink()
        Path("mine.npz").mkdir()
        with pytest.raises(WorkflowError, match=r"mine\.npz"):
            run_of().fetching(settings.load(config)).key("mine")


@pytest.mark.parametrize(
    ("cluster", "jobs", "seconds", "spared"),
    [(False, 100, 1, True), (True, 100, 1, False), (False, 5, 1, False), (False, 100, 60, False)],
    ids=["local", "cluster", "fewer jobs", "another timespan"],
)
def test_timers_are_spared_where_nobody_asked_for_a_limit(cluster, jobs, seconds, spared):
    limiter = SimpleNamespace(max_jobs=jobs, timespan=seconds)
    workflow = SimpleNamespace(non_local_exec=cluster, scheduler=SimpleNamespace(job_rate_limiter=limiter))
    study_run.spare_timers(workflow)
    assert workflow.scheduler.job_rate_limiter is (None if spared else limiter)
