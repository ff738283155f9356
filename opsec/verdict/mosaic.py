"""The mosaic of one site: what many weak clips show together, which clip adds what, and which to take down first.

Every part of a site that a clip can show is one element with a weight: samples of the ground, zones, degrees of the
compass, words on presence and on strength. The exposure of a set of clips is the weight of the elements that at least
one of them shows, so an element counts once however many clips show it. That is a weighted coverage function: monotone
and submodular. The greedy cover is therefore within 1 - 1/e of the best set of the same size (Nemhauser, Wolsey &
Fisher 1978, doi:10.1007/BF01588971), and a clip whose former gain is below another's present one need not be looked at
again (lazy greedy, Minoux 1978, doi:10.1007/BFb0006528).

Taking clips down is the opposite problem: an element is closed only when every clip that shows it is gone. It has no
such bound, so that set is chosen by the clips' shares (each element divided among the clips that show it, which is the
Shapley value of a coverage game) and stripped of every clip that it does not need.
"""

import bisect
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opsec.model import ShownParts, SiteCoverage
from opsec.model.ground_grid import GROUND_GRID, VIEW_GRID, decode_view
from opsec.model.notes import PRESENCE, STRENGTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Elements = NDArray[np.int32]
    """Numbers of the elements that a clip shows, ascending, shape (n,)."""

GROUND_WEIGHT, ZONES_WEIGHT, HEADINGS_WEIGHT, WORDS_WEIGHT = 0.5, 0.25, 0.15, 0.1
MIN_EXPOSURE = 0.25
"""Of all clips together, from which a mosaic is a finding."""
MIN_ADDED = 0.05
"""By which the exposure of all clips must exceed that of the best one: else that clip's own finding says it all."""
ACT_TODAY_SEVERITY = 0.6
"""Of a mosaic, from which its action is "act today"; below, an officer reviews it."""
COVER_SHARE = 0.9
"""Share of the exposure that the cover shows."""
MAX_COVER = 20
CLOSED_SHARE = 0.5
"""Share of the exposure that the removal of the clips to take down closes: most of it."""
MAX_TAKE_DOWN = 50

_WORDS = (PRESENCE, STRENGTH)
_GROUND = VIEW_GRID**2
_HEADINGS = 360
_EPSILON = 1e-12


@dataclass(frozen=True, slots=True)
class CoverStep:
    """A clip of a cover, and what it adds to the clips before it."""

    clip: str
    adds: ShownParts


@dataclass(frozen=True, slots=True)
class UnionLayers:
    """Parts of a site that a set of clips shows, to be drawn and named."""

    ground: "NDArray[np.bool_]"
    """``VIEW_GRID`` squared samples over the bounding box of the fence, row by row from the south-west."""
    headings: "NDArray[np.bool_]"
    """One truth value for each degree of the compass, clockwise from north."""
    zones: list[str]
    """Names of the zones, ascending."""


