"""Drones' KLV and camcorders' camera data in transport streams, and lengths that lie."""

import io
import struct

import pytest

from opsec.formats import marked_data
from opsec.formats import transport_stream as demuxer
from opsec.formats.klv import UAS_KEY
from opsec.model import Hint, Reason
from opsec.model.notes import note_text
from opsec.model.records import FreeText, Gap, ReaderOutput
from opsec.readers.telemetry import misb_klv, video_markers
from opsec.readers.telemetry.transport_stream import READER
from tests.fixtures.media import transport_streams as made
from tests.fixtures.media.boxes import box, film

HERE = (33.98, 43.25)
PACKET = made.local_set(made.sensor(*HERE))


def records(raw: bytes) -> list[ReaderOutput]:
    return list(READER.read(io.BytesIO(raw), "mpegts"))


def tracks(raw: bytes, field: str = "KLV sensor") -> list[Hint]:
    return [one for one in records(raw) if isinstance(one, Hint) and one.kind == "track" and one.field == field]


def places(raw: bytes, field: str = "KLV sensor") -> list[tuple[float, float]]:
    return [(round(fix.point.lat, 5), round(fix.point.lon, 5)) for one in tracks(raw, field) for fix in one.fixes]


def codes(raw: bytes) -> list[str]:
    found = records(raw)
    gaps = [one.reason for one in found if isinstance(one, Gap)]
    return [one.code for one in [*gaps, *(one for one in found if isinstance(one, Reason))]]


CARRIED = {
    "private data": made.stream([(0, PACKET)]),
    "private data without a descriptor": made.stream([(0, PACKET)], descriptors=b""),
    "a metadata stream with a cell": made.stream([(0, made.cell(PACKET))], kind=made.METADATA, stream_id=0xFC),
    "a metadata stream without one": made.stream([(0, PACKET)], kind=made.METADATA, stream_id=0xFC),
    "a unit in three cells": made.stream(
        [(0, made.cell(PACKET[:20], 2)), (0, made.cell(PACKET[20:30], 0) + made.cell(PACKET[30:], 1))],
        kind=made.METADATA, stream_id=0xFC,
    ),
    "without a time": made.stream([(None, PACKET)]),
    "without a checksum": made.stream([(0, made.local_set(made.sensor(*HERE), with_checksum=False))]),
    "behind a long item": made.stream([(0, made.local_set({94: bytes(300)} | made.sensor(*HERE)))]),
    "behind tags above 127": made.stream([(0, made.local_set({140: b"x"} | made.sensor(*HERE)))]),
}  # fmt: skip


@pytest.mark.parametrize("name", CARRIED)
def test_klv_is_read_however_it_is_carried(name: str) -> None:
    assert places(CARRIED[name]) == [HERE]
    assert codes(CARRIED[name]) == []


@pytest.mark.parametrize(("size", "lead", "tail"), [(188, 0, 0), (192, 4, 0), (204, 0, 16)])
def test_packets_of_every_size(size: int, lead: int, tail: int) -> None:
    raw = made.stream([(0, PACKET)] * 20)
    sized = b"".join(bytes(lead) + raw[at : at + 188] + bytes(tail) for at in range(0, len(raw), 188))
    assert len(sized) == len(raw) // 188 * size
    assert places(sized) == [HERE] * 20


def test_the_measures_of_a_sensor() -> None:
    items = made.sensor(
        -33.98, -43.25,
        t2=(1_794_817_800_500_000).to_bytes(8, "big"), t5=struct.pack(">H", 0x4000), t15=struct.pack(">H", 0x1000),
        t18=struct.pack(">I", 1 << 30), t19=made.angle(-45, 180), t10=b"UAV-1", t3=b"Patrol at Falcon Camp",
        t23=made.angle(-33.99, 90), t24=made.angle(-43.26, 180),
    )  # fmt: skip
    raw = made.stream([(0.5, made.local_set(items)), (2.5, made.local_set(items))], start_s=95_443.0)
    (track,) = tracks(raw)
    fix = track.fixes[1]
    assert [round(fix.point.lat, 5), round(fix.point.lon, 5)] == [-33.98, -43.25]
    assert [fix.at_s for fix in track.fixes] == [0.5, 2.5]
    assert (round(fix.heading_deg or 0, 1), round(fix.altitude_m or 0), round(fix.pitch_deg or 0)) == (180.0, 344, -45)
    assert places(raw, "KLV frame centre") == [(-33.99, -43.26)] * 2
    (centre,) = tracks(raw, "KLV frame centre")
    assert note_text(centre.notes) == "where the camera looked, not where it was"
    found = records(raw)
    assert [one.text for one in found if isinstance(one, FreeText)] == ["Patrol at Falcon Camp"]
    texts = {one.kind: one.text for one in found if isinstance(one, Hint)}
    assert (texts["time"], texts["device"]) == ("2026-11-16T08:30:00Z", "UAV-1")


def test_an_error_value_is_no_fix() -> None:
    raw = made.stream([(0, made.local_set({13: b"\x80\0\0\0", 14: made.angle(43.25, 180)}))])
    assert (places(raw), codes(raw)) == ([], ["bad_place"])


