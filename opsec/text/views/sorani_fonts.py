"""Sorani typed for the Ali-K fonts, which show Arabic letters as Kurdish ones: ``سةربازطة`` for ``سەربازگە``.

The table follows the keyboard of these fonts; a vowel mark makes ر, ل, ى and و their Kurdish counterparts.
"""

import re

from opsec.text.views.mapped_text import MappedText

_LETTERS = {
    "ة": "ە", "ط": "گ", "ث": "پ", "ض": "چ", "ذ": "ژ", "ظ": "ڤ", "ك": "ک", "ؤ": "ۆ", "ي": "ی", "ى": "ی", "أ": "ئ",
}  # fmt: skip
_MARKED = {"ر": "ڕ", "ل": "ڵ", "ى": "ێ", "ي": "ێ", "و": "ۆ"}
_TYPED_FOR_FONT = re.compile(r"ة(?=[^\W\d_])")
"""In Arabic, ta marbuta stands at the end of a word only."""
_LETTER = re.compile(f"[{''.join(_MARKED)}][\u064b-\u0652]|[{''.join(_LETTERS)}]")


def read_sorani_font(text: MappedText) -> MappedText | None:
    """Read a text as typed for these fonts; None when nothing suggests that it was.

    >>> read_sorani_font(MappedText.of("كةمثى ثةرِةسيَلكة")).text
    'کەمپی پەڕەسێلکە'
    """
    if not _TYPED_FOR_FONT.search(text.text):
        return None
    return text.rewrite(_LETTER, lambda found: _MARKED[found[0][0]] if len(found[0]) > 1 else _LETTERS[found[0]])
