"""Saving: atomic, private to the account, and one clear sentence on failure."""

import errno
import os
import stat
from pathlib import Path

import pytest

from opsec.errors import OutputError
from opsec.i18n.messages import set_language
from opsec.reports.atomic_write import write_atomically


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["out.json", "-rf.json", "تقرير الأسبوع.html", "a\nb.csv", "x" * 240 + ".json"])
def test_a_file_is_readable_by_its_owner_only(tmp_path: Path, name: str) -> None:
    old_mask = os.umask(0)
    try:
        write_atomically(tmp_path / name, b"{}\n")
    finally:
        os.umask(old_mask)
    assert (tmp_path / name).read_bytes() == b"{}\n"
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert left_in(tmp_path) == [name]


def test_a_public_old_file_is_replaced_by_a_private_one(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")
    target.chmod(0o644)
    write_atomically(target, b"new")
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"new", 0o600)


def test_a_link_is_replaced_and_its_target_is_unchanged(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / "out.json").symlink_to(other)
    write_atomically(tmp_path / "out.json", b"new")
    assert other.read_text() == "mine"
    assert not (tmp_path / "out.json").is_symlink()


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="its folder does not exist"):
        write_atomically(tmp_path / "none" / "out.json", b"x")


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="its folder does not exist"):
        write_atomically(tmp_path / "file" / "out.json", b"x")


def test_a_folder_or_a_device_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "out.json").mkdir()
    for target in (tmp_path / "out.json", Path("/dev/null")):
        with pytest.raises(OutputError, match="not a regular file"):
            write_atomically(target, b"x")
    assert left_in(tmp_path) == ["out.json"]


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="its name is too long"):
        write_atomically(tmp_path / ("x" * 300 + ".json"), b"x")
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EACCES, "this account may not write there"),
        (errno.EROFS, "this account may not write there"),
        (errno.EIO, "Input/output error"),
    ],
)
@pytest.mark.parametrize("call", ["open", "fsync"])
def test_a_disk_that_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str, call: str
) -> None:
    """The old file is intact, and no partial new file is left."""
    (tmp_path / "out.json").write_text("old")

    def refuses(*_args: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, refuses)
    with pytest.raises(OutputError, match=sentence):
        write_atomically(tmp_path / "out.json", b"new")
    monkeypatch.undo()
    assert left_in(tmp_path) == ["out.json"]
    assert (tmp_path / "out.json").read_text() == "old"


def test_ctrl_c_leaves_no_partial_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "out.json", b"new")
    assert left_in(tmp_path) == []


def test_the_file_is_written_where_folders_cannot_be_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    true_fsync = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        true_fsync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    write_atomically(tmp_path / "out.json", b"new")
    assert (tmp_path / "out.json").read_bytes() == b"new"


def test_a_hostile_name_is_escaped_in_the_message(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_atomically(tmp_path / "no\x1b[2Jne" / "out.json", b"x")
    assert "\x1b" not in str(caught.value)
    assert "\\x1b" in str(caught.value)
