"""What every way of looking for names gives, and which of the hits remain when several meet in one place."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from opsec.model import Site

Sort = Literal["name", "spelling", "unit", "weak", "near"]
"""As written by the officer; as it sounds; a unit by its numbers; an everyday word beside a military one; almost."""

_RANK: dict[Sort, int] = {"name": 0, "unit": 0, "spelling": 1, "weak": 2, "near": 3}
MOST_OF_ONE_SITE = 20
"""In one text; the same few names repeated ten thousand times say nothing more."""
MOST = 2_000
_AS_LIKELY = 0.05


@dataclass(frozen=True, slots=True)
class Hit:
    """A name of a site, met in the normal form of a text."""

    start: int
    end: int
    site: Site
    sort: Sort
    unlikeness: float = 0.0
    """0 for the same letters or sounds."""


def settled(hits: Iterable[Hit]) -> list[Hit]:
    """The hits that stand, in reading order.

    Where hits meet, the surer way of looking wins, then the longer stretch, then the likelier sound. Two sites of
    one name are both met; a name inside a longer name of another site is not.
    """
    by_rank = sorted(hits, key=lambda hit: (_RANK[hit.sort], hit.start - hit.end, hit.unlikeness, hit.start))
    stands: list[Hit] = []
    owner: dict[int, Hit] = {}
    of_site: Counter[str] = Counter()
    for hit in by_rank[:MOST]:
        if of_site[hit.site.id] >= MOST_OF_ONE_SITE:
            continue
        others = {id(other): other for place in range(hit.start, hit.end) if (other := owner.get(place))}
        if not all(_both(hit, other) for other in others.values()):
            continue
        stands.append(hit)
        of_site[hit.site.id] += 1
        for place in range(hit.start, hit.end):
            owner.setdefault(place, hit)
    return sorted(stands, key=lambda hit: (hit.start, hit.end, hit.site.id))


def _both(hit: Hit, other: Hit) -> bool:
    return (
        hit.site.id != other.site.id
        and (hit.start, hit.end, hit.sort) == (other.start, other.end, other.sort)
        and hit.unlikeness - other.unlikeness < _AS_LIKELY
    )
