"""What the report's script gets: numbers, example images, one bundle of small files."""

import base64
import io
import itertools
import json
import math
import re

import numpy as np
import pytest
from PIL import Image
from test_report import NASTY

from aestudy.distortions.severities import find_families, main_conditions
from aestudy.errors import StudyError
from aestudy.figures.severity import draw_severity
from aestudy.files.archives import read_archive
from aestudy.files.csv_tables import read_table, write_table
from aestudy.files.study_tables import AVERAGE, CONDITION, ComparisonRow
from aestudy.report import bundle, sprites
from aestudy.report.explorer import Difference, explorer_data, find_rivals, find_tests, read_scores_by_seed
from aestudy.report.findings import Finding, read_findings
from aestudy.scoring.scores import read_scores
from aestudy.statistics.yardstick import Yardstick
from aestudy.tables.summary import Summary, read_summary
from support import fake_study


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    return folder / "results/mine", fake_study.make_study(folder)


@pytest.fixture(scope="module")
def summary(made):
    return read_summary(made[0] / "tables/summary.csv")


class TestExplorerData:
    def test_every_number_has_its_place(self, made, summary):
        data = json.loads(bundle.json_for_html(explorer_data(made[1], "mine", summary)))
        names = list(fake_study.SPECS)
        rows = [(block, row) for block in data["blocks"] for row in block["rows"]]
        for place, ((block, row), column) in enumerate(itertools.product(rows, names)):
            if block["name"]:
                cell = summary.model(block["name"], row, column, "ssim", "input")
                table = data["tables"]["ssim.input"]
                found = [table[name][place] for name in ("mean", "low", "high")]
                assert found == pytest.approx([cell.mean, cell.ci_low, cell.ci_high], rel=1e-5)
        assert data["tables"]["psnr_db.clean"]["mean"][18] == "inf"  # the clean input itself
        assert data["groups"] == {"clean": "clean", "white": "noises", "mean5": "filters"}

    def test_only_the_test_decides_never_the_overlap_of_intervals(self, made):
        def key(trained_on):
            return ("autoencoder", "denoise", trained_on, "clean", "psnr_db", "clean")

        means = {"clean": (20, 19.5, 20.5), "white": (21, 20.4, 21.6), "mean5": (22, 21.5, 22.5)}
        numbers = fake_study.summary_of({key(name): values for name, values in means.items()})
        study = {**made[1], "objectives": ["denoise"], "tested_on": ["clean"]}

        def differs(**changes):
            found = explorer_data(study, "mine", numbers, **changes)["tables"]["psnr_db.clean"]
            return found["differs"], found["pValue"]

        assert differs() == ([None, None, None], [None, None, None])
        tests = {key("white"): Difference(True, "0.049"), key("mean5"): Difference(False, "0.30")}
        assert differs(tests=tests) == ([None, 1, 0], [None, "0.049", "0.30"])

    def test_missing_values_are_null(self, made):
        data = explorer_data(made[1], "mine", Summary([]))
        assert data["tables"] == {}
        assert all(block["rows"] for block in data["blocks"])

    def test_seeds_by_themselves(self, tmp_path):
        path = tmp_path / "scores.csv"
        header = "dataset,method,objective,trained_on,tested_on,seed,metric,reference,value,n_images\n"
        rows = [
            "mine,autoencoder,denoise,white,clean,3,ssim,clean,0.5,24",
            "mine,autoencoder,denoise,white,clean,1,ssim,clean,0.25,24",
            "mine,pca,,,clean,,ssim,clean,0.75,24",
        ]
        path.write_text(header + "\n".join(rows) + "\n")
        key = ("autoencoder", "denoise", "white", "clean", "ssim", "clean")
        found = read_scores_by_seed(path, [1, 2, 3])
        assert list(found) == [key]
        assert found[key][::2] == [0.25, 0.5]
        assert math.isnan(found[key][1])
        path.write_text("method\n")
        with pytest.raises(StudyError, match="expected a table with the columns"):
            read_scores_by_seed(path, [1])

    def test_differences_come_from_the_corrected_tests(self, tmp_path):
        path = tmp_path / "comparisons.csv"

        def row(quantity, trained_on, tested_on, metric, p_value, **changes):
            names = {"trained_scope": CONDITION, "tested_scope": CONDITION, "reference": "clean", **changes}
            return ComparisonRow(
                dataset="mine", quantity=quantity, objective="denoise", trained_on=trained_on,
                tested_on=tested_on, metric=metric, mean=1.0, null_value=0.0, p_value=0.001,
                p_value_holm=p_value, n_seeds=1, n_images=9, **names,
            )  # fmt: skip

        rows = [
            row("repair", "white", "white", "ssim", 0.04),
            row("transfer", "white", "mean5", "ssim", 0.06),
            row("transfer", "white", "(others)", "ssim", 0.01, tested_scope=AVERAGE),
            row("cost", "clean", "white", "ssim", 0.001),
            row("price", "white", "clean", "psnr_db", math.nan, reference="input"),
            row("price", "white", "clean", "bits_per_image", 1e-9, reference="stream"),
        ]
        write_table(path, ComparisonRow, rows)
        assert find_tests(read_table(path, ComparisonRow), Yardstick(0.95, {})) == {
            ("autoencoder", "denoise", "white", "white", "ssim", "clean"): Difference(True, "0.040"),
            ("autoencoder", "denoise", "white", "mean5", "ssim", "clean"): Difference(False, "0.060"),
            ("autoencoder", "denoise", "white", "clean", "psnr_db", "input"): Difference(False, "–"),
            ("codec", "denoise", "white", "clean", "bits_per_image", "stream"): Difference(True, "< 0.001"),
        }
        small = find_tests(
            read_table(path, ComparisonRow), Yardstick(0.95, {"ssim": 1.1, "bits_per_image": 1.0})
        )
        assert [test.counts for test in small.values()] == [False, False, False, True]
        path.write_text("quantity\nrepair\n")
        with pytest.raises(StudyError, match="p_value_holm"):
            find_tests(read_table(path, ComparisonRow), Yardstick(0.95, {}))


