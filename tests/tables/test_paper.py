"""Markdown and LaTeX: nothing that a cell holds can leave it, and every number is that of the CSV."""

import math
import re
import subprocess

import pytest

from aestudy.errors import StudyError
from aestudy.files.csv_tables import write_table
from aestudy.files.study_tables import AVERAGE, CONDITION, ComparisonRow, MatrixRow, SummaryRow
from aestudy.tables.paper import comparison_table, matrix_table, summary_table, write_paper_tables
from aestudy.tables.typesetting import (
    LONG_TABLE_ROWS,
    Table,
    escape_latex,
    escape_markdown,
    to_latex,
    to_markdown,
)
from support.machine import need_program

HOSTILE = (
    "a|b", "a_b_c", "*bold*", "`code`", "<script>alert(1)</script>", "[x](y)", "![x](y)", r"\input{secret}",
    "50 % & more", "$x^2$", "~tilde~", "# head", "- item", "{brace}", "a\nb", '"quoted"', "−1.5 × ∞ – x", "",
    "[1cm]", "*", "* [x]", "[", "]", "(l)", "a--b---c", "?`!`",
)  # fmt: skip


def table(rows, columns=("name", "value")):
    return Table("What it shows", columns, rows, frozenset({1}))


def cells_of(line):
    """Split a Markdown line at its bars as GitHub does, and undo the escapes."""
    parts = re.split(r"(?<!\\)\|", line)[1:-1]
    return [re.sub(r"\\([\\`*_{}\[\]<>|~&$^#+=-])", r"\1", part.strip()) for part in parts]


class TestMarkdown:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_a_cell_stays_a_cell(self, text):
        lines = to_markdown(table([[text, "1"]], columns=(text, "value"))).splitlines()
        shown = " ".join(text.split())
        assert cells_of(lines[2]) == [shown, "value"]
        assert cells_of(lines[4]) == [shown, "1"]
        assert len(lines) == 5

    def test_no_markup_survives(self):
        for text in HOSTILE:
            escaped = escape_markdown(text)
            assert not re.search(r"(?<!\\)[`*_\[\]<>|~$]", escaped), escaped

    def test_layout(self):
        text = to_markdown(table([["a", "1.5"], ["long name", "−10.25"]]))
        assert text == (
            "What it shows\n\n"
            "| name      |  value |\n"
            "| --------- | -----: |\n"
            "| a         |    1.5 |\n"
            "| long name | −10.25 |\n"
        )


class TestLatex:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_no_sign_keeps_its_power(self, text):
        escaped = escape_latex(text)
        known = r"\\text(backslash|asciitilde|asciicircum|asciigrave|less|greater|bar)\{\}"
        rest = re.sub(known + r"|\\[{}$&#_%]|\$-\$|\$\\infty\$|\$\\times\$", "", escaped)
        assert not re.search(r"[\\{}$&#_%~^<>|`\"]", rest.replace("-{}", "-")), escaped

    def test_hyphens_are_no_dashes(self):
        assert escape_latex("a-b--c---d–e") == "a-b-{}-c-{}-{}-d--e"

    def test_bold_cells(self):
        marked = Table(
            "What it shows", ("name", "value"), [["a_b", "1.5"]], frozenset({1}), frozenset({(0, 1)})
        )
        assert r"a\_b & \textbf{1.5} \\" in to_latex(marked, "tab:one")
        assert "**1.5**" in to_markdown(marked)

    def test_layout(self):
        text = to_latex(table([["a_b", "1.5"]]), "tab:one")
        assert text == (
            "% needs \\usepackage{booktabs}\n\\begin{table}\n\\centering\n"
            "\\caption{What it shows}\\label{tab:one}\n\\begin{tabular}{lr}\n\\toprule\nname & value \\\\\n"
            "\\midrule\na\\_b & 1.5 \\\\\n\\bottomrule\n\\end{tabular}\n\\end{table}\n"
        )

    def test_a_long_table_may_break(self):
        text = to_latex(table([["a", str(place)] for place in range(LONG_TABLE_ROWS + 1)]), "tab:long")
        assert "\\begin{longtable}{lr}" in text
        assert text.count("\\toprule") == 2
        assert text.count(" \\\\\n") == LONG_TABLE_ROWS + 1 + 2 + 1

    def test_a_label_cannot_run_anything(self):
        with pytest.raises(ValueError, match="expected a label"):
            to_latex(table([]), "tab:}\\input{x}")

    @pytest.mark.parametrize("text", ["[1cm] wide", "*", "[", "*bold*"])
    def test_a_row_is_no_option_of_the_line_above(self, text):
        for rows in (1, LONG_TABLE_ROWS + 1):
            lines = to_latex(table([[text, "1"]] * rows, columns=(text, "value")), "tab:a").splitlines()
            assert not [line for line in lines if line.startswith(("[", "*"))]
            assert lines.count(f"{{}}{text} & 1 \\\\") == rows

    def test_it_compiles(self, tmp_path):
        need_program("pdflatex", debian="texlive-latex-base, texlive-latex-recommended")
        tables = [
            table([[text, text], ["", text]] * n_rows, columns=(text, "value"))
            for text in HOSTILE
            for n_rows in (1, LONG_TABLE_ROWS)
        ]
        body = "\\clearpage\n".join(to_latex(each, f"tab:{place}") for place, each in enumerate(tables))
        (tmp_path / "t.tex").write_text(
            "\\documentclass{article}\\usepackage{booktabs,longtable}\\begin{document}\n"
            f"{body}\\end{{document}}\n",
            "utf-8",
        )
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "t.tex"]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
        assert run.returncode == 0, run.stdout