class SiteUnion:
    """What the clips of one site show, as sets of weighted elements.

    The order of the clips changes nothing: ties are broken by their keys.
    """

    def __init__(self, clips: Mapping[str, Sequence[SiteCoverage]], plan: str | None = None) -> None:
        """Collect the elements.

        Parameters
        ----------
        clips
            Key of each clip → what it shows; several records where copies of it were assessed apart.
        plan
            Identifies the current fence: ground computed with another one is left out. None: none is known.
        """
        self.keys = sorted(clips)
        records = [(key, [one for one in clips[key] if not one.plan or one.plan == plan]) for key in self.keys]
        everything = [one for key in self.keys for one in clips[key]]
        cells = max((one.cells for _key, shown in records for one in shown if one.view), default=0.0)
        zones = sorted({zone for one in everything for zone in one.zones or ()})
        self.zone_count = max((one.zone_count for one in everything if one.zone_count is not None), default=None)
        self.outdated = sum(any(one.plan and one.plan != plan for one in clips[key]) for key in self.keys)
        self._zones = zones
        self._ends = (_GROUND, _GROUND + _HEADINGS, _GROUND + _HEADINGS + len(zones))
        samples = max(1.0, cells * _GROUND / GROUND_GRID**2)
        self.weights = np.concatenate(
            [
                np.full(_GROUND, GROUND_WEIGHT / samples),
                np.full(_HEADINGS, HEADINGS_WEIGHT / _HEADINGS),
                np.full(len(zones), ZONES_WEIGHT / max(1, len(zones), self.zone_count or 0)),
                np.full(len(_WORDS), WORDS_WEIGHT / len(_WORDS)),
            ]
        )
        self._ground_share = 1.0 / samples
        numbers = {zone: self._ends[1] + number for number, zone in enumerate(zones)}
        self.shows = [self._elements(clips[key], plan, numbers) for key in self.keys]

    def _elements(self, shown: Sequence[SiteCoverage], plan: str | None, zones: Mapping[str, int]) -> "Elements":
        grounds = [_ground(one) for one in shown if one.view and one.plan == plan]
        ground = grounds[0] if len(grounds) == 1 else np.unique(np.concatenate([*grounds, np.zeros(0, np.int32)]))
        numbers = {zones[zone] for one in shown for zone in one.zones or ()}
        numbers |= {self._ends[2] + _WORDS.index(word) for one in shown for word in one.words if word in _WORDS}
        return np.concatenate([ground, _GROUND + _degrees(shown), np.array(sorted(numbers), np.int32)])

    # ── measures ──────────────────────────────────────────────────────────────────────────────
    def exposure(self, covered: "NDArray[np.bool_]") -> float:
        """Weight of these elements, 0 to 1."""
        return min(1.0, float(self.weights[covered].sum()))

    def covered_by(self, clips: Sequence[int]) -> "NDArray[np.bool_]":
        """Elements that at least one of these clips (positions in ``keys``) shows, one truth value each."""
        covered = np.zeros(len(self.weights), bool)
        for clip in clips:
            covered[self.shows[clip]] = True
        return covered

    def all_clips(self) -> "NDArray[np.bool_]":
        """Elements that any clip shows."""
        return self.covered_by(range(len(self.keys)))

    def parts(self, covered: "NDArray[np.bool_]") -> ShownParts:
        """Describe a set of elements in the officer's terms."""
        ground, headings, zones, words = np.split(covered, self._ends)
        return ShownParts(
            ground=min(1.0, float(ground.sum()) * self._ground_share),
            zones=int(zones.sum()),
            headings_deg=float(headings.sum()) * 360.0 / _HEADINGS,
            presence=bool(words[0]),
            strength=bool(words[1]),
            exposure=self.exposure(covered),
        )

    def layers(self, covered: "NDArray[np.bool_]") -> UnionLayers:
        """Return the parts of a set of elements."""
        ground, headings, zones, _words = np.split(covered, self._ends)
        return UnionLayers(ground, headings, [name for name, seen in zip(self._zones, zones, strict=True) if seen])

    def exposure_of(self, key: str) -> float:
        """Exposure of one clip; 0 for a clip that is not in the union."""
        place = bisect.bisect_left(self.keys, key)
        if place == len(self.keys) or self.keys[place] != key:
            return 0.0
        return min(1.0, float(self.weights[self.shows[place]].sum()))

    def best_clip(self) -> float:
        """Exposure of the clip that shows most."""
        return max((min(1.0, float(self.weights[one].sum())) for one in self.shows), default=0.0)


def _ground(shown: SiteCoverage) -> "Elements":
    return np.flatnonzero(np.unpackbits(np.frombuffer(decode_view(shown.view), np.uint8))).astype(np.int32)


def _degrees(shown: Sequence[SiteCoverage]) -> "Elements":
    """Whole degrees of the compass that the sectors of a clip cover."""
    twice = np.zeros(2 * _HEADINGS, bool)  # a sector may run over north
    for begin, extent in dict.fromkeys(sector for one in shown for sector in one.sectors):
        first = round(begin) % _HEADINGS
        twice[first : first + min(_HEADINGS, round(begin + extent) - round(begin))] = True
    return np.flatnonzero(twice[:_HEADINGS] | twice[_HEADINGS:]).astype(np.int32)