def test_rivals_are_ahead_where_they_beat_the_models_of_all_objectives():
    def row(objective, mean, tested_on, trained_on=None):
        return ComparisonRow(
            dataset="mine", quantity="gain_over_best_rival", objective=objective, metric="psnr_db",
            trained_on=trained_on or tested_on, tested_on=tested_on, trained_scope=CONDITION, mean=mean,
            tested_scope=CONDITION, second="pca", reference="clean", null_value=0.0, p_value=0.001,
            p_value_holm=0.001, n_seeds=3, n_images=9,
        )  # fmt: skip

    rows = [
        row("denoise", -1.0, "white"),
        row("reconstruct", -2.0, "white"),
        row("denoise", -9.0, "white", "clean"),
    ]
    rows += [row("denoise", 1.0, "mean5"), row("reconstruct", -2.0, "mean5")]
    found = find_rivals(rows, Yardstick(0.95, {}))
    assert found == {"white": ("pca", True), "mean5": ("pca", False)}
    small = find_rivals(rows, Yardstick(0.95, {"psnr_db": 1.5}))
    assert small["white"] == ("pca", False)


class TestSprites:
    def unpack(self, uri):
        return np.array(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))))

    def test_best_median_and_worst_of_every_condition(self, made):
        path = made[0] / "scores/denoise/white/0.npz"
        one, scores = sprites.read_examples(path), read_scores(path)
        errors = scores.values["mse", "clean"][:, : scores.examples.shape[1]]
        assert one.name == "autoencoder/denoise/white"
        assert one.seed == 0
        for row, (best, _, worst) in enumerate(one.chosen):
            assert errors[row, best] == errors[row].min()
            assert errors[row, worst] == errors[row].max()
            assert sorted(errors[row])[9] == errors[row, one.chosen[row, 1]]
        assert (one.images[2, 1] == scores.examples[2, one.chosen[2, 1]]).all()

    def packed(self, made, **changes):
        identity = read_scores(made[0] / "scores/baselines/identity.npz")
        clean = read_archive(made[0].parents[1] / "resources/mine/test.npz", "images")["images"][:20]
        one = sprites.read_examples(made[0] / "scores/denoise/white/0.npz")
        return sprites.pack(clean, identity.examples, [one]), clean, identity.examples, one

    def test_sprites_hold_the_pixels_unchanged(self, made):
        packed, clean, distorted, one = self.packed(made)
        height, width = clean.shape[1:]
        assert (packed["height"], packed["width"], packed["factor"]) == (height, width, 1)
        sheet = self.unpack(packed["distorted"])
        assert (sheet[height : 2 * height, 5 * width : 6 * width] == distorted[1, 5]).all()
        model = packed["models"]["autoencoder/denoise/white"]
        assert (self.unpack(model["sprite"])[2 * height :, :width] == one.images[2, 0]).all()
        assert model["chosen"] == one.chosen.tolist()

    def test_large_images_are_shrunk_or_left_out(self, made, monkeypatch):
        whole = self.packed(made)[0]
        monkeypatch.setattr(sprites, "SMALLEST_SIDE", 4)
        monkeypatch.setattr(sprites, "MOST_PIXELS", 4000)
        packed, clean, *_ = self.packed(made)
        assert (packed["factor"], packed["height"], packed["width"]) == (2, 6, 4)
        mean = clean[0, :12, :8].reshape(6, 2, 4, 2).mean(axis=(1, 3))
        assert np.abs(self.unpack(packed["clean"])[:, :4] - mean).max() <= 0.5
        assert len(json.dumps(packed)) < len(json.dumps(whole))
        monkeypatch.setattr(sprites, "MOST_PIXELS", 10)
        assert self.packed(made)[0] == {}


