"""Read positions, dates, cameras and text from the boxes of MP4, MOV, M4V, 3GP and related files.

Reads ``©xyz`` and similar boxes in user data (QuickTime File Format, "User data text strings"), ``loci``, ``titl`` and
``dscp`` (3GPP TS 26.244, clause 8), Apple's ``mdta`` keys and iTunes item lists (QuickTime File Format, "Metadata"),
XMP in ``XMP_`` and ``uuid`` (XMP Specification Part 3), also in a compressed ``moov`` and in fragments. Each position
in the file becomes a hint of its own: an edited video may hold two, and matching decides which of them concerns a site.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from opsec.formats.bounded_text import BoundedText
from opsec.formats.bounded_zlib import MAX_MOOV_BYTES, inflate
from opsec.formats.isobmff.boxes import MAX_BOXES, Box, iter_boxes
from opsec.formats.isobmff.user_data_text import decode_text, user_data_texts
from opsec.formats.xml_events import root_element
from opsec.formats.xmp_packet import MAX_PACKET_BYTES as MAX_XMP_BYTES
from opsec.i18n.reasons import make_reason
from opsec.model import Claim, FileKind, Hint, Reason
from opsec.model.records import MAX_PIXELS, Gap, IncompleteFileError, ReaderOutput
from opsec.readers.field_values import field_name, format_utc, nest_field, parse_device, parse_place, parse_time
from opsec.readers.interface import Reader
from opsec.readers.metadata import sony_nrt
from opsec.readers.metadata.mp4_item_list import ItemList
from opsec.readers.metadata.mp4_loci import loci_hints
from opsec.readers.metadata.xmp import xmp_hints
from opsec.readers.text.free_text import to_free_text
from opsec.readers.text.xml_words import xml_words

NAME = "container"

CONTAINER_BOXES = frozenset({"moov", "trak", "udta", "meta", "ilst", "----", "cmov", "moof", "traf"})
"""Media tables (``mdia``) hold no text; the telemetry readers read them."""

MAX_TEXT_BYTES = 4_096
"""Limit for one text; a position needs less than a hundred bytes."""

MAX_XML_BYTES = 4 << 20
"""Limit for one ``xml `` box; that of a camcorder has three kilobytes."""

MAC_EPOCH_S = -2_082_844_800
"""1904-01-01T00:00:00Z, the epoch of these files, as seconds since 1970."""

MAX_WORDS_BYTES = 40_000
"""Limit for a title, a description or a comment."""

_DEVICE = {"©mak", "©mod", "©mdl"}
"""Maker and model; DJI writes ``©mdl``."""
_WORDS = {"©nam", "©cmt", "©des", "©inf", "©key"}
_PHONE_WORDS = {"titl", "dscp"}
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


@dataclass(slots=True)
class _FileState:
    """State of the file collected while iterating over its boxes."""

    duration_s: float | None = None
    size_px: tuple[int, int] | None = None
    moov: Box | None = None
    described: bool = False
    """Whether it has a movie header (``mvhd``), without which no player opens it."""
    compressed: bool = False
    """Whether its ``moov`` is compressed; a second compressed one inside is not opened."""
    places: int = 0
    gaps: list[Gap] = field(default_factory=list)

    def claim(self) -> Claim:
        width_px, height_px = self.size_px or (None, None)
        return Claim(self.duration_s, width_px, height_px)


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - one kind only
    """Yield positions, dates and cameras, then the declared length and size, then faults of the file.

    Raises
    ------
    IncompleteFileError
        The file is not a complete video, and no position was found in it.
    """
    film = _FileState()
    for found in _box_records(file, film):
        film.places += isinstance(found, Hint) and found.kind in ("position", "place")
        yield found
    yield film.claim()
    yield from _check_complete(film)


READER = Reader(name=NAME, version=4, check="metadata", kinds=frozenset({"mp4"}), read=read)


def _box_records(file: BinaryIO, film: _FileState) -> Iterator[ReaderOutput]:
    lists: dict[str, ItemList] = {}
    for box in iter_boxes(file, CONTAINER_BOXES):
        _record_state(file, film, box)
        if box.type == "meta":
            if box.path in lists:  # a second one beside it: the first is complete
                yield from lists.pop(box.path).hints()
            lists[box.path] = ItemList(NAME, box.path)
        elif box.type == "xml ":
            yield from _xml(file, box)
        elif owner := lists.get(_enclosing_meta(box.path)):
            owner.add_box(file, box)
        elif box.type in ("uuid", "XMP_"):
            yield from _xmp(file, box)
        elif box.parent.endswith("udta"):
            yield from _user_data(file, box)
        elif box.path == "moov/cmov/cmvd" and not film.compressed:
            yield from _compressed_moov(file, box, film)
        elif box.path == "moov/mvhd":
            yield from _movie_header(file, box, film)
    for items in lists.values():
        yield from items.hints()


def _enclosing_meta(path: str) -> str:
    """Path of the innermost ``meta`` box around a box."""
    before, meta, _ = path.rpartition("meta/")
    return before + meta.rstrip("/")


def _user_data(file: BinaryIO, box: Box) -> Iterator[ReaderOutput]:
    where = field_name(box.path)
    if box.type == "loci":
        yield from loci_hints(box.read(file, MAX_TEXT_BYTES), reader=NAME, field=where)
    elif box.type == "©xyz":
        for text in user_data_texts(box.read(file, MAX_TEXT_BYTES)):
            yield from parse_place(text, reader=NAME, field=where)
    elif box.type in _DEVICE:
        for text in user_data_texts(box.read(file, MAX_TEXT_BYTES)):
            yield from parse_device(text, reader=NAME, field=where)
    elif box.type == "©day":
        for text in user_data_texts(box.read(file, MAX_TEXT_BYTES)):
            yield from parse_time(text, reader=NAME, field=where)
    elif box.type == "date":  # as Nokia and Samsung write it, with its zone
        yield from parse_time(decode_text(box.read(file, MAX_TEXT_BYTES)), reader=NAME, field=where)
    elif box.type in _WORDS:
        for text in user_data_texts(box.read(file, MAX_WORDS_BYTES)):
            yield from to_free_text(text, where)
    elif box.type in _PHONE_WORDS:  # behind version, flags and language
        yield from to_free_text(decode_text(box.read(file, MAX_WORDS_BYTES)[6:]), where)


def _xmp(file: BinaryIO, box: Box) -> Iterator[ReaderOutput]:
    raw = box.read(file, len(_XMP_UUID) + MAX_XMP_BYTES)
    if box.type == "XMP_":
        yield from xmp_hints(raw, reader=NAME, where=field_name(box.path))
    elif raw.startswith(_XMP_UUID):
        yield from xmp_hints(raw[len(_XMP_UUID) :], reader=NAME, where=field_name(box.path, "XMP"))


def _xml(file: BinaryIO, box: Box) -> Iterator[ReaderOutput]:
    """Read XML in a ``meta`` box, behind version and flags (ISO/IEC 14496-12, 8.11.2), as Sony writes it."""
    raw = box.read(file, MAX_XML_BYTES)[4:].rstrip(b"\0")
    text = BoundedText(raw, box.end - box.payload > MAX_XML_BYTES, field_name(box.path), MAX_XML_BYTES >> 20)
    if root_element(raw) == sony_nrt.ROOT:
        yield from sony_nrt.nrt_records(text, reader=NAME)
    elif raw:
        yield from xml_words(text)


def _compressed_moov(file: BinaryIO, box: Box, film: _FileState) -> Iterator[ReaderOutput]:
    """Read a compressed ``moov``: its length, then a whole ``moov`` (QuickTime File Format, "Compressed
    movie resources").
    """
    film.compressed = True
    moov, whole = inflate(box.read(file, MAX_MOOV_BYTES)[4:], MAX_MOOV_BYTES)
    for found in _box_records(io.BytesIO(moov), film):
        yield nest_field(found, "moov/cmov")
    if not whole:
        film.gaps.append(Gap(make_reason("broken", part="moov/cmov", detail="zlib")))


def _movie_header(file: BinaryIO, box: Box, film: _FileState) -> Iterator[Hint]:
    """Read duration and date of the movie header (ISO/IEC 14496-12, 8.2.2). The date is UTC by the standard; all bits
    set means unknown.
    """
    film.described = True
    payload = box.read(file, 32)
    wide = payload[:1] == b"\1"
    if len(payload) < (32 if wide else 20):
        return
    step = 8 if wide else 4
    unknown = (1 << 8 * step) - 1
    created = int.from_bytes(payload[4 : 4 + step], "big")
    scale = int.from_bytes(payload[4 + 2 * step : 8 + 2 * step], "big")
    length = int.from_bytes(payload[8 + 2 * step : 8 + 3 * step], "big")
    if scale and length not in (0, unknown):
        film.duration_s = length / scale
    since_1970 = created + MAC_EPOCH_S
    if since_1970 < 0:  # before the first such file: a writer that counts from 1970
        since_1970 = created
    text = format_utc(since_1970) if created not in (0, unknown) else None
    if text:
        yield from parse_time(text, reader=NAME, field=field_name(box.path))


def _record_state(file: BinaryIO, film: _FileState, box: Box) -> None:
    """Record what decides whether the file is complete, and the frame size."""
    match box.path:
        case "moov":
            film.moov = film.moov or box
        case "moov/trak/tkhd":
            _record_size(file, film, box)
    trouble = _flaw_gap(box)
    if trouble:
        film.gaps.append(Gap(trouble))


def _flaw_gap(box: Box) -> Reason | None:
    """Gap for a damaged box, if it affects the description or the frames."""
    if box.flaw == "too_many":
        return make_reason("too_many", limit=MAX_BOXES, part="boxes")
    if box.path == "mdat" and box.flaw == "cut_off":
        return make_reason("cut_off", part="mdat")
    part = field_name(box.parent or box.path)
    if box.flaw == "bad_size":
        return make_reason("broken", part=part, detail=field_name(box.type))
    if not box.path.startswith("moov/") or box.flaw is None:
        return None
    if box.flaw == "too_deep":
        return make_reason("too_deep", part="moov")
    return make_reason("broken", part=part, detail=field_name(box.type))


def _record_size(file: BinaryIO, film: _FileState, box: Box) -> None:
    """Record width and height, 16.16 fixed point, from a track header (ISO/IEC 14496-12, 8.3.2)."""
    payload = box.read(file, 96)
    end = 96 if payload[:1] == b"\1" else 84
    if len(payload) < end:
        return
    width_px, height_px = (int.from_bytes(payload[end - at : end - at + 2], "big") for at in (8, 4))
    if width_px * height_px > MAX_PIXELS:
        film.gaps.append(Gap(make_reason("too_big_picture", width_px=width_px, height_px=height_px)))
    elif width_px and height_px and width_px * height_px > _area(film.size_px):
        film.size_px = (width_px, height_px)


def _area(size_px: tuple[int, int] | None) -> int:
    return size_px[0] * size_px[1] if size_px else 0


def _check_complete(film: _FileState) -> Iterator[ReaderOutput]:
    """Check that the video is complete. An incomplete one is read as far as possible, but proves no absence."""
    if film.moov is None:
        trouble = next((gap.reason for gap in film.gaps), make_reason("cut_off", part="moov"))
    elif film.moov.flaw == "cut_off":
        trouble = make_reason("cut_off", part="moov")
    elif not film.described:
        trouble = next((gap.reason for gap in film.gaps), make_reason("broken", part="moov", detail="mvhd"))
    else:
        yield from film.gaps
        return
    if not film.places:
        raise IncompleteFileError(trouble)
    yield Gap(trouble)
    yield from film.gaps
