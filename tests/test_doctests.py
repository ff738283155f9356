"""Examples in docstrings give the documented results."""

import doctest
import importlib
import pkgutil

import pytest

import opsec

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(opsec.__path__, "opsec.")
    if not module.name.startswith("opsec.devtools") and not module.name.endswith(("__main__", "opsec.scan"))
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
