import copy
import dataclasses
import json
import os
import random
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from snakemake.io import PeriodicityDetector

from aestudy import settings
from aestudy.errors import StudyError
from aestudy.settings.names import repeated_end
from aestudy.settings.problems import write_path
from aestudy.settings.yaml_files import read_document, type_arguments
from support.study_configs import CHECKOUT, read_yaml, study


def load(*overlays, **options):
    return settings.load(study(*overlays), **options)


def shuffled(value, rng):
    """Copy a config with the keys of every mapping in another order."""
    if isinstance(value, dict):
        keys = rng.sample(list(value), len(value))
        return {key: shuffled(value[key], rng) for key in keys}
    return value


# Values


def test_values_arrive_typed():
    loaded = load(
        {
            "training": {"learning_rate": 1},
            "seeds": [7, 3],
            "objectives": ["denoise", "reconstruct"],
            "model": {"hidden": [9, 5], "code_size": 3, "activation": "tanh", "code_activation": "linear"},
        }
    )
    assert loaded.seed == 2026
    assert loaded.seeds == (3, 7)
    assert loaded.objectives == ("reconstruct", "denoise")
    assert loaded.model == settings.ModelSettings("dense", (9, 5), 3, "tanh", "linear")
    assert isinstance(loaded.training.learning_rate, float)
    assert loaded.sources["mnist5k"] == settings.Source("mnist5k", {})


def test_settings_are_frozen_and_bring_no_defaults():
    loaded = load()
    for part in (loaded, loaded.model, loaded.training, loaded.evaluation, loaded.statistics):
        for field in dataclasses.fields(part):
            assert field.default is field.default_factory is dataclasses.MISSING, field.name
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(part, field.name, None)


def test_the_config_is_not_written_to():
    config = study({"distortions": {"white": {"sigma": [0.3, 0.1]}}})
    before = copy.deepcopy(config)
    loaded = settings.load(config)
    loaded.conditions["clean"]["parameters"]["x"] = 1
    assert config == before


@pytest.mark.parametrize("seed", range(5))
def test_order_of_keys_changes_nothing(seed):
    overlay = {
        "distortions": {
            "white": {"sigma": [0.5, 0.1]},
            "grid": {"kind": "salt_pepper", "salt_share": [0.9, 0.1], "amount": [0.2, 0.1]},
            "mix": {"kind": "mixture", "of": ["white", "steps"]},
            "steps": {"kind": "chain", "of": ["white-sigma0.5", "mean3"]},
        }
    }
    loaded = load(overlay)
    other = settings.load(shuffled(study(overlay), random.Random(seed)))
    assert other == loaded
    assert list(other.conditions) == list(loaded.conditions)
    assert settings.canonical(settings.describe(other)) == settings.canonical(settings.describe(loaded))


# Conditions


def test_conditions_stand_in_canonical_order():
    loaded = load(
        {
            "distortions": {
                "a_chain": {"kind": "chain", "of": ["white", "mean3"]},
                "a_mean": {"kind": "mean", "size": 7},
                "a_mixture": {"kind": "mixture", "of": ["mean3", "clean"]},
                "z_noise": {"kind": "white", "sigma": 0.1},
                "same_as_white": {"kind": "white", "sigma": 0.5},
            },
            "trained_on": ["a_chain", "z_noise", "clean"],
        }
    )
    assert list(loaded.conditions) == [
        "clean", "poisson-photons1.3", "poisson", "poisson-photons10", "z_noise", "white-sigma0.12",
        "white-sigma0.25", "same_as_white", "white", "salt_pepper-amount0.03", "salt_pepper-amount0.06",
        "salt_pepper", "speckle-sigma0.35", "speckle", "speckle-sigma1.5", "gaussian3", "gaussian5",
        "gaussian13", "median3", "median5", "median7", "mean3", "mean5", "a_mean", "mean7", "a_mixture",
        "a_chain",
    ]  # fmt: skip
    assert loaded.tested_on == tuple(loaded.conditions)
    assert loaded.trained_on == ("clean", "z_noise", "a_chain")


