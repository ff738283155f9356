"""What in a text could tell a place finely enough to find a gate by, in any notation: what travelling reports hide.

The readers of hints ask whether something surely is a place, because a wrong one costs an officer's time. Here the
question is whether it could be one, because a shown one costs a base. The notations and their sources are told
in ``opsec.geo.notations``; the plain form of a text is the same, so that no alphabet and no mark hides a digit.
"""

import re
from collections.abc import Iterator

from opsec.geo.notations.angles import HEMISPHERE
from opsec.geo.notations.normalised_text import plain

_START, _END = r"(?<![^\W_])", r"(?![^\W_])"
_NUMBER, _ENDS = r"(?<![0-9])(?<![0-9]\.)", r"(?![0-9]|\.[0-9])"
"""Around a number that is no part of a date with points, of a version or of an address."""
_DEGREE = r"(?:°|deg(?:rees?)?|درجات|درجه|d(?=[0-9]{1,2}['m.]))"
_SIDE = rf"(?:{HEMISPHERE}){_END}"
_PART = r"[0-9]{1,2}(?:[.,][0-9]+)?"
_SPACED = rf"{_PART}'?(?P=gap){_PART}\"?|[0-9]{{1,2}}[.,][0-9]+'?"
_CLOSED = r"(?:[0-9]{2}){1,2}(?:[.,][0-9]+)?"
_MINUTE = r"(?:'(?!')|min(?:utes?)?|m(?![a-z])|دقيقه|دقايق|دق|د(?![^\W_]))"
_SECOND = r"(?:\"|''|sec(?:onds?)?|s(?![a-z])|ثانيه|ثواني|ثوان|ث(?![^\W_]))"
_AND = r"[ ,و]{0,3}"

_A = rf"{_NUMBER}(?P<a>[0-9]{{1,3}})\.(?P<fine1>[0-9]{{2,}}){_ENDS}"
_B = rf"{_NUMBER}(?P<b>[0-9]{{1,3}})\.(?P<fine2>[0-9]{{2,}}){_ENDS}"
_NEXT = r"(?:[ \n]{1,3}|[ \n]{0,2}(?:[,;/|~&+_]|%2c|و)[ \n]{0,2})[+-]?"
_TOLD_NEXT = (
    rf"(?: ?{_DEGREE} ?(?:{_SIDE})?| ?{_SIDE})[ \n]?[,;/|~&]?[ \n]{{0,2}}(?:و ?)?[+-]?"
    rf"|[ \n]{{0,2}}[,;/|~&]?[ \n]{{0,2}}{_START}(?:{HEMISPHERE})[ :=]{{0,2}}[+-]?"
    r"|[^0-9\n]{0,6}\n?[^0-9\n]{0,8}(?:lat|lon|lng|long|عرض|طول)[^0-9\n]{0,12}"
)

_MAPS = (
    r"maps\.google\.[a-z.]{2,7}|google\.[a-z.]{2,7}/maps|earth\.google\.com|maps\.apple(?:\.com)?|maps\.app\.goo\.gl"
    r"|goo\.gl/maps|g\.co/(?:maps|kgs)|g\.page|openstreetmap\.org|osm\.org|bing\.com/maps|waze\.(?:com|to)|2gis\.[a-z.]{2,6}"
    r"|yandex\.[a-z.]{2,6}/(?:maps|navi)|here\.com|petalmaps\.com|wikimapia\.org|map\.snapchat\.com|geohash\.org|maps\.me"
    r"|organicmaps\.app|omaps\.app|ge0\.me|w3w\.co|what3words\.com"
)
_ZONE = rf"{_START}[0-9]{{1,2}}"
_MONTH = r"(?:0?[1-9]|[12][0-9]|3[01])[ -]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_METRES = r"[0-9]{{5,8}}(?:\.[0-9]+)?) ?m?(?:{0}(?![^\W_]))?"
_EAST, _NORTH = r"(?:e|east|easting|x|شرقا?|ق)", r"(?:n|north|northing|y|شمالا?|ش)"
_FALSE_EAST = rf"(?:{_EAST}[ :=.]{{0,3}})?(?P<fine1>" + _METRES.format(_EAST)
_FALSE_NORTH = rf"(?:{_NORTH}[ :=.]{{0,3}})?(?P<fine2>" + _METRES.format(_NORTH)
_LABEL = r"(?:geo[ _-]?hash|جيو ?هاش)"
_PLUS, _HASH = "23456789cfghjmpqrvwx", "0-9bcdefghjkmnpqrstuvwxyz"

