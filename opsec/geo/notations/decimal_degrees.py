"""Decimal degrees: ``33.3152, 44.3661``, ``N33.3152 E44.3661``, ``خط عرض 31.707 وخط طول 40.769``.

Two bare numbers are taken only side by side and with four decimals each. Prices, versions, dates,
telephone numbers and addresses of machines have fewer decimals, more points, or come alone or by the dozen.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from opsec.geo.notations.angles import DEGREE, EDGE, HEMISPHERE, Angle, hemisphere, labelled, together, told_pairs
from opsec.geo.notations.context_words import measured_in, named_a_place, named_a_thing
from opsec.geo.notations.coordinate_match import Written
from opsec.geo.notations.normalised_text import Plain

FEWEST_DECIMALS = 4
"""Eleven metres. Fewer tell no base from its neighbour, and occur in prices and scores."""
FEWEST_SURE, FEWEST_NAMED = 2, 3
"""With full labels or degree signs; with a letter of the compass, or behind a word such as ``location``."""
FEWEST_ALONE = 5
"""For two bare numbers on two lines with no other beside them."""
OPEN_SEA = (4.0, 5.0)
"""Degrees around (0, 0) in which there is no land: two small numbers are rates, scores or forces."""

_NUMBER = re.compile(
    rf"(?:{EDGE}و?(?P<before>{HEMISPHERE})[ :=]{{0,2}}|(?<![^\W_])(?<![.+-])(?<![0-9]:)"
    r"|(?<=[^\W0-9_]-)|(?<=\Wو)|(?<=lat)|(?<=lon)|(?<=long)|(?<=lng))"
    rf"(?P<number>[+-]?[0-9]{{1,20}}(?:\.(?P<decimals>[0-9]{{1,20}}))?)(?: {{0,2}}(?P<degree>{DEGREE}))?"
    rf"(?(before)|(?: {{0,2}}(?P<after>{HEMISPHERE})(?![^\W_]))?)(?![^\W_]|[.:][0-9])"
)
"""A number and its hemisphere, which stands before or behind it, never both: the next number has its own."""
_HALF = r"[0-9]{1,3}\.[0-9]{3,15}°?"
_TIGHT = re.compile(
    rf"(?<![^\W_])(?<![.+-])(?:(?P<lat>{_HALF})(?P<ns>[ns])(?P<lon>{_HALF})(?P<ew>[ew])"
    rf"|(?P<ns2>[ns])(?P<lat2>{_HALF})(?P<ew2>[ew])(?P<lon2>{_HALF}))(?![^\W_]|[.:][0-9])"
)
"""Both halves without a blank: ``33.3152N44.3661E``."""
_BETWEEN = re.compile(r"[ \t]{0,2}[,;/|_]?[ \t]{0,2}")
_BETWEEN_NAMED = re.compile(r"[ \t]{0,2}[,;/|_-]?[ \t]{0,2}\n?[ \t]{0,2}")
_NEXT_LINE = re.compile(r"[ ,]{0,3}\n {0,3}")
_COMMA = r"[+-]?[0-9]{1,3},[0-9]{4,15}"
_COMMAS = re.compile(
    rf"(?<![^\W_])(?<![.,+-])(?P<first>{_COMMA})(?:[ \t]{{0,2}}[;/|][ \t]{{0,2}}|[ \t]{{1,2}}|, )(?P<second>{_COMMA})"
    r"(?![^\W_]|[.,][0-9])"
)
_NUMBER_BEFORE, _NUMBER_BEHIND = re.compile(r"[0-9][ ,;/|]{0,2}\Z"), re.compile(r"[ ,;/|]{0,3}[0-9]")


def decimal_degrees(text: Plain) -> Iterator[Written]:
    """Every place in decimal degrees."""
    whole = [*_tight(text), *_with_commas(text)]
    yield from whole
    text = text.without([(found.start, found.end) for found in whole])
    numbers = [number for found in _NUMBER.finditer(text.letters) if (number := _angle(text, found))]
    told = {at: (first, second) for at, first, second in told_pairs(text, numbers) if _is_told(first, second)}
    taken = {*told, *(at + 1 for at in told)}
    for first, second in [*told.values(), *_side_by_side(text, numbers, taken), *_alone(text, numbers, taken)]:
        found = together(first, second, "decimal")
        if found:
            yield found


def _angle(text: Plain, found: re.Match[str]) -> Angle | None:
    """A number, fine or coarse: coarse ones tell a pair from a list. None when its signs contradict each other."""
    letters, decimals = found["before"] or found["after"], len(found["decimals"] or "")
    axis, sign = hemisphere(letters) if letters else ("", 1)
    label = labelled(text, found.start()) if decimals or found["degree"] else None
    if letters and (found["number"][0] in "+-" or (label and label[1] != axis)):
        axis, decimals = "", 0
    return Angle(
        start=label[0] if label else found.start(),
        end=found.end(),
        axis=axis or (label[1] if label else ""),
        degrees=sign * float(found["number"]),
        step_deg=10.0**-decimals,
        decimals=decimals,
        sure=bool(found["degree"] or (label and label[2])),
    )


def _is_told(first: Angle, second: Angle) -> bool:
    return all(half.decimals >= (FEWEST_SURE if half.sure else FEWEST_NAMED) for half in (first, second))


def _side_by_side(text: Plain, numbers: list[Angle], taken: set[int]) -> Iterator[tuple[Angle, Angle]]:
    """Fine numbers that stand together and make pairs, each pair after the other.

    A run of three is a vector or a table row: nobody can tell which two are the place. In a list of
    pairs the separator inside a pair is another than that between pairs.
    """
    at = 0
    while at < len(numbers):
        end = at + 1
        named = numbers[at].sure or (numbers[at].decimals >= FEWEST_NAMED and named_a_place(text, numbers[at].start))
        fewest = FEWEST_NAMED if named else FEWEST_DECIMALS
        if numbers[at].decimals >= fewest and at not in taken:
            while end < len(numbers) and end not in taken and _joins(text, numbers, end, fewest, named=named):
                end += 1
            if (end - at) % 2 == 0 and _makes_pairs(text, numbers, at, end, named=named):
                yield from (
                    pair for pair in zip(numbers[at:end:2], numbers[at + 1 : end : 2], strict=True)
                    if not _is_other(text, *pair, named=named)
                )  # fmt: skip
        at = end


def _joins(text: Plain, numbers: list[Angle], index: int, fewest: int, *, named: bool) -> bool:
    first, second = numbers[index - 1], numbers[index]
    return second.decimals >= fewest and _separator(text, first, second, named=named) is not None


def _makes_pairs(text: Plain, numbers: list[Angle], at: int, end: int, *, named: bool) -> bool:
    """Whether what stands inside the pairs differs from what stands between them and their coarse neighbours."""
    joints = [_separator(text, first, second, named=named) for first, second in pairwise(numbers[at:end])]
    inside, between = set(joints[::2]), set(joints[1::2])
    if at and _lists(before := _separator(text, numbers[at - 1], numbers[at]), numbers[at - 1]):
        between.add(before)
    if end < len(numbers) and _lists(behind := _separator(text, numbers[end - 1], numbers[end]), numbers[end]):
        between.add(behind)
    return inside.isdisjoint(between)


def _lists(joint: str | None, neighbour: Angle) -> bool:
    """A coarse number beside the run belongs to its list, unless it only follows in the sentence: ``… at 7``."""
    return joint is not None and (joint != " " or neighbour.decimals > 0)


def _separator(text: Plain, first: Angle, second: Angle, *, named: bool = False) -> str | None:
    """What stands between two numbers, without its blanks; none when it does not join them."""
    between = text.letters[first.end : second.start]
    if not 1 <= len(between) <= 6 or not (_BETWEEN_NAMED if named else _BETWEEN).fullmatch(between):
        return None
    return between.strip(" \t") or " "


def _alone(text: Plain, numbers: list[Angle], taken: set[int]) -> Iterator[tuple[Angle, Angle]]:
    """Two numbers, each alone on its line, and no other with decimals in the whole text."""
    fine = [index for index, number in enumerate(numbers) if number.decimals]
    if len(fine) != 2 or fine[1] != fine[0] + 1 or taken or named_a_place(text, numbers[fine[0]].start):
        return
    first, second = numbers[fine[0]], numbers[fine[1]]
    around = text.letters[: first.start].rpartition("\n")[2] + text.letters[second.end :].partition("\n")[0]
    on_two_lines = _NEXT_LINE.fullmatch(text.letters[first.end : second.start]) and not around.strip()
    fewest = FEWEST_DECIMALS if first.sure and second.sure else FEWEST_ALONE
    fine_enough = min(first.decimals, second.decimals) >= fewest
    if on_two_lines and fine_enough and not _is_other(text, first, second, named=False):
        yield first, second


def _is_other(text: Plain, first: Angle, second: Angle, *, named: bool) -> bool:
    """Whether two numbers that do not say what they are mean something else: by their words, or in the open sea."""
    if first.axis or second.axis:
        return False
    at_sea = abs(first.degrees) < OPEN_SEA[0] and abs(second.degrees) < OPEN_SEA[1]
    return at_sea or measured_in(text, second.end) or (not named and named_a_thing(text, first.start))


def _tight(text: Plain) -> Iterator[Written]:
    for pair in _TIGHT.finditer(text.letters):
        which = "" if pair["lat"] else "2"
        if found := together(_half(pair, "lat", "ns", which), _half(pair, "lon", "ew", which), "decimal"):
            yield found


def _half(pair: re.Match[str], number: str, letter: str, which: str) -> Angle:
    (axis, sign), written = hemisphere(pair[letter + which]), pair[number + which].rstrip("°")
    decimals = len(written.partition(".")[2])
    return Angle(*pair.span(), axis, sign * float(written), 10.0**-decimals, decimals, sure=True)


def _with_commas(text: Plain) -> Iterator[Written]:
    """A pair whose writer has no decimal point on the keyboard: ``33,3152 44,3661``; of three nobody can tell."""
    for pair in _COMMAS.finditer(text.letters):
        start, end = pair.span()
        if _NUMBER_BEFORE.search(text.letters, max(0, start - 3), start) or _NUMBER_BEHIND.match(text.letters, end):
            continue
        first, second = _with_comma(pair, "first"), _with_comma(pair, "second")
        found = together(first, second, "decimal")
        if found and not _is_other(text, first, second, named=False):
            yield found


def _with_comma(pair: re.Match[str], group: str) -> Angle:
    whole, _comma, part = pair[group].partition(",")
    step_deg = 10.0 ** -len(part)
    return Angle(*pair.span(group), "", float(f"{whole}.{part}"), step_deg, len(part), sure=False)
