"""Let ``import opsec.scan`` work beside ``opsec.scan(...)``: both names mean the function.

The import system binds a loaded submodule to its package, which would hide the function behind this module.
It binds the entry in ``sys.modules``, so the entry is the function. The function gets the ``__spec__`` of this module,
which ``importlib.util.find_spec`` expects of every entry. The code is in ``opsec.app.scan``.
"""

import sys

from opsec.app.scan import scan

scan.__spec__ = __spec__  # type: ignore[attr-defined]
sys.modules[__name__] = scan  # type: ignore[assignment]
