"""What every request of the console needs: the case, the sites, the settings and the session."""

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from opsec.casefile.case_file import CaseFile
from opsec.casefile.case_file import open_case as open_case_file
from opsec.i18n.messages import Message
from opsec.model import Site
from opsec.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import Request

    from opsec.console.basemaps import Basemap

TOKEN_BYTES = 32
MAX_MESSAGES = 20
"""Sentences that wait for the next page; a browser that never loads one must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the top of the next page."""

    message: Message
    is_error: bool = False
    undo: tuple[str, ...] = ()
    """Numbers of the findings whose change the page offers to take back."""


class Session:
    """The one session of a console: its secrets, and the sentences for the next page. Safe to share between threads."""

    def __init__(self) -> None:
        self.form_token = secrets.token_urlsafe(TOKEN_BYTES)
        self._cookie = secrets.token_urlsafe(TOKEN_BYTES)
        self._one_time_token: str | None = secrets.token_urlsafe(TOKEN_BYTES)
        self._notices: list[Notice] = []
        self._said: set[str] = set()
        self._lock = Lock()

    @property
    def one_time_token(self) -> str:
        """The token of the address that opens the console; empty after it was used."""
        return self._one_time_token or ""

    def enter(self, token: str) -> str | None:
        """Use the one-time token up and return the value of the cookie; None if it is wrong or was used before."""
        with self._lock:
            expected = self._one_time_token
            if expected is None or not _same(token, expected):
                return None
            self._one_time_token = None
            return self._cookie

    def knows(self, cookie: str | None) -> bool:
        """Return whether a cookie is the one of this session."""
        return cookie is not None and _same(cookie, self._cookie)

    def accepts_form(self, token: object) -> bool:
        """Return whether a form carries the token of this session."""
        return isinstance(token, str) and _same(token, self.form_token)

    def add_notice(self, notice: Notice) -> None:
        """Keep a sentence for the next page."""
        with self._lock:
            self._notices = [*self._notices, notice][-MAX_MESSAGES:]

    def add_notice_once(self, notice: Notice) -> None:
        """Keep a sentence for the next page unless this session has had it before."""
        with self._lock:
            said = repr(notice.message)
            if said in self._said:
                return
            self._said.add(said)
        self.add_notice(notice)

    def take_notices(self) -> list[Notice]:
        """Return the sentences that no page has shown yet."""
        with self._lock:
            taken, self._notices = self._notices, []
            return taken


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleState:
    """The state of a running console; ``request.app.state.console``."""

    case: str
    """Path or database URL."""
    sites: tuple[Site, ...]
    """The officer's sites, loaded in this process when the console was started."""
    settings: Settings
    port: int
    sites_folder: str | None = None
    """Folder of the sites, for the officer's own photos of landmarks; None where no sites are used."""
    basemaps: "tuple[Basemap, ...]" = ()
    """Maps of the officer's own, the lowest one first."""
    session: Session = field(default_factory=Session)

    @property
    def time_zones(self) -> dict[str, str]:
        """Id of a site → its time zone."""
        return {site.id: site.time_zone for site in self.sites if site.time_zone}

    @property
    def cookie_name(self) -> str:
        """Name of the session's cookie; cookies of one host are shared by all its ports."""
        return f"opsec_console_{self.port}"


def console_of(request: "Request") -> ConsoleState:
    """Return the state of the console that serves a request."""
    state = request.app.state.console
    assert isinstance(state, ConsoleState)
    return state


@contextmanager
def open_case(request: "Request") -> Iterator[CaseFile]:
    """Open the case file for one request, in the thread that handles it; never pass it to another thread.

    Raises
    ------
    CaseError
        The case file cannot be used.
    """
    with open_case_file(console_of(request).case) as case_file:
        yield case_file
