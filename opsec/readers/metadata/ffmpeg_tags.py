"""Places, dates and cameras in the tags of every video format but MP4, through PyAV.

FFmpeg may use one demuxer only, so it never takes a playlist for a video, and a callback refuses to open any other
file. It may use no decoder: tags and sizes are in the headers, and most of its code never runs on hostile bytes.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from opsec.i18n.reasons import make_reason
from opsec.model import Claim, FileKind
from opsec.model.records import MAX_PIXELS, IncompleteFileError, ReaderOutput
from opsec.readers.interface import Reader
from opsec.readers.metadata.chapters_and_attachments import attachment_records, chapter_records
from opsec.readers.metadata.named_tags import parse_tags
from opsec.vision.decoding.av_input import iter_tags, open_input

if TYPE_CHECKING:
    from av.container import InputContainer

NAME = "tags"
MAX_STREAMS = 64

DEMUXERS: dict[FileKind, str] = {
    "matroska": "matroska", "avi": "avi", "mpegts": "mpegts",
    "mpegps": "mpeg", "asf": "asf", "flv": "flv", "mxf": "mxf",
}  # fmt: skip


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    """Yield the declared length and size, then position, date, camera and comments in the tags of file and streams.

    Raises
    ------
    IncompleteFileError
        FFmpeg cannot open the file, or finds no stream in it.
    """
    with open_container(file, DEMUXERS[kind]) as film:
        if not film.streams:
            raise IncompleteFileError(make_reason("broken", part="header", detail="streams: 0"))
        yield _claim(film)
        yield from parse_tags(iter_tags(film.metadata), reader=NAME, where="tags")
        for number, stream in enumerate(islice(film.streams, MAX_STREAMS)):
            yield from parse_tags(iter_tags(stream.metadata), reader=NAME, where=f"tags/stream {number}")
        yield from chapter_records(film, file, kind)
        yield from attachment_records(film)


READER = Reader(name=NAME, version=5, check="metadata", kinds=frozenset(DEMUXERS), read=read)


def open_container(file: BinaryIO, demuxer: str, decoders: Sequence[str] = ("none",)) -> "InputContainer":
    """The film, its headers read; no decoder is allowed but these.

    Raises
    ------
    UnsoundError
        FFmpeg can make nothing of it.
    """
    import av

    try:
        return open_input(file, demuxer, decoders)
    except EOFError as error:
        raise IncompleteFileError(make_reason("cut_off", part="header")) from error
    except (av.FFmpegError, ValueError) as error:
        raise IncompleteFileError(make_reason("broken", part="header", detail=type(error).__name__)) from error


def _claim(film: "InputContainer") -> Claim:
    contexts = [stream.codec_context for stream in film.streams.video[:MAX_STREAMS]]
    sizes = [(context.width, context.height) for context in contexts if context]  # none: a codec FFmpeg does not know
    sane = [(width, height) for width, height in sizes if width > 0 and height > 0 and width * height <= MAX_PIXELS]
    width_px, height_px = max(sane, key=lambda size: size[0] * size[1], default=(None, None))
    return Claim(film.duration / 1_000_000 if film.duration and film.duration > 0 else None, width_px, height_px)
