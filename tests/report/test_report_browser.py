"""The report in a real browser: what the script adds, what remains without it, and that nothing is loaded."""

import base64
import copy
import csv
import io
import itertools
import re
import xml.etree.ElementTree

import numpy as np
import pytest
from PIL import Image
from test_report import NASTY, arguments

from aestudy.files.archives import read_archive
from aestudy.report.explorer import Difference
from aestudy.report.findings import Finding
from aestudy.report.page import Interactive, render
from aestudy.report.pictures import Picture
from aestudy.report.sprites import pack, read_examples
from aestudy.scoring.scores import read_scores
from aestudy.tables.summary import read_summary
from support import browser as browsers
from support import fake_study, overlaps

CELL = 'td[role="gridcell"]'
FINDINGS = [
    Finding("White noise costs 3.1 dB.", ("comparisons: cost, denoise, clean, white",)),
    Finding("Nothing else was shown."),
]


def picture(kind, content):
    return Picture(f"data:image/{kind};base64,{base64.b64encode(content).decode()}", 120, 80)


def figures_of(study):
    vector = picture(
        "svg+xml",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80" viewBox="0 0 120 80">'
        b'<rect width="120" height="80" fill="#0072b2"/></svg>',
    )
    file = io.BytesIO()
    Image.new("L", (180, 120), 99).save(file, "PNG")
    pixels = picture("png", file.getvalue())
    keys = [f"{metric}/{to}" for metric in ("psnr_db", "ssim", "mse") for to in ("clean", "input")]
    return {
        "distortions": {"": pixels}, "losses": {"": vector}, "matrices": dict.fromkeys(keys, vector),
        "reconstructions": dict.fromkeys(study["objectives"], pixels),
        "first_images": dict.fromkeys(study["objectives"], vector),
    }  # fmt: skip


