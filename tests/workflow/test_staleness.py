"""Each change reruns what it must and nothing else: edits of a real copy, the real workflow, sets of jobs."""

import os
import random
import re
import shutil
import time
from itertools import product

import pytest

from support.projects import Project

pytestmark = pytest.mark.workflow

TESTED = ("clean", "white", "noisy_or_not", "blur_then_noise")
TRAINED = ("clean", "white")
OBJECTIVES = ("reconstruct", "denoise")
SHARED = {("denoise", "clean")}
"""On clean images the goals mean the same."""
BASELINES = ("identity", "black", "mean_image", "pca")


def jobs(rule, *parts):
    """Name the jobs of one rule: every combination of the parts, each one wildcard or several."""
    groups = [(part,) if isinstance(part, str) else part for part in parts]
    return {(rule, " ".join(["smoke", *names])) for names in product(*groups)}


def models(trained_on=TRAINED, rules=("train_model", "fit_codec"), objectives=OBJECTIVES):
    """Name the jobs of models, each of which makes those of all seeds; what is shared is trained once."""
    trained_on, objectives = ([part] if isinstance(part, str) else part for part in (trained_on, objectives))
    asked = set(product(objectives, trained_on))
    found = {(rule, f"smoke {objective} {name}") for rule in rules for objective, name in asked - SHARED}
    if "train_model" not in rules:
        return found
    return found | {("share_models", f"smoke {objective} {name}") for objective, name in asked & SHARED}


def scoring(trained_on=TRAINED, objectives=OBJECTIVES):
    shared = SHARED & set(product(objectives, [trained_on] if isinstance(trained_on, str) else trained_on))
    sharing = {("share_scores", f"smoke {objective} {name}") for objective, name in shared}
    return models(trained_on, ["evaluate_model"], objectives) | sharing


def goal_models(*goals):
    """What a goal of its own makes run: its models, their scores and figures."""
    figures = jobs("plot_first_images", goals) | jobs("plot_reconstructions", goals)
    return models(objectives=goals) | scoring(objectives=goals) | figures


SHARING = jobs("share_models", "denoise", "clean")
FETCHING = jobs("fetch_dataset")
DISTORTING = jobs("distort_images", TESTED)
WHITE_VARIANTS = jobs("distort_images", ("white", "noisy_or_not", "blur_then_noise"))
PAIRED = jobs("evaluate_paired_baselines")
BASELINE_SCORES = jobs("evaluate_baseline", BASELINES) | jobs("evaluate_denoisers") | PAIRED
CLASSIFIER = jobs("train_classifier")
TABLES = set().union(
    *map(jobs, ["aggregate_scores", "compare_models", "write_findings", "format_tables", "plot_matrices"])
)
SCORE_FIGURES = jobs("plot_first_images", OBJECTIVES) | jobs("plot_reconstructions", OBJECTIVES)
REPORT = jobs("render_report")
RECOVERABLE = jobs("explain", "recoverable") | jobs("plot_explanation", "recoverable")
"""Reads scores."""
BEHIND_SCORES = TABLES | SCORE_FIGURES | REPORT | RECOVERABLE | jobs("aggregate_explanations")
PICTURES = jobs("plot_distortions")
LOSSES = jobs("plot_losses")
EXPLAINED = ("noise_or_tone", "ladder", "recoverable", "error_budget", "decoder_swap")
"""A line over distances wants more conditions."""
EXPLAINING = jobs("explain", EXPLAINED) | jobs("aggregate_explanations")
OF_DISTORTIONS = ("ladder", "recoverable", "decoder_swap")
SWAP = jobs("explain", OF_DISTORTIONS) | jobs("plot_explanation", OF_DISTORTIONS)
"""Needs models of distortions."""
WHY = EXPLAINING | jobs("plot_explanation", EXPLAINED)
BEHIND_MODELS = LOSSES | jobs("measure_sizes") | WHY
FIGURES = jobs("plot_matrices") | SCORE_FIGURES | PICTURES | LOSSES | jobs("plot_explanation", EXPLAINED)
EVERYTHING = (
    FETCHING | DISTORTING | CLASSIFIER | models() | scoring() | BASELINE_SCORES | TABLES | FIGURES | REPORT
    | BEHIND_MODELS
)  # fmt: skip
BEHIND_TEST_VARIANTS = scoring() | BASELINE_SCORES | BEHIND_SCORES | PICTURES | WHY
BEHIND_WHITE = models("white") | BEHIND_TEST_VARIANTS | BEHIND_MODELS

