"""Photos: a clip of one frame, upright, bounded."""

import io

import numpy as np
import pytest
from PIL import Image

from opsec.model import FileKind
from opsec.vision.decoding import photo as photos
from opsec.vision.decoding.photo import Photo
from tests.fixtures.media.films import picture


def encoded(kind: str, *, orientation: int | None = None, size: tuple[int, int] = (160, 96)) -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)
    out = io.BytesIO()
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    Image.fromarray(picture(0, size)).save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("JPEG", "jpeg"), ("PNG", "png"), ("WEBP", "webp"), ("TIFF", "tiff"), ("HEIF", "heif"), ("AVIF", "heif")],
)
def test_every_kind_of_photo_is_one_upright_frame(name: str, kind: FileKind) -> None:
    clip = Photo(io.BytesIO(encoded(name)), kind)
    (frame,) = clip.frames()
    assert (frame.number, frame.at_s, frame.width_px, frame.height_px) == (0, 0.0, 160, 96)
    assert frame.grey(160)[4, 4] > 230 > frame.grey(160)[60, 100]
    assert (clip.frames_read, clip.gaps) == (1, [])


@pytest.mark.parametrize(
    ("orientation", "size", "corner"), [(1, (160, 96), 0), (6, (96, 160), 1), (3, (160, 96), 2), (8, (96, 160), 3)]
)
def test_exif_orientation_is_applied(orientation: int, size: tuple[int, int], corner: int) -> None:
    (frame,) = Photo(io.BytesIO(encoded("JPEG", orientation=orientation)), "jpeg").frames()
    grey = frame.grey(160)
    assert (frame.width_px, frame.height_px) == size
    assert int(np.argmax([grey[4, 4], grey[4, -5], grey[-5, -5], grey[-5, 4]])) == corner


def test_what_there_is_of_a_photo_that_was_cut_off_is_looked_at_and_that_is_said() -> None:
    data = encoded("JPEG", size=(800, 600))
    clip = Photo(io.BytesIO(data[: len(data) // 2]), "jpeg")
    (frame,) = clip.frames()
    assert frame.grey(160)[2, 2] > 200
    assert [gap.reason.code for gap in clip.gaps] == ["cut_off"]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", b"GIF89a" + bytes(40), encoded("PNG")], ids=["empty", "head", "gif", "png"]
)
def test_other_bytes_are_no_jpeg_whatever_their_name_says(data: bytes) -> None:
    clip = Photo(io.BytesIO(data), "jpeg")
    assert list(clip.frames()) == []
    assert [gap.reason.code for gap in clip.gaps] == ["no_pictures"]


def test_a_photo_larger_than_the_bound_is_never_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MOST_PHOTO_PIXELS", 1_000)
    clip = Photo(io.BytesIO(encoded("PNG")), "png")
    assert list(clip.frames()) == []
    assert [gap.reason.code for gap in clip.gaps] == ["too_big_picture"]
