"""How much of a site a clip gives away, and the evidence of it. It never says that the clip shows the site at all:
only sites that other evidence ties to the clip are asked, and what is found here weighs nothing in that question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from opsec.i18n.messages import Message, _, both
from opsec.matching.layout.camera_pose import Camera
from opsec.matching.layout.coverage_record import keepsake
from opsec.matching.layout.landmark_resection import Sightings, sightings
from opsec.matching.layout.local_projection import Ground, ground_of, zone_name
from opsec.matching.layout.scoring import Evidence, layout_of, shots_of, walked_m
from opsec.matching.layout.site_plan import drawn
from opsec.matching.layout.telemetry_poses import cameras_of
from opsec.matching.layout.viewshed import in_view
from opsec.model import Clip, Grade, Hint, Layout, Match, Motion, Shown, Site
from opsec.verdict.rules import rule

MOST_SITES = 5
WIDE_DEG = 120.0
"""A sweep from which on a turn is told as such."""
LONG_S, LONG_M = 4.0, 20.0
"""A walk from which on it is told as such: seconds of pictures, or metres of track inside the fence."""
ABOVE_S = 0.5
EVIDENCE = "layout"
"""Kind of evidence of all rules of this room."""


def is_layout(match: Match) -> bool:
    """Whether a match tells what is shown, and not where."""
    return rule(match.rule).evidence == EVIDENCE


@dataclass(frozen=True, slots=True)
class _Told:
    """One site, and what telemetry and landmarks tell of it."""

    site: Site
    evidence: Evidence | None
    zone_hints: Mapping[str, str]
    """Name of a zone in view → the hint that tells so."""
    high: Hint | None
    """The track of a camera high above."""
    walk: Hint | None
    ground: Ground | None
    looking: Sequence[Camera]
    """Cameras whose view may be known."""


def assess(
    clip: Clip, matches: Sequence[Match], sites: Sequence[Site]
) -> tuple[Layout, tuple[Match, ...], tuple[Shown, ...]]:
    """The clip's layout, a match for everything of it that makes the exposure of a tied site worse, and what it shows
    of each of them, to be united with other clips."""
    shots = shots_of(clip.hints)
    tied = _tied(matches, sites)
    if not tied:
        return layout_of(shots, None, None), (), ()
    told = [_told(clip, site, matches) for site in tied]
    found = [match for one in told for match in _matches(clip, one)]
    numbered = (replace(match, id=f"m{number}") for number, match in enumerate(found, len(matches) + 1))
    layouts = [layout_of(shots, one.site.id, one.evidence) for one in told]
    kept = (keepsake(one.site.id, layout, one.ground, one.looking) for one, layout in zip(told, layouts, strict=True))
    return layouts[0], tuple(numbered), tuple(kept)


def _tied(matches: Sequence[Match], sites: Sequence[Site]) -> list[Site]:
    """The sites that other evidence ties to the clip, the surest first."""
    by_id = {site.id: site for site in sites}
    sure = [match for match in matches if match.grade != "possible" and match.log_odds > 0]
    names = dict.fromkeys(match.site for match in sorted(sure, key=lambda one: -one.log_odds))
    return [by_id[name] for name in names][:MOST_SITES]


def _told(clip: Clip, site: Site, matches: Sequence[Match]) -> _Told:
    ground = ground_of(site)
    placed = list(cameras_of(clip, ground)) if ground else []
    cameras = [camera for _hint, camera in placed]
    seen = sightings(site, matches, ground.plane if ground else None, cameras[0] if cameras else None)
    looking = [*cameras, *([seen.camera] if seen.camera else [])]
    view = in_view(looking, ground) if ground and looking else None
    walk, way_m = _longest_walk(placed, ground.fence) if ground else (None, None)
    telling = view is not None or walk is not None
    evidence = Evidence(
        in_view=view,
        zones=tuple(seen.zones),
        walked_m=way_m,
        bearing_deg=seen.camera.heading_deg if seen.camera else None,
        by_telemetry=bool(placed),
        by_landmarks=bool(seen.hint_ids),
        drawing=drawn(ground, view, cameras) if ground and telling else (),
    )
    return _Told(
        site=site,
        evidence=evidence,
        zone_hints={**dict.fromkeys(view.zones if view else (), _who_looks(placed, seen)), **seen.zones},
        high=next((hint for hint, camera in placed if camera.high), None),
        walk=walk,
        ground=ground,
        looking=looking,
    )


def _who_looks(placed: Sequence[tuple[Hint, Camera]], seen: Sightings) -> str:
    """The hint that tells which way the camera looked: where somebody was does not tell what was shown."""
    telling = [hint.id for hint, camera in placed if camera.heading_deg is not None]
    return next(iter((*telling, *seen.hint_ids, *(hint.id for hint, _camera in placed))), "")


def _longest_walk(placed: Sequence[tuple[Hint, Camera]], fence: object) -> tuple[Hint | None, float | None]:
    """The track with the longest way inside the fence, and that way in metres: two tracks may tell the same walk."""
    import shapely

    inside: dict[str, list[Camera]] = {}
    tracks = {hint.id: hint for hint, _camera in placed if hint.fixes}
    for hint, camera in placed:
        if hint.fixes and shapely.intersects_xy(fence, camera.east_m, camera.north_m):
            inside.setdefault(hint.id, []).append(camera)
    ways = {hint_id: walked_m(cameras) for hint_id, cameras in inside.items()}
    longest = max(ways, key=lambda hint_id: ways[hint_id], default=None)
    return (None, None) if longest is None else (tracks[longest], ways[longest])


def _matches(clip: Clip, told: _Told) -> Iterator[Match]:
    shots = [hint for hint in clip.hints if hint.motion is not None]
    yield from _best(told, "LAYOUT-AERIAL", _above(shots, told), told.high)
    yield from _best(told, "LAYOUT-SWEEP", _swept(shots), None)
    yield from _best(told, "LAYOUT-WALK", _walked(shots, told), told.walk)
    left = dict(told.zone_hints)
    for zone in told.site.fences:
        hint_id = left.pop(zone_name(zone), None) if zone.role == "zone" else None
        if hint_id is not None:
            why = _("a zone of {site} lies in the camera's view", site=told.site.code)
            match = _match(told.site, "ZONE-IN-VIEW", (hint_id,), "probable", why)
            yield replace(match, zone=zone_name(zone), zone_sensitivity=zone.sensitivity)


Telling = tuple[Hint, Grade, Message]


def _best(told: _Told, rule_id: str, telling: Telling | None, track: Hint | None) -> Iterator[Match]:
    """At most one match a rule: of the shot that tells most."""
    if telling is not None:
        hint, grade, why = telling
        ids = (hint.id, *((track.id,) if track is not None and track.id != hint.id else ()))
        yield _match(told.site, rule_id, ids, grade, why)


def _above(shots: Sequence[Hint], told: _Told) -> Telling | None:
    looking_down = [(motion.overhead_s or 0.0, hint) for hint, motion in _motions(shots) if motion.motion == "overhead"]
    longest = max(looking_down, key=lambda one: one[0], default=None)
    if told.high is not None:
        return (
            told.high,
            "strong",
            _("the track rises high above {site}: the camera looks over its buildings", site=told.site.code),
        )
    if longest is not None and longest[0] >= ABOVE_S:
        why = _("the camera looks down from above for {seconds} s", seconds=round(longest[0], 1))
        return longest[1], "probable", why
    return None


def _swept(shots: Sequence[Hint]) -> Telling | None:
    turns = [(motion.sweep_deg, hint, motion) for hint, motion in _motions(shots) if motion.motion == "turn"]
    known = [(sweep, hint) for sweep, hint, _motion in turns if sweep is not None]
    widest = max(known, key=lambda one: one[0], default=None)
    if widest is not None and widest[0] >= WIDE_DEG:
        return widest[1], "probable", _("the camera sweeps at least {sweep_deg} degrees", sweep_deg=int(widest[0]))
    unmeasured = next((hint for sweep, hint, _motion in turns if sweep is None), None)
    if unmeasured is not None:
        return unmeasured, "possible", _("the camera turns; how far could not be measured")
    return None


def _walked(shots: Sequence[Hint], told: _Told) -> Telling | None:
    way_m = told.evidence.walked_m if told.evidence else None
    if told.walk is not None and way_m is not None and way_m >= LONG_M:
        why = _("the track runs {way_m} m inside the fence: where somebody was, not what was shown", way_m=round(way_m))
        return told.walk, "strong", why
    walks = [(_lasts_s(hint), hint) for hint, motion in _motions(shots) if motion.motion == "travel"]
    longest = max(walks, key=lambda one: one[0], default=None)
    if longest is not None and longest[0] >= LONG_S:
        return longest[1], "probable", _("the camera travels for {seconds} s", seconds=round(longest[0], 1))
    return None


def _lasts_s(hint: Hint) -> float:
    return (hint.until_s or 0.0) - (hint.at_s or 0.0)


def _motions(shots: Sequence[Hint]) -> Iterator[tuple[Hint, Motion]]:
    return ((hint, hint.motion) for hint in shots if hint.motion is not None)


def _match(site: Site, rule_id: str, hint_ids: tuple[str, ...], grade: Grade, why: Message) -> Match:
    return Match(hint_ids=hint_ids, site=site.id, rule=rule_id, grade=grade, log_odds=0.0, why=both(why))
