"""The known word nearest to a mistyped one, for every "did you mean …?" of the program."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, or none when nothing is close.

    >>> nearest("raduis_m", ["radius_m", "prior"])
    'radius_m'
    """
    found = get_close_matches(word.casefold(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None
