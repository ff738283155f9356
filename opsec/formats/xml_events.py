"""Parse XML as a stream of start and end events, without a tree, so that hostile depth and size cost nothing."""

from typing import Protocol, runtime_checkable

from opsec.formats.bounded_text import BoundedText
from opsec.i18n.reasons import make_reason
from opsec.model.records import UnreadableError

MAX_XML_MIB = 16
MAX_XML_DEPTH = 100
MAX_XML_ELEMENTS = 700_000
"""Limit for one file: 16 MiB of track points with all their measures have fewer."""
_CHUNK = 1 << 16
MAX_TEXT_LENGTH = 1 << 22
"""Limit in characters for the text of one element."""


class XmlHandler(Protocol):
    """Receiver of events; element names come without their namespace."""

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""

    def ends(self, name: str, text: str) -> None:
        """Handle the end of an element; ``text`` is the text after its last child or its start tag."""


@runtime_checkable
class MixedContentHandler(XmlHandler, Protocol):
    """Receiver that also takes the text between two tags, as in ``<p>at <b>the gate</b> today</p>``."""

    def interrupted(self, text: str) -> None:
        """Handle text that a start tag follows; ``ends`` has the text before an end tag."""


class _Target:
    """Target of the parser (``xml.etree.ElementTree.XMLParser``)."""

    def __init__(self, listener: XmlHandler) -> None:
        self._listener = listener
        self._mixed = listener if isinstance(listener, MixedContentHandler) else None
        self._text: list[str] = []
        self._length = self._depth = self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._count > MAX_XML_ELEMENTS:
            raise UnreadableError(make_reason("too_many", limit=MAX_XML_ELEMENTS, part="elements"))
        if self._depth > MAX_XML_DEPTH:
            raise UnreadableError(make_reason("too_deep", part="XML"))
        text = self._take()
        if self._mixed is not None and text:
            self._mixed.interrupted(text)
        self._listener.begins(_local_name(tag), attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._listener.ends(_local_name(tag), self._take())

    def data(self, text: str) -> None:
        if self._length < MAX_TEXT_LENGTH:
            self._text.append(text)
            self._length += len(text)

    def close(self) -> None:
        """Required by the parser; there is no tree to return."""

    def _take(self) -> str:
        text = "".join(self._text)
        self._text, self._length = [], 0
        return text


def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def parse_xml_events(text: BoundedText, listener: XmlHandler) -> UnreadableError | None:
    """Pass every element to the handler; return the error that stopped parsing, if any.

    DTDs and entities are refused (defusedxml): they can expand without limit or refer to other files.
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
        return UnreadableError(make_reason("broken", part=text.part, detail=type(fault).__name__))
    except (ParseError, ValueError, LookupError) as fault:
        line, column = getattr(fault, "position", (0, 0))
        return UnreadableError(make_reason("broken", part=text.part, detail=f"@{line}:{column}"))
    return None


class _RootFoundError(Exception):
    """Ends parsing at the first start tag."""


class _RootTarget:
    """Target of the parser that stops at the root element."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - the parser passes both
        raise _RootFoundError(_local_name(tag))

    def close(self) -> None:
        """Required by the parser."""


def root_element(data: bytes) -> str:
    """Name of the root element without its namespace; empty if there is none, or a DTD before it."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    parser = DefusedXMLParser(target=_RootTarget(), forbid_dtd=True)
    try:
        parser.feed(data[:_CHUNK])
    except _RootFoundError as found:
        return str(found)
    except (DefusedXmlException, ParseError, ValueError, LookupError):
        return ""
    return ""
