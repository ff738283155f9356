"""Letters of other alphabets, signs and emoji that are written because they look like Latin letters.

Most of the table follows from the names in the Unicode Character Database: *Latin small letter d with stroke*,
*negative squared Latin capital letter S*, *regional indicator symbol letter B*. The alphabets whose likeness no name
states (Greek, Cyrillic, syllabics, kana, currency) are listed, as UTS 39 and generators of styled text use them.
What ``normalise`` already brings to the same letter is left out.
"""

import re
import unicodedata
from functools import cache

from opsec.text.normalise import normalise
from opsec.text.views.mapped_text import MappedText

_RANGES = (
    range(0x00C0, 0x0300), range(0x1D00, 0x1DC0), range(0x2C60, 0x2C80), range(0xA720, 0xA800), range(0xAB30, 0xAB70),
    range(0x1F100, 0x1F200), range(0x2460, 0x2500), range(0x2776, 0x2794), range(0x0660, 0x0800), range(0x08A0, 0x08C8),
)  # fmt: skip
_LATIN = re.compile(
    r"(?:NEGATIVE (?:SQUARED|CIRCLED) |CROSSED NEGATIVE SQUARED )?LATIN (?:SMALL |CAPITAL )?LETTER "
    r"(?:SMALL CAPITAL |SMALL |BARRED |OPEN |REVERSED |SIDEWAYS |SCRIPT |DOTLESS |LONG |CLOSED |INSULAR |BROKEN )*"
    r"([A-Z])(?: (?:WITH|ROTUNDA).*)?"
    r"|REGIONAL INDICATOR SYMBOL LETTER ([A-Z])"
)
_ARABIC = re.compile(r"ARABIC LETTER (\w+) WITH .*")
_BY_NAME = {"ALPHA": "a", "IOTA": "i", "UPSILON": "u", "ENG": "n", "ESH": "s", "EZH": "z", "GAMMA": "y", "BETA": "b"}

_LISTED = {
    "a": "ⲁⲀαаᗩᎪꓮᴬ₳ΛλДдล卂ᗅÅձᏗꭺ",
    "b": "βвᗷᏴꓐ฿ьБбЬ乃ɓЪъߕცᏰ₿",
    "c": "ςсᑕᏟꓚ₵¢匚ƈፈ⊂",
    "d": "ԁᗪᎠꓓժđ∂ɖᴰᏧ",
    "e": "εеᗴᎬꓰэЭЄєέЁё乇ɛΣξƐᏋ€ÉҽΞ∈",
    "f": "ғϝᖴꓝ₣千ʄƒ下ŦᎦ",
    "g": "ɢᘜᏀꓖ₲ꮆ厶ɠցᎶǤ",
    "h": "нНᕼᎻꓧ卄ђዘɦհⱧћЋᏂ廾",
    "i": "łιіᏆꓲ丨ɪϊΐ工ᎥìɨΙ",
    "j": "јᒍᎫꓙﾌʝנڶᏠ",
    "k": "κкКᛕᏦꓗ₭Ҝҡƙ长қҚ",
    "l": "ⅼᒪᏞꓡㄥłℓ₤£ʟլᏝ乚レ",
    "m": "мМᗰᎷꓟ爪₥ɱ๓Ꮥ从",
    "n": "ηпПиИᑎꓠ几₦ภŋղทлЛñᏁ刀ת",
    "o": "οоᗝꓳㄖσ๏סօθΘøØΦФфↃᎧ口の◯○⭕⓪",
    "p": "քρрᑭᏢꓑ卩₱קƥᎮ尸þ",
    "q": "ԛᑫɊզҩ۹ợᎤ",
    "r": "ཞⲣгяЯᖇᏒꓣ尺Ɽ₹Ґ₽Рɾ",
    "s": "ѕЅᔕᏚꓢ丂₴§ʂรᏕ",
    "t": "тТτᎢꓔㄒ₮ƭեɬ七†Ⱦ丅",
    "u": "υцᑌꓴㄩմʋนᏬЦՍɥՄ凵",
    "v": "νѵᐯᏙꓦ√۷∨ᏤＶ",
    "w": "ωшШᗯᏔꓪ山щЩฬѡɯ₩ψᏇա",
    "x": "χхХ᙭ꓫ乂×ӾжЖҳאჯ",
    "y": "уУγΥꓬㄚ¥ўყɣץүҮᎩ",
    "z": "ᘔᏃꓜ乙ʑʐզչz",
}  # fmt: skip
_DIGITS_OF_SIGNS = {"🔟": "10"}
TURNED_LETTERS: dict[str, str] = {
    "ɐ": "a", "ɔ": "c", "ǝ": "e", "ɟ": "f", "ƃ": "g", "ɥ": "h", "ᴉ": "i", "ɾ": "j", "ʞ": "k", "ɯ": "m", "ɹ": "r",
    "ʇ": "t", "ʌ": "v", "ʍ": "w", "ʎ": "y", "ꞁ": "l",
}  # fmt: skip
"""Letters upside down, which also reverse the order of their word."""


@cache
def _table() -> dict[int, str]:
    """Character → the plain letter that it looks like."""
    table: dict[str, str] = dict(_DIGITS_OF_SIGNS)
    for letter, alike in _LISTED.items():
        for char in alike:
            table.setdefault(char, letter)
    for code_point in (one for numbers in _RANGES for one in numbers):
        char = chr(code_point)
        letter_of_name = _letter(unicodedata.name(char, ""))
        if letter_of_name:
            table.setdefault(char, letter_of_name)
        elif unicodedata.category(char) == "No" and unicodedata.digit(char, None) is not None:
            table[char] = str(unicodedata.digit(char))
    return {
        ord(char): letter
        for char, letter in table.items()
        if not char.isascii() and normalise(char).text != normalise(letter).text
    }


def _letter(name: str) -> str | None:
    latin = _LATIN.fullmatch(name)
    if latin:
        return (latin[1] or latin[2]).lower()
    if name.startswith(("LATIN SMALL LETTER ", "LATIN CAPITAL LETTER ")):
        return _BY_NAME.get(name.partition(" WITH ")[0].rpartition(" ")[2])
    arabic = _ARABIC.fullmatch(name)
    if arabic:
        try:
            plain = unicodedata.lookup(f"ARABIC LETTER {arabic[1]}")
        except KeyError:
            return None
        return plain
    return None


@cache
def _characters() -> re.Pattern[str]:
    return re.compile(f"[{''.join(re.escape(chr(code_point)) for code_point in _table())}]")


def unify_lookalikes(text: MappedText) -> MappedText | None:
    """Replace letters and signs by the plain letters that they look like; None when there are none.

    Those that ``normalise`` replaces stay.

    >>> [unify_lookalikes(MappedText.of(text)).text for text in ("ςαмρ", "Đł฿₳J", "🆂🅸🅽 🇸🇮🇳")]
    ['cαмρ', 'ĐibaJ', 'sin sin']
    """
    if text.text.isascii() or not _characters().search(text.text):
        return None
    return text.translate(_table())
