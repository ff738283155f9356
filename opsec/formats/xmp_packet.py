"""Read the properties of an XMP packet in one pass, without a tree and without entities.

XMP is a subset of RDF/XML (ISO 16684-1, clause 7). A property is an attribute or an element, in a list (``rdf:Alt``,
``rdf:Bag``, ``rdf:Seq``) or inside a structure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

MAX_PACKET_BYTES = 2 << 20
"""Limit for one packet; a camera writes two kilobytes, an editor with history some hundreds."""
MAX_ELEMENTS = 50_000
MAX_PROPERTIES = 20_000
MAX_VALUE_LENGTH = 20_000
"""Limit in code points for one value; some contain embedded images."""

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML = "{http://www.w3.org/XML/1998/namespace}"

_PREFIXES = {
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/xmp/1.0/DynamicMedia/": "xmpDM",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://www.dji.com/drone-dji/1.0/": "drone-dji",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.0": "MicrosoftPhoto",
    "http://ns.iview-multimedia.com/mediapro/1.0/": "mediapro",
    "http://ns.acdsee.com/iptc/1.0/": "acdsee",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
}


@dataclass(slots=True)
class XmpResource:
    """Properties of the file, or of one structure inside it."""

    name: str
    """Property that contains the structure; empty for the file."""
    values: dict[str, list[str]] = field(default_factory=dict)
    """Values by qualified name (``exif:GPSLatitude``), in packet order."""

    def first(self, *names: str) -> str:
        """First value of the first of these names that has one; empty without a value."""
        return next((text for name in names for text in self.values.get(name, ())), "")


@dataclass(frozen=True, slots=True)
class XmpPacket:
    """Content of one packet."""

    resources: tuple[XmpResource, ...]
    fault: str | None
    """Name of the error that stopped parsing; None when the packet was read whole."""


def parse_xmp(raw: bytes) -> XmpPacket:
    """Parse a packet as far as possible. Never raises on account of the content."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    reading = _XmpTarget()
    parser = DefusedXMLParser(target=reading, forbid_dtd=True)
    fault = None
    try:
        parser.feed(_without_padding(raw[:MAX_PACKET_BYTES]))
        parser.close()
    except (ParseError, DefusedXmlException, _TooManyError, ValueError, LookupError) as error:
        fault = None if reading.ended else type(error).__name__.strip("_")
    return XmpPacket(tuple(reading.resources), fault)


def _without_padding(raw: bytes) -> bytes:
    """Drop bytes before the first ``<`` (8-bit or 16-bit text): some writers prepend lengths or zeros."""
    at = raw[:64].find(b"<")
    if at > 0 and raw[at - 1] == 0 and raw[at + 1 : at + 2] == b"\0":
        at -= 1
    return raw[max(0, at) :]


class _TooManyError(Exception):
    """More elements or values than any real packet has."""


@dataclass(slots=True)
class _OpenElement:
    """An element that has not ended."""

    resource: XmpResource
    name: str
    """Name of the property it belongs to; empty above properties."""
    texts: list[str] = field(default_factory=list)


class _XmpTarget:
    """Target of the XML parser: keeps the stack of open elements and collects properties."""

    def __init__(self) -> None:
        self.resources = [XmpResource("")]
        self.ended = False
        """Whether the RDF description has ended; content after it is ignored."""
        self._levels = [_OpenElement(self.resources[0], "")]
        self._elements = 0
        self._properties = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise _TooManyError
        above = self._levels[-1]
        name = above.name if tag.startswith(_RDF) else _qualified_name(tag)
        properties = {key: text for key, text in attributes.items() if not key.startswith((_RDF, _XML))}
        resource = above.resource
        if above.name or not tag.startswith(_RDF):
            inlined = properties or attributes.get(_RDF + "parseType") == "Resource" or tag == _RDF + "Description"
            if inlined and name and not _is_root(tag):
                resource = XmpResource(name)
                self.resources.append(resource)
        for key, text in properties.items():
            self._keep(resource, _qualified_name(key), text)
        self._levels.append(_OpenElement(resource, "" if _is_root(tag) or tag == _RDF + "Description" else name))

    def data(self, text: str) -> None:
        if self._levels[-1].name:
            self._levels[-1].texts.append(text)

    def end(self, tag: str) -> None:
        level = self._levels.pop()
        text = "".join(level.texts).strip()
        if text:
            self._keep(level.resource, level.name, text)
        self.ended = self.ended or tag == _RDF + "RDF"

    def close(self) -> None:
        """Required by the parser."""

    def _keep(self, resource: XmpResource, name: str, text: str) -> None:
        self._properties += 1
        if self._properties > MAX_PROPERTIES:
            raise _TooManyError
        resource.values.setdefault(name, []).append(text[:MAX_VALUE_LENGTH])


def _is_root(tag: str) -> bool:
    """Whether the tag is the outer ``x:xmpmeta`` element, which is not a property."""
    return tag.endswith(("}xmpmeta", "}xapmeta"))


@lru_cache(maxsize=4_096)
def _qualified_name(tag: str) -> str:
    """Qualified name (``exif:GPSLatitude``) of a tag; an unknown namespace is shortened to its last word."""
    space, _, local = tag.rpartition("}")
    address = space[1:]
    prefix = _PREFIXES.get(address) or next((word for word in reversed(address.split("/")) if word[:1].isalpha()), "")
    return f"{prefix[:40]}:{local[:80]}"
