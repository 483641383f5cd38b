# ruff: noqa: E501 - the texts of small modules
"""Edits of small source trees, and what they do to the digest of a script that may reach the edited code.

Each tree has one script, `scripts/job.py`, and a package `aestudy`. An edit is a file, a text in it, and what
stands there afterwards.
"""

from dataclasses import dataclass

CHANGES = "changes"
UNCHANGED = "unchanged"

JOB = "from aestudy.use import work\nprint(work(1))\n"


@dataclass(frozen=True)
class Case:
    """One edit of a tree.

    Attributes:
        files: path -> text; `use`, `other` are short for modules of the package.
        edit: file, old text, new text.
        expected: `CHANGES`, `UNCHANGED`, or a pattern of the sentence with which the code is refused.
    """

    files: dict[str, str]
    edit: tuple[str, str, str] = ("other", "1", "2")
    expected: str = CHANGES

    @property
    def paths(self) -> dict[str, str]:
        return {"scripts/job.py": JOB, "aestudy/__init__.py": "", **{
            path_of(name): text for name, text in self.files.items()
        }}  # fmt: skip


def path_of(name: str) -> str:
    """Write out a short name."""
    return name if "/" in name or "." in name else f"aestudy/{name}.py"


def using(text: str, other: str = "", **more) -> Case:
    """Make a case of `use.py`, which the script uses, and `other.py`, of which a 1 becomes a 2."""
    return Case({"use": text, "other": other}, **more)


WORK = "from aestudy.other import {0}\ndef work(x):\n    return {0}(x)\n"
TABLE = "from aestudy.other import TABLE\ndef work(x):\n    return TABLE['a'](x)\n"
REGISTRY = "TABLE = {}\ndef register(f):\n    TABLE[f.__name__] = f\n    return f\n"
REGISTERED = (
    "from aestudy import plugin\nfrom aestudy.other import TABLE\ndef work(x):\n    return TABLE['a'](x)\n"
)


def registered(plugin: str, other: str = REGISTRY, use: str = REGISTERED, **more) -> Case:
    return Case({"use": use, "other": other, "plugin": plugin}, edit=("plugin", "+ 1", "+ 2"), **more)


