"""What an engine read, made into words as a person would have typed them."""

import re
import unicodedata

LONGEST = 300
"""Letters of one line; a reader that gives more has read a pattern."""
_HIDDEN = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
_FRAMED = re.compile(r"^(?:[^\w#+\"'(]|_|(?:[اأإآlI1]\s))+|(?:[^\w\"')!?%]|_|(?:\s[اأإآlI]))+$")
"""The rim of a board beside its words reads as a bar, or as the letter that is one stroke."""
_EDGES = re.compile(r"^(?:[^\w#+\"'(]|_)+|(?:[^\w\"')!?%]|_)+$")


def tidy(text: str, *, knows_rims: bool = False) -> str:
    """One line without direction marks, doubled spaces, and the strokes that the rim of a board reads as.

    ``knows_rims``: the reader was taught to pass over rims, so a single stroke at the edge is a letter or a number.

    >>> tidy("| معسكر\u200f كولباخ أ")
    'معسكر كولباخ'
    >>> tidy("1 PARA"), tidy("1 PARA", knows_rims=True)
    ('PARA', '1 PARA')
    """
    seen = "".join(" " if char.isspace() else char for char in text[:LONGEST] if char.isspace() or _shows(char))
    return (_EDGES if knows_rims else _FRAMED).sub("", " ".join(seen.split())).strip()


def _shows(char: str) -> bool:
    return unicodedata.category(char) not in _HIDDEN


def letters(text: str) -> int:
    """How many letters and digits."""
    return sum(char.isalnum() for char in text)


def arabic_share(text: str) -> float:
    """Share of Arabic letters and digits among all letters and digits; 0 without any."""
    counted = [char for char in text if char.isalnum()]
    return sum("\u0600" <= char <= "\u06ff" for char in counted) / len(counted) if counted else 0.0
