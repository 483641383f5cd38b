"""Where the clean images come from: a table of kinds, one loader per kind, one way in (`load`).

Whatever the kind, a data set ends as `uint8 (N, H, W)` images and `int64 (N,)` labels (-1 where unknown), in
a training and a test part. Importing this package is cheap: the loaders, and what they need for images,
downloads and embedded data, are imported when a data set is loaded.
"""

from aestudy.datasets.dataset import (
    UNKNOWN_LABEL,
    Dataset,
    content_digest,
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
    misplaced_files,
    source_files,
    source_key,
    source_options,
)

__all__ = [
    "SOURCES",
    "UNKNOWN_LABEL",
    "Dataset",
    "Option",
    "SourceKind",
    "complete_options",
    "content_digest",
    "load",
    "load_source",
    "loader_symbol",
    "misplaced_files",
    "read_split",
    "source_files",
    "source_key",
    "source_options",
    "write_dataset",
]