DEFINED = {
    "a lambda": using(WORK.format("f"), "f = lambda x: x + 1\n"),
    "a lambda in a table": using(TABLE, "TABLE = {'a': lambda x: x + 1}\n"),
    "a closure from a factory": using(
        WORK.format("f"), "def make(n):\n    def f(x):\n        return x + 1 * n\n    return f\nf = make(3)\n"
    ),
    "what a factory is given": using(
        WORK.format("f"), "def make(n):\n    def f(x):\n        return x + n\n    return f\nf = make(1)\n"
    ),
    "a static method": using(
        TABLE, "class A:\n    @staticmethod\n    def f(x):\n        return x + 1\nTABLE = {'a': A.f}\n"
    ),
    "a class method": using(
        TABLE, "class A:\n    @classmethod\n    def f(cls, x):\n        return x + 1\nTABLE = {'a': A.f}\n"
    ),
    "a decorator without wraps": using(
        WORK.format("f"),
        "def twice(g):\n    def inner(x):\n        return g(g(x)) + 1\n    return inner\n"
        "@twice\ndef f(x):\n    return x\n",
    ),
    "what a decorator without wraps decorates": using(
        WORK.format("f"),
        "def twice(g):\n    def inner(x):\n        return g(g(x))\n    return inner\n"
        "@twice\ndef f(x):\n    return x + 1\n",
    ),
    "a decorator with wraps": using(
        WORK.format("f"),
        "import functools\ndef twice(g):\n    @functools.wraps(g)\n    def inner(x):\n        return g(g(x)) + 1\n"
        "    return inner\n@twice\ndef f(x):\n    return x\n",
    ),
    "functools.partial": using(
        TABLE, "import functools\ndef f(x, n):\n    return x + n\nTABLE = {'a': functools.partial(f, n=1)}\n"
    ),
    "what functools.partial binds": using(
        TABLE, "import functools\ndef f(x, n):\n    return x + 1\nTABLE = {'a': functools.partial(f, n=3)}\n"
    ),
    "a callable object": using(
        TABLE, "class F:\n    def __call__(self, x):\n        return x + 1\nTABLE = {'a': F()}\n"
    ),
    "a table by comprehension": using(
        TABLE, "def a(x):\n    return x + 1\nTABLE = {f.__name__: f for f in (a,)}\n"
    ),
    "a table by a loop": using(
        TABLE, "def a(x):\n    return x + 1\nTABLE = {}\nfor f in (a,):\n    TABLE[f.__name__] = f\n"
    ),
    "the loop that fills a table": using(
        TABLE, "def a(x):\n    return x\nTABLE = {}\nfor n in range(1):\n    TABLE['a'] = a\n"
    ),
    "a table that is updated": using(
        TABLE, "def a(x):\n    return x + 1\nTABLE = {}\nTABLE.update(a=a)\n"
    ),
    "a default of an argument": using(
        WORK.format("f"), "def g(x):\n    return x + 1\ndef f(x, h=g):\n    return h(x)\n"
    ),
    "a function within a method": using(
        WORK.format("F"),
        "class F:\n    def __new__(cls, x):\n        def inner(y):\n            return helper(y)\n        return inner(x)\n"
        "def helper(y):\n    return y + 1\n",
    ),
    "a function with the name of the method that calls it": using(
        WORK.format("A"),
        "class A:\n    def f(self, x):\n        return f(x)\ndef f(x):\n    return x + 1\n",
    ),
    "nonlocal": using(
        WORK.format("f"),
        "def f(x):\n    n = 0\n    def g():\n        nonlocal n\n        n += 1\n    g()\n    return x + n\n",
    ),
    "global": using(
        WORK.format("f"), "def set_up():\n    global N\n    N = 1\ndef f(x):\n    set_up()\n    return x + N\n"
    ),
    "global of a name that the module does not have": using(
        WORK.format("f"), "def set_up():\n    global N\n    N = 1\nset_up()\ndef f(x):\n    return x + N\n"
    ),
    "an attribute of a class set later": using(
        WORK.format("f"), "class A:\n    n = 0\nA.n = 1\ndef f(x):\n    return x + A.n\n"
    ),
    "an attribute of a class of another module": Case(
        {"use": "from aestudy import plugin\nfrom aestudy.other import A\ndef work(x):\n    return x + A.n\n",
         "other": "class A:\n    n = 0\n", "plugin": "from aestudy.other import A\nA.n = 0 + 1\n"},
        edit=("plugin", "+ 1", "+ 2"),
    ),
    "a patch of another module": Case(
        {"use": "from aestudy import plugin, other\ndef work(x):\n    return other.f(x)\n",
         "other": "def f(x):\n    return x\n",
         "plugin": "from aestudy import other\ndef g(x):\n    return x + 1\nother.f = g\n"},
        edit=("plugin", "+ 1", "+ 2"),
    ),
    "a patch of a library": Case(
        {"use": "import numpy\nfrom aestudy import plugin\ndef work(x):\n    return numpy.sin(x)\n",
         "plugin": "import numpy\nnumpy.sin = lambda x: x + 1\n"},
        edit=("plugin", "+ 1", "+ 2"),
    ),
    "a setting of a library": Case(
        {"use": "from aestudy import plugin\ndef work(x):\n    return x\n",
         "plugin": "import numpy\nnumpy.seterr(all='raise')\n"},
        edit=("plugin", "raise", "warn"),
    ),
    "an import for its effect": Case(
        {"use": "import aestudy.plugin\ndef work(x):\n    return x\n", "plugin": "import numpy\n"},
        edit=("requirements.lock", "numpy==2.1.0", "numpy==2.2.0"),
    ),
    "a name deleted and made again": using(
        WORK.format("f"), "def f(x):\n    return x\ndel f\ndef f(x):\n    return x + 1\n"
    ),
    "the order of statements that bind a name": using(
        WORK.format("f"), "N = 3\nM = N\nN = 4\ndef f(x):\n    return x + M + N\n",
        edit=("other", "M = N\nN = 4\n", "N = 4\nM = N\n"),
    ),
    "a name that is bound again": Case(
        {"use": WORK.format("f"), "third": "def f(x):\n    return x\n",
         "other": "from aestudy.third import f\ndef cache(f):\n    return lambda x: f(x) + 1\nf = cache(f)\n"},
    ),
    "an import whose name is bound again": Case(
        {"use": WORK.format("f"), "other": "from aestudy.third import f\ndef cache(f):\n    return f\nf = cache(f)\n",
         "third": "def f(x):\n    return x + 1\n"},
        edit=("third", "1", "2"),
    ),
    "an import within a function of a name that the module has": Case(
        {"use": "def f(x):\n    return x\ndef work(x):\n    from aestudy.other import f\n    return f(x)\n",
         "other": "def f(x):\n    return x + 1\n"},
    ),
    "a function of the standard library in place of another": using(
        "from math import floor as near\ndef work(x):\n    return near(x)\n",
        edit=("use", "floor", "ceil"),
    ),
    "a function of a library in place of another": using(
        "from numpy import floor as near\ndef work(x):\n    return near(x)\n",
        edit=("use", "floor", "ceil"),
    ),
    "another of two functions with one name": Case(
        {"use": "from aestudy import other, third\ndef work(x):\n    return other.f(x) - third.f(x)\n",
         "other": "def f(x):\n    return x + 1\n", "third": "def f(x):\n    return x + 3\n"},
        edit=("use", "other.f(x) - third.f(x)", "third.f(x) - other.f(x)"),
    ),
    "another of two functions that differ in what they call": Case(
        {"use": "from aestudy import other, third\ndef work(x):\n    return other.f(x) - third.f(x)\n",
         "other": "def g(x):\n    return x + 1\ndef f(x):\n    return g(x)\n",
         "third": "def g(x):\n    return x + 3\ndef f(x):\n    return g(x)\n"},
        edit=("use", "other.f(x) - third.f(x)", "third.f(x) - other.f(x)"),
    ),
    "the second of two functions with one name": Case(
        {"use": "from aestudy import other, third\ndef work(x):\n    return other.f(x) - third.f(x)\n",
         "other": "def f(x):\n    return x\n", "third": "def f(x):\n    return x + 1\n"},
        edit=("third", "1", "2"),
    ),
    "a walrus": using(WORK.format("f"), "print(n := 1)\ndef f(x):\n    return x + n\n"),
    "a walrus in a comprehension": using(
        WORK.format("f"), "A = [n := i for i in range(1)]\ndef f(x):\n    return x + n\n"
    ),
    "an import in a class body": Case(
        {"use": "class A:\n    from aestudy.other import f\ndef work(x):\n    return A.f(x)\n",
         "other": "def f(x):\n    return x + 1\n"},
    ),
    "fields of a dataclass": using(
        WORK.format("A"),
        "from dataclasses import dataclass\nfrom typing import ClassVar\n@dataclass\nclass A:\n    x: int\n    n: 'int' = 0\n",
        edit=("other", "'int'", "'ClassVar[int]'"),
    ),
    "a value in an annotation of a class": using(
        WORK.format("A"),
        "from typing import Annotated\nLIMIT = 1\nclass A(dict):\n    x: Annotated[int, LIMIT]\n",
    ),
    "annotations that are read": using(
        "from typing import get_type_hints\nfrom aestudy.other import f\ndef work(x):\n    return get_type_hints(f)\n",
        "def f(x: int):\n    return x\n", edit=("other", "int", "float"),
    ),
    "annotations that a decorator of a library may read": using(
        WORK.format("f"), "import numpy\n@numpy.checked\ndef f(x: int):\n    return x\n",
        edit=("other", "int", "float"),
    ),
    "annotations of singledispatch": using(
        WORK.format("f"),
        "from functools import singledispatch\n@singledispatch\ndef f(x):\n    return x\n"
        "@f.register\ndef _(x: int):\n    return x + 3\n",
        edit=("other", "int", "float"),
    ),
    "a docstring that is used": using(
        "from aestudy.other import f\ndef work(x):\n    return f.__doc__\n", 'def f(x):\n    """Add 1."""\n'
    ),
    "a module's docstring that is used": using(
        "from aestudy.other import f\ndef work(x):\n    return f(x)\n", '"""Add 1."""\ndef f(x):\n    return __doc__\n'
    ),
    "if not TYPE_CHECKING": using(
        WORK.format("f"),
        "from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    def f(x):\n        return x + 1\n",
    ),
    "else of TYPE_CHECKING": using(
        WORK.format("f"),
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from aestudy.third import f\nelse:\n"
        "    def f(x):\n        return x + 1\n",
    ),
    "a name of the module's own called TYPE_CHECKING": using(
        WORK.format("f"), "TYPE_CHECKING = True\nif TYPE_CHECKING:\n    def f(x):\n        return x + 1\n"
    ),
    "a name given as text to getattr": using(
        "from aestudy import other\ndef work(x):\n    return getattr(other, 'f')(x)\n", "def f(x):\n    return x + 1\n"
    ),
    "a computed name given to getattr": using(
        "from aestudy import other\ndef work(x):\n    return getattr(other, 'f' + x)(x)\n",
        "def f(x):\n    return x + 1\n",
    ),
    "an import within a module that is handed on": Case(
        {"use": "from aestudy import other\ndef work(x):\n    return getattr(other, 'f' + x)(x)\n",
         "other": "from aestudy.third import f\n", "third": "def f(x):\n    return x + 1\n"},
        edit=("third", "1", "2"),
    ),
    "vars of a module": using(
        "from aestudy import other\ndef work(x):\n    return vars(other)['f'](x)\n", "def f(x):\n    return x + 1\n"
    ),
    "the dictionary of a module": using(
        "from aestudy import other\ndef work(x):\n    return other.__dict__['f'](x)\n", "def f(x):\n    return x + 1\n"
    ),
    "globals": using(
        WORK.format("g"), "def f(x):\n    return x + 1\ndef g(x):\n    return globals()['f'](x)\n"
    ),
    "import_module with a name": using(
        "import importlib\ndef work(x):\n    return importlib.import_module('aestudy.other').f(x)\n",
        "def f(x):\n    return x + 1\n",
    ),
    "__import__ with a name": using(
        "def work(x):\n    return __import__('aestudy.other').other.f(x)\n", "def f(x):\n    return x + 1\n"
    ),
    "a program that is started by the module's name": using(
        "import subprocess, sys\ndef work(x):\n    subprocess.run([sys.executable, '-m', 'aestudy.other'])\n",
        "print(1)\n",
    ),
    "a function named by text": using(
        "LOADER = 'aestudy.other:f'\ndef work(x):\n    return LOADER\n", "def f(x):\n    return x + 1\n"
    ),
}  # fmt: skip
"""Ways to define and reach something."""

