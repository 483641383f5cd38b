"""What every kind in the table must keep to, whatever it does. A new kind is included by itself."""

import ast
import functools
import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aestudy.distortions import composition, noise, registry
from aestudy.distortions.groups import describe_conditions
from aestudy.distortions.names import COMPOSED as GROUPS_OF_COMPOSED
from aestudy.distortions.names import NOISES
from aestudy.distortions.registry import KINDS, Kind, Parameter, is_random, kind_order
from aestudy.distortions.variants import distort_split
from aestudy.errors import StudyError
from aestudy.images import to_float, to_uint8
from aestudy.seeds import stream
from aestudy.statistics import averages

ROOT = Path(__file__).parents[2]
SHAPES = [(5, 28, 28), (3, 4, 4), (1, 4, 4), (4, 5, 9), (2, 12, 4)]
SIMPLE = [name for name, kind in KINDS.items() if not kind.composed]
COMPOSED = [name for name, kind in KINDS.items() if kind.composed]


def values_of(parameter: Parameter):
    """Draw allowed values of a parameter; whole numbers small enough for images of 4 x 4."""
    if parameter.integer:
        values = range(int(parameter.minimum), int(min(parameter.maximum, parameter.minimum + 6)) + 1)
        return st.sampled_from([value for value in values if parameter.allows(value)])
    return st.floats(parameter.minimum, parameter.maximum)


def parameters_of(kind: Kind):
    return st.fixed_dictionaries({parameter.name: values_of(parameter) for parameter in kind.parameters})


def middle_parameters(kind: Kind):
    """Pick one setting of a kind that is neither no distortion nor an extreme one."""
    return {
        parameter.name: 3 if parameter.integer else min(0.4 * (parameter.minimum + parameter.maximum), 20.0)
        for parameter in kind.parameters
    }


def bind(name, seed=0):
    """Bind a kind to a stream and to middling parameters, or to a few components if it is composed."""
    kind = KINDS[name]
    rng = stream(seed, name)
    if not kind.composed:
        return functools.partial(kind.function, rng=rng, **middle_parameters(kind))
    of = [bind("white", seed), bind("median", seed), bind("salt_pepper", seed)]
    return functools.partial(kind.function, rng=rng, of=of)


def read_only_images(shape, seed=1):
    images = to_float(stream(seed, "images").integers(0, 256, shape).astype(np.uint8))
    images[0, 0, :2] = 0, 1
    images.setflags(write=False)
    return images


def assert_keeps_contract(distort, images):
    """Check shape, dtype, finiteness, a result of its own, and that the input is as before."""
    before = images.copy()
    distorted = distort(images)
    assert distorted.shape == images.shape
    assert distorted.dtype == np.float32
    assert np.isfinite(distorted).all()
    assert not np.shares_memory(distorted, images)
    np.testing.assert_array_equal(images, before)
    assert to_uint8(distorted).shape == images.shape
    return distorted


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", KINDS)
def test_contract(name, shape):
    assert_keeps_contract(bind(name), read_only_images(shape))


@pytest.mark.parametrize("name", SIMPLE)
def test_contract_for_any_allowed_parameters(name):
    kind = KINDS[name]

    @given(parameters=parameters_of(kind), shape=st.sampled_from(SHAPES))
    @settings(deadline=None, max_examples=25)
    def check(parameters, shape):
        distort = functools.partial(kind.function, rng=stream(0, name), **parameters)
        assert_keeps_contract(distort, read_only_images(shape))

    check()


@pytest.mark.parametrize("name", KINDS)
def test_same_stream_same_result(name):
    images = read_only_images((4, 9, 7))
    np.testing.assert_array_equal(bind(name)(images), bind(name)(images))


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_draws_where_the_table_says_so_and_nowhere_else(name):
    images = read_only_images((30, 9, 7))
    of = {"of": [bind("median"), bind("mean")]} if KINDS[name].composed else middle_parameters(KINDS[name])
    one, other = (KINDS[name].function(images, stream(seed, name), **of) for seed in (0, 1))
    assert KINDS[name].random != np.array_equal(one, other)


def test_a_composition_is_random_where_it_or_a_component_is():
    white, median, mean = ({"name": name, "kind": name} for name in ("white", "median", "mean"))
    filters = {"name": "f", "kind": "chain", "of": [median, mean]}
    assert not is_random(median)
    assert not is_random(filters)
    assert is_random({"name": "m", "kind": "mixture", "of": [median, mean]})
    assert is_random({"name": "c", "kind": "chain", "of": [filters, white]})


