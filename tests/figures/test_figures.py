"""The figures: what they show, that nothing is cut off, and that saving always gives the same bytes."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from PIL import Image

from aestudy.distortions.variants import read_variant
from aestudy.errors import StudyError
from aestudy.figures import style
from aestudy.figures.choice import choose_examples
from aestudy.figures.distortions import draw_distortions, pick
from aestudy.figures.first_images import collect_values, draw_first_images
from aestudy.figures.losses import draw_losses, read_history
from aestudy.figures.matrices import draw_matrices, readable_color
from aestudy.figures.reconstructions import collect_rows, draw_reconstructions
from aestudy.figures.tiles import tile_size
from aestudy.files.archives import read_archive
from aestudy.metrics import table
from aestudy.scoring import baselines, method_names
from aestudy.scoring.scores import read_scores
from aestudy.tables import labels
from aestudy.tables.summary import MatrixData, read_summary
from support import fake_study

SOURCE = Path(style.__file__).parents[2]
MANY = tuple(f"white-sigma0.{number:02d}-and_more_words_than_fit_anywhere" for number in range(25))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Give the results folder of a made-up study."""
    folder = tmp_path_factory.mktemp("study")
    fake_study.make_study(folder)
    return folder / "results" / "mine"


def matrix_data(names=("clean", "white", "mean5"), metric="psnr_db", **changes):
    rng = np.random.default_rng(0)
    count = len(names)
    fields = {
        "metric": metric,
        "reference": "clean",
        "trained_on": names,
        "tested_on": names,
        "models": {objective: rng.uniform(9, 23, (count, count)) for objective in ("reconstruct", "denoise")},
        "baselines": {
            "identity": np.array([np.inf, *rng.uniform(9, 20, count - 1)]),
            "black": np.full(count, 9.4),
        },
    }
    return MatrixData(**{**fields, **changes})