_F = "def f(x):\n    return x + 1\n"
COMPOUND = {
    name: using(WORK.format("f"), text)
    for name, text in {
        "if": "import sys\nif sys.platform:\n    def f(x):\n        return x + 1\n",
        "else": "import sys\nif not sys.platform:\n    pass\nelse:\n    def f(x):\n        return x + 1\n",
        "the condition of an if": "import sys\nif sys.argv[1:]:\n    def f(x):\n        return x\n",
        "with": "import contextlib\nwith contextlib.suppress(ValueError):\n    def f(x):\n        return x + 1\n",
        "as of with": "import contextlib\nwith contextlib.nullcontext(1) as n:\n    pass\ndef f(x):\n    return n\n",
        "try": "try:\n    import fast_but_missing\nexcept ImportError:\n    def f(x):\n        return x + 1\n",
        "for": "for n in range(1):\n    pass\ndef f(x):\n    return n\n",
        "while": "n = 0\nwhile n < 1:\n    n += 3\ndef f(x):\n    return n\n",
        "match": "match 1:\n    case n:\n        pass\ndef f(x):\n    return n\n",
        "a nested if": "import sys\nif sys.platform:\n    try:\n        n = 1\n    finally:\n        pass\ndef f(x):\n    return n\n",
    }.items()
}  # fmt: skip
"""Names defined in compound statements at the top of another module."""