@pytest.mark.parametrize("name", KINDS)
def test_images_draw_one_after_another(name):
    images = read_only_images((30, 6, 5))
    at_once = bind(name)(images)
    distort = bind(name)
    in_blocks = [distort(images[start:stop]) for start, stop in ((0, 1), (1, 8), (8, 8 + 13), (21, 30))]
    np.testing.assert_array_equal(np.concatenate(in_blocks), at_once)


@pytest.mark.parametrize("name", KINDS)
def test_strength_and_noise_do_not_depend_on_the_other_images(name):
    # Only what comes earlier may move a stream, and only kinds that skip pixels or images let it.
    images = read_only_images((6, 8, 8))
    other = images.copy()
    other[3:] = 1 - other[3:]
    np.testing.assert_array_equal(bind(name)(images)[:3], bind(name)(other)[:3])


@pytest.mark.parametrize("name", KINDS)
def test_black_and_white_images(name):
    for level in (0, 1):
        images = np.full((3, 6, 7), level, np.float32)
        images.setflags(write=False)
        assert_keeps_contract(bind(name), images)


@pytest.mark.parametrize("name", KINDS)
def test_signature(name):
    kind = KINDS[name]
    first, second, *others = inspect.signature(kind.function).parameters.values()
    assert (first.name, second.name) == ("images", "rng")
    assert all(other.kind is inspect.Parameter.KEYWORD_ONLY for other in others)
    assert all(other.default is inspect.Parameter.empty for other in others)
    expected = ["of"] if kind.composed else [parameter.name for parameter in kind.parameters]
    assert [other.name for other in others] == expected


def test_table_has_the_announced_kinds_in_their_order():
    announced = ["clean", "poisson", "white", "salt_pepper", "speckle", "gaussian", "median", "mean"]
    announced += ["mixture", "chain"]
    # Kinds that somebody adds may stand between them.
    assert [name for name in KINDS if name in announced] == announced
    assert [kind_order(name) for name in KINDS] == list(range(len(KINDS)))
    assert [name for name in COMPOSED if name in announced] == ["mixture", "chain"]


def test_an_unknown_kind_is_refused_with_the_allowed_ones():
    spec = {"name": "mine", "kind": "whit", "parameters": {"sigma": 1.0}}
    images = np.zeros((1, 4, 4), np.uint8)
    allowed = "kind: expected one of clean, poisson, .*, chain, found 'whit'"
    with pytest.raises(StudyError, match=allowed):
        distort_split(images, spec, study_seed=0, dataset="smoke", split="test")
    with pytest.raises(StudyError, match=allowed):
        distort_split(images, {**spec, "kind": "chain", "of": [spec]}, study_seed=0, dataset="a", split="b")
    with pytest.raises(StudyError, match=allowed):
        describe_conditions([spec])
    with pytest.raises(StudyError, match=allowed):
        kind_order("whit")


def test_no_kind_is_defined_twice():
    tree = ast.parse(Path(registry.__file__).read_text("utf-8"))
    (table,) = [
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "KINDS"
    ]
    names = [key.value for key in table.keys]
    assert len(names) == len(set(names)) == len(KINDS)
    functions = [kind.function for kind in KINDS.values()]
    assert len(functions) == len(set(functions))


SIZE = Parameter("size", 1, 15, "pixels", "side", integer=True, odd=True)
SIGMA = Parameter("sigma", 0, 10, "white = 1", "deviation")


@pytest.mark.parametrize(
    ("parameter", "value", "allowed"),
    [
        *[(SIZE, value, True) for value in (1, 3, 15)],
        *[(SIZE, value, False) for value in (0, 2, 17, -3, 3.0, "3", True, None, [3], 10**400)],
        *[(SIGMA, value, True) for value in (0, 0.5, 10, 10.0)],
        *[(SIGMA, value, False) for value in (-0.1, 10.1, float("nan"), float("inf"), "1", False, None)],
        (SIGMA, 10**400, False),
    ],
)
def test_allowed_values(parameter, value, allowed):
    assert parameter.allows(value) is allowed


def test_allowed_values_in_words():
    assert SIZE.allowed == "an odd integer from 1 to 15 (pixels)"
    assert SIGMA.allowed == "a number from 0 to 10 (white = 1)"


