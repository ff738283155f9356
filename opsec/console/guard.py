"""What every request must prove before a page sees it, and the headers of every answer.

A page of another origin can send requests to 127.0.0.1 with the officer's browser, and a name that resolves to
127.0.0.1 makes such a page look like ours (DNS rebinding). So the host is compared with our own address, the cookie is
never sent by another site (``SameSite=Strict``), and a change needs our origin and the token of our forms. See the
OWASP cheat sheet "Cross-Site Request Forgery Prevention".
"""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from opsec.console.refusals import BodyTooLargeError, Refusal, refuse
from opsec.console.state import ConsoleState

MAX_BODY_BYTES = 256 * 1024
"""A bulk decision about a full page takes 6 kB, and the longest reason 8 kB."""
SAFE_METHODS = frozenset({"GET", "HEAD"})
ENTRY = "/enter"
"""Path of the one-time address."""
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class RequestGuard:
    """ASGI middleware around every page."""

    def __init__(self, app: ASGIApp, console: ConsoleState) -> None:
        self._app = app
        self._console = console
        self._hosts = {f"127.0.0.1:{console.port}", f"localhost:{console.port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is refused, and pass on every other one."""
        if scope["type"] != "http":  # no web sockets; a server without a lifespan asks for nothing else
            return
        answer = self._answer(scope, Headers(scope=scope))
        if answer is not None:
            await answer(scope, receive, _with_headers(send))
            return
        body = BoundedBody(receive)
        await self._app(scope, body.receive, _with_headers(send, body))

    def _answer(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the answer to a request that no page may see; None for one that is allowed."""
        refusal = self._refusal_before_entry(scope, headers)
        if refusal is not None:
            return refuse(refusal, scope)
        if scope["path"] == ENTRY and scope["method"] == "GET":
            return self._enter(scope, headers)
        if not self._console.session.knows(self._cookie(headers)):
            return refuse(Refusal.SESSION, scope)
        if _is_foreign(headers, changes=scope["method"] not in SAFE_METHODS):
            return refuse(Refusal.ORIGIN, scope)
        return None

    def _refusal_before_entry(self, scope: Scope, headers: Headers) -> Refusal | None:
        """Return why a request is refused whoever sent it; None if it is not."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return Refusal.HOST
        if scope["method"] not in {*SAFE_METHODS, "POST"}:
            return Refusal.METHOD
        length = headers.get("content-length", "0")
        return None if length.isdecimal() and int(length) <= MAX_BODY_BYTES else Refusal.TOO_LARGE

    def _enter(self, scope: Scope, headers: Headers) -> Response:
        """Exchange the one-time token for the cookie."""
        from opsec.console.refusals import entered

        tokens = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        cookie = self._console.session.enter(tokens[0]) if len(tokens) == 1 else None
        if cookie is None:
            return refuse(Refusal.SESSION, scope)
        return entered(
            self._console.cookie_name, cookie, scope, linked=headers.get("sec-fetch-site") not in {None, "none"}
        )

    def _cookie(self, headers: Headers) -> str | None:
        try:
            found = SimpleCookie("; ".join(headers.getlist("cookie"))).get(self._console.cookie_name)
        except CookieError:
            return None
        return found.value if found is not None else None


def _is_foreign(headers: Headers, *, changes: bool) -> bool:
    """Return whether a page of another origin makes the request.

    Our pages send no referrer, so a browser replaces the origin of their forms by ``null`` (Fetch standard, section
    "append a request Origin header"); ``Sec-Fetch-Site``, which no script can set, then tells where they come from.
    A client without either header is no browser: it needs the cookie and the token of the form.
    """
    site = headers.get("sec-fetch-site")
    if site in {"cross-site", "same-site"} and (changes or headers.get("sec-fetch-mode") != "navigate"):
        return True
    origins = headers.getlist("origin")
    if not origins:
        return False
    if origins == ["null"]:
        return site != "same-origin"
    return origins != [f"http://{headers['host'].lower()}"]


class BoundedBody:
    """The body of a request, whatever length its header says."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._bytes = 0
        self.answered = False

    async def receive(self) -> Message:
        """Return the next message; ``BodyTooLargeError`` if the body is longer than ``MAX_BODY_BYTES``."""
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > MAX_BODY_BYTES and not self.answered:
            raise BodyTooLargeError
        return message


def _with_headers(send: Send, body: BoundedBody | None = None) -> Send:
    """Add the security headers to an answer, in place of any that a page has set."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            if body is not None:
                body.answered = True
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers[name] = value
        await send(message)

    return guarded
