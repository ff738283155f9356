"""MGRS references: ``38R KA 834 083``, over several lines, with full stops, or spelled as on the radio.

Without its zone (``KA 834 083``) a reference names one square in every third zone; ``opsec.matching`` resolves it near
a site.
Letters follow NGA.SIG.0012; the spelling alphabet is that of ICAO Annex 10 and ITU, with the Arabic transcription.
"""

import math
import re
from collections.abc import Iterator

from opsec.geo.notations.base import CoordinateMatch, CoordinateText
from opsec.geo.notations.context_words import (
    has_grid_label_before,
    has_location_label_before,
    has_place_word_near,
    has_unit_after,
    is_other_code,
)
from opsec.geo.notations.grid_conversion import BANDS, METRE_DIGITS, in_band, mgrs_to_point
from opsec.model import Point

MIN_DIGITS_UNLABELLED = 6
"""Digits of an MGRS reference without a label, or without a zone: 100 m. Fewer occur in serial numbers and sizes."""
MIN_DIGITS = 4
"""Digits of a labelled MGRS reference: 1 km."""
MAX_SHORT_REFERENCES = 10
"""Per text; each is resolved against every site."""
_WORDS_OF_TWO_LETTERS = frozenset(
    "ad am an as at be by em en fm gb gd gm gp ha hd he hp hr hz kb kg km kw lb ma mb me mg mm ms mv my "
    "na ne no pa pc pm pp pr "
    "ps pt px re sd st tb tv um un up us vs".split()
)
"""English words, units and abbreviations: ``12x hd 1080 1920``."""

_SEPARATOR = r"(?:[ .,:/_-]{1,2}|\n(?!\n))?"
"""A single line break: what other notations have parsed is masked by longer runs of them."""
_SQUARE = r"(?P<square>[a-hj-np-z] ?[a-hj-np-v])"
_DIGITS = (
    r"(?:(?P<east>[0-9]{2,5})(?:[ .,/_-]{1,2}|\n(?!\n))(?P<north>[0-9]{2,5})|(?P<joined>[0-9]{4,10}))"
    r"(?![^\W_]|[.,][0-9])"
)
_ZONE = r"(?<![^\W_])(?<![.,+-])(?P<zone>0?[1-9]|[1-5][0-9]|60)"
_REFERENCE = re.compile(rf"{_ZONE}[ .-]?(?P<band>[{BANDS}]){_SEPARATOR}{_SQUARE}{_SEPARATOR}{_DIGITS}")
_SHORT_REFERENCE = re.compile(rf"(?<![^\W_])(?<![.,+'-]){_SQUARE}{_SEPARATOR}{_DIGITS}")

_SPELLED = {
    "a": "alfa|alpha|الفا", "b": "bravo|برافو", "c": "charlie|تشارلي|شارلي", "d": "delta|دلتا", "e": "echo|ايكو",
    "f": "foxtrot|فوكستروت", "g": "golf|غولف|كولف", "h": "hotel|هوتيل", "j": "juliett?|جولييت",
    "k": "kilo|كيلو", "l": "lima|ليما",
    "m": "mike|مايك", "n": "november|نوفمبر", "p": "papa|بابا", "q": "quebec|كيبك",
    "r": "romeo|روميو", "s": "sierra|سييرا|سيرا",
    "t": "tango|تانغو|تانكو", "u": "uniform|يونيفورم", "v": "victor|فيكتور", "w": "whiskey|whisky|ويسكي",
    "x": "x-?ray|اكس راي",
    "y": "yankee|يانكي", "z": "zulu|زولو",
}  # fmt: skip
"""Letters of the spelling alphabet; grids have no I and no O."""
_SPOKEN_DIGITS = {
    "0": "zero", "1": "one", "2": "two", "3": "three|tree", "4": "fower|four", "5": "five|fife", "6": "six",
    "7": "seven", "8": "eight",
    "9": "niner?",
}  # fmt: skip
LETTER_WORD = "|".join(_SPELLED.values())
DIGIT_WORD = "|".join(_SPOKEN_DIGITS.values())
"""Regular expressions for a letter and a digit as they are spelled."""
_SPOKEN_REFERENCE = re.compile(
    rf"(?<![^\W_])(?P<zone>[0-9]{{1,2}}|(?:{DIGIT_WORD})[ -](?:{DIGIT_WORD})"
    rf"|[1-9] [0-9])[ ,.-]{{0,2}}(?P<band>{LETTER_WORD})"
    rf"[ ,.-]{{1,2}}(?P<first>{LETTER_WORD})[ ,.-]{{1,2}}(?P<second>{LETTER_WORD})"
    rf"(?P<digits>(?:[ ,.-]{{1,2}}(?:[0-9]{{1,5}}|{DIGIT_WORD})(?![^\W_])){{2,10}})"
)
_LETTERS = [(re.compile(words), letter) for letter, words in _SPELLED.items()]
_SPOKEN = [(re.compile(words), digit) for digit, words in _SPOKEN_DIGITS.items()]


