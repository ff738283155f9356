"""The layout rules: when each fires, at which grade, and the sentence that explains it.

A layout match never ties a clip to a site, so its log-odds are 0: it makes the exposure of a site worse that other
evidence ties to the clip. At most one match fires per rule and site, for the shot that shows most; each zone in view
has its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from opsec.i18n.messages import Message, _, bilingual
from opsec.matching.layout.local_projection import zone_label
from opsec.matching.layout.site_assessment import SiteAssessment
from opsec.model import Clip, Grade, Hint, Match, Motion, Site

AERIAL, SWEEP, WALK, ZONE = "LAYOUT-AERIAL", "LAYOUT-SWEEP", "LAYOUT-WALK", "ZONE-IN-VIEW"
"""Rule ids, as in ``opsec.verdict.rules``."""
MIN_OVERHEAD_S = 0.5
MIN_SWEEP_DEG = 120.0
MIN_WALK_S, MIN_WALK_M = 4.0, 20.0
"""Seconds of frames, or metres of track inside the fence."""


class _Reason(NamedTuple):
    """Why a rule fires."""

    hint: Hint
    grade: Grade
    why: Message


def layout_matches(clip: Clip, assessment: SiteAssessment) -> Iterator[Match]:
    """Yield the matches of all layout rules for one site, without ids."""
    shots = [(hint, hint.motion) for hint in clip.hints if hint.motion is not None]
    site = assessment.site
    yield from _match(site, AERIAL, _aerial(shots, assessment), assessment.high_track)
    yield from _match(site, SWEEP, _sweep(shots), None)
    yield from _match(site, WALK, _walk(shots, assessment), assessment.walk)
    yield from _zones_in_view(assessment)


def _match(site: Site, rule_id: str, reason: _Reason | None, track: Hint | None) -> Iterator[Match]:
    """Yield the match of a rule that fires, with the shot and the track that show it."""
    if reason is not None:
        track_ids = (track.id,) if track is not None and track.id != reason.hint.id else ()
        yield _new_match(site, rule_id, (reason.hint.id, *track_ids), reason.grade, reason.why)


def _new_match(site: Site, rule_id: str, hint_ids: tuple[str, ...], grade: Grade, why: Message) -> Match:
    return Match(hint_ids=hint_ids, site=site.id, rule=rule_id, grade=grade, log_odds=0.0, why=bilingual(why))


def _aerial(shots: Sequence[tuple[Hint, Motion]], assessment: SiteAssessment) -> _Reason | None:
    """A track high above the site, or the longest shot that looks down."""
    if assessment.high_track is not None:
        why = _("the track climbs high above {site}, so the camera sees over its buildings", site=assessment.site.code)
        return _Reason(assessment.high_track, "strong", why)
    overhead = [(motion.overhead_s or 0.0, hint) for hint, motion in shots if motion.motion == "overhead"]
    longest_s, hint = max(overhead, key=lambda one: one[0], default=(0.0, None))
    if hint is not None and longest_s >= MIN_OVERHEAD_S:
        why = _("the camera looks down from above for {seconds} s", seconds=round(longest_s, 1))
        return _Reason(hint, "probable", why)
    return None


def _sweep(shots: Sequence[tuple[Hint, Motion]]) -> _Reason | None:
    """The widest turn, or a turn of unknown angle."""
    turns = [(motion.sweep_deg, hint) for hint, motion in shots if motion.motion == "turn"]
    measured = [(sweep_deg, hint) for sweep_deg, hint in turns if sweep_deg is not None]
    widest = max(measured, key=lambda one: one[0], default=None)
    if widest is not None and widest[0] >= MIN_SWEEP_DEG:
        why = _("the camera sweeps at least {sweep_deg} degrees", sweep_deg=int(widest[0]))
        return _Reason(widest[1], "probable", why)
    unmeasured = next((hint for sweep_deg, hint in turns if sweep_deg is None), None)
    if unmeasured is not None:
        return _Reason(unmeasured, "possible", _("the camera turns, but the angle could not be measured"))
    return None


def _walk(shots: Sequence[tuple[Hint, Motion]], assessment: SiteAssessment) -> _Reason | None:
    """A track inside the fence, or the longest travelling shot."""
    walked_m = assessment.evidence.walked_m
    if assessment.walk is not None and walked_m is not None and walked_m >= MIN_WALK_M:
        why = _(
            "the track runs {way_m} m inside the fence; it shows where somebody was, not what was filmed",
            way_m=round(walked_m),
        )
        return _Reason(assessment.walk, "strong", why)
    travels = [(_duration_s(hint), hint) for hint, motion in shots if motion.motion == "travel"]
    longest = max(travels, key=lambda one: one[0], default=None)
    if longest is not None and longest[0] >= MIN_WALK_S:
        why = _("the camera travels for {seconds} s", seconds=round(longest[0], 1))
        return _Reason(longest[1], "probable", why)
    return None


def _zones_in_view(assessment: SiteAssessment) -> Iterator[Match]:
    """One match for every zone in view; of several zones with one name, the first."""
    site, remaining = assessment.site, dict(assessment.zone_hints)
    for zone in site.fences:
        hint_id = remaining.pop(zone_label(zone), None) if zone.role == "zone" else None
        if hint_id is not None:
            why = _("a zone of {site} lies in the camera's view", site=site.code)
            match = _new_match(site, ZONE, (hint_id,), "probable", why)
            yield replace(match, zone=zone_label(zone), zone_sensitivity=zone.sensitivity)


def _duration_s(hint: Hint) -> float:
    return (hint.until_s or 0.0) - (hint.at_s or 0.0)
