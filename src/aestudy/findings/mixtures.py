"""Rules on models that are trained on mixtures; they answer as those of `aestudy.findings.models` do."""

from aestudy.findings.evidence import Evidence
from aestudy.findings.finding import Finding, conclude
from aestudy.findings.wording import Words
from aestudy.statistics.averages import DISTORTIONS, LEFT_OUT, OTHERS


def one_for_all(evidence: Evidence, words: Words) -> Finding | None:
    """How far is one model for all conditions behind specialists?"""
    objective = evidence.preferred
    rows = list(evidence.all("specialization", objective=objective, tested_on=DISTORTIONS))
    if not rows:
        return None

    def conditions(name: str) -> int:
        return len(list(evidence.all("specialization", objective=objective, trained_on=name))) - 1

    found = max(rows, key=lambda row: conditions(row.trained_on))
    name = found.trained_on
    who = f"One model for all, trained to {objective} {name}, a mixture of conditions,"
    sentence = words.choose(
        found,
        above=f"{who} is {{}} behind models that each know one distortion, tested on what they know.",
        below=f"{who} is {{}} ahead of models that each know one distortion, tested on what they know.",
        neither="{No} between models that each know one distortion and one model "
        f"for all, trained to {objective} {name}, a mixture of conditions: {{}}.",
    )
    gain = evidence.find("transfer", objective=objective, trained_on=name, tested_on=OTHERS)
    sentence += words.then(
        gain,
        above="It is {} better on distorted images than models trained on clean ones.",
        below="It is {} worse on distorted images than models trained on clean ones.",
        neither="{No} to models trained on clean images: {}.",
    )
    return conclude(words, "one_for_all", sentence, found, gain)


def left_out(evidence: Evidence, words: Words) -> Finding | None:
    """Does a model that knows all distortions but one cope with that one?"""
    found, loss = (
        evidence.find(f"left_out_{name}", objective=evidence.preferred, tested_on=LEFT_OUT)
        for name in ("gain", "loss")
    )
    if found is None:
        return None
    where = "On a distortion that was left out of the mixture"
    sentence = words.choose(
        found,
        above=f"{where}, models are {{}} better than models trained on clean images.",
        below=f"{where}, models are {{}} worse than models trained on clean images.",
        neither=f"{where}, {{no}} to models trained on clean images: {{}}.",
    )
    sentence += words.then(
        loss,
        above="They are {} better than models whose mixture had it.",
        below="They are {} worse than models whose mixture had it.",
        neither="{No} to models whose mixture had it: {}.",
    )
    return conclude(words, "left_out", sentence, found, loss)
