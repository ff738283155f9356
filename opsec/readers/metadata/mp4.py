"""Places, dates, cameras and words in the boxes of MP4, MOV, M4V, 3GP and their like.

Read here: ``©xyz`` and its like in user data (QuickTime File Format, "User data text strings"),
``loci``, ``titl`` and ``dscp`` (3GPP TS 26.244, clause 8), Apple's ``mdta`` keys and the item lists of
iTunes (QuickTime File Format, "Metadata"), XMP in ``XMP_`` and ``uuid`` (XMP Specification Part 3),
and all of that in a compressed ``moov`` and in fragments. Every place of the file becomes its own
hint: a film that was moved or edited may hold two, and which of them is ours is not decided here.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from opsec.formats.bounded_zlib import MOST_MOOV_BYTES, unfolded
from opsec.formats.isobmff.boxes import MOST_BOXES, Box, walk
from opsec.formats.isobmff.user_data_text import decoded, user_texts
from opsec.formats.xmp_packet import MOST_BYTES as MOST_XMP_BYTES
from opsec.i18n.messages import reason
from opsec.model import Claim, FileKind, Hint, Reason
from opsec.model.records import MOST_PIXELS, Found, Gap, UnsoundError
from opsec.readers.field_values import device_told, field_name, inside, place_told, time_told, utc_text
from opsec.readers.interface import Reader
from opsec.readers.metadata.mp4_item_list import ItemList
from opsec.readers.metadata.mp4_loci import loci_told
from opsec.readers.metadata.xmp import xmp_told
from opsec.readers.text.free_text import free_text

NAME = "container"

OPENED = frozenset({"moov", "trak", "udta", "meta", "ilst", "----", "cmov", "moof", "traf"})
"""Media tables (``mdia``) hold no text; they are the telemetry readers' matter."""

MOST_BYTES = 4_096
"""Of one text; a place needs less than a hundred."""

MAC_EPOCH_S = -2_082_844_800
"""1904-01-01T00:00:00Z, from which these files count their seconds, as seconds since 1970."""

MOST_WORDS_BYTES = 40_000
"""Of a title, a description, a comment."""

_DEVICE = {"©mak", "©mod", "©mdl"}
"""Maker and model; DJI writes ``©mdl``."""
_WORDS = {"©nam", "©cmt", "©des", "©inf", "©key"}
_PHONE_WORDS = {"titl", "dscp"}
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


@dataclass(slots=True)
class _Film:
    """What the walk has learnt of the file as a whole."""

    duration_s: float | None = None
    size_px: tuple[int, int] | None = None
    moov: Box | None = None
    described: bool = False
    """It has the header (``mvhd``) without which no player opens it."""
    compressed: bool = False
    """Its description lies compressed, once: another one inside that is not unfolded."""
    places: int = 0
    gaps: list[Gap] = field(default_factory=list)

    def claim(self) -> Claim:
        width_px, height_px = self.size_px or (None, None)
        return Claim(self.duration_s, width_px, height_px)


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:  # noqa: ARG001 - one kind only
    """Every place, date and camera in the boxes, then the claim of the film, then what is wrong with the file.

    Raises
    ------
    UnsoundError
        There is no whole film here, and no place was found in what there is.
    """
    film = _Film()
    for found in _told(file, film):
        film.places += isinstance(found, Hint) and found.kind in ("position", "place")
        yield found
    yield film.claim()
    yield from _verdict(film)


READER = Reader(name=NAME, version=3, check="metadata", kinds=frozenset({"mp4"}), read=read)


def _told(file: BinaryIO, film: _Film) -> Iterator[Found]:
    lists: dict[str, ItemList] = {}
    for box in walk(file, OPENED):
        _note(file, film, box)
        if box.type == "meta":
            if box.path in lists:  # a second one beside it: the first is complete
                yield from lists.pop(box.path).told()
            lists[box.path] = ItemList(NAME, box.path)
        elif owner := lists.get(_owner(box.path)):
            owner.take(file, box)
        elif box.type in ("uuid", "XMP_"):
            yield from _xmp(file, box)
        elif box.parent.endswith("udta"):
            yield from _user_data(file, box)
        elif box.path == "moov/cmov/cmvd" and not film.compressed:
            yield from _compressed(file, box, film)
        elif box.path == "moov/mvhd":
            yield from _film_header(file, box, film)
    for items in lists.values():
        yield from items.told()


def _owner(path: str) -> str:
    """Path of the innermost ``meta`` around a box."""
    before, meta, _ = path.rpartition("meta/")
    return before + meta.rstrip("/")


