"""What dotted names stand for: statements of this source tree, whole modules of it, or libraries."""

import builtins
from dataclasses import dataclass

from aestudy.errors import StudyError
from aestudy_run.code_digests.modules import Module, ModuleFinder, Unit
from aestudy_run.code_digests.selection import Symbol

OF_EVERY_MODULE = frozenset(
    ["__name__", "__doc__", "__package__", "__spec__", "__loader__", "__file__", "__path__", "__builtins__",
     "__cached__", "__annotations__", "__all__", "__qualname__", "__module__", "__class__", "__version__"]
)  # fmt: skip
"""Names that need no definition. Where files are looked for by them, `aestudy_run.code_digests.data_files`
sees it."""

GIVEN_TO_SCRIPTS = "snakemake"
"""What Snakemake defines in a script before it runs it."""


@dataclass(frozen=True)
class Found:
    """One thing that a name may stand for: `unit`, `module` or `library`, or nothing that counts.

    Attributes:
        unit: a statement that binds it.
        module: a whole module.
        library: the dotted name in a library, or of a builtin.
        rest: the attributes that are left behind it.
        through: the symbols on the way.
    """

    unit: Unit | None = None
    module: Module | None = None
    library: str = ""
    rest: tuple[str, ...] = ()
    through: tuple[Symbol, ...] = ()


class UnresolvedError(Exception):
    """A name stands for nothing; the text says why."""


class Names:
    """Resolves names over one source tree.

    Args:
        modules: the tree.
    """

    def __init__(self, modules: ModuleFinder):
        self.modules = modules

    def in_module(self, module: Module, name: str, rest: tuple[str, ...] = ()) -> list[Found]:
        """Resolve a name at the top level of a module, builtins included.

        Args:
            module: where it is used.
            name: the name.
            rest: the attributes behind it.

        Raises:
            UnresolvedError: nothing binds it.
        """
        found = self._bound(module, name, rest, ((module.name, name),))
        if found or name in module.names:
            return found
        if hasattr(builtins, name):
            return [Found(library=".".join(["builtins", name]), rest=rest)]
        if name in OF_EVERY_MODULE or name in module.for_types:
            return []
        if name == GIVEN_TO_SCRIPTS and module.name.startswith("script "):
            return []
        libraries = [star for star in module.stars if not self.modules.covers(star)]
        if libraries:
            return [Found(library=f"{library}.{name}", rest=rest) for library in libraries]
        raise UnresolvedError(f"{name} is defined nowhere")

    def follow(
        self, module_name: str, chain: tuple[str, ...], through: tuple[Symbol, ...] = ()
    ) -> list[Found]:
        """Resolve the attributes behind a module.

        Args:
            module_name: the dotted module.
            chain: the attributes.
            through: the symbols on the way here.

        Raises:
            UnresolvedError: the module or a name in it does not exist.
        """
        if not self.modules.covers(module_name):
            return [Found(library=".".join([module_name, *chain]), through=through)]
        module = self.modules.find(module_name)
        if module is None:
            raise UnresolvedError(f"there is no module {module_name}")
        if not chain:
            return [Found(module=module, through=through)]
        if not module.is_source:
            return [Found(module=module, rest=chain, through=through)]
        name, *rest = chain
        if (module_name, name) not in through:
            found = self._bound(module, name, tuple(rest), (*through, (module_name, name)))
            if found:
                return found
        if self.modules.find(f"{module_name}.{name}") is not None:
            return self.follow(f"{module_name}.{name}", tuple(rest), through)
        if name in OF_EVERY_MODULE or name in module.for_types:
            return [Found(rest=chain)]
        if name == "__dict__":
            return [Found(module=module, through=through)]
        libraries = [star for star in module.stars if not self.modules.covers(star)]
        if libraries:
            return [Found(library=f"{library}.{name}", rest=tuple(rest)) for library in libraries]
        lazy = " (its __getattr__ cannot be followed)" if "__getattr__" in module.names else ""
        raise UnresolvedError(f"{module_name} has no {name}{lazy}")

    def _bound(
        self, module: Module, name: str, rest: tuple[str, ...], through: tuple[Symbol, ...]
    ) -> list[Found]:
        """Find all that may bind a name: the last one cannot be told without running the module."""
        found: list[Found] = []
        for binding in module.names.get(name, ()):
            if isinstance(binding, int):
                found.append(Found(unit=Unit(module.name, binding), rest=rest, through=through))
            else:
                target, target_name = binding
                found += self.follow(target, (*filter(None, [target_name]), *rest), through)
        for star in module.stars:
            starred = self.modules.find(star) if self.modules.covers(star) else None
            if starred is not None and (star, name) not in through:
                found += self._bound(starred, name, rest, (*through, (star, name)))
        return found


def refuse(module: Module, line: int, problem: str, advice: str) -> StudyError:
    """Make the message about code whose digest would not see all that it does."""
    return StudyError(
        f"{module.path}:{line}: {problem}. An edit there could leave results out of date. {advice}."
    )
