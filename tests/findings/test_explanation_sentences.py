"""Sentences of explanations: each says the opposite of opposite tables, or that no difference shows."""

import dataclasses
import json
import math
import re

import pytest

from aestudy.explanations.table import EXPLANATIONS
from aestudy.files.study_tables import ExplanationRow
from aestudy.findings.evidence import Evidence
from aestudy.findings.explanation_words import EXPLANATION
from aestudy.findings.explanations import RULES, explain
from aestudy.findings.files import MAXIMUM_FINDINGS, write_findings
from aestudy.report.findings import read_findings
from aestudy.statistics.averages import DISTORTIONS, FILTERS, NOISES, SAME


def p_value_of(mean, half):
    return math.nan if math.isnan(half) else 0.001 if abs(mean) > half else 0.5


def rows_of(explanation, quantities, half=0.1, unit="dB", **names):
    return [
        ExplanationRow(
            dataset="mine", explanation=explanation, quantity=quantity, objective="denoise", unit=unit,
            mean=mean, ci_low=mean - half, ci_high=mean + half, p_value=p_value_of(mean, half),
            n_seeds=2, n_images=100, **names,
        )
        for quantity, mean in quantities.items()
    ]  # fmt: skip


def noise_or_tone(factor, half=0.1, tested_on=NOISES):
    """Most is tone for a factor of 1, most is randomness for −1."""
    parts = {"cost": -5.1, "tone": -2.55 - 1.32 * factor, "randomness": -2.55 + 1.32 * factor}
    parts["tone_lead"] = parts["tone"] - parts["randomness"]
    return rows_of("noise_or_tone", parts, half, trained_on="clean", tested_on=str(tested_on))


def error_budget(factor, half=0.1):
    own, clean = ({"cross": -0.0141 * factor * part, "mse": 0.0137} for part in (1, 0.02))
    return [
        row
        for trained_on, parts in ((SAME, own), ("clean", clean))
        for row in rows_of(
            "error_budget", parts, half / 1000, trained_on=str(trained_on), tested_on=str(DISTORTIONS)
        )
    ]


def decoder_swap(factor, half=0.1, tested_on=DISTORTIONS):
    parts = {"reported_gain": 2.61, "encoder_part": 1.3 - 1.1 * factor, "decoder_part": 1.3 + 1.1 * factor}
    parts["encoder_lead"] = parts["encoder_part"] - parts["decoder_part"]
    return rows_of("decoder_swap", parts, half, trained_on="white", tested_on=str(tested_on))


def transfer(factor, half=0.1):
    parts = {
        "r2_response_distance": 0.4 + 0.22 * factor, "held_out_r2_response_distance": 0.57 * factor,
        "r2_image_distance": 0.4 - 0.22 * factor, "r2_strength_difference": 0.11, "r2_lead": 0.44 * factor,
    }  # fmt: skip
    return rows_of("transfer", parts, half, unit="")


def ladder(factor, half=0.1, tested_on=DISTORTIONS):
    steps = {"input": 0.3, "standardised": 1.0, "mapped": 1.01 + 0.5 * factor, "own": 2.02}
    parts = {f"repair_{step}": gain for step, gain in steps.items()}
    parts["mapped_lead"] = 2 * parts["repair_mapped"] - parts["repair_own"]
    rows = rows_of("ladder", parts, half, trained_on="clean", tested_on=str(tested_on))
    own = str(SAME if tested_on == DISTORTIONS else tested_on)
    prices = {"price": -2.6, "price_mapped": -1.2}
    rows += rows_of("ladder", prices, half, trained_on=own, tested_on="clean")
    counts = {"input": 2, "standardised": 64, "mapped": 1056, "own": 222384}
    numbers = {f"numbers_{step}": count for step, count in counts.items()}
    return rows + rows_of("ladder", numbers, math.nan, unit="numbers")