SMOKE_FILE = "studies/smoke.yaml"
NOISE = "src/aestudy/distortions/noise.py"
CHANGES = {
    "one parameter of one distortion": (
        [(SMOKE_FILE, "distortions:\n", "distortions:\n  white: {kind: white, sigma: 0.4}\n")],
        WHITE_VARIANTS | BEHIND_WHITE,
    ),
    "a parameter of a distortion that nothing is trained on": (
        [(SMOKE_FILE, "of: [clean, white]", "of: [clean, median3]")],
        jobs("distort_images", "noisy_or_not") | BEHIND_TEST_VARIANTS,
    ),
    "the source of one distortion function": (
        [(NOISE, "    noisy += images\n", "    noisy += images + 0.1\n")],
        WHITE_VARIANTS | BEHIND_WHITE,
    ),
    "the source of a helper that only one distortion calls": (
        [
            (
                "src/aestudy/distortions/filters.py",
                "def _check_size(name: str,",
                "def _check_size(name: str, /,",
            )
        ],
        jobs("distort_images", "blur_then_noise") | BEHIND_TEST_VARIANTS,
    ),
    "the source of a distortion that the study does not use": (
        [(NOISE, "    noisy += 1\n", "    noisy += 1.0\n")],
        set(),
    ),
    "a comment, a docstring and blank lines of a distortion function": (
        [
            (NOISE, "    noisy += images\n", "\n    # Another comment.\n    noisy += images\n"),
            (NOISE, "Add white Gaussian noise", "Add Gaussian noise that is white"),
        ],
        set(),
    ),
    "the source of a metric": (
        [
            (
                "src/aestudy/metrics/structural_similarity.py",
                "def _gaussian_window(side: int",
                "def _gaussian_window(side: int, /",
            )
        ],
        scoring() | BASELINE_SCORES | BEHIND_SCORES | PICTURES,
    ),
    "the source of the rate that no goal of the study has": (
        [("src/aestudy/training/rate_prior.py", "COMPONENTS = 3", "COMPONENTS = 4")],
        set(),
    ),
    "the source of one figure": (
        [("src/aestudy/figures/losses.py", "def _draw_panel(axes: Axes,", "def _draw_panel(axes: Axes, /,")],
        LOSSES | REPORT,
    ),
    "the reader of tables": (
        [
            (
                "src/aestudy/files/csv_tables.py",
                "def _read_cell(column: _Column,",
                "def _read_cell(column: _Column, /,",
            )
        ],
        jobs("write_findings")
        | jobs("format_tables")
        | jobs("plot_matrices")
        | jobs("aggregate_explanations")
        | jobs("plot_explanation", EXPLAINED)
        | LOSSES
        | REPORT,
    ),
    "the source of one explanation": (
        [("src/aestudy/explanations/error_budget.py", "DRAWS = 12", "DRAWS = 13")],
        jobs("explain", "error_budget")
        | jobs("plot_explanation", "error_budget")
        | jobs("aggregate_explanations")
        | jobs("write_findings")
        | REPORT,
    ),
    "the words of one explanation": (
        [("src/aestudy/explanations/table.py", 'axis="MSE × 1000"', 'axis="1000 × MSE"')],
        jobs("plot_explanation", "error_budget") | REPORT,
    ),
    "the sentence of one explanation": (
        [("src/aestudy/findings/explanations.py", "more than the sum", "larger than the sum")],
        jobs("write_findings") | REPORT,
    ),
    "the template of the report": (
        [("src/aestudy/report/templates/page.html", "</body>", "<!-- --></body>")],
        REPORT,
    ),
    "the code around every job": ([("src/aestudy_run/jobs.py", '"%(asctime)s', '"> %(asctime)s')], set()),
    "a distortion added to those that are tested": (
        [(SMOKE_FILE, "tested_on: [clean, white,", "tested_on: [clean, white, median3,")],
        jobs("distort_images", "median3") | BEHIND_TEST_VARIANTS,
    ),
    "a distortion added to those that are trained on": (
        [(SMOKE_FILE, "trained_on: [clean, white]", "trained_on: [clean, white, median3]")],
        jobs("distort_images", "median3")
        | models("median3")
        | scoring("median3")
        | BEHIND_SCORES
        | BEHIND_MODELS,
    ),
    "a distortion removed from those that are trained on": (
        [(SMOKE_FILE, "trained_on: [clean, white]", "trained_on: [clean]")],
        (BEHIND_SCORES | BEHIND_MODELS) - SWAP,
    ),
    "a seed added": (
        [(SMOKE_FILE, "seeds: [0]", "seeds: [0, 1]")],
        models() | scoring() | BEHIND_SCORES | BEHIND_MODELS,  # of seed 0 nothing is made, see below
    ),
    "a goal added that nothing is trained for": (
        [(SMOKE_FILE, "objectives:", "goals:\n  few: {target: input, rate_weight: 0.1}\n\nobjectives:")],
        REPORT,  # which describes the whole config
    ),
    "a goal added": (
        [
            (
                SMOKE_FILE,
                "objectives: [reconstruct, denoise]",
                "goals:\n  few: {target: input, rate_weight: [0.1, 1], code_size: 4}\n\n"
                "objectives: [reconstruct, denoise, few]",
            )
        ],
        goal_models("few-rate_weight0.1", "few-rate_weight1") | TABLES | (BEHIND_MODELS - WHY) | REPORT,
    ),
    "the size of the code of all goals": (
        [(SMOKE_FILE, "code_size: 8", "code_size: 9")],
        models()
        | scoring()
        | jobs("evaluate_baseline", BASELINES)
        | PAIRED
        | BEHIND_SCORES
        | PICTURES
        | BEHIND_MODELS,
    ),
    "epochs changed": (
        [(SMOKE_FILE, "epochs: 2", "epochs: 3")],
        models() | scoring() | BEHIND_SCORES | BEHIND_MODELS,
    ),
    "draws of noise": (
        [(SMOKE_FILE, "epochs: 2", "epochs: 2\n  noise_draws: 50")],
        models("white") | scoring("white") | BEHIND_SCORES | BEHIND_MODELS,
    ),
}
"""What is edited (file, old text, new text), and the jobs that have to run."""

