"""Where a camera stood and looked, as recognised landmarks tell it.

Each landmark whose photographed side faces a known way was filmed from somewhere on that side; where the lines
of two of them cross, the camera stood, give or take. One landmark alone tells the zone it stands in, and no more.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opsec.matching.layout.camera_pose import Camera
from opsec.matching.layout.local_projection import Plane
from opsec.model import Landmark, Match, Site

LANDMARK_RULE = "LANDMARK-SEEN"
FARTHEST_M = 500.0
"""A crossing further from its landmarks than this is no place that anybody filmed them from."""
LEAST_ANGLE_DEG = 15.0
"""Lines that run more nearly the same way do not cross at a place that can be told."""
MARGIN_DEG = 10.0
"""On either side of the landmarks."""
ACCURACY_M, COMPASS_DEG = 40.0, 20.0
"""A photographed side is filmed from within some 35 degrees of straight on."""


@dataclass(frozen=True, slots=True)
class Sightings:
    """What landmarks tell of a clip and a site."""

    hint_ids: tuple[str, ...]
    zones: Mapping[str, str]
    """Name of a zone → the hint that shows a landmark of it."""
    camera: Camera | None
    """None when fewer than two landmarks are placed, or their lines do not meet."""


def sightings(site: Site, matches: Sequence[Match], plane: Plane | None, stood: Camera | None = None) -> Sightings:
    """The landmarks of this site that were recognised. ``stood`` is where telemetry says the camera was."""
    met = [match for match in matches if match.site == site.id and match.rule == LANDMARK_RULE and match.landmark]
    met = [match for match in met if match.grade != "possible"]
    known = {landmark.id: landmark for landmark in site.landmarks}
    seen = [known[name] for name in dict.fromkeys(match.landmark for match in met) if name in known]
    return Sightings(
        hint_ids=tuple(dict.fromkeys(hint_id for match in met for hint_id in match.hint_ids)),
        zones={zone: match.hint_ids[0] for match in reversed(met) if (zone := _zone(known, match)) is not None},
        camera=_camera(seen, plane, stood) if plane is not None else None,
    )


def _zone(known: Mapping[str, Landmark], match: Match) -> str | None:
    landmark = known.get(match.landmark or "")
    return landmark.zone or None if landmark is not None else None


def _camera(seen: Sequence[Landmark], plane: Plane, stood: Camera | None) -> Camera | None:
    placed = [(plane.xy(one.position), one.heading_deg) for one in seen if one.position is not None]
    if len(placed) < 2:
        return None
    here = (stood.east_m, stood.north_m) if stood is not None else _crossing(placed)
    if here is None:
        return None
    bearings = [_bearing_deg(here, there) for there, _faces in placed]
    middle, spread = _middle_and_spread(bearings)
    if spread > 120.0:
        return None  # no one picture shows both: they were filmed one after the other
    return Camera(
        east_m=here[0], north_m=here[1], heading_deg=middle, hfov_deg=spread + 2 * MARGIN_DEG,
        accuracy_m=ACCURACY_M if stood is None else stood.accuracy_m, compass_deg=COMPASS_DEG if stood is None else 0.0,
    )  # fmt: skip


def _crossing(placed: Sequence[tuple[tuple[float, float], float | None]]) -> tuple[float, float] | None:
    """Where the lines ahead of the first two photographed sides that can be told apart cross."""
    facing = [(spot, math.radians(faces)) for spot, faces in placed if faces is not None]
    for index, (one, way) in enumerate(facing):
        for other, other_way in facing[index + 1 :]:
            across = math.sin(way) * math.cos(other_way) - math.cos(way) * math.sin(other_way)
            if abs(across) < math.sin(math.radians(LEAST_ANGLE_DEG)):
                continue
            east, north = other[0] - one[0], other[1] - one[1]
            along = (east * math.cos(other_way) - north * math.sin(other_way)) / across
            back = (east * math.cos(way) - north * math.sin(way)) / across
            if 0 < along < FARTHEST_M and 0 < back < FARTHEST_M:
                return one[0] + along * math.sin(way), one[1] + along * math.cos(way)
    return None


def _bearing_deg(here: tuple[float, float], there: tuple[float, float]) -> float:
    return math.degrees(math.atan2(there[0] - here[0], there[1] - here[1])) % 360.0


def _middle_and_spread(bearings: Sequence[float]) -> tuple[float, float]:
    """The middle of the narrowest sector that holds all bearings, and its width."""
    rising = sorted(bearings)
    gaps = [((rising[(i + 1) % len(rising)] - one) % 360.0, i) for i, one in enumerate(rising)]
    widest, index = max(gaps)
    spread = 360.0 - widest
    return (rising[(index + 1) % len(rising)] + spread / 2) % 360.0, spread
