"""Shorthand for units, written out: ``4/642 Bde`` becomes ``4 bn 642 bde``.

Also roman numerals beside a level, digits set apart, and ordinals whose letters look like digits (``15t`` for ``1st``).
Nothing is corrected: every number keeps its digits, so a neighbour that differs by one is another unit as before.
"""

import re

from opsec.text.views import MappedText

_BATTALION = r"(?:battalions?|btn|bn|regiments?|regt|(?:ال)?فوج|(?:ال)?كتيبة|(?:ال)?كتيبه|فەوج|ف)"
_BRIGADE = r"(?:brigades?|brig|bde|(?:ال)?لواء|(?:ال)?لوا|لیوا|ل)"
_LEVEL = (
    rf"(?:{_BATTALION}|{_BRIGADE}|company|coy|platoon|division|div|corps|squadron|sqn"
    r"|(?:ال)?(?:سرية|فرقة|فصيل|سرب))"
)
_SLASH = r"[ ]?[/\\\-–‐|][ ]?"
_END = r"(?![\w/\\])"
_ORDINAL = r"(?:st|nd|rd|th)?"
_NUMBERS_THEN_BRIGADE = re.compile(
    rf"(?<![\w/\\.-])(?:(\d{{1,2}}){_SLASH})?(\d{{1,2}}){_ORDINAL}{_SLASH}(\d{{1,4}}){_ORDINAL} ?({_BRIGADE}){_END}",
    re.I,
)
_BATTALION_THEN_NUMBERS = re.compile(
    rf"(?<!\w)([وبلفك]?{_BATTALION}) ?(\d{{1,2}}){_SLASH}(\d{{2,4}})(?! ?[/\\.-] ?\d)(?!\w)", re.I
)
_BRIGADE_THEN_NUMBERS = re.compile(
    rf"(?<!\w)([وبلفك]?{_BRIGADE}) ?(\d{{2,4}}){_SLASH}(\d{{1,2}})(?! ?[/\\.-] ?\d)(?!\w)", re.I
)
_ROMAN = r"(?:X{0,3}(?:IX|IV|V?I{1,3}|V)|X{1,3})"
_ROMAN_BESIDE_LEVEL = re.compile(rf"(?<![\w'’]){_ROMAN}(?=[ ](?i:{_LEVEL})(?!\w))|(?<=[ ]){_ROMAN}(?!\w)")
_LEVEL_BEFORE = re.compile(rf"(?<!\w){_LEVEL} $", re.I)
_DIGITS_APART = re.compile(r"(?<![\w.,:/-])\d(?:[ .\-]\d){1,3}(?![\w]|[ ./:,-]\d)")
_LEVEL_AFTER = re.compile(rf" ?{_LEVEL}(?!\w)", re.I)
_MISREAD_ORDINAL = re.compile(rf"(?<!\w)(\d{{0,3}})(?:[lI|1][5s]t|2nc[lI|]|3rc[lI|])(?= (?i:{_LEVEL})(?!\w))")
_ORDINAL_ENDINGS = {"t": "1st", "2": "2nd", "3": "3rd"}
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_MAX_LEVEL_LENGTH = 16
_MAY_HAVE_SHORTHAND = re.compile(r"\d[ ]?[/\\\-–‐|.]?[ ]?\d|(?<!\w)[IVX]{1,6}(?!\w)|[lI|1][5s]t|\d[nr]c[lI|]")


def write_out_units(text: MappedText) -> MappedText:
    """Write out the shorthand for units in a text; returns the same object when there is none.

    >>> [write_out_units(MappedText.of(text)).text for text in ("4/642 Bde", "IV Battalion", "لواء ٦ ٤ ٢", "15t Bn")]
    ['4 bn 642 Bde', '4 Battalion', 'لواء ٦٤٢', '1st Bn']
    """
    if not _MAY_HAVE_SHORTHAND.search(text.text):
        return text
    text = text.rewrite(_MISREAD_ORDINAL, _correct_ordinal)
    text = text.rewrite(_ROMAN_BESIDE_LEVEL, _to_digits)
    text = text.rewrite(_DIGITS_APART, _join_digits)
    text = text.rewrite(_NUMBERS_THEN_BRIGADE, _number_by_number)
    text = text.rewrite(_BATTALION_THEN_NUMBERS, lambda found: f"{found[1]} {found[2]} لواء {found[3]}")
    return text.rewrite(_BRIGADE_THEN_NUMBERS, lambda found: f"{found[1]} {found[2]} فوج {found[3]}")


def _number_by_number(found: re.Match[str]) -> str:
    company = f"{found[1]} company " if found[1] else ""
    return f"{company}{found[2]} bn {found[3]} {found[4]}"


def _correct_ordinal(found: re.Match[str]) -> str:
    ending = found[0][len(found[1]) :]
    ordinal = _ORDINAL_ENDINGS.get(ending[0]) or _ORDINAL_ENDINGS[ending[-1]]
    return f"{found[1]}{ordinal}"


def _to_digits(found: re.Match[str]) -> str | None:
    before = found.string[max(0, found.start() - _MAX_LEVEL_LENGTH) : found.start()]
    is_before_level = _LEVEL_AFTER.match(found.string, found.end())
    if not is_before_level and not _LEVEL_BEFORE.search(before):
        return None
    values = [_ROMAN_VALUES[letter] for letter in found[0]]
    return str(sum(-one if one < next_one else one for one, next_one in zip(values, [*values[1:], 0], strict=True)))


def _join_digits(found: re.Match[str]) -> str | None:
    before = found.string[max(0, found.start() - _MAX_LEVEL_LENGTH) : found.start()]
    is_beside_level = _LEVEL_BEFORE.search(before) or _LEVEL_AFTER.match(found.string, found.end())
    return re.sub(r"\D", "", found[0]) if is_beside_level else None
