"""FIT files as watches write them, built message by message, and definitions that lie."""

import struct
from collections.abc import Sequence

import pytest

from opsec.formats import fit_messages
from opsec.model import Reading
from tests.readers.telemetry.files.made import Place, places, reading, tracks

WAY = [(33.98, 43.25), (33.981, 43.251), (-0.5, -43.0)]
START = 1_794_817_800 - fit_messages.FIT_EPOCH_S
"""2026-11-16T08:30:00Z."""
UINT8, UINT16, UINT32, SINT32, STRING = 0x02, 0x84, 0x86, 0x85, 0x07

Fields = Sequence[tuple[int, int, int]]
"""Number, bytes and base type."""
POSITIONS: Fields = [(253, 4, UINT32), (0, 4, SINT32), (1, 4, SINT32)]


def define(local: int, number: int, fields: Fields, *, order: str = "<", developer: Fields = ()) -> bytes:
    head = bytes([0x40 | (0x20 if developer else 0) | local, 0, int(order == ">")])
    body = head + struct.pack(order + "HB", number, len(fields)) + b"".join(bytes(one) for one in fields)
    return body + (bytes([len(developer)]) + b"".join(bytes(one) for one in developer) if developer else b"")


def semicircles(place: Place) -> tuple[int, int]:
    lat, lon = place
    return round(lat * 2**31 / 180), round(lon * 2**31 / 180)


def record(at_s: int, place: Place, *, local: int = 0, order: str = "<", more: bytes = b"") -> bytes:
    return bytes([local]) + struct.pack(order + "Iii", START + at_s, *semicircles(place)) + more


def fit(messages: bytes, *, header_bytes: int = 14, wrong: bool = False) -> bytes:
    head = struct.pack("<BBHI4s", header_bytes, 0x20, 2195, len(messages), b".FIT").ljust(header_bytes, b"\0")
    crc = 0
    for byte in head + messages:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return head + messages + struct.pack("<H", crc ^ wrong)


def activity(way: Sequence[Place] = WAY, order: str = "<") -> bytes:
    return define(0, 20, POSITIONS, order=order) + b"".join(record(n, at, order=order) for n, at in enumerate(way))


def read(raw: bytes) -> Reading:
    return reading("clip.fit", raw)


def codes(raw: bytes) -> list[str]:
    return [why.code for why in read(raw).reasons]


@pytest.mark.parametrize("header_bytes", [12, 14, 20])
@pytest.mark.parametrize("order", ["<", ">"])
def test_records_are_a_track(header_bytes: int, order: str) -> None:
    found = read(fit(activity(order=order), header_bytes=header_bytes))
    (track,) = tracks(found)
    assert (track.field, places(track)) == (".fit/record", WAY)
    assert [fix.at_s for fix in track.fixes] == [0.0, 1.0, 2.0]
    assert [hint.text for hint in found.hints if hint.kind == "time"] == ["2026-11-16T08:30:00Z"]
    assert (found.status, found.reasons) == ("read", ())


def test_measures_of_a_record() -> None:
    fields = [*POSITIONS, (2, 2, UINT16), (6, 2, UINT16), (31, 1, UINT8)]
    more = struct.pack("<HHB", (120 + 500) * 5, 2500, 4)
    (track,) = tracks(read(fit(define(0, 20, fields) + record(0, WAY[0], more=more))))
    fix = track.fixes[0]
    assert (fix.altitude_m, fix.speed_mps, fix.accuracy_m) == (120.0, 2.5, 4.0)


def test_developer_fields_and_unknown_messages_are_passed_over() -> None:
    messages = define(1, 0xFF00, [(0, 3, UINT8)]) + b"\1abc"
    messages += define(0, 20, POSITIONS, developer=[(0, 2, 0), (1, 4, 0)]) + record(0, WAY[0], more=b"abcdef")
    assert places(tracks(read(fit(messages)))[0]) == [WAY[0]]


def test_compressed_times_count_on() -> None:
    without_time = define(1, 20, POSITIONS[1:])
    later = b"".join(
        bytes([0x80 | 1 << 5 | (START + at_s) & 0x1F]) + struct.pack("<ii", *semicircles(WAY[0])) for at_s in (20, 45)
    )
    (track,) = tracks(read(fit(define(0, 20, POSITIONS) + record(0, WAY[0]) + without_time + later)))
    assert [fix.at_s for fix in track.fixes] == [0.0, 20.0, 45.0]


def test_chained_files_are_all_read() -> None:
    (track,) = tracks(read(fit(activity(WAY[:1])) + fit(activity(WAY[1:]))))
    assert places(track) == WAY


def test_starts_of_sessions_stay_where_a_track_was_trimmed() -> None:
    fields = [(253, 4, UINT32), (3, 4, SINT32), (4, 4, SINT32), (38, 4, SINT32), (39, 4, SINT32)]
    session = b"\0" + struct.pack("<Iiiii", START, *semicircles(WAY[0]), *semicircles(WAY[1]))
    (track,) = tracks(read(fit(define(0, 18, fields) + session)))
    assert (track.field, places(track)) == (".fit/session", WAY[:2])


def test_names_of_courses_and_devices() -> None:
    messages = define(0, 31, [(5, 16, STRING)]) + b"\0" + b"Falcon Camp loop"
    messages += define(1, 0, [(8, 8, STRING)]) + b"\1" + b"Watch 7\0"
    found = read(fit(messages))
    assert {(hint.kind, hint.text) for hint in found.hints} == {("text", "Falcon Camp loop"), ("device", "Watch 7")}


@pytest.mark.parametrize("place", [(0.0, 0.0), (91.0, 43.0)])
def test_no_place_on_earth(place: Place) -> None:
    raw = fit(activity([place]))
    assert (tracks(read(raw)), codes(raw)) == ([], ["bad_place"])


def test_an_activity_indoors_has_no_positions() -> None:
    invalid = struct.pack("<Iii", START, 0x7FFFFFFF, 0x7FFFFFFF)
    found = read(fit(define(0, 20, POSITIONS) + b"\0" + invalid))
    assert (found.status, found.hints, found.reasons) == ("read", (), ())


DAMAGED = {
    "a wrong checksum": (fit(activity(), wrong=True), WAY, "CRC-16"),
    "cut off": (fit(activity())[:-10], WAY[:2], "cut off"),
    "no definition": (fit(activity() + b"\5" + bytes(40)), WAY, "definition"),
    "255 fields": (fit(activity() + b"\x41\0\0\x14\0\xff" + bytes(30)), WAY, "definition"),
    "another header": (fit(activity()) + b"\x0e\x20" + bytes(40), WAY, "header"),
    "a length of 4 GiB": (b"\x0e\x20\0\0\xff\xff\xff\xff.FIT\0\0" + activity(), WAY, "cut off"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_records_before_the_damage_are_kept_and_the_damage_reported(name: str) -> None:
    raw, way, detail = DAMAGED[name]
    found = read(raw)
    assert [place for track in tracks(found) for place in places(track)] == way
    assert [(why.code, dict(why.blanks)["detail"]) for why in found.reasons] == [("broken", detail)]


def test_messages_have_a_limit_that_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_messages, "MAX_MESSAGES", 3)
    found = read(fit(activity(WAY * 3)))
    assert (len(tracks(found)[0].fixes), [why.code for why in found.reasons]) == (2, ["too_many"])


def test_a_definition_with_255_fields_of_one_number() -> None:
    raw = fit(define(0, 20, [(0, 4, SINT32)] * 255) + b"\0" + bytes(4 * 255))
    assert tracks(read(raw)) == []