def test_a_set_with_a_wrong_checksum_is_left_out_and_reported() -> None:
    wrong = made.local_set(made.sensor(10.0, 20.0), wrong=True)
    assert places(made.stream([(0, PACKET), (1, wrong), (2, PACKET)])) == [HERE] * 2
    assert codes(made.stream([(0, PACKET), (1, wrong), (2, PACKET)])) == ["broken"]


def test_where_most_checksums_are_wrong_the_drone_computes_them_wrongly() -> None:
    wrong = made.local_set(made.sensor(*HERE), wrong=True)
    assert places(made.stream([(0, wrong), (1, wrong)]), "KLV sensor, wrong checksum") == [HERE] * 2


HOSTILE = {
    "a length of 2^63": UAS_KEY + b"\x88\x80" + bytes(7) + bytes(40),
    "a length of 127 bytes": UAS_KEY + b"\xff" + b"\xff" * 140,
    "an indefinite length": UAS_KEY + b"\x80" + bytes(40),
    "an item of 2^63": UAS_KEY + b"\x20" + b"\x0d\x88\x80" + bytes(29),
    "a tag that never ends": UAS_KEY + b"\x20" + b"\xff" * 32,
    "a key at the end": UAS_KEY,
    "nothing": b"",
    "a set of zeros": UAS_KEY + b"\x20" + bytes(32),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_lengths_that_lie_lose_nothing_else(name: str) -> None:
    raw = made.stream([(0, PACKET), (1, HOSTILE[name]), (2, PACKET)])
    assert places(raw) == [HERE] * 2
    assert codes(raw) in ([], ["cut_off"])


def test_megabytes_of_keys_cost_a_bounded_number_of_sets() -> None:
    tracks_found = misb_klv.KlvTracks()
    info = demuxer.StreamInfo(made.DATA_PID, made.PRIVATE, b"")
    tracks_found.add(demuxer.PesUnit(info, 0xBD, 0.0, UAS_KEY * (1 << 16)))
    assert [one.reason.code for one in tracks_found.records() if isinstance(one, Gap)] == ["cut_off"]


def test_lost_bytes_cost_one_piece_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demuxer, "_PIECE_PACKETS", 10)
    raw = made.stream([(at_s, PACKET) for at_s in range(60)])
    assert len(places(raw)) == 60
    assert len(places(raw[:7000] + raw[7050:])) >= 40
    assert len(places(raw[:7000] + b"\x47" * 77 + raw[7000:])) >= 40


def test_a_stream_that_is_cut_off_keeps_its_beginning() -> None:
    raw = made.stream([(at_s, PACKET) for at_s in range(5)])
    assert places(raw[: len(raw) - 100]) == [HERE] * 4


@pytest.mark.parametrize("raw", [b"", b"\x47", b"\x47" * 5000, bytes(5000)])
def test_a_stream_without_a_program_map_is_reported_and_nothing_is_made_up(raw: bytes) -> None:
    assert codes(raw) == ["cut_off"]
    assert len(records(raw)) == 1


def test_a_stream_of_tables_alone_holds_nothing() -> None:
    assert records(made.stream([])[:376]) == []


def test_sets_of_another_standard_alone_are_reported() -> None:
    other = UAS_KEY[:-1] + b"\x07" + PACKET[len(UAS_KEY) :]
    assert (places(made.stream([(0, other)])), codes(made.stream([(0, other)]))) == ([], ["unsupported"])
    assert codes(made.stream([(0, PACKET), (1, other)])) == []


@pytest.mark.parametrize("tag", [73, 74, 100, 101, 130, 141])
def test_items_with_places_that_are_not_read_are_reported_beside_those_that_are(tag: int) -> None:
    raw = made.stream([(0, made.local_set({tag: b"\x11\x01x"} | made.sensor(*HERE)))])
    assert (places(raw), codes(raw)) == ([HERE], ["unsupported"])
    assert codes(made.stream([(0, made.local_set({tag: b""} | made.sensor(*HERE)))])) == []


def test_a_longer_file_is_read_to_the_limit_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsec.readers.telemetry.transport_stream.MAX_FILE_BYTES", 188 * 10)
    raw = made.stream([(at_s, PACKET) for at_s in range(20)])
    assert 0 < len(places(raw)) < 20
    assert codes(raw) == ["too_long"]


# ── camcorders ────────────────────────────────────────────────────────────────────────────────
GPS = {
    0x18: bytes.fromhex("06202611"), 0x19: bytes.fromhex("16083000"), 0xB0: b"\2\2\0\0", 0xB1: b"N\0\0\0",
    **made.dms(0xB2, HERE[0]), 0xB5: b"E\0\0\0", **made.dms(0xB6, HERE[1]), 0xB9: b"\0\0\0\0", 0xBA: made.ratio(120),
    0xBB: made.ratio(5), 0xBC: made.ratio(30), 0xBD: made.ratio(0), 0xC1: b"K\0\0\0", 0xC2: made.ratio(36),
    0xC6: made.ratio(90), 0xE0: bytes.fromhex("01080000"), 0xE4: b"CAM-", 0xE5: b"1\0\0\0",
}  # fmt: skip
MDPM = "H.264 MDPM GPS"


