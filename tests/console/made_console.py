"""A console over a case that was scanned from made posts: no media, fictional sites."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from opsec.app.scan import resources_from
from opsec.app.scan_session import ScanSession
from opsec.casefile.case_file import open_case
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.matching.matcher import build_site_index
from opsec.model import Hint, ListedFinding, Picture, Post, PostFile, Reading, ReadPost, Site
from opsec.readers.registry import configured_readers, readers_version
from opsec.settings import Settings
from tests.casefile.made import digest
from tests.console.made import Browser, running_console
from tests.fixtures.records import RAN, make_site, position_hint, text_hint

JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////"
    "////////2wBDAf//////////////////////////////////////////////////////////////////////////////////////wAARCAABAAEDAS"
    "IAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAAH/xAAUEQEAAA"
    "AAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCdABf/2Q=="
)
"""A JPEG of one pixel."""
INSIDE = position_hint(31.005, 42.004, id="", accuracy_m=12.0)
SITE = make_site(time_zone="Asia/Baghdad")


def a_picture() -> Picture:
    """A still as a reader keeps it."""
    return Picture(4, 3, JPEG)


def a_post(
    name: str, *hints: Hint, caption: str | None = None, content: str = "", post: Post | None = None
) -> ReadPost:
    """A post with these hints, and perhaps a caption."""
    words = () if caption is None else (text_hint(caption, id=""),)
    reading = Reading(
        hints=(*words, *hints), checks={**RAN, "layout": "ran"}, frames_read=1, post=post or Post(caption=caption)
    )
    part = PostFile(role="media", path=name, sha256=digest(content or name), kind="mp4", reading=reading)
    return ReadPost(path=name, parts=(part,))


@dataclass(frozen=True, slots=True)
class OpenConsole:
    """A console that a browser has entered."""

    browser: Browser
    case: str
    findings: Mapping[str, ListedFinding]
    """Path of the first post → its finding."""

    def get(self, address: str, lang: str = "en") -> str:
        """Return a page, which must exist."""
        answer = self.browser.get(f"{address}?lang={lang}")
        assert answer.status_code == 200, answer.text
        return answer.text


@contextmanager
def open_console(folder: Path, posts: Sequence[ReadPost], sites: Sequence[Site] = (SITE,)) -> Iterator[OpenConsole]:
    """Scan posts into a new case file and open a console over it."""
    case = str(folder / "case.db")
    scan_posts(case, posts, sites)
    with running_console(case, sites) as console:
        browser = Browser(console).enter()
        with contextlib.closing(browser.client):
            yield OpenConsole(browser, case, listed(case))


def scan_posts(case: str, posts: Sequence[ReadPost], sites: Sequence[Site] = (SITE,)) -> None:
    """Scan posts into a case file."""
    readers = readers_version(configured_readers(resources_from(Settings())))
    with open_case(case) as case_file:
        since = case_file.begin_scan(datetime.now(UTC))
        session = ScanSession(build_site_index(sites), Settings(), case_file, None, readers, new_since=since)
        session.scan_posts(enumerate(posts), len(posts))
        case_file.finish_scan()


def listed(case: str) -> dict[str, ListedFinding]:
    """Return the findings of a case by the path of their first post."""
    with open_case(case) as case_file:
        found = list_findings(case_file.transactions, FindingFilter(), datetime.now(UTC))
    return {one.posts[0].path: one for one in found}
