"""What reading the rules costs, before any job starts."""

import re
import subprocess
import sys

from support.study_configs import CHECKOUT

IMPORT = re.compile(r"^(?:from aestudy\S* import (?:\([^)]*\)|.*)|import aestudy.*)$", re.MULTILINE)


def test_reading_the_rules_imports_no_heavy_library_of_its_own():
    rules = "\n".join(path.read_text("utf-8") for path in (CHECKOUT / "workflow" / "rules").glob("*.smk"))
    imports = IMPORT.findall(rules)
    assert any("settings" in line for line in imports)
    heavy = {"jax", "flax", "optax", "matplotlib", "pandas", "scipy", "mlxtend", "PIL"}
    code = "\n".join(["import sys", *imports, f"print(sorted({heavy!r} & set(sys.modules)))"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
