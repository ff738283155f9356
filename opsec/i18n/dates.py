"""Dates in words, and the digits of Arabic text.

Iraq uses the Levantine names of the months (Unicode CLDR, locale ``ar-IQ``) and writes day, month, year.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

from opsec.i18n.messages import LRI, PDI, Lang, Message, _, render

DigitStyle = Literal["arabic-indic", "western"]
_MONTHS: tuple[Message, ...] = (
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)
_DIGITS: Mapping[str, str] = {**dict(zip("0123456789", "٠١٢٣٤٥٦٧٨٩", strict=True)), "%": "٪", ",": "٬", ".": "٫"}
"""Digits and signs of Unicode's block Arabic: per cent, thousands and decimal separators."""
_FIGURE = re.compile(r"\d{1,2}:\d{2}|[+−-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?%?|[+−-]?\d{1,6}(?:\.\d+)?%?")
"""A time of day, or a number as ``format_number`` writes it; a longer run of digits is the number of a finding."""
_ISOLATED = re.compile(f"{LRI}({_FIGURE.pattern}){PDI}")


def format_date(day: str, lang: Lang) -> str:
    """Format an ISO 8601 date in words, without marks of direction.

    >>> format_date("2026-11-22", "en"), format_date("2026-11-22", "ar")
    ('22 November 2026', '22 تشرين الثاني 2026')
    """
    parsed = date.fromisoformat(day)
    return f"{parsed.day} {render(_MONTHS[parsed.month - 1], lang)} {parsed.year}"


def format_figure(text: str, lang: Lang, digits: DigitStyle) -> str:
    """Write the digits of a figure or a date as the language and the setting want them.

    >>> format_figure("1,204", "ar", "arabic-indic"), format_figure("1,204", "ar", "western")
    ('١٬٢٠٤', '1,204')
    """
    if lang != "ar" or digits == "western":
        return text
    return "".join(_DIGITS.get(sign, sign) for sign in text)


def localise_digits(text: str, lang: Lang, digits: DigitStyle) -> str:
    """Write the numbers in the blanks of a rendered sentence as ``format_figure`` does; codes stay as they are."""
    if lang != "ar" or digits == "western":
        return text
    return _ISOLATED.sub(lambda found: f"{LRI}{format_figure(found[1], lang, digits)}{PDI}", text)
