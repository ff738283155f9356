"""Short Plus Codes (``2R3V+XX``), resolved near each of our sites.

A short code denotes a cell near every town; its author means the one near a place that all readers know. It is
therefore recovered nearest to each site (Open Location Code specification, "Recovering a full code") and matched
with its fence. By chance a code matches a fence of 1 km² once in ten thousand codes, so it is never strong evidence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsec.geo.notations.plus_codes import recover_nearest
from opsec.matching.geofences import FenceIndex, PointMatch
from opsec.model import Hint, Point, Site
from opsec.model.notes import SHORT_PLUS_CODE


def is_short_code(hint: Hint) -> bool:
    """Whether a hint is a short code that needs a reference position."""
    return hint.kind == "place" and bool(hint.text) and hint.find_note(SHORT_PLUS_CODE) is not None


def match_short_code(hint: Hint, sites: Sequence[Site], fences: FenceIndex) -> Iterator[tuple[Hint, PointMatch]]:
    """Yield the hint resolved near each site whose fence it matches, with the match; at most *probable*."""
    for site in sites:
        reference = perimeter_centre(site)
        if reference is None:
            continue
        area = recover_nearest(_bare_code(hint), reference)
        resolved = replace(hint, kind="position", point=area.centre, accuracy_m=area.radius_m)
        for match in fences.match_point(area.centre, area.radius_m):
            if match.site.id == site.id:
                yield resolved, replace(match, grade="probable") if match.grade == "strong" else match


def perimeter_centre(site: Site) -> Point | None:
    """Centre of the bounding box of a site's perimeters; None for a site without any."""
    corners = [corner for fence in site.fences if fence.role == "perimeter" for corner in fence.rings[0][0]]
    if not corners:
        return None
    lats, lons = [corner.lat for corner in corners], [corner.lon for corner in corners]
    return Point((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)


def _bare_code(hint: Hint) -> str:
    """The digits and the plus of a code, without invisible marks between them."""
    return "".join(letter for letter in (hint.text or "").lower() if letter.isascii())