REGISTRIES = {
    "a decorator": registered("from aestudy.other import register\n@register\ndef a(x):\n    return x + 1\n"),
    "a decorator with arguments": registered(
        "from aestudy.other import register\n@register('a')\ndef b(x):\n    return x + 1\n",
        "TABLE = {}\ndef register(name):\n    def add(f):\n        TABLE[name] = f\n        return f\n    return add\n",
    ),
    "a decorator of another module": registered(
        "from aestudy.third import register\n@register\ndef a(x):\n    return x + 1\n", "TABLE = {}\n",
    ),
    "a method of a registry": registered(
        "from aestudy.other import TABLE\n@TABLE.add\ndef a(x):\n    return x + 1\n",
        "class Registry(dict):\n    def add(self, f):\n        self[f.__name__] = f\n        return f\nTABLE = Registry()\n",
    ),
    "a call": registered("from aestudy.other import register\ndef a(x):\n    return x + 1\nregister(a)\n"),
    "a call whose value is kept": registered(
        "from aestudy.other import register\na = register(lambda x: x + 1)\n"
    ),
    "a call of a call": registered(
        "from aestudy.other import register\ndef wrap(f):\n    return register(f)\na = wrap(lambda x: x + 1)\n"
    ),
    "a call with the table": registered(
        "from aestudy.other import TABLE, add\na = add(TABLE, lambda x: x + 1)\n",
        "TABLE = {}\ndef add(table, f):\n    table['a'] = f\n    return f\n",
    ),
    "a table handed on": registered(
        "from aestudy.other import register\na = register(lambda x: x + 1)\n",
        "TABLE = {}\ndef add(table, f):\n    table['a'] = f\n    return f\ndef register(f):\n    return add(TABLE, f)\n",
    ),
    "another name of the table": registered(
        "from aestudy.other import register\na = register(lambda x: x + 1)\n",
        "TABLE = {}\ndef register(f):\n    table = TABLE\n    table['a'] = f\n    return f\n",
    ),
    "an entry": registered("from aestudy.other import TABLE\nTABLE['a'] = lambda x: x + 1\n"),
    "setdefault": registered("from aestudy.other import TABLE\na = TABLE.setdefault('a', lambda x: x + 1)\n"),
    "map": registered(
        "from aestudy.other import register\ndef a(x):\n    return x + 1\nA = list(map(register, [a]))\n"
    ),
    "a comprehension": registered(
        "from aestudy.other import register\ndef a(x):\n    return x + 1\nA = [register(f) for f in (a,)]\n"
    ),
    "a loop": registered(
        "from aestudy.other import TABLE\ndef a(x):\n    return x + 1\nfor f in (a,):\n    TABLE['a'] = f\n"
    ),
    "an object that registers itself": registered(
        "from aestudy.other import Kind\nA = Kind(lambda x: x + 1)\n",
        "TABLE = {}\nclass Kind:\n    def __init__(self, f):\n        TABLE['a'] = f\n",
    ),
    "an object in a list of its class": registered(
        "from aestudy.other import Kind\nA = Kind(lambda x: x + 1)\n",
        "class Kind:\n    all = []\n    def __init__(self, f):\n        self.all.append(f)\nTABLE = {'a': Kind.all}\n",
    ),
    "__init_subclass__": registered(
        "from aestudy.other import Base\nclass A(Base):\n    def f(self, x):\n        return x + 1\n",
        "TABLE = {}\nclass Base:\n    def __init_subclass__(cls):\n        TABLE['a'] = cls\n",
    ),
    "a metaclass": registered(
        "from aestudy.other import Base\nclass A(Base):\n    def f(self, x):\n        return x + 1\n",
        "TABLE = {}\nclass Meta(type):\n    def __init__(cls, *rest):\n        TABLE['a'] = cls\n"
        "class Base(metaclass=Meta):\n    pass\n",
    ),
    "__subclasses__": registered(
        "from aestudy.other import Base\nclass A(Base):\n    def f(self, x):\n        return x + 1\n",
        "class Base:\n    pass\ndef TABLE():\n    return Base.__subclasses__()\n",
    ),
    "singledispatch": registered(
        "from aestudy.other import TABLE\n@TABLE.register\ndef _(x: int):\n    return x + 1\n",
        "from functools import singledispatch\n@singledispatch\ndef TABLE(x):\n    return x\n",
    ),
    "a virtual subclass": registered(
        "from aestudy.other import Base\n@Base.register\nclass A:\n    def f(self, x):\n        return x + 1\n",
        "import abc\nclass Base(abc.ABC):\n    pass\ndef TABLE(x):\n    return isinstance(x, Base)\n",
    ),
    "a method that keeps what it is given": registered(
        "from aestudy.other import register\na = register(lambda x: x + 1)\n",
        "class Registry:\n    def keep(self, f):\n        self.last = f\n        return f\nTABLE = Registry()\n"
        "def register(f):\n    return TABLE.keep(f)\n",
    ),
    "a lambda that is called": registered(
        "from aestudy.other import TABLE\na = (lambda f: TABLE.update(a=f))(lambda x: x + 1)\n"
    ),
    "a function out of a table": registered(
        "from aestudy.other import HOOKS\na = HOOKS['a'](lambda x: x + 1)\n",
        REGISTRY + "HOOKS = {'a': register}\n",
    ),
    "a function of the library that sets": registered(
        "import operator\nfrom aestudy.other import TABLE\na = operator.setitem(TABLE, 'a', lambda x: x + 1)\n"
    ),
    "a field that counts objects": registered(
        "from aestudy.other import Kind\nA = Kind(lambda x: x + 1)\n",
        "from dataclasses import dataclass, field\nTABLE = []\n"
        "def count():\n    TABLE.append(1)\n    return len(TABLE)\n"
        "@dataclass\nclass Kind:\n    f: int\n    n: int = field(default_factory=count)\n",
    ),
    "a context": registered(
        "from aestudy.other import TABLE\nwith TABLE:\n    A = lambda x: x + 1\n",
        "class Table:\n    def __enter__(self):\n        self.n = 1\n    def __exit__(self, *rest):\n        pass\n"
        "TABLE = Table()\n",
    ),
    "all of a module that acts": registered(
        "from aestudy.other import register\nregister(len)\ndef a(x):\n    return x + 1\n"
    ),
    "what a module that acts uses": registered(
        "from aestudy.third import helper\nfrom aestudy.other import register\nregister(len)\n"
        "def a(x):\n    return helper(x)\n",
    ),
    "an assignment to nothing": registered("import numpy\n_ = numpy.seterr(over=0 + 1)\n"),
    "in a class body": registered(
        "from aestudy.other import register\nclass A:\n    def f(x):\n        return x + 1\n    register(f)\n"
    ),
    "imported by a package": Case(
        {"use": "from aestudy import plugins\nfrom aestudy.other import TABLE\ndef work(x):\n    return TABLE\n",
         "other": REGISTRY, "aestudy/plugins/__init__.py": "from aestudy.plugins import one\n",
         "aestudy/plugins/one.py": "from aestudy.other import register\n@register\ndef a(x):\n    return x + 1\n"},
        edit=("aestudy/plugins/one.py", "+ 1", "+ 2"),
    ),
    "imported within a function": registered(
        "from aestudy.other import register\n@register\ndef a(x):\n    return x + 1\n",
        use="def work(x):\n    import aestudy.plugin\n    from aestudy.other import TABLE\n    return TABLE\n",
    ),
}  # fmt: skip
REGISTRIES["a decorator of another module"].files["third"] = (
    "from aestudy.other import TABLE\ndef register(f):\n    TABLE['a'] = f\n    return f\n"
)
REGISTRIES["what a module that acts uses"] = Case(
    {**REGISTRIES["what a module that acts uses"].files, "third": "def helper(x):\n    return x + 1\n"},
    edit=("third", "+ 1", "+ 2"),
)
"""Tables that are filled from elsewhere when modules are imported."""

