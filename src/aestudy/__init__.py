"""What noise and filtering do to a deep autoencoder that is used as an image compressor.

The names in `__all__` are the face of the package, for notebooks and scripts of your own; docs/python.md
shows them all. Each is imported when it is first used, so `import aestudy` costs nothing. Code of the study
itself imports from the rooms, never from here.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aestudy.codec.compression import Compressor
    from aestudy.datasets.dataset import Dataset
    from aestudy.distortions.registry import KINDS
    from aestudy.errors import StudyError
    from aestudy.face.data import distort, load_dataset
    from aestudy.face.intervals import MeanInterval, bootstrap
    from aestudy.face.models import Model, load_model
    from aestudy.face.study import Study, open_study
    from aestudy.face.training import train
    from aestudy.images import to_float, to_uint8
    from aestudy.metrics.pixelwise import mse, psnr_db
    from aestudy.metrics.structural_similarity import ssim
    from aestudy.networks.dense import DenseArchitecture
    from aestudy.rates.bd_rate import bd_rate

__version__ = "0.1.0"

__all__ = [
    "KINDS",
    "Compressor",
    "Dataset",
    "DenseArchitecture",
    "MeanInterval",
    "Model",
    "Study",
    "StudyError",
    "bd_rate",
    "bootstrap",
    "distort",
    "load_dataset",
    "load_model",
    "mse",
    "open_study",
    "psnr_db",
    "ssim",
    "to_float",
    "to_uint8",
    "train",
]

_HOMES = {
    "KINDS": "distortions.registry",
    "Compressor": "codec.compression",
    "Dataset": "datasets.dataset",
    "DenseArchitecture": "networks.dense",
    "MeanInterval": "face.intervals",
    "Model": "face.models",
    "Study": "face.study",
    "StudyError": "errors",
    "bd_rate": "rates.bd_rate",
    "bootstrap": "face.intervals",
    "distort": "face.data",
    "load_dataset": "face.data",
    "load_model": "face.models",
    "mse": "metrics.pixelwise",
    "open_study": "face.study",
    "psnr_db": "metrics.pixelwise",
    "ssim": "metrics.structural_similarity",
    "to_float": "images",
    "to_uint8": "images",
    "train": "face.training",
}
"""Name -> the module that defines it."""


def __getattr__(name: str) -> Any:
    """Import a name of the face, or a room, when it is first used."""
    import importlib
    import importlib.util

    if name in _HOMES:
        value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    if not name.startswith("_") and importlib.util.find_spec(f"{__name__}.{name}"):
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    """List the face, also before it is imported."""
    return sorted({*globals(), *__all__})
