"""The picture of a photo, upright, through Pillow: a photo is a clip of one frame."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from opsec.i18n.messages import reason
from opsec.model import FileKind
from opsec.model.records import Gap
from opsec.vision.decoding.frame import Frame

if TYPE_CHECKING:
    from PIL.Image import Image

    from opsec.vision.decoding.frame import Pixels

FORMATS: dict[FileKind, tuple[str, ...]] = {
    "jpeg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",), "tiff": ("TIFF",), "heif": ("HEIF", "AVIF"),
}  # fmt: skip
"""Pillow may try no other format, whatever the bytes say."""

MOST_PHOTO_PIXELS = 1 << 27
"""Of one photo: the largest phones make 200 megapixels, which a JPEG gives at half its size."""
_WORKING_PX = 4_096
"""No viewer asks for more on the longest side: a JPEG is unpacked no larger than needed, others are made smaller."""


@dataclass(slots=True)
class Photo:
    """One photo. Iterating ``frames`` tells whether it could be decoded."""

    file: BinaryIO
    kind: FileKind
    frames_read: int = 0
    seconds_read: float | None = None
    has_pictures: bool = True
    gaps: list[Gap] = field(default_factory=list)

    def frames(self) -> Iterator[Frame]:
        """The one picture."""
        picture = self._decoded()
        if picture is not None:
            self.frames_read = 1
            yield _frame(picture)

    def _decoded(self) -> "Image | None":
        from PIL import Image, ImageOps

        if self.kind == "heif":
            import pillow_heif

            pillow_heif.register_heif_opener(thumbnails=False)
        Image.MAX_IMAGE_PIXELS = None  # our own bound is told in our own words
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of odd tags, in the file's own words
                picture = Image.open(self.file, formats=FORMATS[self.kind])
                picture.draft("RGB", (_WORKING_PX, _WORKING_PX))
                if picture.width * picture.height > MOST_PHOTO_PIXELS:
                    too_big = reason("too_big_picture", width_px=picture.width, height_px=picture.height)
                    self.gaps.append(Gap(too_big))
                    return None
                loaded = _loaded(picture, self.gaps).convert("RGB")
                loaded.thumbnail((_WORKING_PX, _WORKING_PX), Image.Resampling.BOX)
                return ImageOps.exif_transpose(loaded)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - hostile bytes through a library: any exception is possible
            self.gaps.append(Gap(reason("no_pictures")))
            return None


def _loaded(picture: "Image", gaps: list[Gap]) -> "Image":
    """The picture; of one that is cut off what there is of it, and that is said."""
    from PIL import ImageFile

    try:
        picture.load()
    except OSError:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            picture.load()
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
        gaps.append(Gap(reason("cut_off", part="picture data")))
    return picture


def _frame(picture: "Image") -> Frame:
    import numpy as np

    def draw(width_px: int, height_px: int, in_colour: bool) -> "Pixels":
        import cv2

        whole = np.asarray(picture)
        if (width_px, height_px) != picture.size:
            whole = cv2.resize(whole, (width_px, height_px), interpolation=cv2.INTER_AREA)
        drawn = cv2.cvtColor(whole, cv2.COLOR_RGB2BGR if in_colour else cv2.COLOR_RGB2GRAY)
        return drawn.astype(np.uint8, copy=False)

    return Frame(number=0, at_s=0.0, width_px=picture.width, height_px=picture.height, draw=draw)