MODULES = {
    "a star import": using("from aestudy.other import *\ndef work(x):\n    return f(x)\n", _F),
    "a star import of a star import": Case(
        {"use": "from aestudy.other import *\ndef work(x):\n    return f(x)\n",
         "other": "from .third import *\n", "third": _F}, edit=("third", "1", "2"),
    ),
    "a star import of a library": Case(
        {"use": "from numpy import *\ndef work(x):\n    return sqrt(x)\n"},
        edit=("requirements.lock", "numpy==2.1.0", "numpy==2.2.0"),
    ),
    "a package that acts": Case(
        {"use": "from aestudy.pages.one import f\ndef work(x):\n    return f(x)\n",
         "aestudy/pages/__init__.py": "import numpy\nnumpy.seterr(all='raise')\n", "aestudy/pages/one.py": _F},
        edit=("aestudy/pages/__init__.py", "raise", "warn"),
    ),
    "the outermost package that acts": Case(
        {"use": "def work(x):\n    return x\n", "aestudy/__init__.py": "print(1)\n"},
        edit=("aestudy/__init__.py", "1", "2"),
    ),
    "relative imports of several levels": Case(
        {"use": "from aestudy.a.b.c import g\ndef work(x):\n    return g(x)\n", "aestudy/a/__init__.py": "",
         "aestudy/a/b/__init__.py": "", "other": _F,
         "aestudy/a/b/c.py": "from ...other import f\ndef g(x):\n    return f(x)\n"},
    ),
    "a relative import of a module": Case(
        {"use": "from . import other\ndef work(x):\n    return other.f(x)\n", "other": _F}),
    "a relative import in __init__": Case(
        {"use": "from aestudy.a import f\ndef work(x):\n    return f(x)\n", "aestudy/a/__init__.py": "from .b import f\n",
         "aestudy/a/b.py": _F}, edit=("aestudy/a/b.py", "1", "2"),
    ),
    "a package without __init__": Case(
        {"use": "from aestudy.a.b import f\ndef work(x):\n    return f(x)\n", "aestudy/a/b.py": _F},
        edit=("aestudy/a/b.py", "1", "2"),
    ),
    "a package that hides a module": Case(
        {"use": "from aestudy.other import f\ndef work(x):\n    return f(x)\n", "other": "def f(x):\n    return x\n",
         "aestudy/other/__init__.py": _F}, edit=("aestudy/other/__init__.py", "1", "2"),
    ),
    "a module that hides a folder": Case(
        {"use": "from aestudy.other import f\ndef work(x):\n    return f(x)\n", "other": _F,
         "aestudy/other/f.py": "f = 3\n"},
    ),
    "a compiled module": Case(
        {"use": "from aestudy.fast import f\ndef work(x):\n    return f(x)\n",
         "aestudy/fast.cpython-311-x86_64-linux-gnu.so": "machine code 1"},
        edit=("aestudy/fast.cpython-311-x86_64-linux-gnu.so", "1", "2"),
    ),
    "a script that imports another": Case(
        {"scripts/job.py": "from common_parts import f\nprint(f(1))\n", "scripts/common_parts.py": _F},
        edit=("scripts/common_parts.py", "1", "2"),
    ),
    "a conditional import": Case(
        {"use": "import sys\nif sys.platform:\n    from aestudy.other import f\nelse:\n    from aestudy.third import f\n"
                "def work(x):\n    return f(x)\n", "other": _F, "third": _F},
        edit=("third", "1", "2"),
    ),
    "which import comes first": Case(
        {"use": "try:\n    from aestudy.other import f\nexcept ImportError:\n    from aestudy.third import f\n"
                "def work(x):\n    return f(x)\n", "other": _F, "third": "def f(x):\n    return x\n"},
        edit=("use", "other import f\nexcept ImportError:\n    from aestudy.third",
              "third import f\nexcept ImportError:\n    from aestudy.other"),
    ),
    "import a.b as c": Case({"use": "import aestudy.other as o\ndef work(x):\n    return o.f(x)\n", "other": _F}),
    "import a.b": Case({"use": "import aestudy.other\ndef work(x):\n    return aestudy.other.f(x)\n", "other": _F}),
    "a name that __init__ and a module have": Case(
        {"use": "from aestudy.a import f\ndef work(x):\n    return f(x)\n", "aestudy/a/__init__.py": "from .f import f\n",
         "aestudy/a/f.py": _F}, edit=("aestudy/a/f.py", "1", "2"),
    ),
}  # fmt: skip
"""Ways to import."""

