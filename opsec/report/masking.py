"""Text for reports that travel: coordinates masked, and nothing in it that acts on a screen or a page."""

import re

from opsec.language import FSI, LRI, PDI, Lang, Message, because, say
from opsec.model import Reason
from opsec.shown import plain

_DECIMALS = re.compile(r"(?<![\d.])(\d{1,3})(?:([.٫])\d{3,}|(,)\d{4,})")
_MINUTES = re.compile(r"([°º]\s?)\d[\d\s.,٫'′’\"″”]*")


def masked_text(text: str) -> str:
    """The text with every number that is fine enough to find a gate by cut to whole degrees.

    >>> masked_text("meet at 33.31523, 44.36611")
    'meet at 33.•••, 44.•••'
    """
    decimal = _DECIMALS.sub(lambda found: f"{found[1]}{found[2] or found[3]}•••", text)
    return _MINUTES.sub(r"\1•••", decimal)


def shown_text(text: str, *, limit: int | None = None) -> str:
    """Hostile text, masked and harmless."""
    return masked_text(plain(text, limit=limit))


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
