"""XML of map programs, opened without declarations of types and entities, and of bounded size and depth."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from opsec.errors import SitesError
from opsec.i18n.messages import _

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MOST_ELEMENTS, _MOST_DEPTH = 1_000_000, 60


def xml_of(content: bytes, file: str) -> "Element":
    """The root of the document.

    Raises
    ------
    SitesError
        It cannot be read, declares types or entities, or is out of bounds.
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
            if depth > _MOST_DEPTH or elements > _MOST_ELEMENTS:
                raise SitesError(_("{file} is larger or deeper than any real map; split it", file=file))
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise SitesError(_("{file} is not XML that can be read; export it again", file=file)) from error
    found: Element = root
    return found


def tag_of(element: "Element") -> str:
    """The name of an element, whatever its namespace: programs differ in theirs."""
    return str(element.tag).rpartition("}")[2]


def children(element: "Element", *tags: str) -> Iterator["Element"]:
    """Elements of some names directly below one."""
    return (child for child in element if tag_of(child) in tags)


def text_in(element: "Element", tag: str) -> str:
    """The text of the first element of that name directly below one; empty when there is none."""
    return next((child.text or "" for child in children(element, tag)), "")