def test_specs_are_complete():
    conditions = load().conditions
    assert conditions["clean"] == {"name": "clean", "kind": "clean", "parameters": {}}
    assert conditions["gaussian3"] == {
        "name": "gaussian3",
        "kind": "gaussian",
        "parameters": {"size": 3, "sigma": 0.8},
    }


def test_sweep_makes_one_condition_per_value():
    loaded = load({"distortions": {"white": {"sigma": [1, 0.05, 0.5]}}, "trained_on": ["clean", "white"]})
    names = ("white-sigma0.05", "white-sigma0.5", "white-sigma1")
    assert loaded.sweeps == {"white": names}
    assert loaded.trained_on == ("clean", *names)
    assert "white" not in loaded.conditions
    assert loaded.conditions["white-sigma1"] == {
        "name": "white-sigma1",
        "kind": "white",
        "parameters": {"sigma": 1.0},
    }


def test_sweep_of_two_parameters_is_their_product():
    loaded = load(
        {
            "distortions": {"salt_pepper": {"salt_share": [1, 0.5], "amount": [0.2, 0.1]}},
            "trained_on": ["clean"],
        }
    )
    assert loaded.sweeps["salt_pepper"] == (
        "salt_pepper-amount0.1-salt_share0.5",
        "salt_pepper-amount0.1-salt_share1",
        "salt_pepper-amount0.2-salt_share0.5",
        "salt_pepper-amount0.2-salt_share1",
    )


def test_sweep_of_one_value_and_one_condition_of_a_sweep_can_be_named():
    loaded = load(
        {
            "distortions": {"white": {"sigma": [0.1]}, "mean3": {"size": [3, 9]}},
            "tested_on": ["mean3-size9", "white"],
        }
    )
    assert loaded.tested_on == ("white-sigma0.1", "mean3-size9")


def test_names_of_sweeps_are_safe_and_different():
    sigmas = [1e-05, 1.5e-05, 0.1, 0.10000000000000002, 10]
    names = load({"distortions": {"white": {"sigma": sigmas}}}).sweeps["white"]
    assert len(set(names)) == len(sigmas)
    assert names[0] == "white-sigma1e-05"
    photons = load({"distortions": {"poisson": {"photons": [1e6, 1e5]}}}).sweeps["poisson"]
    assert photons == ("poisson-photons100000", "poisson-photons1000000")


def test_equal_numbers_make_equal_specs():
    one = load({"distortions": {"white": {"sigma": 1}, "speckle": {"sigma": 0}}}).conditions
    other = load({"distortions": {"white": {"sigma": 1.0}, "speckle": {"sigma": -0.0}}}).conditions
    for name in ("white", "speckle"):
        assert settings.canonical(one[name]) == settings.canonical(other[name])
    assert settings.canonical(one["white"]) == '{"kind":"white","name":"white","parameters":{"sigma":1.0}}'


def test_mixture_holds_its_components_in_canonical_order():
    overlay = {
        "distortions": {"white": {"sigma": [0.5, 0.1]}, "m": {"kind": "mixture", "of": ["mean3", "white"]}}
    }
    spec = load(overlay).conditions["m"]
    assert [component["name"] for component in spec["of"]] == ["white-sigma0.1", "white-sigma0.5", "mean3"]
    assert spec.keys() == {"name", "kind", "of"}


def test_mixture_of_all_leaves_mixtures_chains_and_the_named_out():
    loaded = load(
        {
            "distortions": {
                "white": {"sigma": [0.5, 0.1]},
                "c": {"kind": "chain", "of": ["mean3", "clean"]},
                "everything": {"kind": "mixture", "of": "all"},
                "not_white": {"kind": "mixture", "of": "all", "without": ["white", "mean3"]},
            }
        }
    )
    simple = [name for name, spec in loaded.conditions.items() if "of" not in spec]
    everything = [component["name"] for component in loaded.conditions["everything"]["of"]]
    assert everything == simple
    assert "white-sigma0.1" in everything
    left = [component["name"] for component in loaded.conditions["not_white"]["of"]]
    assert left == [name for name in simple if name not in ("white-sigma0.1", "white-sigma0.5", "mean3")]


