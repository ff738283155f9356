"""Arabic captions of programs that do not shape Arabic: letters apart and set from left to right.

The recogniser reads such a line faithfully, so that its text in logical order is backwards. That shows in the letters
themselves: words begin with a ta marbuta, an alif maqsura or a hamza, which never begin one, or end with a backward
article; or common words appear when the line is reversed. Gaps between letters are read as spaces, a single alif as a
one, a single lam as a J, and a single ain as a four.
"""

import re
from collections.abc import Sequence
from functools import cache

from opsec.text.common_words import EVERYDAY_WORDS
from opsec.text.normalise import normalise
from opsec.text.place_terms import NATURAL_FEATURES, PLACE_TYPES, QUALIFIERS
from opsec.vision.ocr.charset import visual_to_logical

_ARABIC = "\u0621-\u063a\u0641-\u064a\u06a9-\u06d3"
_ALIF_READ_AS_ONE = re.compile(f"(?<=[{_ARABIC}])[1١]|[1١](?=[{_ARABIC}])")
_ARTICLE_AS_SIGNS = re.compile(f"(?<=[{_ARABIC}])(?:[1١]J|J[1١])")
_AIN_READ_AS_FOUR = re.compile(f"(?<=[{_ARABIC}])٤(?=[{_ARABIC}])")
_LAM_READ_AS_J = re.compile(f"(?<=[{_ARABIC}])J|J(?=[{_ARABIC}])")
_MISREAD_LETTERS = (
    (_ARTICLE_AS_SIGNS, "لا"), (_LAM_READ_AS_J, "ل"), (_ALIF_READ_AS_ONE, "ا"), (_AIN_READ_AS_FOUR, "ع"),
)  # fmt: skip
_ARABIC_WORD = re.compile(f"[{_ARABIC}]+")
_BACKWARD = re.compile(f"^[ةىءؤ](?=[{_ARABIC}])")
_BACKWARD_ARTICLE = re.compile(f"[{_ARABIC}]{{3,}}لا$")
_FORWARD = re.compile(f"^[وبفك]?ال[{_ARABIC}]{{2,}}|^لل[{_ARABIC}]{{2,}}|[{_ARABIC}]{{2,}}[ةى]$")
_MIN_KNOWN_LETTERS = 5
"""Shorter words are too often a part of others when reversed; by one letter shorter, they count as whole words."""
_SPELLINGS = {"ا": "[اأإآ]", "ه": "[هة]", "ي": "[يىئ]", "و": "[وؤ]"}
"""Letters of a normalised word that stand for several."""
_MIN_ARTICLES = 2
"""Backward articles that prove the order by themselves: single words end like one."""
_TAIL = re.compile(f"^[{_ARABIC}]ة$")
_HEAD = re.compile(f"^(?:ال|(?!و)[{_ARABIC}])$")


def restore_letter_order(text: str) -> str | None:
    """Return the text of a line that was set backwards, letters joined; None for a line in the usual order.

    >>> restore_letter_order("ىلامشلا ةنكث"), restore_letter_order("ثكنة الشمال")
    ('ثكنة الشمالى', None)
    """
    plain = text
    for misread, letters in _MISREAD_LETTERS:
        plain = misread.sub(letters, plain)
    words = _ARABIC_WORD.findall(plain)
    if not words:
        return None
    forward = _known_words(words) + sum(_FORWARD.search(word) is not None for word in words)
    backward = _known_words([word[::-1] for word in reversed(words)]) + sum(
        _BACKWARD.search(word) is not None for word in words
    )
    articles = sum(_BACKWARD_ARTICLE.search(word) is not None for word in words)
    is_proved = backward > 0 or articles >= _MIN_ARTICLES
    if not is_proved or backward + articles <= forward:
        return None
    return join_split_letters(visual_to_logical(plain))


def join_split_letters(text: str) -> str:
    """Join the pieces that a gap between two letters tore off a word: single letters, an article, a last ta marbuta.

    The pieces of a word for a place are joined wherever it was torn.

    >>> join_split_letters("س يطرة ال طاحو نة"), join_split_letters("مس تودع الشمال")
    ('سيطرة الطاحونة', 'مستودع الشمال')
    """
    words: list[str] = []
    is_head = False
    for word in _torn_known_word().sub(lambda found: f" {''.join(found.group().split())} ", text).split():
        if words and (is_head or _TAIL.search(word)):
            words[-1] += word
        else:
            words.append(word)
        is_head = _HEAD.search(word) is not None
    if is_head and len(words) > 1:
        words[-2:] = ["".join(words[-2:])]
    return " ".join(words)


def _known_words(words: Sequence[str]) -> int:
    """Count words for places and everyday words: long ones wherever spaces fell, short ones as whole words."""
    short = sum(len(word) == _MIN_KNOWN_LETTERS - 1 and normalise(word).text in _common_words() for word in words)
    return short + len(_torn_known_word().findall("".join(words)))


@cache
def _common_words() -> frozenset[str]:
    """Normalised Arabic words, with and without article, that are no other common word when reversed."""
    every = {*PLACE_TYPES, *NATURAL_FEATURES, *QUALIFIERS, *EVERYDAY_WORDS}
    stems = {word.removeprefix("ال") for word in every if _ARABIC_WORD.fullmatch(word)}
    known = stems | {f"ال{stem}" for stem in stems}
    return frozenset(word for word in known if word[::-1] not in known)


@cache
def _torn_known_word() -> re.Pattern[str]:
    """Pattern of every long common word, in any spelling of its hamza and with spaces in it."""
    known = (word for word in _common_words() if len(word) >= _MIN_KNOWN_LETTERS)
    ordered = sorted(known, key=lambda word: (-len(word), word))
    return re.compile("|".join(" ?".join(_SPELLINGS.get(char, char) for char in word) for word in ordered))
