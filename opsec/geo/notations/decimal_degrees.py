"""Decimal degrees: ``33.3152, 44.3661``, ``N33.3152 E44.3661``, ``خط عرض 31.707 وخط طول 40.769``.

Two bare numbers count only when they stand side by side with four decimals each. Prices, versions, dates,
telephone numbers and IP addresses have fewer decimals or more points, or come alone or in long lists.
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
from opsec.geo.notations.context_words import (
    has_length_unit_after,
    has_location_label_before,
    has_other_label_before,
    has_place_word_near,
    has_unit_after,
    is_other_quantity_nearby,
)
from opsec.geo.notations.decimal_commas import find_comma_pairs, with_decimal_points

MIN_DECIMALS = 4
"""Resolution of eleven metres. Fewer do not distinguish a base from its neighbour, and occur in prices and scores."""
MIN_DECIMALS_UNAMBIGUOUS, MIN_DECIMALS_LABELLED = 2, 3
"""With full labels or degree signs; with a hemisphere letter, or after a word such as ``location``."""
MIN_DECIMALS_TWO_LINES = 5
"""For two bare numbers, each alone on its line."""
NULL_ISLAND_HALF_SIZE_DEG = (4.0, 5.0)
"""Latitude and longitude around (0, 0) without any land: two numbers this small are rates, scores or forces."""
MAX_SEPARATOR = 6
"""Characters between the two numbers of a pair."""

_NUMBER = re.compile(
    rf"(?:{WORD_START}و?(?P<before>{HEMISPHERE})[ :=]{{0,2}}|(?<![^\W_])(?<![.+-])(?<![0-9]:)"
    r"|(?<=[^\W0-9_]-)|(?<=\Wو)|(?<=lat)|(?<=lon)|(?<=long)|(?<=lng))"
    rf"(?P<number>[+-]?[0-9]{{1,20}}(?:\.(?P<decimals>[0-9]{{1,20}}))?)(?: {{0,2}}(?P<degree>{DEGREE}))?"
    rf"(?(before)|(?: {{0,2}}(?P<after>{HEMISPHERE})(?![^\W_]))?)(?:(?![^\W_]|\.[0-9]|(?<![nsew]):[0-9])|(?=lon|lng))"
)
"""A number and its hemisphere, which stands before or after it, never both: the next number has its own."""
_TWO_DECIMALS = re.compile(r"[0-9][.,][0-9]{2}.*?[0-9][.,][0-9]{2}", re.DOTALL)
"""What every pair has: two numbers with decimal places. Most texts with numbers are clock times, dates and counts."""
_COMPACT_NUMBER = r"[0-9]{1,3}\.[0-9]{3,15}°?"
_COMPACT_PAIR = re.compile(
    rf"(?<![^\W_])(?<![.+-])(?:(?P<lat>{_COMPACT_NUMBER})(?P<ns>[ns])(?P<lon>{_COMPACT_NUMBER})(?P<ew>[ew])"
    rf"|(?P<ns2>[ns])(?P<lat2>{_COMPACT_NUMBER})(?P<ew2>[ew])(?P<lon2>{_COMPACT_NUMBER}))(?![^\W_]|[.:][0-9])"
)
"""Both angles without a space: ``33.3152N44.3661E``."""
_SEPARATOR = re.compile(r"[ \t]{0,2}[,;/|_]?[ \t]{0,2}")
_SEPARATOR_LABELLED = re.compile(r"[ \t]{0,2}[,;/|_-]?[ \t]{0,2}\n?[ \t]{0,2}")
_LINE_BREAK = re.compile(r"[ ,]{0,3}\n {0,3}")
_PLACE_KEY = r"(?:loc|location|points?|coords?|coordinates?|latlng|gps|pos|position|pin|here|maps?|cent(?:er|re)|geo)"
_OTHER_FIELD = re.compile(
    rf"(?<![^\W_])(?!{_PLACE_KEY}\()[a-z][a-z0-9_]{{2,20}}\([^()\n]{{0,40}}\Z"
    rf"|[\"'](?!{_PLACE_KEY}[\"'])[a-z0-9_]{{1,20}}[\"'] ?: ?\[ ?\Z"
)
"""A function or a list of some program, opened just before the pair: ``matrix(``, ``"values":[``."""
_NEXT_NUMBER = re.compile(r"(?P<separator>[ ,;/|]{1,3})[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?(?![^\W_])")
_MIN_LIST_REST = 2
"""Numbers right after a pair, joined to it as the two are, that make it the start of a list."""
_CALL_REACH = 64


def parse_decimal_degrees(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every position in decimal degrees."""
    if not _TWO_DECIMALS.search(text.normalised):
        return
    complete = [*_compact_pairs(text), *_comma_pairs(text)]
    yield from complete
    text = text.masked([(match.start, match.end) for match in sorted(complete, key=lambda match: match.start)])
    by_label = list(_labelled_pairs(with_decimal_points(text)))
    yield from by_label
    text = text.masked([(match.start, match.end) for match in by_label])
    angles = [_to_angle(text, number) for number in _NUMBER.finditer(text.normalised)]
    for first, second in (*_adjacent_pairs(text, angles, set()), *_two_line_pair(text, angles, set())):
        if match := combine_angles(first, second, "decimal"):
            yield replace(match, is_bare=_is_bare(text, first, second))


def _labelled_pairs(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield pairs of angles that both say whether they are a latitude or a longitude."""
    angles = [_to_angle(text, number) for number in _NUMBER.finditer(text.normalised)]
    for _index, first, second in pair_by_axis(text, angles):
        is_position = _is_precise_enough(first, second) and not _measures_a_room(text, first, second)
        if is_position and (match := combine_angles(first, second, "decimal")):
            yield match


def _measures_a_room(text: CoordinateText, first: Angle, second: Angle) -> bool:
    """Whether metres follow numbers after the bare words for length and breadth."""
    return not first.unambiguous and any(has_length_unit_after(text, angle.end) for angle in (first, second))


def _is_bare(text: CoordinateText, first: Angle, second: Angle) -> bool:
    """Whether nothing but the two numbers says that they are a position."""
    if first.unambiguous or first.axis or second.axis:
        return False
    return not has_place_word_near(text, first.start, second.end)


def _to_angle(text: CoordinateText, number: re.Match[str]) -> Angle:
    """Convert a number of any precision; coarse ones are needed to distinguish a pair from a list.

    One whose sign, hemisphere and label contradict each other gets no axis and no decimals, so it forms no pair.
    """
    hemisphere, decimals = number["before"] or number["after"], len(number["decimals"] or "")
    axis, sign = parse_hemisphere(hemisphere) if hemisphere else ("", 1)
    label = find_axis_label(text, number.start()) if decimals or number["degree"] else None
    if hemisphere and (number["number"][0] in "+-" or (label and label.axis != axis)):
        axis, decimals = "", 0
    return Angle(
        start=label.start if label else number.start(),
        end=number.end(),
        axis=axis or (label.axis if label else ""),
        degrees=sign * float(number["number"]),
        step_deg=10.0**-decimals,
        decimals=decimals,
        unambiguous=bool(number["degree"] or (label and label.unambiguous)),
    )


def _is_precise_enough(first: Angle, second: Angle) -> bool:
    return all(
        angle.decimals >= (MIN_DECIMALS_UNAMBIGUOUS if angle.unambiguous else MIN_DECIMALS_LABELLED)
        for angle in (first, second)
    )


def _adjacent_pairs(text: CoordinateText, angles: list[Angle], used: set[int]) -> Iterator[tuple[Angle, Angle]]:
    """Split runs of precise numbers into pairs.

    A run of three is a vector or a table row, in which the position is not identifiable. In a list of pairs the
    separator inside a pair differs from the one between pairs.
    """
    at = 0
    while at < len(angles):
        end = at + 1
        labelled = _is_labelled(text, angles[at])
        min_decimals = MIN_DECIMALS_LABELLED if labelled else MIN_DECIMALS
        if angles[at].decimals >= min_decimals and at not in used:
            while end < len(angles) and end not in used and _extends_run(text, angles, end, labelled=labelled):
                end += 1
            if (end - at) % 2 == 0 and _splits_into_pairs(text, angles, at, end, labelled=labelled):
                yield from (
                    pair for pair in zip(angles[at:end:2], angles[at + 1 : end : 2], strict=True)
                    if not _is_other_quantity(text, *pair, labelled=labelled)
                )  # fmt: skip
        at = end


def _is_labelled(text: CoordinateText, angle: Angle) -> bool:
    return angle.unambiguous or (
        angle.decimals >= MIN_DECIMALS_LABELLED and has_location_label_before(text, angle.start)
    )


def _extends_run(text: CoordinateText, angles: list[Angle], index: int, *, labelled: bool) -> bool:
    first, second = angles[index - 1], angles[index]
    min_decimals = MIN_DECIMALS_LABELLED if labelled else MIN_DECIMALS
    return second.decimals >= min_decimals and _separator(text, first, second, labelled=labelled) is not None


def _splits_into_pairs(text: CoordinateText, angles: list[Angle], at: int, end: int, *, labelled: bool) -> bool:
    """Whether separators inside the pairs differ from those between them and before or after the run."""
    separators = [_separator(text, first, second, labelled=labelled) for first, second in pairwise(angles[at:end])]
    inside, between = set(separators[::2]), set(separators[1::2])
    if at and _belongs_to_list(before := _separator(text, angles[at - 1], angles[at]), angles[at - 1]):
        between.add(before)
    if end < len(angles) and _belongs_to_list(after := _separator(text, angles[end - 1], angles[end]), angles[end]):
        between.add(after)
    return inside.isdisjoint(between)


def _belongs_to_list(separator: str | None, neighbour: Angle) -> bool:
    """Whether a coarse number beside the run is part of its list and not only of the sentence: ``… at 7``."""
    return separator is not None and (separator != " " or neighbour.decimals > 0)


def _separator(text: CoordinateText, first: Angle, second: Angle, *, labelled: bool = False) -> str | None:
    """Text between two numbers without spaces, or None when it does not join them."""
    between = text.normalised[first.end : second.start]
    pattern = _SEPARATOR_LABELLED if labelled else _SEPARATOR
    if not 1 <= len(between) <= MAX_SEPARATOR or not pattern.fullmatch(between):
        return None
    return between.strip(" \t") or " "


def _two_line_pair(text: CoordinateText, angles: list[Angle], used: set[int]) -> Iterator[tuple[Angle, Angle]]:
    """Pair two numbers that each stand alone on a line, with no other decimal number in the whole text."""
    precise = [index for index, angle in enumerate(angles) if angle.decimals]
    if len(precise) != 2 or precise[1] != precise[0] + 1 or used:
        return
    first, second = angles[precise[0]], angles[precise[1]]
    if has_location_label_before(text, first.start):
        return
    around = text.normalised[: first.start].rpartition("\n")[2] + text.normalised[second.end :].partition("\n")[0]
    on_two_lines = _LINE_BREAK.fullmatch(text.normalised[first.end : second.start]) and not around.strip()
    min_decimals = MIN_DECIMALS if first.unambiguous and second.unambiguous else MIN_DECIMALS_TWO_LINES
    is_precise = min(first.decimals, second.decimals) >= min_decimals
    if on_two_lines and is_precise and not _is_other_quantity(text, first, second, labelled=False):
        yield first, second


def _is_other_quantity(text: CoordinateText, first: Angle, second: Angle, *, labelled: bool) -> bool:
    """Whether two numbers without an axis mean something else, judged by words around them or their size."""
    if first.axis or second.axis:
        return False
    lat, lon = NULL_ISLAND_HALF_SIZE_DEG
    near_null_island = abs(first.degrees) < lat and abs(second.degrees) < lon
    if near_null_island or has_unit_after(text, second.end):
        return True
    if labelled:
        return False
    return (
        has_other_label_before(text, first.start)
        or is_other_quantity_nearby(text, first.start, second.end)
        or _OTHER_FIELD.search(text.normalised, max(0, first.start - _CALL_REACH), first.start) is not None
        or _starts_list(text, first, second)
    )


def _starts_list(text: CoordinateText, first: Angle, second: Angle) -> bool:
    """Whether two numbers or more follow in the same way: a row of a table, or the arguments of a function."""
    between, at = text.normalised[first.end : second.start].strip(), second.end
    for _number in range(_MIN_LIST_REST):
        following = _NEXT_NUMBER.match(text.normalised, at)
        if following is None or following["separator"].strip() != between:
            return False
        at = following.end()
    return True


def _compact_pairs(text: CoordinateText) -> Iterator[CoordinateMatch]:
    for pair in _COMPACT_PAIR.finditer(text.normalised):
        suffix = "" if pair["lat"] else "2"
        lat, lon = _compact_angle(pair, "lat", "ns", suffix), _compact_angle(pair, "lon", "ew", suffix)
        if match := combine_angles(lat, lon, "decimal"):
            yield match


def _compact_angle(pair: re.Match[str], number_group: str, hemisphere_group: str, suffix: str) -> Angle:
    axis, sign = parse_hemisphere(pair[hemisphere_group + suffix])
    number = pair[number_group + suffix].rstrip("°")
    decimals = len(number.partition(".")[2])
    return Angle(*pair.span(), axis, sign * float(number), 10.0**-decimals, decimals, unambiguous=True)


def _comma_pairs(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield pairs with decimal commas; joined by a comma too, only a label distinguishes them from a list."""
    for first, second, between in find_comma_pairs(text):
        labelled = has_location_label_before(text, first.start)
        if between in {",", "\n"} and not labelled:
            continue
        match = combine_angles(first, second, "decimal")
        if match and not _is_other_quantity(text, first, second, labelled=labelled):
            yield replace(match, is_bare=_is_bare(text, first, second))