_FORMS = (
    # whatever is behind the name of a map, a short link too: anybody may follow it
    rf"(?:(?<![a-z0-9-])|(?<=%2f))(?:(?:{_MAPS})(?:[/?#:]|%2f|%3f|%3a)|google\.navigation:|(?:comgooglemaps|waze|ge0|mapsme)://)"
    r"(?P<code1>[^\s<>\"]+)",
    r"(?<![a-z])geo:[+-]?[0-9]{1,3}(?P<fine1>\.[0-9]+)?,[+-]?[0-9]{1,3}(?P<fine2>\.[0-9]+)?",
    r"(?<![^\s(])///(?P<code1>[^\W\d_]{2,20}\.[^\W\d_]{2,20}\.[^\W\d_]{2,20})",
    # decimal degrees: 33.31523, and 33,31523 as much of the world writes it
    rf"{_NUMBER}[0-9]{{1,3}}\.(?P<fine1>[0-9]{{3,4}}){_ENDS}",
    r"(?<![0-9])[0-9]{1,3}(?:\.(?P<fine1>[0-9]{5,})|,(?P<fine2>[0-9]{4,}))",
    rf"{_NUMBER}[0-9]{{1,3}}\.(?P<fine1>[0-9]{{2,}}) ?{_DEGREE}",
    rf"{_A}(?:{_TOLD_NEXT}){_B}",
    # degrees, minutes and seconds
    rf"(?<![0-9])[0-9]{{1,3}} ?{_DEGREE}{_AND}(?![0-9.,]{{1,12}} ?[°%])"
    rf"(?P<fine1>{_PART}(?: ?{_MINUTE})?(?:{_AND}{_PART} ?{_SECOND}|{_AND}(?<=['و,دقه]){_PART})?)",
    rf"{_START}(?<![0-9][.:,-])[0-9]{{1,3}}(?P<gap>[ :-])(?P<fine1>{_SPACED}) ?{_SIDE}",
    rf"{_START}(?<!')(?:{HEMISPHERE})[ :=]{{0,2}}[0-9]{{1,3}}(?P<gap>[ :-])(?P<fine1>{_SPACED})(?![0-9])",
    rf"{_START}[0-9]{{2}}(?P<fine1>{_CLOSED}) ?[ns][ ,/_-]{{0,2}}[0-9]{{3}}(?P<fine2>{_CLOSED}) ?[ew]{_END}",
    rf"{_START}[ns] ?[0-9]{{2}}(?P<fine1>{_CLOSED})[ ,/_-]{{0,2}}[ew] ?[0-9]{{3}}(?P<fine2>{_CLOSED}){_END}",
    # ISO 6709: +33.31+044.36/, +3318.9+04421.9/, +331854.2+0442158.6/
    r"(?<![^\W_])[+-][0-8][0-9](?P<fine1>\.[0-9]+)[+-][01][0-9]{2}(?P<fine2>\.[0-9]+)",
    r"(?<![^\W_])[+-][0-8][0-9](?P<fine1>[0-9]{2}(?:\.[0-9]+)?)[+-][01][0-9]{2}(?P<fine2>[0-9]{2}(?:\.[0-9]+)?)(?![0-9])",
    r"(?<![^\W_])[+-][0-8][0-9](?P<fine1>[0-9]{4}(?:\.[0-9]+)?)[+-][01][0-9]{2}(?P<fine2>[0-9]{4}(?:\.[0-9]+)?)(?![0-9])",
    # grids: a zone and its square of 100 km stay
    rf"{_ZONE} ?(?:{HEMISPHERE}|[c-x])[ ,:;/-]{{0,3}}\n?{_FALSE_EAST}[ ,;:/_-]{{1,3}}\n?{_FALSE_NORTH}{_END}",
    rf"(?:utm|zone|زون|نطاق|منطقه)[^0-9\n]{{0,12}}(?:[0-9]{{1,2}} ?(?:[a-z]{_END})?[^0-9a-z\n]{{1,3}}\n?)?"
    rf"{_FALSE_EAST}[ ,;:/_-]{{1,3}}\n?{_FALSE_NORTH}{_END}",
    rf"{_START}{_NORTH}[ :=.]{{0,3}}(?P<fine1>[0-9]{{7}}(?:\.[0-9]+)?)[ ,;:/_-]{{1,3}}\n?"
    rf"{_EAST}[ :=.]{{0,3}}(?P<fine2>[0-9]{{6,7}}(?:\.[0-9]+)?){_END}",
    rf"{_START}{_EAST}[ :=.]{{0,3}}(?P<fine1>[0-9]{{6,7}})[ ,;:/_-]{{1,3}}\n?"
    rf"{_NORTH}[ :=.]{{0,3}}(?P<fine2>[0-9]{{6,8}}){_END}",
    rf"{_START}(?P<fine1>[0-9]{{6,7}}) ?m?{_EAST}[ ,;:/_-]{{1,3}}\n?(?P<fine2>[0-9]{{6,8}}) ?m?{_NORTH}{_END}",
    rf"(?!{_MONTH}){_ZONE}[c-x][a-hj-np-z][a-hj-np-v][ ,:/_-]{{0,2}}"
    rf"(?P<fine1>[0-9]{{2,5}}[ ,/_-][0-9]{{2,5}}|[0-9]{{4,10}}){_END}",
    rf"(?!{_MONTH}){_ZONE}[ -]?[c-x][ _-]{{0,2}}[a-hj-np-z] ?[a-hj-np-v][ ,:/_-]{{0,2}}"
    rf"(?P<fine1>[0-9]{{3,5}}[ ,/_-]{{1,2}}[0-9]{{3,5}}|[0-9]{{6,10}}){_END}",
    # Plus Codes and geohashes: as much of them stays as tells about one degree
    rf"{_START}(?=[0-9+]{{0,9}}[a-z])[2-9c][2-9cfghjmpqrv][{_PLUS}]{{2}}(?P<code1>[{_PLUS}]{{4}}(?:\+|%2b)[{_PLUS}]{{2,}}){_END}",
    rf"{_START}(?=[0-9+]{{0,6}}[a-z])(?P<code1>(?:[{_PLUS}]{{2}})?[{_PLUS}]{{4}}(?:\+|%2b)[{_PLUS}]{{2,3}}){_END}",
    rf"{_LABEL}[ _-]?[:=] ?[{_HASH}]{{3}}(?P<code1>[{_HASH}]{{2,9}}){_END}",
    rf"{_LABEL}[\W_]{{1,3}}(?:is |code |هو )?(?=[a-z]{{0,11}}[0-9])[{_HASH}]{{3}}(?P<code1>[{_HASH}]{{2,9}}){_END}",
)  # fmt: skip
"""Every group is hidden: digits of those named ``fine``, letters too of those named ``code``."""
FORMS = tuple(re.compile(form) for form in _FORMS)

_BARE_PAIR = re.compile(rf"{_A}{_NEXT}{_B}")
_LATEST_HOUR = 24


def fine_parts(text: str) -> Iterator[tuple[int, int, bool]]:
    """Stretches of the text to be hidden: start, end, and whether letters are part of the code. In linear time."""
    whole = plain(text)
    for form in FORMS:
        for found in form.finditer(whole.letters):
            for name in form.groupindex:
                if found[name] and name.startswith(("fine", "code")):
                    yield *whole.span(*found.span(name)), name.startswith("code")
    for found in _BARE_PAIR.finditer(whole.letters):
        if _may_be_a_place(int(found["a"]), int(found["b"])):
            yield *whole.span(*found.span("fine1")), False
            yield *whole.span(*found.span("fine2")), False


def _may_be_a_place(one: int, other: int) -> bool:
    """Two numbers with two decimals and no other sign of what they are: no hours with minutes, and on the Earth."""
    return max(one, other) >= _LATEST_HOUR and min(one, other) <= 90 and max(one, other) <= 180
