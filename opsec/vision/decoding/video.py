"""Decode a video once, in order, through FFmpeg, within bounds that no claim of the file can raise.

FFmpeg may use the listed demuxers and decoders only, and opens no other file. The whole video is decoded while that is
affordable; of the rest only the key frames are, and a gap records it. Frames that are neither analysed nor needed to
decode another frame are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from opsec.i18n.reasons import make_reason
from opsec.model import FileKind, Reason
from opsec.model.records import Gap
from opsec.runtime.program_faults import is_program_fault
from opsec.vision.decoding.av_input import open_input
from opsec.vision.decoding.frame import Frame
from opsec.vision.decoding.unreferenced_frames import UnreferencedFrames, unreferenced_frames

if TYPE_CHECKING:
    import av
    from av.container import InputContainer

    from opsec.vision.arrays import ColorImage, GrayImage

DEMUXERS: dict[FileKind, str] = {
    "mp4": "mov", "matroska": "matroska", "avi": "avi", "mpegts": "mpegts", "gif": "gif",
    "mpegps": "mpeg", "asf": "asf", "flv": "flv", "mxf": "mxf",
}  # fmt: skip
DECODERS = (
    "h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "mpeg4", "msmpeg4", "msmpeg4v2", "h263",
    "mpeg1video", "mpeg2video", "mjpeg", "prores", "gif", "vc1", "wmv3",
    "wmv1", "wmv2", "flv", "vp6", "vp6a", "vp6f", "dnxhd", "dvvideo",
)  # fmt: skip
"""Codecs of phones, dash cameras, drones and their reposts; FFmpeg may use no other decoder."""

FRAMES_PER_S = 8.0
"""Frames a second that are passed to the analysers, at most."""
_STEP_S = 1 / FRAMES_PER_S
MAX_FRAME_PIXELS = 1 << 26
"""Pixels of one frame: an 8K frame has half as many."""
MAX_DECODED_PIXELS = 8_000_000_000
"""Pixels of one video decoded in full: nine minutes of a phone's 576 × 1024 at 24 a second, 40 seconds of 4K."""
MAX_KEY_FRAMES = 400
"""Key frames decoded after that."""
MAX_PACKETS = 2_000_000
MAX_FAULTS = 200
"""Packets that cannot be decoded before the rest of a video is given up."""
_MAX_STREAMS = 64
"""Video streams of a file among which the film is chosen."""
_FILM_SHARE = 0.5
"""Length of a stream, as a share of the longest one's, from which it may be the film: a cover or a strip of thumbnails
may have more pixels."""
_MIN_OTHER_FRAMES = 10
"""Frames from which a further video stream is a film of its own that was not analysed; where the header has no number,
any stream may be one."""
MIN_DECODED_SHARE = 0.8
"""Share of the packets that must have given a frame: of some encodings one packet in ten shows none."""
MIN_CLAIMED_SHARE = 0.5
"""Share of the frames that the header claims: a trimmed clip keeps some that it does not show."""
_SLACK_S, _SLACK_SHARE = 1.0, 0.05
"""How much earlier than its header says a video may end without anything missing: seconds, or share of its length."""
_MAX_CLAIMED_S = 1e7
"""A longer claim is not believed."""
_MAX_AT_S = 9_999_999.0
_DUE_DURATIONS = 1.5
"""Durations of a frame after a due time within which the frame that is passed on then may begin."""
_END_S = 0.5
"""Last part of a video of which every frame is decoded: the last one is analysed too."""
_DEFAULT_RATE = 25


