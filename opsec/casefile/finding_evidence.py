"""What decisions need to know of the evidence of a finding: whether a position is inside a fence, and which places.

A row of the case file keeps it as JSON, so that an allow rule can be applied to findings of earlier scans.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from opsec.model import Finding, Hint, Match, Result
from opsec.verdict.rules import load_rule

IN_FENCE_RULES = frozenset({"GPS-IN-FENCE", "TRACK-CROSSES-FENCE"})
_FOLLOWS = frozenset({"context", "layout"})
"""Kinds of evidence that only add to what other evidence shows of a place."""


@dataclass(frozen=True, slots=True)
class Places:
    """Places in the evidence of a finding, apart from grades that never flag alone."""

    positions: tuple[tuple[float, float], ...] = ()
    """Latitude and longitude of the corners of the convex hull of all positions."""
    zones: tuple[str | None, ...] = ()
    """Zone of each piece of evidence; None for one outside every zone."""
    has_other_evidence: bool = False
    """Whether names, signs or landmarks point to the site too."""

    NO_POSITIONS: ClassVar[str] = "[[],"
    """Beginning of the text of places without positions."""

    def to_json(self) -> str:
        """Return the text for the row."""
        record = [self.positions, self.zones, self.has_other_evidence]
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | None) -> "Places":
        """Return the places of a row; empty for a row of an older version.

        Raises
        ------
        ValueError
            The row is damaged.
        """
        if text is None:
            return cls()
        try:
            positions, zones, has_other_evidence = json.loads(text)
            return cls(tuple((float(lat), float(lon)) for lat, lon in positions), tuple(zones), has_other_evidence)
        except (TypeError, json.JSONDecodeError) as error:
            raise ValueError(str(error)) from error


def is_in_fence(result: Result, finding: Finding) -> bool:
    """Return whether the evidence of a finding is a position inside a fence: of the file, of a track, or written."""
    return finding.rule in IN_FENCE_RULES or any(
        match.rule in IN_FENCE_RULES or match.distance_m == 0.0 for match in _matches(result, finding)
    )


def places_of(result: Result, finding: Finding) -> Places:
    """Return the places in the evidence of a finding."""
    hints = {hint.id: hint for hint in result.clip.hints}
    evidence = [
        match
        for match in _matches(result, finding)
        if match.grade != "possible" and load_rule(match.rule).evidence_kind not in _FOLLOWS
    ]
    positions: list[tuple[float, float]] = []
    has_other_evidence = False
    for match in evidence:
        found = [place for hint_id in match.hint_ids for place in _positions(hints.get(hint_id))]
        positions += found
        has_other_evidence = has_other_evidence or not found
    zones = sorted({match.zone for match in evidence}, key=lambda zone: (zone is not None, zone or ""))
    return Places(_hull(positions), tuple(zones), has_other_evidence)


def _matches(result: Result, finding: Finding) -> Iterator[Match]:
    wanted = set(finding.match_ids)
    return (match for match in result.matches if match.id in wanted)


def _positions(hint: Hint | None) -> Iterator[tuple[float, float]]:
    if hint is not None and hint.point is not None:
        yield hint.point.lat, hint.point.lon
    for fix in hint.fixes if hint is not None else ():
        yield fix.point.lat, fix.point.lon


def _hull(positions: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return the corners of the convex hull: a circle contains all positions exactly if it contains these.

    Andrew's monotone chain (A. M. Andrew, 1979, doi:10.1016/0020-0190(79)90072-3), on degrees: a site is small.
    """
    points = sorted(set(positions))
    if len(points) < 3:
        return tuple(points)

    def chain(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
        kept: list[tuple[float, float]] = []
        for point in ordered:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return tuple(chain(points) + chain(points[::-1]))


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Positive where a, b, c turn left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
