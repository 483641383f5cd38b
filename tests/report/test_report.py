"""The report: complete, self-contained, escaped, the same every time."""

import base64
import copy
import hashlib
import html
import itertools
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import yaml

from aestudy import settings
from aestudy.errors import StudyError
from aestudy.figures import style
from aestudy.figures.distortions import draw_distortions
from aestudy.files.archives import read_provenance
from aestudy.report import bundle, results, sources
from aestudy.report.explorer import Difference
from aestudy.report.findings import Finding
from aestudy.report.notebook import compare
from aestudy.report.page import FOLDER, render
from aestudy.report.pictures import Picture, read_picture
from aestudy.scoring.scores import read_scores
from aestudy.tables.summary import read_summary
from support import fake_study

REPOSITORY = Path(__file__).parents[2]
VOID = {"meta", "img", "br", "link", "hr", "input"}
NASTY = "<img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}"


class Page(HTMLParser):
    """All elements of a page, and the text outside `style`; refuses tags that do not match."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text, self._open = [], "", []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open and self._open[-1] not in ("style", "script"):
            self.text += data

    def all(self, *tags):
        return [(tag, attributes) for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Give the folder of a made-up study and its settings."""
    folder = tmp_path_factory.mktemp("a study")
    return folder, fake_study.make_study(folder)


def arguments(made, **changes):
    folder, study = made
    picture = Picture("data:image/png;base64,AA==", 300, 200)
    keys = [
        f"{metric}/{reference}" for metric in ("mse", "psnr_db", "ssim") for reference in ("clean", "input")
    ]
    figures = {
        "distortions": {"": picture}, "losses": {"": picture}, "matrices": dict.fromkeys(keys, picture),
        **{name: dict.fromkeys(study["objectives"], picture) for name in ("reconstructions", "first_images")},
    }  # fmt: skip
    return {
        "dataset": "mine",
        "study": study,
        "summary": read_summary(folder / "results/mine/tables/summary.csv"),
        "figures": figures,
        "train_provenance": read_provenance(folder / "resources/mine/train.npz"),
        "test_provenance": read_provenance(folder / "resources/mine/test.npz"),
        **changes,
    }


def comparison_of(made):
    folder, study = made
    scores = folder / "results/mine/scores"
    return compare(
        [read_scores(path) for path in sorted((scores / "reconstruct").glob("*/*.npz"))],
        read_scores(scores / "baselines/identity.npz"),
        list(study["conditions"].values()),
        {**study["model"], **study["training"]},
    )


@pytest.fixture(scope="module")
def page(made):
    """Give the parsed page of the made-up study, with the notebook's section."""
    return Page(render(**arguments(made, comparison=comparison_of(made))))


class TestWhy:
    FINDINGS = (
        Finding("White costs most.", ("tables/comparisons.csv: cost",)),
        Finding(f"It is tone {NASTY}.", explains="noise_or_tone"),
    )

    def test_each_figure_stands_under_its_question_and_sentence(self, made):
        given = arguments(made, findings=self.FINDINGS)
        picture = given["figures"]["losses"][""]
        given["figures"] |= {"explanations": dict.fromkeys(("noise_or_tone", "transfer"), picture)}
        page = Page(render(**given))
        words = [
            "Why", "Is the cost of noise the noise?", f"It is tone {NASTY}.", "add up to it (the black mark)",
            "Why does training on one distortion not help on another?",
        ]  # fmt: skip
        _, *places = [page.text.rindex(text) for text in words]
        assert places == sorted(places)
        names = [attributes["data-name"] for _, attributes in page.all("figure") if "data-name" in attributes]
        assert [name for name in names if "explanations" in name] == [
            "explanations noise or tone", "explanations transfer",
        ]  # fmt: skip
        listed = [attributes for _, attributes in page.all("li") if "id" in attributes]
        assert [one["id"] for one in listed if one["id"].startswith("finding-")] == ["finding-1"]

    def test_a_study_without_explanations_has_no_such_section(self, made):
        page = Page(render(**arguments(made)))
        assert "#why" not in {attributes.get("href") for _, attributes in page.all("a")}


