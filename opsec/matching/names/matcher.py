"""Finds the names of our sites and units in a text, in any spelling.

Each match strategy is one module; all of them search the same ``TokenisedText``, and ``hits.resolve_overlaps`` selects
among their hits. From the most reliable: ``exact``; ``unit_designations``, a unit by its numbers; ``phonetic``;
``place_type_pattern``, a type of place with the core of a name; ``dotless``; ``typo``, for review only; and in text
recognised in images also ``ocr_confusions``, for review only. The same strategies then search other readings of the
text (``opsec.text.views``). Last, ``other_places`` drops what names another place, and ``name_senses`` what has another
sense here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, get_args

from opsec.matching.names.dotless import DotlessIndex, restore_unit_words
from opsec.matching.names.exact import ExactIndex
from opsec.matching.names.foreign_places import ForeignPlaces
from opsec.matching.names.hits import MatchKind, NameHit, resolve_overlaps
from opsec.matching.names.name_parser import KeyOf, SpokenName, key_table, mark_transliterations, parse_name
from opsec.matching.names.name_senses import weigh_senses
from opsec.matching.names.ocr_confusions import OcrConfusionIndex
from opsec.matching.names.ocr_unit_repair import repair_unit_words
from opsec.matching.names.other_places import OtherPlaces
from opsec.matching.names.phonetic import PhoneticIndex
from opsec.matching.names.place_type_pattern import PlaceTypeIndex
from opsec.matching.names.tokens import TokenisedText
from opsec.matching.names.unit_designations import UnitIndex, add_branches, parse_unit_name
from opsec.matching.names.unit_shorthand import write_out_units
from opsec.model import Site
from opsec.text.normalise import normal_form
from opsec.text.views import MappedText, text_views

__all__ = ["ALL_STRATEGIES", "MatchKind", "MatchStrategy", "NameMatch", "NameMatcher"]

MatchStrategy = Literal["exact", "units", "phonetic", "place_type", "typo", "views"]
_ALEF_MAQSURA_AT_END = re.compile(r"ى(?=\s|$)")
ALL_STRATEGIES: frozenset[MatchStrategy] = frozenset(get_args(MatchStrategy))


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name of a site in a text."""

    site: Site
    kind: MatchKind
    span: tuple[int, int]
    """Code points of the original text, end exclusive."""