def texts_of(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def assert_nothing_is_cut_off(figure):
    with style.style():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        width, height = canvas.get_width_height()
        ticks = {
            label
            for axes in figure.axes
            for label in (
                *axes.get_xticklabels(),
                *axes.get_yticklabels(),
            )  # some lie outside and are not drawn
        }
        texts = [text for text in figure.findobj(matplotlib.text.Text) if text.get_text()]
        texts = [text for text in texts if text not in ticks]
        assert texts
        for text in texts:
            box = text.get_window_extent(renderer)
            inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
            assert inside, f"{text.get_text()!r} reaches over the edge: {box}"


class TestLabels:
    def test_the_entropy_is_not_called_a_file(self):
        assert "header included" in labels.describe_reference("bits_per_image", "stream")
        assert "without the header" in labels.describe_reference("entropy_bits_per_image", "stream")
        assert "clean original" in labels.describe_reference("mse", "clean")

    def test_every_metric_reference_and_baseline_has_a_name(self):
        rates = [metric for metric, _ in method_names.RATE_KEYS]
        assert set(table.METRICS) == {*table.IMAGE_METRICS, method_names.ACCURACY_KEY[0], *rates}
        assert set(labels.REFERENCES) == {
            *table.REFERENCES,
            method_names.ACCURACY_KEY[1],
            method_names.STREAM,
        }
        assert all(words.label for words in method_names.TABLE.values())

    @pytest.mark.parametrize(
        ("metric", "value", "cell"),
        [
            ("psnr_db", 18.26, "18.3"), ("psnr_db", np.inf, "∞"), ("psnr_db", np.nan, "–"),
            ("ssim", 0.789, "0.79"), ("ssim", -0.04, "−0.04"), ("mse", 0.01234, "12.3"),
        ],
    )  # fmt: skip
    def test_cells(self, metric, value, cell):
        assert labels.format_cell(metric, value) == cell

    def test_long_names_stay_different_and_short_ones_whole(self):
        assert labels.shorten("salt_pepper") == "salt_pepper"
        short = [labels.shorten(name.replace("-and_more_words_than_fit_anywhere", "")) for name in MANY]
        assert len(set(short)) == len(MANY)
        assert len(labels.shorten(MANY[0])) == labels.LONGEST_NAME

    def test_one_equal_image_makes_not_all_of_them_equal(self):
        assert labels.describe_level([20.0, 21.0]) == "20.5 dB"
        assert labels.describe_level([np.inf, np.inf]) == "equal to the original"
        assert labels.describe_level([20.0, np.inf]) == "some equal to the original"

    def test_parameters_in_words(self):
        part = {"name": "white", "kind": "white", "parameters": {"sigma": 0.5}}
        assert labels.describe_parameters(part) == "sigma 0.5"
        assert labels.describe_parameters({"kind": "mixture", "of": [part, part]}) == "mixture of 2"
        assert labels.describe_parameters({"kind": "chain", "of": [part, part]}) == "white → white"
        assert labels.describe_parameters({"kind": "clean", "parameters": {}}) == ""


class TestChoice:
    def test_one_of_each_label_ordered_by_label(self):
        chosen = choose_examples(np.array([3, 1, 3, 0, 1, 2]), 4)
        np.testing.assert_array_equal(chosen, [3, 1, 5, 0])

    def test_only_among_the_first(self):
        chosen = choose_examples(np.array([3, 1, 3, 0, 1, 2]), 3, among=3)
        np.testing.assert_array_equal(chosen, [1, 0, 2])

    def test_without_labels_the_first_ones(self):
        np.testing.assert_array_equal(choose_examples(np.full(9, -1), 4), [0, 1, 2, 3])


class TestSave:
    def test_same_bytes_in_another_process_and_folder(self, tmp_path):
        """A person's own matplotlibrc, the hash seed and the clock change nothing."""
        style.save(draw_matrices(matrix_data()), tmp_path / "a.svg", tmp_path / "a.png")
        other = tmp_path / "another folder"
        other.mkdir()
        settings = "font.size: 30\nsvg.fonttype: path\naxes.grid: True\nsavefig.dpi: 30\n"
        (other / "matplotlibrc").write_text(settings)
        code = (
            "import test_figures as t; from aestudy.figures import style\n"
            "style.save(t.draw_matrices(t.matrix_data()), 'b.svg', 'b.png')\n"
            "import sys; assert 'matplotlib.pyplot' not in sys.modules"
        )
        environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join(map(str, [SOURCE, *Path(__file__).parents[:2]])),
            "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1", "MPLBACKEND": "svg",
        }  # fmt: skip
        subprocess.run([sys.executable, "-c", code], cwd=other, env=environment, check=True)
        for kind in ("svg", "png"):
            assert (tmp_path / f"a.{kind}").read_bytes() == (other / f"b.{kind}").read_bytes()

    def test_nothing_about_time_and_software(self, tmp_path):
        style.save(draw_matrices(matrix_data()), tmp_path / "a.svg", tmp_path / "a.png")
        text = (tmp_path / "a.svg").read_text()
        assert not [word for word in ("dc:date", "dc:creator", "Matplotlib") if word in text]
        with Image.open(tmp_path / "a.png") as image:
            assert (image.info, image.mode) == ({}, "RGB")

    def test_pictures_without_color_become_gray_files(self, tmp_path):
        images = np.zeros((2, 3, 8, 8), np.uint8)
        figure = draw_distortions(images, ["clean", "white"], ["", ""], ["equal to the original", "9.4 dB"])
        style.save(figure, tmp_path / "a.svg", tmp_path / "a.png")
        with Image.open(tmp_path / "a.png") as image:
            assert image.mode == "L"

    def test_importing_what_other_jobs_use_needs_no_matplotlib(self):
        code = (
            "import sys, aestudy.tables.labels, aestudy.figures.choice, aestudy.tables.summary\n"
            "assert not {'matplotlib', 'pandas'} & set(sys.modules)"
        )
        environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)


