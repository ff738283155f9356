"""The preview of a clip: few small frames from the right moment, and no metadata."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from opsec.cleaning.clip_copy import copy_formats, write_copy
from opsec.cleaning.preview import LONGEST_PX, PREVIEW_S, write_preview
from opsec.cleaning.records import CopyFacts, CopyOrder
from opsec.model import FileKind
from opsec.model.records import UnreadableError
from tests.cleaning.made_films import Picture, encode

RATE = 8


def second(number: int) -> Picture:
    """A frame whose grey tells its second."""
    return np.full((360, 640, 3), 10 + 12 * number, np.uint8)


def film(seconds: int, **more: str) -> bytes:
    return encode([second(n // RATE) for n in range(seconds * RATE)], rate=RATE, tags=dict(more))


def preview(data: bytes, kind: FileKind = "mp4", from_s: float = 0.0) -> tuple[CopyFacts, list[Picture]]:
    out = io.BytesIO()
    facts = write_copy(io.BytesIO(data), kind, CopyOrder("preview", "cut", (), from_s), out)
    return facts, frames(out.getvalue())


def frames(webp: bytes) -> list[Picture]:
    image = Image.open(io.BytesIO(webp))
    shown = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        shown.append(np.asarray(image.convert("RGB")))
    assert image.getexif() == {}
    assert "xmp" not in image.info
    assert "icc_profile" not in image.info
    return shown


def seconds_of(shown: list[Picture]) -> list[int]:
    return [round((float(np.median(one)) - 10) / 12) for one in shown]


def test_a_long_film_is_cut_to_ten_small_seconds() -> None:
    facts, shown = preview(film(14, comment="31.005, 42.005"))
    assert facts.width_px == LONGEST_PX
    assert facts.height_px == 180
    assert facts.frames == pytest.approx(PREVIEW_S * 4, abs=2)
    assert seconds_of(shown)[0] == 0
    assert seconds_of(shown)[-1] == 9


def test_it_begins_where_it_is_asked_to_and_ends_with_the_film() -> None:
    _facts, shown = preview(film(14), from_s=9.0)
    assert sorted(set(seconds_of(shown))) == [9, 10, 11, 12, 13]


def test_a_film_that_ends_before_is_shown_by_its_last_frame() -> None:
    facts, shown = preview(film(3), from_s=60.0)
    assert facts.frames == 1
    assert seconds_of(shown) == [2]


def test_a_photo_is_one_small_frame() -> None:
    done, jpeg = cv2.imencode(".jpg", second(5))
    assert done
    facts, shown = preview(jpeg.tobytes(), "jpeg", from_s=4.0)
    assert (facts.width_px, facts.height_px, facts.frames) == (LONGEST_PX, 180, 1)
    assert seconds_of(shown) == [5]


@pytest.mark.parametrize("kind", ["mp4", "jpeg", "webp", "srt", "gif"])
@pytest.mark.parametrize("data", [b"", b"\x00" * 400, film(1)[:700]])
def test_what_cannot_be_decoded_is_refused(data: bytes, kind: FileKind) -> None:
    with pytest.raises(UnreadableError):
        write_copy(io.BytesIO(data), kind, CopyOrder("preview", "cut"), io.BytesIO())


def test_no_file_to_post_has_the_form_of_a_preview() -> None:
    kinds: tuple[FileKind, ...] = ("mp4", "jpeg", "webp", "gif")
    assert all("preview" not in copy_formats(kind) for kind in kinds)
    assert write_preview(io.BytesIO(film(1)), "mp4", 0.0, io.BytesIO()).blurred_frames == 0