class TestPage:
    def test_nothing_comes_from_elsewhere(self, page):
        assert not page.all("iframe", "object", "embed", "link", "base", "form")
        for _, attributes in page.elements:
            assert not [name for name in attributes if name.startswith("on")]
            assert attributes.get("href", "#").startswith("#")
            assert attributes.get("src", "data:image/").startswith("data:image/")
            assert "style" not in attributes  # the policy would not let it count
        assert "url(" not in bundle.styles()
        assert "@import" not in bundle.styles()

    def test_the_policy_allows_this_script_and_this_style_only(self, made):
        text = render(**arguments(made))
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        for tag, content in re.findall(r'<(style|script)(?: type="module")?>(.*?)</\1>', text, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}'" in policy
        kinds = [attributes["type"] for _, attributes in Page(text).all("script")]
        assert kinds == ["application/json", "module"]

    def test_contents_lead_to_sections_with_headings(self, page):
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        links = {attributes["href"][1:] for _, attributes in page.all("a")}
        sections = [attributes for _, attributes in page.all("section")]
        assert links <= set(ids)
        assert {section["id"] for section in sections} <= links
        assert {section["aria-labelledby"] for section in sections} <= set(ids)
        assert page.elements[0] == ("html", {"lang": "en"})

    def test_headings_skip_no_level(self, page):
        levels = [int(tag[1]) for tag, _ in page.all("h1", "h2", "h3", "h4")]
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))

    def test_every_figure_has_an_alternative_text_and_a_caption(self, page):
        images = page.all("img")
        assert len(images) == 6 + 1 + 2 + 1 + 2
        assert all(len(attributes["alt"]) > 20 for _, attributes in images)
        assert len(page.all("figcaption")) == len(page.all("figure")) == len(images)

    def test_every_table_has_headers_and_its_own_scrolling(self, page):
        assert all(attributes.get("scope") for _, attributes in page.all("th"))
        scrollers = [item for _, item in page.all("div") if item.get("class") == "scroll"]
        assert len(scrollers) == len(page.all("table")) + len(page.all("figure"))
        assert all(item["tabindex"] == "0" and item["aria-label"] for item in scrollers)

    def test_it_says_what_data_config_and_versions_are_behind_it(self, page):
        for expected in ("made up", "ab" * 32, "ef" * 32, "numpy", np.__version__, "snakemake --cores all"):
            assert expected in page.text
        assert "sigma: 0.5" in page.text

    def test_words_are_apart(self, page):
        assert not re.findall(r"[a-z]{2}\.[A-Z]", page.text)

    def test_the_notebook_is_only_where_it_belongs(self, made, page):
        assert "20.53" in page.text
        assert "20.53" not in render(**arguments(made))

    def test_curves_are_only_where_the_study_has_them(self, made, page):
        assert "curves" not in [attributes["id"] for _, attributes in page.all("section")]
        given = arguments(made)
        for name in ("severity", "rate_distortion"):
            figures = {**given["figures"], name: given["figures"]["losses"]}
            found = Page(render(**{**given, "figures": figures}))
            names = [attributes["data-name"] for _, attributes in found.all("figure")]
            assert name.replace("_", " ") in names
            assert len(found.all("figure")) == len(page.all("figure")) + 1

    def test_a_warning_stands_above_everything(self, made):
        warning = Finding("They learned nothing.", (), is_warning=True)
        found = Page(render(**arguments(made, findings=[warning, Finding("It costs.")])))
        assert found.all("section")[0][1]["id"] == "findings"
        assert [item["role"] for name, item in found.elements if item.get("class") == "warning"] == ["alert"]
        assert found.text.index("They learned nothing.") < found.text.index("It costs.")
        assert found.text.count("They learned nothing.") == 1
        assert "They learned" not in Page(render(**arguments(made, findings=[Finding("It costs.")]))).text

    def test_what_counts_and_what_no_interval_covers_is_said(self, made):
        changed = {
            **made[1]["statistics"],
            "smallest_difference": {"psnr_db": 0.1, "accuracy": 0.01, "ssim": 0},
        }
        study = {**made[1], "statistics": changed}
        text = Page(render(**{**arguments(made, findings=[Finding("It costs.")]), "study": study})).text
        assert "at least 0.10 dB and 1.0 percentage points" in text
        assert text.count("No interval covers what another training set or other draws") == 1

    def test_findings_come_first(self, made):
        finding = Finding(f"White noise costs most. {NASTY}", ("tables/comparisons.csv: cost, white",))
        found = Page(render(**arguments(made, findings=[finding])))
        assert found.all("section")[0][1]["id"] == "findings"
        text = " ".join(found.text.split())
        assert text.index(finding.sentence) < text.index(finding.sources[0]) < text.index("Mean PSNR in dB")

    def test_one_seed_is_called_one_seed(self, made):
        folder, study = made
        text = render(**arguments((folder, {**study, "seeds": [0]})))
        assert "There is one seed" in text
        assert "There is one seed" not in render(**arguments(made))

    def test_warnings_about_the_data_are_said(self, made):
        provenance = {"n_images": 50, "warnings": ["The images are <dark>."]}
        text = render(**arguments(made, train_provenance=provenance))
        assert "<strong>Warning.</strong> The images are &lt;dark&gt;." in text
        assert "Warning." not in render(**arguments(made))

    def test_a_batch_that_the_data_do_not_fill_is_said(self, made):
        folder, study = made
        recipe = {**study["training"], "batch_size": 256, "validation_fraction": 0.1, "epochs": 1000}
        study = {**study, "training": recipe}
        small, large = (
            " ".join(render(**arguments((folder, study), train_provenance={"n_images": count})).split())
            for count in (240, 300)
        )
        assert "batches of 16 (not of 256, which the data set does not fill)." in small
        assert "batches of 256." in large
        assert "1000 epochs of 13 steps, 13,000 in all," in small
        assert "1000 epochs of 1 steps, 1,000 in all," in large

    @pytest.mark.parametrize(
        ("draws", "words"),
        [
            (1, "Noise on the training images is drawn once;"),
            (8, "Noise on the training images has 8 draws, which the epochs see in turn;"),
            ("fresh", "Noise on the training images is drawn anew in each epoch;"),
        ],
    )
    def test_the_draws_of_noise_are_said_where_there_is_noise(self, made, draws, words):
        folder, study = made
        study = {**study, "training": {**study["training"], "noise_draws": draws}}
        assert words in render(**arguments((folder, study)))
        clean = {
            **study,
            "conditions": {name: {"name": name, "kind": "clean"} for name in study["conditions"]},
        }
        assert "Noise on the training images" not in render(**arguments((folder, clean)))

    def test_the_best_known_matrix_comes_first(self, page):
        assert page.text.index("PSNR in dB, output compared with the clean original") < page.text.index(
            "SSIM, "
        )

    def test_the_caption_of_the_entropy_does_not_call_it_a_file(self, made):
        given = arguments(made)
        given["figures"]["matrices"]["entropy_bits_per_image/stream"] = given["figures"]["losses"][""]
        text = Page(render(**given)).text
        assert "Mean entropy per image over all seeds and test images; entropy of the quantised codes" in text
        assert "header included" not in text

    @pytest.mark.parametrize(
        ("method", "metric", "words"),
        [
            ("autoencoder", "accuracy", "whose label a classifier reads right"),
            ("codec", "mse", "The codec quantises the codes"),
            ("codec", "bits_per_image", "Bits per image are the bits of that file, header included"),
            ("codec", "entropy_bits_per_image", "Entropy per image is the information content"),
            ("median_filter", "mse", "without a network (median filter): the strength of each was chosen"),
        ],
    )
    def test_what_is_measured_is_explained_only_where_the_study_has_it(self, made, method, metric, words):
        def text(cells):
            page = Page(render(**arguments(made, summary=fake_study.summary_of(cells))))
            return " ".join(page.text.split())

        trained = ("denoise", "clean") if method in ("autoencoder", "codec") else ("", "")
        known = {("autoencoder", "denoise", "clean", "clean", "mse", "clean"): (0.1, 0.1, 0.1)}
        more = {(method, *trained, "clean", metric, "clean"): (0.5, 0.5, 0.5)}
        assert words not in text(known)
        assert words in text({**known, **more})

    @pytest.mark.parametrize(
        ("objectives", "words"),
        [
            (["reconstruct"], "Models learn to reconstruct what they are given."),
            (["denoise"], "Models learn to denoise what they are given."),
            (["reconstruct", "denoise"], "either to reconstruct what they are given or to denoise it."),
        ],
    )
    def test_it_says_what_models_learn_in_this_study(self, made, objectives, words):
        folder, study = made
        page = Page(render(**arguments((folder, {**study, "objectives": objectives}))))
        assert words in " ".join(page.text.split())

    def test_the_same_text_every_time_and_no_paths(self, made):
        folder, _ = made
        first = render(**arguments(made))
        assert first == render(**arguments(made))
        assert str(folder) not in first
        assert "somebody" not in first
        assert str(REPOSITORY) not in first

    def test_another_process_writes_the_same_text(self, made):
        folder, study = made
        (folder / "study.json").write_text(json.dumps(study))
        code = (
            "import json, sys, pathlib, test_report as t; folder = pathlib.Path('.');"
            "made = folder, json.loads((folder / 'study.json').read_text());"
            "sys.stdout.buffer.write(t.render(**t.arguments(made)).encode())"
        )
        environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join(
                map(str, [FOLDER.parents[1], *Path(__file__).parents[:2]])
            ),
            "PYTHONHASHSEED": "5", "LC_ALL": "C", "PYTHONUTF8": "0", "COLUMNS": "40",
        }  # fmt: skip
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env=environment, check=True, capture_output=True
        )
        assert run.stdout.decode() == render(**arguments(made))

    def test_conditions_stand_in_the_order_of_the_tests(self, made):
        folder, study = made
        mixed = {**study, "conditions": dict(sorted(study["conditions"].items(), reverse=True))}
        assert render(**arguments((folder, mixed))) == render(**arguments(made))


