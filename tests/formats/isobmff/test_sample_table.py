"""Tables with false numbers, sizes and offsets of samples."""

import io
import struct
import time

import pytest

from opsec.demo.media_boxes import box, insert_box
from opsec.formats.isobmff.sample_table import SampleBudget, SampleReader, parse_tracks
from tests.fixtures.media.tracks import with_camm5
from tests.readers.telemetry.routes import FILM, WAY, hints, points, remarks

FREE = SampleBudget(samples=1_000, data_bytes=1 << 20, walked=10_000)


def samples(raw: bytes, allowance: SampleBudget = FREE) -> SampleReader:
    file = io.BytesIO(raw)
    return SampleReader(file, parse_tracks(file).tracks[-1], allowance)


def video_with(tables: bytes, *, timescale: int = 1_000, media: bytes = b"abcdefghij") -> bytes:
    """A video whose second track has these tables; the media data begin at byte 16, the payload of ``mdat``."""
    header = box("mdhd", struct.pack(">IIIII", 0, 0, 0, timescale, 0))
    kind = box("hdlr", struct.pack(">II4s13x", 0, 0, b"meta"))
    described = box("stsd", struct.pack(">II", 0, 1) + box("camm", bytes(8)))
    trak = box("trak", box("mdia", header + kind + box("minf", box("stbl", described + tables))))
    return box("free", b"") + box("mdat", media) + insert_box(FILM, "moov", trak)


def stsz(*sizes: int, count: int | None = None, same: int = 0) -> bytes:
    many = len(sizes) if count is None else count
    return box("stsz", struct.pack(f">III{len(sizes)}I", 0, same, many, *sizes))


def stts(*runs: tuple[int, int]) -> bytes:
    return box("stts", struct.pack(">II", 0, len(runs)) + b"".join(struct.pack(">II", *run) for run in runs))


def stsc(*runs: tuple[int, int]) -> bytes:
    return box("stsc", struct.pack(">II", 0, len(runs)) + b"".join(struct.pack(">III", *run, 1) for run in runs))


def stco(*places: int, wide: bool = False) -> bytes:
    letter = "Q" if wide else "I"
    return box("co64" if wide else "stco", struct.pack(f">II{len(places)}{letter}", 0, len(places), *places))


def data(raw: bytes, allowance: SampleBudget = FREE) -> list[bytes]:
    return [sample.data for sample in samples(raw, allowance)]


def test_samples_are_found_in_chunks_of_different_length() -> None:
    raw = video_with(stsz(1, 2, 3, 1) + stts((4, 500)) + stsc((1, 2), (2, 1)) + stco(16, 20, 24))
    assert data(raw) == [b"a", b"bc", b"efg", b"i"]
    assert [(sample.at_s, sample.lasts_s) for sample in samples(raw)] == [(0, 0.5), (0.5, 0.5), (1, 0.5), (1.5, 0.5)]


def test_samples_of_one_size_and_64_bit_offsets() -> None:
    assert data(video_with(stsz(count=3, same=2) + stts((3, 1)) + stsc((1, 3)) + stco(16, wide=True))) == [
        b"ab",
        b"cd",
        b"ef",
    ]


@pytest.mark.parametrize(("bits", "packed"), [(4, b"\x12\x30"), (8, b"\1\2\3"), (16, b"\0\1\0\2\0\3")])
def test_compact_sizes(bits: int, packed: bytes) -> None:
    compact = box("stz2", struct.pack(">III", 0, bits, 3) + packed)
    assert data(video_with(compact + stts((3, 1)) + stsc((1, 3)) + stco(16))) == [b"a", b"bc", b"def"]


def test_times_continue_after_a_short_table() -> None:
    raw = video_with(stsz(1, 1, 1) + stts((1, 250)) + stsc((1, 3)) + stco(16))
    assert [sample.at_s for sample in samples(raw)] == [0, 0.25, 0.5]


def test_a_timescale_of_zero_causes_no_division() -> None:
    raw = video_with(stsz(1) + stts((1, 1_000)) + stsc((1, 1)) + stco(16), timescale=0)
    assert [sample.lasts_s for sample in samples(raw)] == [1.0]


