"""Equal parts of many results are one object, so that a list of a hundred thousand rows fits in memory.

Most rows of a list have the same coverage and the same verdict: nothing was found.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from opsec.model import Coverage, Result

T = TypeVar("T")
MAX_KEPT = 2_000
"""Parts that are remembered at a time; with more different ones, sharing starts again from none."""


@dataclass(frozen=True, slots=True)
class SharedParts:
    """The parts of earlier results of one scan, for those after them."""

    _known: dict[Hashable, object] = field(default_factory=dict)

    def share(self, result: Result) -> Result:
        """Return an equal result whose coverage, verdict and layout are those of earlier results, where equal."""
        coverage = self._one(_coverage_key(result.clip.coverage), result.clip.coverage)
        verdict, layout = self._one(result.verdict, result.verdict), self._one(result.layout, result.layout)
        return replace(result, clip=replace(result.clip, coverage=coverage), verdict=verdict, layout=layout)

    def _one(self, key: Hashable, part: T) -> T:
        """Return the part that was first seen with this key. Types differ between parts, so their keys do too."""
        if len(self._known) >= MAX_KEPT:
            self._known.clear()
        known = self._known.setdefault(key, part)
        return known if isinstance(known, type(part)) else part


def _coverage_key(coverage: Coverage) -> Hashable:
    """Return what decides whether two coverages are equal, and the order of their checks, which pages keep."""
    return (
        coverage.status,
        coverage.reasons,
        coverage.seconds_claimed,
        coverage.seconds_read,
        coverage.frames_read,
        *coverage.checks.items(),
    )
