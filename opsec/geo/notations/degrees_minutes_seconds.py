"""Degrees, minutes and seconds (DMS).

``32°11'43.0"N 43°03'28.5"E``, ``N30 25 39.9 E42 52 41.2``, ``٣١ درجة و٤٦ دقيقة شمالا``.
Forms follow ISO 6709:2008 Annex D and the marks that people really type; the packed form ``321143N 0430328E`` is
that of aviation notices (ICAO Annex 15).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from opsec.geo.notations.angles import (
    DEGREE,
    HEMISPHERE,
    WORD_START,
    Angle,
    combine_angles,
    find_axis_label,
    pair_by_axis,
    parse_hemisphere,
)
from opsec.geo.notations.base import CoordinateMatch, CoordinateText

MINUTE_SIGN = r"'(?!')|minutes?|mins?|m(?![a-z])|دقيقه|دقايق|دق|د(?![^\W_])"
SECOND_SIGN = r"\"|''|seconds?|secs?|ثانيه|ثواني|ثوان|ث(?![^\W_])"
JOINT = r"[ ,و]{0,3}"
"""What may stand between degrees, minutes and seconds."""
_MINUTE = rf"(?:{MINUTE_SIGN})"
_SECOND = rf"(?:{SECOND_SIGN}|s(?= ?(?:{HEMISPHERE})))"
_HEAD = (
    rf"(?:{WORD_START}و?(?P<before>{HEMISPHERE})[ :=]{{0,2}}|(?<![^\W_])(?<![0-9][.,:-])"
    r"|(?<=\Wو)|(?<=['\"°][ns]))(?P<sign>[+-])?(?P<degrees>[0-9]{1,3})"
)
_MINUTES = r"(?P<minutes>[0-9]{1,2}(?:[.,](?P<minute_part>[0-9]{1,12}))?)"
_SECONDS = r"(?P<seconds>[0-9]{1,2}(?:[.,](?P<second_part>[0-9]{1,12}))?)"
_NEXT_ANGLE = r"(?=(?:(?<=['\"][ns])|(?<=['\"])[ew])[0-9]{1,3} ?[°^~*o])"
"""The other angle, without a space: ``32°11'43"N43°03'28"E``."""
_END = rf"(?:{_NEXT_ANGLE}|(?![^\W_]|[.:][0-9]))"
_TAIL = rf"(?(before)|(?:[ ,]{{0,2}}(?P<after>{HEMISPHERE})(?:{_NEXT_ANGLE}|(?![^\W_])))?){_END}"

_MARKED = re.compile(
    rf"{_HEAD} {{0,2}}(?:{DEGREE}|\*|(?P<stand_in>[\^~]|o(?= ?[0-9]))){JOINT}{_MINUTES}(?! {{0,2}}{DEGREE})"
    rf"(?: {{0,2}}(?P<mark>{_MINUTE})(?:{JOINT}{_SECONDS}(?! {{0,2}}{DEGREE})(?: {{0,2}}{_SECOND})?)?)?"
    rf"{_TAIL}"
)
_SPACED = re.compile(rf"{_HEAD}(?P<gap>[ :-]){_MINUTES}(?P<mark>')?(?:(?P=gap){_SECONDS}\"?)?{_TAIL}")
_DOTTED = re.compile(
    rf"{_HEAD}\.(?P<minutes>[0-5][0-9])\.(?P<seconds>[0-5][0-9](?:[.,](?P<second_part>[0-9]{{1,12}}))?)[\"']{{0,2}}{_TAIL}"
)
"""Aeronautical: ``N31.24.46 E042.38.17``; a date or a version has no hemisphere."""
_PACKED = re.compile(
    r"(?<![^\W_])(?:(?P<lat>(?:[0-9]{2}){2,3}(?:\.[0-9]{1,6})?)(?P<ns>[ns])[ ,/_-]{0,2}"
    r"(?P<lon>[0-9]{3}(?:[0-9]{2}){1,2}(?:\.[0-9]{1,6})?)(?P<ew>[ew])"
    r"|(?P<ns2>[ns])(?P<lat2>(?:[0-9]{2}){2,3}(?:\.[0-9]{1,6})?)[ ,/_-]{0,2}"
    r"(?P<ew2>[ew])(?P<lon2>[0-9]{3}(?:[0-9]{2}){1,2}(?:\.[0-9]{1,6})?))(?![^\W_])"
)
_FOUR_NUMBERS = re.compile(r"[0-9]{5}|(?:[0-9]++[^0-9]++){3}[0-9]")
"""What every pair has: degrees and minutes of two angles, as four numbers or joined (``04204E``)."""
_PAIR_SEPARATOR = re.compile(r"[ \t]{0,2}[,;/|_]?[ \t\n]{0,2}(?:و ?)?")
_MAX_PAIR_GAP = 8
"""Characters between two angles that do not state their axes."""


