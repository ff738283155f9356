"""The properties of an XMP packet, read as they pass by: no tree is built, no entity is followed.

XMP is RDF/XML with few of its freedoms (ISO 16684-1, clause 7). A property may stand as an attribute
or as an element, in a list (``rdf:Alt``, ``rdf:Bag``, ``rdf:Seq``) or inside a structure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

MOST_BYTES = 2 << 20
"""Of one packet; a camera writes two kilobytes, an editor's history up to some hundreds."""
MOST_ELEMENTS = 50_000
MOST_PROPERTIES = 20_000
LONGEST_VALUE = 20_000
"""Code points kept of one value; pictures are hidden in some."""

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
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
}


@dataclass(slots=True)
class Resource:
    """What the properties speak of: the file as a whole, or one structure inside it."""

    name: str
    """The property that holds the structure; empty for the file."""
    values: dict[str, list[str]] = field(default_factory=dict)
    """Texts by name (``exif:GPSLatitude``), in the order of the packet."""

    def first(self, *names: str) -> str:
        """The first value under the first of these names that has one; empty when none has."""
        return next((text for name in names for text in self.values.get(name, ())), "")


@dataclass(frozen=True, slots=True)
class Packet:
    """What one packet says."""

    resources: tuple[Resource, ...]
    fault: str | None
    """Why it could not be read to its end: the name of an error."""


def packet_of(raw: bytes) -> Packet:
    """The properties of a packet, as far as it can be read. Never raises for what the bytes hold."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    reading = _Reading()
    parser = DefusedXMLParser(target=reading, forbid_dtd=True)
    fault = None
    try:
        parser.feed(_without_padding(raw[:MOST_BYTES]))
        parser.close()
    except (ParseError, DefusedXmlException, _TooManyError, ValueError, LookupError) as error:
        fault = None if reading.ended else type(error).__name__.strip("_")
    return Packet(tuple(reading.resources), fault)


def _without_padding(raw: bytes) -> bytes:
    """From the first sign of XML on, in letters of one byte or two: some writers put lengths or zeros before it."""
    at = raw[:64].find(b"<")
    if at > 0 and raw[at - 1] == 0 and raw[at + 1 : at + 2] == b"\0":
        at -= 1
    return raw[max(0, at) :]


class _TooManyError(Exception):
    """More elements or values than any packet has."""


@dataclass(slots=True)
class _Level:
    """One element that is open."""

    resource: Resource
    name: str
    """Of the property it belongs to; empty above all properties."""
    texts: list[str] = field(default_factory=list)


class _Reading:
    """What the XML parser calls: keeps the way down to the element at hand, and the properties met."""

    def __init__(self) -> None:
        self.resources = [Resource("")]
        self.ended = False
        """The description was read to its end; what stands behind it does not matter."""
        self._levels = [_Level(self.resources[0], "")]
        self._elements = 0
        self._properties = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise _TooManyError
        above = self._levels[-1]
        name = above.name if tag.startswith(_RDF) else _short(tag)
        told = {key: text for key, text in attributes.items() if not key.startswith((_RDF, _XML))}
        resource = above.resource
        if above.name or not tag.startswith(_RDF):
            inlined = told or attributes.get(_RDF + "parseType") == "Resource" or tag == _RDF + "Description"
            if inlined and name and not _is_root(tag):
                resource = Resource(name)
                self.resources.append(resource)
        for key, text in told.items():
            self._keep(resource, _short(key), text)
        self._levels.append(_Level(resource, "" if _is_root(tag) or tag == _RDF + "Description" else name))

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
        """Asked for by the parser."""

    def _keep(self, resource: Resource, name: str, text: str) -> None:
        self._properties += 1
        if self._properties > MOST_PROPERTIES:
            raise _TooManyError
        resource.values.setdefault(name, []).append(text[:LONGEST_VALUE])


def _is_root(tag: str) -> bool:
    """``x:xmpmeta``, around it all: no property."""
    return tag.endswith(("}xmpmeta", "}xapmeta"))


@lru_cache(maxsize=4_096)
def _short(tag: str) -> str:
    """``exif:GPSLatitude`` for the name with its namespace; of one not known the last word of its address."""
    space, _, local = tag.rpartition("}")
    address = space[1:]
    prefix = _PREFIXES.get(address) or next((word for word in reversed(address.split("/")) if word[:1].isalpha()), "")
    return f"{prefix[:40]}:{local[:80]}"
