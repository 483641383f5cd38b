"""The list of all that a config may name."""

import pytest

from aestudy.cli.kinds import tables
from aestudy.cli.main import main
from aestudy.distortions.registry import KINDS
from aestudy.rates.classical_codecs import CODECS
from aestudy.scoring.method_names import METHODS
from aestudy.settings.schema import read_schema


def test_every_name_is_listed_with_what_it_is(capsys):
    assert main(["kinds"]) == 0
    listed = capsys.readouterr().out
    schema = read_schema()
    training = schema["properties"]["training"]["properties"]
    allowed = [training[key]["enum"] for key in ("loss", "optimizer", "schedule")]
    for names in (KINDS, CODECS, METHODS, schema["$defs"]["activation"]["enum"], *allowed):
        for name in names:
            assert f"\n  {name}" in listed
    assert "white        Add white Gaussian noise (noises)" in listed
    assert "sigma: a number from 0 to 10 (white = 1), standard deviation of the noise at white" in listed


@pytest.mark.parametrize(
    "table", ["sources", "distortions", "metrics", "baselines", "paired baselines", "denoisers"]
)
def test_nothing_is_listed_without_words(table):
    assert {name: lines for name, lines in tables()[table].items() if not lines or not lines[0].strip()} == {}
