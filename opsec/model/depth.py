"""How deep a scan reads, and which stored readings are deep enough for it.

The version of the readers, under which a reading is stored, names the depth: ``quick:…`` and ``full:…``, and nothing
for the normal one.
"""

from typing import Literal, get_args

Depth = Literal["quick", "normal", "full"]
DEPTHS: tuple[Depth, ...] = get_args(Depth)

_QUICK, _FULL = "quick:", "full:"


def with_depth(version: str, depth: Depth) -> str:
    """Return the version of the readers for readings of this depth."""
    return version if depth == "normal" else f"{depth}:{version}"


def is_deep_enough(stored: str, wanted: str) -> bool:
    """Return whether a reading stored under a version of the readers serves where another version is wanted.

    A deeper reading contains what a shallower one would; never the other way round.

    >>> is_deep_enough("1a2b", "quick:1a2b"), is_deep_enough("quick:1a2b", "1a2b"), is_deep_enough("1a2b", "3c4d")
    (True, False, False)
    """
    return _readers(stored) == _readers(wanted) and _rank(stored) >= _rank(wanted)


def _readers(version: str) -> str:
    return version.removeprefix(_QUICK).removeprefix(_FULL)


def _rank(version: str) -> int:
    return 0 if version.startswith(_QUICK) else 2 if version.startswith(_FULL) else 1