def test_chain_keeps_its_order_and_may_hold_a_mixture():
    loaded = load(
        {
            "distortions": {
                "z": {"kind": "mixture", "of": ["white", "clean"]},
                "a": {"kind": "chain", "of": ["z", "median3", "clean"]},
            }
        }
    )
    spec = loaded.conditions["a"]
    assert [component["name"] for component in spec["of"]] == ["z", "median3", "clean"]
    assert spec["of"][0] == loaded.conditions["z"]
    assert settings.kinds_of(spec) == ["chain", "clean", "median", "mixture", "white"]


def test_nesting_up_to_the_limit_is_allowed():
    levels = {f"c{i}": {"kind": "chain", "of": [f"c{i - 1}" if i else "white", "clean"]} for i in range(4)}
    assert load({"distortions": levels}).conditions["c3"]["of"][0]["of"][0]["name"] == "c1"


def test_constraint_matches_exactly_the_names():
    import re

    names = ["white", "white-sigma0.1", "a.b"]
    pattern = re.compile(settings.either(names))
    assert all(pattern.fullmatch(name) for name in names)
    assert not any(pattern.fullmatch(name) for name in ("white-sigma011", "axb", "whit", ""))


def test_description_is_plain_and_complete():
    loaded = load({"sources": {"mnist": {"folder": "here"}}})
    description = settings.describe(loaded)
    assert json.loads(settings.canonical(description)) == description
    assert list(description) == [field.name for field in dataclasses.fields(settings.Settings)]
    assert description["sources"]["mnist"] == {"kind": "mnist", "options": {"folder": "here"}}
    assert description["model"]["hidden"] == [128, 64]


# Messages


def test_one_message_lists_every_mistake():
    overlay = {
        "sed": 1,
        "training": {"epochs": 0, "loss": "x"},
        "distortions": {"white": {"sigma": -1}, "m": {"kind": "mixture", "of": ["white", "cleen"]}},
        "sources": {"x": {"kind": "npz"}},
        "trained_on": ["white", "nothing"],
    }
    with pytest.raises(StudyError) as caught:
        load(overlay)
    heading, *lines, _ = str(caught.value).splitlines()
    assert heading == "the config has 7 mistakes:"
    assert [line.split(":")[0].strip() for line in lines] == [
        "distortions.m.of[1]", "distortions.white.sigma", "sed", "sources.x.path", "trained_on[1]",
        "training.epochs", "training.loss",
    ]  # fmt: skip


def test_very_many_mistakes_are_cut():
    with pytest.raises(StudyError, match=r"200 mistakes") as caught:
        load({f"key{number}": 1 for number in range(200)})
    assert len(str(caught.value).splitlines()) == 53
    assert "and 150 more" in str(caught.value)


@pytest.mark.parametrize("config", [None, [], 3, "text", {}, {"seed": object()}, {"seed": {1}, None: 2}])
def test_anything_that_is_no_config_gets_a_message(config):
    with pytest.raises(StudyError, match="the config has"):
        settings.load(config)


def test_a_value_that_contains_itself_gets_a_message():
    config = study()
    config["model"]["hidden"].append(config["model"]["hidden"])
    with pytest.raises(StudyError, match=r"model: expected at most 12 levels"):
        settings.load(config)
    many = [1] * 1000
    with pytest.raises(StudyError, match=r"seeds: expected at most 12 levels and 100000 values"):
        load({"seeds": [many] * 1000})


