"""One SQLite case that a scan, a watch and the console use at the same time: nothing is lost, nobody sees a lock."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from opsec.app import decide as decisions
from opsec.app.audit import verify
from opsec.app.listing import find
from opsec.app.scan import scan
from opsec.settings import IRAQ_BOUNDS, Settings
from opsec.sites.load import load_sites
from tests.console.made import Browser, alert, running_console

POSTS = 30
"""In each folder."""
MAX_S = 240
SITE = """\
id = "lake-camp"
kind = "base"
code = "L-1"
position = [34.0, 43.2]
radius_m = 300
[names]
en = ["Lake Camp"]
"""


def fill(folder: Path, count: int = POSTS) -> Path:
    """Write posts without media that name the site, each with its own words; they have arrived an hour ago."""
    folder.mkdir()
    for number in range(count):
        post = folder / f"{number}.info.json"
        words = f"on duty in Lake Camp, {folder.name} {number}"
        post.write_text(json.dumps({"id": str(number), "extractor": "x", "title": "t", "description": words}), "utf-8")
        os.utime(post, (time.time() - 3_600,) * 2)
    return folder


def started(*arguments: str) -> "subprocess.Popen[str]":
    """Start the program."""
    command = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", "--lang", "en", *arguments]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.slow
def test_scan_watch_and_console_share_a_case(tmp_path: Path) -> None:
    sites = tmp_path / "sites"
    (sites / "lake-camp").mkdir(parents=True)
    (sites / "lake-camp" / "site.toml").write_text(SITE, "utf-8")
    case = str(tmp_path / "case.db")
    known = Settings(sites=str(sites), case=case)
    scan([fill(tmp_path / "before")], sites=sites, case=case, settings=known)
    common = ("--case", case, "--sites", str(sites))
    others = [
        started("scan", str(fill(tmp_path / "scanned")), *common),
        started("watch", str(fill(tmp_path / "watched")), "--once", *common),
    ]
    with ExitStack() as stack:
        for process in others:
            stack.callback(process.kill)
        console = stack.enter_context(running_console(case, load_sites(sites, IRAQ_BOUNDS)))
        browser = Browser(console).enter()
        stack.callback(browser.client.close)
        decided, turns = triage_while(browser, others)
        texts = [process.communicate(timeout=MAX_S) for process in others]
    assert [process.returncode for process in others] == [1, 1], texts
    assert "another program" not in str(texts)
    assert "locked" not in str(texts)
    assert turns > 3, "the console was used while the others wrote"
    found = find(case=case)
    assert len(found) == 3 * POSTS
    states = {one.number: one.decision.state for one in found}
    assert {states[number] for number in decided} == {"confirmed"}
    assert sum(state == "confirmed" for state in states.values()) == len(decided)
    for number in decided:
        assert [change.to_state for change in decisions.history(number, case=case)] == ["confirmed"]
    assert verify(case=case, keys=tmp_path / "keys").is_intact


def triage_while(browser: Browser, others: "Sequence[subprocess.Popen[str]]") -> tuple[list[str], int]:
    """Read pages and decide as long as the others run; return the findings decided about, and how often."""
    decided: list[str] = []
    turns, until = 0, time.monotonic() + MAX_S
    while any(process.poll() is None for process in others):
        assert time.monotonic() < until
        page = browser.get("/queue?state=open")
        assert page.status_code == 200, alert(page)
        numbers = [one for one in browser.numbers("/queue?state=open") if one not in decided][:1]
        for number in numbers:
            answer = browser.post("/decide", {"finding": number, "state": "confirmed", "why": "seen"})
            assert answer.status_code == 200, alert(answer)
            decided.append(number)
            clip = browser.get(f"/clip/{number}")
            assert clip.status_code == 200, alert(clip)
        turns += 1
    return decided, turns
