"""A short Plus Code (``2R3V+XX``) names a cell in every town of the world: read beside each of our sites.

Whoever posts one means the cell near the place that all readers have in mind. If that is near a site of
ours, the code is recovered nearest to the site (Open Location Code specification, "Recovering a full
code") and meets its fence. By chance a code meets a fence of 1 km² once in ten thousand codes: it is never
strong evidence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsec.geo.notations.plus_codes import nearest
from opsec.matching.geofences import Fences, Meeting
from opsec.model import Hint, Point, Site
from opsec.readers.text.coordinates import SHORT_CODE_NOTE


def is_short_code(hint: Hint) -> bool:
    """Whether a hint is a short code that still wants a place to stand beside."""
    return hint.note == SHORT_CODE_NOTE and hint.kind == "place" and bool(hint.text)


def recovered(hint: Hint, sites: Sequence[Site], fences: Fences) -> Iterator[tuple[Hint, Meeting]]:
    """The hint as each site's neighbours would read it, with its meeting, where it has one; at most *probable*."""
    for site in sites:
        around = middle(site)
        if around is None:
            continue
        cell = nearest(_code(hint), around)
        read = replace(hint, kind="position", point=cell.centre, accuracy_m=cell.radius_m)
        for met in fences.meet(cell.centre, cell.radius_m):
            if met.site.id == site.id:
                yield read, replace(met, grade="probable") if met.grade == "strong" else met


def middle(site: Site) -> Point | None:
    """The middle of a site's perimeter; none when it has none."""
    corners = [corner for fence in site.fences if fence.role == "perimeter" for corner in fence.rings[0][0]]
    if not corners:
        return None
    lats, lons = [corner.lat for corner in corners], [corner.lon for corner in corners]
    return Point((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)


def _code(hint: Hint) -> str:
    """The digits and the plus of the code, without the marks that may lie between them."""
    return "".join(letter for letter in (hint.text or "").lower() if letter.isascii())
