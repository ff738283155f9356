"""Stills: only what the case file keeps of the post that the address names, and nothing in it but the image."""

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest

from opsec.console.stills import still_address
from opsec.model import Hint
from tests.console.made_console import INSIDE, JPEG, OpenConsole, a_picture, a_post, open_console
from tests.console.shown_page import assert_inert

SECRET = b"31.00512, 42.00498 in a comment"
COMMENTED = base64.b64decode(JPEG)
COMMENTED = (
    COMMENTED[:2] + b"\xff\xfe" + (len(SECRET) + 2).to_bytes(2, "big") + SECRET + COMMENTED[2:] + b"tail" + SECRET
)
FRAME = Hint(
    kind="features",
    family="VISUAL",
    reader="test",
    field="picture",
    at_s=1.0,
    picture=replace(a_picture(), jpeg_base64=base64.b64encode(COMMENTED).decode()),
)
OTHER = replace(FRAME, picture=replace(a_picture(), jpeg_base64=JPEG))
NOT_AN_IMAGE = replace(FRAME, picture=replace(a_picture(), jpeg_base64=base64.b64encode(b"<svg onload=x>").decode()))


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenConsole]:
    posts = [a_post("a.mp4", INSIDE, FRAME, NOT_AN_IMAGE), a_post("b.mp4", INSIDE, OTHER)]
    with open_console(tmp_path_factory.mktemp("stills"), posts) as opened:
        yield opened


def stills_of(console: OpenConsole, path: str) -> list[str]:
    return assert_inert(console.get(f"/clip/{console.findings[path].number}")).all_of("img", "src")


def test_a_still_has_no_segment_that_an_image_does_not_need(console: OpenConsole) -> None:
    (address,) = stills_of(console, "a.mp4")
    answer = console.browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert answer.content.endswith(b"\xff\xd9")
    assert SECRET not in answer.content
    assert len(answer.content) < len(COMMENTED) - 2 * len(SECRET)


def test_what_is_no_image_is_neither_shown_nor_served(console: OpenConsole) -> None:
    (address,) = stills_of(console, "a.mp4")
    key = address.split("/")[2]
    assert NOT_AN_IMAGE.picture is not None
    missing = console.browser.get(still_address(key, NOT_AN_IMAGE.picture.jpeg_base64))
    assert missing.status_code == 404
    assert missing.content == b""


def test_a_still_of_another_post_is_not_served(console: OpenConsole) -> None:
    (first,), (second,) = stills_of(console, "a.mp4"), stills_of(console, "b.mp4")
    _empty, still, key, _name = first.split("/")
    assert console.browser.get(f"/{still}/{key}/{second.split('/')[3]}").status_code == 404
    assert console.browser.get(second).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x",
        "../clip.mp4",
        "%2e%2e/%2e%2e/etc/passwd",
        f"{'0' * 64}/{'0' * 32}.jpg",
        f"{'0' * 64}/../a.jpg",
        "a" * 9_000,
    ],
)
def test_no_other_name_is_served(console: OpenConsole, name: str) -> None:
    assert console.browser.get(f"/still/{name}").status_code == 404


def test_a_still_is_not_served_without_the_cookie(console: OpenConsole) -> None:
    (address,) = stills_of(console, "a.mp4")
    kept = dict(console.browser.client.cookies)
    console.browser.client.cookies.clear()
    try:
        assert console.browser.get(address).status_code == 403
    finally:
        console.browser.client.cookies.update(kept)
