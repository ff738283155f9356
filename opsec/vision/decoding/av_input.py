"""Opening a media file with FFmpeg through PyAV, in the same way for every PyAV from 14 to 19.

FFmpeg is given the demuxer and the decoders that it may use, so it never takes a playlist for a video, and a callback
that refuses to open any other file.

Bytes in tags that are not UTF-8 are left out. PyAV before 19 does so on request (``metadata_errors``); PyAV 19 no
longer has that argument and keeps such bytes as lone surrogates, which neither JSON nor the case file can store.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

if TYPE_CHECKING:
    from av.container import InputContainer

_FIRST_MAJOR_WITH_SURROGATES = 19
"""First major version of PyAV without ``metadata_errors``."""


def open_input(file: BinaryIO, demuxer: str, decoders: Sequence[str]) -> "InputContainer":
    """Open a media file and read its headers.

    Parameters
    ----------
    file
        The media file, open for reading in binary mode.
    demuxer
        FFmpeg's name of the only demuxer allowed.
    decoders
        FFmpeg's names of the only decoders allowed.

    Raises
    ------
    av.FFmpegError, EOFError, ValueError
        FFmpeg cannot read the headers.
    """
    import av

    options = {"codec_whitelist": ",".join(decoders), "protocol_whitelist": "none"}
    has_argument = _major_version(av.__version__) < _FIRST_MAJOR_WITH_SURROGATES
    lenient: dict[str, Any] = {"metadata_errors": "ignore"} if has_argument else {}
    container: InputContainer = av.open(
        file, "r", format=demuxer, options=options, io_open=_refuse_other_files, **lenient
    )
    return container


def iter_tags(metadata: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the names and values of the tags of a container or a stream, without bytes that are not UTF-8."""
    for name, value in metadata.items():
        yield _without_surrogates(name), _without_surrogates(value)


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "ignore").decode("utf-8")


def _major_version(version: str) -> int:
    return int(version.partition(".")[0])


def _refuse_other_files(url: str, flags: int, options: dict[str, str]) -> NoReturn:  # noqa: ARG001 - FFmpeg's call
    raise PermissionError("a media file may not open another file")
