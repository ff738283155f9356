"""A console over a case made by hand, on a port of this machine, and a browser without script that uses it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import httpx

from opsec.casefile.case_file import CaseFile, open_case
from opsec.console.basemaps import Basemap
from opsec.console.server import listen, make_app, make_server
from opsec.console.state import ConsoleState
from opsec.model import Action, Finding, Post, Site
from opsec.settings import Settings
from tests.casefile.made import AT, READERS, SITE_CODES, Judged, a_finding, a_post, a_reading, a_result, digest
from tests.fixtures.records import make_site

MAX_START_S = 30
OWN_SITE = make_site()
"""That of the findings."""
KEEP_NOTHING = httpx.Limits(max_keepalive_connections=0)
"""No connection outlives its answer, so that none is left open by a test."""


def make_case(folder: Path, actions: Sequence[Action] = ("act_now", "review"), *, name: str = "clip") -> str:
    """Make a case file with one finding for each action, each resting on a name."""
    path = str(folder / "case.db")
    with open_case(path) as case:
        for number, action in enumerate(actions):
            clip = f"{name}{number}.mp4"
            store(case, clip, a_named_finding(clip, action), Post(author="Somebody"))
    return path


def store(case: CaseFile, name: str, finding: Finding, of: Post, *, at: datetime = AT) -> None:
    """Store a clip with one finding as a scan does, with what is known of its post."""
    post = a_post(name, reading=a_reading(name))
    result = a_result(post, Judged(findings=[finding]))
    case.save(
        post,
        replace(result, clip=replace(result.clip, post=of)),
        readers_version=READERS,
        site_codes=SITE_CODES,
        settings_sha256=digest("settings"),
        sites_sha256=digest("sites"),
        at=at,
    )


def a_named_finding(name: str, action: Action = "act_today", *, site: str = "falcon-camp") -> Finding:
    """Return a finding that rests on a name, so that many of them may be dismissed together."""
    return replace(a_finding(name, action, site=site), rule="NAME-IN-CAPTION")


@contextmanager
def running_console(
    case: str, sites: Sequence[Site] = (OWN_SITE,), basemaps: Sequence[Basemap] = ()
) -> Iterator[ConsoleState]:
    """Serve a case on a free port while the block runs."""
    listener = listen(0)
    console = ConsoleState(
        case=case,
        sites=tuple(sites),
        settings=Settings(),
        port=listener.getsockname()[1],
        basemaps=tuple(basemaps),
    )
    server = make_server(make_app(console))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        started = monotonic()
        while not server.started:
            assert monotonic() - started < MAX_START_S
            sleep(0.005)
        yield console
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


class Browser:
    """A browser that keeps cookies, follows redirects, runs no script, and sends forms as they are."""

    def __init__(self, console: ConsoleState) -> None:
        self.console = console
        self.home = f"http://127.0.0.1:{console.port}"
        self.client = httpx.Client(
            base_url=self.home, follow_redirects=True, trust_env=False, verify=False, timeout=30, limits=KEEP_NOTHING
        )

    def enter(self) -> "Browser":
        """Open the one-time address."""
        assert self.get(f"/enter?token={self.console.session.one_time_token}").status_code == 200
        return self

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Open a page."""
        return self.client.get(address, headers=dict(headers or {}))

    def post(
        self, address: str, fields: Mapping[str, str | list[str]], headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a form as a page of the console does; an empty header is left out."""
        own = {"origin": self.home, "sec-fetch-site": "same-origin"} | dict(headers or {})
        sent = {name: value for name, value in own.items() if value}
        return self.client.post(address, data={"form_token": self.console.session.form_token, **fields}, headers=sent)

    def numbers(self, address: str = "/queue") -> list[str]:
        """Return the numbers of the findings on a page of the queue, in their order."""
        return re.findall(r'data-finding="([0-9a-f]+)"', self.get(address).text)

    def states(self, address: str = "/queue?state=all") -> dict[str, str]:
        """Return the state of every finding on a page of the queue, by number."""
        return dict(re.findall(r'data-finding="([0-9a-f]+)" data-state="([a-z_]+)"', self.get(address).text))


def alert(page: httpx.Response) -> str:
    """Return the sentence of an error on a page; empty if there is none."""
    found = re.search(r'role="alert"><p>(.*?)</p>', page.text, re.DOTALL)
    return found[1] if found else ""
