"""Subtitle files with styles: SubStation Alpha (``.ass``, ``.ssa``) and XML (TTML, YouTube's srv1 to srv3)."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from opsec.formats.ass_script import AssParser
from opsec.formats.bounded_text import BoundedText, read_bounded_text
from opsec.formats.subtitle_cues import SubtitleCue
from opsec.formats.text_lines import MAX_LINE_LENGTH
from opsec.formats.timed_text import MAX_CUES, TimedTextHandler
from opsec.formats.xml_events import MAX_XML_MIB, parse_xml_events
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.fields import SUBTITLE
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.interface import Reader
from opsec.readers.text.cue_passages import PassageBuilder
from opsec.readers.text.free_text import to_free_text
from opsec.readers.text.xml_words import xml_words

NAME = "styled_subtitles"
MAX_ASS_MIB = 16


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    """Yield the text with its times."""
    if kind == "ass":
        yield from _read_ass(read_bounded_text(file, ".ass", MAX_ASS_MIB))
    else:
        yield from read_timed_text(read_bounded_text(file, ".ttml", MAX_XML_MIB))


def read_timed_text(text: BoundedText) -> Iterator[ReaderOutput]:
    """Yield the passages of subtitles in XML; all text of a file without any subtitle.

    Raises
    ------
    UnreadableError
        The XML is damaged; what stands before the damage was yielded.
    """
    found = TimedTextHandler()
    stopped = parse_xml_events(text, found)
    if not found.cues:
        yield from xml_words(text)
        return
    yield from passage_records(found.cues)
    yield from to_free_text("\n".join(found.titles), f"{text.part}/title")
    if found.full:
        yield Gap(make_reason("too_many", limit=MAX_CUES, part="subtitles"))
    yield from text.gaps()
    if stopped is not None:
        raise stopped


def passage_records(cues: Iterable[SubtitleCue]) -> Iterator[ReaderOutput]:
    """Yield the passages that cues in order of time form."""
    passages = PassageBuilder(SUBTITLE, NAME)
    for cue in cues:
        yield from passages.add(cue)
    yield from passages.finish()


def _read_ass(text: BoundedText) -> Iterator[ReaderOutput]:
    script = AssParser(text, MAX_CUES)
    found = list(passage_records(script))
    yield from found
    yield from to_free_text(script.title, f"{text.part}/title")
    yield from text.gaps()
    yield from script.remarks() if found else ()
    if script.full:
        yield Gap(make_reason("too_many", limit=MAX_CUES, part="subtitles"))
    if script.too_long:
        yield Gap(make_reason("too_long", part="line", limit=f"{MAX_LINE_LENGTH:,}"))


READER = Reader(name=NAME, version=2, check="sidecar", kinds=frozenset({"ass", "timed_text"}), read=read)
