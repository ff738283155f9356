"""Text for reports that travel: coordinates masked, and nothing in it that acts on a screen or a page."""

import re
import unicodedata

from opsec.i18n.messages import FSI, LRI, PDI, Lang, Message, because, say
from opsec.i18n.safe_text import plain
from opsec.model import Coverage, Reason
from opsec.reports.coordinate_patterns import fine_parts

LONGEST = 200
"""Characters that a written place may have, with room to spare."""
_CUT = r"{1,3}[.,٫°º][\s.,٫'′’\"″”•]*•"
_SIGNS = r"0-9A-Za-z+.:/?=&%#@~!'\"°-"
_MASKED = re.compile(
    rf"[-−]?[0-9]{_CUT}(?:[,،;\s]{{1,3}}[-−]?[0-9]{_CUT})?|[-−]?\d{_CUT}"
    rf"|(?:[0-9A-Za-z]{{1,3}} ){{0,3}}[{_SIGNS}]{{0,60}}•[•,{_SIGNS}]*(?: •[•,{_SIGNS}]*)*(?: [A-Z](?![A-Za-z]))?"
)
"""A pair in Western digits, a code and a link run left to right as one; in Arabic digits each number does, and the
first stands right."""


def masked_text(text: str) -> str:
    """The text with all that is fine enough to find a gate by hidden, in every notation; as long as before.

    What tells a region stays: whole degrees, the zone and the square of 100 km, the first half of a code.

    >>> masked_text("meet at 33.31523, 44.36611 or 38SMB4488286345")
    'meet at 33.•••••, 44.••••• or 38SMB••••••••••'
    """
    shown = list(text)
    for start, end, letters in fine_parts(text):
        for index in range(start, end):
            if shown[index].isalnum() if letters else shown[index].isdecimal():
                shown[index] = "•"
    return "".join(shown)


def shown_text(text: str, *, limit: int | None = None) -> str:
    """Hostile text, masked and harmless. Masked first: neither a cut nor a mark spelled out may part a number."""
    near = text if limit is None else text[: limit + LONGEST]
    return kept_together(plain(masked_text(near), limit=limit))


def kept_together(text: str) -> str:
    """Masked coordinates isolated from Arabic around them: the dots have no direction, and would change places."""
    return _MASKED.sub(lambda found: f"{LRI}{found.group()}{PDI}", text) if has_rtl(text) else text


def has_rtl(text: str) -> bool:
    """Whether any letter or digit of the text belongs to a script that runs from right to left."""
    return any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in text)


def shown_path(path: str) -> str:
    """A path for people: a file may be named after the place where it was filmed."""
    return plain(masked_text(path))


def shown_sentence(sentence: str) -> str:
    """A sentence that was put together earlier: its isolates stay when they close, all else is spelled out."""
    depth = 0
    for char in sentence:
        depth += (char in (LRI, FSI)) - (char == PDI)
        if depth < 0:
            break
    if depth != 0:
        return shown_text(sentence)
    return "".join(char if char in (LRI, FSI, PDI) else plain(char) for char in masked_text(sentence))


def shown_reason(reason: Reason, lang: Lang) -> str:
    """Why something was not read; a hostile process filled the blanks."""
    message = because(reason)
    blanks = {name: shown_text(blank) if isinstance(blank, str) else blank for name, blank in message.blanks.items()}
    return say(Message(message.template, blanks), lang)


def shown_reasons(coverage: Coverage, lang: Lang) -> str:
    """All reasons of a clip in one line."""
    return ("؛ " if lang == "ar" else "; ").join(shown_reason(reason, lang) for reason in coverage.reasons)
