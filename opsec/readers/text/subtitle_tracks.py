"""Text of the subtitle tracks of a video, as passages with times, read without a decoder.

Timed text of MP4 and QuickTime (``tx3g``, ``text``: 3GPP TS 26.245; ``wvtt``: ISO/IEC 14496-30) comes from
the sample tables; SubRip, SubStation Alpha and WebVTT in Matroska (Matroska codec specifications,
"Subtitle Codec Mappings") from the packets. Subtitles that are images are not read, which is reported as a gap.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from opsec.formats.isobmff.sample_table import SampleBudget, SampleReader, Track, parse_tracks
from opsec.formats.isobmff.user_data_text import decode_text
from opsec.formats.subtitle_cues import SubtitleCue
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.fields import SUBTITLE
from opsec.model.records import Gap, IncompleteFileError, ReaderOutput
from opsec.readers.field_values import field_name
from opsec.readers.interface import Reader
from opsec.readers.metadata.ffmpeg_tags import DEMUXERS, open_container
from opsec.readers.text.cue_passages import PassageBuilder, is_camera_telemetry

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream

NAME = "subtitles"
MAX_TRACKS = 8
"""Per file, usually one per language; the first ones are read."""
MAX_CUES = 20_000
MAX_TRACK_BYTES = 4 << 20
CAMERA_CUES_TO_SKIP_TRACK = 100
"""A track that begins with this many cues of telemetry is not read further: cameras write one per frame."""
MAX_PACKETS = 2_000_000
"""Per file, including those of video; six hours have that many."""
MAX_CUE_S = 60.0
"""A cue with a longer duration counts as one without an end."""
MAX_TIME_S = 1e6
ASS_FIELDS = 8
"""Fields before the text in a packet of SubStation Alpha."""

_TEXT_HANDLERS = frozenset({"sbtl", "subt", "subp", "text", "clcp"})
"""Handler types (``hdlr``) of subtitle and closed caption tracks."""
_REPORTED_BY_TELEMETRY = frozenset({"tx3g", "text"})
"""Codecs whose fragments the telemetry reader reports as unread."""


def _decode_timed_text(data: bytes) -> str:
    """Decode a sample of ``tx3g`` or ``text``: its length in two bytes, its text, then style boxes."""
    return decode_text(data[2 : 2 + int.from_bytes(data[:2], "big")])


def _decode_webvtt_sample(data: bytes) -> str:
    """Decode a sample of ``wvtt``: ``vttc`` boxes, the text of each in a ``payl`` box (ISO/IEC 14496-30, 6.6)."""
    cues = (payload for kind, payload in _boxes(data) if kind == b"vttc")
    return "\n".join(decode_text(payload) for cue in cues for kind, payload in _boxes(cue) if kind == b"payl")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8:
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def _decode_ass_event(data: bytes) -> str:
    """Decode a packet of SubStation Alpha: eight fields, each with a comma, then the text."""
    return decode_text(data).split(",", ASS_FIELDS)[-1]


def _decode_if_text(data: bytes) -> str | None:
    """Decode a packet of a codec unknown to FFmpeg, such as WebVTT by mkvmerge; None if it is not text."""
    text = decode_text(data)
    return None if any(char < " " and char not in "\t\r\n" for char in text) or "\ufffd" in text else text


_SAMPLE_DECODERS: Mapping[str, Callable[[bytes], str]] = {
    "tx3g": _decode_timed_text,
    "text": _decode_timed_text,
    "wvtt": _decode_webvtt_sample,
}
_PACKET_DECODERS: Mapping[str, Callable[[bytes], str | None]] = {
    **dict.fromkeys(("subrip", "srt", "text", "webvtt"), decode_text),
    **dict.fromkeys(("ass", "ssa"), _decode_ass_event),
    "?": _decode_if_text,
}


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    """Yield the text of every subtitle track, and a gap for each that is not read. Never raises on malformed bytes."""
    yield from _read_mp4(file) if kind == "mp4" else _read_packets(file, kind)


READER = Reader(name=NAME, version=1, check="caption", kinds=frozenset({"mp4", *DEMUXERS}), read=read)


# ── sample tables ─────────────────────────────────────────────────────────────────────────────
def _read_mp4(file: BinaryIO) -> Iterator[ReaderOutput]:
    table = parse_tracks(file)
    tracks = [track for track in table.tracks if track.handler in _TEXT_HANDLERS or track.code in _SAMPLE_DECODERS]
    is_fragmented = any(box.path == "moof" for box in table.boxes)
    for track in tracks[:MAX_TRACKS]:
        if track.code not in _SAMPLE_DECODERS:
            yield Gap(make_reason("unsupported", type=field_name(f"{track.name} {track.code}")))
        elif is_fragmented and track.code not in _REPORTED_BY_TELEMETRY:
            yield Gap(make_reason("unsupported", type=field_name(f"{track.code} in fragments")))
        else:
            yield from _read_track(file, track)
    if len(tracks) > MAX_TRACKS:
        yield Gap(make_reason("too_many", limit=MAX_TRACKS, part="subtitles"))


def _read_track(file: BinaryIO, track: Track) -> Iterator[ReaderOutput]:
    samples = SampleReader(file, track, SampleBudget(MAX_CUES, MAX_TRACK_BYTES, MAX_CUES))
    passages, decode = PassageBuilder(SUBTITLE, NAME), _SAMPLE_DECODERS[track.code]
    cue_count = telemetry_count = 0
    for sample in samples:
        text = decode(sample.data)
        cue_count, telemetry_count = cue_count + bool(text.strip()), telemetry_count + is_camera_telemetry(text)
        if cue_count == telemetry_count == CAMERA_CUES_TO_SKIP_TRACK:
            return
        yield from passages.add(_to_cue(sample.at_s, sample.lasts_s, text))
    yield from passages.finish()
    if samples.lost:
        yield Gap(make_reason("broken", part=track.name, detail="samples lie past the end of the file"))
    if samples.cut or samples.step > 1:
        yield Gap(make_reason("too_many", limit=MAX_CUES, part="subtitles"))


def _to_cue(at_s: float, duration_s: float, text: str) -> SubtitleCue:
    at_s = min(max(0.0, at_s), MAX_TIME_S)
    return SubtitleCue(at_s, at_s + (duration_s if 0 <= duration_s <= MAX_CUE_S else 0.0), text.splitlines())


# ── packets ───────────────────────────────────────────────────────────────────────────────────
def _read_packets(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    try:
        container = open_container(file, DEMUXERS[kind])
    except IncompleteFileError:
        return  # the reader of its tags reports the reason
    with container:
        streams = [stream for stream in container.streams if stream.type == "subtitle"]
        readable = [stream for stream in streams[:MAX_TRACKS] if _codec_of(stream) in _PACKET_DECODERS]
        for stream in streams[:MAX_TRACKS]:
            if stream not in readable:
                yield Gap(make_reason("unsupported", type=field_name(f"stream {stream.index} {_codec_of(stream)}")))
        if len(streams) > MAX_TRACKS:
            yield Gap(make_reason("too_many", limit=MAX_TRACKS, part="subtitles"))
        if readable:
            yield from _demux(container, readable)


def _codec_of(stream: "Stream") -> str:
    return stream.codec_context.name if stream.codec_context else "?"


def _demux(container: "InputContainer", streams: "list[Stream]") -> Iterator[ReaderOutput]:
    """Read the packets of these streams and skip those of video and audio."""
    import av

    passages = {stream.index: PassageBuilder(SUBTITLE, NAME) for stream in streams}
    not_text: set[int] = set()
    packet_count = 0
    try:
        for packet in islice(container.demux(), MAX_PACKETS):
            packet_count += 1
            if packet.stream_index in passages and packet.pts is not None and packet.time_base:
                at_s, duration_s = (float(ticks * packet.time_base) for ticks in (packet.pts, packet.duration or 0))
                text = _PACKET_DECODERS[_codec_of(packet.stream)](bytes(packet)[:MAX_TRACK_BYTES])
                if text is None:
                    not_text.add(packet.stream_index)
                else:
                    yield from passages[packet.stream_index].add(_to_cue(at_s, duration_s, text))
    except (av.FFmpegError, ValueError, IndexError) as error:  # IndexError: damage added a stream while reading
        yield Gap(make_reason("broken", part="subtitles", detail=type(error).__name__))
    for builder in passages.values():
        yield from builder.finish()
    yield from (Gap(make_reason("unsupported", type=f"stream {index} ?")) for index in sorted(not_text))
    if packet_count == MAX_PACKETS:
        yield Gap(make_reason("too_many", limit=MAX_PACKETS, part="subtitles"))
