"""Decimal commas, as phones set to most languages write them: ``31,41283 42,63794``, ``٣١،٤١٢٨٣ ، ٤٢،٦٣٧٩٤``.

A comma also separates numbers and thousands. It is a decimal sign where both numbers of a pair have one with four
digits or more behind it, or where a label or a hemisphere says that the number is an angle.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from opsec.geo.notations.angles import Angle
from opsec.geo.notations.base import CoordinateText

_NUMBER = r"[+-]?[0-9]{1,3},[0-9]{4,15}"
_PAIR = re.compile(
    rf"(?<![^\W_])(?<![.,+-])(?P<first>{_NUMBER})"
    rf"(?: {{0,2}}[;/|] {{0,2}}| {{1,2}}(?:[,-] {{1,2}})?|, ?|\n)(?P<second>{_NUMBER})(?![^\W_]|[.,][0-9])"
)
_NUMBER_BEFORE, _NUMBER_AFTER = re.compile(r"[0-9][ ,;/|]{0,3}\Z"), re.compile(r"[ ,;/|]{0,3}[0-9]")
_NUMBER_REACH = 4
_DECIMAL_COMMA = re.compile(r"(?<![0-9.,])([+-]?[0-9]{1,3}),(?=[0-9]{2,15}(?![0-9]|[.,][0-9]))")


def find_comma_pairs(text: CoordinateText) -> Iterator[tuple[Angle, Angle, str]]:
    """Yield pairs of numbers with decimal commas, and what stands between; three such numbers in a row give none."""
    for pair in _PAIR.finditer(text.normalised):
        start, end = pair.span()
        before = _NUMBER_BEFORE.search(text.normalised, max(0, start - _NUMBER_REACH), start)
        if before is None and _NUMBER_AFTER.match(text.normalised, end) is None:
            between = text.normalised[pair.end("first") : pair.start("second")]
            yield _to_angle(pair, "first"), _to_angle(pair, "second"), between


def with_decimal_points(text: CoordinateText) -> CoordinateText:
    """Copy in which a comma that may be a decimal sign is a point; only labels can then say that it is one."""
    return replace(text, normalised=_DECIMAL_COMMA.sub(r"\1.", text.normalised))


def _to_angle(pair: re.Match[str], group: str) -> Angle:
    integer, _comma, fraction = pair[group].partition(",")
    step_deg = 10.0 ** -len(fraction)
    return Angle(*pair.span(group), "", float(f"{integer}.{fraction}"), step_deg, len(fraction), unambiguous=False)
