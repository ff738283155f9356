"""What the console refuses. Each test fails when its protection is taken out."""

import json
import os
import socket
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from opsec.console.guard import MAX_BODY_BYTES, SECURITY_HEADERS
from opsec.console.routes import make_routes
from opsec.console.state import ConsoleState
from tests.console.made import Browser, alert

HTTP_PORT_NAMES = ("attacker.example", "127.0.0.1.attacker.example", "0x7f000001", "[::1]", "127.0.0.2", "127.1")


def send_raw(console: ConsoleState, head: str, body: bytes = b"") -> bytes:
    """Send bytes that no client library would send, and return the answer."""
    with socket.create_connection(("127.0.0.1", console.port), timeout=20) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n" + body)
        received = b""
        while data := connection.recv(65536):
            received += data
    return received


def decide(browser: Browser, *, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
    number = browser.numbers()[0]
    return browser.post("/decide", {"finding": number, "state": "confirmed", **fields}, headers)


def test_a_form_as_the_console_sends_it_is_accepted(browser: Browser) -> None:
    assert decide(browser).status_code == 200
    assert list(browser.states().values()).count("confirmed") == 1


# ── who may enter ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["/", "/queue", "/clip/00", "/site/F-07", "/static/console.css", "/still/x", "/none"])
def test_nothing_is_served_without_the_token(console: ConsoleState, path: str) -> None:
    with Browser(console).client as client:
        answer = client.get(path)
    assert answer.status_code == 403
    assert "clip0" not in answer.text


@pytest.mark.parametrize("token", ["", "x", "%00", "é", "a" * 5000])
def test_a_wrong_token_is_refused_and_uses_nothing_up(console: ConsoleState, token: str) -> None:
    assert Browser(console).get(f"/enter?token={token}").status_code == 403
    Browser(console).enter()


def test_the_token_is_used_up_by_the_first_browser(console: ConsoleState) -> None:
    address = f"/enter?token={console.session.one_time_token}"
    first, second = Browser(console), Browser(console)
    assert first.get(address).status_code == 200
    assert second.get(address).status_code == 403
    assert second.get("/queue").status_code == 403
    assert first.get("/queue").status_code == 200


def test_the_token_cannot_be_given_twice(console: ConsoleState) -> None:
    token = console.session.one_time_token
    assert Browser(console).get(f"/enter?token=x&token={token}").status_code == 403


def test_a_wrong_cookie_is_refused(console: ConsoleState) -> None:
    for cookie in (f"{console.cookie_name}=x", f"{console.cookie_name}=", "opsec_console_1=x", ";;=", "\xff=1"):
        answer = Browser(console).client.get("/queue", headers=[(b"cookie", cookie.encode("latin-1"))])
        assert answer.status_code == 403


def test_the_cookie_is_for_this_site_alone_and_unknown_to_scripts(console: ConsoleState) -> None:
    with Browser(console).client as client:
        answer = client.get(f"/enter?token={console.session.one_time_token}", follow_redirects=False)
    attributes = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"samesite=strict", "httponly", "path=/"} <= attributes
    assert answer.headers["location"] == "/queue"


def test_a_link_to_the_address_opens_it_by_a_page_of_its_own(console: ConsoleState) -> None:
    """After a redirect the browser would not send the cookie: another site began the navigation."""
    opened = Browser(console).get(
        f"/enter?token={console.session.one_time_token}", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    )
    assert opened.url.path == "/enter"
    assert '<meta http-equiv="refresh" content="0; url=/queue">' in opened.text


# ── hosts and origins ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", HTTP_PORT_NAMES)
def test_a_foreign_host_is_refused_also_with_the_cookie(browser: Browser, name: str) -> None:
    """DNS rebinding: the name of a foreign page resolves to 127.0.0.1, and its browser sends that name."""
    for host in (name, f"{name}:{browser.console.port}"):
        answer = browser.get("/queue", {"host": host})
        assert answer.status_code == 403
        assert "clip0" not in answer.text


def test_the_host_needs_the_port_and_may_be_localhost(browser: Browser) -> None:
    port = browser.console.port
    assert browser.get("/queue", {"host": f"localhost:{port}"}).status_code == 200
    for host in ("127.0.0.1", "localhost", f"127.0.0.1:{port + 1}", f"127.0.0.1:{port}@x", ""):
        assert browser.get("/queue", {"host": host}).status_code in {400, 403}


def test_two_hosts_are_refused(browser: Browser) -> None:
    cookie = f"{browser.console.cookie_name}={browser.client.cookies[browser.console.cookie_name]}"
    own = f"127.0.0.1:{browser.console.port}"
    answer = send_raw(browser.console, f"GET /queue HTTP/1.1\nHost: {own}\nHost: attacker.example\nCookie: {cookie}\n")
    assert answer.split(b" ", 2)[1] in {b"400", b"403"}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://attacker.example"},
        {"origin": "http://127.0.0.1"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "https://127.0.0.1:{port}"},
        {"origin": "http://localhost:{port}"},
        {"origin": "null", "sec-fetch-site": ""},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate"},
    ],
    ids=json.dumps,
)
def test_a_form_of_a_foreign_page_changes_nothing(browser: Browser, headers: dict[str, str]) -> None:
    own = {name: value.replace("{port}", str(browser.console.port)) for name, value in headers.items()}
    assert decide(browser, headers=own).status_code == 403
    assert set(browser.states().values()) == {"open"}


def test_a_form_of_our_page_is_accepted_although_its_origin_is_hidden(browser: Browser) -> None:
    """Pages that send no referrer send ``Origin: null`` with their forms."""
    assert decide(browser, headers={"origin": "null"}).status_code == 200


