"""Digests of the code that a job reaches, so that an edit reruns what it can change and nothing else.

Snakemake sees neither imported modules nor the difference between an edit and a `touch`. So every rule
carries a digest of its own: of its script, of each top-level statement of the package that it reaches
(transitively, found by reading the source, nothing is run), of the data files that these name, and of the
pinned versions of the libraries that they import. Comments, docstrings, blank lines and annotations of
functions do not count, nor do the names and places of modules. What cannot be followed is refused.

A module that does something when it is imported, or is odd, counts as a whole wherever it is imported. Of the
others each top-level statement counts that is reached. In doubt more counts.

`modules` reads files, `names` finds what names stand for, `reader` writes a statement without places,
`data_files` finds what is no code. `tree` says which modules act, `search` follows, `versions` knows the
libraries, `code` digests and remembers, and `study` knows the rules of this study.
"""

from aestudy_run.code_digests.code import CodeDigests
from aestudy_run.code_digests.selection import Selection

__all__ = ["CodeDigests", "Selection"]
