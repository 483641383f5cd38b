"""One source tree as statements: their texts, the files that they name, which of them act."""

import ast
from collections.abc import Sequence
from pathlib import Path

from aestudy.errors import StudyError
from aestudy_run.code_digests.data_files import DataFiles
from aestudy_run.code_digests.effects import Effects
from aestudy_run.code_digests.modules import Module, ModuleFinder, Unit
from aestudy_run.code_digests.names import Found, Names, UnresolvedError
from aestudy_run.code_digests.references import Text
from aestudy_run.code_digests.selection import Symbol
from aestudy_run.code_digests.texts import write_text


class SourceTree:
    """Everything that a search asks for, read once.

    Args:
        packages: the folders of the packages.
        script_folder: the folder of the workflow's scripts.
    """

    def __init__(self, packages: Sequence[Path], script_folder: Path):
        self.modules = ModuleFinder(packages, script_folder)
        self.names = Names(self.modules)
        self.effects = Effects(self.text, self.modules.find)
        self._data_files = DataFiles(self.modules)
        self._texts: dict[tuple[Unit, bool, bool], Text] = {}
        self._files: dict[Unit, list[Path]] = {}

    def text(self, unit: Unit, full: bool = False, answered: bool = False) -> Text:
        """Read a statement, once."""
        key = (unit, full, answered)
        if key not in self._texts:
            module = self.module(unit.module)
            self._texts[key] = write_text(
                self.names, module, self._node(unit), place=unit.place, full=full, answered=answered
            )
        return self._texts[key]

    def files(self, unit: Unit, text: Text) -> list[Path]:
        """Find the data files that a statement names, once."""
        if unit not in self._files:
            self._files[unit] = self._data_files.named_by(self.module(unit.module), self._node(unit), text)
        return self._files[unit]

    def module(self, name: str) -> Module:
        """Read a module that has to be there."""
        module = self.modules.find(name)
        if module is None:
            raise StudyError(
                f"there is no module {name}. Correct its name where digests of code are asked for."
            )
        return module

    def _node(self, unit: Unit) -> ast.AST:
        statement = self.module(unit.module).statements[unit.place]
        return dict(_entries(statement))[unit.key] if unit.key else statement

    def entry(self, table: Symbol, key: str) -> Unit | None:
        """Pick the one entry of a table that a key stands for; None where the source does not show it."""
        module = self.module(table[0])
        places = [place for place in module.names.get(table[1], ()) if isinstance(place, int)]
        if len(places) != 1 or len(module.names[table[1]]) != 1:
            return None
        keys = [name for name, _ in _entries(module.statements[places[0]])]
        return Unit(table[0], places[0], key) if keys.count(key) == 1 and "" not in keys else None

    def symbol(self, symbol: Symbol) -> list[Found]:
        """Find what a symbol that somebody asks for stands for."""
        try:
            return self.names.follow(symbol[0], (symbol[1],))
        except UnresolvedError as error:
            raise StudyError(f"{error}. Correct its name where digests of code are asked for.") from None


def _entries(statement: ast.stmt) -> list[tuple[str, ast.expr]]:
    """List the entries of a table that is written as one; the key of an entry that is not plain is empty."""
    value = getattr(statement, "value", None)
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or not isinstance(value, ast.Dict):
        return []
    keys = [
        key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
        for key in value.keys
    ]
    return list(zip(keys, value.values, strict=True))