class TestBundle:
    def test_every_file_is_in_it(self):
        text = bundle.script()
        for file in bundle.FOLDER.glob("*.js"):
            for name in re.findall(r"^export (?:async )?(?:function|const) (\w+)", file.read_text(), re.M):
                assert re.search(rf"^(async )?(function|const) {name}\b", text, re.M), (file.name, name)
        assert sorted(bundle.STYLES) == sorted(file.name for file in bundle.FOLDER.glob("*.css"))

    def test_no_line_of_a_module_is_left(self):
        assert not re.search(r"^(import|export)\b", bundle.script(), re.M)
        assert "</script" not in bundle.script()
        assert "</style" not in bundle.styles()

    def test_a_circle_of_imports_is_refused(self, tmp_path, monkeypatch):
        monkeypatch.setattr(bundle, "FOLDER", tmp_path)
        for one, other in (("main", "a"), ("a", "main")):
            (tmp_path / f"{one}.js").write_text(f'import {{ x }} from "./{other}.js";\n')
        with pytest.raises(ValueError, match=r"main\.js -> a\.js -> main\.js"):
            bundle.script()

    def test_json_cannot_end_its_element(self):
        text = bundle.json_for_html({"name": f"</script><!--{NASTY}"})
        assert not re.search("[<>&]", text)
        assert json.loads(text)["name"] == f"</script><!--{NASTY}"


class TestFindings:
    def test_sentences_and_their_sources(self, tmp_path):
        path = tmp_path / "findings.json"
        source = {"table": "comparisons", "quantity": "cost", "objective": "", "tested_on": "white"}
        path.write_text(json.dumps({"findings": [{"sentence": "It costs.", "sources": [source, source]}]}))
        assert read_findings(path) == [Finding("It costs.", ("comparisons: cost, white",))]
        warning = {"sentence": "Nothing.", "sources": [], "kind": "warning"}
        path.write_text(json.dumps({"findings": [warning]}))
        assert read_findings(path) == [Finding("Nothing.", (), is_warning=True)]

    @pytest.mark.parametrize("content", ["", "{}", "[1]", '{"findings": [{}]}'])
    def test_anything_else_is_refused(self, tmp_path, content):
        path = tmp_path / "findings.json"
        path.write_text(content)
        with pytest.raises(StudyError, match="expected the findings of a study"):
            read_findings(path)


SIGMAS = (0.1, 0.5, 0.3)
SWEPT = [
    {"name": "clean", "kind": "clean", "parameters": {}},
    {"name": "mean3", "kind": "mean", "parameters": {"size": 3}},
    {"name": "mean5", "kind": "mean", "parameters": {"size": 5}},
    *({"name": f"white-{sigma}", "kind": "white", "parameters": {"sigma": sigma}} for sigma in SIGMAS),
    *(
        {"name": f"poisson-{photons}", "kind": "poisson", "parameters": {"photons": photons}}
        for photons in (60, 12, 3)
    ),
    {"name": "both", "kind": "mixture", "of": []},
]


class TestSeverity:
    def test_families_have_three_strengths(self):
        poisson, white = find_families(SWEPT)
        assert (white.kind, white.parameter) == ("white", "sigma")
        assert list(white.strengths.items()) == [(sigma, f"white-{sigma}") for sigma in sorted(SIGMAS)]
        assert list(poisson.strengths) == [3, 12, 60]
        assert find_families(SWEPT[:3]) == []

    @pytest.mark.parametrize(
        ("trained_on", "shown"),
        [
            (["clean", "white-0.5"], ["clean", "mean3", "mean5", "white-0.5", "poisson-12", "both"]),
            (
                ["clean", "mean5", "poisson-12"],
                ["clean", "mean5", "white-0.5", "white-0.3", "poisson-12", "both"],
            ),
            (["both"], ["clean", "mean3", "mean5", "white-0.5", "white-0.3", "poisson-12", "both"]),
        ],
    )
    def test_wide_figures_leave_further_strengths_of_trained_kinds_out(self, trained_on, shown):
        conditions = {spec["name"]: spec for spec in SWEPT}
        tested_on = ["clean", "mean3", "mean5", "white-0.5", "white-0.3", "poisson-12", "both"]
        assert main_conditions(conditions, trained_on, tested_on) == shown

    def test_lines_show_the_summary_and_grow_stronger_to_the_right(self):
        families = find_families(SWEPT)
        names = [name for family in families for name in family.strengths.values()]

        def cells(key, values):
            return {
                (*key, name, "psnr_db", "clean"): (value, value - 1, value + 1)
                for name, value in zip(names, values, strict=True)
            }

        given = cells(("identity", "", ""), [9, 14, 20, 30, 20, 10])
        clean = cells(("autoencoder", "denoise", "clean"), [10, 15, math.inf, 25, 18, 12])
        figure = draw_severity(fake_study.summary_of({**given, **clean}), families, ["denoise"], ["clean"])
        poisson, white = figure.axes
        assert poisson.xaxis_inverted()
        assert not white.xaxis_inverted()
        assert [line.get_ydata().tolist() for line in white.lines] == [[30, 20, 10], [25, 18, 12]]
        assert math.isnan(poisson.lines[1].get_ydata()[2])
        assert poisson.get_ylim() == white.get_ylim()
        assert poisson.get_xscale() == "log"
