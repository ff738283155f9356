"""Finds the posted clips that expose one of your own bases, offline, with evidence.

import opsec
scan = opsec.scan(["inbox/"], sites="geofences/")
for result in scan.results:
    print(result.clip.path, result.verdict.action)

``opsec.rematch(case="opsec-case.db")`` holds all that a case file remembers against the sites as they are now.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from opsec.scan import rematch as rematch
    from opsec.scan import scan as scan

__all__ = ["__version__", "rematch", "scan"]


class _Face(ModuleType):
    """The package as a library sees it: ``opsec.scan`` is the function, also after its module is loaded.

    The functions arrive on first use, because ``opsec --help`` must not wait for the libraries of a scan.
    """

    @property
    def scan(self) -> Any:
        return import_module("opsec.scan").scan

    @scan.setter
    def scan(self, module: ModuleType) -> None:
        """The import system binds a loaded submodule to its package; the function keeps the name."""

    @property
    def rematch(self) -> Any:
        return import_module("opsec.scan").rematch


sys.modules[__name__].__class__ = _Face
