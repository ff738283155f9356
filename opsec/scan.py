"""Let ``import opsec.scan`` work beside ``opsec.scan(...)``: both names mean the function.

The import system binds a loaded submodule to its package, which would hide the function behind this module.
It binds whatever stands in ``sys.modules``, so the function stands there. The code is in ``opsec.app.scan``.
"""

import sys

from opsec.app.scan import scan

sys.modules[__name__] = scan  # type: ignore[assignment]