@dataclass(slots=True)
class VideoDecoder:
    """Decodes one video. Iterating ``frames`` fills in how far it could be decoded."""

    file: BinaryIO
    kind: FileKind
    frames_read: int = 0
    """Frames decoded."""
    frames_left_out: int = 0
    """Frames that were not decoded because nothing needs them."""
    packets_read: int = 0
    """Packets with content that were given to the decoder and that the file wants shown."""
    seconds_read: float | None = None
    """Time of the last decoded frame."""
    has_pictures: bool = False
    """Whether the file has a video stream with anything in it."""
    gaps: list[Gap] = field(default_factory=list)
    """What could not be decoded."""
    step_s: float = _STEP_S
    """Least time between two frames that are passed on."""
    max_pixels: int = MAX_DECODED_PIXELS
    """Pixels after which only key frames are decoded."""
    _due_s: float = 0.0
    """Time from which the next frame is passed on."""

    def frames(self) -> Iterator[Frame]:
        """Yield the frames to analyse, at most ``FRAMES_PER_S`` a second, and the last one."""
        import av

        try:
            with open_input(self.file, DEMUXERS[self.kind], DECODERS) as container:
                yield from self._stream_frames(container)
        except (av.FFmpegError, EOFError, ValueError, IndexError) as error:  # IndexError: of a damaged stream
            if is_program_fault(error):
                raise
            broken_off = make_reason("rest_not_decoded", from_s=round(self.seconds_read or 0))
            self._record_failure(broken_off if self.frames_read else make_reason("no_pictures"))

    def _stream_frames(self, container: "InputContainer") -> Iterator[Frame]:
        """Yield the frames of the stream that is the film, if it may be decoded."""
        streams = _picture_streams(container)
        stream = film_stream(container)
        if stream is None:
            return
        context = stream.codec_context
        if context is None:
            self._record_failure(make_reason("no_decoder"))
            return
        if context.width * context.height > MAX_FRAME_PIXELS:
            self._record_failure(make_reason("too_big_picture", width_px=context.width, height_px=context.height))
            return
        context.thread_type = "NONE"
        context.thread_count = 1  # worker processes share the processors; threads would only compete with them
        yield from self._decode(container, stream)
        self._check_coverage(container, stream)
        further = [
            one for one in streams if one is not stream and (one.frames or _MIN_OTHER_FRAMES) >= _MIN_OTHER_FRAMES
        ]
        if further:
            self.gaps.append(Gap(make_reason("other_tracks", count=len(further))))

    def _record_failure(self, why: Reason) -> None:
        """Record frames that cannot be decoded, so that the file is never taken for one without video."""
        self.has_pictures = True
        self.gaps.append(Gap(why))

    def _decode(self, container: "InputContainer", stream: "av.VideoStream") -> Iterator[Frame]:
        """Yield frames at most every ``step_s``, and the last one, within the budget of pixels."""
        pixels, key_frames, last_s = 0, 0, 0.0
        skipped: Frame | None = None
        for decoded in self._decode_packets(container, stream):
            number = self.frames_read + self.frames_left_out
            at_s = max(last_s, timestamp_s(decoded, stream, number))
            if decoded.width * decoded.height > MAX_FRAME_PIXELS:  # a stream may change its size on the way
                too_big = make_reason("too_big_picture", width_px=decoded.width, height_px=decoded.height)
                self._record_failure(too_big)
                return
            self.frames_read, self.seconds_read, last_s = self.frames_read + 1, at_s, at_s
            pixels += decoded.width * decoded.height
            if pixels > self.max_pixels:
                key_frames += 1
                if key_frames == 1:
                    stream.codec_context.skip_frame = "NONKEY"
                    self.gaps.append(Gap(make_reason("key_frames_only", from_s=round(at_s))))
                if key_frames > MAX_KEY_FRAMES:
                    self.gaps.append(Gap(make_reason("rest_not_decoded", from_s=round(at_s))))
                    return
            frame = _to_frame(decoded, self.frames_read - 1, at_s)
            if at_s >= self._due_s:
                next_s = self._due_s + self.step_s
                self._due_s = next_s if at_s < next_s else at_s + self.step_s
                skipped = None
                yield frame
            else:
                skipped = frame
        if skipped is not None:  # the last frame of a video completes a turn
            yield skipped

    def _decode_packets(self, container: "InputContainer", stream: "av.VideoStream") -> Iterator["av.VideoFrame"]:
        """Yield every frame that can be decoded; count the packets that cannot, and go on."""
        import av

        faults = 0
        unreferenced = unreferenced_frames(stream.codec_context.name, stream.codec_context.extradata)
        for number, packet in enumerate(container.demux(stream)):
            self.has_pictures = self.has_pictures or packet.size > 0
            self.packets_read += packet.size > 0 and not packet.is_discard
            if number > MAX_PACKETS or faults > MAX_FAULTS:
                self.gaps.append(Gap(make_reason("rest_not_decoded", from_s=round(self.seconds_read or 0))))
                return
            if unreferenced and not self._is_needed(packet, stream, unreferenced):
                self.frames_left_out += 1
                continue
            try:
                decoded = packet.decode()
            except av.FFmpegError:
                faults += 1
                continue
            faults += sum(one.is_corrupt for one in decoded if isinstance(one, av.VideoFrame))
            yield from (one for one in decoded if isinstance(one, av.VideoFrame))
        if faults:
            self.gaps.append(Gap(make_reason("broken_pictures", count=faults)))

    def _is_needed(
        self, packet: "av.Packet[av.VideoStream]", stream: "av.VideoStream", unreferenced: UnreferencedFrames
    ) -> bool:
        """Return whether the frame of a packet may be passed on, or others are decoded from it."""
        if not packet.size or not unreferenced.is_unreferenced(memoryview(packet)):
            return True
        if packet.pts is None or not packet.time_base or not packet.duration:
            return True
        at_s = float((packet.pts - (stream.start_time or 0)) * packet.time_base)
        ends_s = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else at_s
        since_due_s = (at_s - self._due_s) % self.step_s
        return since_due_s < _DUE_DURATIONS * float(packet.duration * packet.time_base) or at_s > ends_s - _END_S

    def _check_coverage(self, container: "InputContainer", stream: "av.VideoStream") -> None:
        """Record a gap when frames are missing, or end long before the length that the header claims."""
        if not self.has_pictures or any(gap.reason.code == "rest_not_decoded" for gap in self.gaps):
            return
        if self.frames_read == 0:
            self.gaps.append(Gap(make_reason("no_pictures")))
            return
        claimed_s, seen_s = _claimed_s(container, stream), self.seconds_read or 0.0
        if seen_s + max(_SLACK_S, claimed_s * _SLACK_SHARE) < claimed_s < _MAX_CLAIMED_S:
            self.gaps.append(Gap(make_reason("pictures_end", at_s=round(seen_s, 1), claimed_s=round(claimed_s, 1))))
        elif not self.gaps:
            self._check_frame_count(min(stream.frames or 0, MAX_PACKETS))

    def _check_frame_count(self, claimed: int) -> None:
        """Record a gap when too few frames were decoded of those that the file contains, or that its header claims."""
        known = self.frames_read + self.frames_left_out
        if known < MIN_DECODED_SHARE * self.packets_read:
            self.gaps.append(Gap(make_reason("pictures_missing", count=known, claimed=self.packets_read)))
        elif known < MIN_CLAIMED_SHARE * claimed:
            self.gaps.append(Gap(make_reason("pictures_missing", count=known, claimed=claimed)))


