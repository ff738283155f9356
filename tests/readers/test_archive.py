"""Zip archives: every member is listed and unpacked unchanged, or refused with a reason."""

import io
import struct
import time
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.model import Member, Reading
from opsec.model.records import UnreadableError
from opsec.readers import archive
from opsec.readers.archive import READER, unpack_member
from opsec.readers.registry import read_file

MOST = 1 << 30


def _zip(files: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in files:
            made.writestr(name, content)
    return out.getvalue()


def _read(data: bytes) -> Reading:
    return read_file(io.BytesIO(data), "zip", (READER,))


def _unpacked(data: bytes, member: Member, most_bytes: int = MOST) -> bytes:
    out = io.BytesIO()
    unpack_member(io.BytesIO(data), member.index, out, most_bytes)
    return out.getvalue()


def _refusal(data: bytes, member: Member, most_bytes: int = MOST) -> tuple[str, str]:
    with pytest.raises(UnreadableError) as caught:
        _unpacked(data, member, most_bytes)
    return caught.value.reason.code, dict(caught.value.reason.blanks).get("detail", "")


def _patched(data: bytes, magic: bytes, offset: int, form: str, value: int) -> bytes:
    """The archive with one field of its (first) record of a kind overwritten."""
    copy = bytearray(data)
    struct.pack_into(form, copy, copy.index(magic) + offset, value)
    return bytes(copy)


ENTRY, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), st.binary(max_size=400)), max_size=5
    ),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_round_trip(files: list[tuple[str, bytes]], method: int) -> None:
    files = [(name, content) for name, content in files if not name.endswith("/") and "\0" not in name]
    data = _zip(files, method)
    reading = _read(data)
    assert reading.status == "read"
    assert [(member.name, _unpacked(data, member)) for member in reading.members] == files
    assert [member.size_bytes for member in reading.members] == [len(content) for _, content in files]


def test_folders_are_not_members_and_names_are_literal() -> None:
    names = ["../../etc/passwd", "/abs.mp4", "a\\b.mp4", "مقطع.mp4", "-rf.mp4", "a\nb.mp4", "x" * 1200 + ".mp4"]
    reading = _read(_zip([("folder/", b""), *((name, b"x") for name in names)]))
    assert [member.name for member in reading.members] == [*names[:-1], "…" + names[-1][-999:]]


@pytest.mark.parametrize(("raw", "shown"), [("مقطع".encode(), "مقطع"), (b"caf\x82", "café"), (b"\xff\xfe", "\xa0■")])
def test_names_without_a_declared_encoding(raw: bytes, shown: str) -> None:
    data = _zip([("n" * len(raw), b"x")]).replace(b"n" * len(raw), raw)
    assert [member.name for member in _read(data).members] == [shown]


