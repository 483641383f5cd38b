"""Names by which code reaches what does not stand in it."""

import re

READS_DOCSTRINGS = frozenset(["__doc__", "inspect.getdoc", "pydoc", "doctest"])
READS_ANNOTATIONS = frozenset(
    ["__annotations__", "typing.get_type_hints", "inspect.get_annotations", "inspect.signature",
     "inspect.getfullargspec", "__signature__"]
)  # fmt: skip
UNFOLLOWED = frozenset(
    ["builtins.exec", "builtins.eval", "builtins.compile", "runpy", "imp", "zipimport",
     "pkgutil.iter_modules", "pkgutil.walk_packages", "pkgutil.resolve_name", "pydoc.locate",
     "importlib.reload", "importlib.util.module_from_spec", "importlib.util.spec_from_file_location",
     "importlib.machinery",
     "importlib.metadata.entry_points", "sys.modules", "sys.path", "sys.meta_path", "sys.path_hooks",
     "inspect.getsource", "inspect.getsourcelines", "inspect.getcomments"]
)  # fmt: skip
IMPORTERS = frozenset(["importlib.import_module", "builtins.__import__"])
HARMLESS_DECORATORS = re.compile(
    r"builtins\.(staticmethod|classmethod|property)|functools\.(?!singledispatch).*|contextlib\..*|abc\..*"
    r"|dataclasses\.dataclass|jax\.(jit|custom_vjp|custom_jvp|checkpoint|vmap)|flax\.nnx\.jit"
    r"|typing\.(override|final|overload|runtime_checkable)|enum\..*"
)

OWN_PLACE = frozenset(["__file__", "__path__", "__spec__", "__loader__"])
"""By these a module finds files beside it,"""

FINDERS_OF_FILES = frozenset(["importlib", "pkgutil", "jinja2"])
"""and by these libraries."""