def test_a_number_that_python_refuses_to_print_gets_a_message():
    with pytest.raises(StudyError, match=r"seed: expected a number of at most 64 bits, found an integer of"):
        load({"seed": 10**5000, "distortions": {"white": {"sigma": [10**5000]}}})


def test_missing_schema_says_how_to_install(tmp_path):
    with pytest.raises(StudyError, match="install aestudy again"):
        load(schema_path=tmp_path / "no.yaml")


WORDS = ["all", "clean", "white", "mean3", "mixture", "chain", "mnist", "npz", 10**400]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates()
KEYS = st.text(max_size=5) | st.sampled_from(["kind", "of", "without", "sigma"]) | st.integers()
JUNK = st.recursive(
    SCALARS | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


def places(value, place=()):
    yield place
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*place, key))


PLACES = [
    place
    for place in places(study({"distortions": {"m": {"kind": "mixture", "of": ["clean", "white"]}}}))
    if place
]


@hypothesis_settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=3))
def test_junk_anywhere_gives_settings_or_a_message(changes):
    config = study({"distortions": {"m": {"kind": "mixture", "of": ["clean", "white"]}}})
    for place, junk in changes:
        section = config
        for key in place[:-1]:
            section = section[key] if isinstance(section, dict) and key in section else {}
        if isinstance(section, dict):
            section[place[-1]] = junk
    try:
        loaded = settings.load(config)
    except StudyError:
        pass
    else:
        settings.canonical(settings.describe(loaded))


# Files and the command line


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_nested_arguments_of_the_command_line_get_their_types(tmp_path):
    file = write(tmp_path, "o.yaml", "training: {epochs: 7}\ndistortions: {white: {sigma: 0.3}}")
    # What Snakemake makes of --config 'training={batch_size: "8", learning_rate: 1e-3}' 'seeds=[4, 3]' ...
    arguments = {
        "training": {"epochs": 7, "batch_size": "8", "learning_rate": "1e-3"},
        "distortions": {"white": {"sigma": ["0.1", ".5"]}},
        "seeds": ["4", "3"],
        "trained_on": ["clean"],
    }
    loaded = load(arguments, files=[CHECKOUT / "config.yaml", file])
    assert loaded.training.batch_size == 8
    assert loaded.training.learning_rate == 0.001
    assert loaded.seeds == (3, 4)
    assert loaded.sweeps["white"] == ("white-sigma0.1", "white-sigma0.5")


def test_text_that_a_file_has_stays_text(tmp_path):
    document = read_document(write(tmp_path, "o.yaml", "a: {b: '5', c: ['6']}\nd: true"))
    config = {"a": {"b": "5", "c": ["6"]}, "d": "7", "e": ["8", "no:", "x", "", "[1]"]}
    typed = type_arguments(config, [document])
    assert typed == {"a": {"b": "5", "c": ["6"]}, "d": 7, "e": [8, "no:", "x", None, "[1]"]}
    assert type(typed["d"]) is int


