"""Read one file: run every reader for its type and combine the records into one ``Reading``.

This runs in the worker, on hostile bytes, without the sites. A new kind of evidence takes one module in this package,
one line in ``READERS`` and one test file.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO

from opsec.i18n.reasons import make_reason
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
from opsec.model.depth import Depth
from opsec.model.records import (
    CheckOutcome,
    DecodeExtent,
    FreeText,
    Gap,
    IncompleteFileError,
    ReaderOutput,
    UnreadableError,
)
from opsec.model.resources import ReaderResources
from opsec.readers import archive
from opsec.readers.audio import speech
from opsec.readers.interface import Reader
from opsec.readers.metadata import (
    exif,
    ffmpeg_tags,
    image_comments,
    image_header,
    image_xmp,
    iptc,
    motion_photo,
    mp4,
    xml_file,
    xmp_file,
)
from opsec.readers.position_consistency import RECORDED_KINDS, find_position_conflict
from opsec.readers.posts import exports, html, post_list, text_files, ytdlp_info_json
from opsec.readers.telemetry import files, insta360, transport_stream, video_markers
from opsec.readers.telemetry import reader as telemetry
from opsec.readers.text import styled_subtitles, subtitle_tracks
from opsec.readers.text.free_text import TextBudget
from opsec.readers.versions import combine_versions
from opsec.readers.video import reader as video
from opsec.runtime.program_faults import failure_reason

READERS: tuple[Reader, ...] = (
    mp4.READER,
    telemetry.READER,
    transport_stream.READER,
    video_markers.READER,
    insta360.PHOTO_READER,
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
    styled_subtitles.READER,
    xmp_file.READER,
    xml_file.READER,
    post_list.CSV_READER,
    post_list.JSONL_READER,
    text_files.READER,
    html.READER,
    archive.READER,
)

MAX_RECORDS = 120_000
"""Limit of records from one reader for one file; more can only be an attack on memory."""

MAX_HINTS = 5_000
"""Limit of hints for one file; real files give about a dozen. Exceeding it is reported as a gap."""


def configured_readers(kit: ReaderResources) -> tuple[Reader, ...]:
    """All readers, including video and speech as installed on this machine. Readers that decode come last."""
    return (*READERS, video.create_reader(kit), *speech.readers(kit))


_KINDS_WITHOUT_LOCATION: frozenset[HintKind] = frozenset({"time", "device", "features", "motion"})
"""An incomplete video that yields only these kinds of hints counts as not read."""


def readers_version(readers: tuple[Reader, ...]) -> str:
    """Hash over the versions of all readers, and their depth; a kept reading with another hash is read again.

    ``opsec.readers.versions.installed_version`` gives the same without importing the readers.
    """
    depths: list[Depth] = [reader.depth for reader in readers if reader.depth != "normal"]
    return combine_versions(((reader.name, reader.version) for reader in readers), depths[0] if depths else "normal")


def read_file(
    file: BinaryIO,
    kind: FileKind,
    readers: tuple[Reader, ...] = READERS,
    on_claim: Callable[[Claim], None] | None = None,
    on_words: Callable[[Reading], None] | None = None,
) -> Reading:
    """Run all readers for this file type on one open file. Never raises on account of the content.

    Parameters
    ----------
    file
        Seekable.
    kind
        Type detected from content.
    readers
        Readers to choose from, in the order in which they run.
    on_claim
        Called at once with the declared length and size, from which the caller derives time limits.
    on_words
        Called with the results so far before video is decoded, and again before audio is.

    Returns
    -------
    Reading
        Hints, posts and members found, what could not be read, and the state of each check.
    """
    mine = [reader for reader in readers if kind in reader.kinds]
    if not mine:
        return Reading(status="unread", reasons=(_unsupported_reason(kind),))
    found: list[ReaderOutput] = []
    searched = TextBudget()
    stops: list[UnreadableError] = []
    checks: dict[Check, CheckState] = {}
    for number, reader in enumerate(mine):
        if reader.decodes and number and on_words:
            on_words(_partial_reading(mine, kind, found, stops, checks))
        file.seek(0)
        stop = _run_reader(_reader_records(reader, file, kind, searched, on_claim), reader.name, found)
        stops += [stop] if stop else []
        for check in (reader.check, *reader.also):
            if checks.get(check) != "failed":
                checks[check] = "failed" if stop else "ran"
    return _final_reading(mine, kind, found, stops, checks)


def _partial_reading(
    mine: list[Reader],
    kind: FileKind,
    found: list[ReaderOutput],
    stops: list[UnreadableError],
    checks: dict[Check, CheckState],
) -> Reading:
    """Reading to keep if the worker dies now: checks that need decoding count as failed."""
    unread: dict[Check, CheckState] = {
        check: "failed" for reader in mine if reader.decodes for check in (reader.check, *reader.also)
    }
    return _final_reading([one for one in mine if not one.decodes], kind, [*found], stops, unread | checks)


def _final_reading(
    mine: list[Reader],
    kind: FileKind,
    found: list[ReaderOutput],
    stops: list[UnreadableError],
    checks: dict[Check, CheckState],
) -> Reading:
    if kind in RECORDED_KINDS:
        found += find_position_conflict(record for record in found if isinstance(record, Hint))
    worthless = len(stops) == len(mine) or any(isinstance(stop, IncompleteFileError) for stop in stops)
    answered = {record.check: record.state for record in found if isinstance(record, CheckOutcome)}
    return _build_reading(found, [stop.reason for stop in stops], checks | answered, worthless=worthless)


def _reader_records(
    reader: Reader, file: BinaryIO, kind: FileKind, searched: TextBudget, on_claim: Callable[[Claim], None] | None
) -> Iterator[ReaderOutput]:
    for record in reader.read(file, kind):
        if on_claim and isinstance(record, Claim):
            on_claim(record)
        if isinstance(record, FreeText):
            yield from searched.search(record)
        else:
            yield record


def _unsupported_reason(kind: FileKind) -> Reason:
    match kind:
        case "empty" | "playlist":
            return make_reason(kind)
        case "unknown":
            return make_reason("unknown_type")
    return make_reason("unsupported", type=kind)


def _run_reader(records: Iterator[ReaderOutput], name: str, found: list[ReaderOutput]) -> UnreadableError | None:
    """Collect the records of one reader; return the error that stopped it, if any."""
    try:
        found.extend(islice(records, MAX_RECORDS))
    except UnreadableError as stop:
        return stop
    except MemoryError:
        raise  # the worker's limit: the supervisor decides, with the clip alone in a fresh worker
    except Exception as fault:  # noqa: BLE001 - hostile bytes through a library: any exception is possible
        code = "reader_fault" if _is_environment_fault(fault) else "not_read"
        return UnreadableError(failure_reason(fault, name, code))
    return None


def _is_environment_fault(fault: Exception) -> bool:
    """Whether the fault may be due to this machine rather than to the bytes, so that the result must not be kept.

    An ``OSError`` without errno was raised by a parser about the bytes; so are ``RecursionError`` and
    ``NotImplementedError``, although they are runtime errors.
    """
    if isinstance(fault, OSError):
        return fault.errno is not None
    of_the_bytes = isinstance(fault, RecursionError | NotImplementedError)
    return isinstance(fault, ImportError | RuntimeError | SystemError) and not of_the_bytes


def _build_reading(
    found: list[ReaderOutput], troubles: list[Reason], checks: dict[Check, CheckState], *, worthless: bool
) -> Reading:
    """Assemble the reading. ``worthless``: finding nothing in this file proves nothing."""
    hints = tuple(record for record in found if isinstance(record, Hint))
    gaps = [make_reason("too_many", limit=MAX_HINTS, part="hints")] if len(hints) > MAX_HINTS else []
    gaps += [record.reason for record in found if isinstance(record, Gap)]
    remarks = [record for record in found if isinstance(record, Reason)]
    looked = next((record for record in found if isinstance(record, DecodeExtent)), DecodeExtent(0))
    useful = any(hint.kind not in _KINDS_WITHOUT_LOCATION for hint in hints) or any(
        isinstance(record, Post | ListedPost | Member) for record in found
    )
    return Reading(
        status="unread" if worthless and not useful else "partly" if troubles or gaps else "read",
        reasons=tuple(dict.fromkeys([*troubles, *gaps, *remarks]))[:50],
        checks=checks,
        claim=next((record for record in found if isinstance(record, Claim)), None),
        frames_read=looked.frames,
        seconds_read=looked.seconds,
        hints=hints[:MAX_HINTS],
        post=next((record for record in found if isinstance(record, Post)), None),
        posts=tuple(record for record in found if isinstance(record, ListedPost))[:100_000],
        members=tuple(record for record in found if isinstance(record, Member))[:100_000],
    )
