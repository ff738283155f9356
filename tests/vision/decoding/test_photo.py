"""Photo decoder: one upright frame, bounds, and damaged files."""

import io

import numpy as np
import pytest
from PIL import Image

from opsec.model import FileKind
from opsec.vision.decoding import photo
from opsec.vision.decoding.photo import PhotoDecoder
from tests.fixtures.media.videos import numbered_frame


def encode_photo(kind: str, *, orientation: int | None = None, size: tuple[int, int] = (160, 96)) -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)
    out = io.BytesIO()
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    Image.fromarray(numbered_frame(0, size)).save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("JPEG", "jpeg"), ("PNG", "png"), ("WEBP", "webp"), ("TIFF", "tiff"), ("HEIF", "heif"), ("AVIF", "heif")],
)
def test_every_photo_format_is_one_upright_frame(name: str, kind: FileKind) -> None:
    decoder = PhotoDecoder(io.BytesIO(encode_photo(name)), kind)
    (frame,) = decoder.frames()
    assert (frame.number, frame.at_s, frame.width_px, frame.height_px) == (0, 0.0, 160, 96)
    assert frame.gray(160)[4, 4] > 230 > frame.gray(160)[60, 100]
    assert (decoder.frames_read, decoder.gaps) == (1, [])


@pytest.mark.parametrize(
    ("orientation", "size", "corner"), [(1, (160, 96), 0), (6, (96, 160), 1), (3, (160, 96), 2), (8, (96, 160), 3)]
)
def test_exif_orientation_is_applied(orientation: int, size: tuple[int, int], corner: int) -> None:
    (frame,) = PhotoDecoder(io.BytesIO(encode_photo("JPEG", orientation=orientation)), "jpeg").frames()
    gray = frame.gray(160)
    assert (frame.width_px, frame.height_px) == size
    assert int(np.argmax([gray[4, 4], gray[4, -5], gray[-5, -5], gray[-5, 4]])) == corner


def test_a_truncated_photo_is_decoded_as_far_as_it_goes_with_a_gap() -> None:
    data = encode_photo("JPEG", size=(800, 600))
    decoder = PhotoDecoder(io.BytesIO(data[: len(data) // 2]), "jpeg")
    (frame,) = decoder.frames()
    assert frame.gray(160)[2, 2] > 200
    assert [gap.reason.code for gap in decoder.gaps] == ["cut_off"]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", b"GIF89a" + bytes(40), encode_photo("PNG")], ids=["empty", "head", "gif", "png"]
)
def test_bytes_of_another_format_are_not_decoded(data: bytes) -> None:
    decoder = PhotoDecoder(io.BytesIO(data), "jpeg")
    assert list(decoder.frames()) == []
    assert [gap.reason.code for gap in decoder.gaps] == ["no_pictures"]


def test_a_photo_over_the_size_limit_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo, "MAX_PHOTO_PIXELS", 1_000)
    decoder = PhotoDecoder(io.BytesIO(encode_photo("PNG")), "png")
    assert list(decoder.frames()) == []
    assert [gap.reason.code for gap in decoder.gaps] == ["too_big_picture"]


def encode_animation(kind: str, frames: int = 6, *, duration_ms: int = 200) -> bytes:
    pictures = [Image.fromarray(numbered_frame(number, (160, 96))) for number in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=duration_ms, lossless=True)
    return out.getvalue()


@pytest.mark.parametrize(("name", "kind"), [("WEBP", "webp"), ("PNG", "png"), ("AVIF", "heif")])
def test_every_frame_of_an_animation_is_decoded_at_its_time(name: str, kind: FileKind) -> None:
    decoder = PhotoDecoder(io.BytesIO(encode_animation(name)), kind)
    frames = list(decoder.frames())
    assert [(frame.number, round(frame.at_s, 3)) for frame in frames] == [(n, round(n * 0.2, 3)) for n in range(6)]
    assert len({frame.color(160).tobytes() for frame in frames}) == 6
    assert (decoder.frames_read, decoder.gaps) == (6, [])
    assert decoder.seconds_read == pytest.approx(1.0)


def test_of_a_fast_animation_eight_frames_a_second_and_the_last_are_analysed() -> None:
    decoder = PhotoDecoder(io.BytesIO(encode_animation("WEBP", 12, duration_ms=50)), "webp")
    assert [frame.number for frame in decoder.frames()] == [0, 3, 6, 9, 11]
    assert decoder.frames_read == 12


@pytest.mark.parametrize("limit", ["MAX_FRAMES", "MAX_ANIMATION_PIXELS"])
def test_a_longer_animation_is_decoded_to_the_limit_with_a_gap(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo, limit, 3 if limit == "MAX_FRAMES" else 3 * 160 * 96)
    decoder = PhotoDecoder(io.BytesIO(encode_animation("WEBP")), "webp")
    assert len(list(decoder.frames())) == 3
    assert [gap.reason.code for gap in decoder.gaps] == ["rest_not_decoded"]


@pytest.mark.parametrize(("name", "kind"), [("WEBP", "webp"), ("PNG", "png")])
def test_a_truncated_animation_keeps_its_beginning(name: str, kind: FileKind) -> None:
    data = encode_animation(name)
    decoder = PhotoDecoder(io.BytesIO(data[: len(data) * 2 // 3]), kind)
    assert len(list(decoder.frames())) <= 6
    assert decoder.gaps
