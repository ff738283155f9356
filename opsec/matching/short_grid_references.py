"""MGRS references without their zone (``KA 834 083``), resolved near each of our sites.

Squares of 100 km have the same letters again 18 degrees further east; the writer means the one that everybody around
knows. The reference is therefore read in the zones and bands around each site and matched with its fence. By chance
a reference to 100 m matches a fence of 1 km² once in a million, but its label may be that of a game, so it is never
strong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsec.geo.notations.base import normalise_coordinate_text
from opsec.geo.notations.grid_conversion import BANDS, zone_and_band
from opsec.geo.notations.mgrs_references import parse_short_reference, resolve_reference
from opsec.matching.geofences import FenceIndex, PointMatch
from opsec.matching.short_plus_codes import perimeter_centre
from opsec.model import Hint, Point, Site
from opsec.model.notes import SHORT_GRID

_ZONES = 60


def is_short_grid_reference(hint: Hint) -> bool:
    """Whether a hint is a grid reference that needs a zone."""
    return hint.kind == "place" and bool(hint.text) and hint.find_note(SHORT_GRID) is not None


def match_short_grid_reference(
    hint: Hint, sites: Sequence[Site], fences: FenceIndex
) -> Iterator[tuple[Hint, PointMatch]]:
    """Yield the hint resolved near each site whose fence it matches, with the match; at most *probable*."""
    reference = parse_short_reference(normalise_coordinate_text(hint.text or "").normalised)
    if reference is None:
        return
    for site in sites:
        centre = perimeter_centre(site)
        for zone, band in _zones_around(centre) if centre else ():
            area = resolve_reference(zone, band, *reference)
            if area is None:
                continue
            resolved = replace(hint, kind="position", point=area[0], accuracy_m=area[1])
            found = [match for match in fences.match_point(*area) if match.site.id == site.id]
            yield from ((resolved, replace(one, grade="probable") if one.grade == "strong" else one) for one in found)
            if found:
                break


def _zones_around(centre: Point) -> Iterator[tuple[int, str]]:
    """Zone and band of a position, then their neighbours: a fence may lie on an edge."""
    designator = zone_and_band(centre)
    if designator is None:
        return
    zone, band = designator
    at = BANDS.index(band)
    for shift in (0, -1, 1):
        for step in (0, -1, 1):
            if 0 <= at + step < len(BANDS):
                yield (zone + shift - 1) % _ZONES + 1, BANDS[at + step]
