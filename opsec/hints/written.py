"""Coordinates that a person wrote in words: captions, file names, titles.

Only what can hardly be anything else is taken: two numbers side by side, each with four decimals or
more, or each with its hemisphere. Prices, versions, dates, telephone numbers and addresses of
machines have fewer decimals, more points, or come alone or by the dozen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from opsec.hints.places import place, step_m
from opsec.model import MAX_TEXT, Family, Hint, Point

READER = "written"
FEWEST_DECIMALS = 4
"""Eleven metres. Fewer tell no base from its neighbour, and occur in prices and scores."""
MOST_PLACES = 500
"""Of one text; a longer list is a table, not a post."""

_HEMISPHERES = {
    "N": ("lat", 1), "S": ("lat", -1), "E": ("lon", 1), "W": ("lon", -1),
    "ش": ("lat", 1), "ج": ("lat", -1), "ق": ("lon", 1), "غ": ("lon", -1),
}  # fmt: skip
"""Letters that stand for north, south, east and west: Latin, and شمال جنوب شرق غرب."""

_SAME_LENGTH = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫،؛−º˚\u00a0\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    "01234567890123456789.,;-°°" + " " * 13,
)
"""One letter for one, so that what is found can be pointed at in the text as it was written."""

_NUMBER = re.compile(
    r"(?:(?<!\w)(?P<before>[NSEWشجقغ]) ?|(?<![^\W_])(?<!\.))"
    r"(?P<number>[+-]?[0-9]{1,20}(?:\.(?P<decimals>[0-9]{1,20}))?)(?: ?°)?"
    r"(?(before)|(?: ?(?P<after>[NSEWشجقغ])(?!\w))?)(?![^\W_]|\.[0-9])"
)
"""A number and its hemisphere, which stands before or behind it, never both: the next number has its own."""
_BETWEEN = re.compile(r"[ \t]{0,2}[,;/|_]?[ \t]{0,2}")
_MONEY = re.compile(r"[$€£¥%]|USD|EUR|IQD|دينار|دولار")


def written_hints(text: str, field: str, family: Family = "TEXT") -> Iterator[Hint]:
    """The text itself, cut at ``MAX_TEXT``, then every place written in it as coordinates.

    A place's ``text`` is the words exactly as they stand, its ``accuracy_m`` what their digits tell.

    >>> [hint.point for hint in written_hints("meet at ٣٣٫٣١٥٢، ٤٤٫٣٦٦١", "caption")][1]
    Point(lat=33.3152, lon=44.3661)
    """
    if not text.strip():
        return
    note = f"cut after {MAX_TEXT} of {len(text)}" if len(text) > MAX_TEXT else None
    text = text[:MAX_TEXT]
    yield Hint(kind="text", family=family, reader=READER, field=field, text=text, note=note)
    for count, found in enumerate(_places(text)):
        if count == MOST_PLACES:
            return
        yield Hint(
            kind="position", family=family, reader=READER, field=field,
            point=found.point, accuracy_m=found.accuracy_m, text=text[found.start : found.end],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Written:
    """A place, and where its words stand."""

    start: int
    end: int
    point: Point
    accuracy_m: float


def _places(text: str) -> Iterator[_Written]:
    plain = text.translate(_SAME_LENGTH)
    for run in _runs(plain):
        for first, second in zip(run[0::2], run[1::2], strict=False):
            found = _place(first, second)
            if found and not _is_money(plain, found):
                yield found


def _runs(plain: str) -> Iterator[list[re.Match[str]]]:
    """Fine numbers that stand together and make pairs, each pair after the other.

    A run of three is a vector or a table row: nobody can tell which two are the place. In a list of
    pairs the separator inside a pair is another than that between pairs.
    """
    numbers = list(_NUMBER.finditer(plain))
    joints = [_separator(plain, first, second) for first, second in pairwise(numbers)]
    at = 0
    while at < len(numbers):
        end = at + 1
        if _is_fine(numbers[at]):
            while end < len(numbers) and joints[end - 1] and _is_fine(numbers[end]):
                end += 1
            inside, between = set(joints[at : end - 1 : 2]), set(joints[at + 1 : end - 1 : 2])
            between |= {joints[at - 1]} if at and _lists(joints[at - 1], numbers[at - 1]) else set()
            between |= {joints[end - 1]} if end < len(numbers) and _lists(joints[end - 1], numbers[end]) else set()
            if (end - at) % 2 == 0 and inside.isdisjoint(between):
                yield numbers[at:end]
        at = end


def _is_fine(found: re.Match[str]) -> bool:
    return len(found["decimals"] or "") >= FEWEST_DECIMALS


def _lists(joint: str | None, neighbour: re.Match[str]) -> bool:
    """A coarse number beside the run belongs to its list, unless it only follows in the sentence: ``… at 7``."""
    return joint != " " or neighbour["decimals"] is not None


def _separator(plain: str, first: re.Match[str], second: re.Match[str]) -> str | None:
    """What stands between two numbers, without its blanks; none when it does not join them."""
    between = plain[first.end() : second.start()]
    if not 1 <= len(between) <= 5 or not _BETWEEN.fullmatch(between):
        return None
    return between.strip() or " "


def _place(first: re.Match[str], second: re.Match[str]) -> _Written | None:
    """Two numbers as latitude and longitude, in the order their hemispheres say, else latitude first."""
    one, other = _axis(first), _axis(second)
    if one is None or other is None:
        return None
    (first_axis, first_deg), (second_axis, second_deg) = one, other
    if first_axis and first_axis == second_axis:
        return None
    lat_deg, lon_deg = first_deg, second_deg
    if first_axis == "lon" or second_axis == "lat":
        lat_deg, lon_deg = second_deg, first_deg
    point = place(lat_deg, lon_deg)
    if point is None:
        return None
    step_deg = max(10.0 ** -len(number["decimals"]) for number in (first, second))
    return _Written(first.start(), second.end(), point, step_m(point.lat, step_deg))


def _axis(found: re.Match[str]) -> tuple[str, float] | None:
    """Which way a number counts ("" when no letter tells), and its degrees; none when it has a letter and a sign."""
    degrees = float(found["number"])
    letter = found["before"] or found["after"]
    if not letter:
        return "", degrees
    if found["number"][0] in "+-":
        return None
    axis, sign = _HEMISPHERES[letter]
    return axis, sign * degrees


def _is_money(plain: str, found: _Written) -> bool:
    around = plain[max(0, found.start - 2) : found.start] + "\n" + plain[found.end : found.end + 7]
    return _MONEY.search(around) is not None
