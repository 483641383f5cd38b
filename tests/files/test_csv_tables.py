"""CSV tables: fixed bytes, what is written comes back, what is no such table is refused in one sentence."""

import dataclasses
import math
from typing import Annotated

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aestudy.errors import StudyError
from aestudy.files.csv_tables import (
    columns_of,
    read_frame,
    read_matrix,
    read_table,
    write_matrix,
    write_table,
)
from aestudy.files.study_tables import TABLES, ComparisonRow


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str
    note: str = ""
    seed: int | None = None
    value: float
    low: float = math.nan
    loss: Annotated[float, 8] = 0.0
    count: int


PATH = "table.csv"
HEADER = "name,note,seed,value,low,loss,count\n"


def test_the_bytes_are_fixed(tmp_path):
    rows = [
        Row(name="white", note='a "b", c', seed=3, value=1 / 3, low=-1e-9, loss=1 / 3, count=1000),
        Row(name="nan", value=-math.inf, count=0),
    ]
    write_table(tmp_path / PATH, Row, rows)
    assert (tmp_path / PATH).read_bytes().decode() == (
        HEADER + 'white,"a ""b"", c",3,0.333333,-1e-09,0.33333333,1000\nnan,,,-inf,,,0\n'
    )
    again = read_table(tmp_path / PATH, Row)
    assert again[0] == dataclasses.replace(rows[0], value=0.333333, loss=0.33333333)
    assert (again[1].name, again[1].seed, again[1].value, again[1].count) == ("nan", None, -math.inf, 0)
    assert math.isnan(again[1].low)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.builds(
            Row,
            name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
            note=st.text(st.characters(exclude_categories=["Cs", "Cc"])),
            seed=st.none() | st.integers(),
            value=st.floats(allow_nan=False).map(lambda value: float(f"{value:.6g}")),
            low=st.just(0.5),
            loss=st.floats(allow_nan=False).map(lambda value: float(f"{value:.8g}")),
            count=st.integers(),
        )
    )
)
def test_what_is_written_comes_back(tmp_path, rows):
    write_table(tmp_path / PATH, Row, rows)
    assert read_table(tmp_path / PATH, Row) == rows


def test_further_columns_and_another_order_are_no_harm(tmp_path):
    (tmp_path / PATH).write_text("more,count,loss,low,value,seed,note,name\nx,1,2,3,4,5,6,white\n")
    assert read_table(tmp_path / PATH, Row) == [
        Row(name="white", note="6", seed=5, value=4.0, low=3.0, loss=2.0, count=1)
    ]


def test_a_matrix_has_further_columns(tmp_path):
    @dataclasses.dataclass(frozen=True)
    class Model:
        method: str
        objective: str = ""

    rows = [(Model("pca"), [math.inf, 1 / 3]), (Model("autoencoder", "denoise"), [2.0, math.nan])]
    write_matrix(tmp_path / PATH, Model, ["clean", "nan"], rows)
    text = (tmp_path / PATH).read_text()
    assert text == "method,objective,clean,nan\npca,,inf,0.333333\nautoencoder,denoise,2,\n"
    names, again = read_matrix(tmp_path / PATH, Model)
    assert names == ["clean", "nan"]
    assert again[0] == (Model("pca"), [math.inf, 0.333333])
    assert again[1][1][0] == 2.0
    assert math.isnan(again[1][1][1])


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "no column name, note, seed, value, low, loss, count"),
        ("name,note,seed,value,low,count\n", "no column loss"),
        (HEADER + "white,,,1,,,2\nwhite,,,x,,,2\n", "'x' as value in line 3."),
        (HEADER + "white,,,nan,,,2\n", "'nan' as value"),
        (HEADER + "white,,,1,,,2.5\n", "'2.5' as count"),
        (HEADER + "white,,,1,,,\n", "no value of count"),
        (HEADER + ",,,1,,,2\n", "no value of name"),
        (HEADER + "white,,,1,,\n", "6 cells for 7 columns"),
        (HEADER + "white,,,1,,,2\n\nwhite", "0 cells for 7 columns"),
        (HEADER + 'white,"', "unexpected end of data"),
        ("\0\0", "no column name"),
        (HEADER.encode() + b"\xff", "utf-8"),
        (None, "No such file"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path, content, found):
    if content is not None:
        (tmp_path / PATH).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(StudyError) as caught:
        read_table(tmp_path / PATH, Row)
    message = str(caught.value)
    expected = ", ".join(columns_of(Row))
    assert message.startswith(f"{tmp_path / PATH}: expected a table with the columns {expected}, found ")
    assert found in message
    assert message.endswith("run the study again." if content is not None else "Run the study.")


def test_a_table_for_people_is_a_data_frame(tmp_path):
    (tmp_path / PATH).write_text("name,value\nnan,1\n,inf\n")
    frame = read_frame(tmp_path / PATH)
    assert frame["name"][0] == "nan"
    assert frame["name"].isna()[1]
    assert frame["value"].tolist() == [1.0, math.inf]
    for content in ("", "a,b\n1,2,3\n1,2,3,4\n"):
        (tmp_path / PATH).write_text(content)
        with pytest.raises(StudyError, match=r"table\.csv: expected a table of a study, found"):
            read_frame(tmp_path / PATH)
    with pytest.raises(StudyError, match="No such file"):
        read_frame(tmp_path / "none.csv")


def test_no_column_stands_twice():
    for row in TABLES.values():
        assert len(set(columns_of(row))) == len(columns_of(row))
    assert {"trained_scope", "tested_scope", "first", "second", "level_db", "null_value"} <= {
        *columns_of(ComparisonRow)
    }
