"""Read ``.xml`` files: what a file is, its root element says; of an unknown one, all text and positions are read."""

import io
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from opsec.formats.bounded_text import BoundedText, read_bounded_text
from opsec.formats.xml_events import MAX_XML_MIB, root_element
from opsec.model import FileKind
from opsec.model.records import ReaderOutput
from opsec.readers.interface import Reader
from opsec.readers.metadata.sony_nrt import ROOT as SONY_ROOT
from opsec.readers.metadata.sony_nrt import nrt_records
from opsec.readers.metadata.xmp import xmp_hints
from opsec.readers.telemetry.files import gpx, kml, tcx
from opsec.readers.text.styled_subtitles import read_timed_text
from opsec.readers.text.xml_words import xml_words

NAME = "xml_file"
PART = ".xml"


def _sony(text: BoundedText) -> Iterator[ReaderOutput]:
    yield from nrt_records(text, reader=NAME)


def _xmp(text: BoundedText) -> Iterator[ReaderOutput]:
    yield from xmp_hints(text.data, reader=NAME, where=PART)


def _with_reader(reader: Reader, kind: FileKind) -> Callable[[BoundedText], Iterator[ReaderOutput]]:
    def read_text(text: BoundedText) -> Iterator[ReaderOutput]:
        yield from reader.read(io.BytesIO(text.data), kind)

    return read_text


_READERS: Mapping[str, Callable[[BoundedText], Iterator[ReaderOutput]]] = {
    SONY_ROOT: _sony,
    "xmpmeta": _xmp,
    "RDF": _xmp,
    "gpx": _with_reader(gpx.READER, "gpx"),
    "kml": _with_reader(kml.READER, "kml"),
    "TrainingCenterDatabase": _with_reader(tcx.READER, "tcx"),
    "tt": read_timed_text,
    "timedtext": read_timed_text,
    "transcript": read_timed_text,
}
"""Reader by root element, for formats that usually have a suffix of their own."""


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield what the file says, by the reader of its root element."""
    text = read_bounded_text(file, PART, MAX_XML_MIB)
    yield from _READERS.get(root_element(text.data), xml_words)(text)


READER = Reader(name=NAME, version=2, check="sidecar", kinds=frozenset({"xml"}), read=read)
