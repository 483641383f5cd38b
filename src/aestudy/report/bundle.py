"""The page's styles and script: small files in `assets`, and a policy that lets only them into effect.

The script is written as ECMAScript modules, one job each. Here they become one module: in the order in which
they import each other, without their `import` lines and the word `export`. So they share one scope, and a
name at the top level of one file must not be declared in another (a browser would refuse the page's script).
"""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "assets"

STYLES = ("page.css", "explorer.css", "tables.css", "print.css")

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z_]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)


def script(start: str = "main.js") -> str:
    """Join a module, the one that starts the page, and all that it imports."""
    parts: dict[str, str] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ValueError(f"the modules {' -> '.join([*path, name])} import each other in a circle")
        if name in parts:
            return
        text = (FOLDER / name).read_text(encoding="utf-8")
        for imported in _IMPORT.findall(text):
            visit(imported, (*path, name))
        parts[name] = _EXPORT.sub("", _IMPORT.sub("", text)).strip()

    visit(start, ())
    return "\n" + "\n\n".join(parts.values()) + "\n"


def styles() -> str:
    """Join the style sheets."""
    return "\n" + "\n".join((FOLDER / name).read_text(encoding="utf-8").strip() for name in STYLES) + "\n"


def policy(style: str, code: str) -> str:
    """Write a Content Security Policy: nothing is loaded, only this style and this script count."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(code)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def json_for_html(data: Any) -> str:
    """Write JSON for the inside of a `script` element: `<`, `>` and `&` are escaped."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