class TestMatrices:
    def test_every_cell_shows_its_value(self):
        data = matrix_data()
        shown = texts_of(draw_matrices(data))
        for values in (*data.models.values(), *data.baselines.values()):
            for value in np.ravel(values):
                assert labels.format_cell("psnr_db", value) in shown
        assert shown.count("∞") == len(data.models)  # the baselines stand under each objective

    def test_one_color_scale_for_all_objectives(self):
        same = np.array([[10.0, 20.0], [12.0, 14.0]])
        data = matrix_data(
            ("clean", "white"), models={"reconstruct": same, "denoise": same + 5}, baselines={}
        )
        first, second = (cells.get_facecolors() for cells in cells_of(draw_matrices(data)))
        lone = matrix_data(("clean", "white"), models={"reconstruct": same}, baselines={})
        (alone,) = (cells.get_facecolors() for cells in cells_of(draw_matrices(lone)))
        assert not np.allclose(first, alone)
        assert luminance(second[1]) > luminance(first[1]) > luminance(first[0])

    def test_a_baseline_far_beyond_the_models_leaves_them_their_colors(self):
        values = np.array([[10.0, 20.0], [12.0, 14.0]])
        faces = [
            [cells.get_facecolors() for cells in cells_of(draw_matrices(data))]
            for undone in (15.0, 124.0)
            for data in [
                matrix_data(
                    ("clean", "white"),
                    models={"denoise": values},
                    baselines={"lmmse": np.array([undone, 20.0])},
                )
            ]
        ]
        np.testing.assert_array_equal(faces[0][0], faces[1][0])
        np.testing.assert_array_equal(faces[1][1][0], faces[1][0][1])  # 124 dB in the color of 20 dB

    def test_brighter_is_better(self):
        values = np.array([[0.01, 0.05], [0.02, 0.03]])
        data = matrix_data(("clean", "white"), "mse", models={"denoise": values}, baselines={})
        (cells,) = cells_of(draw_matrices(data))
        brightness = [luminance(face) for face in cells.get_facecolors()]
        assert np.argsort(brightness).tolist() == np.argsort(-values.ravel()).tolist()

    def test_infinite_and_missing_values(self):
        values = np.array([[np.inf, 20.0], [np.nan, 10.0]])
        data = matrix_data(("clean", "white"), models={"denoise": values}, baselines={})
        figure = draw_matrices(data)
        faces = cells_of(figure)[0].get_facecolors()
        np.testing.assert_array_equal(faces[0], faces[1])
        np.testing.assert_allclose(faces[2][:3], to_rgb("#e8e8e8"))
        assert {"∞", "–"} <= set(texts_of(figure))

    @pytest.mark.parametrize("value", [np.inf, np.nan, 3.0])
    def test_a_matrix_without_any_range(self, value):
        values = np.full((2, 2), value)
        draw_matrices(matrix_data(("clean", "white"), models={"denoise": values}, baselines={}))

    def test_trained_on_cells_are_boxed(self):
        values = {"denoise": np.ones((2, 3))}
        data = matrix_data(
            trained_on=("mean5", "speckle"),
            tested_on=("clean", "white", "mean5"),
            models=values,
            baselines={},
        )
        figure = draw_matrices(data)
        boxes = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
        corners = {(round(box.get_x(), 3), round(box.get_y(), 3)) for box in boxes}
        (cells,) = cells_of(figure)
        x, y = cells.get_paths()[2].vertices[0]  # first row, third column
        assert corners == {(round(x, 3), round(y, 3))}

    def test_text_can_be_read_on_every_color(self):
        for position in np.linspace(0, 1, 256):
            face = matplotlib.colormaps["viridis"](position)
            lighter, darker = sorted((luminance(face), luminance(to_rgb(readable_color(face)))), reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5

    @pytest.mark.parametrize("names", [("clean",), ("clean", "white", "mean5"), MANY])
    def test_nothing_is_cut_off(self, names):
        assert_nothing_is_cut_off(draw_matrices(matrix_data(names)))

    def test_headings_do_not_overlap(self):
        titles = {name: labels.describe_goal(name, goal, 32) for name, goal in fake_study.GOALS.items()}
        figure = draw_matrices(matrix_data(("clean", "white")), titles)
        with style.style():
            canvas = FigureCanvasAgg(figure)
            canvas.draw()
            boxes = [
                text.get_window_extent(canvas.get_renderer())
                for text in figure.axes[0].texts
                if "target" in text.get_text()
            ]
        assert len(boxes) == 2
        assert boxes[0].x1 < boxes[1].x0

    @pytest.mark.parametrize("names", [("clean",), ("clean", "white", "mean5"), MANY])
    def test_many_goals_make_rows(self, names):
        def draw(count):
            models = {f"goal{number}": np.ones((len(names), len(names))) for number in range(count)}
            return draw_matrices(matrix_data(names, models=models))

        assert_nothing_is_cut_off(draw(5))
        (width, height), (wide, high) = (draw(count).get_size_inches() for count in (2, 5))
        assert wide == width
        assert high > 2 * height

    def test_a_name_is_never_a_formula(self):
        assert_nothing_is_cut_off(draw_matrices(matrix_data(("a$_{", "b$x$"))))


class TestPictures:
    def images(self, study):
        clean = read_archive(study.parents[1] / "resources/mine/test.npz", "images", "labels")
        return clean["images"], clean["labels"]

    def read(self, study, name):
        return read_variant(study / f"variants/{name}/test.npz")

    def test_the_same_test_images_under_every_condition(self, study):
        clean, numbers = self.images(study)
        pictures = pick(clean, numbers, ["clean", "white"], lambda name: self.read(study, name))
        chosen = choose_examples(numbers, len(pictures[0]))
        np.testing.assert_array_equal(pictures[0], clean[chosen])
        np.testing.assert_array_equal(pictures[1], self.read(study, "white")[chosen])

    def test_labels_say_how_strong_a_distortion_is(self):
        images = np.zeros((2, 3, 8, 8), np.uint8)
        shown = texts_of(
            draw_distortions(
                images, ["clean", "white"], ["", "sigma 0.5"], ["equal to the original", "9.4 dB"]
            )
        )
        assert {"clean", "equal to the original", "white", "sigma 0.5", "9.4 dB"} == set(shown)

    def test_each_block_comes_from_the_right_model(self, study):
        clean, numbers = self.images(study)
        models = [read_scores(study / f"scores/denoise/{name}/0.npz") for name in ("clean", "white")]
        identity = read_scores(study / "scores/baselines/identity.npz")
        headers, rows = collect_rows(
            clean, numbers, identity.tested_on, lambda name: self.read(study, name), models, identity
        )
        assert headers == ["original", "distorted", "decoded, trained on it", "decoded, trained on clean"]
        count = len(rows[0][0].images)
        chosen = choose_examples(numbers, count, among=20)
        original, distorted, own, by_clean = rows[1]
        np.testing.assert_array_equal(original.images, clean[chosen])
        np.testing.assert_array_equal(distorted.images, self.read(study, "white")[chosen])
        np.testing.assert_array_equal(own.images, models[1].examples[1][chosen])
        np.testing.assert_array_equal(by_clean.images, models[0].examples[1][chosen])
        assert own.level == f"{models[1].values['psnr_db', 'clean'][1].mean():.1f} dB"
        assert distorted.level == f"{identity.values['psnr_db', 'clean'][1].mean():.1f} dB"
        assert rows[0][1].level == "equal to the original"
        assert rows[2][2].images is None  # nothing was trained on mean5
        shown = texts_of(draw_reconstructions(headers, identity.tested_on, rows))
        assert shown.count("no such model") == 1

    def test_without_a_clean_model_there_is_no_column_for_it(self, study):
        clean, numbers = self.images(study)
        models = [read_scores(study / "scores/denoise/white/0.npz")]
        identity = read_scores(study / "scores/baselines/identity.npz")
        headers, rows = collect_rows(
            clean, numbers, identity.tested_on, lambda name: self.read(study, name), models, identity
        )
        assert len(headers) == len(rows[0]) == 3

    @pytest.mark.parametrize("shape", [(28, 28), (4, 200), (200, 4), (300, 300), (4, 4), (60, 20)])
    def test_any_image_shape(self, shape):
        images = np.random.default_rng(0).integers(0, 256, (2, 3, *shape), dtype=np.uint8)
        figure = draw_distortions(
            images, ["clean", MANY[0]], ["", "size 3"], ["equal to the original", "9.4 dB"]
        )
        assert_nothing_is_cut_off(figure)
        assert figure.get_size_inches().max() < 20
        size = tile_size(*shape)
        assert 1 <= size.fitting(2.6, 6) <= 6

    def test_every_pixel_of_a_small_image_is_a_square_of_dots(self, tmp_path):
        image = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
        figure = draw_distortions([image[np.newaxis]], ["clean"], [""], ["∞"])
        (artist,) = [item for item in figure.axes[0].get_children() if isinstance(item, AxesImage)]
        left, right, bottom, top = (round(side * style.DOTS_PER_INCH) for side in artist.get_extent())
        style.save(figure, tmp_path / "a.svg", tmp_path / "a.png")
        with Image.open(tmp_path / "a.png") as image_file:
            pixels = np.asarray(image_file)
        np.testing.assert_array_equal(
            pixels[top:bottom, left:right], np.kron(image, np.ones((2, 2), np.uint8))
        )


class TestLosses:
    def test_lines_for_every_seed(self, study):
        paths = [study / f"models/denoise/white/{seed}/history.csv" for seed in (0, 1)]
        histories = [read_history(path) for path in paths]
        figure = draw_losses({"denoise": {"white": histories}}, "bce")
        (axes,) = figure.axes
        drawn = [line.get_ydata() for line in axes.lines]
        expected = [
            [getattr(row, name) for row in history]
            for history in histories
            for name in ("train_loss", "validation_loss")
        ]
        np.testing.assert_allclose(drawn, expected)
        assert axes.get_title(loc="left") == "white"
        # Dashes of several seeds together look solid.
        assert {line.get_color() for line in axes.lines[::2]}.isdisjoint(
            line.get_color() for line in axes.lines[1::2]
        )

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "epoch,train_loss\n1,2\n",
            "epoch,learning_rate,train_loss,validation_loss\n1,1,x,2\n",
            "epoch,learning_rate,train_loss,validation_loss\n",
        ],
    )
    def test_a_broken_history_is_named(self, tmp_path, content):
        (tmp_path / "history.csv").write_text(content)
        with pytest.raises(StudyError, match=r"history\.csv: expected"):
            read_history(tmp_path / "history.csv")

    @pytest.mark.parametrize("names", [("clean",), MANY])
    def test_nothing_is_cut_off(self, names):
        history = fake_study.losses_of([(1, 0.3, 0.31), (2, 0.2, 0.22)])
        assert_nothing_is_cut_off(draw_losses({"denoise": {name: [history] for name in names}}, "bce"))

    def test_one_epoch_is_visible(self):
        figure = draw_losses({"denoise": {"clean": [fake_study.losses_of([(1, 0.3, 0.2)])]}}, "mse")
        assert all(line.get_marker() == "o" for line in figure.axes[0].lines)


