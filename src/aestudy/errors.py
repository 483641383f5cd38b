"""The one exception for mistakes that a person can mend.

A `StudyError` says where the mistake is, what was expected, what was found and what to do. Jobs and the
command line print its text without a traceback and exit with a status other than zero. The module imports
nothing, so a job can use it before it confines the numeric libraries.
"""


class StudyError(Exception):
    """A mistake in a config, a data file or a command that its author can mend.

    Its text can be written anywhere: of names of files that are not UTF-8, the other bytes are escaped.
    """

    def __init__(self, message: str = ""):
        super().__init__(str(message).encode("utf-8", "backslashreplace").decode())
