"""Patterns for everything that could give a position precisely enough to find a gate, which shared reports mask.

The text readers ask whether something surely is a position, because a false one costs an officer's time. The
question here is whether it could be one, because a position left visible exposes a base. The notations, their words and
their sources are those of ``opsec.geo.notations``; the text is normalised in the same way, so that no alphabet and no
mark hides a digit.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from opsec.geo.notations import geohash, plus_codes
from opsec.geo.notations.angles import DEGREE_SIGN, HEMISPHERE
from opsec.geo.notations.base import normalise_coordinate_text
from opsec.geo.notations.context_words import GRID_LABEL
from opsec.geo.notations.degrees_minutes_seconds import JOINT, MINUTE_SIGN, SECOND_SIGN
from opsec.geo.notations.map_hosts import MAP_SCHEMES, MAP_SITES, SHORTENERS
from opsec.geo.notations.mgrs_references import DIGIT_WORD, LETTER_WORD
from opsec.geo.notations.utm import EASTING_LABEL, NORTHING_LABEL, UTM_LABEL

_START, _END = r"(?<![^\W_])", r"(?![^\W_])"
_NUMBER, _ENDS = r"(?<![0-9])(?<![0-9]\.)", r"(?![0-9]|\.[0-9])"
"""Around a number that is not part of a dotted date, a version or an IP address."""
_DEGREE = rf"(?:{DEGREE_SIGN}|d(?=[0-9]{{1,2}}['m.]))"
_SIDE = rf"(?:{HEMISPHERE}){_END}"
_PART = r"[0-9]{1,2}(?:[.,][0-9]+)?"
_SPACED = rf"{_PART}'?(?P=gap){_PART}\"?|[0-9]{{1,2}}[.,][0-9]+'?"
_PACKED = r"(?:[0-9]{2}){1,2}(?:[.,][0-9]+)?"
_MINUTE, _SECOND = rf"(?:{MINUTE_SIGN})", rf"(?:{SECOND_SIGN}|s(?![a-z]))"

_A = rf"{_NUMBER}(?P<a>[0-9]{{1,3}})\.(?P<fine1>[0-9]{{2,}}){_ENDS}"
_B = rf"{_NUMBER}(?P<b>[0-9]{{1,3}})\.(?P<fine2>[0-9]{{2,}}){_ENDS}"
_NEXT = r"(?:[ \n]{1,3}|[ \n]{0,2}(?:[,;/|~&+_]|%2c|و)[ \n]{0,2})[+-]?"
_LABELLED_NEXT = (
    rf"(?: ?{_DEGREE} ?(?:{_SIDE})?| ?{_SIDE})[ \n]?[,;/|~&]?[ \n]{{0,2}}(?:و ?)?[+-]?"
    rf"|[ \n]{{0,2}}[,;/|~&]?[ \n]{{0,2}}{_START}(?:{HEMISPHERE})[ :=]{{0,2}}[+-]?"
    r"|[^0-9\n]{0,6}\n?[^0-9\n]{0,8}(?:lat|lon|lng|long|عرض|طول)[^0-9\n]{0,12}"
)

_ZONE = rf"{_START}[0-9]{{1,2}}"
_MONTH = r"(?:0?[1-9]|[12][0-9]|3[01])[ -]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_METRES = r"(?:[0-9]{{5,8}}|[0-9]{{1,3}}(?:[, '][0-9]{{3}}){{1,2}})(?:\.[0-9]+)?) ?m?(?:{0}(?![^\W_]))?"
_EASTING = rf"(?:{EASTING_LABEL}[ :=.]{{0,3}})?(?P<fine1>" + _METRES.format(EASTING_LABEL)
_NORTHING = rf"(?:{NORTHING_LABEL}[ :=.]{{0,3}})?(?P<fine2>" + _METRES.format(NORTHING_LABEL)
_GEOHASH_LABEL = rf"(?:{geohash.LABEL})"
_PLUS, _HASH = plus_codes.ALPHABET, geohash.ALPHABET

_PATTERN_SOURCES = (
    # everything after a map host, also of a short link, which anybody can open
    rf"(?:(?<![a-z0-9-])|(?<=%2f))(?:(?:{MAP_SITES}|{SHORTENERS})(?:[/?#:]|%2f|%3f|%3a)|(?:{MAP_SCHEMES}):(?=[/?]|[a-z]{{1,10}}=))"
    r"(?P<code1>[^\s<>\"]+)",
    r"(?:(?:omaps\.app|ge0\.me|comaps\.at)/|(?:ge0|om|cm)://|here\.com/[pl]/[a-z]-)(?P<base1>[a-z0-9_-]{8,1500})",
    r"(?<![a-z])geo:[+-]?[0-9]{1,3}(?P<fine1>\.[0-9]+)?,[+-]?[0-9]{1,3}(?P<fine2>\.[0-9]+)?",
    r"(?<![^\s(])///(?P<code1>[^\W\d_]{2,20}\.[^\W\d_]{2,20}\.[^\W\d_]{2,20})",
    # decimal degrees: 33.31523, and 33,31523 with a decimal comma
    rf"{_NUMBER}[0-9]{{1,3}}\.(?P<fine1>[0-9]{{3,4}}){_ENDS}",
    r"(?<![0-9])[0-9]{1,3}(?:\.(?P<fine1>[0-9]{5,})|,(?P<fine2>[0-9]{4,}))",
    rf"{_NUMBER}[0-9]{{1,3}}\.(?P<fine1>[0-9]{{2,}}) ?{_DEGREE}",
    rf"{_A}(?:{_LABELLED_NEXT}){_B}",
    # degrees, minutes and seconds
    rf"(?<![0-9])[0-9]{{1,3}} ?{_DEGREE}{JOINT}(?![0-9.,]{{1,12}} ?[°%])"
    rf"(?P<fine1>{_PART}(?: ?{_MINUTE})?(?:{JOINT}{_PART} ?{_SECOND}|{JOINT}(?<=['و,دقه]){_PART})?)",
    rf"(?<![0-9])[0-9]{{1,3}} ?[\^~*o]{JOINT}(?P<fine1>{_PART} ?{_MINUTE}(?:{JOINT}{_PART} ?(?:{_SECOND})?)?)",
    rf"{_START}(?:{HEMISPHERE})[ :=]{{0,2}}[0-9]{{1,3}}\.(?P<fine1>[0-5][0-9]\.[0-9]{{2}}(?:[.,][0-9]+)?)(?![0-9])",
    rf"(?<![0-9.])[0-9]{{1,3}}\.(?P<fine1>[0-5][0-9]\.[0-9]{{2}}(?:[.,][0-9]+)?)[\"']{{0,2}} ?{_SIDE}",
    rf"{_START}(?<![0-9][.:,-])[0-9]{{1,3}}(?P<gap>[ :-])(?P<fine1>{_SPACED}) ?{_SIDE}",
    rf"{_START}(?<!')(?:{HEMISPHERE})[ :=]{{0,2}}[0-9]{{1,3}}(?P<gap>[ :-])(?P<fine1>{_SPACED})(?![0-9])",
    rf"{_START}[0-9]{{2}}(?P<fine1>{_PACKED}) ?[ns][ ,/_-]{{0,2}}[0-9]{{3}}(?P<fine2>{_PACKED}) ?[ew]{_END}",
    rf"{_START}[ns] ?[0-9]{{2}}(?P<fine1>{_PACKED})[ ,/_-]{{0,2}}[ew] ?[0-9]{{3}}(?P<fine2>{_PACKED}){_END}",
    # ISO 6709: +33.31+044.36/, +3318.9+04421.9/, +331854.2+0442158.6/
    r"(?<![^\W_])[+-][0-8][0-9](?P<fine1>\.[0-9]+)[+-][01][0-9]{2}(?P<fine2>\.[0-9]+)",
    r"(?<![^\W_])[+-][0-8][0-9](?P<fine1>[0-9]{2}(?:\.[0-9]+)?)[+-][01][0-9]{2}(?P<fine2>[0-9]{2}(?:\.[0-9]+)?)(?![0-9])",
    r"(?<![^\W_])[+-][0-8][0-9](?P<fine1>[0-9]{4}(?:\.[0-9]+)?)"
    r"[+-][01][0-9]{2}(?P<fine2>[0-9]{4}(?:\.[0-9]+)?)(?![0-9])",
    # NMEA 0183: 3124.770,N,04238.276,E
    rf"{_START}[0-9]{{2}}(?P<fine1>[0-9]{{2}}(?:\.[0-9]+)?),[ns],[01][0-9]{{2}}(?P<fine2>[0-9]{{2}}(?:\.[0-9]+)?),[ew]{_END}",
    # grids: the zone and the square of 100 km stay visible
    rf"(?:{_ZONE}|(?<=utm)[0-9]{{1,2}}) ?(?:{HEMISPHERE}"
    rf"|[c-x])[ ,:;/-]{{0,3}}\n?{_EASTING}[ ,;:/_-]{{1,3}}\n?{_NORTHING}{_END}",
    rf"{UTM_LABEL}[^0-9\n]{{0,12}}(?:[0-9]{{1,2}} ?(?:[a-z]{_END})?[^0-9a-z\n]{{1,3}}\n?)?"
    rf"{_EASTING}[ ,;:/_-]{{1,3}}\n?{_NORTHING}{_END}",
    rf"{_START}{NORTHING_LABEL}[ :=.]{{0,3}}(?P<fine1>[0-9]{{7}}(?:\.[0-9]+)?)[ ,;:/_-]{{1,3}}\n?"
    rf"{EASTING_LABEL}[ :=.]{{0,3}}(?P<fine2>[0-9]{{6,7}}(?:\.[0-9]+)?){_END}",
    rf"{_START}{EASTING_LABEL}[ :=.]{{0,3}}(?P<fine1>[0-9]{{6,7}}|[0-9]{{3}}[, '][0-9]{{3}})[ ,;:/_-]{{1,3}}\n?"
    rf"{NORTHING_LABEL}[ :=.]{{0,3}}(?P<fine2>[0-9]{{5,8}}|[0-9]{{1,3}}(?:[, '][0-9]{{3}}){{1,2}}){_END}",
    rf"{_START}(?P<fine1>[0-9]{{6,7}}) ?m?{EASTING_LABEL}[ ,;:/_-]{{1,3}}\n?"
    rf"(?P<fine2>[0-9]{{6,8}}) ?m?{NORTHING_LABEL}{_END}",
    rf"(?!{_MONTH}){_ZONE}[c-x][a-hj-np-z][a-hj-np-v][ ,:/_-]{{0,2}}"
    rf"(?P<fine1>[0-9]{{2,5}}[ ,/_-][0-9]{{2,5}}|[0-9]{{4,10}}){_END}",
    rf"(?!{_MONTH}){_ZONE}[ .-]?[c-x][ .\n,:/_-]{{0,2}}[a-hj-np-z] ?[a-hj-np-v][ .\n,:/_-]{{0,2}}"
    rf"(?P<fine1>[0-9]{{3,5}}[ .\n,/_-]{{1,2}}[0-9]{{3,5}}|[0-9]{{6,10}}){_END}",
    rf"(?:{LETTER_WORD})[ ,.-]{{1,2}}(?:{LETTER_WORD})(?P<code1>(?:[ ,.-]{{1,2}}(?:[0-9]{{1,5}}"
    rf"|{DIGIT_WORD}){_END}){{2,10}})",
    rf"{GRID_LABEL}[a-hj-np-z] ?[a-hj-np-v][ .\n,:/_-]{{0,2}}"
    rf"(?P<fine1>[0-9]{{2,5}}[ .\n,/_-]{{1,2}}[0-9]{{2,5}}|[0-9]{{4,10}}){_END}",
    # Plus Codes and geohashes: what stays visible gives the position to about one degree
    rf"{_START}(?=[0-9+]{{0,9}}[a-z])[2-9c][2-9cfghjmpqrv][{_PLUS}]{{2}}"
    rf"(?P<code1>[{_PLUS}]{{4}}(?:\+|%2b)[{_PLUS}]{{2,}}){_END}",
    rf"{_START}(?=[0-9+]{{0,6}}[a-z])(?P<code1>(?:[{_PLUS}]{{2}})?[{_PLUS}]{{4}}(?:\+|%2b)[{_PLUS}]{{2,3}}){_END}",
    rf"{_GEOHASH_LABEL}[ _-]?[:=] ?[{_HASH}]{{3}}(?P<code1>[{_HASH}]{{2,9}}){_END}",
    rf"{_GEOHASH_LABEL}[\W_]{{1,3}}(?:is |code |هو )?(?=[a-z]{{0,11}}[0-9])"
    rf"[{_HASH}]{{3}}(?P<code1>[{_HASH}]{{2,9}}){_END}",
)  # fmt: skip
"""Every named group is masked: digits of ``fine`` groups, digits and letters of ``code`` and ``base`` groups."""
Content = Literal["digits", "code", "base64"]
"""What of a span is masked: its digits, also its letters, also the hyphens and underscores of base64."""
_CONTENT: dict[str, Content] = {"fine": "digits", "code": "code", "base": "base64"}
_HOURS_PER_DAY = 24


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], ...], re.Pattern[str]]:
    """Compile the patterns, and that of a bare pair, when the first text is masked: many scans print none."""
    return tuple(re.compile(form) for form in _PATTERN_SOURCES), re.compile(rf"{_A}{_NEXT}{_B}")


def precise_coordinate_spans(text: str) -> Iterator[tuple[int, int, Content]]:
    """Yield the parts of a text to mask, in time linear in its length.

    Returns
    -------
    iterator of (start, end, content)
        Span of code points, end exclusive, and what of it is masked.
    """
    normalised = normalise_coordinate_text(text)
    patterns, bare_pair = _patterns()
    for pattern in patterns:
        for found in pattern.finditer(normalised.normalised):
            for group in pattern.groupindex:
                content = _CONTENT.get(group.rstrip("12"))
                if found[group] and content:
                    yield *normalised.original_span(*found.span(group)), content
    for found in bare_pair.finditer(normalised.normalised):
        if _is_possible_position(int(found["a"]), int(found["b"])):
            yield *normalised.original_span(*found.span("fine1")), "digits"
            yield *normalised.original_span(*found.span("fine2")), "digits"


def _is_possible_position(one: int, other: int) -> bool:
    """Whether two unlabelled numbers with two decimals may be a position: not times of day, and within range."""
    return max(one, other) >= _HOURS_PER_DAY and min(one, other) <= 90 and max(one, other) <= 180
