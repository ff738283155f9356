"""A file is opened once, hashed as it will be read, and refused before any expensive work."""

import errno
import hashlib
import os
import socket
from pathlib import Path
from typing import BinaryIO

import pytest

from opsec.i18n.messages import render
from opsec.i18n.reasons import make_reason, reason_message
from opsec.ingest.source import (
    ArchiveFile,
    CannotOpenError,
    FileSource,
    MemberSource,
    OpenFile,
    Unpacker,
    file_stamp,
)
from opsec.settings import Limits
from tests.ingest.made import JPEG, MP4

SMALL = Limits(file_mib=1)


def _source(path: Path) -> FileSource:
    return FileSource(os.fspath(path), os.fspath(path))


def _refusal(path: Path, limits: Limits = SMALL) -> str:
    with pytest.raises(CannotOpenError) as caught:
        _source(path).open(limits)
    assert render(reason_message(caught.value.reason), "en")
    return caught.value.reason.code


def test_the_hashed_bytes_are_the_read_bytes(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(MP4)
    with _source(path).open(SMALL) as opened:
        path.unlink()
        path.write_bytes(JPEG)
        content = opened.file.read()
    assert content == MP4
    assert opened.sha256 == hashlib.sha256(MP4).hexdigest()
    assert (opened.kind, opened.size_bytes) == ("mp4", len(MP4))
    assert opened.file.closed


def test_a_change_during_reading_is_detected(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(MP4)
    with _source(path).open(SMALL) as opened:
        assert not opened.changed()
        with path.open("ab") as more:
            more.write(b"more")
        assert opened.changed()


def test_a_sparse_terabyte_file_is_not_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_hash(*_: object) -> None:
        pytest.fail("hashed before its size was looked at")

    monkeypatch.setattr(hashlib, "file_digest", no_hash)
    path = tmp_path / "clip.mp4"
    path.touch()
    try:
        os.truncate(path, 1 << 40)
    except OSError:
        os.truncate(path, 2 << 20)
    assert _refusal(path) == "too_large"


def test_a_file_of_exactly_the_limit_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(MP4.ljust(1 << 20, b"\0"))
    with _source(path).open(SMALL) as opened:
        assert opened.size_bytes == 1 << 20


@pytest.mark.timeout(10)
def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    (tmp_path / "folder.mp4").mkdir()
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "link.mp4").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.fspath(tmp_path / "listener.mp4"))
        for name in ("folder.mp4", "pipe.mp4", "link.mp4", "listener.mp4"):
            assert _refusal(tmp_path / name) == "not_a_file", name
    assert _refusal(Path("/dev/zero")) == "not_a_file"


def test_a_link_created_at_the_last_moment_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, link = tmp_path / "secret.jpg", tmp_path / "clip.mp4"
    secret.write_bytes(JPEG)
    link.symlink_to(secret)
    monkeypatch.setattr(os, "lstat", lambda _: secret.stat())
    assert _refusal(link) == "not_a_file"


def test_a_missing_file_and_a_file_used_as_a_folder(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(MP4)
    assert _refusal(tmp_path / "gone.mp4") == "missing"
    assert _refusal(tmp_path / "clip.mp4" / "x.mp4") == "missing"


@pytest.mark.parametrize(
    ("number", "code"), [(errno.EACCES, "no_permission"), (errno.EIO, "io_error"), (errno.ELOOP, "not_a_file")]
)
def test_errors_of_the_system_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    path = tmp_path / "clip.mp4"
    path.write_bytes(MP4)
    monkeypatch.setattr(os, "open", refuse)
    assert _refusal(path) == code


def test_a_disk_error_while_hashing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    path = tmp_path / "clip.mp4"
    path.write_bytes(MP4)
    monkeypatch.setattr(hashlib, "file_digest", fail)
    assert _refusal(path) == "io_error"


def _fill(archive: OpenFile, index: int, out: BinaryIO) -> None:
    out.write(JPEG)


def _member(path: Path, size_bytes: int = len(JPEG), name: str = "a/b.jpg") -> MemberSource:
    with path.open("rb") as file:
        seen = file_stamp(file.fileno())
    return MemberSource(ArchiveFile(_source(path), "0" * 64, seen), 0, name, size_bytes, Unpacker(_fill))


def test_a_member_of_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "posts.zip"
    path.write_bytes(b"PK\x03\x04")
    source = _member(path)
    assert (source.path, source.name, source.folder) == (f"{path}!/a/b.jpg", "b.jpg", f"{path}!/a")
    with source.open(SMALL) as opened:
        assert (opened.kind, opened.sha256) == ("jpeg", hashlib.sha256(JPEG).hexdigest())
        assert opened.file.read() == JPEG
        assert not opened.changed()
    assert [path.name for path in tmp_path.iterdir()] == ["posts.zip"]


def test_members_that_are_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "posts.zip"
    path.write_bytes(b"PK\x03\x04")
    codes = []
    plain, large, changed = _member(path), _member(path, size_bytes=2 << 20), _member(path)

    def refuse(archive: OpenFile, index: int, out: BinaryIO) -> None:
        raise CannotOpenError(make_reason("encrypted"))

    def nest(archive: OpenFile, index: int, out: BinaryIO) -> None:
        out.write(b"PK\x03\x04")

    refused = MemberSource(plain.archive, 0, "b.jpg", 1, Unpacker(refuse))
    nested = MemberSource(plain.archive, 0, "b.jpg", 1, Unpacker(nest))
    for source in (large, refused, nested):
        with pytest.raises(CannotOpenError) as caught:
            source.open(SMALL)
        codes.append(caught.value.reason.code)
    path.write_bytes(b"PK\x03\x04 and more")
    with pytest.raises(CannotOpenError) as caught:
        changed.open(SMALL)
    assert [*codes, caught.value.reason.code] == ["too_large", "encrypted", "nested_archive", "changed"]
