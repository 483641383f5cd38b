"""The folder in which things are kept between studies."""

import os
from pathlib import Path

import platformdirs

CACHE_VARIABLE = "AESTUDY_CACHE"


def cache_root() -> Path:
    """Name the folder: that of the variable `AESTUDY_CACHE`, else one in the user's cache; made or not."""
    named = os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_dir("aestudy", appauthor=False)
    return Path(named).expanduser()
