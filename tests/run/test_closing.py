"""The last words of a finished run."""

import json

from aestudy_run.closing import describe_results, link_reports


def test_each_report_is_named_with_its_first_finding(tmp_path):
    for name, content in (
        ("one", json.dumps({"findings": [{"sentence": "Noise costs most."}]})),
        ("two", "{"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "findings.json").write_text(content, "utf-8")
    folders = [tmp_path / name for name in ("one", "two", "three")]
    assert describe_results(folders).splitlines() == [
        "one: Noise costs most.",
        f"Report: {tmp_path / 'one' / 'report.html'}",
        f"Report: {tmp_path / 'two' / 'report.html'}",
        f"Report: {tmp_path / 'three' / 'report.html'}",
    ]


def test_reports_become_links_that_still_show_their_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = link_reports("x: A finding.\nReport: results/a b/report.html")
    assert text.splitlines()[0] == "x: A finding."
    uri = (tmp_path / "results" / "a b" / "report.html").as_uri()
    assert text.splitlines()[1] == f"Report: \x1b]8;;{uri}\x1b\\results/a b/report.html\x1b]8;;\x1b\\"
