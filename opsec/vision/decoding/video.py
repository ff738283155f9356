"""The pictures of a film, decoded once, in order, with bounds that no claim of the file can move.

FFmpeg is told which demuxer and which decoders it may use and can open nothing else. The whole film is
decoded while that is affordable; what lies behind is looked at by its key frames only, and that is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from opsec.i18n.messages import reason
from opsec.model import FileKind, Reason
from opsec.model.records import Gap
from opsec.vision.decoding.frame import Frame

if TYPE_CHECKING:
    import av
    from av.container import InputContainer

    from opsec.vision.decoding.frame import Pixels

DEMUXERS: dict[FileKind, str] = {
    "mp4": "mov", "matroska": "matroska", "avi": "avi", "mpegts": "mpegts", "gif": "gif",
}  # fmt: skip
DECODERS = (
    "h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "mpeg4", "msmpeg4", "msmpeg4v2", "h263",
    "mpeg1video", "mpeg2video", "mjpeg", "prores", "gif", "vc1", "wmv3",
)  # fmt: skip
"""What phones, dash cameras, drones and their reposts are coded in; FFmpeg may use no other decoder."""

SHOWN_A_SECOND = 8.0
_STEP_S = 1 / SHOWN_A_SECOND
MOST_FRAME_PIXELS = 1 << 26
"""Of one frame: an 8K picture is half of it."""
MOST_PIXELS_DECODED = 8_000_000_000
"""Of one film in full: nine minutes of a phone's 576 × 1024 at 24 a second, 40 seconds of 4K."""
MOST_KEY_FRAMES = 400
"""Behind that."""
MOST_PACKETS = 2_000_000
MOST_FAULTS = 200
"""Packets that cannot be decoded before the rest of a film is given up."""
_SLACK_S = 1.0
"""A film may end so much before its header says without anything being lost."""


@dataclass(slots=True)
class Film:
    """One film, opened. Iterating ``frames`` fills in how far it could be decoded."""

    file: BinaryIO
    kind: FileKind
    frames_read: int = 0
    seconds_read: float | None = None
    has_pictures: bool = False
    """Whether the film has a track of pictures with anything in it."""
    gaps: list[Gap] = field(default_factory=list)

    def frames(self) -> Iterator[Frame]:
        """The pictures to be shown, at most ``SHOWN_A_SECOND``."""
        import av

        try:
            with av.open(
                self.file, "r", format=DEMUXERS[self.kind], options=_OPTIONS, metadata_errors="ignore",
                io_open=_open_nothing_else,
            ) as film:  # fmt: skip
                yield from self._pictures(film)
        except (av.FFmpegError, EOFError, ValueError, IndexError):  # IndexError: a stream that damage has made
            broke_off = reason("rest_not_decoded", from_s=round(self.seconds_read or 0))
            self._cannot(broke_off if self.frames_read else reason("no_pictures"))

    def _pictures(self, film: "InputContainer") -> Iterator[Frame]:
        track = _main_track(film)
        if track is None:
            return
        context = track.codec_context
        if context is None:
            self._cannot(reason("no_decoder"))
            return
        if context.width * context.height > MOST_FRAME_PIXELS:
            self._cannot(reason("too_big_picture", width_px=context.width, height_px=context.height))
            return
        context.thread_type = "NONE"
        context.thread_count = 1  # the processes share the processors; threads would only take from each other
        yield from self._decoded(film, track)
        self._short_of(film, track)

    def _cannot(self, why: Reason) -> None:
        """Pictures that may be there cannot be looked at: never to be taken for a film without pictures."""
        self.has_pictures = True
        self.gaps.append(Gap(why))

    def _decoded(self, film: "InputContainer", track: "av.VideoStream") -> Iterator[Frame]:
        pixels, key_frames, due_s, last_s = 0, 0, 0.0, 0.0
        waiting: Frame | None = None
        for decoded in self._packets(film, track):
            at_s = max(last_s, _at_s(decoded, track, self.frames_read))
            if decoded.width * decoded.height > MOST_FRAME_PIXELS:  # a stream may change its size on the way
                self._cannot(reason("too_big_picture", width_px=decoded.width, height_px=decoded.height))
                return
            self.frames_read, self.seconds_read, last_s = self.frames_read + 1, at_s, at_s
            pixels += decoded.width * decoded.height
            if pixels > MOST_PIXELS_DECODED:
                key_frames += 1
                if key_frames == 1:
                    track.codec_context.skip_frame = "NONKEY"
                    self.gaps.append(Gap(reason("key_frames_only", from_s=round(at_s))))
                if key_frames > MOST_KEY_FRAMES:
                    self.gaps.append(Gap(reason("rest_not_decoded", from_s=round(at_s))))
                    return
            if at_s >= due_s:
                due_s = due_s + _STEP_S if at_s < due_s + _STEP_S else at_s + _STEP_S
                waiting = None
                yield _frame(decoded, self.frames_read - 1, at_s)
            else:
                waiting = _frame(decoded, self.frames_read - 1, at_s)
        if waiting is not None:  # where a film ends, a turn ends
            yield waiting

    def _packets(self, film: "InputContainer", track: "av.VideoStream") -> Iterator["av.VideoFrame"]:
        """Every picture that can be decoded; packets that cannot are passed over and counted."""
        import av

        faults = 0
        for number, packet in enumerate(film.demux(track)):
            self.has_pictures = self.has_pictures or packet.size > 0
            if number > MOST_PACKETS or faults > MOST_FAULTS:
                self.gaps.append(Gap(reason("rest_not_decoded", from_s=round(self.seconds_read or 0))))
                return
            try:
                decoded = packet.decode()
            except av.FFmpegError:
                faults += 1
                continue
            faults += sum(one.is_corrupt for one in decoded if isinstance(one, av.VideoFrame))
            yield from (one for one in decoded if isinstance(one, av.VideoFrame))
        if faults:
            self.gaps.append(Gap(reason("broken_pictures", count=faults)))

    def _short_of(self, film: "InputContainer", track: "av.VideoStream") -> None:
        """Say when the pictures end long before the film says that they do."""
        if not self.has_pictures or any(gap.reason.code == "rest_not_decoded" for gap in self.gaps):
            return
        if self.frames_read == 0:
            self.gaps.append(Gap(reason("no_pictures")))
            return
        claimed_s, seen_s = _claimed_s(film, track), self.seconds_read or 0.0
        if seen_s + max(_SLACK_S, claimed_s * 0.05) < claimed_s < 1e7:
            self.gaps.append(Gap(reason("pictures_end", at_s=round(seen_s, 1), claimed_s=round(claimed_s, 1))))


