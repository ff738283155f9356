"""A text meets the names of our sites and units, however they are spelt.

Each way of looking is one module; all read the same ``Reading`` of a text, and ``hit.settled`` decides where
they meet. From the surest: as written (``written``), a unit by its numbers (``units``), as it sounds (``heard``),
a kind of place with a name's core (``typed``), one slip away (``nearly``, for review only); in words read from
pictures also misread (``misread``, for review only).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, get_args

from opsec.matching.names.exact import Written
from opsec.matching.names.hits import Hit, Sort, settled
from opsec.matching.names.name_parser import take_apart, transliterations_marked
from opsec.matching.names.ocr_confusions import Misread
from opsec.matching.names.ocr_unit_repair import mended
from opsec.matching.names.phonetic import Heard
from opsec.matching.names.place_type_pattern import Typed
from opsec.matching.names.tokens import Reading
from opsec.matching.names.unit_designations import Units, unit_of, with_branches
from opsec.model import Site
from opsec.text.normalise import fold

__all__ = ["ALL_WAYS", "Named", "Names", "Sort", "Way"]

Way = Literal["written", "units", "heard", "typed", "near"]
ALL_WAYS: frozenset[Way] = frozenset(get_args(Way))


@dataclass(frozen=True, slots=True)
class Named:
    """A name of a site, met in a text."""

    site: Site
    sort: Sort
    span: tuple[int, int]
    """Code points of the original text, end exclusive."""


class Names:
    """All names of all sites, ready to be looked for.

    ``ways`` leaves out ways of looking, to measure what each adds.
    """

    def __init__(self, sites: Sequence[Site], ways: frozenset[Way] = ALL_WAYS) -> None:
        self._written, self._units, self._heard = Written(), Units(), Heard()
        self._typed = Typed(look_for_near="near" in ways)
        self._misread = Misread()
        self._ways = ways
        for site in sites:
            self._add(site)
        self._written.build()
        self._heard.build()

    def meet(self, text: str, *, from_a_picture: bool = False) -> Iterator[Named]:
        """Every name in the text, in reading order; of names inside one another only the longest.

        In words read from a picture, a name may be misread.
        """
        reading = Reading(text)
        hits = chain(self._hits(reading), self._read_wrong(reading) if from_a_picture else ())
        for hit in settled(hits):
            yield Named(hit.site, hit.sort, reading.folded.span(hit.start, hit.end))

    def _hits(self, reading: Reading) -> Iterator[Hit]:
        if "written" in self._ways:
            yield from self._written.find(reading)
        if "units" in self._ways:
            yield from self._units.find(reading)
        if "heard" in self._ways:
            yield from self._heard.find(reading)
        if "typed" in self._ways:
            yield from self._typed.find(reading)

    def _read_wrong(self, reading: Reading) -> Iterator[Hit]:
        """Names as a camera's reader may get them wrong; a unit by its own digits, whatever became of its words."""
        yield from self._misread.find(reading)
        right = mended(reading)
        if right is not None:
            sort: Sort = "near" if right.guessed else "unit"
            for hit in self._units.find(Reading(right.text)):
                yield Hit(right.starts[hit.start], right.ends[hit.end - 1], hit.site, sort)

    def _add(self, site: Site) -> None:
        names, units = [], []
        for folded, tongue, weak in _of_site(site):
            unit = unit_of(folded)
            if unit is not None and not weak:
                units.append(unit)
                self._written.add_unit(site, folded)
            else:
                names.append(take_apart(site, folded, tongue, weak))
        for unit in with_branches(units):
            self._units.add(site, unit)
        kinds = frozenset(kind for name in names for kind in name.kinds)
        for name in transliterations_marked(names):
            self._written.add(name)
            self._heard.add(name)
            self._misread.add(name)
            if name.kinds and not name.weak:
                self._typed.add(name, kinds)


def _of_site(site: Site) -> Iterator[tuple[str, str, bool]]:
    """Every name in normal form, its language, and whether it is an everyday word as well."""
    for by_tongue in (site.names, site.unit_names):
        for tongue, names in by_tongue.items():
            yield from ((fold(name).text, tongue, False) for name in names)
    yield from ((fold(name).text, "", True) for name in site.weak_names)
