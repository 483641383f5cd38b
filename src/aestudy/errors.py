"""The one exception for mistakes that a person can mend.

A `StudyError` says where the mistake is, what was expected, what was found and what to do. Jobs and the
command line print its text without a traceback and exit with a status other than zero. The module imports
nothing, so a job can use it before it confines the numeric libraries.
"""


class StudyError(Exception):
    """A mistake in a config, a data file or a command that its author can mend."""
