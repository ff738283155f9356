"""Reading one file: every reader that knows its kind has a turn, and what they find becomes one ``Reading``.

This runs in the worker, on hostile bytes, without the sites. A new kind of evidence is one module
beside this one, one line in ``READERS`` and one test file.
"""

import hashlib
from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO

from opsec.i18n.messages import reason
from opsec.model import (
    Check,
    CheckState,
    Claim,
    FileKind,
    Hint,
    HintKind,
    ListedPost,
    Member,
    Post,
    Reading,
    Reason,
)  # fmt: skip
from opsec.model.records import Answered, Found, Gap, Looked, UnreadableError, UnsoundError, Words
from opsec.model.resources import Kit
from opsec.readers import archive
from opsec.readers.audio import speech
from opsec.readers.interface import Reader
from opsec.readers.metadata import exif, ffmpeg_tags, image_comments, image_header, image_xmp, iptc, motion_photo, mp4
from opsec.readers.position_consistency import RECORDED, disagreement
from opsec.readers.posts import exports, post_list, ytdlp_info_json
from opsec.readers.telemetry import files
from opsec.readers.telemetry import reader as telemetry
from opsec.readers.text import subtitle_tracks
from opsec.readers.text.free_text import Searched
from opsec.readers.video import reader as video

READERS: tuple[Reader, ...] = (
    mp4.READER,
    telemetry.READER,
    image_header.READER,
    exif.READER,
    image_xmp.READER,
    iptc.READER,
    image_comments.READER,
    motion_photo.READER,
    ffmpeg_tags.READER,
    subtitle_tracks.READER,
    ytdlp_info_json.READER,
    exports.READER,
    *files.READERS,
    post_list.CSV_READER,
    post_list.JSONL_READER,
    archive.READER,
)

MOST_RECORDS = 120_000
"""Records one reader may give about one file; more can only be an attack on memory."""

MOST_HINTS = 5_000
"""Hints of one file; a real one gives a dozen, and the rest is not passed over in silence."""


def equipped(kit: Kit) -> tuple[Reader, ...]:
    """All readers, those of pictures and speech with what is installed on this machine. The decoding ones come last."""
    return (*READERS, video.reader(kit), *speech.readers(kit))


_TELL_NO_PLACE: frozenset[HintKind] = frozenset({"time", "device", "features", "motion"})
"""A film that is not whole and gives no more than these counts as not read."""


def readers_version(readers: tuple[Reader, ...]) -> str:
    """Changes whenever any reader does, so that no reading outlives the reader that made it."""
    names = ",".join(f"{reader.name}={reader.version}" for reader in readers)
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def read_file(
    file: BinaryIO,
    kind: FileKind,
    readers: tuple[Reader, ...] = READERS,
    on_claim: Callable[[Claim], None] | None = None,
    on_words: Callable[[Reading], None] | None = None,
) -> Reading:
    """Everything the readers of this kind find in one open file. Never raises for what the bytes hold.

    ``on_claim`` is told at once what the file says of itself: whoever limits the reading goes by it.
    ``on_words`` is given all that was found before pictures are decoded, and again before sound is.
    """
    mine = [reader for reader in readers if kind in reader.kinds]
    if not mine:
        return Reading(status="unread", reasons=(_no_reader_for(kind),))
    found: list[Found] = []
    searched = Searched()
    stops: list[UnreadableError] = []
    checks: dict[Check, CheckState] = {}
    for number, reader in enumerate(mine):
        if reader.decodes and number and on_words:
            on_words(_so_far(mine, kind, found, stops, checks))
        file.seek(0)
        stop = _have_a_turn(_records(reader, file, kind, searched, on_claim), reader.name, found)
        stops += [stop] if stop else []
        for check in (reader.check, *reader.also):
            if checks.get(check) != "failed":
                checks[check] = "failed" if stop else "ran"
    return _finished(mine, kind, found, stops, checks)