def test_message_names_the_file_that_a_value_comes_from(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    base = write(tmp_path, "base.yaml", "# comment\nseed: 1\nseeds: [0, 1]\n")
    overlay = write(tmp_path, "overlay.yaml", "\n\nseed: -1\nseeds:\n  - 0\n  - x\n")
    config = study({"seed": -1, "seeds": [0, "x"], "evaluation": {"examples": 0}})
    with pytest.raises(StudyError) as caught:
        settings.load(config, files=[overlay, base, overlay.resolve(), "base.yaml"])
    lines = str(caught.value).splitlines()
    assert lines[1].endswith("evaluation.examples: expected an integer from 1 to 100, found 0.")
    assert lines[2].endswith("found -1 (overlay.yaml, line 3).")
    assert lines[3].endswith("found the text 'x' (overlay.yaml, line 6).")
    assert len(lines) == 5


def test_merge_keys_and_aliases_of_yaml_are_no_mistake(tmp_path):
    text = "a: &a {x: 1, y: 2}\nb: {<<: *a, x: 3}\nc: *a\n"
    document = read_document(write(tmp_path, "o.yaml", text))
    assert document.mistakes == ()
    assert document.values["b"] == {"x": 3, "y": 2}


def test_json_with_tabs_is_read_as_snakemake_reads_it(tmp_path):
    document = read_document(write(tmp_path, "o.json", '{\n\t"seed": 1,\n\t"model": {"code_size": 3}\n}'))
    assert document.values == {"seed": 1, "model": {"code_size": 3}}
    assert document.mistakes == ()
    document = read_document(write(tmp_path, "o.json", '{\n\t"seed": 1,\n\t"seed": 3}'))
    assert "stands twice" in document.mistakes[0]
    document = read_document(write(tmp_path, "o.json", "[\n\t1]"))
    assert "expected keys and values" in document.mistakes[0]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"seed: \xff", "expected text in UTF-8"),
        (b"\x00", "expected YAML"),
        (b"a: " + b"[" * 100_000, "expected YAML"),
        (b"a: 1\n---\nb: 1", "expected YAML"),
        (b"seed: " + b"1" * 5000, "expected YAML"),
        (b"seed: 2026-99-99", "expected YAML"),
        (b"? [a]\n: 1", "expected YAML"),
        (b"just text", "expected keys and values"),
    ],
)
def test_unreadable_file_is_named(tmp_path, monkeypatch, content, expected):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "o.yaml").write_bytes(content)
    with pytest.raises(StudyError, match=rf"\n  o\.yaml.*{expected}"):
        load(files=["o.yaml"])


def test_aliases_cannot_blow_up_memory(tmp_path):
    levels = "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]\n" for i in range(1, 10))
    document = read_document(write(tmp_path, "bomb.yaml", f"l0: &l0 [1, 1]\n{levels}"))
    assert "more than 100000 entries" in document.mistakes[0]


def test_missing_file_is_named(tmp_path):
    assert "cannot be read" in read_document(tmp_path / "absent.yaml").mistakes[0]
    assert "expected a file with a config, found a folder" in read_document(tmp_path).mistakes[0]


