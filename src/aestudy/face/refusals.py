"""Turn problems that the checks of a config find into the message of a call."""

from aestudy.errors import StudyError
from aestudy.settings.problems import Problems, write_path


def refuse(function: str, problems: Problems, *, depth: int = 0) -> None:
    """Raise what was found wrong with the arguments of a function, if anything.

    Args:
        function: the function that was called.
        problems: what was found.
        depth: how many steps of each path only say where the argument would stand in a config.

    Raises:
        StudyError: there is a problem.
    """
    found = [f"{write_path(problem.path[depth:])}: {problem.text}" for problem in problems.listed()]
    if found:
        raise StudyError(f"{function}: {'; '.join(found)}.")
