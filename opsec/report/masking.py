"""Text for reports that travel: coordinates masked, and nothing in it that acts on a screen or a page."""

import re
import unicodedata

from opsec.language import FSI, LRI, PDI, Lang, Message, because, say
from opsec.model import Coverage, Reason
from opsec.shown import plain

_FINE = re.compile(
    r"(?<!\d)\d{1,3}(?:[.٫]\d{3,}|,\d{4,})"  # 33.31523, and 33,31523 as much of the world writes it
    r"|[°º]\s?\d[\d\s.,٫'′’\"″”]*"  # the minutes and seconds of 33°18'54"
)
_AFTER_THE_POINT = re.compile(r"(?<=[.,٫°º])[\d\s.,٫'′’\"″”]+$")

_CUT = r"{1,3}[.,٫°º][\s.,٫'′’\"″”•]*•"
_MASKED = re.compile(rf"[-−]?[0-9]{_CUT}(?:[,،;\s]{{1,3}}[-−]?[0-9]{_CUT})?|[-−]?\d{_CUT}")
"""A pair in Western digits runs left to right as one; in Arabic ones each number does, and the first stands right."""


def masked_text(text: str) -> str:
    """The text with every number that is fine enough to find a gate by cut to whole degrees; as long as before.

    >>> masked_text("meet at 33.31523, 44.36611")
    'meet at 33.•••••, 44.•••••'
    """
    return _FINE.sub(_cut, text)


def _cut(found: re.Match[str]) -> str:
    return _AFTER_THE_POINT.sub(lambda fine: re.sub(r"\d", "•", fine.group()), found.group())


def shown_text(text: str, *, limit: int | None = None) -> str:
    """Hostile text, masked and harmless."""
    return kept_together(masked_text(plain(text, limit=limit)))


def kept_together(text: str) -> str:
    """Masked coordinates isolated from Arabic around them: the dots have no direction, and would change places."""
    return _MASKED.sub(lambda found: f"{LRI}{found.group()}{PDI}", text) if has_rtl(text) else text


def has_rtl(text: str) -> bool:
    """Whether any letter or digit of the text belongs to a script that runs from right to left."""
    return any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in text)


def shown_path(path: str) -> str:
    """A path for people: a file may be named after the place where it was filmed."""
    return masked_text(plain(path))


def shown_sentence(sentence: str) -> str:
    """A sentence that was put together earlier: its isolates stay when they close, all else is spelled out."""
    depth = 0
    for char in sentence:
        depth += (char in (LRI, FSI)) - (char == PDI)
        if depth < 0:
            break
    if depth != 0:
        return shown_text(sentence)
    return masked_text("".join(char if char in (LRI, FSI, PDI) else plain(char) for char in sentence))


def shown_reason(reason: Reason, lang: Lang) -> str:
    """Why something was not read; a hostile process filled the blanks."""
    message = because(reason)
    blanks = {name: shown_text(blank) if isinstance(blank, str) else blank for name, blank in message.blanks.items()}
    return say(Message(message.template, blanks), lang)


def shown_reasons(coverage: Coverage, lang: Lang) -> str:
    """All reasons of a clip in one line."""
    return ("؛ " if lang == "ar" else "; ").join(shown_reason(reason, lang) for reason in coverage.reasons)
