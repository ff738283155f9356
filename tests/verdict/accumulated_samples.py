"""Samples of the rules that hold over many clips: what they find, as the match of one clip would be."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from opsec.model import Match, SiteCoverage
from opsec.verdict.mosaic import SiteUnion, is_mosaic
from opsec.verdict.routine import find_routines
from tests.fixtures.records import make_match


def is_accumulated(sample: Mapping[str, Any]) -> bool:
    """Whether a sample is about many clips."""
    return "times" in sample or "clips" in sample


def accumulated_matches(sample: Mapping[str, Any]) -> tuple[Match, ...]:
    """A match for each rule that fires."""
    found = []
    if find_routines([datetime.fromisoformat(time) for time in sample.get("times", ())]):
        found.append("ROUTINE")
    shown = {f"clip {number}": [_coverage(raw)] for number, raw in enumerate(sample.get("clips", ()))}
    union = SiteUnion(shown)
    if is_mosaic(len(shown), union.exposure(union.all_clips()), union.best_clip()):
        found.append("MOSAIC")
    return tuple(make_match(rule=rule, grade="probable", log_odds=0.0) for rule in found)


def _coverage(raw: Mapping[str, Any]) -> SiteCoverage:
    return SiteCoverage(
        site="sample-camp",
        sectors=tuple((float(begin), float(extent)) for begin, extent in raw.get("sectors", ())),
        zones=tuple(raw.get("zones", ())),
        zone_count=raw.get("zone_count"),
        words=tuple(raw.get("words", ())),
    )
