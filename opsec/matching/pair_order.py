"""The other order of two numbers: longitude first.

Two numbers without a label are read as latitude and longitude, the usual order. Programs and some maps put longitude
first, and people copy from them. Only where that second reading meets one of our sites is it worth a match, which is
never strong evidence: chance puts it into a fence of 1 km² less than once in a million pairs, but the order is a guess.
"""

import re
from dataclasses import replace

from opsec.geo.notations.base import normalise_coordinate_text
from opsec.geo.notations.iso6709 import parse_iso6709
from opsec.geo.positions import valid_point
from opsec.model import Hint
from opsec.model.notes import ORDER_UNCLEAR, make_note

_NUMBER = r"[+-]?[0-9]{1,3}[.,][0-9]{3,20} ?°?"
_PLAIN_PAIR = re.compile(rf"{_NUMBER}[ \n,;/|_-]{{1,6}}{_NUMBER}")
_WRITTEN = frozenset({"TEXT", "SIGN", "META"})
MAX_LENGTH = 80
"""Code points of two numbers, with invisible marks between them."""


def exchange_order(hint: Hint) -> Hint | None:
    """Return a hint with its two numbers read in the other order; None when it states the order or has no such point.

    A hint states the order by labels, hemispheres, the signs of ISO 6709 or the rules of a map service. A position of a
    field (family META) has the two numbers as its text only where the field leaves the order open.
    """
    text = hint.text or ""
    if hint.kind != "position" or hint.point is None or hint.family not in _WRITTEN or len(text) > MAX_LENGTH:
        return None
    if parse_iso6709(text) is not None or _PLAIN_PAIR.fullmatch(normalise_coordinate_text(text).normalised) is None:
        return None
    point = valid_point(hint.point.lon, hint.point.lat)
    if point is None or point == hint.point:
        return None
    return replace(hint, point=point, notes=(*hint.notes, make_note(ORDER_UNCLEAR)))