def recoverable(factor, half=0.1, tested_on=(FILTERS, NOISES)):
    """The code is the limit of filters and the distortion that of noises, or the other way round."""
    rows = []
    for place, name in enumerate(tested_on):
        limit = 5 * factor * (1 - 2 * place)
        parts = {
            "distortion_loss": 3 - limit / 2, "code_loss": 3 + limit / 2, "limit": limit,
            "recoverable": 4.0, "ahead": -1.0,
        }  # fmt: skip
        rows += rows_of("recoverable", parts, half, tested_on=str(name))
    return rows


MAKERS = {
    maker.__name__: maker
    for maker in (noise_or_tone, ladder, recoverable, error_budget, decoder_swap, transfer)
}
WORDS = {
    "noise_or_tone": (
        r"Noise changes .* by −5\.1 dB \(95 % interval −5\.2 to −5\.0\); most of it is not the noise but the "
        r"contrast that is lost .* makes −3\.9 dB .* around it −1\.2 dB",
        r"most of it is the randomness, not the contrast",
        r"no difference could be shown between the two parts",
    ),
    "ladder": (
        r"by \+2\.0 dB \(95 % .*; most of it needs no new model but only a linear map .* 2 numbers at its "
        r"input give \+0\.30 dB \(.*, 64 numbers that .*, 1,056 numbers that map its code "
        r"\+1\.5 dB .* −2\.6 dB .* −1\.2 dB",
        r"most of it needs a new model, not only a linear map of the code\. ",
        r"no difference could be shown between what a linear map of the code repairs and what it leaves",
    ),
    "recoverable": (
        r"^Of filters the code is the limit, not the distortion: the distortion takes 0\.50 dB \(95 % .* "
        r"best linear code of that size, the code takes 5\.5 dB .*; of noises the distortion is the limit",
        r"^Of filters the distortion is the limit, not the code: .*; of noises the code is the limit",
        r"no difference could be shown between what the distortion and what the code takes",
    ),
    "error_budget": (
        r"trained on the distortion, 13\.7 × 10⁻³, is less than the sum of its parts, which cancel by "
        r"14\.1 × 10⁻³ \(95 % interval 14\.0 to 14\.2\); .* clean images, 13\.7 × 10⁻³, is less",
        r"more than the sum of its parts, which strengthen each other by 14\.1 × 10⁻³",
        r"is the sum of its parts; no difference could be shown: [−+]",
    ),
    "decoder_swap": (
        r"differ from models that reconstruct by \+2\.6 dB \(95 % .*most of it is made in the decoder: .* "
        r"\+0\.20 dB \(\+0\.10 to \+0\.30\) is left",
        r"most of it is made in the encoder: .* \+2\.4 dB",
        r"no difference could be shown between the shares of encoder and decoder",
    ),
    "transfer": (
        r"R² 0\.62 and leaves 38 % unexplained; it tells more than the distance of the distorted images "
        r"themselves \(R² 0\.18\), by 0\.44 \(95 % interval 0\.34 to 0\.54\); it holds for conditions that "
        r"the line has not seen as well \(R² 0\.57\)",
        r"R² 0\.18 .* it tells less than .* \(R² 0\.62\), by 0\.44 .*; it fails for conditions",
        r"no difference could be shown: .* could not be shown to hold",
    ),
}  # fmt: skip
"""What each says as it is, with the tables turned round, and where nothing is known."""


def say(name, *arguments):
    (finding,) = explain(MAKERS[name](*arguments), confidence=0.95)
    return finding


@pytest.mark.parametrize("name", WORDS)
class TestEitherWay:
    def test_as_it_is_and_turned_round(self, name):
        for factor, words in zip((1, -1), WORDS[name], strict=False):
            assert re.search(words, say(name, factor).sentence), say(name, factor).sentence
        assert {say(name, factor).direction for factor in (1, -1)} == {"higher", "lower"}

    @pytest.mark.parametrize(("factor", "half"), [(0, 0.1), (1, 99), (-1, 99)])
    def test_an_interval_that_covers_zero_shows_no_difference(self, name, factor, half):
        found = say(name, factor, half)
        assert re.search(WORDS[name][2], found.sentence)
        assert found.direction == "not shown"

    def test_without_intervals_nothing_is_shown(self, name):
        found = say(name, 1, math.nan)
        assert re.search(WORDS[name][2], found.sentence)
        assert "(no interval)" in found.sentence
        assert "nan" not in found.sentence
        assert (found.ci_low, found.ci_high) == (None, None)

    def test_its_sources_are_rows_of_the_table(self, name):
        found = say(name, 1)
        assert found.kind == EXPLANATION
        assert found.id == name
        known = {(row.quantity, row.tested_on) for row in MAKERS[name](1)}
        assert {(source["quantity"], source["tested_on"]) for source in found.sources} <= known
        assert {source["table"] for source in found.sources} == {"tables/explanations.csv"}


