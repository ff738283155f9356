"""Coordinates in stamps of GPS cameras, drones and map apps, where the OCR took one sign for another.

A degree sign is read as 9, 0 or o, or is missing; minute and second marks are read as 1 or are missing; a comma becomes
a full stop; letters stand for digits. A line is repaired only if it looks like a stamp, and the result counts only if
the whole line then is one coordinate in a known notation, within range, and no other reading of the line is possible.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from opsec.geo.notations import CoordinateMatch
from opsec.geo.positions import haversine_distance_m
from opsec.readers.text.coordinates import find_coordinates

MAX_LINE_LENGTH = 80
_MIN_DIGITS = 8
_MIN_DIGIT_SHARE = 0.6
"""Share of digits among the letters and digits of a stamp, without its labels."""
_MAX_SPREAD_M = 50.0
"""Readings of one line closer together than this are the same position."""
_LABELS = re.compile(
    r"\b(?:lat(?:itude)?|lon(?:g(?:itude)?)?|gps|loc(?:ation)?|coord(?:inate)?s?|pos(?:ition)?)\b[\s.:=]*", re.I
)
_TO_DIGITS = str.maketrans({
    **dict.fromkeys("OoQ", "0"), **dict.fromkeys("lI|!", "1"), "S": "5", "s": "5", "B": "8", "Z": "2", "z": "2",
    "٥": "0", "٠": ".", "١": "1", "٩": "9",
})  # fmt: skip
_LOOKALIKES = "OoQlI|!BZz٥٠١٩"
_BESIDE_DIGITS = re.compile(
    rf"(?<=[0-9.])[{_LOOKALIKES}]+(?=[0-9.]|[°'\" ,NEW]|$)|[{_LOOKALIKES}]+(?=[0-9])|(?<=[0-9.])[Ss]+(?=[0-9.])"
)
"""An S counts only between digits: elsewhere it is the south or a grid zone."""
_DEGREE_MARK, _LOST_MARK = "[°º*^~'’o09]", ""
_MINUTE_MARK = "['’`´′!:;/1]?"
_SECOND_MARK = "(?:[\"”″'’`´′*^]{1,2}|[1TMYr]{1,2})?"
_FULL_SECONDS = r"(?P<min>[0-5]\d)" + _MINUTE_MARK + r"(?P<sec>[0-5]\d(?:[.,]\d{1,4})?)" + _SECOND_MARK
_DECIMAL_MINUTES = r"(?P<min>[0-5]\d[.,:]\d{2,6})(?P<sec>)" + _MINUTE_MARK
_ANGLES = tuple(
    tuple(re.compile(rf"(?P<deg>\d{{1,3}}){mark}{rest}") for rest in (_FULL_SECONDS, _DECIMAL_MINUTES))
    for mark in (_DEGREE_MARK, _LOST_MARK)
)
"""Angles whose degree mark was read as something, then angles without it, which count only if there are no others."""
_HALVES = (
    re.compile(r"(?P<lat>[^NSEW]+)(?P<ns>[NS])[,;.]?(?P<lon>[^NSEW]+)(?P<ew>[EW])"),
    re.compile(r"(?P<ns>[NS])(?P<lat>[^NSEW]+?)[,;.]?(?P<ew>[EW])(?P<lon>[^NSEW]+)"),
)
_DECIMAL_PAIR = re.compile(
    r"(?P<lat>[-+]?\d{1,2}[.,:]\d{4,8})[°º]?(?:\s*[^\d\s]\s*|\s+)(?P<lon>[-+]?\d{1,3}[.,:]\d{4,8})[°º]?\W?"
)
_JOINED_PAIR = re.compile(r"(?P<lat>\d{2}[.,]\d{4,8})(?P<lon>\d{2,3}[.,]\d{4,8})")
"""A pair without space: both numbers have as many decimals."""
_POINTLESS_PAIR = re.compile(r"(?P<lat>\d{2}[.,]?\d{4,8})[°º]?\s+(?P<lon>\d{2,3}?[.,]?\d{4,8})[°º]?")
"""A labelled pair in which a number may have lost its decimal point; it has as many decimals as the other one."""


def find_stamp_positions(lines: Sequence[str]) -> Iterator[tuple[str, CoordinateMatch]]:
    """Yield the positions of stamps that are misread, each with its line as read.

    Parameters
    ----------
    lines
        Lines of one board, from top to bottom. A position may run over two of them.
    """
    used: set[int] = set()
    single = [(range(at, at + 1), line) for at, line in enumerate(lines)]
    double = [(range(at, at + 2), " ".join(pair)) for at, pair in enumerate(pairwise(lines))]
    for places, line in single + double:
        if used.isdisjoint(places) and (match := repair_stamp(line)):
            used.update(places)
            yield line, match


def repair_stamp(line: str) -> CoordinateMatch | None:
    """Return the only position that a misread stamp can mean; None for other lines, and for those that need no repair.

    >>> match = repair_stamp("3392446.2N 4493816.6E")
    >>> round(match.point.lat, 4), round(match.point.lon, 4)
    (33.4128, 44.6379)
    """
    if not looks_like_stamp(line) or any(find_coordinates(line)):
        return None
    found = [match for spelling in _spellings(line) for match in find_coordinates(spelling) if match.point]
    if not found or any(_distance_m(found[0], other) > _MAX_SPREAD_M for other in found[1:]):
        return None
    return found[0]


def looks_like_stamp(line: str) -> bool:
    """Return whether a line consists of digits for the most part, apart from the labels of a coordinate."""
    if len(line) > MAX_LINE_LENGTH:
        return False
    counted = [char for char in _digits_for_lookalikes(_LABELS.sub(" ", line)) if char.isalnum()]
    digits = sum(char.isdecimal() for char in counted)
    return digits >= _MIN_DIGITS and digits >= _MIN_DIGIT_SHARE * len(counted)


def _digits_for_lookalikes(line: str) -> str:
    return _BESIDE_DIGITS.sub(lambda found: found.group().translate(_TO_DIGITS), line)


def _spellings(line: str) -> Iterator[str]:
    """Yield the line in every spelling that it may have had, each a whole coordinate."""
    plain = _digits_for_lookalikes(line).strip(" .,;:")
    bare = _LABELS.sub(" ", plain).strip()
    if plain != line and any(match.start == 0 and match.end == len(plain) for match in find_coordinates(plain)):
        yield plain
        return
    yield from _decimal_pairs(bare, is_labelled=bare != plain)
    compact = "".join(bare.split())
    for halves in filter(None, (form.fullmatch(compact) for form in _HALVES)):
        for lat in _angles(halves["lat"], 90):
            for lon in _angles(halves["lon"], 180):
                yield f"{lat}{halves['ns']} {lon}{halves['ew']}"


def _decimal_pairs(text: str, *, is_labelled: bool) -> Iterator[str]:
    """Yield the pairs of decimal degrees that a line may mean, latitude first."""
    if pair := _DECIMAL_PAIR.fullmatch(text):
        yield "{}, {}".format(*(re.sub("[,:]", ".", pair[name]) for name in ("lat", "lon")))
        return
    for n_decimals in range(4, 9):
        if pair := _with_decimals(_JOINED_PAIR, n_decimals).fullmatch(text):
            yield "{}, {}".format(*(pair[name].replace(",", ".") for name in ("lat", "lon")))
        elif is_labelled and (pair := _with_decimals(_POINTLESS_PAIR, n_decimals).fullmatch(text)):
            digits = [re.sub("[.,]", "", pair[name]) for name in ("lat", "lon")]
            if any(len(number) > n_decimals + 3 for number in digits):
                continue
            yield "{}, {}".format(*(f"{number[:-n_decimals]}.{number[-n_decimals:]}" for number in digits))


def _with_decimals(form: re.Pattern[str], count: int) -> re.Pattern[str]:
    return re.compile(form.pattern.replace("{4,8}", f"{{{count}}}"))


def _angles(text: str, max_degrees: int) -> list[str]:
    """Return the angles that a run of digits and marks may mean, in degrees, minutes and seconds."""
    for forms in _ANGLES:
        found = [
            f"{int(angle['deg'])}°{angle['min'].replace(':', '.')}'" + (f'{angle["sec"]}"' if angle["sec"] else "")
            for form in forms
            for angle in _every_fullmatch(form, text)
            if int(angle["deg"]) < max_degrees
        ]
        if found:
            return found
    return []


def _every_fullmatch(form: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of the whole text, for each number of digits of the degrees."""
    for n_digits in (1, 2, 3):
        exact = re.compile(form.pattern.replace(r"\d{1,3}", rf"\d{{{n_digits}}}", 1))
        if whole := exact.fullmatch(text):
            yield whole


def _distance_m(one: CoordinateMatch, other: CoordinateMatch) -> float:
    assert one.point is not None
    assert other.point is not None
    return haversine_distance_m(one.point, other.point)