@pytest.fixture(scope="module")
def priced(tmp_path_factory):
    """Give the page of a study that also trains for rate."""
    folder = tmp_path_factory.mktemp("priced")
    objectives = ("reconstruct", "compress-rate_weight0.1")
    given = arguments((folder, fake_study.make_study(folder, objectives=objectives)))
    given["figures"]["rate_distortion"] = given["figures"]["losses"]
    return render(**given)


class TestGoals:
    def test_every_goal_is_explained(self, priced, page):
        text = Page(priced).text
        assert "one bit counts as much as 0.1 of the loss" in text
        assert "Its code has 8 numbers." in text
        assert "Where bits have a price, it is part of the loss." in text
        assert "the envelope of all of them" in text
        for words in ("one bit counts", "Its code has", "Where bits have a price"):
            assert words not in page.text

    def test_goals_have_headings_for_people_and_stand_in_the_config(self, priced):
        heading = "compress, 0.1 per bit, code of 8 (target: the distorted input)"
        text = Page(priced).text
        assert text.count(heading) > 1
        assert "compress-rate_weight0.1: {target: input, rate_weight: 0.1, code_size: 8}" in text
        (numbers,) = re.findall(r'id="study-data">(.*?)</script>', priced)
        data = json.loads(numbers)
        titles = {block["name"]: block["title"] for block in data["blocks"] if block["name"]}
        assert titles["compress-rate_weight0.1"] == heading
        assert titles["reconstruct"] == "reconstruct (target: the distorted input)"


