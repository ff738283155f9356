"""Whether a link or the name of an account would show a reader which place a request for removal is about.

The text of a request is neutral by itself. Only these two values come from the post, and both may have been chosen to
name the place: an account called after a base, a link with the caption in it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from opsec.matching.names.matcher import NameMatcher
from opsec.model import Site
from opsec.reports.coordinate_patterns import precise_coordinate_spans
from opsec.text.normalise import normalise

MIN_JOINED_LETTERS = 6
"""A shorter name counts only as a word of its own: joined with other letters it is mostly part of another word."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_NO_WORD = re.compile(r"[\W_]+")


class NameGuard:
    """Everything by which a request could name a place.

    Parameters
    ----------
    sites
        The officer's sites; empty when they could not be loaded.
    marks
        Ids and codes of sites that the case file names.
    """

    def __init__(self, sites: Sequence[Site], marks: Iterable[str] = ()) -> None:
        terms = {_words(term) for site in sites for term in _terms(site)} | {_words(mark) for mark in marks}
        self._terms = terms - {""}
        self._names = NameMatcher(sites) if sites else None

    def is_neutral(self, text: str) -> bool:
        """Return whether a text names no place, no unit and no position."""
        plain = unquote(text)
        if next(precise_coordinate_spans(plain), None) is not None:
            return False
        spaced = _NO_WORD.sub(" ", _CAMEL.sub(" ", plain))
        words, joined = f" {_words(spaced)} ", _words(plain).replace(" ", "")
        for term in self._terms:
            letters = term.replace(" ", "")
            if f" {term} " in words or (len(letters) >= MIN_JOINED_LETTERS and letters in joined):
                return False
        if self._names is None:
            return True
        readings = (spaced, _NO_WORD.sub(" ", plain))  # the second keeps digits that stand for Arabic letters
        return not any(next(self._names.find(one), None) for one in readings)


def _words(text: str) -> str:
    return normalise(text).text


def _terms(site: Site) -> Iterator[str]:
    """Yield every name of a site, of its parts and of who is there."""
    yield from (site.id, site.code, site.unit or "", *site.weak_names)
    for names in (*site.names.values(), *site.unit_names.values()):
        yield from names
    for fence in site.fences:
        yield fence.name or ""
    for landmark in site.landmarks:
        yield from (landmark.id, landmark.zone or "")
        for names in landmark.names.values():
            yield from names
