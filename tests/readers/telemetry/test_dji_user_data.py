"""A place with the view from it, in the user data of a film."""

import struct

from opsec.demo.media_boxes import box, insert_box, with_xyz
from tests.readers.telemetry.routes import FILM, hints


def text(kind: str, words: str) -> bytes:
    return box(kind, struct.pack(">HH", len(words), 0x55C4) + words.encode())


def test_place_and_view_are_one_fix() -> None:
    raw = with_xyz(FILM, 33.1, 43.1, 120.5)
    for kind, words in (("©gyw", "-90.00"), ("©gpt", "-30.50"), ("©xsp", "+3.00"), ("©ysp", "+4.00")):
        raw = insert_box(raw, "moov/udta", text(kind, words))
    (found,) = hints(raw)
    (fix,) = found.fixes
    assert (fix.point.lat, fix.altitude_m, fix.heading_deg) == (33.1, 120.5, 270.0)
    assert (fix.pitch_deg, fix.speed_mps) == (-30.5, 5.0)


def test_a_phone_has_a_place_and_no_view() -> None:
    assert hints(with_xyz(FILM, 33.1, 43.1)) == []
    assert hints(insert_box(with_xyz(FILM, 33.1, 43.1), "moov/udta", text("©gyw", "north"))) == []


def test_a_view_has_no_place_of_its_own() -> None:
    assert hints(insert_box(FILM, "moov/udta", text("©gyw", "-90.00"))) == []