def _claimed_s(film: "InputContainer", track: "av.VideoStream") -> float:
    """How long the track says it is, or else the whole film; 0 when neither tells."""
    if track.duration and track.time_base:
        return float(track.duration * track.time_base)
    return film.duration / 1_000_000 if film.duration else 0.0


_OPTIONS = {"codec_whitelist": ",".join(DECODERS), "protocol_whitelist": "none"}


def _open_nothing_else(url: str, flags: int, options: dict[str, str]) -> NoReturn:  # noqa: ARG001 - FFmpeg's call
    raise PermissionError("a film may not open another file")


def _main_track(film: "InputContainer") -> "av.VideoStream | None":
    """The largest track of moving pictures: a cover picture is none."""
    from av.stream import Disposition

    tracks = [track for track in film.streams.video[:64] if not track.disposition & Disposition.attached_pic]
    return max(tracks, key=_size, default=None)


def _size(track: "av.VideoStream") -> int:
    context = track.codec_context
    return context.width * context.height if context else 0


def _at_s(decoded: "av.VideoFrame", track: "av.VideoStream", number: int) -> float:
    """Seconds from the start of the track; counted by frames where the stream keeps no time."""
    if decoded.pts is not None and decoded.time_base:
        start = (track.start_time or 0) * track.time_base if track.time_base else 0
        return min(max(0.0, float(decoded.pts * decoded.time_base - start)), 9_999_999.0)
    rate = float(track.average_rate or 25)
    return number / rate if rate > 0 else 0.0


def _frame(decoded: "av.VideoFrame", number: int, at_s: float) -> Frame:
    turns = round(decoded.rotation / 90) % 4
    size = (decoded.height, decoded.width) if turns % 2 else (decoded.width, decoded.height)

    def draw(width_px: int, height_px: int, in_colour: bool) -> "Pixels":
        return _drawn(decoded, width_px, height_px, turns, in_colour=in_colour)

    return Frame(number=number, at_s=at_s, width_px=size[0], height_px=size[1], draw=draw)


def _drawn(decoded: "av.VideoFrame", width_px: int, height_px: int, turns: int, *, in_colour: bool) -> "Pixels":
    import numpy as np

    lying = (height_px, width_px) if turns % 2 else (width_px, height_px)
    picture: Any
    if not in_colour and decoded.format.name in _GREY_FIRST:
        plane = decoded.planes[0]
        picture = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        picture = _shrunk(picture, lying)
    else:
        wanted = "bgr24" if in_colour else "gray"
        picture = decoded.reformat(*lying, format=wanted, interpolation="AREA").to_ndarray()
    return np.ascontiguousarray(np.rot90(picture, turns))


def _shrunk(picture: Any, size: tuple[int, int]) -> Any:
    """The picture in a smaller size, by areas: halved as long as that goes, which costs a tenth of any other ratio."""
    import cv2

    while picture.shape[1] >= 2 * size[0] and picture.shape[0] >= 2 * size[1]:
        half = picture.shape[1] // 2, picture.shape[0] // 2
        picture = cv2.resize(picture[: 2 * half[1], : 2 * half[0]], half, interpolation=cv2.INTER_AREA)
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


_GREY_FIRST = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"})
"""Formats whose first plane is the grey picture, a byte a pixel: nothing needs to be converted."""
