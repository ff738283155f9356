"""Films and photos whose every picture tells its own number, and viewers that write down what they were shown."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from opsec.hints.frames.frame import Frame
from opsec.hints.frames.viewer import ViewerKind
from opsec.hints.kit import Kit
from opsec.hints.reader import Found
from opsec.language import reason
from opsec.model import Check, FileKind, Hint, Reason

EVERYTHING: frozenset[FileKind] = frozenset(
    {"mp4", "matroska", "avi", "mpegts", "gif", "jpeg", "png", "webp", "tiff", "heif"}
)


def picture(number: int, size: tuple[int, int] = (160, 96)) -> Any:
    """RGB, width × height as given: dark left, bright right, a white square in the upper left corner."""
    width_px, height_px = size
    ramp = np.linspace(20, 200, width_px).astype(np.uint8)
    drawn = np.repeat(np.repeat(ramp[None, :, None], height_px, 0), 3, 2)
    drawn[:16, :16] = 255
    drawn[-8:, :, 0] = (number * 7) % 200
    return np.ascontiguousarray(drawn)


def film(
    frames: int = 24, *, rate: int = 24, kind: str = "mp4", size: tuple[int, int] = (160, 96), times: Sequence[int] = ()
) -> bytes:
    """A film of ``frames`` pictures; ``times`` in thousandths of a second make the rate vary."""
    import av

    out = io.BytesIO()
    with av.open(out, "w", format=kind, options={"fflags": "+bitexact"}) as made:
        track = made.add_stream("mpeg4", rate=rate, options={"g": "12"})
        assert isinstance(track, av.VideoStream)
        track.width, track.height, track.pix_fmt = *size, "yuv420p"
        track.codec_context.time_base = Fraction(1, 1000) if times else Fraction(1, rate)
        for number in range(frames):
            shown = av.VideoFrame.from_ndarray(picture(number, size), format="rgb24")
            shown.pts = times[number] if times else number
            shown.time_base = track.codec_context.time_base
            made.mux(track.encode(shown))
        made.mux(track.encode())
    return out.getvalue()


@dataclass
class Watching:
    """Writes down what it was shown; falls over the picture of a number, if told to."""

    falls_at: int | None = None
    falls_at_end: bool = False
    seen: list[tuple[int, float, tuple[int, int]]] = field(default_factory=list)

    def see(self, frame: Frame) -> None:
        if frame.number == self.falls_at:
            raise ValueError("over a picture")
        self.seen.append((frame.number, frame.at_s, (frame.width_px, frame.height_px)))

    def found(self) -> Iterator[Found]:
        yield Hint(kind="text", family="SIGN", reader="watching", field="sign", text=str(len(self.seen)))
        if self.falls_at_end:
            raise ValueError("at the end")


def viewer(
    watching: Watching | Reason, check: Check = "signage", kinds: frozenset[FileKind] = EVERYTHING
) -> ViewerKind:
    """The kind of a viewer that is made beforehand."""

    def new(kit: Kit) -> Watching | Reason:
        return watching

    return ViewerKind(name="watching", version=1, check=check, kinds=kinds, new=new)


NOT_HERE = reason("not_read", part="signs", detail="no language data")
