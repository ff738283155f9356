"""A watched folder: what arrived is scanned once, the notice has counts alone, and the watch ends on request."""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from opsec.app import watch
from opsec.app.folder_events import FolderEvents, must_poll
from opsec.app.notice import send_notice
from opsec.app.watch import FolderWatch, WatchedBatch
from opsec.errors import UsageError
from opsec.i18n.messages import render
from opsec.ingest.settled_files import list_files
from opsec.model import Progress
from opsec.settings import Settings, WatchSettings

pytestmark = pytest.mark.usefixtures("warm_templates")

SITE = """\
id = "lake-camp"
kind = "base"
code = "L-1"
position = [34.0, 43.2]
radius_m = 300
[names]
en = ["Lake Camp"]
"""
OLD_S = 3_600


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "sites" / "lake-camp").mkdir(parents=True)
    (tmp_path / "sites" / "lake-camp" / "site.toml").write_text(SITE, "utf-8")
    (tmp_path / "inbox").mkdir()
    return tmp_path


def arrive(desk: Path, name: str, caption: str, age_s: float = OLD_S) -> Path:
    """A post without media arrives; it was last changed so long ago."""
    post = desk / "inbox" / name
    post.parent.mkdir(exist_ok=True)
    post.write_text(json.dumps({"id": "1", "extractor": "x", "title": "t", "description": caption}), "utf-8")
    os.utime(post, (time.time() - age_s,) * 2)
    return post


def watching(desk: Path, **more: object) -> FolderWatch:
    settings = Settings(sites=str(desk / "sites"), watch=WatchSettings.model_validate({"settle_s": 5.0, **more}))
    return FolderWatch(desk / "inbox", str(desk / "case.db"), settings)


def paths(batch: WatchedBatch) -> list[str]:
    return sorted(Path(result.clip.path).name for result in batch.whole.results)


def test_what_has_arrived_is_scanned_and_nothing_else(desk: Path) -> None:
    arrive(desk, "a.info.json", "on duty in Lake Camp")
    arrive(desk, "b.info.json", "a day at the sea")
    arrive(desk, "fresh.info.json", "Lake Camp again", age_s=0)
    arrive(desk, "c.info.json.part", "Lake Camp once more")
    (batch,) = watching(desk).batches(once=True)
    assert paths(batch) == ["a.info.json", "b.info.json"]
    assert batch.new_findings == 1
    assert batch.whole.counts.not_fully_checked == 0


def test_a_second_look_finds_nothing_new(desk: Path) -> None:
    arrive(desk, "a.info.json", "on duty in Lake Camp")
    next(watching(desk).batches(once=True))
    (batch,) = watching(desk).batches(once=True)
    assert (batch.whole.counts.flagged, batch.new_findings) == (1, 0)