def _claimed_s(container: "InputContainer", stream: "av.VideoStream") -> float:
    """Duration of the stream by its header, or else of the whole file; 0 where neither has one."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1_000_000 if container.duration else 0.0


def film_stream(container: "InputContainer") -> "av.VideoStream | None":
    """Return the video stream that is the film; None where the file has no pictures but covers."""
    return max(_long_streams(_picture_streams(container)), key=_pixels, default=None)


def _picture_streams(container: "InputContainer") -> "list[av.VideoStream]":
    """The video streams, cover pictures left out."""
    from av.stream import Disposition

    return [one for one in container.streams.video[:_MAX_STREAMS] if not one.disposition & Disposition.attached_pic]


def _long_streams(streams: "list[av.VideoStream]") -> "list[av.VideoStream]":
    """The video streams that may be the film: much shorter ones left out."""
    lengths = [float(one.frames or 0) for one in streams]
    if not all(lengths):  # not every header has the number of frames
        lengths = [float(one.duration * one.time_base) if one.duration and one.time_base else 0.0 for one in streams]
    longest = max(lengths, default=0.0)
    return [one for one, length in zip(streams, lengths, strict=True) if not length or length >= _FILM_SHARE * longest]


def _pixels(stream: "av.VideoStream") -> int:
    context = stream.codec_context
    return context.width * context.height if context else 0


def timestamp_s(decoded: "av.VideoFrame", stream: "av.VideoStream", number: int) -> float:
    """Seconds from the start of the stream; counted by frames where the stream has no timestamps."""
    if decoded.pts is not None and decoded.time_base:
        start = (stream.start_time or 0) * stream.time_base if stream.time_base else 0
        return min(max(0.0, float(decoded.pts * decoded.time_base - start)), _MAX_AT_S)
    rate = float(stream.average_rate or _DEFAULT_RATE)
    return number / rate if rate > 0 else 0.0


def _to_frame(decoded: "av.VideoFrame", number: int, at_s: float) -> Frame:
    """Wrap a decoded frame, its rotation flag applied."""
    quarter_turns = round(decoded.rotation / 90) % 4
    size = (decoded.height, decoded.width) if quarter_turns % 2 else (decoded.width, decoded.height)

    def draw(width_px: int, height_px: int, in_color: bool) -> "GrayImage | ColorImage":
        return _render(decoded, width_px, height_px, quarter_turns, in_color=in_color)

    return Frame(number=number, at_s=at_s, width_px=size[0], height_px=size[1], draw=draw)


def _render(
    decoded: "av.VideoFrame", width_px: int, height_px: int, quarter_turns: int, *, in_color: bool
) -> "GrayImage | ColorImage":
    """Render a decoded frame upright in a size, which is that after the rotation."""
    import numpy as np

    stored_size = (height_px, width_px) if quarter_turns % 2 else (width_px, height_px)
    image: Any
    if not in_color and decoded.format.name in _LUMA_FIRST:
        plane = decoded.planes[0]
        luma = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        image = _shrink(luma, stored_size)
    else:
        pixel_format = "bgr24" if in_color else "gray"
        image = decoded.reformat(*stored_size, format=pixel_format, interpolation="AREA", threads=1).to_ndarray()
    return np.ascontiguousarray(np.rot90(image, quarter_turns))


def _shrink(image: Any, size: tuple[int, int]) -> Any:
    """Resize by area averaging: halve as often as possible, which costs a tenth of any other ratio."""
    import cv2

    while image.shape[1] >= 2 * size[0] and image.shape[0] >= 2 * size[1]:
        half = image.shape[1] // 2, image.shape[0] // 2
        image = cv2.resize(image[: 2 * half[1], : 2 * half[0]], half, interpolation=cv2.INTER_AREA)
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


_LUMA_FIRST = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"})
"""Pixel formats whose first plane is the grey image, one byte a pixel: nothing needs to be converted."""
