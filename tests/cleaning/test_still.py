"""Copies of photos: the same pixels, upright, and nothing that a camera wrote beside them."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from opsec.cleaning.clip_copy import copy_formats, write_copy
from opsec.cleaning.records import BlurRegion, CopyFacts, CopyFormat, CopyOrder
from opsec.demo.media import clip, photo
from opsec.demo.media_exif import Shot
from opsec.model import FileKind
from opsec.model.records import UnreadableError
from tests.fixtures.media.xmp import drone_packet, iptc_in_jpeg, motion_photo, xmp_in_jpeg

GATE = Shot(lat=34.0163, lon=43.27, taken_at="2026:11:17 06:10:00", offset="+03:00", model="Phone")


def copied(raw: bytes, kind: FileKind, *regions: BlurRegion, form: CopyFormat = "jpeg") -> tuple[bytes, CopyFacts]:
    out = io.BytesIO()
    facts = write_copy(io.BytesIO(raw), kind, CopyOrder(form, "keep", regions), out)
    return out.getvalue(), facts


def pixels(raw: bytes) -> Any:
    with Image.open(io.BytesIO(raw)) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def saved(form: str, **more: Any) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(photo(3))) as picture:
        picture.save(out, form, **more)
    return out.getvalue()


PHOTOS: dict[str, tuple[bytes, FileKind]] = {
    "EXIF": (photo(3, GATE), "jpeg"),
    "XMP": (xmp_in_jpeg(photo(3), drone_packet(34.0163, 43.27, 10.0, -20.0)), "jpeg"),
    "IPTC": (iptc_in_jpeg(photo(3), {90: "Falcon Camp"}), "jpeg"),
    "motion photo": (motion_photo(photo(3), clip(3)), "jpeg"),
    "comment": (saved("JPEG", comment=b"Falcon Camp"), "jpeg"),
    "PNG": (photo(3, GATE, kind="png"), "png"),
    "WebP": (photo(3, GATE, kind="webp"), "webp"),
    "TIFF": (saved("TIFF", description="Falcon Camp"), "tiff"),
}


@pytest.mark.parametrize("form", ["jpeg", "png"])
@pytest.mark.parametrize("name", PHOTOS)
def test_pixels_stay_and_everything_else_goes(name: str, form: CopyFormat) -> None:
    raw, kind = PHOTOS[name]
    copy, facts = copied(raw, kind, form=form)
    assert np.abs(pixels(raw) - pixels(copy)).mean() < 4
    assert (facts.height_px, facts.width_px) == pixels(copy).shape[:2]
    with Image.open(io.BytesIO(copy)) as picture:
        assert picture.format == form.upper()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not picture.getexif()
        picture.load()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for word in (b"Falcon", b"Exif", b"http", b"ftyp", b"Phone", b"ICC"):
        assert word not in copy


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_orientation_is_applied(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    raw = saved("JPEG", exif=exif, quality=95)
    copy, _facts = copied(raw, "jpeg")
    turns = {1: 0, 3: 2, 6: 3, 8: 1}[orientation]
    assert np.abs(np.rot90(pixels(raw), turns) - pixels(copy)).mean() < 4


def test_heif_is_copied() -> None:
    from pillow_heif import from_pillow

    out = io.BytesIO()
    with Image.open(io.BytesIO(photo(3))) as picture:
        from_pillow(picture).save(out, quality=90)
    copy, _facts = copied(out.getvalue(), "heif")
    assert np.abs(pixels(photo(3)) - pixels(copy)).mean() < 6


def test_a_region_is_blurred_and_nothing_else() -> None:
    raw = photo(3)
    copy, facts = copied(raw, "jpeg", BlurRegion(0.0, (0.2, 0.3, 0.8, 0.6), 0.0, 0.0), form="png")
    before, after = pixels(raw), pixels(copy)
    height, width = before.shape[:2]
    y0, y1, x0, x1 = int(0.3 * height), -(-6 * height // 10), int(0.2 * width), -(-8 * width // 10)
    assert np.abs(before - after)[y0:y1, x0:x1].mean() > 5
    before[y0:y1, x0:x1] = after[y0:y1, x0:x1]
    assert (before == after).all()
    assert facts.blurred_frames == 1
    assert facts.blurred_share == pytest.approx(0.18, abs=0.01)


@pytest.mark.parametrize(("form", "kind"), [("WEBP", "webp"), ("PNG", "png")])
def test_an_animation_is_refused(form: str, kind: FileKind) -> None:
    frames = [Image.fromarray(np.full((40, 60, 3), shade, np.uint8)) for shade in (10, 120, 240)]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=200)
    with pytest.raises(UnreadableError) as stop:
        copied(out.getvalue(), kind)
    assert stop.value.reason.code == "animation"


@pytest.mark.parametrize("raw", [b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0" + bytes(50), photo(3)[:300]])
def test_what_cannot_be_decoded_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableError):
        copied(raw, "jpeg")


@pytest.mark.parametrize("of_host", [False, True])
def test_a_truncated_photo_is_copied_as_far_as_it_goes(of_host: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", of_host)  # importing WeasyPrint sets it
    raw = photo(3)
    _copy, facts = copied(raw[: len(raw) * 2 // 3], "jpeg")
    assert [reason.code for reason in facts.reasons] == ["cut_off"]


@pytest.mark.parametrize(("kind", "form"), [("jpeg", "mp4"), ("mp4", "jpeg"), ("srt", "mp4"), ("zip", "png")])
def test_other_formats_are_refused(kind: FileKind, form: CopyFormat) -> None:
    assert form not in copy_formats(kind)
    with pytest.raises(UnreadableError):
        copied(photo(3), kind, form=form)