VERSIONS = {
    "jinja2": REPORT,
    "optax": models() | scoring() | BEHIND_SCORES | BEHIND_MODELS,
    "jaxlib": models() | scoring() | BEHIND_SCORES | BEHIND_MODELS,  # what jax computes with
    "constriction": models(rules=["fit_codec"]) | SHARING | scoring() | BEHIND_SCORES | BEHIND_MODELS,
    "matplotlib": FIGURES | REPORT,
    "numpy": EVERYTHING,
    "humanize": set(),
}
"""A library, and the jobs that have to run when its version in the lock changes."""


def describe(jobs):
    return "\n".join(" ".join(job) for job in sorted(jobs)) or "nothing"


def assert_jobs(run, expected):
    assert run.status == 0, run.output
    missing, surplus = expected - run.jobs, run.jobs - expected
    assert not missing and not surplus, (  # noqa: PT018 - one message about both
        f"should run and does not:\n{describe(missing)}\nruns and should not:\n{describe(surplus)}"
    )


@pytest.fixture
def project(baseline, tmp_path):
    return baseline.clone(tmp_path / "project")


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_reruns_what_it_must_and_nothing_else(project, server, change):
    edits, expected = CHANGES[change]
    for edit in edits:
        project.edit(*edit)
    assert_jobs(server.run(project, "--dry-run"), expected)