def test_a_sample_past_the_end_is_cut_or_skipped() -> None:
    raw = video_with(stsz(3, 2_000_000_000, 4) + stts((3, 1)) + stsc((1, 1)) + stco(16, 22, 4_000_000_000))
    found = samples(raw)
    read = [sample.data for sample in found]
    assert read[0] == b"abc"
    assert read[1].startswith(b"ghij")
    assert len(read[1]) < len(raw)
    assert len(read) == 2
    assert found.lost == 1


@pytest.mark.parametrize(
    "tables",
    [
        b"",
        stsz(1, 2),
        stsz(1, 2) + stco(16),
        stco(16) + stsc((1, 5)) + stts((5, 1)),
        stsz(1) + stts((1, 1)) + stsc((1, 0)) + stco(16),
        box("stsz", b"\0" * 5) + stco(16),
        box("stz2", struct.pack(">III", 0, 7, 9) + b"abc") + stco(16),
    ],
)  # fmt: skip
def test_missing_and_broken_tables_give_only_existing_samples(tables: bytes) -> None:
    assert len(data(video_with(tables))) <= 2


@pytest.mark.parametrize(
    "tables",
    [
        stsz(count=1_000_000_000) + stts((1_000_000_000, 1)) + stsc((1, 1_000_000_000)) + stco(16),
        stsz(count=0xFFFFFFFF, same=1) + stts((0xFFFFFFFF, 0)) + stsc((1, 0xFFFFFFFF)) + stco(16),
        stsz(count=0xFFFFFFFF, same=0xFFFFFFFF) + stsc((1, 0xFFFFFFFF)) + stco(16),
        box("stz2", struct.pack(">III", 0, 4, 0xFFFFFFFF) + b"\x11" * (8 << 20)) + stsc((1, 0xFFFFFFFF)) + stco(16),
    ],
)  # fmt: skip
def test_a_billion_declared_samples_take_no_time(tables: bytes) -> None:
    raw = video_with(tables)
    started = time.process_time()
    assert len(data(raw)) <= len(raw)
    assert time.process_time() - started < 10


def test_a_long_track_is_read_at_even_steps_with_its_last_sample() -> None:
    raw = video_with(stsz(*[1] * 10) + stts((10, 1_000)) + stsc((1, 10)) + stco(16))
    found = samples(raw, SampleBudget(samples=4, data_bytes=1 << 20, walked=10_000))
    assert [sample.data for sample in found] == [b"a", b"d", b"g", b"j"]
    assert found.step == 3


def test_a_heavy_track_is_read_at_even_steps() -> None:
    raw = video_with(stsz(*[2] * 5) + stts((5, 1_000)) + stsc((1, 5)) + stco(16))
    assert data(raw, SampleBudget(samples=100, data_bytes=5, walked=10_000)) == [b"ab", b"ef", b"ij"]


def test_samples_beyond_the_limit_are_reported() -> None:
    raw = video_with(stsz(*[1] * 10) + stts((10, 1_000)) + stsc((1, 10)) + stco(16))
    found = samples(raw, SampleBudget(samples=100, data_bytes=1 << 20, walked=4))
    assert len(list(found)) == 4
    assert found.cut


def test_samples_past_the_end_are_a_gap_and_the_others_are_read() -> None:
    raw = bytearray(with_camm5(FILM, WAY))
    places = raw.index(b"stco") + 12
    struct.pack_into(">I", raw, places + 4, 0x7FFFFFFF)
    assert points(bytes(raw)) == [(33.1, 43.1), (33.3, 43.3)]
    assert remarks(bytes(raw)) == ["*broken"]


def test_a_video_truncated_within_its_samples_keeps_the_earlier_ones() -> None:
    raw = with_camm5(FILM, WAY)
    assert points(raw[:-20]) == [(33.1, 43.1), (33.2, 43.2)]


def test_tracks_beyond_the_limit_are_reported_and_the_first_are_read() -> None:
    raw = FILM
    for _ in range(20):
        raw = with_camm5(raw, WAY[:1])
    assert len(hints(raw)) == 16
    assert remarks(raw) == ["*too_many"]
