"""A job is taken apart by seed: each part is made from its own inputs."""

from types import SimpleNamespace

from aestudy_run.parts import Part, parts_of, to_make

PARAMS = {"parts": {"of": [0, 5], "inputs": ["parameters", "codec"]}, "code": "abc"}


INPUT = {"clean": "test.npz", "parameters": ["0/p", "5/p"], "codec": ["0/c", "5/c"]}
OUTPUT = {"scores": ["0.npz", "5.npz"], "codec_scores": ["c0.npz", "c5.npz"]}


class Named(list):
    """All files in one list, which can also be asked for by name, as Snakemake's are."""

    def __getitem__(self, name):
        return INPUT[name]


def job(kept):
    return SimpleNamespace(input=INPUT, output=OUTPUT, params=PARAMS, kept=kept)


def test_each_seed_has_its_own_inputs_and_what_all_share():
    flat = Named(["test.npz", "0/p", "5/p", "0/c", "5/c"])
    assert parts_of(flat, OUTPUT, PARAMS) == [
        Part(["test.npz", "0/p", "0/c"], ["0.npz", "c0.npz"]),
        Part(["test.npz", "5/p", "5/c"], ["5.npz", "c5.npz"]),
    ]


def test_a_job_without_parts_is_one():
    assert parts_of(["a", "b"], ["c"], {"code": "abc"}) == [Part(["a", "b"], ["c"])]


def test_what_is_kept_is_not_made():
    assert list(to_make(job({"0.npz", "c0.npz"}))) == [
        (5, {"parameters": "5/p", "codec": "5/c"}, {"scores": "5.npz", "codec_scores": "c5.npz"})
    ]
    assert len(list(to_make(job({"0.npz"})))) == 2  # half a part is none