def _user_data(file: BinaryIO, box: Box) -> Iterator[Found]:
    where = field_name(box.path)
    if box.type == "loci":
        yield from loci_told(box.read(file, MOST_BYTES), reader=NAME, field=where)
    elif box.type == "©xyz":
        for text in user_texts(box.read(file, MOST_BYTES)):
            yield from place_told(text, reader=NAME, field=where)
    elif box.type in _DEVICE:
        for text in user_texts(box.read(file, MOST_BYTES)):
            yield from device_told(text, reader=NAME, field=where)
    elif box.type == "©day":
        for text in user_texts(box.read(file, MOST_BYTES)):
            yield from time_told(text, reader=NAME, field=where)
    elif box.type == "date":  # as Nokia and Samsung write it, with its zone
        yield from time_told(decoded(box.read(file, MOST_BYTES)), reader=NAME, field=where)
    elif box.type in _WORDS:
        for text in user_texts(box.read(file, MOST_WORDS_BYTES)):
            yield from free_text(text, where)
    elif box.type in _PHONE_WORDS:  # behind version, flags and language
        yield from free_text(decoded(box.read(file, MOST_WORDS_BYTES)[6:]), where)


def _xmp(file: BinaryIO, box: Box) -> Iterator[Found]:
    raw = box.read(file, len(_XMP_UUID) + MOST_XMP_BYTES)
    if box.type == "XMP_":
        yield from xmp_told(raw, reader=NAME, where=field_name(box.path))
    elif raw.startswith(_XMP_UUID):
        yield from xmp_told(raw[len(_XMP_UUID) :], reader=NAME, where=field_name(box.path, "XMP"))


def _compressed(file: BinaryIO, box: Box, film: _Film) -> Iterator[Found]:
    """A description that lies compressed: its length, then a whole ``moov`` (QuickTime File Format, "Compressed
    movie resources")."""
    film.compressed = True
    moov, whole = unfolded(box.read(file, MOST_MOOV_BYTES)[4:], MOST_MOOV_BYTES)
    for found in _told(io.BytesIO(moov), film):
        yield inside(found, "moov/cmov")
    if not whole:
        film.gaps.append(Gap(reason("broken", part="moov/cmov", detail="zlib")))


def _film_header(file: BinaryIO, box: Box, film: _Film) -> Iterator[Hint]:
    """Length and date (ISO/IEC 14496-12, 8.2.2). The date is UTC by the standard; all bits set means unknown."""
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
    text = utc_text(since_1970) if created not in (0, unknown) else None
    if text:
        yield from time_told(text, reader=NAME, field=field_name(box.path))


def _note(file: BinaryIO, film: _Film, box: Box) -> None:
    """Remember what tells whether the file is whole, and how large its picture is."""
    match box.path:
        case "moov":
            film.moov = film.moov or box
        case "moov/trak/tkhd":
            _note_size(file, film, box)
    trouble = _trouble(box)
    if trouble:
        film.gaps.append(Gap(trouble))


def _trouble(box: Box) -> Reason | None:
    """What a flaw of a box costs, as far as it matters: of the film's description, or of its pictures."""
    if box.flaw == "too_many":
        return reason("too_many", limit=MOST_BOXES, part="boxes")
    if box.path == "mdat" and box.flaw == "cut_off":
        return reason("cut_off", part="mdat")
    part = field_name(box.parent or box.path)
    if box.flaw == "bad_size":
        return reason("broken", part=part, detail=field_name(box.type))
    if not box.path.startswith("moov/") or box.flaw is None:
        return None
    if box.flaw == "too_deep":
        return reason("too_deep", part="moov")
    return reason("broken", part=part, detail=field_name(box.type))


def _note_size(file: BinaryIO, film: _Film, box: Box) -> None:
    """Width and height, 16.16 fixed point, at the end of a track's header (ISO/IEC 14496-12, 8.3.2)."""
    payload = box.read(file, 96)
    end = 96 if payload[:1] == b"\1" else 84
    if len(payload) < end:
        return
    width_px, height_px = (int.from_bytes(payload[end - at : end - at + 2], "big") for at in (8, 4))
    if width_px * height_px > MOST_PIXELS:
        film.gaps.append(Gap(reason("too_big_picture", width_px=width_px, height_px=height_px)))
    elif width_px and height_px and width_px * height_px > _area(film.size_px):
        film.size_px = (width_px, height_px)


def _area(size_px: tuple[int, int] | None) -> int:
    return size_px[0] * size_px[1] if size_px else 0


def _verdict(film: _Film) -> Iterator[Found]:
    """Is a whole film there? A part of one is read as far as it goes; nothing found in a part says nothing."""
    if film.moov is None:
        trouble = next((gap.reason for gap in film.gaps), reason("cut_off", part="moov"))
    elif film.moov.flaw == "cut_off":
        trouble = reason("cut_off", part="moov")
    elif not film.described:
        trouble = next((gap.reason for gap in film.gaps), reason("broken", part="moov", detail="mvhd"))
    else:
        yield from film.gaps
        return
    if not film.places:
        raise UnsoundError(trouble)
    yield Gap(trouble)
    yield from film.gaps
