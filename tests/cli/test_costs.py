"""What jobs cost: each says it in its log, and one command adds it up."""

import re
import subprocess
import sys

import pytest

from aestudy.cli.costs import describe_costs, read_costs
from aestudy.cli.main import main
from aestudy_run.jobs import job
from support.jobs import snakemake_object

LINE = "08:00:00 cost: {} s, {} s of processor time, {} MB at most\n"


def write(folder, name, *numbers):
    path = folder / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("08:00:00 at work\n" + LINE.format(*numbers), "utf-8")


def test_a_job_says_what_it_cost(tmp_path):
    with job(snakemake_object(tmp_path / "a_rule/data/x.log")):
        sum(range(10**6))
    (cost,) = read_costs(tmp_path)
    assert cost.rule == "a_rule"
    assert cost.wall > 0
    assert cost.processor > 0
    assert 10 < cost.memory < 10_000


def test_the_memory_is_that_of_the_job_not_of_who_started_it():
    taken = bytearray(400 * 1024**2)
    code = "from aestudy.cli.costs import describe_process; print(describe_process(0))"
    line = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert float(re.search(r"(\d+) MB at most", line)[1]) < len(taken) / 1024**2


def test_costs_are_added_up_by_rule_the_dearest_first(tmp_path, capsys):
    write(tmp_path, "draw/data", 1.5, 1.0, 100)
    write(tmp_path, "train/data/white", 10.0, 20.0, 300)
    write(tmp_path, "train/data/clean", 14.5, 19.0, 400)
    (tmp_path / "train/data/running.log").write_text("08:00:00 at work\n", "utf-8")
    assert main(["costs", str(tmp_path)]) == 0
    heading, *rows = capsys.readouterr().out.splitlines()
    assert re.split("  +", heading) == [
        "rule", "jobs", "run time", "processor time", "of all", "longest job", "peak memory",
    ]  # fmt: skip
    assert [re.split("  +", row) for row in rows] == [
        ["train", "2", "24.5 s", "39.0 s", "98%", "14.5 s", "400 MB"],
        ["draw", "1", "1.5 s", "1.0 s", "2%", "1.5 s", "100 MB"],
        ["together", "3", "26.0 s", "40.0 s", "100%", "14.5 s", "400 MB"],
    ]
    assert len({len(row) for row in rows}) == 1


def test_without_logs_one_sentence_says_so(tmp_path, capsys):
    assert main(["costs", str(tmp_path / "none")]) == 1
    assert "expected logs of finished jobs, found none. Run the study first." in capsys.readouterr().err


def test_no_costs_are_refused():
    with pytest.raises(Exception, match="found none"):
        describe_costs([])
