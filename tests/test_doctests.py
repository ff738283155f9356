"""Examples in docstrings give the documented results."""

import doctest
import importlib
import importlib.util
import pkgutil
from pathlib import Path

import pytest

import opsec

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(opsec.__path__, "opsec.")
    if not module.name.startswith("opsec.devtools") and not module.name.endswith(("__main__", "opsec.scan"))
)


def has_examples(module: str) -> bool:
    """Whether the source of a module contains an example; the module is not imported."""
    found = importlib.util.find_spec(module)
    assert found is not None
    assert found.origin is not None
    return ">>>" in Path(found.origin).read_text("utf-8")


@pytest.mark.parametrize("name", [name for name in MODULES if has_examples(name)])
def test_examples_in_docstrings(name: str) -> None:
    done = doctest.testmod(importlib.import_module(name))
    assert done.failed == 0
    assert done.attempted > 0


def test_every_module_can_be_imported() -> None:
    for name in MODULES:
        importlib.import_module(name)