def test_an_archive_larger_than_32_bits() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made, made.open("a.mp4", "w", force_zip64=True) as member:
        member.write(b"content")
    local = out.getvalue()
    (plain,) = _read(local).members
    assert _unpacked(local, plain) == b"content"

    extra = struct.pack("<HHQQQ", 1, 24, 7, 7, 0)
    begin = local.index(ENTRY)
    entry = bytearray(local[begin : begin + 46] + b"a.mp4" + extra)
    struct.pack_into("<LL", entry, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<HHH", entry, 28, 5, len(extra), 0)
    struct.pack_into("<L", entry, 42, 0xFFFFFFFF)
    end64_at = begin + len(entry)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(entry), begin)
    place = struct.pack("<4sLQL", b"PK\x06\x07", 0, end64_at, 1)
    end = struct.pack("<4s4H2LH", END, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    large = local[:begin] + bytes(entry) + end64 + place + end
    (member64,) = _read(large).members
    assert (member64.name, member64.size_bytes) == ("a.mp4", 7)
    assert _unpacked(large, member64) == b"content"


def test_a_comment_at_the_end_even_one_that_looks_like_an_end() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.mp4", b"x")
        made.comment = END + b"\xff" * 30
    assert [member.name for member in _read(out.getvalue()).members] == ["a.mp4"]


# ── archives with false headers ───────────────────────────────────────────────────────────────
ONE = _zip([("a.mp4", b"content " * 50)])
(A,) = _read(ONE).members

FALSE_HEADERS: list[tuple[str, Callable[[], bytes], str, str]] = [
    ("encrypted", lambda: _patched(ONE, ENTRY, 8, "<H", 1), "encrypted", ""),
    ("lzma", lambda: _patched(ONE, ENTRY, 10, "<H", 14), "unsupported", ""),
    ("longer than it says", lambda: _patched(ONE, ENTRY, 24, "<L", 10), "broken", "size"),
    ("shorter than it says", lambda: _patched(ONE, ENTRY, 24, "<L", 5000), "cut_off", ""),
    ("larger than the limit", lambda: _patched(ONE, ENTRY, 24, "<L", MOST + 1), "too_large", ""),
    ("swells", lambda: _patched(ONE, ENTRY, 24, "<L", MOST), "swells", ""),
    ("another checksum", lambda: _patched(ONE, ENTRY, 16, "<L", 7), "broken", "CRC-32"),
    ("begins elsewhere", lambda: _patched(ONE, ENTRY, 42, "<L", 9), "broken", "offset"),
    ("begins after the end", lambda: _patched(ONE, ENTRY, 42, "<L", 1 << 31), "broken", "offset"),
    ("damaged", lambda: _patched(ONE, b"a.mp4", 5, "<L", 0xFFFFFFFF), "broken", "deflate"),
]


@pytest.mark.parametrize(
    ("made", "code", "detail"), [row[1:] for row in FALSE_HEADERS], ids=[row[0] for row in FALSE_HEADERS]
)
def test_members_with_false_headers(made: Callable[[], bytes], code: str, detail: str) -> None:
    assert _refusal(made(), A) == (code, detail)


def test_output_never_exceeds_the_declared_size() -> None:
    out = io.BytesIO()
    bomb = _patched(_zip([("a.mp4", bytes(50_000_000))]), ENTRY, 24, "<L", 1000)
    (member,) = _read(bomb).members
    with pytest.raises(UnreadableError):
        unpack_member(io.BytesIO(bomb), member.index, out, MOST)
    assert len(out.getvalue()) <= 1000


@pytest.mark.parametrize("index", [0, 5, len(ONE) - 3, len(ONE) + 100, 1 << 62, 1 << 80])
def test_an_index_without_an_entry(index: int) -> None:
    assert _refusal(ONE, Member(index, "a.mp4", 1))[0] in ("broken", "cut_off")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"PK\x03\x04", "unread", "cut_off"),
        (ONE[:-22], "unread", "cut_off"),
        (ONE[:-1], "unread", "cut_off"),
        (_patched(ONE, END, 16, "<L", 0), "unread", "broken"),
        (_patched(ONE, END, 4, "<H", 3), "unread", "unsupported"),
        (_patched(ONE, ENTRY, 20, "<L", 1 << 30), "unread", "broken"),
        (_patched(_zip([("a", b"x"), ("b", b"y")]), END, 12, "<L", 70), "partly", "broken"),
    ],
)
def test_directories_with_false_headers(data: bytes, status: str, code: str) -> None:
    reading = _read(data)
    assert (reading.status, [why.code for why in reading.reasons]) == (status, [code])


def test_overlapping_members_are_a_bomb() -> None:
    """One body that every entry of the directory points to: small on disk, huge when unpacked."""
    body = _zip([("a.mp4", bytes(range(256)) * 4)], zipfile.ZIP_STORED)
    begin = body.index(ENTRY)
    entry = body[begin : body.index(END)]
    end = struct.pack("<4s4H2LH", END, 0, 0, 500, 500, len(entry) * 500, begin, 0)
    reading = _read(body[:begin] + entry * 500 + end)
    assert (reading.status, [why.code for why in reading.reasons]) == ("partly", ["broken"])
    assert len(reading.members) < 40


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    reading = _read(_zip([(f"{number}.mp4", b"x") for number in range(5)]))
    assert (reading.status, len(reading.members), reading.reasons[0].code) == ("partly", 3, "too_many")
    monkeypatch.setattr(archive, "MAX_DIRECTORY_BYTES", 60)
    reading = _read(_zip([(f"{number}.mp4", b"x") for number in range(5)]))
    assert (reading.status, len(reading.members), reading.reasons[0].code) == ("partly", 2, "too_long")


def test_unpacking_every_member_takes_linear_time() -> None:
    data = _zip([(f"{number}.jpg", b"x") for number in range(5_000)])
    file = io.BytesIO(data)
    began_s = time.process_time()
    for member in _read(data).members:
        unpack_member(file, member.index, io.BytesIO(), MOST)
    assert time.process_time() - began_s < 10


@given(st.binary(max_size=200), st.integers(0, len(ONE) - 1), st.binary(min_size=1, max_size=4))
def test_any_bytes_raise_only_our_errors(noise: bytes, at: int, change: bytes) -> None:
    for data in (noise, LOCAL + noise + ONE[-22:], ONE[:at] + change + ONE[at + len(change) :]):
        reading = _read(data)
        assert all(why.code != "not_read" for why in reading.reasons)
        for member in reading.members:
            try:
                assert len(_unpacked(data, member)) == member.size_bytes
            except UnreadableError as stop:
                assert stop.reason.code != "not_read"