def parse_mgrs(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every MGRS reference to 1 km or finer; the position is the centre of its square."""
    for found in _REFERENCE.finditer(text.normalised):
        digits = _split(found)
        if digits and _is_plausible(text, found, 2 * len(digits[0])):
            area = resolve_reference(int(found["zone"]), found["band"], found["square"].replace(" ", ""), *digits)
            if area:
                yield CoordinateMatch(*found.span(), "mgrs", *area)
    for found in _SPOKEN_REFERENCE.finditer(text.normalised):
        if area := _resolve_spoken(found):
            yield CoordinateMatch(*found.span(), "mgrs", *area)


def parse_short_mgrs(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every labelled reference without a zone, which has no position of its own: ``grid KA 834 083``."""
    count = 0
    for found in _SHORT_REFERENCE.finditer(text.normalised):
        start = found.start()
        digits = _split(found)
        if (
            digits
            and 2 * len(digits[0]) >= MIN_DIGITS_UNLABELLED
            and has_grid_label_before(text, start)
            and count < MAX_SHORT_REFERENCES
        ):
            count += 1
            yield CoordinateMatch(*found.span(), "short mgrs")


def parse_short_reference(text: str) -> tuple[str, str, str] | None:
    """Parse square, easting and northing of a normalised reference without a zone; None for anything else."""
    found = _SHORT_REFERENCE.fullmatch(text)
    digits = _split(found) if found else None
    return (found["square"].replace(" ", ""), *digits) if found and digits else None


def resolve_reference(zone: int, band: str, square: str, east: str, north: str) -> tuple[Point, float] | None:
    """Centre and radius in metres of the square of a reference; None where there is no such square."""
    half = "50000"[: METRE_DIGITS - len(east)]
    point = mgrs_to_point(f"{zone:02}{band}{square}{east}{half}{north}{half}".upper())
    if point is None or not in_band(point, band):
        return None
    return point, 10 ** (METRE_DIGITS - len(east)) * math.sqrt(0.5)


def _split(found: re.Match[str]) -> tuple[str, str] | None:
    """Digits of easting and northing; None when they are not equally many."""
    east, north = found["east"] or found["joined"], found["north"] or ""
    if found["joined"] and len(east) % 2 == 0:
        east, north = east[: len(east) // 2], east[len(east) // 2 :]
    return (east, north) if len(east) == len(north) else None


def _is_plausible(text: CoordinateText, found: re.Match[str], digits: int) -> bool:
    """Whether a candidate is a reference; small letters with spaces between may be words: ``12x hd 1080 1920``."""
    start, end = found.span()
    if has_location_label_before(text, start):
        return digits >= MIN_DIGITS
    if is_other_code(text, start, end) or has_unit_after(text, end) or digits < MIN_DIGITS_UNLABELLED:
        return False
    is_upper = all(text.original_slice(*found.span(group)).isupper() for group in ("band", "square"))
    if is_upper or not (set(found.group()) & set(" \n")) or has_place_word_near(text, start, end):
        return True
    return found.end("band") - found.end("zone") == 1 and found["square"] not in _WORDS_OF_TWO_LETTERS


def _resolve_spoken(found: re.Match[str]) -> tuple[Point, float] | None:
    digits = _to_digits(found["digits"])
    zone, half = _to_digits(found["zone"]), len(digits) // 2
    if len(digits) % 2 or not MIN_DIGITS <= len(digits) <= 2 * METRE_DIGITS or not 1 <= int(zone) <= 60:
        return None
    band, first, second = (_to_letter(found[group]) for group in ("band", "first", "second"))
    return resolve_reference(int(zone), band, first + second, digits[:half], digits[half:])


def _to_letter(word: str) -> str:
    return next(letter for pattern, letter in _LETTERS if pattern.fullmatch(word))


def _to_digits(words: str) -> str:
    for pattern, digit in _SPOKEN:
        words = pattern.sub(digit, words)
    return re.sub("[^0-9]", "", words)