def parse_degrees_minutes_seconds(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every position in degrees and minutes, with or without seconds."""
    if not _FOUR_NUMBERS.search(text.normalised):
        return
    yield from _packed_pairs(text)
    pairs = _pair_marked(text, list(_angles(text, _MARKED)))
    matches = [match for first, second in pairs if (match := combine_angles(first, second, "sexagesimal"))]
    yield from matches
    rest = text.masked([(match.start, match.end) for match in matches])
    for pattern in (_DOTTED, _SPACED):
        pairs = ((first, second) for _index, first, second in pair_by_axis(rest, list(_angles(rest, pattern))))
        found = [
            match for first, second in pairs
            if first.unambiguous and second.unambiguous and (match := combine_angles(first, second, "sexagesimal"))
        ]  # fmt: skip
        yield from found
        rest = rest.masked([(match.start, match.end) for match in found])


def _pair_marked(text: CoordinateText, angles: list[Angle]) -> Iterator[tuple[Angle, Angle]]:
    """Pair angles that state their axes, then fully marked neighbours that do not, latitude first."""
    by_axis = {index: (first, second) for index, first, second in pair_by_axis(text, angles)}
    yield from by_axis.values()
    used = {*by_axis, *(index + 1 for index in by_axis)}
    at = 0
    for index, (first, second) in enumerate(pairwise(angles)):
        if index < at or index in used or index + 1 in used or not (first.unambiguous and second.unambiguous):
            continue
        if second.start - first.end <= _MAX_PAIR_GAP and _PAIR_SEPARATOR.fullmatch(
            text.normalised[first.end : second.start]
        ):
            yield first, second
            at = index + 2


def _angles(text: CoordinateText, pattern: re.Pattern[str]) -> Iterator[Angle]:
    for found in pattern.finditer(text.normalised):
        angle = _to_angle(text, found)
        if angle is not None:
            yield angle


def _to_angle(text: CoordinateText, found: re.Match[str]) -> Angle | None:
    """Convert a regular expression match into an angle.

    None when minutes or seconds reach 60, or when the hemisphere contradicts a sign or a label.
    """
    part = found.groupdict()
    minutes, seconds = float(found["minutes"].replace(",", ".")), float((found["seconds"] or "0").replace(",", "."))
    hemisphere = found["before"] or found["after"]
    if (
        minutes >= 60
        or seconds >= 60
        or (found["seconds"] and part.get("minute_part"))
        or (hemisphere and found["sign"])
    ):
        return None
    axis, sign = parse_hemisphere(hemisphere) if hemisphere else ("", -1 if found["sign"] == "-" else 1)
    label = find_axis_label(text, found.start())
    if label and axis and axis != label.axis:
        return None
    if part.get("stand_in") and not (part["mark"] and (axis or label)):
        return None
    fraction = part["second_part"] if found["seconds"] else part["minute_part"]
    step_deg = 10.0 ** -len(fraction or "") / (3600 if found["seconds"] else 60)
    return Angle(
        start=label.start if label else found.start(),
        end=found.end(),
        axis=axis or (label.axis if label else ""),
        degrees=round(sign * (int(found["degrees"]) + minutes / 60 + seconds / 3600), 9),
        step_deg=step_deg,
        decimals=0,
        unambiguous=bool(part.get("mark") or (label and label.unambiguous) or found["seconds"] or part["minute_part"]),
    )


def _packed_pairs(text: CoordinateText) -> Iterator[CoordinateMatch]:
    for found in _PACKED.finditer(text.normalised):
        suffix = "" if found["lat"] else "2"
        lat = _packed_angle(found, "lat" + suffix, found["ns" + suffix], degree_digits=2)
        lon = _packed_angle(found, "lon" + suffix, found["ew" + suffix], degree_digits=3)
        if lat and lon and (match := combine_angles(lat, lon, "sexagesimal")):
            yield replace(match, start=found.start(), end=found.end())


def _packed_angle(found: re.Match[str], group: str, hemisphere: str, *, degree_digits: int) -> Angle | None:
    """Convert DDMM, DDMMSS or DDDMMSS, with or without a fraction; None when minutes or seconds reach 60."""
    integer, _point, fraction = found[group][degree_digits:].partition(".")
    fields = [int(integer[at : at + 2]) for at in range(0, len(integer), 2)]
    if any(field >= 60 for field in fields):
        return None
    axis, sign = parse_hemisphere(hemisphere)
    value = int(found[group][:degree_digits]) + sum(field / 60**power for power, field in enumerate(fields, 1))
    step_deg = 10.0 ** -len(fraction) / 60 ** len(fields)
    value += (int(fraction) if fraction else 0) * step_deg
    return Angle(*found.span(group), axis, round(sign * value, 9), step_deg, 0, unambiguous=True)
