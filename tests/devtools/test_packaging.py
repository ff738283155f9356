"""The developer tools stay out of the wheel, and no module that is shipped needs them."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEVTOOLS = "opsec.devtools"


def imported_modules(source: str) -> Iterator[str]:
    """Every module or name that a source file imports, at any depth, as a dotted path."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def needs_devtools(source: str) -> bool:
    return any(f"{name}.".startswith(f"{DEVTOOLS}.") for name in imported_modules(source))


@pytest.mark.parametrize(
    ("source", "needs"),
    [
        ("import opsec.devtools", True),
        ("from opsec import devtools", True),
        ("from opsec.devtools.i18n import main", True),
        ("def f():\n    from opsec.devtools.ocr_training import fonts", True),
        ("from opsec.vision.ocr import charset", False),
        ("import opsec.devtools_of_others", False),
        ('"""See opsec.devtools."""', False),
    ],
)
def test_imports_of_the_tools_are_recognised(source: str, needs: bool) -> None:
    assert needs_devtools(source) is needs


def test_the_wheel_excludes_the_developer_tools() -> None:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = configuration["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["opsec"]
    assert "opsec/devtools" in wheel["exclude"]
    assert (ROOT / "opsec" / "devtools" / "__init__.py").is_file(), "the excluded folder is where the tools are"


def test_no_module_of_the_product_imports_the_developer_tools() -> None:
    product = [path for path in (ROOT / "opsec").rglob("*.py") if "devtools" not in path.relative_to(ROOT).parts]
    assert len(product) > 100
    assert [str(path) for path in product if needs_devtools(path.read_text("utf-8"))] == []


def test_no_command_of_the_package_points_to_the_developer_tools() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert not [target for target in scripts.values() if target.startswith(DEVTOOLS)]