class TestEscaping:
    def test_names_options_and_provenance_are_text(self, made):
        folder, study = made
        study = copy.deepcopy(study)
        spec = {"name": NASTY, "kind": NASTY, "parameters": {NASTY: NASTY}}
        study["conditions"][NASTY] = spec
        study["tested_on"].append(NASTY)
        study["trained_on"].append(NASTY)
        study["objectives"].append(NASTY)
        study["goals"][NASTY] = fake_study.COMPRESS
        study["training"]["loss"] = study["model"]["activation"] = NASTY
        study["datasets"] = [NASTY]
        study["sources"] = {NASTY: {"kind": NASTY, "options": {NASTY: NASTY, "path": NASTY}}}
        provenance = {
            "origin": NASTY, "kind": NASTY, "division": NASTY, "files_sha256": {NASTY: NASTY},
            "images_sha256": NASTY, "image_shape": [NASTY, 3],
        }  # fmt: skip
        given = arguments(
            (folder, study), dataset=NASTY, train_provenance={**provenance, "image_shape": [12, 9]},
            test_provenance=provenance, comparison=comparison_of(made),
        )  # fmt: skip
        picture = given["figures"]["losses"][""]
        given["figures"]["reconstructions"][NASTY] = picture
        text = render(**given)
        parsed = Page(text)
        assert NASTY in parsed.text
        assert not [item for _, item in parsed.elements if "onerror" in item or item.get("src") == "x"]
        assert "<img src=x" not in text
        assert html.escape("<img") in text


