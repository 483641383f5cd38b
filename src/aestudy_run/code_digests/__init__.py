"""Digests of the code that a job reaches, so that an edit reruns what it can change and nothing else.

Snakemake sees neither imported modules nor the difference between an edit and a `touch`. So every rule
carries a digest of its own: of its script, of each top-level statement of the package that it reaches
(transitively, found by reading the source, nothing is run), of the data files that these name, and of the
pinned versions of the libraries that they import. Comments, docstrings, blank lines and annotations of
functions do not count, nor do the names and places of modules. What cannot be followed is refused.

`modules` reads files, `bindings` finds what statements bind, `names` what names stand for. `references` and
`texts` write a statement without places; `watched` lists the names that look behind it. `effects` finds what
acts when it is imported, `data_files` and `libraries` what is no code. `tree` reads each once, `search`
follows, `code` digests, `memory` keeps digests from run to run, and `study` knows the rules of this study.
"""

from aestudy_run.code_digests.code import CodeDigests
from aestudy_run.code_digests.selection import Selection

__all__ = ["CodeDigests", "Selection"]
