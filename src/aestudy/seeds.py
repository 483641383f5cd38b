"""Random streams that depend on what they are for, never on what else the study does.

A stream is named by the study seed and a path of words and numbers, such as
`(dataset, distortion, split, purpose)`. The name is hashed with SHA-256, so adding or removing a distortion
never moves another one's noise, and train and test noise are independent.
"""

import hashlib
import json

import numpy as np


def stream(study_seed: int, *name: str | int) -> np.random.Generator:
    """Open the random stream of that name.

    Args:
        study_seed: the `seed` of the config.
        *name: what the stream is for, from the general to the particular.

    Returns:
        A NumPy generator (PCG64) whose state depends on the arguments only: not on the machine, the process,
        or earlier calls.
    """
    text = json.dumps([study_seed, *name], separators=(",", ":"), ensure_ascii=True)
    digest = hashlib.sha256(text.encode("ascii")).digest()
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(int.from_bytes(digest, "little"))))
