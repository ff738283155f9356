"""Decode a photo through Pillow, upright and bounded: a photo is a clip of one frame.

Animated WebP and PNG, AVIF sequences and HEIF files with several images have more: each is a frame at its time, because
FFmpeg before 8.1 opens none of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import Gap
from opsec.runtime.process_state import ignore_warnings, truncated_images
from opsec.runtime.program_faults import is_program_fault
from opsec.vision.decoding.frame import Frame

if TYPE_CHECKING:
    from PIL.Image import Image

    from opsec.vision.arrays import ColorImage, GrayImage

MAX_PHOTO_PIXELS = 1 << 27
"""Pixels of one photo: the largest phones make 200 megapixels, and a JPEG is decoded at half its size."""
ANIMATED_KINDS: frozenset[FileKind] = frozenset({"webp", "png", "heif"})
MAX_FRAMES = 1_000
MAX_ANIMATION_PIXELS = 1_000_000_000
"""Pixels of one animation, all frames together: twelve seconds of decoding."""
_FRAME_S = 0.1
"""Duration of a frame that has none, as browsers show it."""
_MAX_FRAME_S = 60.0
_STEP_S = 1 / 8
"""Least time between two frames that are analysed, as in a video."""
_AVIF_BRANDS = (b"avif", b"avis")
_WORKING_PX = 4_096
"""Longest side that any analyser asks for: a JPEG is decoded no larger than needed, others are made smaller."""


@dataclass(slots=True)
class PhotoDecoder:
    """Decodes one photo. Iterating ``frames`` fills in whether it could be decoded."""

    file: BinaryIO
    kind: FileKind
    frames_read: int = 0
    """Frames decoded: 1 for a photo."""
    seconds_read: float | None = None
    """Time of the last frame of an animation; None for a photo."""
    has_pictures: bool = True
    gaps: list[Gap] = field(default_factory=list)

    def frames(self) -> Iterator[Frame]:
        """Yield the one frame of a photo, or those of an animation, at most eight a second and the last one."""
        at_s, due_s = 0.0, 0.0
        skipped: Frame | None = None
        for picture, duration_s in self._pictures():
            frame = _to_frame(picture, self.frames_read, at_s)
            self.frames_read += 1
            if self.frames_read > 1:
                self.seconds_read = at_s
            is_due = at_s >= due_s
            if is_due:
                due_s = at_s + _STEP_S
                yield frame
            skipped = None if is_due else frame
            at_s += duration_s
        if skipped is not None:
            yield skipped

    def _pictures(self) -> "Iterator[tuple[Image, float]]":
        """Yield every picture upright, as RGB, with its duration; a gap records what could not be decoded."""
        try:
            with ignore_warnings():  # about odd tags, in the file's own words
                picture = _open(self.file, self.kind)
                if self.kind == "jpeg":  # of HEIF, a draft would be a thumbnail, which may show something else
                    picture.draft("RGB", (_WORKING_PX, _WORKING_PX))
                pixels = picture.width * picture.height
                if pixels > MAX_PHOTO_PIXELS:
                    too_big = make_reason("too_big_picture", width_px=picture.width, height_px=picture.height)
                    self.gaps.append(Gap(too_big))
                    return
                count = getattr(picture, "n_frames", 1) if self.kind in ANIMATED_KINDS else 1
                most = max(1, min(MAX_FRAMES, MAX_ANIMATION_PIXELS // max(1, pixels)))
                yield _upright(_load(picture, self.gaps)), _duration_s(picture)
                for number in range(1, min(count, most)):
                    picture.seek(number)
                    with truncated_images(loaded=False):
                        picture.load()
                    yield _upright(picture), _duration_s(picture)
                if count > most:
                    self.gaps.append(Gap(make_reason("rest_not_decoded", from_s=round(self.seconds_read or 0))))
        except MemoryError:
            raise
        except Exception as error:  # hostile bytes through a library: any exception is possible
            if is_program_fault(error):
                raise
            broken_off = make_reason("rest_not_decoded", from_s=round(self.seconds_read or 0))
            self.gaps.append(Gap(broken_off if self.frames_read else make_reason("no_pictures")))


def _upright(picture: "Image") -> "Image":
    """A decoded picture as RGB, no larger than needed, its orientation applied."""
    from PIL import Image, ImageOps

    converted = picture.convert("RGB")
    if converted is picture:  # of an animation, whose next frame replaces this one
        converted = picture.copy()
    converted.thumbnail((_WORKING_PX, _WORKING_PX), Image.Resampling.BOX)
    return ImageOps.exif_transpose(converted)


def _duration_s(picture: "Image") -> float:
    """How long a frame is shown."""
    duration_ms = picture.info.get("duration")
    if not isinstance(duration_ms, int | float) or not duration_ms > 0:
        return _FRAME_S
    return min(float(duration_ms) / 1000, _MAX_FRAME_S)


def _open(file: BinaryIO, kind: FileKind) -> "Image":
    """Parse the header of a photo by the plugins of its kind alone, whatever the bytes say.

    ``PIL.Image.open`` does the same, but bounds the pixels by a process-wide setting, and HEIF would have to be
    registered with it for the whole process. The bound here is ``MAX_PHOTO_PIXELS``.
    """
    from PIL import JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

    file.seek(0)
    match kind:
        case "jpeg":
            return JpegImagePlugin.jpeg_factory(file, "")
        case "png":
            return PngImagePlugin.PngImageFile(file, "")
        case "tiff":
            return TiffImagePlugin.TiffImageFile(file, "")
        case "webp":
            return WebPImagePlugin.WebPImageFile(file, "")
    return _open_heif(file)


def _open_heif(file: BinaryIO) -> "Image":
    """AVIF by its brand (AVIF, section 6.1), or what libheif does not know; every other brand by libheif."""
    from PIL import AvifImagePlugin
    from pillow_heif import HeifImageFile

    brand = file.read(12)[8:]
    file.seek(0)
    if brand not in _AVIF_BRANDS:
        try:
            return HeifImageFile(file, "")  # type: ignore[no-untyped-call]
        except SyntaxError:
            file.seek(0)
    return AvifImagePlugin.AvifImageFile(file, "")


def _load(picture: "Image", gaps: list[Gap]) -> "Image":
    """Load the image data; of a truncated file as much as there is, which a gap records."""
    try:
        with truncated_images(loaded=False):
            picture.load()
    except OSError:
        with truncated_images(loaded=True):
            picture.load()
        gaps.append(Gap(make_reason("cut_off", part="picture data")))
    return picture


def _to_frame(picture: "Image", number: int, at_s: float) -> Frame:
    """Wrap a decoded picture."""
    import numpy as np

    def draw(width_px: int, height_px: int, in_color: bool) -> "GrayImage | ColorImage":
        import cv2

        whole = np.asarray(picture)
        if (width_px, height_px) != picture.size:
            whole = cv2.resize(whole, (width_px, height_px), interpolation=cv2.INTER_AREA)
        drawn = cv2.cvtColor(whole, cv2.COLOR_RGB2BGR if in_color else cv2.COLOR_RGB2GRAY)
        return drawn.astype(np.uint8, copy=False)

    return Frame(number=number, at_s=at_s, width_px=picture.width, height_px=picture.height, draw=draw)