def interactive_of(folder, study):
    scores = folder / "results/mine/scores"
    by_seed = {}
    for seed in study["seeds"]:
        for path in sorted(scores.glob(f"*e*/*/{seed}.npz")):
            one = read_scores(path)
            for (metric, reference), values in one.values.items():
                for condition, row in zip(one.tested_on, values, strict=True):
                    key = (one.method, one.objective, one.trained_on, condition, metric, reference)
                    by_seed.setdefault(key, []).append(float(row.mean(dtype=float)))
    identity = read_scores(scores / "baselines/identity.npz")
    clean = read_archive(folder / "resources/mine/test.npz", "images")["images"]
    paths = [*sorted(scores.glob("*e*/*/0.npz")), *sorted((scores / "baselines").glob("*.npz"))]
    examples = pack(clean[: identity.examples.shape[1]], identity.examples, map(read_examples, paths))
    tests = {
        ("autoencoder", "denoise", "white", "clean", "psnr_db", "clean"): Difference(False, "0.31"),
        ("autoencoder", "denoise", "mean5", "clean", "psnr_db", "clean"): Difference(True, "0.010"),
    }
    return Interactive(by_seed, tests, examples)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Give the folder of a made-up study with a page of each kind, and its settings."""
    folder = tmp_path_factory.mktemp("a study")
    made = folder, fake_study.make_study(folder)
    given = arguments(made, figures=figures_of(made[1]), findings=FINDINGS, interactive=interactive_of(*made))
    (folder / "report.html").write_text(render(**given), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    browser = browsers.Browser(tmp_path_factory.mktemp("downloads"))
    yield browser
    browser.quit()


@pytest.fixture
def page(study):
    return study[0] / "report.html"


@pytest.fixture
def browser(session, page):
    """Give the browser with the page open; whatever a test does may neither complain nor ask for anything."""
    session.open(page)
    yield session
    assert session.complaints() == []
    assert set(session.requests()) <= {page.as_uri(), page.with_name("nasty.html").as_uri()}


def matrix_texts(browser, block):
    rows = browser.run(
        "return [...document.querySelectorAll('table.matrix')[args[0]].tBodies[0].rows]"
        ".map((row) => [...row.cells].map((cell) => cell.textContent))",
        block,
    )
    return {row[0]: row[1:] for row in rows}


def cell(browser, block, row, column):
    return browser.one(f'{CELL}[data-block="{block}"][data-row="{row}"][data-column="{column}"]')


def summary_of(study):
    return read_summary(study[0] / "results/mine/tables/summary.csv")


def summary_lines(study):
    return (study[0] / "results/mine/tables/summary.csv").read_text().splitlines()


def open_with_summary(session, study, lines, folder):
    """Open a page of the study whose `summary.csv` has other lines."""
    (folder / "summary.csv").write_text("\n".join(lines))
    summary = read_summary(folder / "summary.csv")
    page = folder / "report.html"
    page.write_text(
        render(**arguments(study, figures=figures_of(study[1]), summary=summary)), encoding="utf-8"
    )
    session.open(page)
    return page


class TestMatrix:
    def test_it_shows_the_means_of_the_summary(self, browser, study):
        names = study[1]["tested_on"]
        found = matrix_texts(browser, 0)
        for row in names:
            cells = [
                summary_of(study).model("reconstruct", row, column, "psnr_db", "clean") for column in names
            ]
            assert found[row] == [f"{one.mean:.1f}" for one in cells]
        assert matrix_texts(browser, 2)["identity"][0] == "∞"

    def test_metric_and_reference_switch(self, browser, study):
        browser.choose("choose-metric", "ssim")
        browser.choose("choose-reference", "input")
        one = summary_of(study).model("reconstruct", "white", "mean5", "ssim", "input")
        assert matrix_texts(browser, 0)["white"][2] == f"{one.mean:.2f}"
        assert "SSIM, output compared with the model's input" in browser.one("#explorer-title").text

    def test_a_metric_that_lacks_the_reference_does_not_forget_it(self, session, study, tmp_path):
        lines = summary_lines(study)
        lines += [line.replace(",mse,clean,", ",accuracy,label,") for line in lines if ",mse,clean," in line]
        page = open_with_summary(session, study, lines, tmp_path)
        session.choose("choose-reference", "input")
        session.choose("choose-metric", "accuracy")
        assert "a classifier" in session.one("#explorer-title").text
        session.choose("choose-metric", "mse")
        assert "MSE, output compared with the model's input" in session.one("#explorer-title").text
        assert set(session.requests()) == {page.as_uri()}

    def test_a_metric_of_files_does_not_stay_with_the_codec(self, session, study, tmp_path):
        lines = summary_lines(study)
        coded = [line.replace(",autoencoder,", ",codec,") for line in lines if ",autoencoder," in line]
        rates = [line.replace(",mse,clean,", ",bits_per_image,stream,") for line in coded]
        page = open_with_summary(session, study, [*lines, *dict.fromkeys(coded + rates)], tmp_path)
        headings = session.texts(".block h4")
        session.choose("choose-metric", "bits_per_image")
        assert "header included" in session.one("#explorer-title").text
        assert session.texts(".block h4") == headings[:-1]  # no baseline has a file
        session.choose("choose-metric", "psnr_db")
        assert "the codes as they are" in session.one("#explorer-title").text
        assert session.texts(".block h4") == headings
        assert set(session.requests()) == {page.as_uri()}

    def test_one_objective_or_all(self, browser):
        headings = [text.split(" ")[0] for text in browser.texts(".block h4")]
        assert headings == ["reconstruct", "denoise", "without"]
        browser.choose("choose-objective", "denoise")
        assert [text.split(" ")[0] for text in browser.texts(".block h4")] == ["denoise", "without"]

    def test_differences_seeds_and_their_spread(self, browser, study):
        summary, names = summary_of(study), study[1]["tested_on"]
        base = [summary.model("denoise", "clean", name, "psnr_db", "clean").mean for name in names]
        white = [summary.model("denoise", "white", name, "psnr_db", "clean").mean for name in names]
        browser.choose("choose-show", "difference")
        found = matrix_texts(browser, 1)
        assert [float(text.replace("−", "-")) for text in found["white"]] == pytest.approx(
            np.subtract(white, base), abs=0.051
        )
        assert found["clean"] == ["0.0"] * 3
        browser.choose("choose-show", "seed:1")
        seed = read_scores(study[0] / "results/mine/scores/denoise/white/1.npz")
        mean = seed.values["psnr_db", "clean"].mean(axis=1, dtype=float)
        assert matrix_texts(browser, 1)["white"] == [f"{value:.1f}" for value in mean]
        browser.choose("choose-metric", "mse")
        browser.choose("choose-show", "spread")
        assert len(browser.all("table.matrix")) == 2
        assert all(float(text) >= 0 for text in matrix_texts(browser, 1)["white"])
        assert not browser.one("#choose-hatch").is_enabled()
        browser.choose("choose-metric", "psnr_db")
        per_seed = [
            read_scores(study[0] / f"results/mine/scores/denoise/white/{seed}.npz").values["psnr_db", "clean"]
            for seed in study[1]["seeds"]
        ]
        spread = np.ptp([values.mean(axis=1, dtype=float) for values in per_seed], axis=0)
        assert matrix_texts(browser, 1)["white"] == [f"{value:.2f}" for value in spread]

    def test_what_was_trained_on_is_boxed_and_what_was_not_shown_is_hatched(self, browser):
        assert [one.get_attribute("data-row") for one in browser.all(f"{CELL}.boxed")] == list("012012")
        assert "hatched" in cell(browser, 1, 1, 0).get_attribute("class")
        assert "hatched" not in (cell(browser, 1, 2, 0).get_attribute("class") or "")
        described = cell(browser, 1, 1, 0).get_attribute("aria-label")
        assert "no difference that counts: corrected p = 0.31)" in described
        assert "corrected p" not in cell(browser, 1, 2, 0).get_attribute("aria-label")
        browser.one("#choose-hatch").click()
        assert browser.all(f"{CELL}.hatched") == []

    def test_similar_conditions_can_stand_together(self, browser):
        listed = matrix_texts(browser, 0)
        browser.choose("choose-order", "similar")
        found = matrix_texts(browser, 0)
        assert next(iter(found)) == "clean"
        assert sorted(found) == sorted(listed)
        assert sorted(found["white"]) == sorted(listed["white"])

    def test_pointing_shows_mean_interval_and_counts(self, browser, study):
        from selenium.webdriver.common.action_chains import ActionChains

        one = summary_of(study).model("reconstruct", "white", "clean", "psnr_db", "clean")
        ActionChains(browser.driver, duration=0).move_to_element(cell(browser, 0, 1, 0)).perform()
        text = browser.one(".tip").text
        assert f"PSNR {one.mean:.2f} dB, 95 % interval {one.ci_low:.2f} to {one.ci_high:.2f}" in text
        assert "2 seeds, 24 test images" in text
        assert "trained on white, tested on clean" in text

    def test_one_test_image_has_no_intervals_and_says_so(self, session, study, tmp_path):
        lines = summary_lines(study)
        for place, line in enumerate(lines[1:], start=1):
            fields = line.split(",")
            fields[8:10], fields[12] = ["", ""], "1"
            lines[place] = ",".join(fields)
        page = open_with_summary(session, study, lines, tmp_path)
        label = cell(session, 0, 1, 0).get_attribute("aria-label")
        assert re.search(r"PSNR [0-9.]+ dB, no interval\. 2 seeds, 1 test image\.", label)
        assert "hatched" not in (cell(session, 0, 1, 0).get_attribute("class") or "")  # nothing was tested
        assert "There is one test image" in session.one("#findings").text
        assert not session.all("#findings table small, #findings td.marked")
        session.one("#all-results-box summary").click()
        row = session.wait(lambda: session.texts("#all-results tbody tr:first-child td"))
        assert row[6:8] == ["–", "–"]
        assert set(session.requests()) == {page.as_uri()}


class TestExamples:
    def test_a_click_shows_original_distorted_decoded_and_error(self, browser, study):
        cell(browser, 1, 1, 2).click()
        browser.wait(lambda: browser.one(".panel").is_displayed())
        assert browser.texts(".examples thead th") == ["original", "distorted", "decoded", "error"]
        assert [text[:4] for text in browser.texts(".examples tbody th")] == ["best", "medi", "wors"]
        one = read_scores(study[0] / "results/mine/scores/denoise/white/0.npz")
        kept = one.examples.shape[1]
        order = np.argsort(one.values["mse", "clean"][2, :kept], kind="stable")
        clean = read_archive(study[0] / "resources/mine/test.npz", "images")["images"]
        pixels = browser.run(
            "return [...document.querySelectorAll('.examples canvas')].map((c) => "
            "[...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 == 0))"
        )
        assert len(pixels) == 12
        for row, chosen in enumerate((order[0], order[(kept - 1) // 2], order[-1])):
            assert pixels[4 * row] == clean[chosen].ravel().tolist()
            assert pixels[4 * row + 2] == one.examples[2, chosen].ravel().tolist()
        assert len(set(pixels[3])) > 1

    def test_without_an_error_the_error_map_is_blank(self, browser):
        cell(browser, 2, 0, 0).click()  # the input itself, clean
        browser.wait(lambda: browser.one(".panel").is_displayed())
        found = browser.run(
            "const c = document.querySelectorAll('.examples canvas')[3];"
            "return [...new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)].sort()"
        )
        assert found == [247, 255]

    def test_keys_alone_lead_to_the_images_and_back(self, browser):
        from selenium.webdriver.common.keys import Keys

        browser.run("document.getElementById('choose-hatch').focus()")
        browser.press(Keys.TAB)  # the scrolled area or the first cell: the matrix is one stop
        assert browser.focused().get_attribute("role") == "gridcell"
        browser.press(Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
        focused = browser.focused()
        assert (focused.get_attribute("data-row"), focused.get_attribute("data-column")) == ("1", "1")
        assert browser.one(".tip").is_displayed()
        browser.press(Keys.ENTER)
        browser.wait(lambda: browser.one(".panel").is_displayed())
        assert browser.one("#examples-heading").text == "reconstruct, trained on white, tested on white"
        assert browser.focused() == focused
        browser.press(Keys.TAB, Keys.TAB, Keys.TAB)
        assert browser.focused().get_attribute("aria-label") == "Close the images"
        browser.press(Keys.ENTER)
        assert not browser.one(".panel").is_displayed()
        assert browser.focused() == focused

    def test_the_skip_link_is_first(self, browser):
        from selenium.webdriver.common.keys import Keys

        browser.press(Keys.TAB)
        assert browser.focused().get_attribute("class") == "skip"


class TestTables:
    def rows(self, browser, table):
        return browser.run(
            "return [...document.querySelector(args[0]).tBodies[0].rows]"
            ".map((row) => [...row.cells].map((cell) => cell.firstChild.textContent.trim()))",
            table,
        )

    def test_headers_sort_by_number_and_keep_what_is_missing_last(self, browser):
        header = browser.all("#findings thead button.sort")[3]
        header.click()
        values = [float(row[3].replace("∞", "inf")) for row in self.rows(browser, "#findings table")]
        assert values == sorted(values)
        assert browser.all("#findings [aria-sort]")[0].get_attribute("aria-sort") == "ascending"
        header.click()
        assert self.rows(browser, "#findings table")[0][3] == f"{values[-1]:.2f}"
        assert len(browser.all('#findings [aria-sort="descending"]')) == 1

    def test_keys_sort_too(self, browser):
        from selenium.webdriver.common.keys import Keys

        table = "#data > .scroll table"
        assert [row[0] for row in self.rows(browser, table)] == ["clean", "white", "mean5"]
        browser.run("document.querySelector(args[0]).focus()", f"{table} thead button")
        browser.press(Keys.ENTER)
        assert [row[0] for row in self.rows(browser, table)] == ["clean", "mean5", "white"]
        browser.press(Keys.ENTER)
        assert [row[0] for row in self.rows(browser, table)] == ["white", "mean5", "clean"]

    def test_all_results_filter_and_download(self, browser, study):
        browser.one("#all-results-box summary").click()
        table = browser.wait(lambda: browser.all("#all-results .scroll"))[0]
        assert table.get_attribute("aria-label") == "all results"
        everything = 6 * (2 * 3 * 3 + 4 * 3)
        assert browser.one("#all-results .count").text == f"{everything} rows"
        assert len(browser.all("#all-results tbody tr")) == 100
        browser.choose("filter-1", "white")
        browser.choose("filter-3", "SSIM")
        browser.run(
            "const e = document.querySelector('#all-results input'); e.value = 'DENOISE mean5';"
            "e.dispatchEvent(new Event('input'))"
        )
        assert browser.one("#all-results .count").text == f"2 of {everything} rows"
        button = browser.one("#all-results .tools button")
        lines = list(csv.DictReader(io.StringIO(browser.download(button, "mine-all-results.csv").decode())))
        one = summary_of(study).model("denoise", "white", "mean5", "ssim", "clean")
        assert [line["compared with"] for line in lines] == ["clean", "input"]
        assert lines[0]["mean"] == f"{one.mean:.3f}"
        assert lines[0]["tested on"] == "mean5"

    def test_a_table_of_the_page_downloads_with_its_intervals(self, browser):
        content = browser.download(browser.one("#findings .tools button"), "mine-key-results.csv").decode()
        header, *rows = list(csv.reader(io.StringIO(content)))
        assert header[0] == "Difference on"
        assert header[-2:] == ["denoise trained on it", "denoise trained on it, small print"]
        assert re.fullmatch(r"[0-9.]+ to [0-9.]+", rows[1][-1])


class TestDownloads:
    def test_the_matrix_as_svg_and_png(self, browser):
        svg, png = browser.all("#explorer .downloads button")
        text = browser.download(svg, "mine-matrix-psnr_db-clean-mean.svg").decode()
        root = xml.etree.ElementTree.fromstring(text)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert matrix_texts(browser, 0)["white"][0] in {one.text for one in root.iter()}
        image = Image.open(io.BytesIO(browser.download(png, "mine-matrix-psnr_db-clean-mean.png")))
        assert image.size == tuple(2 * int(root.get(side)) for side in ("width", "height"))
        assert len(image.convert("RGB").getcolors(2**24)) > 20

    def boxes(self, browser, path):
        """Open a downloaded SVG; give its texts with the corners of their boxes, and its size."""
        browser.driver.get(path.as_uri())
        script = (
            "const bar = 'rect[width=\"14\"]';"
            "return [...document.querySelectorAll(`text, ${bar}`)].map((e) => {"
            " const [box, turn] = [e.getBBox(), e.getCTM()];"
            " const corners = [[0, 0], [1, 0], [1, 1], [0, 1]];"
            " return [e.tagName === 'rect' ? 'bar' : e.textContent, corners.map(([x, y]) => {"
            "  const [left, top] = [box.x + x * box.width, box.y + y * box.height];"
            "  return [turn.a * left + turn.c * top + turn.e, turn.b * left + turn.d * top + turn.f]; })]; })"
        )
        given = [(content, np.array(corners)) for content, corners in browser.run(script)]
        found = [(content, corners) for content, corners in given if content != "bar"]
        bar = np.concatenate([corners for content, corners in given if content == "bar"])
        found.append(("", overlaps.corners_of(*bar.min(axis=0), *bar.max(axis=0))))
        return found, [
            float(browser.run(f"return document.documentElement.getAttribute('{side}')"))
            for side in ("width", "height")
        ]

    @pytest.mark.parametrize("show", ["mean", "difference", "spread"])
    @pytest.mark.parametrize("many", [False, True])
    def test_no_text_of_the_downloaded_matrix_is_cut_off_or_covered(
        self, session, study, tmp_path, many, show
    ):
        described = copy.deepcopy(study[1])
        if many:
            long = [f"white-sigma0.{number:02d}-and_more_words_than_fit_anywhere" for number in range(24)]
            for name in long:
                described["conditions"][name] = {"name": name, "kind": "white", "parameters": {"sigma": 0.1}}
            described["trained_on"], described["tested_on"] = ["clean", *long], ["clean", *long]
            goal = "a-goal-of-ones-own-with-a-long-name"
            described["objectives"].append(goal)
            described["goals"][goal] = fake_study.COMPRESS
        cells, by_seed = {}, {}
        for place, (objective, row, column) in enumerate(
            itertools.product(described["objectives"], described["trained_on"], described["tested_on"])
        ):
            key = ("autoencoder", objective, row, column, "accuracy", "label")
            cells[key] = (0.3 + 0.001 * (place % 7), 0.2, 0.4)
            by_seed[key] = [0.25, 0.35]
        tests = dict.fromkeys(cells, Difference(False, "0.50"))
        given = {"summary": fake_study.summary_of(cells), "interactive": Interactive(by_seed, tests)}
        page = tmp_path / "report.html"
        page.write_text(
            render(**arguments((study[0], described), figures=figures_of(described), **given)), "utf-8"
        )
        session.open(page)
        session.choose("choose-show", show)
        svg, png = session.all("#explorer .downloads button")
        name = f"mine-matrix-accuracy-label-{show}"
        session.download(svg, f"{name}.svg")
        image = Image.open(io.BytesIO(session.download(png, f"{name}.png")))
        title = session.one("#explorer-title").text
        texts, (width, height) = self.boxes(session, session.downloads / f"{name}.svg")
        assert image.size == (2 * width, 2 * height)
        assert overlaps.outside(texts, width, height) == []
        assert overlaps.overlapping(texts) == []
        shown = [content for content, _ in texts]
        assert " ".join(shown).startswith(title)
        assert shown.count("tested on →") == shown.count("trained on ↓") == len(described["objectives"])
        assert any("images read right (%)" in content for content in shown)
        assert len(set(shown) & {"Hatched: no difference from the clean-trained model that counts."}) == (
            show != "spread"
        )
        session.complaints(), session.requests()

    def test_every_figure_as_svg_and_png(self, browser):
        figures = browser.all("figure[data-name]")
        assert len(browser.all("figure .downloads button")) == 2 * len(figures) == 24
        for name, size in (("losses", (240, 160)), ("distortions", (180, 120))):
            svg, png = browser.all(f'figure[data-name="{name}"] .downloads button')
            xml.etree.ElementTree.fromstring(browser.download(svg, f"mine-{name}.svg"))
            assert Image.open(io.BytesIO(browser.download(png, f"mine-{name}.png"))).size == size


class TestAppearance:
    def background(self, browser):
        return browser.run("return getComputedStyle(document.body).backgroundColor")

    def test_dark_follows_the_system_and_the_reader(self, browser, page):
        light = self.background(browser)
        browser.open(page, scheme="dark")
        dark = self.background(browser)
        assert dark != light
        browser.choose("choose-theme", "light")
        assert self.background(browser) == light
        browser.open(page)
        browser.choose("choose-theme", "dark")
        assert self.background(browser) == dark

    @pytest.mark.parametrize("width", [320, 390, 1920])
    def test_no_page_is_wider_than_its_window(self, browser, page, width):
        browser.open(page, width=width, height=844)
        browser.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        cell(browser, 0, 0, 1).click()
        browser.wait(lambda: browser.one(".panel").is_displayed())
        assert browser.run("return document.documentElement.scrollWidth") == width

    def test_print_shows_the_matrix_without_its_controls(self, browser, page):
        browser.open(page, media="print")
        assert browser.one("table.matrix").is_displayed()
        for selector in (".controls", ".tools", ".downloads", "nav"):
            assert not browser.one(selector).is_displayed(), selector
        assert browser.pdf().startswith(b"%PDF-")

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_nothing_serious_for_axe(self, browser, page, scheme):
        source = browsers.axe_source()
        browser.open(page, scheme=scheme)
        browser.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        cell(browser, 1, 1, 0).click()
        browser.wait(lambda: browser.one(".panel").is_displayed())
        assert browser.violations(source) == {}


class TestWithoutScript:
    def test_still_figures_and_tables_remain(self, session, page):
        session.open(page, scripts=False)
        try:
            assert not session.one("#explorer").is_displayed()
            assert not session.one("#all-results").is_displayed()
            assert not session.one(".with-script").is_displayed()
            assert session.one('figure[data-name="matrix psnr_db clean"] img').is_displayed()
            assert session.one("#findings table").is_displayed()
            assert len(session.all("#findings .findings li")) == 2
            session.all("#matrices details details summary")[0].click()
            assert session.one("#matrices table").is_displayed()
            assert not session.all("button")
        finally:
            session.command("Emulation.setScriptExecutionDisabled", value=False)
            session.complaints(), session.requests()


class TestSafety:
    def test_what_the_browser_does_by_itself_counts_for_nothing(self, tmp_path):
        fresh = browsers.Browser(tmp_path)
        try:
            assert fresh.driver.current_url == "about:blank"
            assert (fresh.complaints(), fresh.requests()) == ([], [])
        finally:
            fresh.quit()

    def test_the_policy_stops_requests_and_foreign_scripts(self, session, page):
        session.open(page)
        found = session.run(
            "const blocked = new Set();"
            "const all = new Promise((done) => document.addEventListener('securitypolicyviolation', (e) => {"
            "  if (blocked.add(e.effectiveDirective).size === 3) done();"
            "}));"
            "await fetch('http://127.0.0.1:9/').catch(() => {});"
            "document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}));"
            "document.body.append(Object.assign(document.createElement('script'), {text: 'window.bad = 1'}));"
            "await Promise.race([all, new Promise((done) => setTimeout(done, 20_000))]);"
            "return [[...blocked].sort(), window.bad ?? null]"
        )
        assert found == [["connect-src", "img-src", "script-src-elem"], None]
        session.complaints(), session.requests()

    def test_names_that_look_like_code_are_text(self, browser, study, page):
        folder, described = study
        described = copy.deepcopy(described)
        described["conditions"][NASTY] = {"name": NASTY, "kind": NASTY, "parameters": {}}
        described["trained_on"].append(NASTY)
        described["tested_on"].append(NASTY)
        described["objectives"].append(NASTY)
        described["goals"][NASTY] = fake_study.COMPRESS
        given = arguments((folder, described), figures=figures_of(described), dataset=NASTY)
        nasty = page.with_name("nasty.html")
        nasty.write_text(render(**given), encoding="utf-8")
        browser.open(nasty)
        assert browser.texts(".matrix tbody th[title]").count("–") == 0
        titles = browser.run("return [...document.querySelectorAll('.matrix th[title]')].map((e) => e.title)")
        assert NASTY in titles
        assert browser.run("return document.querySelectorAll('[onerror], img:not([alt])').length") == 0
        svg = browser.all("#explorer .downloads button")[0]
        name = "img-src-x-onerror-alert-1-7-7-matrix-psnr_db-clean-mean.svg"
        xml.etree.ElementTree.fromstring(browser.download(svg, name))
