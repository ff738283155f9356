"""The button that writes a request for removal: beside the case file, for its owner alone, without a name of a site."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsec.app import decide as decisions
from opsec.app.takedown_beside import FOLDER, write_beside_case
from opsec.casefile.case_file import open_case
from opsec.errors import OpsecError, OutputError
from opsec.i18n.messages import Lang, Message
from opsec.model import Post
from opsec.reports import takedown_files
from opsec.reports.atomic_write import write_atomically
from tests.console.made_console import INSIDE, SITE, OpenConsole, a_post, listed, open_console, scan_posts
from tests.console.shown_page import assert_inert

LINK = "https://www.tiktok.com/@someone/video/7300000000000000001"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[OpenConsole]:
    with open_console(tmp_path, [a_post("a.mp4", INSIDE, post=Post(url=LINK, author="someone"))]) as opened:
        yield opened


def number_of(console: OpenConsole) -> str:
    return next(iter(console.findings.values())).number


def notices(page: str) -> list[str]:
    return re.findall(r'class="notice[^>]*>\s*<p>(.*?)</p>', page)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_button_writes_the_request_and_states_where(console: OpenConsole, tmp_path: Path, lang: Lang) -> None:
    number = number_of(console)
    page = console.get(f"/clip/{number}", lang)
    (address,) = [one for one in assert_inert(page).all_of("form", "action") if one.endswith("/takedown")]
    answer = console.browser.post(address, {})
    folder = tmp_path / FOLDER / number
    assert answer.status_code == 200
    assert str(folder) in notices(answer.text)[0]
    assert "TikTok" in notices(answer.text)[1]
    assert folder.stat().st_mode & 0o777 == 0o700
    names = {file.name for file in folder.iterdir()}
    assert {"request.en.txt", "request.ar.txt", "letter.html", "request.json"} <= names
    text = b"".join(file.read_bytes() for file in folder.iterdir() if file.suffix != ".pdf").decode()
    assert LINK in text
    assert not [word for word in (SITE.id, SITE.code, *(n for names in SITE.names.values() for n in names))
                if re.search(rf"\b{re.escape(word)}\b", text)]  # fmt: skip
    assert listed(console.case)["a.mp4"].decision.state == "open"
    again = console.browser.post(address, {"stills": "yes"})
    assert str(tmp_path / FOLDER / f"{number}-2") in notices(again.text)[0]
    assert len(notices(again.text)) == len(notices(answer.text)) + 1, "that the case has no still is stated"


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_copies_on_other_platforms_are_asked_for_by_the_same_button(tmp_path: Path, lang: Lang) -> None:
    """The page of a browser must not advise options of the command line."""
    links = (LINK, "https://t.me/someone/12", "https://t.me/someone/13", "https://example.org/v/1")
    posts = [a_post(f"{n}.mp4", INSIDE, content="same", post=Post(url=url)) for n, url in enumerate(links)]
    with open_console(tmp_path, posts) as console:
        console.get("/queue", lang)
        answer = console.browser.post(f"/clip/{number_of(console)}/takedown", {})
        found, number = notices(answer.text), number_of(console)
        assert "--" not in "".join(found)
        folders = {
            folder.name: (folder / "request.en.txt").read_text("utf-8") for folder in (tmp_path / FOLDER).iterdir()
        }
        assert set(folders) == {number, f"{number}-telegram"}
        assert "Telegram" in folders[f"{number}-telegram"]
        assert LINK in folders[number]
        assert sum("Telegram" in one for one in found) == 1
        assert len([one for one in found if str(tmp_path) in one]) == 2
        assert any(re.search(r"\b1 copy is on a service|نسخة واحدة", one) for one in found), found


def test_files_of_a_request_are_not_taken_for_posts(console: OpenConsole, tmp_path: Path) -> None:
    console.browser.post(f"/clip/{number_of(console)}/takedown", {})
    files = list((tmp_path / FOLDER).rglob("request.json"))
    assert files
    with open_case(console.case) as case_file:
        assert hashlib.sha256(files[0].read_bytes()).hexdigest() in case_file.known_results()


def test_only_our_own_form_writes_one(console: OpenConsole, tmp_path: Path) -> None:
    address = f"/clip/{number_of(console)}/takedown"
    assert console.browser.post(address, {"form_token": "x"}).status_code == 403
    assert console.browser.post(address, {}, {"origin": "https://evil.example"}).status_code == 403
    assert console.browser.get(address).status_code == 405
    assert console.browser.post(f"/clip/{'0' * 64}/takedown", {}).status_code == 404
    assert not (tmp_path / FOLDER).exists()


def test_nothing_is_offered_or_written_for_a_dismissed_finding(console: OpenConsole, tmp_path: Path) -> None:
    number = number_of(console)
    decisions.decide([number], case=console.case, state="confirmed")
    assert "/takedown" in console.get(f"/clip/{number}")
    decisions.decide([number], case=console.case, state="dismissed", why="known parade")
    assert "/takedown" not in console.get(f"/clip/{number}")
    assert "left to ask for" in notices(console.browser.post(f"/clip/{number}/takedown", {}).text)[0]
    assert not (tmp_path / FOLDER).exists()


def test_a_place_that_cannot_be_written_is_one_sentence_and_leaves_nothing(
    console: OpenConsole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FOLDER).write_text("a file in the way")
    answer = console.browser.post(f"/clip/{number_of(console)}/takedown", {})
    assert "opsec export takedown" in notices(answer.text)[0]
    (tmp_path / FOLDER).unlink()

    def full(*_parts: object, **_named: object) -> None:
        raise OutputError(Message("no space is left"))

    monkeypatch.setattr("opsec.reports.takedown_files.write_atomically", full)
    answer = console.browser.post(f"/clip/{number_of(console)}/takedown", {})
    assert notices(answer.text) == ["no space is left"]
    assert not list((tmp_path / FOLDER).iterdir())


def test_of_several_requests_all_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full at each file in turn: a folder that stays would be taken for the whole answer."""
    posts = [a_post(f"{n}.mp4", INSIDE, content="same", post=Post(url=url))
             for n, url in enumerate((LINK, "https://t.me/someone/12"))]  # fmt: skip
    with open_console(tmp_path, posts) as console:
        address, seen, room = f"/clip/{number_of(console)}/takedown", 0, 0
        while True:
            files_left = iter(range(room))

            def limited(path: Path, data: bytes) -> None:
                if next(files_left, None) is None:  # noqa: B023 - used in this round only
                    raise OutputError(Message("no space is left"))
                write_atomically(path, data)

            monkeypatch.setattr("opsec.reports.takedown_files.write_atomically", limited)
            found = notices(console.browser.post(address, {}).text)
            if found[0] != "no space is left":
                break
            assert len(found) == 1
            assert not list((tmp_path / FOLDER).iterdir())
            seen, room = seen + 1, room + 3
        assert seen >= 4
        assert len(list((tmp_path / FOLDER).iterdir())) == 2
        assert not list((tmp_path / FOLDER).rglob(takedown_files.INCOMPLETE_FILE))


