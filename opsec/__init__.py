"""Find the posted clips that expose one of your own bases, offline, with evidence.

import opsec
scan = opsec.scan(["inbox/"], sites="geofences/")
for result in scan.results:
    print(result.clip.path, result.verdict.action)

``opsec.rematch(case="opsec-case.db")`` matches everything in a case file with the sites as they are now.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from opsec.app.scan import rematch as rematch
    from opsec.app.scan import scan as scan

__all__ = ["__version__", "rematch", "scan"]


def __getattr__(name: str) -> Any:
    """Import the functions on first use (PEP 562): ``opsec --help`` must not wait for the libraries of a scan."""
    if name in {"rematch", "scan"}:
        return getattr(import_module("opsec.app.scan"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
