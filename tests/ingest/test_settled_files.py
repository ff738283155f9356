"""Files of a watched folder are handed out once, when they and the files of the same post have arrived."""

import os
from pathlib import Path

import pytest

from opsec.ingest.settled_files import SettledFiles, Stamp, is_being_written, is_unfinished, list_files

START_S, WALL_S = 1_000.0, 1_800_000_000.0


def stamp(size: int, age_s: float = 0.0) -> Stamp:
    return (1, size, int((WALL_S - age_s) * 1e9))


class Desk:
    """A folder at moments that the test chooses."""

    def __init__(self, settle_s: float = 10.0) -> None:
        self.settled = SettledFiles(settle_s)

    def at(self, s: float, **files: int) -> list[str]:
        """Names handed out when the folder has these files of these sizes; all were changed just now."""
        listing = {f"in/{name.replace('__', '.')}": stamp(size) for name, size in files.items()}
        ready = self.settled.observe(listing, START_S + s, WALL_S)
        self.settled.mark_done(ready)
        return sorted(Path(one.path).name for one in ready)


def test_a_file_is_handed_out_once_when_it_no_longer_grows() -> None:
    desk = Desk()
    assert desk.at(0, a__mp4=5) == []
    assert desk.at(8, a__mp4=9) == []
    assert desk.at(17, a__mp4=9) == []
    assert desk.settled.is_waiting
    assert desk.at(18.5, a__mp4=9) == ["a.mp4"]
    assert not desk.settled.is_waiting
    assert desk.at(60, a__mp4=9) == []


def test_a_file_that_changes_later_is_new_again() -> None:
    desk = Desk()
    desk.at(0, a__mp4=5)
    assert desk.at(11, a__mp4=5) == ["a.mp4"]
    assert desk.at(20, a__mp4=6) == []
    assert desk.at(31, a__mp4=6) == ["a.mp4"]


def test_a_file_that_was_deleted_and_comes_back_is_new() -> None:
    desk = Desk()
    desk.at(0, a__mp4=5)
    desk.at(11, a__mp4=5)
    assert desk.at(12) == []
    desk.at(13, a__mp4=5)
    assert desk.at(24, a__mp4=5) == ["a.mp4"]


@pytest.mark.parametrize(
    "beside", ["a__info__json", "a__mp4__json", "a__en__srt", "a__mp4__part", "a__info__json__tmp"]
)
def test_a_clip_waits_for_the_files_of_its_post(beside: str) -> None:
    desk = Desk()
    desk.at(0, a__mp4=5)
    desk.at(9, **{"a__mp4": 5, beside: 1})
    found = desk.at(12, **{"a__mp4": 5, beside: 1})
    assert found == []
    later = desk.at(20, **{"a__mp4": 5, beside: 1})
    assert later == ([] if is_unfinished(beside.replace("__", ".")) else sorted(["a.mp4", beside.replace("__", ".")]))


def test_a_clip_does_not_wait_for_another_one() -> None:
    desk = Desk()
    desk.at(0, a__mp4=5)
    desk.at(9, a__mp4=5, b__mp4=1, ab__mp4=2)
    assert desk.at(12, a__mp4=5, b__mp4=1, ab__mp4=2) == ["a.mp4"]


def test_a_caption_that_comes_later_brings_its_clip_again() -> None:
    desk = Desk()
    desk.at(0, a__mp4=5)
    assert desk.at(11, a__mp4=5) == ["a.mp4"]
    desk.at(20, a__mp4=5, a__info__json=3)
    assert desk.at(31, a__mp4=5, a__info__json=3) == ["a.info.json", "a.mp4"]


def test_what_was_last_changed_long_ago_has_arrived() -> None:
    settled = SettledFiles(10.0)
    files = {"in/old.mp4": stamp(5, age_s=60), "in/new.mp4": stamp(5, age_s=3), "in/future.mp4": stamp(5, age_s=-900)}
    assert [one.path for one in settled.observe(files, START_S, WALL_S)] == ["in/old.mp4"]
    assert [one.path for one in settled.observe(files, START_S + 8, WALL_S)] == ["in/new.mp4", "in/old.mp4"]
    assert len(settled.observe(files, START_S + 11, WALL_S)) == 3


@pytest.mark.parametrize(
    ("name", "unfinished"),
    [
        ("clip.mp4.part", True),
        ("clip.mp4.crdownload", True),
        ("CLIP.MP4.PART", True),
        ("clip.tmp", True),
        (".clip.mp4.Xy12ab", True),
        ("clip.mp4.ytdl", True),
        ("part.mp4", False),
        (".hidden.mp4", False),
        ("tmp", False),
        ("مقطع.mp4", False),
        ("-rf.mp4", False),
    ],
)
def test_names_of_unfinished_files(name: str, unfinished: bool) -> None:
    assert is_unfinished(f"in/{name}") is unfinished


def test_a_file_that_a_program_writes_to_has_not_arrived(tmp_path: Path) -> None:
    clip = tmp_path / "a.mp4"
    clip.write_bytes(b"x")
    if not _has_leases(clip):
        pytest.skip("this file system has no leases")
    with clip.open("ab"):
        assert is_being_written(str(clip))
    assert not is_being_written(str(clip))
    assert not is_being_written(str(tmp_path / "missing"))


def _has_leases(path: Path) -> bool:
    import fcntl

    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def test_the_listing_has_regular_files_alone_and_not_our_own(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a.mp4", "sub/b.mp4", "opsec-case.db"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "gate.jpg").write_bytes(b"x")
    (tmp_path / "link.mp4").symlink_to(tmp_path / "a.mp4")
    os.mkfifo(tmp_path / "pipe.mp4")
    ours = frozenset(os.path.realpath(tmp_path / name) for name in ("opsec-case.db", "sites"))
    found = list_files(str(tmp_path), ours)
    assert sorted(os.path.relpath(path, tmp_path) for path in found) == ["a.mp4", "sub/b.mp4"]
    with pytest.raises(FileNotFoundError):
        list_files(str(tmp_path / "missing"))
