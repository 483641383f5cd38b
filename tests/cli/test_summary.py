"""The short table at the end of a study."""

import pytest

from aestudy.cli.summary import summarize
from aestudy.errors import StudyError
from aestudy.files.csv_tables import columns_of
from aestudy.files.study_tables import SummaryRow

MEANS = {
    ("identity", "", "", "clean"): "inf",
    ("identity", "", "", "white"): "9.41234",
    ("pca", "", "", "clean"): "18.5",
    ("pca", "", "", "white"): "12",
    ("autoencoder", "denoise", "clean", "clean"): "22.3456",
    ("autoencoder", "denoise", "clean", "white"): "10.1",
    ("autoencoder", "denoise", "white", "clean"): "19",
    ("autoencoder", "denoise", "white", "white"): "18.09",
    ("autoencoder", "reconstruct", "clean", "clean"): "22.1",
    ("autoencoder", "reconstruct", "clean", "white"): "11.1",
}

EXPECTED = """\
mnist5k: mean PSNR in dB against the clean originals, 1,000 test images, 3 seeds

           identity    pca     denoise     denoise  reconstruct  reconstruct
tested on                   trained on  trained on   trained on   trained on
                                 clean    the same        clean     the same
clean           inf  18.50       22.35       22.35        22.10        22.10
white          9.41  12.00       10.10       18.09        11.10            -

identity: the distorted images as they are
pca: the best linear code of the same size
the same: on the condition of the row
inf: equal to the originals"""


def write_summary(folder, means=MEANS):
    rows = [",".join(columns_of(SummaryRow))]
    for (method, objective, trained_on, tested_on), mean in means.items():
        for metric, reference, value in [
            ("mse", "clean", "0.01"), ("psnr_db", "clean", mean), ("psnr_db", "input", "99"),
        ]:  # fmt: skip
            seeds = "3" if objective else ""
            rows.append(
                f"mnist5k,{method},{objective},{trained_on},{tested_on},{metric},{reference},{value},1,2,0.95,"
                f"{seeds},1000,images"
            )
    (folder / "tables").mkdir()
    (folder / "tables" / "summary.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_the_table_is_aligned_and_the_report_is_named(tmp_path):
    write_summary(tmp_path)
    assert summarize(tmp_path) == EXPECTED
    (tmp_path / "report.html").touch()
    assert summarize(str(tmp_path)) == f"{EXPECTED}\n\nReport: {tmp_path / 'report.html'}"


def test_many_objectives_stand_below_each_other(tmp_path):
    means = {("identity", "", "", "clean"): "inf"}
    means |= {("autoencoder", f"goal{number}", "clean", "clean"): f"2{number}" for number in range(7)}
    write_summary(tmp_path, means)
    lines = summarize(tmp_path).splitlines()
    assert max(map(len, lines)) < 110
    rows = [line.split() for line in lines if line.startswith("clean")]
    assert [row[1] for row in rows] == ["inf"] * 3
    assert [row[2::2] for row in rows] == [
        ["20.00", "21.00", "22.00"],
        ["23.00", "24.00", "25.00"],
        ["26.00"],
    ]


def test_a_study_without_baselines_or_with_only_them(tmp_path):
    for name, method in (("models", "autoencoder"), ("baselines", "identity")):
        (tmp_path / name).mkdir()
        write_summary(tmp_path / name, {key: mean for key, mean in MEANS.items() if key[0] == method})
    assert "identity" not in summarize(tmp_path / "models")
    assert "denoise" not in summarize(tmp_path / "baselines")
    assert summarize(tmp_path / "baselines").splitlines()[0].endswith("1,000 test images")


def test_one_image_is_one(tmp_path):
    write_summary(tmp_path)
    path = tmp_path / "tables/summary.csv"
    path.write_text(path.read_text().replace(",1000", ",1"))
    assert summarize(tmp_path).splitlines()[0].endswith("1 test image, 3 seeds")


@pytest.mark.parametrize("content", ["", "metric,reference\npsnr_db,clean\n", "a\n1\n"])
def test_another_file_is_refused(tmp_path, content):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "summary.csv").write_text(content, encoding="utf-8")
    with pytest.raises(StudyError, match=r"summary\.csv: expected"):
        summarize(tmp_path)


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(StudyError, match=r"summary\.csv: no such file\. Run the study first"):
        summarize(tmp_path)


def test_the_folder_above_names_those_with_tables(tmp_path):
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        write_summary(tmp_path / name)
    (tmp_path / "c").mkdir()
    with pytest.raises(StudyError) as caught:
        summarize(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'tables' / 'summary.csv'}: no such file. Name the folder of one data set; tables "
        f"are in {tmp_path / 'a'}, {tmp_path / 'b'}."
    )
