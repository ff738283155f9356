"""Layering contract: imports follow the declared layers, and help loads no heavy library."""

import subprocess
import sys

import pytest
from importlinter.cli import lint_imports

HEAVY = ("cv2", "av", "shapely", "numpy", "sqlalchemy", "exifread", "jinja2", "ahocorasick")


def test_imports_point_one_way() -> None:
    assert lint_imports(no_cache=True) == 0


@pytest.mark.parametrize(
    "arguments", [["--help"], ["scan", "--help"], ["sites", "--help"], ["--version"]], ids=" ".join
)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_help_loads_nothing_heavy(arguments: list[str], lang: str) -> None:
    program = (
        "import sys, opsec.cli\n"
        f"code = opsec.cli.run(['--lang', {lang!r}, *{arguments!r}])\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.stderr.write(repr((code, heavy)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout
    assert done.stderr == "(0, [])"
