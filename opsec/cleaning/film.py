"""A clean copy of a video: its pictures encoded anew as H.264 in MP4, its sound kept or left out, and nothing else.

The file is built from nothing: it has one video track and at most one of sound. Tags, chapters, attachments, covers,
subtitles, telemetry, time codes and the side data of frames (ITU-T H.264, annex D) of the original do not reach it.
Times are kept, so that a variable frame rate stays one. What an edit list hides (ISO/IEC 14496-12, section 8.6.6) is
not copied. Pictures are turned upright, because some players ignore a display matrix.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, BinaryIO

from opsec.cleaning.blur import blur_boxes, blurred_share
from opsec.cleaning.box_timeline import BoxTimeline, build_timeline
from opsec.cleaning.film_sound import SoundCopier, open_sound
from opsec.cleaning.records import BlurRegion, CopyFacts, SoundChoice, SoundOutcome
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind, Reason
from opsec.model.records import UnreadableError
from opsec.readers.audio import decoder as audio
from opsec.runtime.program_faults import is_program_fault
from opsec.vision.decoding.av_input import open_input
from opsec.vision.decoding.video import DECODERS, DEMUXERS, MAX_FAULTS, MAX_FRAME_PIXELS, film_stream, timestamp_s

if TYPE_CHECKING:
    import av
    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

    from opsec.vision.arrays import AnyArray

ENCODERS = ("libx264", "libopenh264")
"""Encoders of H.264, which every platform takes, in the order of preference."""
_X264 = {"preset": "fast", "crf": "20", "bf": "0", "udu_sei": "0", "a53cc": "0"}
"""Without frames of both directions times need no offset."""
_MAX_LOOKAHEAD, _LOOKAHEAD_PIXELS = 10, 33_000_000
"""Frames that the encoder sees ahead, and their pixels together: three of 4K, as the memory of a worker allows."""
_KEY_FRAME_EVERY_S = 2
_MIN_RATE, _MAX_RATE, _USUAL_RATE = 1, 240, 25
_PIXEL_FORMAT = "yuv420p"


def clean_film(
    file: BinaryIO, kind: FileKind, regions: Sequence[BlurRegion], sound: SoundChoice, out: BinaryIO
) -> CopyFacts:
    """Write the copy of a video.

    Parameters
    ----------
    file, kind
        The video.
    regions
        What to blur.
    sound
        Whether to keep its first track of sound.
    out
        Empty file to write to; seekable.

    Raises
    ------
    UnreadableError
        Its container or its pictures cannot be decoded, or no encoder is installed.
    av.FFmpegError, OSError
        The copy cannot be written.
    """
    import av

    timeline = build_timeline(file, kind, regions)
    file.seek(0)
    with (
        _open_film(file, kind) as film,
        av.open(out, "w", format="mp4", options={"fflags": "+bitexact"}) as copy,
    ):
        stream = film_stream(film)
        if stream is None or stream.codec_context is None:
            raise UnreadableError(make_reason("no_pictures" if stream is None else "no_decoder"))
        stream.codec_context.thread_type = "NONE"
        writer = _FilmCopier(copy, stream, timeline, _start_s(film, stream))
        copier = open_sound(film, copy, sound, writer.start_s)
        missing = _copy_packets(film, stream, writer, copier)
        writer.finish()
        outcome = copier.finish()
    return writer.facts(outcome, [*missing, *([copier.missing] if copier.missing else [])])


def _open_film(file: BinaryIO, kind: FileKind) -> "InputContainer":
    """Open the original. Raises ``UnreadableError`` if its headers are damaged or missing."""
    import av

    try:
        return open_input(file, DEMUXERS[kind], (*DECODERS, *audio.DECODERS))
    except (av.FFmpegError, EOFError, ValueError) as error:
        if is_program_fault(error):
            raise
        raise UnreadableError(make_reason("no_pictures")) from error


def _copy_packets(
    film: "InputContainer", stream: "VideoStream", writer: "_FilmCopier", copier: SoundCopier
) -> list[Reason]:
    """Pass every packet on; return the reasons why something is missing in the copy."""
    import av

    faults = 0
    wanted = [stream, *([copier.source] if copier.source else [])]
    for packet in film.demux(wanted):
        if packet.stream is not stream:
            copier.add(packet)
            continue
        try:
            decoded = [one for one in packet.decode() if isinstance(one, av.VideoFrame)]
        except av.FFmpegError:
            faults += 1
            if faults > MAX_FAULTS:
                return [make_reason("rest_not_decoded", from_s=round(writer.seconds))]
            continue
        for one in decoded:
            writer.add(one)
            copier.begin()
    return [make_reason("broken_pictures", count=faults)] if faults else []


@dataclass(slots=True)
class _FilmCopier:
    """Blurs frames and encodes them with the times that they had."""

    copy: "OutputContainer"
    source: "VideoStream"
    timeline: BoxTimeline
    start_s: float
    """Time of the original that is 0 in the copy."""
    seconds: float = 0.0
    """End of the last frame."""
    frames: int = 0
    blurred_frames: int = 0
    blurred_share: float = 0.0
    _size: tuple[int, int] = (0, 0)
    """Width and height of the stored frames, before they are turned upright."""
    _stream: "VideoStream | None" = None
    _last_pts: int = -1
    _durations: dict[int, int] = field(default_factory=dict)

    def add(self, decoded: "av.VideoFrame") -> None:
        """Blur and encode one frame.

        Raises
        ------
        UnreadableError
            It has more pixels than the limit.
        """
        import av

        if decoded.width * decoded.height > MAX_FRAME_PIXELS:
            raise UnreadableError(make_reason("too_big_picture", width_px=decoded.width, height_px=decoded.height))
        at_s = timestamp_s(decoded, self.source, self.frames)
        if self._stream is None:
            self._size = (decoded.width, decoded.height)
        boxes = self.timeline.boxes_at(at_s)
        planes = _upright_planes(decoded, self._size)
        for plane in planes if boxes else ():
            blur_boxes(plane, boxes)
        stream = self._stream or self._open_stream(decoded, planes[0])
        frame = av.VideoFrame.from_ndarray(_packed(planes), format=_PIXEL_FORMAT)
        frame.time_base = stream.codec_context.time_base
        self._last_pts = max(self._last_pts + 1, self._ticks(at_s, stream))
        frame.pts = self._last_pts
        frame.colorspace, frame.color_range = decoded.colorspace, decoded.color_range
        self._durations[frame.pts] = self._duration(decoded, stream)
        self.seconds = float((frame.pts + self._durations[frame.pts]) * frame.time_base)
        self.frames += 1
        self.blurred_frames += bool(boxes)
        self.blurred_share = max(self.blurred_share, blurred_share(boxes))
        self._mux(self._encode(frame))

    def finish(self) -> None:
        """Write what the encoder still has.

        Raises
        ------
        UnreadableError
            Not one frame could be decoded.
        """
        if self._stream is None:
            raise UnreadableError(make_reason("no_pictures"))
        self._mux(self._encode(None))

    def _encode(self, frame: "av.VideoFrame | None") -> "list[Any]":
        """Encode a frame, or the rest. Raises ``UnreadableError`` if the encoder gets no memory for it."""
        import av

        assert self._stream is not None
        try:
            return list(self._stream.encode(frame))
        except (av.ExternalError, MemoryError) as error:  # x264 reports a lack of memory as an error of its own
            context = self._stream.codec_context
            raise UnreadableError(
                make_reason("encoder_memory", width_px=context.width, height_px=context.height)
            ) from error

    def facts(self, sound: SoundOutcome, missing: Sequence[Reason]) -> CopyFacts:
        """Return what the copy consists of."""
        assert self._stream is not None
        return CopyFacts(
            width_px=self._stream.codec_context.width,
            height_px=self._stream.codec_context.height,
            frames=self.frames,
            blurred_frames=self.blurred_frames,
            blurred_share=self.blurred_share,
            seconds=self.seconds,
            sound=sound,
            reasons=tuple(missing),
        )

    def _ticks(self, at_s: float, stream: "VideoStream") -> int:
        offset_s = float((self.source.start_time or 0) * (self.source.time_base or 0)) - self.start_s
        return round((at_s + offset_s) / float(stream.codec_context.time_base or 1))

    def _duration(self, decoded: "av.VideoFrame", stream: "VideoStream") -> int:
        own_s = float(decoded.duration * decoded.time_base) if decoded.duration and decoded.time_base else 0.0
        return max(1, round((own_s or float(1 / _rate(self.source))) / float(stream.codec_context.time_base or 1)))

    def _open_stream(self, decoded: "av.VideoFrame", luma: "AnyArray") -> "VideoStream":
        """Add the video track when the size of its pictures is known."""
        stream: VideoStream = self.copy.add_stream(_encoder(), rate=_rate(self.source))  # type: ignore[assignment]
        context, source = stream.codec_context, self.source.codec_context
        context.height, context.width = luma.shape[:2]
        context.pix_fmt = _PIXEL_FORMAT
        context.time_base = self.source.time_base or Fraction(1, 90_000)
        context.thread_count = 1
        context.gop_size = round(_KEY_FRAME_EVERY_S * _rate(self.source))
        context.colorspace, context.color_range = source.colorspace, source.color_range
        context.color_primaries, context.color_trc = source.color_primaries, source.color_trc
        ratio = self.source.sample_aspect_ratio
        if ratio:
            context.sample_aspect_ratio = 1 / ratio if _quarter_turns(decoded) % 2 else ratio
        if context.name == "libx264":
            context.options = {**_X264, "rc-lookahead": str(lookahead_frames(context.width, context.height))}
        self._stream = stream
        return stream

    def _mux(self, packets: "list[Any]") -> None:
        for packet in packets:
            packet.duration = self._durations.pop(packet.pts, packet.duration)
            self.copy.mux(packet)


def lookahead_frames(width_px: int, height_px: int) -> int:
    """Return how many frames the encoder sees ahead.

    >>> lookahead_frames(1920, 1080), lookahead_frames(3840, 2160), lookahead_frames(7680, 4320)
    (10, 3, 1)
    """
    return max(1, min(_MAX_LOOKAHEAD, _LOOKAHEAD_PIXELS // (width_px * height_px)))


def _upright_planes(decoded: "av.VideoFrame", size: tuple[int, int]) -> "list[AnyArray]":
    """Return Y, U and V of a frame, upright, with an even number of rows and columns as the encoder needs."""
    import numpy as np

    width, height = (side - side % 2 or 2 for side in size)
    image: Any = (
        decoded.reformat(format=_PIXEL_FORMAT, threads=1).to_ndarray(format=_PIXEL_FORMAT)
        if ((decoded.width, decoded.height) == (width, height))
        else decoded.reformat(width, height, format=_PIXEL_FORMAT, threads=1).to_ndarray()
    )
    luma = image[:height]
    chroma = image[height:].reshape(2, height // 2, width // 2)
    turns = _quarter_turns(decoded)
    return [np.ascontiguousarray(np.rot90(one, turns)) for one in (luma, chroma[0], chroma[1])]


def _packed(planes: "list[AnyArray]") -> "AnyArray":
    """Join Y, U and V to the one array that PyAV takes."""
    import numpy as np

    width = planes[0].shape[1]
    return np.concatenate([planes[0].ravel(), planes[1].ravel(), planes[2].ravel()]).reshape(-1, width)


def _quarter_turns(decoded: "av.VideoFrame") -> int:
    return round(decoded.rotation / 90) % 4


def _start_s(film: "InputContainer", stream: "VideoStream") -> float:
    """Return the time at which the copy begins: that of the first frame or sound, never before 0."""
    starts = [
        float(one.start_time * one.time_base)
        for one in (stream, *film.streams.audio[:1])
        if one.start_time is not None and one.time_base
    ]
    return max(0.0, min(starts, default=0.0))


def _rate(stream: "VideoStream") -> Fraction:
    """Return the frame rate; it only guides the encoder."""
    rate = stream.average_rate or stream.base_rate
    return Fraction(rate) if rate and _MIN_RATE <= rate <= _MAX_RATE else Fraction(_USUAL_RATE)


def _encoder() -> str:
    import av

    found = next((name for name in ENCODERS if name in av.codecs_available), None)
    if found is None:
        raise UnreadableError(make_reason("no_encoder"))
    return found
