"""Suggestions for mistyped words: "did you mean …?"."""

from collections.abc import Iterable
from difflib import get_close_matches


def closest_match(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most similar to a mistyped one, or None when none is similar enough.

    >>> closest_match("raduis_m", ["radius_m", "prior"])
    'radius_m'
    """
    found = get_close_matches(word.casefold(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None
