"""Where the clean images come from: a table of kinds, one loader per kind, one way in (`load`).

Each kind of data set becomes `uint8 (N, H, W)` images and `int64 (N,)` labels (-1 where unknown), in
a training and a test part. Importing this package is cheap: the loaders, and what they need for images,
downloads and embedded data, are imported when a data set is loaded.
"""

from aestudy.datasets.dataset import CONTENT as CONTENT
from aestudy.datasets.dataset import Dataset as Dataset
from aestudy.datasets.dataset import content_digest as content_digest
from aestudy.datasets.dataset import fetched_content as fetched_content
from aestudy.datasets.dataset import load as load
from aestudy.datasets.dataset import load_source as load_source
from aestudy.datasets.dataset import read_split as read_split
from aestudy.datasets.dataset import write_dataset as write_dataset
from aestudy.datasets.sources import SOURCES as SOURCES
from aestudy.datasets.sources import Option as Option
from aestudy.datasets.sources import complete_options as complete_options
from aestudy.datasets.sources import source_key as source_key
from aestudy.datasets.watching import count_training_images as count_training_images
from aestudy.datasets.watching import misplaced_files as misplaced_files
from aestudy.datasets.watching import missing_originals as missing_originals
from aestudy.datasets.watching import originals_away as originals_away
from aestudy.datasets.watching import source_content as source_content
