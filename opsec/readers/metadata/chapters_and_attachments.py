"""Titles of chapters in a video, and text files attached to a Matroska file, through PyAV.

Chapters as in Matroska (RFC 9559, section 5.1.7), MP4 and others. yt-dlp attaches its record as ``info.json``
(``--embed-info-json``), Matroska files may hold any other file. Each attachment is in memory once FFmpeg has read the
headers; nothing is written to disk.
"""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from opsec.formats.json_stream import decode_json_text
from opsec.formats.matroska import ChapterTitle, chapter_titles
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import Gap, ReaderOutput, UnreadableError
from opsec.readers.field_values import field_name, nest_field
from opsec.readers.posts.ytdlp_entries import MAX_CHAPTERS, chapter_title_hints
from opsec.readers.posts.ytdlp_info_json import MAX_SIDECAR_BYTES, parse_info_json
from opsec.readers.text.free_text import MAX_FREE_TEXT_LENGTH, to_free_text
from opsec.vision.decoding.av_input import iter_tags

if TYPE_CHECKING:
    from av.container import InputContainer

MAX_ATTACHMENTS = 64
_TEXT_TYPES = ("text/plain", "text/markdown")
_MAX_SECONDS = 1e7


def chapter_records(film: "InputContainer", file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    """Yield the titles of chapters with their time: of Matroska in all languages and on all levels."""
    titles = dict.fromkeys(_chapters(film))
    if kind == "matroska":
        position = file.tell()
        titles |= dict.fromkeys(chapter_titles(file))
        file.seek(position)
    known: set[str] = set()
    for title in titles:
        if title.text not in known and len(known) < MAX_CHAPTERS:
            known.add(title.text)
            yield from chapter_title_hints(title.text, _plausible(title.start_s), _plausible(title.end_s))
    if len(titles) > MAX_CHAPTERS:
        yield Gap(make_reason("too_many", limit=MAX_CHAPTERS, part="chapters"))


def _chapters(film: "InputContainer") -> Iterator[ChapterTitle]:
    """Titles and other tags of the chapters that FFmpeg gives."""
    for chapter in islice(film.chapters(), MAX_CHAPTERS + 1):
        unit = float(chapter["time_base"] or 0)
        for _name, value in iter_tags(chapter["metadata"]):
            yield ChapterTitle(value, chapter["start"] * unit, chapter["end"] * unit)


def _plausible(seconds: float | None) -> float | None:
    return seconds if seconds is not None and 0 <= seconds <= _MAX_SECONDS else None


def attachment_records(film: "InputContainer") -> Iterator[ReaderOutput]:
    """Yield what attached records and texts contain; fonts and covers are left to others."""
    attached = [stream for stream in film.streams if stream.type == "attachment"]
    for stream in attached[:MAX_ATTACHMENTS]:
        tags = dict(iter_tags(stream.metadata))
        name, mime = tags.get("filename", ""), tags.get("mimetype", "").partition(";")[0].strip().lower()
        where = field_name("attachment", name)
        if mime.endswith("json") or name.lower().endswith(".json"):
            data = _content(stream)
            yield from _record(data, where) if data else [Gap(make_reason("not_read", part=where, detail="PyAV"))]
        elif mime in _TEXT_TYPES or name.lower().endswith((".txt", ".description")):
            text = _content(stream)[: 4 * MAX_FREE_TEXT_LENGTH].decode("utf-8", "replace")
            yield from to_free_text(text, where)
    if len(attached) > MAX_ATTACHMENTS:
        yield Gap(make_reason("too_many", limit=MAX_ATTACHMENTS, part="files"))


def _content(stream: Any) -> bytes:
    data = getattr(stream, "data", None)
    return bytes(data) if isinstance(data, bytes) else b""


def _record(data: bytes, where: str) -> Iterator[ReaderOutput]:
    """Records of one attached ``info.json``; a damaged one keeps what is before the damage, and is reported."""
    try:
        for record in parse_info_json(decode_json_text(data[:MAX_SIDECAR_BYTES])):
            yield nest_field(record, "attachment") if isinstance(record, Gap) else record
    except UnreadableError as stop:
        yield Gap(stop.reason)
    if len(data) > MAX_SIDECAR_BYTES:
        yield Gap(make_reason("too_long", part=where, limit=f"{MAX_SIDECAR_BYTES >> 20} MiB"))