# ── which clips show most ─────────────────────────────────────────────────────────────────────
def greedy_cover(union: SiteUnion, share: float = COVER_SHARE, limit: int = MAX_COVER) -> list[CoverStep]:
    """Choose few clips that show most of what all clips show, the one that adds most first.

    Parameters
    ----------
    union
        What the clips show.
    share
        Of the exposure of all clips, at which the cover is complete.
    limit
        Number of clips, at most.
    """
    target = share * union.exposure(union.all_clips())
    covered = np.zeros(len(union.weights), bool)
    steps: list[CoverStep] = []
    gains = [(-float(union.weights[shows].sum()), number) for number, shows in enumerate(union.shows)]
    heapq.heapify(gains)
    while gains and len(steps) < limit and union.exposure(covered) < target - _EPSILON:
        _former, number = heapq.heappop(gains)
        new = union.shows[number][~covered[union.shows[number]]]
        gain = (-float(union.weights[new].sum()), number)
        if gains and gain > gains[0]:
            heapq.heappush(gains, gain)
            continue
        added = np.zeros(len(union.weights), bool)
        added[new] = True
        covered |= added
        steps.append(CoverStep(union.keys[number], union.parts(added)))
    return steps


# ── which clips to take down ──────────────────────────────────────────────────────────────────
def take_down_set(union: SiteUnion, share: float = CLOSED_SHARE, limit: int = MAX_TAKE_DOWN) -> list[str]:
    """Choose few clips whose removal closes most of what all clips show.

    Parameters
    ----------
    union
        What the clips show.
    share
        Of the exposure of all clips, that is to be closed.
    limit
        Number of clips, at most.

    Returns
    -------
    list of str
        Keys of the clips, the one with the largest share first; without any of them less than ``share`` is closed.
        Empty when so few clips cannot close it, because too many show the same.
    """
    multiplicity = np.zeros(len(union.weights), np.int64)
    for shows in union.shows:
        multiplicity[shows] += 1
    most_left = (1 - share) * union.exposure(multiplicity > 0)
    if union.exposure(multiplicity > limit) > most_left + _EPSILON:
        return []
    chosen: list[int] = []
    flat, offsets = _flat(union)
    empty = np.array([len(shows) == 0 for shows in union.shows], bool)
    while union.exposure(multiplicity > 0) > most_left + _EPSILON and len(chosen) < min(limit, len(union.keys)):
        shares = union.weights / np.maximum(1, multiplicity)
        sums = np.add.reduceat(np.append(shares[flat], 0.0), offsets)
        sums[empty] = 0.0  # reduceat gives an empty clip its neighbour's value
        sums[chosen] = -1.0
        number = int(np.argmax(np.round(sums, 12)))
        chosen.append(number)
        multiplicity[union.shows[number]] -= 1
    if union.exposure(multiplicity > 0) > most_left + _EPSILON:
        return []
    for number in reversed(chosen.copy()):
        multiplicity[union.shows[number]] += 1
        if union.exposure(multiplicity > 0) <= most_left + _EPSILON:
            chosen.remove(number)
        else:
            multiplicity[union.shows[number]] -= 1
    return [union.keys[number] for number in chosen]


def _flat(union: SiteUnion) -> "tuple[Elements, Elements]":
    """All elements of all clips one after another, and where those of each clip begin."""
    flat = np.concatenate([*union.shows, np.zeros(0, np.int32)])
    lengths = [len(shows) for shows in union.shows]
    return flat, np.concatenate([[0], np.cumsum(lengths[:-1])]).astype(np.int32)


def exposure_without(union: SiteUnion, removed: Sequence[str]) -> float:
    """Exposure of the clips that are left when some are removed."""
    gone = set(removed)
    return union.exposure(union.covered_by([number for number, key in enumerate(union.keys) if key not in gone]))


# ── the finding ───────────────────────────────────────────────────────────────────────────────
def is_mosaic(clips: int, exposure: float, best_clip: float) -> bool:
    """Whether the clips of a site are a finding together: they show enough, and clearly more than one of them alone."""
    return clips >= 2 and round(exposure, 2) >= MIN_EXPOSURE and round(exposure - best_clip, 2) >= MIN_ADDED


def mosaic_severity(worst_clip: float, exposure: float) -> float:
    """Severity of a mosaic, from that of its worst clip and its exposure, both 0 to 1."""
    return 1 - (1 - worst_clip) * (1 - exposure)