def test_settings_load_without_heavy_libraries():
    heavy = ["jax", "flax", "optax", "matplotlib", "pandas", "scipy", "mlxtend", "PIL", "skimage"]
    code = (
        "import sys, yaml; from aestudy import settings; "
        f"settings.load(yaml.safe_load(open({str(CHECKOUT / 'config.yaml')!r}))); "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_types_can_be_imported_without_the_validator():
    code = "import sys; from aestudy.settings import TrainingSettings; print('jsonschema' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


UNREADABLE = {
    "UTF-16": ("seed: 1\n".encode("utf-16"), ", line 1: expected text in UTF-8, found UTF-16"),
    "UTF-16 without a mark": ("seed: é\n".encode("utf-16-be"), ", line 1: expected text in UTF-8"),
    "latin-1": (
        "seed: 1\n# größer\n".encode("latin-1"),
        ", line 2: expected text in UTF-8, found other bytes",
    ),
    "binary": (b"\x7fELF\x02\x01\x01\x00\xff\xfe\n", ", line 1: expected text in UTF-8"),
    "levels": (
        b"seed: 1\nseeds:\n  " + b"[" * 3000 + b"]" * 3000,
        ", line 3: expected YAML, found a mistake",
    ),
    "levels of mappings": (b'{"a":' * 3000 + b"1" + b"}" * 3000, ", line 1: expected YAML, found a mistake"),
    "a mistake": (b"seed: 1\nmodel: ]\n", ", line 2: expected YAML"),
    "a huge file": (b"#" * 11_000_000, "expected a config, found a file of more than 10,000,000 bytes"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_config_is_refused_with_file_and_line(name, tmp_path):
    content, expected = UNREADABLE[name]
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(StudyError) as caught:
        settings.check_readable([path])
    assert str(caught.value).startswith(f"the config {path}")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_file_is_refused(tmp_path):
    (tmp_path / "mine.yaml").write_text("seed: 1")
    os.mkfifo(tmp_path / "pipe")
    for name, expected in (
        ("mien.yaml", "there is no such file; did you mean 'mine.yaml'?"),
        (".", "expected a file with a config, found a folder"),
        ("pipe", "expected a file with a config, found something that can be read only once"),
    ):
        with pytest.raises(StudyError, match=re.escape(expected)):
            settings.check_readable([tmp_path / name])
    settings.check_readable([tmp_path / "mine.yaml"])


def leaves(values, place=()):
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*place, key))
        else:
            yield (*place, key)


@pytest.mark.parametrize("place", list(leaves(study())), ids=".".join)
def test_no_key_takes_nothing_or_an_empty_mapping_for_the_default(place, tmp_path):
    """As Snakemake merges it: an empty mapping changes nothing there, and must not be lost."""
    from snakemake.utils import update_config

    for wrong in (None, {}, float("nan"), float("inf")):
        overlay = wrong
        for key in reversed(place):
            overlay = {key: overlay}
        given = {}
        update_config(given, overlay)
        with pytest.raises(StudyError, match=re.escape(write_path(place))):
            settings.load(settings.merge(study(), given))


def test_an_empty_mapping_that_snakemake_loses_between_two_files_is_named(tmp_path):
    from snakemake.utils import update_config

    files = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    files[0].write_text("training: {epochs: 3}")
    files[1].write_text("training:\n  epochs: {}")
    given = {}
    for file in files:
        update_config(given, read_yaml(file))
    with pytest.raises(StudyError, match=r"training\.epochs: expected a value such as 3.*two\.yaml, line 2"):
        settings.load(settings.merge(study(), given), files=files)


@pytest.mark.parametrize(
    ("text", "epochs"), [("3", 3), ("1_000", 1000), ("0x10", 16), ("+7", 7), ("010", None), ("1:30", None)]
)
def test_numbers_of_files_and_of_the_command_line_are_those_that_a_person_means(text, epochs, tmp_path):
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(f"training: {{epochs: {text}}}")
    base = tmp_path / "config.yaml"
    base.write_text((CHECKOUT / "config.yaml").read_text("utf-8"), "utf-8")
    from_file = (settings.merge(study(), read_yaml(overlay)), [base, overlay])
    nested = (settings.merge(study(), {"training": {"epochs": text}}), [base])
    for config, files in (from_file, nested):
        if epochs is None:
            with pytest.raises(StudyError, match=rf"training\.epochs: .*{text}"):
                settings.load(config, files=files)
        else:
            assert settings.load(config, files=files).training.epochs == epochs


def test_names_that_snakemake_takes_for_repeated_are_known_to_be_such():
    detector = PeriodicityDetector()
    parts = ["a", "ab", "a0.", "white-"]
    names = [start + part * count for start in ("", "x", "ba") for part in parts for count in range(1, 25)]
    refused = [name for name in names if detector.is_periodic(name)]
    assert refused
    assert [name for name in names if repeated_end(name)] == refused


def test_batches_that_the_data_do_not_fill_are_said_before_anything_runs(tmp_path):
    np.savez(tmp_path / "own.npz", images=np.zeros((300, 5, 6), np.uint8))
    sources = {
        "own": {"kind": "npz", "path": str(tmp_path / "own.npz")},
        "few": {"kind": "mnist5k", "train_images": 100},
        "many": {"kind": "mnist5k", "train_images": 1000},
        "all": {"kind": "mnist5k"},
        "gone": {"kind": "npz", "path": "none.npz"},
    }
    loaded = settings.load(study({"sources": sources, "datasets": list(sources)}))
    assert settings.describe_small_batches(loaded, sources) == [
        "The data set own is trained on in batches of 16, not of 256, because it has 216 images to train on.",
        "The data set few is trained on in batches of 8, not of 256, because it has 90 images to train on.",
    ]
