"""Parse the XML of map files without DTDs and entities, with limits of size and depth."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from opsec.errors import SitesError
from opsec.i18n.messages import _

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_ELEMENTS, _MAX_DEPTH = 1_000_000, 60


def parse_xml(content: bytes, file: str) -> "Element":
    """Parse a document and return its root.

    Raises
    ------
    SitesError
        The document is not well-formed, declares a DTD or entities, or exceeds the limits.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    depth = elements = 0
    root: Any = None
    try:
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            elements += event == "start"
            if depth > _MAX_DEPTH or elements > _MAX_ELEMENTS:
                raise SitesError(_("{file} has too many or too deeply nested elements for a map; split it", file=file))
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise SitesError(_("{file} is not readable XML; export it again", file=file)) from error
    found: Element = root
    return found


def local_name(element: "Element") -> str:
    """Name of an element without its namespace, because programs differ in namespaces."""
    return str(element.tag).rpartition("}")[2]


def children(element: "Element", *tags: str) -> Iterator["Element"]:
    """Direct children with one of these names."""
    return (child for child in element if local_name(child) in tags)


def child_text(element: "Element", tag: str) -> str:
    """Text of the first direct child with this name; empty without one."""
    return next((child.text or "" for child in children(element, tag)), "")