def test_the_fixes_of_a_camcorder() -> None:
    raw = made.video([made.mdpm(GPS)] * 3)
    (track,) = tracks(raw, MDPM)
    assert places(raw, MDPM) == [HERE] * 3
    assert [fix.at_s for fix in track.fixes] == [0.0, 1.0, 2.0]
    assert (track.fixes[0].altitude_m, track.fixes[0].heading_deg, track.fixes[0].speed_mps) == (120.0, 90.0, 10.0)
    others = [one.text for one in records(raw) if isinstance(one, Hint) and one.kind != "track"]
    assert others == ["2026-11-16T08:30:00+03:00", "Sony", "CAM-1"]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({0xB1: b"S\0\0\0", 0xB5: b"W\0\0\0"}, (-33.98, -43.25)),
        ({0xB1: b"s\0\0\0"}, (-33.98, 43.25)),
        ({0xB3: made.ratio(0, 0), 0xB4: made.ratio(0, 0)}, (33.0, 43.25)),
    ],
)
def test_hemispheres_and_missing_parts(changed: dict[int, bytes], place: tuple[float, float]) -> None:
    assert places(made.video([made.mdpm(GPS | changed)]), MDPM) == [place]


@pytest.mark.parametrize(
    "changed",
    [
        {0xB1: bytes(4)},
        {0xB2: made.ratio(1, 0)},
        {0xB2: made.ratio(91)},
        {0xB3: made.ratio(60)},
        {0xBE: b"V\0\0\0"},
        dict.fromkeys((0xB2, 0xB3, 0xB4, 0xB6, 0xB7, 0xB8), made.ratio(0)),
    ],
)
def test_no_fix(changed: dict[int, bytes]) -> None:
    raw = made.video([made.mdpm(dict(sorted((GPS | changed).items())))])
    assert (places(raw, MDPM), codes(raw)) == ([], ["bad_place"])


def test_a_camera_without_a_receiver_says_when() -> None:
    raw = made.video([made.mdpm({tag: value for tag, value in GPS.items() if not 0xB0 <= tag <= 0xCA})])
    assert (tracks(raw, MDPM), codes(raw)) == ([], [])
    assert "2026-11-16T08:30:00+03:00" in [one.text for one in records(raw) if isinstance(one, Hint)]


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_a_message_that_is_cut_off(cut: int) -> None:
    whole = made.mdpm(GPS)
    at = whole.index(b"MDPM")
    assert records(made.video([whole[: at + cut]])) is not None


# ── copies in other containers ────────────────────────────────────────────────────────────────
def in_film(*data: bytes) -> list[ReaderOutput]:
    raw = film() + box("mdat", b"".join(data))
    return list(video_markers.READER.read(io.BytesIO(raw), "mp4"))


def test_camera_data_survive_a_copy_into_another_container() -> None:
    later = GPS | {0xBD: made.ratio(7)}
    found = [one for one in in_film(made.mdpm(GPS), bytes(5000), made.mdpm(later)) if isinstance(one, Hint)]
    fixes = [fix for one in found for fix in one.fixes]
    assert [(round(fix.point.lat, 5), round(fix.point.lon, 5)) for fix in fixes] == [HERE] * 2
    assert [fix.at_s for fix in fixes] == [0.0, 7.0]
    assert [one.text for one in found if one.kind == "time"] == ["2026-11-16T08:30:00+03:00"]


def test_klv_survives_a_copy_into_another_container() -> None:
    found = [one for one in in_film(PACKET, b"\0" * 100, PACKET) if isinstance(one, Hint)]
    assert [(round(fix.point.lat, 5), round(fix.point.lon, 5)) for one in found for fix in one.fixes] == [HERE] * 2


@pytest.mark.parametrize("at", range(95, 106))
def test_a_marker_across_two_pieces_is_found_once(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marked_data, "_CHUNK", 100)
    raw = bytes(at) + b"MARK123" + bytes(150) + b"MARK456"
    found = list(marked_data.iter_marked(io.BytesIO(raw), b"MARK", 7, 1 << 20))
    assert found == [b"MARK123", b"MARK456"]


def test_a_file_whose_beginning_has_no_marker_is_not_searched_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marked_data, "PROBE_BYTES", 100)
    monkeypatch.setattr(marked_data, "_CHUNK", 100)
    file = io.BytesIO(bytes(1000) + b"MARK")
    assert list(marked_data.iter_marked(file, b"MARK", 7, 1 << 20)) == []
    assert file.tell() == 100


def test_more_messages_than_any_video_has_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_markers, "MAX_PLACES", 3)
    found = in_film(PACKET * 5)
    assert [len(one.fixes) for one in found if isinstance(one, Hint)] == [3]
    assert [one.reason.code for one in found if isinstance(one, Gap)] == ["too_many"]