class TestResults:
    def summary(self, clean, own, half_width=0.1):
        def cell(mean):
            return mean, mean - half_width, mean + half_width

        def key(trained_on, tested_on):
            return ("autoencoder", "denoise", trained_on, tested_on, "psnr_db", "clean")

        cells = {key("clean", "white"): cell(clean), key("white", "white"): cell(own)}
        return fake_study.summary_of({**cells, key("clean", "clean"): cell(25.0)})

    def key(self, clean, own, p_value, tested_on=("clean", "white")):
        key = ("autoencoder", "denoise", "white", "white", "psnr_db", "clean")
        tests = {} if p_value is None else {key: Difference(p_value <= 0.05, "")}
        return results.key_results(self.summary(clean, own), ["denoise"], tested_on, tests)

    @pytest.mark.parametrize(
        ("clean", "own", "p_value", "marked"),
        [
            (12.0, 18.0, 0.01, [False, True]), (18.0, 12.0, 0.01, [True, False]),
            # The intervals overlap, the paired test tells them apart; and the other way round.
            (18.0, 18.1, 0.018, [False, True]), (12.0, 18.0, 0.06, [False, False]),
            (12.0, 18.0, None, [False, False]),
        ],
    )  # fmt: skip
    def test_the_better_is_marked_only_where_the_paired_test_shows_it(self, clean, own, p_value, marked):
        rows = self.key(clean, own, p_value)
        assert [shown.marked for shown in rows.rows["white"]] == marked
        assert [shown.value for shown in rows.rows["white"]] == [f"{clean:.2f}", f"{own:.2f}"]
        assert rows.rows["white"][0].interval == f"{clean - 0.1:.2f} to {clean + 0.1:.2f}"
        assert not any(shown.marked for shown in rows.rows["clean"])

    def test_what_is_missing_is_a_dash(self):
        rows = self.key(1, 2, 0.01, tested_on=["speckle"])
        assert [shown.value for shown in rows.rows["speckle"]] == ["–", "–"]

    def test_numbers_of_a_matrix_are_those_of_the_summary(self, made):
        folder, study = made
        summary = read_summary(folder / "results/mine/tables/summary.csv")
        names = study["tested_on"]
        matrix = results.matrix(summary, "ssim", "input", ["denoise"], names, names)
        cell = summary.model("denoise", "white", "mean5", "ssim", "input")
        shown = matrix.tables[0].rows["white"][names.index("mean5")]
        assert shown.value == f"{cell.mean:.3f}"
        assert shown.interval == f"{cell.ci_low:.3f} to {cell.ci_high:.3f}"
        assert [row[place].marked for place, row in enumerate(matrix.tables[0].rows.values())] == [True] * 3
        assert list(matrix.tables[1].rows) == ["identity", "black image", "mean image", "PCA"]
        assert matrix.tables[1].rows["identity"][0].interval == ""


