"""Letters of a word set apart by blanks, signs or emoji: ``م ع س ك ر``, ``S-i-n-j-a-b``, ``السن*جاب``."""

import re
from collections import Counter

from opsec.text.views.mapped_text import MappedText

_MARKS = "\u0640\u064b-\u065f\u0670\u200b-\u200f\ufe0f"
"""What may follow a letter without separating it from the next one."""
_LETTER = rf"[^\W\d_][{_MARKS}]*"
_SINGLE_LETTERS = re.compile(rf"(?<![^\W_])(?:{_LETTER}[\W_]{{1,4}}){{3,}}[^\W\d_](?![^\W_])")
"""Four or more single letters in a row."""
_BETWEEN = re.compile(r"(?<=[^\W\d_])[\W_]+(?=[^\W\d_])|(?<=[^\W\d_])[\W_]+$")
_SIGNS_IN_WORD = re.compile(rf"(?<=[^\W\d_])(?:[^\w\s#@{_MARKS}][{_MARKS}]*){{1,3}}(?=[^\W\d_])")


def join_letters(text: MappedText) -> MappedText:
    """Join letters that stand apart; returns the same object when none do.

    >>> join_letters(MappedText.of("D i b a j  B a r r a c k s")).text
    'Dibaj Barracks'
    >>> join_letters(MappedText.of("ق*ا*ع*د*ة السن*جاب")).text
    'قاعدة السنجاب'
    """
    joined = text.rewrite(_SINGLE_LETTERS, lambda found: _join(found[0]))
    return joined.rewrite(_SIGNS_IN_WORD, lambda _: "")


def _join(letters: str) -> str:
    """Join the letters of one run; a separator with more blanks than most ends a word."""
    separators = _BETWEEN.findall(letters)
    blanks = Counter(sum(char.isspace() for char in separator) for separator in separators)
    usual = blanks.most_common(1)[0][0]
    return _BETWEEN.sub(lambda found: " " if sum(char.isspace() for char in found[0]) > usual else "", letters)