@pytest.mark.parametrize("library", VERSIONS)
def test_a_version_in_the_lock_reruns_what_uses_the_library(project, server, library):
    path = project.folder / "envs/requirements.lock"
    text, count = re.subn(rf"(?m)^{library}==(\S+)", rf"{library}==\1.1", path.read_text("utf-8"))
    assert count
    path.write_text(text, "utf-8")
    assert_jobs(server.run(project, "--dry-run"), VERSIONS[library])


def test_the_order_of_keys_in_the_config_reruns_nothing(project, server):
    for name in ("config.yaml", SMOKE_FILE):
        path = project.folder / name
        head, *parts = re.split(r"\n(?=[a-z_]+:)", path.read_text("utf-8"))
        path.write_text("\n".join([head, *reversed(parts)]) + "\n", "utf-8")
    assert_jobs(server.run(project, "--dry-run"), set())


def test_the_first_run_runs_every_job_once(baseline, tmp_path, server):
    run = server.run(baseline.without_results(tmp_path / "project"), "--dry-run")
    assert_jobs(run, EVERYTHING)
    assert run.announced == len(EVERYTHING) + 1  # and the rule all


def test_the_study_runs_by_the_default_config_alone(tmp_path, server):
    """The other studies of the tests name their own sources."""
    project = Project.of_checkout(tmp_path / "project")
    (project.folder / "short.yaml").write_text("training: {epochs: 1}\n")
    run = server.run(project, "resources/mnist5k/test.npz", configfile="short.yaml")
    assert_jobs(run, {("fetch_dataset", "mnist5k")})


def test_nothing_changed(project, server):
    run = server.run(project)
    assert_jobs(run, set())
    assert "Nothing to be done" in run.output


def test_every_file_touched(project, server):
    paths = sorted(project.folder.rglob("*"))
    random.Random(1).shuffle(paths)
    for seconds, path in enumerate(paths):
        os.utime(path, (2e9 - seconds, 2e9 - seconds), follow_symlinks=False)
    assert_jobs(server.run(project), set())


def test_a_fresh_clone_with_the_results_copied_over(baseline, tmp_path, server):
    clone = baseline.without_results(tmp_path / "a clone elsewhere")
    for folder in ("results", "resources"):  # in this order inputs become newer than what is made of them
        shutil.copytree(baseline.folder / folder, clone.folder / folder, copy_function=shutil.copyfile)
    assert_jobs(server.run(clone), set())
    # What is remembered came along: an edit reruns its part, not more.
    clone.edit(
        "src/aestudy/figures/losses.py", "def _draw_panel(axes: Axes,", "def _draw_panel(axes: Axes, /,"
    )
    assert_jobs(server.run(clone, "--dry-run"), LOSSES | REPORT)


def test_the_folder_moved(project, server):
    moved = Project(project.folder.rename(project.folder.with_name("moved to another place")))
    assert_jobs(server.run(moved), set())


def test_without_what_snakemake_remembers_nothing_is_missed(project, server):
    shutil.rmtree(project.folder / ".snakemake")
    assert_jobs(server.run(project), set())
    shutil.rmtree(project.folder / ".snakemake")
    edits, expected = CHANGES["epochs changed"]
    project.edit(*edits[0])
    assert_jobs(server.run(project, "--dry-run"), expected)


