"""Configs with a mistake, and what the message about it must say.

`tests/settings/test_broken_configs.py` gives them to `settings.load`; they can be written as files for a real
`snakemake` run as well.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from support.study_configs import CHECKOUT, merge, read_yaml, without


@dataclass(frozen=True)
class BrokenConfig:
    """One mistake.

    Attributes:
        name: what is wrong.
        overlay: the text of an overlay with the mistake.
        parts: what the message must contain; the first one starts its line.
        removed: keys that are taken out of the default config first.
        mistakes: the number of mistakes that the message must list.
        parsed_by_snakemake: whether Snakemake can read the overlay; if not, a real run stops with Snakemake's
            own message, or lists what it took the content for as a second mistake.
    """

    name: str
    overlay: str
    parts: tuple[str, ...]
    removed: tuple[str, ...] = ()
    mistakes: int = 1
    parsed_by_snakemake: bool = True

    def write(self, folder: Path) -> list[Path]:
        """Write `config.yaml` and the overlay into a folder.

        Returns:
            The base and the overlay.
        """
        base, overlay = folder / "config.yaml", folder / "overlay.yaml"
        text = (CHECKOUT / "config.yaml").read_text(encoding="utf-8")
        if self.removed:
            text = yaml.safe_dump(without(yaml.safe_load(text), self.removed))
        base.write_text(text, encoding="utf-8")
        overlay.write_text(self.overlay, encoding="utf-8")
        return [base, overlay]

    def merged(self, folder: Path) -> tuple[dict[str, Any], list[Path]]:
        """Write the files and merge them as Snakemake would.

        Returns:
            The merged config and its files.
        """
        base, overlay = self.write(folder)
        config = read_yaml(base)
        return (merge(config, read_yaml(overlay)) if self.parsed_by_snakemake else config), [base, overlay]


def _case(name: str, overlay: str, *parts: str, **options: Any) -> BrokenConfig:
    return BrokenConfig(name, overlay, parts, **options)


_MIXTURE = "distortions: {{m: {{kind: mixture, {}}}}}"
_CHAIN = "distortions: {{c: {{kind: chain, {}}}}}"

BROKEN_CONFIGS = [
    # Keys
    _case("unknown key", "sed: 3", "sed: unknown key", "did you mean 'seed'?", "overlay.yaml, line 1"),
    _case("unknown key with nothing near", "zzz: 3", "zzz: unknown key", "allowed here: seed, datasets"),
    _case(
        "unknown key in a section",
        "training:\n  epoch: 3",
        "training.epoch: unknown key",
        "did you mean 'epochs'?",
        "overlay.yaml, line 2",
    ),
    _case("key in the wrong section", "epochs: 3", "epochs: unknown key", "it belongs in training"),
    _case("key one level too deep", "model: {seeds: [1]}", "model.seeds: unknown key", "at the top level"),
    _case(
        "missing key",
        "seed: 1",
        "training.epochs: missing; expected an integer from 1 to 100000",
        removed=("training.epochs",),
    ),
    _case("missing section", "seed: 1", "statistics: missing", "resamples", removed=("statistics",)),
    _case("key that is no text", "on: 3", "True: expected text as key, found true", "quotes"),
    _case("number as key", "distortions: {3: {kind: clean}}", "distortions.3: expected text as key, found 3"),
    _case(
        "key twice in a file",
        "training:\n  epochs: 3\n  loss: mse\n  epochs: 4",
        "training.epochs: stands twice in one file, in line 2 and in line 4",
        "overlay.yaml, line 4",
    ),
    _case("key twice in one line", "model: {code_size: 3, code_size: 3}", "model.code_size: stands twice"),
    # Types
    _case(
        "text for a number",
        "training:\n  epochs: '5'",
        "training.epochs: expected an integer from 1 to 100000, found the text '5'",
        "without quotes",
        "overlay.yaml, line 2",
    ),
    _case(
        "power of ten without a point",
        "training: {learning_rate: 1e-3}",
        "training.learning_rate: expected a number above 0 and at most 10, found the text '1e-3'",
        "1.0e-3",
    ),
    _case("boolean for a number", "seed: true", "seed: expected an integer from 0 to 2147483647, found true"),
    _case("float for an integer", "training: {epochs: 3.0}", "training.epochs: expected an int", "found 3.0"),
    _case("null for a number", "seed:", "seed: expected an integer", "found nothing (null)"),
    _case("null for a list", "datasets:", "datasets: expected a list of one or more", "nothing (null)"),
    _case("null for a section", "model: null", "model: expected a mapping with kind", "nothing (null)"),
    _case("number for a section", "training: 7", "training: expected a mapping with loss, optimizer", "7"),
    _case("list for a number", "model: {code_size: [3]}", "model.code_size: expected an integer", "list [3]"),
    _case("number for a list", "seeds: 3", "seeds: expected a list", "an integer from 0", "found 3"),
    _case("text for a list", "datasets: mnist", "datasets: expected a list", "found the text 'mnist'"),
    _case("date for a number", "seed: 2026-01-01", "seed: expected text or a number", "of type date"),
    _case(
        "mapping for a name", "objectives: [{a: 1}]", "objectives[0]: expected a name (a lower-case letter"
    ),
    # What YAML 1.1 reads as nobody means it
    _case(
        "zero in front",
        "training:\n  epochs: 010",
        "training.epochs: expected a number in plain digits, found 010, which YAML takes for 8",
        "overlay.yaml, line 2",
    ),
    _case(
        "zero in front of a digit that is not octal",
        "training: {epochs: 08}",
        "training.epochs: expected an integer from 1",
        "found the text '08' (a number has neither a zero in front nor a colon)",
    ),
    _case(
        "minutes and seconds",
        "seeds: [0, 1:30]",
        "seeds[1]: expected a number in plain digits, found 1:30, which YAML takes for 90",
        "overlay.yaml, line 1",
    ),
    _case(
        "minutes of a fraction",
        "training: {learning_rate: 0:0.5}",
        "training.learning_rate: expected a number in plain",
    ),
    _case(
        "zero in front of a path",
        "sources: {x: {kind: npz, path: 0012}}",
        "sources.x.path: expected a number in plain digits, found 0012",
        "quotes around a text",
        mistakes=2,
    ),
    _case(
        "no as a name",
        "datasets: [no]",
        "datasets[0]: expected a name",
        "found false",
        "put a name in quotes",
    ),
    _case("on as a word", "training: {loss: on}", "training.loss: expected one of bce, mse", "found true"),
    _case(
        "empty mapping for a number",
        "training: {epochs: {}}",
        "training.epochs: expected",
        "an empty mapping",
    ),
    _case(
        "empty mapping for a word",
        "training:\n  loss: {}",
        "training.loss: expected",
        "an empty mapping",
        "line 2",
    ),
    _case("empty mapping for a list", "seeds: {}", "seeds: expected a list", "an empty mapping"),
    _case(
        "mapping for a number", "training: {epochs: {a: 1}}", "training.epochs: expected", "a mapping with a"
    ),
    _case(
        "null for an option",
        "sources: {mnist: {folder: null}}",
        "sources.mnist.folder: expected a path",
        "(null)",
    ),
    _case(
        "null for a parameter",
        "distortions: {white: {sigma: }}",
        "distortions.white.sigma: expected",
        "(null)",
    ),
    _case("null for an entry", "goals: {x: }", "goals.x: expected a mapping", "(null)"),
    _case("bytes", "seed: !!binary aGVsbG8=", "seed: expected text or a number", "of type bytes"),
    _case("a set", "seeds: !!set {1, 2}", "seeds: expected text or a number", "of type set"),
    _case(
        "hexadecimal for a path",
        "sources: {x: {kind: npz, path: 0x10}}",
        "sources.x.path: expected a path",
        "16",
    ),
    _case(
        "two documents", "seed: 1\n---\nseed: 2", "OVERLAY, line 2: expected YAML", parsed_by_snakemake=False
    ),
    _case(
        "an impossible day", "seed: 2026-13-45", "OVERLAY: expected YAML", "month", parsed_by_snakemake=False
    ),
    _case("a list as key", "? [a, b]\n: 1", "OVERLAY, line 1: expected YAML", parsed_by_snakemake=False),
    _case(
        "an alias of its own", "model: &m {hidden: *m}", "OVERLAY", "expected YAML", parsed_by_snakemake=False
    ),
    _case(
        "levels without end",
        f"seed: 1\nseeds: {'[' * 3000}{']' * 3000}",
        "OVERLAY, line 2: expected YAML, found a mistake in it (more than 100 levels",
        parsed_by_snakemake=False,
    ),
    # Ranges
    _case(
        "not a number", "training: {learning_rate: .nan}", "training.learning_rate: expected a finite", "nan"
    ),
    _case("infinity", "training: {learning_rate: .inf}", "training.learning_rate: expected a finite", "inf"),
    _case("zero", "training: {learning_rate: 0}", "training.learning_rate: expected a number above 0", "0"),
    _case("no epochs", "training: {epochs: 0}", "training.epochs: expected an integer from 1", "found 0"),
    _case("negative seed", "seeds: [0, -1]", "seeds[1]: expected an integer from 0 to 2147483647, found -1"),
    _case("huge seed", f"seed: {10**30}", "seed: expected a number of at most 64 bits", "found 1000000"),
    _case(
        "validation of everything",
        "training: {validation_fraction: 1}",
        "training.validation_fraction: expected a number above 0 and at most 0.5, found 1",
    ),
    _case(
        "more than all images shifted",
        "training: {shifted_fraction: 1.5}",
        "training.shifted_fraction: expected a number from 0 to 1, found 1.5",
    ),
    _case(
        "less than nothing minimises the squared error",
        "training: {squared_error_fraction: -0.1}",
        "training.squared_error_fraction: expected a number from 0 to 1, found -0.1",
    ),
    _case(
        "noise that is never drawn",
        "training: {noise_draws: 0}",
        'training.noise_draws: expected the word "fresh" or an integer from 1 to 100000, found 0',
    ),
    _case(
        "a word for draws of noise",
        "training: {noise_draws: many}",
        'training.noise_draws: expected the word "fresh" or an integer from 1 to 100000, found the text',
    ),
    _case(
        "no confidence",
        "statistics: {confidence: 0.5}",
        "statistics.confidence: expected a number above 0.5 and below 1, found 0.5",
    ),
    _case(
        "few resamples", "statistics: {resamples: 10}", "statistics.resamples: expected an integer from 100"
    ),
    _case(
        "too many examples", "evaluation: {examples: 101}", "evaluation.examples: expected an", "found 101"
    ),
    _case(
        "text for a yes or no",
        "evaluation: {rate_distortion: 'yes'}",
        "evaluation.rate_distortion: expected true or false",
    ),
    _case(
        "images that the notebook never saw",
        "evaluation: {compare_with_notebook: true}",
        "evaluation.compare_with_notebook: expected false, because the data set mnist5k is of the kind",
    ),
    _case("no layers", "model: {hidden: []}", "model.hidden: expected a list of 1 to 16", "an empty list"),
    _case(
        "too many layers",
        f"model: {{hidden: {[8] * 17}}}",
        "model.hidden: expected a list of 1 to 16 entries",
    ),
    _case("layer without units", "model: {hidden: [8, 0]}", "model.hidden[1]: expected an integer from 1"),
    # Words
    _case("unknown loss", "training: {loss: bcee}", "training.loss: expected one of bce, mse", "'bcee'"),
    _case("unknown optimizer", "training: {optimizer: Adam}", "training.optimizer: expected one of adam"),
    _case("unknown schedule", "training: {schedule: step}", "training.schedule: expected one of constant"),
    _case("unknown activation", "model: {activation: swish}", "model.activation: expected one of linear"),
    # Lists
    _case("seed twice", "seeds: [1, 2, 1]", "seeds: expected each entry once, found 1 twice"),
    _case("objective twice", "objectives: [denoise, denoise]", "objectives: expected each entry once"),
    _case("no seeds", "seeds: []", "seeds: expected a list of one or more", "found an empty list"),
    _case("no conditions", "trained_on: []", "trained_on: expected a list of one or more", "an empty list"),
    # Names
    _case(
        "upper case", "distortions: {Mine: {kind: clean}}", "distortions.Mine: expected a name (a lower-case"
    ),
    _case(
        "name that leaves its folder",
        "distortions: {../../x: {kind: clean}}",
        'distortions."../../x": expected a name',
    ),
    _case("line break", 'distortions: {"x\\n": {kind: clean}}', 'distortions."x\\n": expected a name'),
    _case("empty name", "sources: {'': {kind: mnist5k}}", 'sources."": expected a name', "an empty text"),
    _case("long name", f"sources: {{{'a' * 65}: {{kind: mnist5k}}}}", "sources.aaa", "at most 64 characters"),
    _case(
        "repeated name",
        f"sources: {{{'a' * 64}: {{kind: mnist5k}}}}",
        "sources.aaa",
        "ends in more than 19 times 'a', which Snakemake refuses",
    ),
    _case(
        "repeated name of a condition",
        f"distortions: {{{'x' + '0.' * 20}: {{kind: white, sigma: 0.1}}}}",
        "distortions.",
        "ends in more than 19 times '0.'",
    ),
    _case(
        "repeated name of a goal",
        f"goals: {{{'ab' * 21}: {{target: input}}}}",
        "goals.abab",
        "ends in more than 19 times 'ab'",
    ),
    _case("unsafe reference", "datasets: [../mnist]", "datasets[0]: expected a name", "'../mnist'"),
    _case("reserved name", "distortions: {all: {kind: clean}}", "distortions.all: the name all is taken"),
    _case(
        "noise called clean",
        "distortions: {clean: {kind: white, sigma: 0.5}}",
        "distortions.clean.kind: expected the name clean for the kind clean and for no other, found 'white'",
    ),
    _case(
        "mixture called clean",
        "distortions: {clean: {kind: mixture, of: [white, mean3]}}",
        "distortions.clean.kind",
    ),
    _case(
        "second clean",
        "distortions: {original: {kind: clean}}",
        "distortions.original.kind: expected the name clean",
    ),
    # Sources
    _case(
        "unknown data set",
        "datasets: [mnits]",
        "datasets[0]: unknown name 'mnits'; did you mean 'mnist'?",
        "sources has fashion_mnist, mnist, mnist5k",
    ),
    _case("data set twice", "datasets: [mnist, mnist]", "datasets: expected each entry once", "'mnist'"),
    _case(
        "unknown kind of source",
        "sources: {mnist: {kind: minst}}",
        "sources.mnist.kind: unknown kind 'minst'; did you mean 'mnist'?",
    ),
    _case("source without kind", "sources: {x: {path: a}}", "sources.x.kind: missing; expected text"),
    _case(
        "unknown option",
        "sources: {mnist: {fodler: x}}",
        "sources.mnist.fodler: unknown option; did you mean 'folder'?",
    ),
    _case("missing option", "sources: {x: {kind: npz}}", "sources.x.path: missing; expected a path", ".npz"),
    _case(
        "option out of range",
        "sources: {x: {kind: npz, path: a, test_fraction: 1}}",
        "sources.x.test_fraction: expected a number from 0.01 to 0.9, found 1",
    ),
    _case("number for a path", "sources: {mnist: {folder: 3}}", "sources.mnist.folder: expected a path", "3"),
    _case(
        "text for an option", "sources: {mnist: {train_images: '9'}}", "sources.mnist.train_images: expected"
    ),
    _case(
        "more examples than images",
        "sources: {mnist5k: {test_images: 5}}\nevaluation: {examples: 6}",
        "evaluation.examples: expected at most 5",
        "sources.mnist5k.test_images",
    ),
    # Goals
    _case(
        "unknown objective",
        "objectives: [denoise, reconstrct]",
        "objectives[1]: unknown name 'reconstrct'; did you mean 'reconstruct'?",
        "goals has denoise, reconstruct",
    ),
    _case("goal without target", "goals: {x: {rate_weight: 1}}", "goals.x.target: missing; expected one of"),
    _case(
        "unknown target",
        "goals: {x: {target: original}}",
        "goals.x.target: expected one of input, clean, found the text 'original'",
    ),
    _case(
        "goal that is no mapping", "goals: {x: input}", "goals.x: expected a mapping with target", "'input'"
    ),
    _case(
        "unknown key of a goal",
        "goals:\n  x:\n    target: input\n    rate_wieght: 1",
        "goals.x.rate_wieght: unknown key; did you mean 'rate_weight'?",
        "allowed here: target, rate_weight, code_size",
        "overlay.yaml, line 4",
    ),
    _case(
        "key of another section", "goals: {x: {target: input, epochs: 1}}", "goals.x.epochs", "in training"
    ),
    _case(
        "negative rate weight",
        "goals: {x: {target: input, rate_weight: -0.1}}",
        "goals.x.rate_weight: expected a number from 0 to 1000 or a list",
        "found -0.1",
    ),
    _case(
        "rate weight that is text",
        "goals: {x: {target: input, rate_weight: 1e-3}}",
        "goals.x.rate_weight: expected a number from 0 to 1000 or a list",
        "1.0e-3",
    ),
    _case(
        "rate weight out of range in a sweep",
        "goals: {x: {target: input, rate_weight: [0.1, 1001]}}",
        "goals.x.rate_weight[1]: expected a number from 0 to 1000, found 1001",
    ),
    _case(
        "rate weight twice",
        "goals: {x: {target: input, rate_weight: [1, 1.0]}}",
        "goals.x.rate_weight: expected each entry once, found 1.0 twice",
    ),
    _case(
        "empty sweep of a goal", "goals: {x: {target: input, code_size: []}}", "goals.x.code_size: expected"
    ),
    _case(
        "code without values",
        "goals: {x: {target: input, code_size: 0}}",
        "goals.x.code_size: expected an integer from 1 to 65536 or a list",
        "found 0",
    ),
    _case(
        "fraction of a code size",
        "goals: {x: {target: input, code_size: [8, 8.5]}}",
        "goals.x.code_size[1]: expected an integer from 1 to 65536, found 8.5",
    ),
    _case(
        "another meaning of denoise",
        "goals: {denoise: {target: input}}",
        "goals.denoise.target: expected clean, which is what the name denoise stands for, found input",
        "another name",
    ),
    _case(
        "rate weight of reconstruct",
        "goals: {reconstruct: {rate_weight: 0.1}}",
        "goals.reconstruct.rate_weight: the name reconstruct stands for a goal without it",
    ),
    _case("reserved goal", "goals: {codec: {target: input}}", "goals.codec: the name codec is taken"),
    _case("unsafe goal", "goals: {../x: {target: input}}", 'goals."../x": expected a name'),
    _case("goals that are no mapping", "goals: [x]", "goals: expected a mapping of names", "the list ['x']"),
    _case(
        "goal and a goal of a sweep",
        "goals: {x: {target: input, code_size: [8]}, x-code_size8: {target: input}}",
        "goals.",
        "makes the goal 'x-code_size8', which another entry makes too",
    ),
    _case(
        "sweep of goals that makes a long name",
        f"goals: {{{'a' * 60}: {{target: input, code_size: [8, 16]}}}}",
        "goals.aaa",
        "longer than 64 characters",
    ),
    _case(
        "sweep of goals without end",
        f"goals: {{x: {{target: input, code_size: {list(range(1, 41))}, "
        f"rate_weight: {list(range(1, 41))}}}}}",
        "goals.x: expected at most 1000 goals of a sweep, found 1600",
    ),
    _case(
        "sweep of goals and one of them",
        "goals: {x: {target: input, code_size: [8, 16]}}\nobjectives: [x, x-code_size8]",
        "objectives[1]: expected each goal once, found x-code_size8 in x and in x-code_size8",
    ),
    _case(
        "objective that is broken", "goals: {x: {target: no}}\nobjectives: [x]", "goals.x.target: expected"
    ),
    # Distortions
    _case(
        "unknown kind of distortion",
        "distortions: {x: {kind: whit}}",
        "distortions.x.kind: unknown kind 'whit'; did you mean 'white'?",
        "allowed are clean, poisson, white",
    ),
    _case("distortion without kind", "distortions: {x: {sigma: 1}}", "distortions.x.kind: missing"),
    _case("distortion that is no mapping", "distortions: {x: white}", "distortions.x: expected a mapping"),
    _case(
        "unknown parameter",
        "distortions: {white: {sgima: 1}}",
        "distortions.white.sgima: unknown parameter; did you mean 'sigma'?",
        "the kind white takes sigma",
    ),
    _case(
        "parameter of an entry with another kind that is merged in",
        "distortions: {white: {kind: mean, size: 3}}",
        "distortions.white.sigma: unknown parameter; the kind mean takes size (config.yaml, line ",
        "The entry (OVERLAY, line 1) is merged with that of the same name and another kind in config.yaml",
        "give it a new name",
    ),
    _case(
        "parameter of another kind",
        "distortions: {clean: {sigma: 1}}",
        "distortions.clean.sigma: unknown parameter",
        "the kind clean takes no parameters",
    ),
    _case(
        "missing parameter",
        "distortions: {x: {kind: white}}",
        "distortions.x.sigma: missing; expected a number from 0 to 10",
    ),
    _case(
        "parameter out of range",
        "distortions:\n  white: {sigma: -0.1}",
        "distortions.white.sigma: expected a number from 0 to 10 (white = 1), found -0.1",
        "overlay.yaml, line 2",
    ),
    _case(
        "parameter that is text", "distortions: {white: {sigma: a}}", "distortions.white.sigma: expected a"
    ),
    _case("boolean parameter", "distortions: {white: {sigma: true}}", "distortions.white.sigma: expected a"),
    _case("parameter that is null", "distortions: {white: {sigma: }}", "distortions.white.sigma: expected a"),
    _case(
        "parameter not a number", "distortions: {white: {sigma: .nan}}", "distortions.white.sigma: expected a"
    ),
    _case(
        "even window", "distortions: {mean3: {size: 4}}", "distortions.mean3.size: expected an odd integer"
    ),
    _case("broken window", "distortions: {mean3: {size: 3.5}}", "distortions.mean3.size: expected an odd"),
    _case("empty sweep", "distortions: {white: {sigma: []}}", "distortions.white.sigma: expected a list"),
    _case(
        "value twice in a sweep",
        "distortions: {white: {sigma: [1, 0.5, 1.0]}}",
        "distortions.white.sigma: expected each entry once, found 1.0 twice",
    ),
    _case(
        "sweep out of range",
        "distortions: {white: {sigma: [0.1, 11]}}",
        "distortions.white.sigma[1]: expected a number from 0 to 10 (white = 1), found 11",
    ),
    _case(
        "sweep that makes a long name",
        f"distortions: {{{'a' * 60}: {{kind: white, sigma: [0.1, 0.2]}}}}",
        "distortions.aaa",
        "longer than 64 characters",
    ),
    _case(
        "sweep that collides",
        "distortions: {w: {kind: white, sigma: [0.1]}, w-sigma0.1: {kind: mean, size: 3}}",
        "distortions.",
        "'w-sigma0.1', which another entry makes too",
    ),
    _case(
        "sweep without end",
        f"distortions: {{x: {{kind: salt_pepper, amount: {[i / 99 for i in range(99)]}, "
        f"salt_share: {[i / 99 for i in range(99)]}}}}}",
        "distortions.x: expected at most 1000 conditions of a sweep, found 9801",
    ),
    # Mixtures and chains
    _case("mixture of nothing", _MIXTURE.format("of: []"), "distortions.m.of: expected a list"),
    _case("mixture without components", "distortions: {m: {kind: mixture}}", "distortions.m.of: missing"),
    _case("mixture of one", _MIXTURE.format("of: [white]"), "distortions.m.of: a mixture expects at least 2"),
    _case(
        "unknown component",
        _MIXTURE.format("of: [white, cleen]"),
        "distortions.m.of[1]: unknown name 'cleen'; did you mean 'clean'?",
    ),
    _case(
        "component twice", _MIXTURE.format("of: [white, white]"), "distortions.m.of: expected each entry once"
    ),
    _case("mixture of text", _MIXTURE.format("of: white"), "distortions.m.of: expected", "found the text"),
    _case("parameter of a mixture", _MIXTURE.format("of: all, sigma: 1"), "distortions.m.sigma: unknown key"),
    _case(
        "without, but not of all",
        _MIXTURE.format("of: [white, clean], without: [mean3]"),
        "distortions.m.without: goes only with `of: all`",
    ),
    _case(
        "unknown without", _MIXTURE.format("of: all, without: [x]"), "distortions.m.without[0]: unknown name"
    ),
    _case(
        "itself left out", _MIXTURE.format("of: all, without: [m]"), "distortions.m.without[0]: 'm' is a mix"
    ),
    _case(
        "chain of all", _CHAIN.format("of: all"), "distortions.c.of: expected a list of names in the order"
    ),
    _case(
        "chain without",
        _CHAIN.format("of: [white, mean3], without: [mean5]"),
        "distortions.c.without: unknown",
    ),
    _case(
        "chain of a sweep",
        "distortions: {white: {sigma: [0.1, 0.2]}, c: {kind: chain, of: [mean3, white]}}",
        "distortions.c.of[1]: 'white' is swept; a chain expects one of its conditions: white-sigma0.1, ",
    ),
    _case(
        "made of itself", _CHAIN.format("of: [c, white]"), "distortions.c.of: goes round in a circle: c -> c"
    ),
    _case(
        "made of each other",
        "distortions: {a: {kind: chain, of: [b, white]}, b: {kind: mixture, of: [a, white]}}",
        "distortions.a.of: goes round in a circle: a -> b -> a",
    ),
    _case(
        "nested too deep",
        "distortions: {"
        + ", ".join(f"m{i}: {{kind: chain, of: [clean, {f'm{i - 1}' if i else 'white'}]}}" for i in range(99))
        + "}",
        "distortions.m4.of: expected mixtures and chains within each other at most 4 deep",
    ),
    _case(
        "nested much too deep",
        "distortions: {"
        + ", ".join(f"m{i}: {{kind: chain, of: [clean, m{i + 1}]}}" for i in range(100, 145))
        + ", m145: {kind: chain, of: [clean, white]}}",
        "distortions.m141.of: expected mixtures and chains within each other at most 4 deep",
    ),
    # References to conditions
    _case(
        "neither all nor a list", "tested_on: alle", 'tested_on: expected the word "all" or a list', "'alle'"
    ),
    _case(
        "unknown condition",
        "trained_on: [clean, wite]",
        "trained_on[1]: unknown name 'wite'; did you mean 'white'?",
        "distortions has clean",
    ),
    _case("condition twice", "trained_on: [clean, clean]", "trained_on: expected each entry once", "'clean'"),
    _case(
        "sweep and one of its conditions",
        "distortions: {white: {sigma: [0.1, 0.2]}}\ntested_on: [white, white-sigma0.1]",
        "tested_on[1]: expected each condition once, found white-sigma0.1 in white and",
    ),
    # Files
    _case("nesting without end", f"seed: {'[' * 60}{']' * 60}", "seed: expected at most 12 levels"),
    _case(
        "no mapping", "- 1", "OVERLAY: expected keys and values", "found a list", parsed_by_snakemake=False
    ),
    _case("nothing", "# nothing", "OVERLAY: expected keys and values", "nothing", parsed_by_snakemake=False),
    _case(
        "no YAML", "seed: 3\nmodel: ]\n", "OVERLAY, line 2: expected YAML, found", parsed_by_snakemake=False
    ),
    _case("tab", "model:\n\tcode_size: 3", "OVERLAY, line 2: expected YAML", parsed_by_snakemake=False),
    _case(
        "object", "seed: !!python/name:os.system", "OVERLAY, line 1: expected YAML", parsed_by_snakemake=False
    ),
    _case(
        "eternal alias", "seed: &a [*a]", "OVERLAY: expected YAML, found something", parsed_by_snakemake=False
    ),
]