DATA = "aestudy/data/"
_READ = "from aestudy.data.read import f\ndef work(x):\n    return f(x)\n"


def reading(read: str, file: str = "table.json", **more) -> Case:
    """Make a case of a module that reads a file beside it, which changes."""
    files = {"use": _READ, "aestudy/data/__init__.py": "", "aestudy/data/read.py": read, DATA + file: "1"}
    files.setdefault(DATA + "unnamed.json", "1")
    files.setdefault(DATA + "folder/inner.html", "1")
    return Case(files, **{"edit": (DATA + file, "1", "2"), **more})


_PATH = "from pathlib import Path\n"
DATA_FILES = {
    "with_name": reading(_PATH + "def f(x):\n    return Path(__file__).with_name('table.json').read_text()\n"),
    "with_name in a constant": reading(
        _PATH + "TABLE = Path(__file__).with_name('table.json')\ndef f(x):\n    return TABLE.read_text()\n"
    ),
    "parent and a name": reading(
        _PATH + "def f(x):\n    return (Path(__file__).resolve().parent / 'folder' / 'inner.html').read_text()\n",
        "folder/inner.html",
    ),
    "parents": reading(
        _PATH + "def f(x):\n    return (Path(__file__).parents[1] / 'data' / 'table.json').read_text()\n"
    ),
    "a folder": reading(
        _PATH + "def f(x):\n    return list((Path(__file__).parent / 'folder').iterdir())\n", "folder/inner.html"
    ),
    "a computed name": reading(
        _PATH + "def f(x):\n    return (Path(__file__).parent / f'{x}.json').read_text()\n"
    ),
    "the suffix": reading(_PATH + "def f(x):\n    return Path(__file__).with_suffix('.json').read_text()\n", "read.json"),
    "a glob": reading(_PATH + "def f(x):\n    return list(Path(__file__).parent.glob('*.json'))\n"),
    "os.path": reading(
        "import os\ndef f(x):\n    return open(os.path.join(os.path.dirname(__file__), 'table.json')).read()\n"
    ),
    "importlib.resources": reading(
        "from importlib.resources import files\ndef f(x):\n    return (files('aestudy.data') / 'table.json').read_text()\n"
    ),
    "importlib.resources of the own package": reading(
        "import importlib.resources\ndef f(x):\n"
        "    return importlib.resources.files(__package__).joinpath('table.json').read_text()\n"
    ),
    "importlib.resources within a function": reading(
        "def f(x):\n    from importlib.resources import files\n    return files('aestudy.data').joinpath(x).read_text()\n"
    ),
    "pkgutil": reading("import pkgutil\ndef f(x):\n    return pkgutil.get_data('aestudy.data', 'table.json')\n"),
    "a loader of templates": reading(
        "import jinja2\ndef f(x):\n    return jinja2.PackageLoader('aestudy.data', 'folder')\n", "folder/inner.html"
    ),
    "the name alone": reading("def f(x):\n    return read(__spec__, 'table.json')\ndef read(a, b):\n    return a\n"),
    "the file of another module": Case(
        {"use": "from pathlib import Path\nfrom aestudy import data\ndef work(x):\n"
                "    return (Path(data.__file__).parent / 'table.json').read_text()\n",
         "aestudy/data/__init__.py": "", DATA + "table.json": "1"}, edit=(DATA + "table.json", "1", "2"),
    ),
    "a file outside of the package": Case(
        {"use": "from pathlib import Path\ndef work(x):\n"
                "    return Path(__file__).parents[1].joinpath('schemas', 'a.yaml').read_text()\n",
         "schemas/a.yaml": "1"}, edit=("schemas/a.yaml", "1", "2"),
    ),
    "a file that is not named": reading(
        _PATH + "def f(x):\n    return Path(__file__).with_name('table.json').read_text()\n",
        edit=(DATA + "unnamed.json", "1", "2"), expected=UNCHANGED,
    ),
    "a folder that is not named": reading(
        _PATH + "def f(x):\n    return Path(__file__).with_name('table.json').read_text()\n",
        edit=(DATA + "folder/inner.html", "1", "2"), expected=UNCHANGED,
    ),
    "a file that only a definition names that is not reached": reading(
        _PATH + "TABLE = Path(__file__).with_name('table.json')\ndef f(x):\n    return x\n", expected=UNCHANGED,
    ),
    "any folder above": reading(
        _PATH + "def f(x):\n    return [p for p in Path(__file__).parents if (p / x).exists()]\n",
        expected=r"read\.py:3: it is not clear which files",
    ),
    "the whole project": reading(
        _PATH + "ROOT = Path(__file__).parents[2]\ndef f(x):\n    return ROOT\n",
        expected=r"read\.py:2: it is not clear which files",
    ),
}  # fmt: skip
"""Files beside modules."""

