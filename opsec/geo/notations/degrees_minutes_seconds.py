"""Degrees and minutes: ``32°11'43.0"N 43°03'28.5"E``, ``N30 25 39.9 E42 52 41.2``, ``٣١ درجة و٤٦ دقيقة شمالا``.

Forms after ISO 6709:2008 Annex D and the marks people really type; the closed form ``321143N 0430328E`` is
that of aviation notices (ICAO Annex 15).
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from opsec.geo.notations.angles import DEGREE, EDGE, HEMISPHERE, Angle, hemisphere, labelled, together, told_pairs
from opsec.geo.notations.coordinate_match import Written
from opsec.geo.notations.normalised_text import Plain

_MINUTE = r"(?:'(?!')|minutes?|mins?|m(?![a-z])|دقيقه|دقايق|دق|د(?![^\W_]))"
_SECOND = rf"(?:\"|''|seconds?|secs?|s(?= ?(?:{HEMISPHERE}))|ثانيه|ثواني|ثوان|ث(?![^\W_]))"
_HEAD = (
    rf"(?:{EDGE}و?(?P<before>{HEMISPHERE})[ :=]{{0,2}}|(?<![^\W_])(?<![0-9][.,:-])"
    r"|(?<=\Wو)|(?<=['\"°][ns]))(?P<sign>[+-])?(?P<degrees>[0-9]{1,3})"
)
_MINUTES = r"(?P<minutes>[0-9]{1,2}(?:[.,](?P<minute_part>[0-9]{1,12}))?)"
_SECONDS = r"(?P<seconds>[0-9]{1,2}(?:[.,](?P<second_part>[0-9]{1,12}))?)"
_NEXT = r"(?=(?:(?<=['\"][ns])|(?<=['\"])[ew])[0-9]{1,3} ?°)"
"""The other half, without a blank: ``32°11'43"N43°03'28"E``."""
_END = rf"(?:{_NEXT}|(?![^\W_]|[.:][0-9]))"
_TAIL = rf"(?(before)|(?:[ ,]{{0,2}}(?P<after>{HEMISPHERE})(?:{_NEXT}|(?![^\W_])))?){_END}"
_AND = r"[ ,و]{0,3}"

_MARKED = re.compile(
    rf"{_HEAD} {{0,2}}(?:{DEGREE}|\*){_AND}{_MINUTES}(?! {{0,2}}{DEGREE})"
    rf"(?: {{0,2}}(?P<mark>{_MINUTE})(?:{_AND}{_SECONDS}(?! {{0,2}}{DEGREE})(?: {{0,2}}{_SECOND})?)?)?{_TAIL}"
)
_SPACED = re.compile(rf"{_HEAD}(?P<gap>[ :-]){_MINUTES}(?P<mark>')?(?:(?P=gap){_SECONDS}\"?)?{_TAIL}")
_CLOSED = re.compile(
    r"(?<![^\W_])(?:(?P<lat>(?:[0-9]{2}){2,3}(?:\.[0-9]{1,6})?)(?P<ns>[ns])[ ,/_-]{0,2}"
    r"(?P<lon>[0-9]{3}(?:[0-9]{2}){1,2}(?:\.[0-9]{1,6})?)(?P<ew>[ew])"
    r"|(?P<ns2>[ns])(?P<lat2>(?:[0-9]{2}){2,3}(?:\.[0-9]{1,6})?)[ ,/_-]{0,2}"
    r"(?P<ew2>[ew])(?P<lon2>[0-9]{3}(?:[0-9]{2}){1,2}(?:\.[0-9]{1,6})?))(?![^\W_])"
)
_TIGHT = re.compile(r"[ \t]{0,2}[,;/|_]?[ \t\n]{0,2}(?:و ?)?")


def sexagesimal(text: Plain) -> Iterator[Written]:
    """Every place in degrees and minutes, with or without seconds."""
    yield from _closed(text)
    marked = list(_angles(text, _MARKED))
    pairs = [found for first, second in _pairs(text, marked) if (found := together(first, second, "sexagesimal"))]
    yield from pairs
    rest = text.without([(found.start, found.end) for found in pairs])
    for _index, first, second in told_pairs(rest, list(_angles(rest, _SPACED))):
        if (found := together(first, second, "sexagesimal")) and first.sure and second.sure:
            yield found


def _pairs(text: Plain, angles: list[Angle]) -> Iterator[tuple[Angle, Angle]]:
    """Those that say which half they are, and neighbours with both marks that do not: latitude first."""
    told = {index: (first, second) for index, first, second in told_pairs(text, angles)}
    yield from told.values()
    taken = {*told, *(index + 1 for index in told)}
    at = 0
    for index, (first, second) in enumerate(pairwise(angles)):
        if index < at or index in taken or index + 1 in taken or not (first.sure and second.sure):
            continue
        if second.start - first.end <= 8 and _TIGHT.fullmatch(text.letters[first.end : second.start]):
            yield first, second
            at = index + 2


def _angles(text: Plain, pattern: re.Pattern[str]) -> Iterator[Angle]:
    for found in pattern.finditer(text.letters):
        angle = _angle(text, found)
        if angle is not None:
            yield angle


def _angle(text: Plain, found: re.Match[str]) -> Angle | None:
    """None when minutes or seconds reach 60, when a letter and a sign contradict, or a label and a letter."""
    minutes, seconds = float(found["minutes"].replace(",", ".")), float((found["seconds"] or "0").replace(",", "."))
    letters = found["before"] or found["after"]
    if minutes >= 60 or seconds >= 60 or (found["seconds"] and found["minute_part"]) or (letters and found["sign"]):
        return None
    axis, sign = hemisphere(letters) if letters else ("", -1 if found["sign"] == "-" else 1)
    label = labelled(text, found.start())
    if label and axis and axis != label[1]:
        return None
    part = found["second_part"] if found["seconds"] else found["minute_part"]
    step_deg = 10.0 ** -len(part or "") / (3600 if found["seconds"] else 60)
    return Angle(
        start=label[0] if label else found.start(),
        end=found.end(),
        axis=axis or (label[1] if label else ""),
        degrees=round(sign * (int(found["degrees"]) + minutes / 60 + seconds / 3600), 9),
        step_deg=step_deg,
        decimals=0,
        sure=bool(found["mark"] or (label and label[2]) or found["seconds"] or found["minute_part"]),
    )


def _closed(text: Plain) -> Iterator[Written]:
    for found in _CLOSED.finditer(text.letters):
        which = "" if found["lat"] else "2"
        lat, lon = found["lat" + which], found["lon" + which]
        halves = [
            _closed_angle(found, "lat" + which, lat[:2], lat[2:], found["ns" + which]),
            _closed_angle(found, "lon" + which, lon[:3], lon[3:], found["ew" + which]),
        ]
        first, second = halves
        if first and second and (place := together(first, second, "sexagesimal")):
            yield Written(found.start(), found.end(), "sexagesimal", place.point, place.accuracy_m)


def _closed_angle(found: re.Match[str], group: str, degrees: str, rest: str, letter: str) -> Angle | None:
    whole, _point, part = rest.partition(".")
    fields = [int(whole[at : at + 2]) for at in range(0, len(whole), 2)]
    if any(field >= 60 for field in fields):
        return None
    axis, sign = hemisphere(letter)
    value = int(degrees) + sum(field / 60**power for power, field in enumerate(fields, 1))
    step_deg = 10.0 ** -len(part) / 60 ** len(fields)
    value += (int(part) if part else 0) * step_deg
    return Angle(*found.span(group), axis, round(sign * value, 9), step_deg, 0, sure=True)