def test_importing_the_table_imports_no_large_library():
    # Every start of the workflow reads the table.
    code = (
        "import sys, aestudy.distortions.registry, aestudy.distortions.variants;"
        "print([name for name in ('scipy', 'jax', 'pandas', 'matplotlib', 'skimage') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_mixture_chooses_uniformly_and_applies_one_component_to_each_image():
    images = read_only_images((3000, 4, 4))
    of = [lambda block, level=level: np.full_like(block, level) for level in (0.2, 0.4, 0.6)]
    mixed = composition.mixture(images, stream(0, "choice"), of=of)
    assert (mixed == mixed[:, :1, :1]).all()
    _, counts = np.unique(mixed[:, 0, 0], return_counts=True)
    assert len(counts) == 3
    assert (np.abs(counts - 1000) < 5 * np.sqrt(3000 * 1 / 3 * 2 / 3)).all()


def test_mixture_does_not_call_a_component_without_images():
    sizes = []

    def component(block):
        sizes.append(len(block))
        return block

    for seed in range(20):
        composition.mixture(read_only_images((1, 4, 4)), stream(seed, "choice"), of=[component] * 4)
    assert sizes == [1] * 20


def test_chain_applies_in_order_and_clips_between_but_does_not_round():
    images = read_only_images((2, 4, 5))
    given_to = []

    def brighten(block):
        given_to.append(block)
        return block * np.float32(1.5) - np.float32(0.1)

    result = composition.chain(images, stream(0), of=[brighten, brighten])
    between = np.clip(images * np.float32(1.5) - np.float32(0.1), 0, 1)
    np.testing.assert_array_equal(given_to[1], between)
    np.testing.assert_array_equal(result, between * np.float32(1.5) - np.float32(0.1))
    assert result.max() > 1


def blocks_of_the_manual(language):
    text = (ROOT / "docs" / "distortions.md").read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_example_of_the_manual_works():
    function_text, line = blocks_of_the_manual("python")
    names = {"np": np}
    exec(function_text, names)
    table = eval(
        "{" + line + "}",
        {"Kind": Kind, "Parameter": Parameter, "NOISES": NOISES, "noise": SimpleNamespace(**names)},
    )
    kind = table["row_noise"]
    images = read_only_images((40, 9, 30))
    distort = functools.partial(kind.function, rng=stream(0), **middle_parameters(kind))
    distorted = assert_keeps_contract(distort, images)
    offsets = distorted - images
    assert offsets.std(axis=2).max() < 1e-5
    assert offsets[:, :, 0].std() == pytest.approx(4, rel=0.2)


def test_the_manual_lists_parameters_with_their_range():
    text = (ROOT / "docs" / "distortions.md").read_text("utf-8")
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in text.partition("## Kinds")[2].partition("## ")[0].splitlines()
        if line.startswith("| `") or line.startswith("| | | `")
    ]
    listed = {}
    kind = ""
    for cells in rows:
        kind = cells[0].strip("`") or kind
        name = re.match(r"`(\w+)`", cells[2])
        listed.setdefault(kind, {})
        if name and name[1] != "of":
            low, high = (float(number.replace(",", "")) for number in cells[4].split(" to "))
            listed[kind][name[1]] = (low, high, cells[3])
    expected = {
        kind: {
            parameter.name: (parameter.minimum, parameter.maximum, parameter.unit)
            for parameter in entry.parameters
        }
        for kind, entry in KINDS.items()
    }
    # A kind that somebody adds is listed by `aestudy kinds` alone.
    assert listed == {kind: expected[kind] for kind in listed}
    assert {"white", "median", "mixture"} <= listed.keys()


def test_a_group_has_a_name_of_its_own():
    # In `comparisons.csv` the average over a group stands where these names stand.
    taken = {averages.SAME, averages.DISTORTIONS, averages.OTHERS, averages.LEFT_OUT}
    assert not taken & {averages.of_group(kind.group) for kind in KINDS.values()}
    assert {kind.group for kind in KINDS.values() if kind.composed} == set(GROUPS_OF_COMPOSED)


@pytest.mark.parametrize(
    "function",
    [
        functools.partial(noise.white, sigma=0.1),
        lambda images, rng: images[:, ::-1].copy(),
    ],
    ids=["partial", "lambda"],
)
def test_a_third_sort_of_distortion_needs_the_table_only(monkeypatch, function):
    monkeypatch.setitem(KINDS, "other", Kind(function, "rotations"))
    spec = {"name": "mine", "kind": "other", "parameters": {}}
    images = np.arange(32, dtype=np.uint8).reshape(2, 4, 4)
    changed = distort_split(images, spec, study_seed=0, dataset="smoke", split="test")
    assert changed.shape == images.shape
    assert (changed != images).any()
    [described] = describe_conditions([spec])
    assert described["group"] == "rotations"