class NameMatcher:
    """Index of all names of all sites.

    Parameters
    ----------
    sites
        Sites with their names, unit names and weak names.
    strategies
        Match strategies to use; fewer than all only to measure what each one adds.
    """

    def __init__(self, sites: Sequence[Site], strategies: frozenset[MatchStrategy] = ALL_STRATEGIES) -> None:
        self._exact, self._units, self._phonetic = ExactIndex(), UnitIndex(), PhoneticIndex()
        self._place_types = PlaceTypeIndex(with_typos="typo" in strategies)
        self._ocr_confusions = OcrConfusionIndex()
        self._dotless = DotlessIndex()
        self._other_places = OtherPlaces(sites)
        self._foreign_places = ForeignPlaces(sites)
        self._strategies = strategies
        parsed = [self._parse(site) for site in sites]
        key_of = key_table(chain.from_iterable(parsed))
        for names in parsed:
            self._add(names, key_of)
        self._exact.build()
        self._phonetic.build()
        self._dotless.build()

    def find(self, text: str, *, from_ocr: bool = False) -> Iterator[NameMatch]:
        """Yield every name in a text, in reading order; of nested names only the longest.

        In text recognised in an image (``from_ocr``), names with recognition errors are found too.
        """
        tokens = TokenisedText(text)
        plain = chain(self._hits(tokens), self._ocr_hits(tokens) if from_ocr else ())
        hits = chain(_in_original(plain, tokens), self._view_hits(tokens) if "views" in self._strategies else ())
        ours = resolve_overlaps(self._other_places.without_other_places(tokens, hits))
        for hit in weigh_senses(tokens, ours, self._foreign_places):
            yield NameMatch(hit.site, hit.kind, (hit.start, hit.end))

    def _view_hits(self, tokens: TokenisedText) -> Iterator[NameHit]:
        """Yield what is found only in other readings of the text, in code points of the original."""
        yield from _in_original(self._dotless.find(tokens), tokens)
        original = MappedText.of(tokens.original)
        yield from self._shorthand_hits(original, "unit")
        restored = restore_unit_words(original)
        if restored is not None:
            yield from self._unit_hits(restored, "disguised")
        may_be_reversed = self._exact.may_contain(tokens.text[::-1])
        for view in text_views(tokens.original, may_be_reversed=may_be_reversed):
            view_tokens = TokenisedText(view.text)
            sure = (replace(hit, kind="disguised") for hit in self._hits(view_tokens) if hit.kind != "near")
            yield from _in_source(_in_original(sure, view_tokens), view)
            yield from self._shorthand_hits(view, "disguised")

    def _shorthand_hits(self, text: MappedText, kind: MatchKind) -> Iterator[NameHit]:
        written_out = write_out_units(text)
        if written_out is not text:
            yield from self._unit_hits(written_out, kind)

    def _unit_hits(self, text: MappedText, kind: MatchKind) -> Iterator[NameHit]:
        tokens = TokenisedText(text.text)
        hits = (replace(hit, kind=kind) for hit in self._units.find(tokens))
        yield from _in_source(_in_original(hits, tokens), text)

    def _hits(self, tokens: TokenisedText) -> Iterator[NameHit]:
        if "exact" in self._strategies:
            yield from self._exact.find(tokens)
        if "units" in self._strategies:
            yield from self._units.find(tokens)
        if "phonetic" in self._strategies:
            yield from self._phonetic.find(tokens)
        if "place_type" in self._strategies:
            yield from self._place_types.find(tokens)

    def _ocr_hits(self, tokens: TokenisedText) -> Iterator[NameHit]:
        """Yield names with recognition errors; a unit needs its exact digits, but its words may be wrong."""
        yield from self._ocr_confusions.find(tokens)
        repaired = repair_unit_words(tokens)
        if repaired is not None:
            kind: MatchKind = "near" if repaired.number_repaired else "unit"
            for hit in self._units.find(TokenisedText(repaired.text)):
                yield NameHit(repaired.starts[hit.start], repaired.ends[hit.end - 1], hit.site, kind)

    def _parse(self, site: Site) -> list[SpokenName]:
        """Add the units of a site to their indexes; return its other names."""
        names, units = [], []
        for normalised, language, is_weak in _normalised_names(site):
            unit = parse_unit_name(normalised)
            if unit is not None and not is_weak:
                units.append(unit)
                self._exact.add_unit(site, normalised)
            else:
                names.append(parse_name(site, normalised, language, is_weak))
        names += [replace(parse_name(site, name, "ar", is_weak=False), by_ear=True) for name in _spellings_by_ear(site)]
        for unit in add_branches(units):
            self._units.add(site, unit)
        return [SpokenName.of(name) for name in names]

    def _add(self, names: Sequence[SpokenName], key_of: KeyOf) -> None:
        """Add the names of one site to all indexes."""
        place_types = frozenset(place_type for one in names for place_type in one.name.place_types)
        for spoken in mark_transliterations(names, key_of):
            name = spoken.name
            self._exact.add(name)
            self._phonetic.add(spoken, key_of)
            self._ocr_confusions.add(name)
            self._dotless.add(name)
            if name.place_types and not name.is_weak:
                self._place_types.add(spoken, place_types, key_of)


def _in_original(hits: Iterator[NameHit], tokens: TokenisedText) -> Iterator[NameHit]:
    """Replace indices of the normalised text by those of the text that was normalised."""
    for hit in hits:
        start, end = tokens.normalised.original_span(hit.start, hit.end)
        yield replace(hit, start=start, end=end)


def _in_source(hits: Iterator[NameHit], view: MappedText) -> Iterator[NameHit]:
    """Replace indices of another reading of a text by those of the text."""
    for hit in hits:
        start, end = view.original_span(hit.start, hit.end)
        yield replace(hit, start=start, end=end)


def _spellings_by_ear(site: Site) -> Iterator[str]:
    """Yield the Arabic names that end in alef maqsura, normalised, as people write what they hear."""
    for name in site.names.get("ar", ()):
        for heard in "اه" if _ALEF_MAQSURA_AT_END.search(name) else "":
            yield normal_form(_ALEF_MAQSURA_AT_END.sub(heard, name))


def _normalised_names(site: Site) -> Iterator[tuple[str, str, bool]]:
    """Yield each name normalised, with its language and whether it is also an everyday word."""
    for by_language in (site.names, site.unit_names):
        for language, names in by_language.items():
            yield from ((normal_form(name), language, False) for name in names)
    yield from ((normal_form(name), "", True) for name in site.weak_names)