@pytest.mark.parametrize("damage", ["deleted", "emptied", "of one file"])
def test_without_records_results_are_made_again_and_the_run_says_so(project, server, damage):
    records = project.folder / "results/.records"
    if damage == "deleted":
        shutil.rmtree(records)
    elif damage == "emptied":
        for path in records.rglob("*.json"):
            path.write_bytes(b"")
    else:
        (records / "results/smoke/tables/summary.csv.json").unlink()
    behind_one = TABLES - jobs("compare_models") | REPORT
    run = server.run(project, "--dry-run")
    assert re.search("result(s have| has) no record of how it was made", run.output)
    assert_jobs(run, behind_one if damage == "of one file" else EVERYTHING)


def test_dates_in_the_future_hide_no_change_and_stop_no_job(project, server):
    later = time.time() + 7200
    for path in project.folder.glob("results/smoke/scores/**/*.npz"):
        os.utime(path, (later, later))
    project.edit(*CHANGES["one parameter of one distortion"][0][0])
    assert_jobs(server.run(project, "variants"), WHITE_VARIANTS)
    assert_jobs(server.run(project, "--dry-run"), BEHIND_WHITE)
    for path in [*project.folder.rglob("*.npz"), *project.folder.rglob("*.csv")]:
        os.utime(path, (2e9, 2e9))
    target = "results/smoke/scores/denoise/white/0.npz"
    run = server.run(project, target)
    assert_jobs(run, models("white", objectives=["denoise"]) | scoring("white", objectives=["denoise"]))


def test_a_variant_made_again_with_the_same_content_reruns_nothing(project, server):
    white = ["results/smoke/variants/white/train.npz", "results/smoke/variants/white/test.npz"]
    before = [(project.folder / path).read_bytes() for path in white]
    run = server.run(project, "--force", *white)
    assert_jobs(run, jobs("distort_images", "white"))
    assert [(project.folder / path).read_bytes() for path in white] == before
    assert_jobs(server.run(project), set())


def test_code_that_makes_the_same_variants_reruns_only_what_distorts_itself(project, server):
    step = "component(np.clip(images, 0, 1) if number else images)"
    project.edit(
        "src/aestudy/distortions/composition.py",
        f"        images = {step}\n",
        "        given = np.clip(images, 0, 1) if number else images\n        images = component(given)\n",
    )
    assert_jobs(server.run(project, "variants"), jobs("distort_images", "blur_then_noise"))
    # Explanations draw conditions anew, so they count their code; their tables come out the same.
    tables = [f"results/smoke/tables/explanations/{name}.csv" for name in EXPLAINED]
    assert_jobs(server.run(project, *tables), jobs("explain", EXPLAINED))
    assert_jobs(server.run(project), set())


def test_a_further_test_condition_is_scored_and_the_others_are_not(project, server):
    project.edit(SMOKE_FILE, "tested_on: [clean, white,", "tested_on: [clean, white, median3,")
    scores = "results/smoke/scores/denoise/white/0.npz"
    run = server.run(project, scores)
    assert_jobs(run, jobs("distort_images", "median3") | jobs("evaluate_model", "denoise white"))
    log = (project.folder / "logs/evaluate_model/smoke/denoise/white.log").read_text()
    assert log.count("the scores of an earlier run") == 2 * len(TESTED)  # without and with the codec
    assert re.findall(r"tested on (\S+): mean PSNR", log) == ["median3"] * 2

    with_cells = (project.folder / scores).read_bytes()
    for cells in project.folder.glob("results/smoke/scores/**/.*.cells"):
        cells.unlink()
    server.run(project, "--force", scores)
    assert (project.folder / scores).read_bytes() == with_cells