def test_every_explanation_has_its_sentence_and_is_tested_here():
    assert list(RULES) == list(EXPLANATIONS)
    assert set(RULES) == set(WORDS)


def test_without_something_to_repair_no_share_of_it_is_shown():
    rows = [
        dataclasses.replace(row, mean=-1.0, ci_low=-1.1, ci_high=-0.9)
        if row.quantity == "repair_own"
        else row
        for row in ladder(1)
    ]
    (found,) = explain(rows, confidence=0.95)
    assert "so that there is nothing to repair" in found.sentence
    assert found.direction == "lower"


def test_the_limit_of_one_distortion():
    (found,) = explain(recoverable(1, 0.1, ["white"]), confidence=0.95)
    assert found.sentence.startswith("Of white the code is the limit")


@pytest.mark.parametrize(
    ("maker", "words"),
    [(noise_or_tone, "^white changes"), (decoder_swap, "^On the"), (ladder, "^Training on the distortion")],
)
def test_a_study_of_one_distortion_has_no_average(maker, words):
    (found,) = explain(maker(1, 0.1, "white"), confidence=0.95)
    assert re.search(words, found.sentence)
    assert {source["tested_on"] for source in found.sources} - {"clean"} == {"white"}


def test_the_budget_of_one_distortion():
    parts = {"cross": -0.01, "mse": 0.02}
    rows = [
        row
        for trained_on in ("clean", "white")
        for row in rows_of("error_budget", parts, 0.001, trained_on=trained_on, tested_on="white")
    ]
    (found,) = explain(rows, confidence=0.95)
    assert [source["trained_on"] for source in found.sources] == ["white", "white", "clean", "clean"]
    (alone,) = explain(rows[:2], confidence=0.95)
    assert "trained on the distortion" not in alone.sentence


def test_they_stand_behind_the_findings_and_are_not_limited(tmp_path):
    explained = [row for maker in MAKERS.values() for row in maker(1)]
    evidence = Evidence([], [], [], explained=explained)
    write_findings(tmp_path / "f.json", evidence, confidence=0.95, smallest={})
    found = json.loads((tmp_path / "f.json").read_text("utf-8"))["findings"]
    assert [(one["id"], one["kind"]) for one in found] == [(name, EXPLANATION) for name in EXPLANATIONS]
    assert len(EXPLANATIONS) <= MAXIMUM_FINDINGS
    read = read_findings(tmp_path / "f.json")
    assert [one.explains for one in read] == list(EXPLANATIONS)


def test_sentences_are_corrected_as_a_family():
    """A p-value that would do alone does not where several decide."""
    alone = [dataclasses.replace(row, p_value=0.03) for row in noise_or_tone(1)]
    (one,) = explain(alone[:2] + alone[3:] + alone[2:3], confidence=0.95)
    assert one.direction == "not shown"  # the cost and the lead are two
    both = [dataclasses.replace(row, p_value=0.02) for row in noise_or_tone(1)]
    assert explain(both, confidence=0.95)[0].direction == "lower"
    among = explain([*both, *transfer(1), *decoder_swap(1)], confidence=0.95)
    assert [finding.direction for finding in among] == ["lower", "lower", "higher"]
    weak = [dataclasses.replace(row, p_value=0.02) for row in (*transfer(1), *decoder_swap(1))]
    assert {finding.direction for finding in explain([*both, *weak], confidence=0.95)} == {"not shown"}


def test_without_rows_there_is_nothing_to_say():
    assert explain([], confidence=0.95) == []