def test_a_foreign_page_cannot_embed_ours(browser: Browser) -> None:
    for site in ("cross-site", "same-site"):
        assert (
            browser.get("/static/console.css", {"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}).status_code == 403
        )


@pytest.mark.parametrize("address", ["/decide", "/undo"])
@pytest.mark.parametrize("token", ["", "x", "é"])
def test_a_form_without_its_token_changes_nothing(browser: Browser, address: str, token: str) -> None:
    number = browser.numbers()[0]
    assert decide(browser).status_code == 200
    before = browser.states()
    answer = browser.post(address, {"finding": number, "state": "takedown_requested", "form_token": token})
    assert answer.status_code == 403
    assert browser.states() == before


def test_every_form_of_the_console_needs_its_token(browser: Browser) -> None:
    addresses = [
        route.path.replace("{post_id}", browser.numbers()[0])
        for route in make_routes()
        if isinstance(route, Route) and "POST" in (route.methods or ())
    ]
    assert {"/decide", "/undo"} <= set(addresses)
    answers = {address: browser.post(address, {"form_token": "x"}).status_code for address in addresses}
    assert set(answers.values()) == {403}, answers


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "PROPFIND"])
def test_other_methods_are_refused(browser: Browser, method: str) -> None:
    assert browser.client.request(method, "/queue").status_code in {400, 405}


def test_other_methods_are_refused_before_anything_else_is_looked_at(console: ConsoleState) -> None:
    with Browser(console).client as client:
        assert {client.request(method, "/queue").status_code for method in ("PUT", "DELETE", "PROPFIND")} == {405}


def test_a_page_changes_nothing_when_it_is_only_opened(browser: Browser) -> None:
    number, token = browser.numbers()[0], browser.console.session.form_token
    browser.get(f"/decide?finding={number}&state=confirmed&form_token={token}")
    assert set(browser.states().values()) == {"open"}


# ── sizes ─────────────────────────────────────────────────────────────────────────────────────
def test_a_long_body_is_refused(browser: Browser) -> None:
    assert decide(browser, why="x" * MAX_BODY_BYTES).status_code == 413
    assert set(browser.states().values()) == {"open"}


def test_a_long_body_without_a_length_is_refused_before_it_has_arrived(browser: Browser) -> None:
    cookie = f"{browser.console.cookie_name}={browser.client.cookies[browser.console.cookie_name]}"
    head = (
        f"POST /decide HTTP/1.1\nHost: 127.0.0.1:{browser.console.port}\nOrigin: {browser.home}\nCookie: {cookie}\n"
        "Content-Type: application/x-www-form-urlencoded\nTransfer-Encoding: chunked\nConnection: close\n"
    )
    size = MAX_BODY_BYTES + 1
    answer = send_raw(browser.console, head, f"{size:x}\r\n".encode() + b"x" * size + b"\r\n")
    assert answer.split(b" ", 2)[1] == b"413"


def test_a_form_with_too_many_findings_changes_nothing(browser: Browser) -> None:
    answer = browser.post("/decide", {"finding": [f"{n:010x}" for n in range(501)], "state": "confirmed"})
    assert answer.status_code == 422
    assert "500" in alert(answer)
    many = browser.post("/decide", {"finding": [f"{n:010x}" for n in range(5_000)], "state": "confirmed"})
    assert many.status_code == 400


def test_a_file_in_a_form_is_refused(browser: Browser) -> None:
    token = browser.console.session.form_token
    answer = browser.client.post(
        "/decide", data={"form_token": token}, files={"finding": b"x"}, headers={"origin": browser.home}
    )
    assert answer.status_code == 400


# ── paths ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("room", ["static", "still"])
@pytest.mark.parametrize(
    "path",
    ["../../errors.py", "..%2f..%2ferrors.py", "%2e%2e/%2e%2e/errors.py", "..%5c..%5cerrors.py", "/etc/passwd",
     "%2fetc%2fpasswd", "vendor/../../../errors.py", "console.css%00.png", ".", "vendor"],
)  # fmt: skip
def test_no_path_leaves_its_folder(browser: Browser, room: str, path: str) -> None:
    cookie = f"{browser.console.cookie_name}={browser.client.cookies[browser.console.cookie_name]}"
    answer = send_raw(
        browser.console,
        f"GET /{room}/{path} HTTP/1.1\nHost: 127.0.0.1:{browser.console.port}\nCookie: {cookie}\nConnection: close\n",
    )
    assert answer.split(b" ", 2)[1] == b"404"
    assert b"OpsecError" not in answer
    assert b"root:" not in answer


def test_static_files_are_listed_ones_and_links_are_not_followed(browser: Browser, tmp_path: Path) -> None:
    assert browser.get("/static/console.css").headers["content-type"] == "text/css; charset=utf-8"
    assert browser.get("/static/console.js").headers["content-type"] == "text/javascript; charset=utf-8"
    assert os.sep not in browser.get("/static/none.css").text


# ── headers ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["/queue", "/none", "/static/console.css", "/queue?state=nonsense", "/enter?token=x"])
def test_every_answer_has_the_headers(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == dict(SECURITY_HEADERS)


def test_the_policy_allows_no_inline_script_and_no_other_host() -> None:
    policy = dict(part.strip().split(" ", 1) for part in SECURITY_HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    others = {value for name, value in policy.items() if value != "'none'"}
    assert others == {"'self'"}


def test_pages_have_no_inline_script_or_style(browser: Browser) -> None:
    number = browser.numbers()[0]
    for path in ("/queue", "/none", f"/clip/{number}", "/site/F-07"):
        page = browser.get(path).text
        assert "<style" not in page
        assert " style=" not in page
        assert " on" + "click" not in page
        assert "javascript:" not in page
        assert all("src=" in tag for tag in page.split("<script")[1:])
