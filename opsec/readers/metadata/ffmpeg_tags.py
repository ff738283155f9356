"""Places, dates and cameras in the tags of Matroska, WebM, AVI and MPEG transport streams, through PyAV.

FFmpeg is told which demuxer to use, so that a playlist can never be taken for a film; it is given a
way to open other files that refuses; and it is allowed no decoder, which keeps the largest part of
its code away from hostile bytes and costs nothing, because tags and sizes stand in headers.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from opsec.i18n.messages import reason
from opsec.model import Claim, FileKind
from opsec.model.records import MOST_PIXELS, Found, UnsoundError
from opsec.readers.interface import Reader
from opsec.readers.metadata.named_tags import named_told

if TYPE_CHECKING:
    from av.container import InputContainer

NAME = "tags"
MOST_STREAMS = 64

DEMUXERS: dict[FileKind, str] = {"matroska": "matroska", "avi": "avi", "mpegts": "mpegts"}


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:
    """The claim of the film, then every place, date, camera and comment in the tags of the file and of its streams.

    Raises
    ------
    UnsoundError
        FFmpeg can make nothing of the file, or finds no stream in it.
    """
    with opened(file, DEMUXERS[kind]) as film:
        if not film.streams:
            raise UnsoundError(reason("broken", part="header", detail="streams: 0"))
        yield _claim(film)
        yield from named_told(film.metadata.items(), reader=NAME, where="tags")
        for number, stream in enumerate(islice(film.streams, MOST_STREAMS)):
            yield from named_told(stream.metadata.items(), reader=NAME, where=f"tags/stream {number}")


READER = Reader(name=NAME, version=3, check="metadata", kinds=frozenset(DEMUXERS), read=read)


def opened(file: BinaryIO, demuxer: str, decoders: Sequence[str] = ("none",)) -> "InputContainer":
    """The film, its headers read; no decoder is allowed but these.

    Raises
    ------
    UnsoundError
        FFmpeg can make nothing of it.
    """
    import av

    try:
        return av.open(
            file, "r", format=demuxer, options=_allowed(decoders), metadata_errors="ignore", io_open=_open_nothing_else
        )
    except EOFError as error:
        raise UnsoundError(reason("cut_off", part="header")) from error
    except (av.FFmpegError, ValueError) as error:
        raise UnsoundError(reason("broken", part="header", detail=type(error).__name__)) from error


def _allowed(decoders: Sequence[str]) -> dict[str, str]:
    return {"codec_whitelist": ",".join(decoders), "protocol_whitelist": "none"}


def _open_nothing_else(url: str, flags: int, options: dict[str, str]) -> NoReturn:  # noqa: ARG001 - FFmpeg's call
    raise PermissionError("a film may not open another file")


def _claim(film: "InputContainer") -> Claim:
    contexts = [stream.codec_context for stream in film.streams.video[:MOST_STREAMS]]
    sizes = [(context.width, context.height) for context in contexts if context]  # none: a codec FFmpeg does not know
    sane = [(width, height) for width, height in sizes if width > 0 and height > 0 and width * height <= MOST_PIXELS]
    width_px, height_px = max(sane, key=lambda size: size[0] * size[1], default=(None, None))
    return Claim(film.duration / 1_000_000 if film.duration and film.duration > 0 else None, width_px, height_px)
