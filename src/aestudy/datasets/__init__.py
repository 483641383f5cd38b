"""Where the clean images come from: a table of kinds, one loader per kind, one way in (`load`).

Each kind of data set becomes `uint8 (N, H, W)` images and `int64 (N,)` labels (-1 where unknown), in
a training and a test part. Importing this package is cheap: the loaders, and what they need for images,
downloads and embedded data, are imported when a data set is loaded.
"""

from aestudy.datasets.dataset import (
    CONTENT,
    UNKNOWN_LABEL,
    Dataset,
    content_digest,
    fetched_content,
    load,
    load_source,
    read_split,
    write_dataset,
)
from aestudy.datasets.sources import (
    SOURCES,
    Option,
    SourceKind,
    complete_options,
    loader_symbol,
    source_key,
)
from aestudy.datasets.watching import (
    count_training_images,
    misplaced_files,
    missing_originals,
    originals_away,
    source_content,
)

__all__ = [
    "CONTENT",
    "SOURCES",
    "UNKNOWN_LABEL",
    "Dataset",
    "Option",
    "SourceKind",
    "complete_options",
    "content_digest",
    "count_training_images",
    "fetched_content",
    "load",
    "load_source",
    "loader_symbol",
    "misplaced_files",
    "missing_originals",
    "originals_away",
    "read_split",
    "source_content",
    "source_key",
    "write_dataset",
]
