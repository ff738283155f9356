"""Words in the subtitle tracks of a film, each passage with its time. No decoder sees any of it.

Timed text of MP4 and QuickTime (``tx3g``, ``text``: 3GPP TS 26.245; ``wvtt``: ISO/IEC 14496-30) is taken out
of the sample tables; SubRip, SubStation Alpha and WebVTT in Matroska (Matroska codec specifications,
"Subtitle Codec Mappings") out of the packets. Subtitles that are pictures are not read, and that is said.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from opsec.formats.isobmff.sample_table import Allowance, Samples, Track, survey
from opsec.formats.isobmff.user_data_text import decoded
from opsec.formats.subtitle_cues import Cue
from opsec.i18n.messages import reason
from opsec.model import FileKind
from opsec.model.records import Found, Gap, UnsoundError
from opsec.readers.field_values import field_name
from opsec.readers.interface import Reader
from opsec.readers.metadata.ffmpeg_tags import DEMUXERS, opened
from opsec.readers.text.cue_passages import Passages, by_a_camera

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream

NAME = "subtitles"
FIELD = "subtitle"
MOST_TRACKS = 8
"""Of one file: languages; the first ones are read."""
MOST_CUES = 20_000
MOST_TRACK_BYTES = 4 << 20
A_CAMERA_S = 100
"""Of a track that begins with so many cues of a camera nothing more is asked: it writes one with every picture."""
MOST_PACKETS = 2_000_000
"""Of one film, with those of its pictures; six hours have so many."""
LONGEST_S = 60.0
"""A cue that claims to stay longer is taken for one without an end."""

_HANDLERS = frozenset({"sbtl", "subt", "subp", "text", "clcp"})
"""What a track of subtitles or closed captions calls itself (``hdlr``)."""
_TOLD_ELSEWHERE = frozenset({"tx3g", "text"})
"""The reader of telemetry says of these when they lie in fragments."""


def _timed_text(data: bytes) -> str:
    """A sample of ``tx3g`` or ``text``: its length in two bytes, its text, then boxes of style."""
    return decoded(data[2 : 2 + int.from_bytes(data[:2], "big")])


def _web_sample(data: bytes) -> str:
    """A sample of ``wvtt``: ``vttc`` boxes, the words of each in a ``payl`` box (ISO/IEC 14496-30, 6.6)."""
    cues = (payload for kind, payload in _boxes(data) if kind == b"vttc")
    return "\n".join(decoded(words) for cue in cues for kind, words in _boxes(cue) if kind == b"payl")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8:
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def _event(data: bytes) -> str:
    """A packet of SubStation Alpha: eight fields and, behind the last comma of theirs, the text."""
    return decoded(data).split(",", 8)[-1]


def _if_text(data: bytes) -> str | None:
    """A packet of a code that FFmpeg has no name for, as WebVTT of mkvmerge; none if it is no text at all."""
    text = decoded(data)
    return None if any(char < " " and char not in "\t\r\n" for char in text) or "\ufffd" in text else text


_IN_BOXES: Mapping[str, Callable[[bytes], str]] = {"tx3g": _timed_text, "text": _timed_text, "wvtt": _web_sample}
_IN_PACKETS: Mapping[str, Callable[[bytes], str | None]] = {
    "subrip": decoded, "srt": decoded, "text": decoded, "webvtt": decoded, "ass": _event, "ssa": _event,
    "?": _if_text,
}  # fmt: skip


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:
    """The words of every track of text, and which tracks are not read. Never raises for what the bytes hold."""
    yield from _of_boxes(file) if kind == "mp4" else _of_packets(file, kind)


READER = Reader(name=NAME, version=1, check="caption", kinds=frozenset({"mp4", *DEMUXERS}), read=read)


# ── sample tables ─────────────────────────────────────────────────────────────────────────────
def _of_boxes(file: BinaryIO) -> Iterator[Found]:
    whole = survey(file)
    mine = [track for track in whole.tracks if track.handler in _HANDLERS or track.code in _IN_BOXES]
    in_fragments = any(box.path == "moof" for box in whole.boxes)
    for track in mine[:MOST_TRACKS]:
        if track.code not in _IN_BOXES:
            yield Gap(reason("unsupported", type=field_name(f"{track.name} {track.code}")))
        elif in_fragments and track.code not in _TOLD_ELSEWHERE:
            yield Gap(reason("unsupported", type=field_name(f"{track.code} in fragments")))
        else:
            yield from _track(file, track)
    if len(mine) > MOST_TRACKS:
        yield Gap(reason("too_many", limit=MOST_TRACKS, part="subtitles"))


def _track(file: BinaryIO, track: Track) -> Iterator[Found]:
    samples = Samples(file, track, Allowance(MOST_CUES, MOST_TRACK_BYTES, MOST_CUES))
    passages, words = Passages(FIELD, NAME), _IN_BOXES[track.code]
    shown = by_camera = 0
    for sample in samples:
        text = words(sample.data)
        shown, by_camera = shown + bool(text.strip()), by_camera + by_a_camera(text)
        if shown == by_camera == A_CAMERA_S:
            return
        yield from passages.take(_cue(sample.at_s, sample.lasts_s, text))
    yield from passages.rest()
    if samples.lost:
        yield Gap(reason("broken", part=track.name, detail="samples lie past the end of the file"))
    if samples.cut or samples.step > 1:
        yield Gap(reason("too_many", limit=MOST_CUES, part="subtitles"))


def _cue(at_s: float, lasts_s: float, text: str) -> Cue:
    at_s = min(max(0.0, at_s), 1e6)
    return Cue(at_s, at_s + (lasts_s if 0 <= lasts_s <= LONGEST_S else 0.0), text.splitlines())


# ── packets ───────────────────────────────────────────────────────────────────────────────────
def _of_packets(file: BinaryIO, kind: FileKind) -> Iterator[Found]:
    try:
        film = opened(file, DEMUXERS[kind])
    except UnsoundError:
        return  # whoever reads its tags tells why
    with film:
        mine = [stream for stream in film.streams if stream.type == "subtitle"]
        readable = [stream for stream in mine[:MOST_TRACKS] if _code(stream) in _IN_PACKETS]
        for stream in mine[:MOST_TRACKS]:
            if stream not in readable:
                yield Gap(reason("unsupported", type=field_name(f"stream {stream.index} {_code(stream)}")))
        if len(mine) > MOST_TRACKS:
            yield Gap(reason("too_many", limit=MOST_TRACKS, part="subtitles"))
        if readable:
            yield from _demuxed(film, readable)


def _code(stream: "Stream") -> str:
    return stream.codec_context.name if stream.codec_context else "?"


def _demuxed(film: "InputContainer", streams: "list[Stream]") -> Iterator[Found]:
    """The packets of these tracks as they pass by; those of pictures and sound are stepped over."""
    import av

    passages = {stream.index: Passages(FIELD, NAME) for stream in streams}
    no_text: set[int] = set()
    met = 0
    try:
        for packet in islice(film.demux(), MOST_PACKETS):
            met += 1
            if packet.stream_index in passages and packet.pts is not None and packet.time_base:
                at_s, lasts_s = (float(ticks * packet.time_base) for ticks in (packet.pts, packet.duration or 0))
                words = _IN_PACKETS[_code(packet.stream)](bytes(packet)[:MOST_TRACK_BYTES])
                if words is None:
                    no_text.add(packet.stream_index)
                else:
                    yield from passages[packet.stream_index].take(_cue(at_s, lasts_s, words))
    except (av.FFmpegError, ValueError, IndexError) as error:  # IndexError: a stream that damage has made on the way
        yield Gap(reason("broken", part="subtitles", detail=type(error).__name__))
    for one in passages.values():
        yield from one.rest()
    yield from (Gap(reason("unsupported", type=f"stream {index} ?")) for index in sorted(no_text))
    if met == MOST_PACKETS:
        yield Gap(reason("too_many", limit=MOST_PACKETS, part="subtitles"))