_WHERE = r"{}\.py:{}: "
REFUSED = {
    name: using(text, "1\n", expected=sentence)
    for name, (text, sentence) in {
        "a name that nothing defines": (
            "def work(x):\n    return nothing(x)\n", r"use\.py:2: nothing cannot be resolved"
        ),
        "an import of nothing": (
            "from aestudy.other import nothing\ndef work(x):\n    return nothing(x)\n",
            r"use\.py:3: nothing cannot be resolved, aestudy\.other has no nothing",
        ),
        "an attribute of a module that is not there": (
            "from aestudy import other\ndef work(x):\n    return other.nothing(x)\n",
            r"use\.py:3: other\.nothing cannot be resolved, aestudy\.other has no nothing",
        ),
        "a module that is not there": (
            "from aestudy.nothing import f\ndef work(x):\n    return f(x)\n",
            r"use\.py:3: f cannot be resolved, there is no module aestudy\.nothing",
        ),
        "import_module with a computed name": (
            "import importlib\ndef work(x):\n    return importlib.import_module('aestudy.' + x)\n",
            r"use\.py:3: what importlib\.import_module reaches cannot be followed",
        ),
        "import_module under another name": (
            "from importlib import import_module as load\nNAMES = ['aestudy.other']\n"
            "def work(x):\n    return [load(name) for name in NAMES]\n",
            r"use\.py:4: what importlib\.import_module reaches",
        ),
        "import_module with a wrong name": (
            "import importlib\ndef work(x):\n    return importlib.import_module('aestudy.nothing')\n",
            r"use\.py:3: aestudy has no nothing",
        ),
        "__import__ with a computed name": (
            "def work(x):\n    return __import__(x)\n", r"use\.py:2: what __import__ reaches"
        ),
        "exec": ("def work(x):\n    exec(x)\n", r"use\.py:2: what exec reaches"),
        "eval": ("def work(x):\n    return eval('x + 1')\n", r"use\.py:2: what eval reaches"),
        "sys.modules": ("import sys\ndef work(x):\n    return sys.modules[x].f()\n", r"use\.py:3: what sys\.modules"),
        "sys.path": ("import sys\nsys.path.append('.')\ndef work(x):\n    return x\n", r"use\.py:2: what sys\.path"),
        "runpy": ("import runpy\ndef work(x):\n    return runpy.run_path(x)\n", r"use\.py:3: what runpy"),
        "a loader of files": (
            "from importlib.util import spec_from_file_location as spec\ndef work(x):\n    return spec('a', x)\n",
            r"use\.py:3: what importlib\.util\.spec_from_file_location",
        ),
        "a walk over modules": (
            "import pkgutil\nimport aestudy\ndef work(x):\n    return list(pkgutil.iter_modules(aestudy.__path__))\n",
            r"use\.py:4: what pkgutil\.iter_modules",
        ),
        "entry points": (
            "from importlib.metadata import entry_points\ndef work(x):\n    return entry_points(group=x)\n",
            r"use\.py:3: what importlib\.metadata\.entry_points",
        ),
        "a name made by globals": (
            "for name in 'ab':\n    globals()[name] = name\ndef work(x):\n    return a\n",
            r"use\.py:4: a cannot be resolved",
        ),
        "a relative import out of the package": (
            "from ...other import f\ndef work(x):\n    return f(x)\n",
            r"use\.py:1: a relative import with 3 dots leads out of the package",
        ),
        "no Python": ("def work(x:\n", r"use\.py:1: this is no valid Python"),
        "the source of a function": (
            "import inspect\ndef work(x):\n    return inspect.getsource(work)\n", r"use\.py:3: what inspect\.getsource"
        ),
    }.items()
}  # fmt: skip
REFUSED["a lazy package"] = Case(
    {"use": "from aestudy.a import f\ndef work(x):\n    return f(x)\n",
     "aestudy/a/__init__.py": "def __getattr__(name):\n    return name\n"},
    edit=("use", "x", "y"), expected=r"use\.py:3: f cannot be resolved, aestudy\.a has no f \(its __getattr__",
)  # fmt: skip
"""What is refused with a sentence."""

