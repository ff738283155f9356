"""Hits of the match strategies, and the resolution of overlaps between them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from opsec.model import Site

MatchKind = Literal["name", "spelling", "unit", "weak", "disguised", "doubtful", "near"]
"""How a name was recognised.

``name``: as the officer wrote it; ``spelling``: by its sound; ``unit``: a unit by its numbers; ``weak``: an everyday
word close to a military one; ``disguised``: in another reading of the text (``opsec.text.views``); ``doubtful``: a
name among words of a game or a market, for review only; ``near``: approximately, for review only.
"""

_RANK: dict[MatchKind, int] = {
    "name": 0, "unit": 0, "doubtful": 1, "spelling": 1, "weak": 2, "disguised": 3, "near": 4,
}  # fmt: skip
MAX_HITS_PER_SITE = 20
"""In one text; further repetitions of the same few names add nothing."""
MAX_HITS = 2_000
_TIE_DISTANCE = 0.05
"""Difference of phonetic distances below which two sites are equally likely."""


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name of a site in a text."""

    start: int
    end: int
    """Indices of the normalised text, end exclusive; code points of the original once the strategies are joined."""
    site: Site
    kind: MatchKind
    distance: float = 0.0
    """0 for the same letters or sounds."""


def resolve_overlaps(hits: Iterable[NameHit]) -> list[NameHit]:
    """Select the hits to report, in reading order.

    Of overlapping hits the more reliable kind wins, then the longer span, then the smaller distance. Two sites with the
    same name are both reported; a name inside a longer name of another site is not.
    """
    by_rank = sorted(hits, key=lambda hit: (_RANK[hit.kind], hit.start - hit.end, hit.distance, hit.start))
    selected: list[NameHit] = []
    owners: dict[int, NameHit] = {}
    hits_per_site: Counter[str] = Counter()
    for hit in by_rank[:MAX_HITS]:
        if hits_per_site[hit.site.id] >= MAX_HITS_PER_SITE:
            continue
        others = {id(other): other for position in range(hit.start, hit.end) if (other := owners.get(position))}
        if not all(_may_coexist(hit, other) for other in others.values()):
            continue
        selected.append(hit)
        hits_per_site[hit.site.id] += 1
        for position in range(hit.start, hit.end):
            owners.setdefault(position, hit)
    return sorted(selected, key=lambda hit: (hit.start, hit.end, hit.site.id))


def _may_coexist(hit: NameHit, other: NameHit) -> bool:
    return (
        hit.site.id != other.site.id
        and (hit.start, hit.end, hit.kind) == (other.start, other.end, other.kind)
        and hit.distance - other.distance < _TIE_DISTANCE
    )
