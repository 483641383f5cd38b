"""The data sets of a study before they are fetched: which to fetch, and what the user's own files hold."""

from collections.abc import Callable, Mapping
from pathlib import Path

from snakemake.exceptions import WorkflowError

from aestudy import datasets
from aestudy.errors import StudyError
from aestudy.files.fingerprints import Fingerprints
from aestudy.settings import Settings


class Fetching:
    """What is known of the sources of a study's images where its run is planned.

    Args:
        study: the settings.
        placed: puts a path of the study where the run has it.
        in_storage: whether the files are in an object storage; then the images are where the jobs run.
        fingerprints: where digests of files are remembered.
    """

    def __init__(
        self, study: Settings, placed: Callable[[str], Path], *, in_storage: bool, fingerprints: Path
    ) -> None:
        self._study = study
        self._placed = placed
        self._in_storage = in_storage
        self._fingerprints = Fingerprints(fingerprints)
        self._contents: dict[str, Mapping[str, str] | None] = {}

    def to_fetch(self) -> list[str]:
        """Name the data sets whose original files have to be here.

        Those that are fetched already do without, as when the disk with the images is away.
        """
        if self._in_storage:
            return []
        return [
            name
            for name, source in self._study.sources.items()
            if name in self._study.datasets
            and not (datasets.originals_away(source) and self.is_fetched(name))
        ]

    def is_fetched(self, dataset: str) -> bool:
        """Tell whether a data set is here, and says what the user's own files held."""
        there = self._placed(f"resources/{dataset}/test.npz").exists()
        return there and self._recorded(dataset) is not None

    def out_of_reach(self, dataset: str) -> list[str]:
        """Name the user's own files of a fetched data set that are out of reach, so that it is left as it is.

        Other files are no inputs: `key` has their content, and their dates shall decide nothing.
        """
        missing = datasets.missing_originals(self._study.sources[dataset])
        return missing if missing and not self._in_storage and self.is_fetched(dataset) else []

    def key(self, dataset: str) -> str:
        """Write down everything that determines a data set's images, the content of own files included.

        Raises:
            WorkflowError: the files cannot be read.
        """
        if dataset not in self._contents:
            self._contents[dataset] = self._content(dataset)
        return datasets.source_key(self._study.sources[dataset], self._study.seed, self._contents[dataset])

    def _content(self, dataset: str) -> Mapping[str, str] | None:
        """Digest the user's own files; of those that are out of reach, say what they held."""
        source = self._study.sources[dataset]
        if datasets.originals_away(source):
            return self._recorded(dataset)
        try:
            content = datasets.source_content(source, self._fingerprints)
        except StudyError as error:
            raise WorkflowError(str(error)) from None
        self._fingerprints.write()
        return content

    def _recorded(self, dataset: str) -> Mapping[str, str] | None:
        return datasets.fetched_content(self._placed(f"resources/{dataset}/train.npz"))