def test_what_cannot_be_removed_again_is_named(
    console: OpenConsole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _data: bytes) -> None:
        (path.parent / "of somebody else").touch()
        raise OutputError(Message("no space is left"))

    monkeypatch.setattr("opsec.reports.takedown_files.write_atomically", full)
    (found,) = notices(console.browser.post(f"/clip/{number_of(console)}/takedown", {}).text)
    assert "not finished" in found
    assert str(tmp_path / FOLDER / number_of(console)) in found


def test_a_folder_of_a_killed_run_calls_itself_incomplete(tmp_path: Path) -> None:
    """kill -9 after each file: only the folder that has them all looks whole."""
    files = {"a.txt": b"a", "below/b.txt": b"b", "below/c.txt": b"c"}
    script = (
        "import os, sys; from pathlib import Path; from opsec.reports import takedown_files as t\n"
        "left, write = iter(range(int(sys.argv[2]))), t.write_atomically\n"
        "def limited(path, data):\n"
        "    if next(left, None) is None: os.kill(os.getpid(), 9)\n"
        "    write(path, data)\n"
        "t.write_atomically = limited\n"
        f"t.write_folder(Path(sys.argv[1]), {files!r})\n"
    )
    for room in range(1, 6):
        folder = tmp_path / str(room)
        done = subprocess.run([sys.executable, "-c", script, str(folder), str(room)], check=False)
        marked = list(folder.rglob(takedown_files.INCOMPLETE_FILE))
        assert (done.returncode == 0) is (room == 5) is (not marked)
        for mark in marked:
            assert len(mark.read_text("utf-8").splitlines()) == 2, "in both languages"


def test_a_case_that_is_no_file_is_refused(tmp_path: Path) -> None:
    scan_posts(str(tmp_path / "case.db"), [a_post("a.mp4", INSIDE)])
    with pytest.raises(OpsecError, match="not a file"):
        write_beside_case(["0" * 10], case="postgresql://somewhere/x", sites=(), with_stills=False, lang="en")