def test_rows_of_another_length_are_refused():
    with pytest.raises(ValueError, match="expected rows of 2 cells, found one of 1"):
        table([["a"]])


def summary_row(metric, mean, low=math.nan, high=math.nan, reference="clean", **names):
    fields = {"method": "autoencoder", "objective": "denoise", "trained_on": "clean", **names}
    return SummaryRow(
        dataset="mine", tested_on="white", metric=metric, reference=reference, mean=mean, ci_low=low,
        ci_high=high, n_seeds=2, n_images=10, **fields,
    )  # fmt: skip


def comparison_row(quantity, trained_on, tested_on, p=0.04, scope=CONDITION, **changes):
    fields = {"metric": "psnr_db", "reference": "clean", "ci_low": -8.3, "ci_high": -7.2, **changes}
    return ComparisonRow(
        dataset="mine", quantity=quantity, objective="denoise", trained_on=trained_on,
        trained_scope=CONDITION, tested_on=tested_on, tested_scope=scope, mean=-7.945, null_value=0.0,
        p_value_holm=p, n_seeds=2, n_images=10, confidence=0.95, interval_covers="seeds and images", **fields,
    )  # fmt: skip


class TestTables:
    def test_a_summary(self):
        made = summary_table(
            [
                summary_row("psnr_db", 18.123, 17.9, 18.4),
                summary_row("psnr_db", 99, 98, 100, reference="input"),
                summary_row("ssim", 0.81234, 0.8, 0.82),
                summary_row(
                    "psnr_db", math.inf, math.inf, math.inf, method="identity", objective="", trained_on=""
                ),
            ]
        )
        assert made.columns == ["method", "objective", "trained on", "tested on", "PSNR in dB", "SSIM"]
        assert made.rows == [
            ["autoencoder", "denoise", "clean", "white", "18.12 (17.90 to 18.40)", "0.812 (0.800 to 0.820)"],
            ["identity", "", "", "white", "∞", ""],
        ]

    def test_a_matrix(self):
        rows = [(MatrixRow(method="pca"), [18.319, -1.005])]
        made = matrix_table(["clean", "a_b"], rows, "psnr_db", "clean")
        assert made.columns == ["method", "objective", "trained on", "clean", "a_b"]
        assert made.rows == [["pca", "", "", "18.32", "−1.00"]]
        assert "PSNR in dB, against the clean originals" in made.caption

    def test_comparisons(self):
        row = comparison_row
        made = comparison_table(
            [
                row("cost", "plain", "white", p=1e-9),
                row("cost", "plain", "white", reference="input"),
                row("cost", "plain", "white", metric="ssim"),
                row("transfer", "white", "mean3"),
                row("transfer", "white", "(others)", scope=AVERAGE),
                row("objective_gain", "white", "plain"),
                row("denoising_gain", "white", "white", p=math.nan),
            ],
            {"psnr_db": 0.1},
        )
        assert [(cells[0], cells[3], cells[6]) for cells in made.rows] == [
            ("cost", "white", "< 0.05"),  # two seeds support no less
            ("transfer", "(others)", "< 0.05"),
            ("objective_gain", "plain", "< 0.05"),
            ("denoising_gain", "white", "–"),
        ]
        assert made.rows[0][4:6] == ["−7.95", "−8.30 to −7.20"]
        assert made.bold == {(0, 4), (1, 4), (2, 4)}
        assert "Intervals of 95 % cover seeds and images, not the training set" in made.caption
        assert "Bold: differences that are shown (p up to 0.05), of at least 0.1 dB." in made.caption
        assert not comparison_table([row("cost", "plain", "white")], {"psnr_db": 8}).bold

    def test_one_test_image_has_dashes_for_intervals_and_p_values(self):
        row = comparison_row("cost", "plain", "white", p=math.nan, ci_low=math.nan, ci_high=math.nan)
        assert comparison_table([row], {}).rows[0][4:] == ["−7.95", "–", "–"]
        assert summary_table([summary_row("psnr_db", -7.945)]).rows[0][4:] == ["−7.95"]


class TestFiles:
    def test_both_forms_are_written_where_they_are_asked_for(self, tmp_path):
        path = tmp_path / "summary.csv"
        write_table(path, SummaryRow, [summary_row("psnr_db", 18.1, 17, 19)])
        markdown, latex = tmp_path / "a.md", tmp_path / "b.tex"
        write_paper_tables([path], [markdown], [latex], {})
        assert "18.10 (17.00 to 19.00)" in markdown.read_text("utf-8")
        assert "\\label{tab:summary}" in latex.read_text("utf-8")

    def test_missing_and_foreign_files(self, tmp_path):
        with pytest.raises(StudyError, match=r"summary\.csv: expected a table with the columns"):
            write_paper_tables([tmp_path / "summary.csv"], [tmp_path / "a.md"], [tmp_path / "a.tex"], {})
        for name in ("summary", "comparisons", "matrix_ssim_clean"):
            path = tmp_path / f"{name}.csv"
            path.write_text("a,b\n1,x\n", "utf-8")
            with pytest.raises(
                StudyError, match=rf"{name}\.csv: expected a table with the columns .*, found no column"
            ):
                write_paper_tables([path], [tmp_path / "a.md"], [tmp_path / "a.tex"], {})