def test_what_a_changed_config_leaves_behind_is_named_and_deleted_on_request(project, server):
    project.edit(SMOKE_FILE, "trained_on: [clean, white]", "trained_on: [clean]")
    stale = sorted(
        str(path.relative_to(project.folder))
        for place in (
            "models/*/white/0/*",
            "scores/*/white/*",
            "scores/codec/*/white/*",
            *(f"*/explanations/{name}.*" for name in OF_DISTORTIONS),
        )
        for path in project.folder.glob(f"results/smoke/{place}")
        if path.is_file() and not path.name.startswith(".")
    )
    assert len(stale) == 19
    naming = server.run(project, "clean_stale")
    assert re.findall(r"bytes  (\S+)", naming.output) == stale
    assert "Nothing was deleted" in naming.output
    assert all((project.folder / path).is_file() for path in stale)

    deleting = server.run(project, "clean_stale", "--config", "delete=true")
    assert deleting.status == 0, deleting.output
    assert not list(project.folder.glob("results/smoke/*/**/*white/0*"))
    assert (project.folder / "results/smoke/variants/white/test.npz").is_file()  # still tested on
    assert "No stale files" in server.run(project, "clean_stale").output
    assert_jobs(server.run(project, "--dry-run"), (BEHIND_SCORES | BEHIND_MODELS) - SWAP)


def identities(project):
    """Tell the files of models and scores apart from others that have the same content."""
    places = [
        path for part in ("models", "scores") for path in project.folder.glob(f"results/smoke/{part}/**/*")
    ]
    return {
        str(path): (path.stat().st_ino, path.read_bytes())
        for path in places
        if path.suffix in (".npz", ".csv")
    }


def test_a_further_seed_trains_its_own_models_and_keeps_the_others(project, server):
    before = identities(project)
    project.edit(SMOKE_FILE, "seeds: [0]", "seeds: [0, 1]")
    run = server.run(project, "results/smoke/tables/summary.csv")
    assert_jobs(run, models() - SHARING | scoring() | jobs("aggregate_scores"))
    after = identities(project)
    made = after.keys() - before.keys()
    assert {path: after[path] for path in before if "baselines" not in path} == {
        path: kept for path, kept in before.items() if "baselines" not in path
    }
    assert len(made) == 3 * 5 + 2  # of the shared model only the scores were asked for
    for rule in ("train_model", "fit_codec", "evaluate_model"):
        log = (project.folder / f"logs/{rule}/smoke/denoise/white.log").read_text()
        assert "seed 0 is kept" in log
        assert "seed 1 is kept" not in log
    assert_jobs(server.run(project, "--dry-run", "results/smoke/tables/summary.csv"), set())


def test_models_that_are_forced_are_made_again(project, server):
    before = identities(project)
    model = "results/smoke/models/denoise/white/0/params.npz"
    assert_jobs(server.run(project, "--force", model), jobs("train_model", "denoise white"))
    log = (project.folder / "logs/train_model/smoke/denoise/white.log").read_text()
    assert "epoch 2/2" in log
    assert (
        before == identities(project)
        or (project.folder / model).read_bytes() == before[str(project.folder / model)][1]
    )


def test_seeds_are_spread_over_jobs_to_the_same_files(project, server):
    """What one job makes of all seeds is what several jobs would make."""
    before = identities(project)
    project.edit(SMOKE_FILE, "seeds: [0]", "seeds: [0, 1, 2]\n\nseeds_per_job: 2")
    target = "results/smoke/scores/denoise/white/1.npz"
    run = server.run(project, target)
    rules = ["train_model", "fit_codec", "evaluate_model"]
    assert_jobs(run, {(f"{rule}_seeds0to1", "smoke denoise white") for rule in rules})
    project.edit(SMOKE_FILE, "seeds_per_job: 2", "seeds_per_job: all")
    assert_jobs(server.run(project, "--dry-run", target), models("white", rules, ["denoise"]))
    project.edit(SMOKE_FILE, "seeds: [0, 1, 2]", "seeds: [0, 1]")
    assert_jobs(server.run(project, "--dry-run", target), set())
    assert before.items() <= identities(project).items()
