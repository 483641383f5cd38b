"""A finished study, opened for a look: tables, models, pictures, findings."""

import html
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aestudy.codec.files import PARAMETERS_NAME
from aestudy.distortions.variants import read_variant
from aestudy.errors import StudyError
from aestudy.face.models import Model, load_model
from aestudy.files.csv_tables import read_frame
from aestudy.scoring.method_names import AUTOENCODER
from aestudy.settings.problems import join, suggest

if TYPE_CHECKING:
    import pandas
    from PIL.Image import Image


class Study:
    """The results of one data set, read when they are asked for.

    Args:
        folder: such as `results/mnist5k`.

    Raises:
        StudyError: the folder holds no results.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        if not (self.folder / "tables").is_dir():
            found = "a folder without tables" if self.folder.is_dir() else "nothing"
            raise StudyError(
                f"{folder}: expected the results of a data set, such as results/mnist5k, found {found}. "
                "Run the study first, or name another folder."
            )

    def __repr__(self) -> str:
        """Say what there is."""
        return (
            f"<Study {self.folder.name}: {len(self.models)} models, {len(self.tables)} tables, "
            f"{len(self.pictures)} pictures>"
        )

    def _repr_html_(self) -> str:
        """Show the findings and the PSNR of all models in a notebook."""
        parts = [f"<h3>{html.escape(self.folder.name)}</h3>"]
        if (self.folder / "findings.json").is_file():
            sentences = "".join(f"<li>{html.escape(text)}</li>" for text in self.findings["sentence"])
            parts.append(f"<ul>{sentences}</ul>")
        if "summary" in self.tables:
            parts.append("<p>Mean PSNR in dB against the clean original:</p>")
            parts.append(self.matrix("psnr_db").to_html(float_format="{:.1f}".format, border=0))
        return "\n".join(parts)

    @property
    def tables(self) -> list[str]:
        """The names of the tables."""
        return _names(self.folder / "tables", ".csv")

    def table(self, name: str) -> "pandas.DataFrame":
        """Read a table, such as `summary` or `comparisons`.

        Raises:
            StudyError: there is none of this name, or it is damaged.
        """
        _check_known(name, self.tables, f"{self.folder / 'tables'}: expected a table")
        return read_frame(self.folder / "tables" / f"{name}.csv")

    def matrix(
        self, metric: str, reference: str | None = None, *, method: str = AUTOENCODER
    ) -> "pandas.DataFrame":
        """Arrange the means of a metric: what models were trained for and on in rows, tested on in columns.

        Args:
            metric: such as `psnr_db`, `ssim`, `mse` or `accuracy`.
            reference: what outputs are compared with, `clean` or `input`; the first that there is by default.
            method: `autoencoder`, or `codec` where the codec was scored.

        Raises:
            StudyError: the study has no such numbers.
        """
        table = self.table("summary")
        for column, value in (("method", method), ("metric", metric), ("reference", reference)):
            if value is not None:
                _check_known(value, list(table[column].unique()), f"{self.folder}: expected a {column}")
                table = table[table[column] == value]
        if not len(table):
            raise StudyError(f"{self.folder}: expected {metric} of {method} against {reference}, found none.")
        if reference is None:
            table = table[table["reference"] == table["reference"].iloc[0]]
        rows = ["objective", "trained_on"]
        return table.pivot_table(values="mean", index=rows, columns="tested_on", sort=False)

    @property
    def models(self) -> list[tuple[str, str, int]]:
        """The models: objective, condition and seed of each."""
        files = self.folder.glob(f"models/*/*/*/{PARAMETERS_NAME}")
        names = [file.parent.relative_to(self.folder / "models").parts for file in files]
        return sorted((objective, condition, int(seed)) for objective, condition, seed in names)

    def model(self, objective: str, condition: str, seed: int = 0) -> Model:
        """Load a model.

        Args:
            objective: what it was trained for, such as `denoise`.
            condition: what it was trained on, such as `white`.
            seed: its seed.

        Raises:
            StudyError: there is none, or it is damaged.
        """
        if (objective, condition, seed) not in self.models:
            known = join(str(names) for names in self.models)
            raise StudyError(
                f"{self.folder}: expected a model ({objective!r}, {condition!r}, {seed}), found {known}."
            )
        return load_model(self.folder / "models" / objective / condition / str(seed))

    def images(self, condition: str, split: str = "test") -> np.ndarray:
        """Read distorted images, uint8 (N, H, W).

        Args:
            condition: such as `white`.
            split: `train` or `test`.

        Raises:
            StudyError: the study has none, or the file is damaged.
        """
        files = sorted(self.folder.glob(f"variants/*/{split}.npz"))
        known = [file.parent.name for file in files]
        _check_known(condition, known, f"{self.folder}: expected {split} images of a condition")
        return read_variant(self.folder / "variants" / condition / f"{split}.npz")

    @property
    def pictures(self) -> list[str]:
        """The names of the figures."""
        return _names(self.folder / "figures", ".png")

    def picture(self, name: str) -> "Image":
        """Open a figure, such as `distortions` or `matrices/psnr_db/clean`; a notebook shows it.

        Raises:
            StudyError: there is none of this name.
        """
        from PIL import Image

        _check_known(name, self.pictures, f"{self.folder / 'figures'}: expected a picture")
        with Image.open(self.folder / "figures" / f"{name}.png") as picture:
            picture.load()
            return picture

    @property
    def findings(self) -> "pandas.DataFrame":
        """What the study found: a sentence per row, and the number behind it.

        Raises:
            StudyError: the study has none, or the file is damaged.
        """
        import pandas

        file = self.folder / "findings.json"
        try:
            return pandas.DataFrame(json.loads(file.read_text("utf-8"))["findings"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StudyError(
                f"{file}: expected the findings of a study, found {type(error).__name__}. "
                "Run the study again."
            ) from None


def open_study(folder: str | Path) -> Study:
    """Open the results of one data set.

    Args:
        folder: such as `results/mnist5k`.

    Raises:
        StudyError: the folder holds no results.

    Example:
        >>> study = open_study("results/mine")
        >>> study.tables
        ['summary']
        >>> study.matrix("psnr_db").loc[("denoise", "white")].round(1).to_dict()
        {'clean': 23.7, 'white': 24.0, 'mean5': 20.2}
        >>> study.images("white").dtype
        dtype('uint8')
    """
    return Study(folder)


def _names(folder: Path, suffix: str) -> list[str]:
    """List the files of a folder and of those in it, without their suffix."""
    files = folder.rglob(f"*{suffix}")
    return sorted(file.relative_to(folder).as_posix().removesuffix(suffix) for file in files)


def _check_known(name: str, known: list[str], expected: str) -> None:
    if name not in known:
        raise StudyError(f"{expected}, one of {join(known)}; found {name!r}{suggest(name, known)}.")