NOTHING_ELSE = {
    "a comment": using(WORK.format("f"), "def f(x):\n    return x  # 1\n", expected=UNCHANGED),
    "a docstring": using(WORK.format("f"), 'def f(x):\n    """Say 1."""\n    return x\n', expected=UNCHANGED),
    "a text below a constant": using(WORK.format("N"), 'N = 3\n"""Say 1."""\n', expected=UNCHANGED),
    "an annotation of a function": using(
        WORK.format("f"), "def f(x: int) -> int:\n    y: int = x\n    return y\n", expected=UNCHANGED,
        edit=("other", "int", "float"),
    ),
    "an annotation of a constant": using(
        WORK.format("N"), "N: int = 3\n", expected=UNCHANGED, edit=("other", "int", "float")
    ),
    "a function that is not reached": using(
        WORK.format("f"), "def f(x):\n    return x\ndef g(x):\n    return x + 1\n", expected=UNCHANGED
    ),
    "a constant that is not reached": using(
        WORK.format("f"), "def f(x):\n    return x\nN = max(1, 3)\n", expected=UNCHANGED
    ),
    "a function of which only another one uses a helper": using(
        WORK.format("f"), "import functools\ndef f(x):\n    return x\n@functools.cache\ndef g(x):\n    return x + 1\n",
        expected=UNCHANGED,
    ),
    "a table that is not reached": using(
        WORK.format("f"),
        "from dataclasses import dataclass\n@dataclass\nclass Kind:\n    f: int\ndef f(x):\n    return x\n"
        "def g(x):\n    y = [x]\n    y[0] = 1\n    return y\nTABLE = {'g': Kind(g)}\n",
        expected=UNCHANGED,
    ),
    "what only type checkers read": using(
        WORK.format("f"),
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from aestudy.third1 import A\n"
        "def f(x: 'A'):\n    return x\n", expected=UNCHANGED,
    ),
    "the name of an import": Case(
        {"use": "import numpy as np\ndef work(x):\n    return np.sqrt(x)\n"},
        edit=("use", "np", "numpy_itself"), expected=UNCHANGED,
    ),
    "an import by another way": Case(
        {"use": "from aestudy import other\ndef work(x):\n    return other.f(x)\n", "other": _F},
        edit=("use", "from aestudy import other\ndef work(x):\n    return other.f(x)",
              "def work(x):\n    from aestudy.other import f as g\n    return g(x)"),
        expected=UNCHANGED,
    ),
    "the name of a parameter that a function has": using(
        WORK.format("f"), "def f(g):\n    return g\ndef g(x):\n    return x + 1\n", expected=UNCHANGED
    ),
    "a library that is not used": Case(
        {"use": "import numpy\ndef work(x):\n    return x\ndef other(x):\n    return numpy.sqrt(x)\n"},
        edit=("requirements.lock", "numpy==2.1.0", "numpy==2.2.0"), expected=UNCHANGED,
    ),
    "an optional import that is missing": using(
        WORK.format("f"), "try:\n    import not_there\nexcept ImportError:\n    not_there = None\n"
        "def f(x):\n    return x if not_there else 3\ndef g(x):\n    return 1\n", expected=UNCHANGED,
    ),
    "a function beside what a factory makes": using(
        WORK.format("f"), "def make(n):\n    def f(x):\n        return x + n\n    return f\nf = make(3)\n"
        "def g(x):\n    return x + 1\n", expected=UNCHANGED,
    ),
    "a function beside classes that derive from others": using(
        WORK.format("f"), "class A:\n    def set(self, x):\n        self.x = x\nclass B(A):\n    pass\n"
        "def f(x):\n    return B()\ndef g(x):\n    return x + 1\n", expected=UNCHANGED,
    ),
    "the order of imports": Case(
        {"use": "import numpy\nimport math\nfrom aestudy.other import f\n"
                "def work(x):\n    return f(math.sqrt(numpy.sum(x)))\n", "other": _F},
        edit=("use", "import numpy\nimport math\n", "import math\nimport numpy\n"), expected=UNCHANGED,
    ),
    "a class that only the annotation of a field names": using(
        WORK.format("A"), "from dataclasses import dataclass\nclass B:\n    def g(self):\n        return 1\n"
        "@dataclass\nclass A:\n    b: B\n", expected=UNCHANGED,
    ),
    "a test in a program": using(
        WORK.format("f"), "def f(x):\n    return x\ndef main():\n    return 1\n", expected=UNCHANGED
    ),
}  # fmt: skip
"""What changes nothing."""

GROUPS = {
    "defined": DEFINED, "compound": COMPOUND, "registries": REGISTRIES, "modules": MODULES, "data": DATA_FILES,
    "refused": REFUSED, "nothing else": NOTHING_ELSE,
}  # fmt: skip
CASES = {f"{group}: {name}": case for group, cases in GROUPS.items() for name, case in cases.items()}
