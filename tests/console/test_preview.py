"""The preview on the page of a clip: only of the file that was scanned, only by the button of our own page."""

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from opsec.app.preview import MAX_BYTES, is_plain_webp
from opsec.console.preview import MAX_PREVIEWS, Previews
from opsec.ingest.source import FileSource
from opsec.model import ReadPost
from opsec.settings import Limits
from tests.cleaning.made_films import encode, wall
from tests.console.made_console import INSIDE, OpenConsole, a_post, open_console
from tests.console.shown_page import assert_inert

pytestmark = pytest.mark.usefixtures("warm_templates")


def post_of(file: Path) -> ReadPost:
    """A flagged post whose medium is a real file."""
    post = a_post(str(file), INSIDE)
    with FileSource(str(file), str(file)).open(Limits()) as opened:
        return replace(post, parts=(replace(post.parts[0], sha256=opened.sha256),))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    file = tmp_path / "صباح <b>.mp4"
    file.write_bytes(encode([wall(1)[:240, n : n + 320] for n in range(20)]))
    return file


@pytest.fixture
def console(tmp_path: Path, film: Path) -> Iterator[OpenConsole]:
    with open_console(tmp_path, [post_of(film)]) as opened:
        yield opened


def alert(page: str) -> str:
    """Return the sentence of the error at the top of a page; empty without one."""
    found = re.search(r'role="alert">\s*<p>(.*?)</p>', page)
    return found[1] if found else ""


def number_of(console: OpenConsole) -> str:
    return next(iter(console.findings.values())).number


def test_the_button_makes_a_preview_that_the_page_shows(console: OpenConsole, film: Path) -> None:
    address, before = f"/clip/{number_of(console)}", film.read_bytes()
    forms = assert_inert(console.get(address)).all_of("form", "action")
    (key,) = [one for one in forms if one.endswith("/preview")]
    assert console.browser.get(f"{key}.webp").status_code == 404
    page = console.browser.post(key, {})
    assert page.status_code == 200
    assert f"{key}.webp" in assert_inert_with_preview(page.text)
    answer = console.browser.get(f"{key}.webp")
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "no-store"
    image = Image.open(io.BytesIO(answer.content))
    assert image.size == (320, 240)
    assert getattr(image, "n_frames", 1) > 2
    assert film.read_bytes() == before
    assert len(list(film.parent.glob("*.webp"))) == 0


def assert_inert_with_preview(page: str) -> list[str]:
    return assert_inert(page.replace('src="/clip/', 'src="/still/clip/')).all_of("a", "href")


@pytest.mark.parametrize("change", ["other bytes", "gone", "link", "folder"])
def test_another_file_at_the_path_gives_one_sentence_and_no_preview(
    console: OpenConsole, film: Path, change: str
) -> None:
    data = film.read_bytes()
    film.unlink()
    if change == "other bytes":
        film.write_bytes(data + b"x")
    elif change == "link":
        (film.parent / "real.mp4").write_bytes(data)
        film.symlink_to(film.parent / "real.mp4")
    elif change == "folder":
        film.mkdir()
    address = f"/clip/{number_of(console)}"
    page = console.browser.post(f"{address}/preview", {})
    assert len(alert(page.text)) > 20
    assert_inert(page.text)
    assert console.browser.get(f"{address}/preview.webp").status_code == 404


def test_only_our_own_form_makes_a_preview(console: OpenConsole) -> None:
    address = f"/clip/{number_of(console)}/preview"
    assert console.browser.post(address, {"form_token": "x"}).status_code == 403
    assert console.browser.post(address, {}, {"origin": "https://evil.example"}).status_code == 403
    assert console.browser.get(address).status_code == 405
    assert console.browser.post(f"/clip/{'0' * 64}/preview", {}).status_code == 404
    assert console.browser.get(f"{address}.webp").status_code == 404


def test_a_post_without_a_medium_offers_none(tmp_path: Path) -> None:
    post = a_post("list.csv#1", INSIDE)
    bare = replace(post, parts=(replace(post.parts[0], sha256=None, kind=None),))
    with open_console(tmp_path, [bare]) as console:
        address = f"/clip/{number_of(console)}"
        assert "/preview" not in console.get(address)
        assert "not read" in alert(console.browser.post(f"{address}/preview", {}).text)


# ── what the worker writes is checked ─────────────────────────────────────────────────────────
def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


PLAIN = riff((b"VP8X", bytes(10)), (b"ANIM", bytes(6)), (b"ANMF", bytes(21)))


@pytest.mark.parametrize(
    ("data", "is_plain"),
    [
        (PLAIN, True),
        (PLAIN + b"x", False),
        (PLAIN[:-1], False),
        (riff((b"VP8 ", bytes(5)), (b"EXIF", bytes(8))), False),
        (riff((b"VP8 ", bytes(5)), (b"XMP ", b"<svg onload=x>")), False),
        (riff((b"VP8 ", bytes(MAX_BYTES))), False),
        (b"RIFF" + struct.pack("<I", 0xFFFFFFF0) + b"WEBPVP8 " + struct.pack("<I", 0xFFFFFFFF), False),
        (b"<script>alert(1)</script>", False),
        (b"", False),
    ],
)
def test_only_webp_without_metadata_passes(data: bytes, *, is_plain: bool) -> None:
    assert is_plain_webp(data) == is_plain


def test_few_previews_are_kept() -> None:
    kept = Previews()
    for number in range(MAX_PREVIEWS + 2):
        kept.add(str(number), bytes([number]))
    assert kept.get("0") is None
    assert kept.get("1") is None
    assert kept.get("2") == b"\x02"
    assert kept.get(None) is None