def _so_far(
    mine: list[Reader],
    kind: FileKind,
    found: list[Found],
    stops: list[UnreadableError],
    checks: dict[Check, CheckState],
) -> Reading:
    """The reading if nothing more came: what was still to be decoded counts as failed."""
    unread: dict[Check, CheckState] = {
        check: "failed" for reader in mine if reader.decodes for check in (reader.check, *reader.also)
    }
    return _finished([one for one in mine if not one.decodes], kind, [*found], stops, unread | checks)


def _finished(
    mine: list[Reader],
    kind: FileKind,
    found: list[Found],
    stops: list[UnreadableError],
    checks: dict[Check, CheckState],
) -> Reading:
    if kind in RECORDED:
        found += disagreement(record for record in found if isinstance(record, Hint))
    worthless = len(stops) == len(mine) or any(isinstance(stop, UnsoundError) for stop in stops)
    answered = {record.check: record.state for record in found if isinstance(record, Answered)}
    return _reading(found, [stop.reason for stop in stops], checks | answered, worthless=worthless)


def _records(
    reader: Reader, file: BinaryIO, kind: FileKind, searched: Searched, on_claim: Callable[[Claim], None] | None
) -> Iterator[Found]:
    for record in reader.read(file, kind):
        if on_claim and isinstance(record, Claim):
            on_claim(record)
        if isinstance(record, Words):
            yield from searched.told(record)
        else:
            yield record


def _no_reader_for(kind: FileKind) -> Reason:
    match kind:
        case "empty" | "playlist":
            return reason(kind)
        case "unknown":
            return reason("unknown_type")
    return reason("unsupported", type=kind)


def _have_a_turn(records: Iterator[Found], name: str, found: list[Found]) -> UnreadableError | None:
    """Let one reader add what it finds; answers what stopped it, if anything did."""
    try:
        found.extend(islice(records, MOST_RECORDS))
    except UnreadableError as stop:
        return stop
    except MemoryError:
        raise  # the worker's limit: the supervisor decides, with the clip alone in a fresh worker
    except Exception as fault:  # noqa: BLE001 - hostile bytes through a library: any exception is possible
        code = "reader_fault" if _is_of_the_machine(fault) else "not_read"
        return UnreadableError(reason(code, part=name, detail=type(fault).__name__))
    return None


def _is_of_the_machine(fault: Exception) -> bool:
    """Whether another day or another machine may read the same bytes: then the answer must not be kept for good.

    An ``OSError`` without a number was raised by a program, over the bytes; so are the two kinds of
    ``RuntimeError`` that tell of something too deep and of something not built.
    """
    if isinstance(fault, OSError):
        return fault.errno is not None
    of_the_bytes = isinstance(fault, RecursionError | NotImplementedError)
    return isinstance(fault, ImportError | RuntimeError | SystemError) and not of_the_bytes


def _reading(
    found: list[Found], troubles: list[Reason], checks: dict[Check, CheckState], *, worthless: bool
) -> Reading:
    """``worthless``: that nothing was found in this file says nothing about it."""
    hints = tuple(record for record in found if isinstance(record, Hint))
    gaps = [reason("too_many", limit=MOST_HINTS, part="hints")] if len(hints) > MOST_HINTS else []
    gaps += [record.reason for record in found if isinstance(record, Gap)]
    remarks = [record for record in found if isinstance(record, Reason)]
    looked = next((record for record in found if isinstance(record, Looked)), Looked(0))
    useful = any(hint.kind not in _TELL_NO_PLACE for hint in hints) or any(
        isinstance(record, Post | ListedPost | Member) for record in found
    )
    return Reading(
        status="unread" if worthless and not useful else "partly" if troubles or gaps else "read",
        reasons=tuple(dict.fromkeys([*troubles, *gaps, *remarks]))[:50],
        checks=checks,
        claim=next((record for record in found if isinstance(record, Claim)), None),
        frames_read=looked.frames,
        seconds_read=looked.seconds,
        hints=hints[:MOST_HINTS],
        post=next((record for record in found if isinstance(record, Post)), None),
        posts=tuple(record for record in found if isinstance(record, ListedPost))[:100_000],
        members=tuple(record for record in found if isinstance(record, Member))[:100_000],
    )