def test_an_empty_folder_and_one_without_posts_give_no_batch(desk: Path) -> None:
    assert list(watching(desk).batches(once=True)) == []
    (desk / "inbox" / "Thumbs.db").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1"))
    os.utime(desk / "inbox" / "Thumbs.db", (0, 0))
    assert list(watching(desk).batches(once=True)) == []


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the test act whenever the watch waits; when there is nothing left to do, the watch ends."""

    def set_up(*steps: Callable[[], object]) -> None:
        left = list(steps)

        def wait(events: FolderEvents, most_s: float | None) -> None:
            if left:
                left.pop(0)()
            else:
                events.stop.set()

        monkeypatch.setattr(FolderEvents, "wait", wait)

    return set_up


def test_each_arrival_is_a_batch_of_its_own(desk: Path, script: Callable[..., None]) -> None:
    arrive(desk, "a.info.json", "on duty in Lake Camp")
    script(
        lambda: arrive(desk, "b.info.json", "Lake Camp"),
        lambda: arrive(desk, "a.info.json", "Lake Camp, edited and longer", age_s=OLD_S - 5),
        lambda: time.sleep(0.3),
        (desk / "inbox" / "b.info.json").unlink,
        lambda: arrive(desk, "sub/c.info.json", "nothing"),
    )
    batches = list(watching(desk, settle_s=0.2).batches())
    assert [paths(one) for one in batches] == [["a.info.json"], ["b.info.json"], ["a.info.json"], ["c.info.json"]]
    assert [one.new_findings for one in batches] == [1, 1, 1, 0]


def test_a_list_brings_the_posts_of_its_folder(desk: Path, script: Callable[..., None]) -> None:
    arrive(desk, "a.info.json", "a day at the sea")

    def list_arrives() -> None:
        (desk / "inbox" / "posts.csv").write_text("url,caption\nhttps://x.example/1,Lake Camp\n", "utf-8")
        os.utime(desk / "inbox" / "posts.csv", (0, 0))

    script(list_arrives)
    batches = [paths(one) for one in watching(desk).batches()]
    assert batches == [["a.info.json"], ["a.info.json", "posts.csv#1"]]


def test_a_file_that_vanishes_before_it_is_opened_ends_nothing(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(desk, "a.info.json", "on duty in Lake Camp")

    def with_ghost(folder: str, ours: frozenset[str]) -> dict[str, tuple[int, int, int]]:
        return {**list_files(folder, ours), str(desk / "inbox" / "gone.mp4"): (1, 1, 0)}

    monkeypatch.setattr(watch, "list_files", with_ghost)
    (batch,) = watching(desk).batches(once=True)
    assert paths(batch) == ["a.info.json"]


def test_the_watch_ends_between_two_clips_and_goes_on_later(desk: Path) -> None:
    for name in "abc":
        arrive(desk, f"{name}.info.json", "Lake Camp")
    first = watching(desk)
    seen: list[str] = []

    def stop_at_once(progress: Progress) -> None:
        seen.append(progress.path)
        first.stop.set()

    first.listener = stop_at_once
    assert list(first.batches()) == []
    assert len(seen) == 1
    (batch,) = watching(desk).batches(once=True)
    assert len(batch.whole.results) == 3
    assert batch.new_findings == 3  # nobody was shown the first yet


def test_a_folder_that_vanishes_is_named(desk: Path, script: Callable[..., None]) -> None:
    script((desk / "inbox").rmdir)
    with pytest.raises(UsageError) as stop:
        list(watching(desk).batches())
    assert "inbox cannot be watched (No such file or directory)" in str(stop.value)


# ── notice ────────────────────────────────────────────────────────────────────────────────────
def python(code: str) -> tuple[str, ...]:
    return sys.executable, "-c", code


def test_the_notice_has_counts_and_nothing_else(desk: Path) -> None:
    arrive(desk, "falcon-secret.info.json", "on duty in Lake Camp")
    log = desk / "log"
    code = f"import sys; open({str(log)!r}, 'a').write(repr(sys.argv[1:]))"
    command = (*python(code), "{new} of {flagged}", "{not_checked}", "{site} $HOME;")
    (batch,) = watching(desk, command=command).batches(once=True)
    assert batch.notice_trouble is None
    assert log.read_text() == "['1 of 1', '0', '{site} $HOME;']"
    list(watching(desk, command=command).batches(once=True))
    assert log.read_text().count("[") == 1  # nothing new, no notice


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("/nowhere/notify",), "cannot be started (No such file or directory)"),
        (python("raise SystemExit(3)"), "failed with status 3"),
        (python("import time; time.sleep(60)"), "took longer than 0.5 s"),
    ],
    ids=["missing", "fails", "hangs"],
)
def test_a_notice_that_fails_is_reported(command: tuple[str, ...], sentence: str) -> None:
    trouble = send_notice(command, {"new": 1}, 0.5)
    assert trouble is not None
    assert sentence in render(trouble, "en")
    assert "watch.command" in render(trouble, "ar")


# ── file systems ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("kind", "polls"),
    [
        ("ext4", False), ("btrfs", False), ("tmpfs", False), ("overlay", False), ("nfs4", True), ("cifs", True),
        ("fuse.sshfs", True), ("9p", True), ("virtiofs", True), ("somethingnew", True),
    ],
)  # fmt: skip
def test_shares_are_looked_at_again(tmp_path: Path, kind: str, polls: bool) -> None:
    inbox = tmp_path / "my inbox"
    inbox.mkdir()
    shown = str(inbox).replace(" ", "\\040")
    table = tmp_path / "mountinfo"
    table.write_text(
        f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 0:5 / {shown} rw shared:1 - {kind} server:/x rw\nbroken line\n",
        "utf-8",
    )
    assert must_poll(inbox, str(table)) is polls
    assert must_poll(tmp_path, str(table)) is False
    assert must_poll(inbox, str(tmp_path / "no table")) is False


@pytest.mark.parametrize("polls", [False, True])
def test_a_stop_request_ends_every_wait(tmp_path: Path, polls: bool) -> None:
    events = FolderEvents(str(tmp_path), polls, threading.Event())
    events.stop.set()
    started_s = time.monotonic()
    events.wait(60.0)
    assert time.monotonic() - started_s < 30


def test_without_notices_of_the_system_the_folder_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import watchfiles

    def refused(*arguments: object, **more: object) -> None:
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr(watchfiles, "watch", refused)
    events = FolderEvents(str(tmp_path), False, threading.Event())
    events.wait(0.1)
    assert events.polls
