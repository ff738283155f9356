"""The elements of an XML file as they begin and end, without a tree: hostile depth and size cost nothing."""

from typing import Protocol

from opsec.formats.bounded_text import Bounded
from opsec.i18n.messages import reason
from opsec.model.records import UnreadableError

MOST_MIB = 16
MOST_DEPTH = 100
_CHUNK = 1 << 16
MOST_TEXT = 1 << 22
"""Characters kept of one element."""


class Listener(Protocol):
    """Told of every element, by its name without namespace."""

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def ends(self, name: str, text: str) -> None:
        """An element ends; ``text`` is what stood between its last child, or its beginning, and its end."""


class _Target:
    """What the parser calls (``xml.etree.ElementTree.XMLParser``, "target")."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._text: list[str] = []
        self._length = self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise UnreadableError(reason("too_deep", part="XML"))
        self._take()
        self._listener.begins(_plain(tag), attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._listener.ends(_plain(tag), self._take())

    def data(self, text: str) -> None:
        if self._length < MOST_TEXT:
            self._text.append(text)
            self._length += len(text)

    def close(self) -> None:
        """Nothing is built, so nothing is given."""

    def _take(self) -> str:
        text = "".join(self._text)
        self._text, self._length = [], 0
        return text


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def listen(text: Bounded, listener: Listener) -> UnreadableError | None:
    """Tell the listener of every element; answers why the file could not be followed to its end, if it could not.

    Declarations of types and entities are refused (defusedxml): they can make a small file endless, or reach out.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    parser = DefusedXMLParser(target=_Target(listener), forbid_dtd=True)
    try:
        for start in range(0, len(text.data), _CHUNK):
            parser.feed(text.data[start : start + _CHUNK])
        if not text.cut:
            parser.close()
    except UnreadableError as stop:
        return stop
    except DefusedXmlException as fault:
        return UnreadableError(reason("broken", part=text.part, detail=type(fault).__name__))
    except (ParseError, ValueError, LookupError) as fault:
        line, column = getattr(fault, "position", (0, 0))
        return UnreadableError(reason("broken", part=text.part, detail=f"@{line}:{column}"))
    return None
