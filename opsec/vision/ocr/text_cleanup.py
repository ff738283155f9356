"""Normalisation of the text that an OCR engine returns for one line."""

import re
import unicodedata

MAX_CHARACTERS = 300
"""Longest text kept of one line; an engine that returns more has read a pattern as text."""
_INVISIBLE_CATEGORIES = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
_EDGES_AND_STROKES = re.compile(r"^(?:[^\w#+\"'(]|_|(?:[اأإآlI1]\s))+|(?:[^\w\"')!?%]|_|(?:\s[اأإآlI]))+$")
"""Edge punctuation and single strokes: engines read the frame of a board as a bar or as a one-stroke letter."""
_EDGES = re.compile(r"^(?:[^\w#+\"'(]|_)+|(?:[^\w\"')!?%]|_)+$")


def clean_ocr_text(text: str, *, keep_single_strokes: bool = False) -> str:
    """Remove direction marks, repeated spaces and the strokes that engines read from the frame of a board.

    Parameters
    ----------
    text
        What the engine returned; only the first ``MAX_CHARACTERS`` are used.
    keep_single_strokes
        True for an engine that was trained to ignore frames: a single stroke at the edge is then a letter or a digit.

    Returns
    -------
    str
        One line of text, possibly empty.

    >>> clean_ocr_text("| معسكر\u200f كولباخ أ")
    'معسكر كولباخ'
    >>> clean_ocr_text("1 PARA"), clean_ocr_text("1 PARA", keep_single_strokes=True)
    ('PARA', '1 PARA')
    """
    visible = "".join(
        " " if char.isspace() else char for char in text[:MAX_CHARACTERS] if char.isspace() or _is_visible(char)
    )
    return (_EDGES if keep_single_strokes else _EDGES_AND_STROKES).sub("", " ".join(visible.split())).strip()


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in _INVISIBLE_CATEGORIES


def count_alphanumerics(text: str) -> int:
    """Count letters and digits of any script."""
    return sum(char.isalnum() for char in text)


def arabic_share(text: str) -> float:
    """Return the share of Arabic letters and digits among all letters and digits; 0 if the text has none."""
    counted = [char for char in text if char.isalnum()]
    return sum("\u0600" <= char <= "\u06ff" for char in counted) / len(counted) if counted else 0.0
