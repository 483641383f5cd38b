"""Lists in Snakemake's plain output are cut after a few; everything else stays."""

import pytest

from aestudy_run.plain_lines import shorten, shorten_error

FILES = [f"results/mnist5k/models/denoise/white/{number}/params.npz" for number in range(40)]


def test_short_lines_stay():
    text = "Reason: Missing output files: a, b, c, d, e, f\n\n    input: a, b"
    assert shorten(text) == text


def test_each_list_of_a_line_is_cut():
    files = ", ".join(FILES)
    line = f"Reason: Missing output files: {files}; Input files updated by another job: {files}"
    assert shorten(line) == (
        f"Reason: Missing output files: {FILES[0]} and 39 more; "
        f"Input files updated by another job: {FILES[0]} and 39 more"
    )


def test_as_many_entries_as_fit_and_at_most_three_are_kept():
    assert shorten("Reason: Missing output files: " + ", ".join(f"f{n}" for n in range(99))).endswith(
        ": f0, f1, f2 and 96 more"
    )


@pytest.mark.parametrize("line", ["x" * 9000, "Reason: Params: " + '{"name":"white"}' * 500, "a, " * 4000])
def test_no_line_is_much_longer_than_two_hundred_characters(line):
    assert len(shorten(line)) <= 240
    assert shorten(line)[:7] == line[:7]


def test_of_an_error_only_the_lists_of_files_are_cut():
    sentence = "  training.epoch: unknown key; allowed here: " + ", ".join(FILES)
    text = f"Error in rule x:\n    output: {', '.join(FILES)}\n{sentence}"
    assert shorten_error(text) == (
        f"Error in rule x:\n    output: {', '.join(FILES[:3])} and 37 more\n{sentence}"
    )
