"""A study in memory for tests of explanations: images, distortions and networks whose numbers are known."""

import json
from types import SimpleNamespace

import numpy as np

from aestudy.explanations.study import ExplainedStudy
from aestudy.networks.network import Network


class HandmadeStudy(ExplainedStudy):
    """A study whose variants, mean responses, networks and scores a test gives.

    Args:
        clean: uint8 (N, H, W).
        specs: the conditions.
        networks: (objective, trained_on, seed) -> network, or function of float images.
        variants: condition -> uint8 (N, H, W); what is missing is drawn.
        responses: condition -> float32 (N, H, W); what is missing is estimated.
        psnr: (trained_on, seed) -> float (conditions, N), the scores; of a baseline its name in their place.
    """

    def __init__(
        self, clean, specs, *, networks=None, variants=None, responses=None, psnr=None, seeds=(0, 1),
        trained_on=None, objectives=("denoise",), name="handmade",
    ):  # fmt: skip
        names = [spec["name"] for spec in specs]
        params = {
            "specs": json.dumps(specs), "trained_on": trained_on or names, "tested_on": names,
            "objectives": objectives, "seeds": seeds, "study_seed": 1, "resamples": 200, "confidence": 0.95,
        }  # fmt: skip
        super().__init__(name, "mine", {}, params)
        self._clean, self._networks, self._variants = clean, networks or {}, variants or {}
        self._responses, self._psnr = responses or {}, psnr or {}

    def clean_images(self, split):
        return self._clean

    def variant(self, condition, split="test"):
        return self._variants[condition]

    def mean_response(self, condition):
        if condition in self._responses:
            return self._responses[condition]
        return super().mean_response(condition)

    def network(self, trained_on, seed, objective=""):
        found = self._networks[objective or self.objective, trained_on, seed]
        return found if isinstance(found, Network) else SimpleNamespace(reconstruct=found)

    def baseline(self, method):
        return self.scores(method, None)

    def scores(self, trained_on, seed, objective=""):
        values = {("psnr_db", "clean"): np.asarray(self._psnr[trained_on, seed], np.float32)}
        return SimpleNamespace(tested_on=tuple(self.tested_on), values=values)


def spec(name, kind="", **parameters):
    return {"name": name, "kind": kind or name, "parameters": parameters}


def chosen(rows, quantity, **columns):
    """Give the one row of a quantity."""
    wanted = {"quantity": quantity, **columns}
    (found,) = [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]
    return found
