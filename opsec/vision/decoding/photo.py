"""Decode a photo through Pillow, upright and bounded: a photo is a clip of one frame."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import Gap
from opsec.runtime.process_state import ignore_warnings, load_truncated_images
from opsec.runtime.program_faults import is_program_fault
from opsec.vision.decoding.frame import Frame

if TYPE_CHECKING:
    from PIL.Image import Image

    from opsec.vision.arrays import ColorImage, GrayImage

MAX_PHOTO_PIXELS = 1 << 27
"""Pixels of one photo: the largest phones make 200 megapixels, and a JPEG is decoded at half its size."""
_AVIF_BRANDS = (b"avif", b"avis")
_WORKING_PX = 4_096
"""Longest side that any analyser asks for: a JPEG is decoded no larger than needed, others are made smaller."""


@dataclass(slots=True)
class PhotoDecoder:
    """Decodes one photo. Iterating ``frames`` fills in whether it could be decoded."""

    file: BinaryIO
    kind: FileKind
    frames_read: int = 0
    """1 when the photo could be decoded."""
    seconds_read: float | None = None
    has_pictures: bool = True
    gaps: list[Gap] = field(default_factory=list)

    def frames(self) -> Iterator[Frame]:
        """Yield the one frame, if it can be decoded."""
        picture = self._decode()
        if picture is not None:
            self.frames_read = 1
            yield _to_frame(picture)

    def _decode(self) -> "Image | None":
        """Decode the photo upright, as RGB; None where a gap records why not."""
        from PIL import Image, ImageOps

        try:
            with ignore_warnings():  # about odd tags, in the file's own words
                picture = _open(self.file, self.kind)
                if self.kind == "jpeg":  # of HEIF, a draft would be a thumbnail, which may show something else
                    picture.draft("RGB", (_WORKING_PX, _WORKING_PX))
                if picture.width * picture.height > MAX_PHOTO_PIXELS:
                    too_big = make_reason("too_big_picture", width_px=picture.width, height_px=picture.height)
                    self.gaps.append(Gap(too_big))
                    return None
                loaded = _load(picture, self.gaps).convert("RGB")
                loaded.thumbnail((_WORKING_PX, _WORKING_PX), Image.Resampling.BOX)
                return ImageOps.exif_transpose(loaded)
        except MemoryError:
            raise
        except Exception as error:  # hostile bytes through a library: any exception is possible
            if is_program_fault(error):
                raise
            self.gaps.append(Gap(make_reason("no_pictures")))
            return None


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
        picture.load()
    except OSError:
        with load_truncated_images():
            picture.load()
        gaps.append(Gap(make_reason("cut_off", part="picture data")))
    return picture


def _to_frame(picture: "Image") -> Frame:
    """Wrap a decoded photo."""
    import numpy as np

    def draw(width_px: int, height_px: int, in_color: bool) -> "GrayImage | ColorImage":
        import cv2

        whole = np.asarray(picture)
        if (width_px, height_px) != picture.size:
            whole = cv2.resize(whole, (width_px, height_px), interpolation=cv2.INTER_AREA)
        drawn = cv2.cvtColor(whole, cv2.COLOR_RGB2BGR if in_color else cv2.COLOR_RGB2GRAY)
        return drawn.astype(np.uint8, copy=False)

    return Frame(number=0, at_s=0.0, width_px=picture.width, height_px=picture.height, draw=draw)
