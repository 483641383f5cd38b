"""Tables as Markdown and LaTeX (booktabs): escaping, alignment, nothing else.

Cells are plain text. Whatever a config or a table holds, it cannot end a cell, start markup or run a LaTeX
command.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

LONG_TABLE_ROWS = 40
"""A LaTeX table of more rows breaks across pages (`longtable`)."""

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_",
    "%": r"\%", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''", "−": "$-$", "∞": r"$\infty$",
    "×": r"$\times$", "–": "--", "`": r"\textasciigrave{}",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A table of plain text.

    Attributes:
        numeric: the columns, counted from 0, that are aligned right.
        bold: the cells that stand out, as row and column.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int]
    bold: frozenset[tuple[int, int]] = frozenset()

    def __post_init__(self) -> None:
        """Refuse rows of another length with a ValueError."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"expected rows of {len(self.columns)} cells, found one of {len(row)}")


def escape_markdown(text: str) -> str:
    """Write text so that Markdown shows it as it is, also inside a table.

    Signs that only start a block are escaped only at the start.
    """
    text = " ".join(text.split())
    escaped = re.sub(r"[\\`*_{}\[\]<>|~&$^]", r"\\\g<0>", text)
    return re.sub(r"^([#+=-])(?=\s|[#+=-]|$)", r"\\\1", escaped)


def escape_latex(text: str) -> str:
    """Write text so that LaTeX shows it as it is."""
    shown = " ".join(text.split())
    pieces = [_LATEX.get(sign, sign) for sign in shown]
    for place in range(1, len(shown)):
        if shown[place - 1 : place + 1] == "--":  # two hyphens are no dash
            pieces[place] = "{}-"
    return "".join(pieces)


def _latex_row(cells: Sequence[str], bold: Collection[int] = ()) -> str:
    texts = [escape_latex(cell) for cell in cells]
    texts = [rf"\textbf{{{text}}}" if place in bold else text for place, text in enumerate(texts)]
    row = " & ".join(texts) + r" \\"
    # Behind a line's end or a rule, LaTeX would take the two signs as an option of that.
    return f"{{}}{row}" if row.startswith(("[", "*")) else row


def to_markdown(table: Table) -> str:
    """Write a table as GitHub-flavored Markdown, the caption above it."""
    heads = [escape_markdown(column) for column in table.columns]
    body = [
        [
            f"**{escape_markdown(cell)}**" if (y, x) in table.bold else escape_markdown(cell)
            for x, cell in enumerate(row)
        ]
        for y, row in enumerate(table.rows)
    ]
    widths = [max(3, *(len(row[place]) for row in [heads, *body])) for place in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.rjust(width) if place in table.numeric else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = [
        "-" * (width - 1) + ":" if place in table.numeric else "-" * width
        for place, width in enumerate(widths)
    ]
    return "\n".join([f"{escape_markdown(table.caption)}", "", line(heads), line(rule), *map(line, body), ""])


def to_latex(table: Table, label: str) -> str:
    """Write a table for LaTeX with the packages booktabs and, for long ones, longtable.

    Raises:
        ValueError: the label has other signs than letters, digits, `:` and `-`.
    """
    if not re.fullmatch(r"[A-Za-z0-9:-]+", label):
        raise ValueError(f"expected a label of letters, digits, ':' and '-', found {label!r}")
    places = range(len(table.columns))
    alignment = "".join("r" if place in table.numeric else "l" for place in places)
    heads = _latex_row(table.columns)
    body = [_latex_row(row, {x for x in places if (y, x) in table.bold}) for y, row in enumerate(table.rows)]
    caption = rf"\caption{{{escape_latex(table.caption)}}}\label{{{label}}}"
    if len(table.rows) > LONG_TABLE_ROWS:
        lines = ["% needs \\usepackage{booktabs,longtable}", rf"\begin{{longtable}}{{{alignment}}}"]
        lines += [caption + r" \\", r"\toprule", heads, r"\midrule", r"\endfirsthead"]
        lines += [r"\toprule", heads, r"\midrule", r"\endhead", r"\bottomrule", r"\endfoot"]
        lines += [*body, r"\end{longtable}"]
    else:
        lines = ["% needs \\usepackage{booktabs}", r"\begin{table}", r"\centering", caption]
        lines += [rf"\begin{{tabular}}{{{alignment}}}", r"\toprule", heads, r"\midrule", *body]
        lines += [r"\bottomrule", r"\end{tabular}", r"\end{table}"]
    return "\n".join([*lines, ""])
