"""Parse the XML of map files without DTDs and entities, with limits of size and depth.

Prefixes are ignored, also those that a program uses without declaring them (``gx:``, ``xsi:``), as map programs do.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NoReturn

from opsec.errors import SitesError
from opsec.i18n.messages import _

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_ELEMENTS, _MAX_DEPTH = 1_000_000, 60


class _TreeLimits:
    """Build a tree from the events of the parser, and stop at the limits."""

    def __init__(self, file: str) -> None:
        from xml.etree.ElementTree import TreeBuilder

        self._file = file
        self._tree = TreeBuilder()
        self._depth = self._elements = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            raise SitesError(
                _("{file} has too many or too deeply nested elements for a map; split it", file=self._file)
            )
        self._tree.start(tag.rpartition(":")[2], dict(attributes))

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._tree.end(tag.rpartition(":")[2])

    def data(self, text: str) -> None:
        self._tree.data(text)

    def refuse_dtd(self, *_declaration: object) -> NoReturn:
        """Refuse a DTD: its entities can expand without limit or refer to other files."""
        raise _unreadable(self._file, 1)

    def close(self) -> "Element":
        return self._tree.close()


def parse_xml(content: bytes, file: str) -> "Element":
    """Parse a document and return its root. Element names come without a prefix.

    Raises
    ------
    SitesError
        The document is not well-formed, declares a DTD or entities, or exceeds the limits.
    """
    from xml.parsers.expat import ExpatError, ParserCreate

    tree = _TreeLimits(file)
    parser = ParserCreate()  # without namespaces: an undeclared prefix is then no error
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = tree.start, tree.end
    parser.CharacterDataHandler = tree.data
    parser.StartDoctypeDeclHandler = tree.refuse_dtd
    try:
        parser.Parse(content, True)
    except (ExpatError, ValueError, LookupError) as error:
        raise _unreadable(file, getattr(error, "lineno", 1)) from error
    return tree.close()


def _unreadable(file: str, line: int) -> SitesError:
    return SitesError(_("{file} is not readable XML (line {line}); export it again", file=file, line=line))


def children(element: "Element", *tags: str) -> Iterator["Element"]:
    """Direct children with one of these names."""
    return (child for child in element if child.tag in tags)


def child_text(element: "Element", tag: str) -> str:
    """Text of the first direct child with this name; empty without one."""
    return next((child.text or "" for child in children(element, tag)), "")