class TestFirstImages:
    def test_values_of_each_condition_by_its_own_model(self, study):
        models = [read_scores(study / f"scores/denoise/{name}/0.npz") for name in ("clean", "mean5")]
        names, values = collect_values(models)
        assert names == ["clean", "mean5"]
        np.testing.assert_array_equal(values["ssim"][1], models[1].values["ssim", "clean"][2][:20])
        assert values["psnr_db"].shape == (2, 20)
        figure = draw_first_images(values, names, "denoise")
        assert len(figure.axes) == 4
        assert_nothing_is_cut_off(figure)

    def test_infinite_values_leave_gaps(self):
        values = {"psnr_db": np.full((2, 5), np.inf), "ssim": np.ones((2, 5))}
        values["psnr_db"][1] = 20.0
        figure = draw_first_images(values, ["clean", "white"], "denoise")
        assert figure.axes[0].get_title(loc="left") == "clean: ∞ dB"
        assert_nothing_is_cut_off(figure)

    def test_no_condition_in_common(self, study):
        models = [read_scores(study / "scores/denoise/clean/0.npz")]
        lone = [type(models[0])(**{**vars(models[0]), "trained_on": "speckle"})]
        names, values = collect_values(lone)
        assert names == []
        assert_nothing_is_cut_off(draw_first_images(values, names, "denoise"))


class TestSummary:
    def test_matrices_of_means(self, study):
        data = read_summary(study / "tables/summary.csv").matrix(
            "ssim", "input", objectives=["denoise"], trained_on=["white"], tested_on=["mean5", "unknown"]
        )
        scores = read_scores(study / "scores/denoise/white/0.npz")
        expected = scores.values["ssim", "input"][2].astype(float).mean()
        assert data.models["denoise"][0, 0] == pytest.approx(expected, rel=1e-5)
        assert np.isnan(data.models["denoise"][0, 1])
        assert list(data.baselines) == list(baselines.BASELINES)
        assert data.baselines["identity"][0] == 1.0

    def test_a_broken_summary_is_named(self, tmp_path):
        (tmp_path / "summary.csv").write_text("dataset,method\nmine,black\n")
        with pytest.raises(StudyError, match=r"summary\.csv: expected a table with the columns"):
            read_summary(tmp_path / "summary.csv")


def cells_of(figure):
    return [item for item in figure.axes[0].collections if isinstance(item, PolyCollection)]


def luminance(color):
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color[:3]]
    return float(np.dot(parts, (0.2126, 0.7152, 0.0722)))