class TestSources:
    def test_the_config_describes_the_same_study(self):
        config = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
        config["distortions"]["white"] = {"kind": "white", "sigma": [0.1, 0.5]}
        config["distortions"]["everything"] = {"kind": "mixture", "of": ["clean", "white"]}
        loaded = settings.load(config)
        text = sources.config_as_yaml(settings.describe(loaded))
        again = settings.load(yaml.safe_load(text))
        for name in settings.describe(loaded):
            if name not in ("sources", "sweeps"):
                assert getattr(again, name) == getattr(loaded, name), name
        assert again.sources["mnist5k"].kind == "mnist5k"

    @pytest.mark.parametrize(
        "path", ["/home/somebody/digits.npz", "C:\\Users\\somebody\\digits.npz", "~/digits.npz"]
    )
    def test_folders_of_a_person_are_left_out(self, made, path):
        study = copy.deepcopy(made[1])
        study["sources"]["mine"]["options"] = {"path": path, "test_fraction": 0.2}
        source = sources.resolved_config(study)["sources"]["mine"]
        assert source == {"kind": "npz", "path": "…/digits.npz", "test_fraction": 0.2}

    def test_a_relative_path_stays(self, made):
        study = copy.deepcopy(made[1])
        study["sources"]["mine"]["options"] = {"path": "data/digits.npz", "test_path": None}
        assert sources.resolved_config(study)["sources"]["mine"] == {"kind": "npz", "path": "data/digits.npz"}

    def test_a_missing_library_is_said_to_be_missing(self, monkeypatch):
        monkeypatch.setattr(sources, "PACKAGES", ("numpy", "no-such-library-anywhere"))
        found = sources.versions()
        assert found["numpy"] == np.__version__
        assert found["no-such-library-anywhere"] == "not installed"


class TestPictures:
    def test_both_kinds_have_the_same_natural_size(self, tmp_path):
        figure = draw_distortions(np.zeros((1, 2, 8, 8), np.uint8), ["clean"], [""], ["∞"])
        style.save(figure, tmp_path / "a.svg", tmp_path / "a.png")
        vector, pixels = (read_picture(tmp_path / f"a.{kind}") for kind in ("svg", "png"))
        assert vector.uri.startswith("data:image/svg+xml;base64,")
        assert pixels.uri.startswith("data:image/png;base64,")
        assert abs(vector.width - pixels.width) <= 1
        assert abs(vector.width - 96 * figure.get_size_inches()[0]) <= 1

    def test_anything_else_is_refused(self, tmp_path):
        (tmp_path / "a.svg").write_text("<html></html>")
        with pytest.raises(StudyError, match="expected a PNG or SVG figure"):
            read_picture(tmp_path / "a.svg")


class TestStyle:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_text_has_enough_contrast(self, scheme):
        """WCAG 2.1 AA: at least 4.5 for normal text."""
        blocks = re.findall(r":root \{(.*?)\}", (bundle.FOLDER / "page.css").read_text(), re.DOTALL)
        colors = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", blocks[("light", "dark").index(scheme)]))
        for text in ("ink", "muted", "link"):
            for behind in ("page", "band"):
                assert contrast(colors[text], colors[behind]) >= 4.5, (text, behind)
        for text in ("ink", "muted"):
            assert contrast(colors[text], colors["mark"]) >= 4.5, text


def contrast(first, second):
    def luminance(color):
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
