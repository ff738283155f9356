"""Find the posted clips that expose one of your own bases, offline, with evidence.

>>> import opsec
>>> scan = opsec.scan(["examples/posts/morning_run.mp4", "examples/posts/posts.csv"], sites="geofences")
>>> for result in scan.results:
...     print(result.clip.path, result.verdict.action, [finding.rule for finding in result.findings])
examples/posts/morning_run.mp4 act_now ['GPS-IN-FENCE']
examples/posts/posts.csv#1 act_now ['COORDINATES-WRITTEN']
examples/posts/football.mp4 nothing_found []
>>> scan.counts.flagged, scan.counts.not_fully_checked
(2, 0)

``opsec.rematch(case="opsec-case.db")`` matches everything in a case file with the sites as they are now. Errors are
``opsec.errors.OpsecError``. The package logs to the logger ``opsec`` at level DEBUG, without anything of a clip or a
site, and leaves the process-wide settings of the libraries that it uses as the host has set them.
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
