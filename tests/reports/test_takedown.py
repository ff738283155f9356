"""Requests for removal: links, platforms, what names a place, the texts in both languages, stills and the folder."""

import base64
import io
import json
import stat
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from opsec.errors import OpsecError, OutputError, UsageError
from opsec.i18n.messages import FSI, LANGUAGES, LRI, PDI, Lang, Message
from opsec.model import Hint, Landmark, Picture, Site
from opsec.reports.atomic_write import write_atomically
from opsec.reports.masking import mask_coordinates
from opsec.reports.takedown_files import takedown_files, write_folder
from opsec.reports.takedown_guard import NameGuard
from opsec.reports.takedown_letter import render_letter
from opsec.reports.takedown_note import render_note
from opsec.reports.takedown_platforms import GENERIC, PLATFORMS, clean_link, parse_platform, platform_of
from opsec.reports.takedown_request import (
    TakedownPost,
    TakedownRequest,
    account_text,
    render_request_json,
    render_request_text,
)  # fmt: skip
from opsec.reports.takedown_stills import MAX_STILLS, plain_stills
from tests.fixtures.records import make_site
from tests.reports.hostile import HOSTILE

LINK = "https://www.tiktok.com/@ali/video/7412345678901234567"
POST = TakedownPost(
    number="0123456789",
    link=LINK,
    link_is="given",
    account="ali",
    account_is="given",
    posted_at="2026-11-20T08:30:00+03:00",
    first_seen_at="2026-11-21T10:00:00.000000Z",
    sha256="cd" * 32,
)
COPY = replace(POST, number="abcdef0123", link="https://t.me/channel/55", account="omar", posted_at="2026-11-22")
REQUEST = TakedownRequest(platform=PLATFORMS["tiktok"], numbers=("0123456789",), post=POST, copies=(COPY,))
NO_LINK = replace(
    REQUEST, platform=GENERIC, post=replace(POST, link=None, link_is="unknown", posted_at=None), copies=()
)


def text(request: TakedownRequest, lang: Lang) -> str:
    return render_request_text(request, lang).decode()


# ── links and platforms ───────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("url", "platform", "cleaned"),
    [
        (f"{LINK}?_t=8abc&_r=1#x", "tiktok", LINK),
        ("https://vm.tiktok.com/ZM1/", "tiktok", "https://vm.tiktok.com/ZM1/"),
        ("https://www.instagram.com/reel/C1/?igsh=me", "instagram", "https://www.instagram.com/reel/C1/"),
        (
            "https://m.facebook.com/story.php?story_fbid=1&id=2&mibextid=me",
            "facebook",
            "https://m.facebook.com/story.php?story_fbid=1&id=2",
        ),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&si=me", "youtube", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ?si=me", "youtube", "https://youtu.be/dQw4w9WgXcQ"),
        ("http://t.me/c/12/3?comment=4", "telegram", "http://t.me/c/12/3?comment=4"),
        ("https://TWITTER.com/a/status/1?s=20", "x", "https://twitter.com/a/status/1"),
        ("https://user:secret@x.com/a/status/1", "x", "https://x.com/a/status/1"),
        ("https://posts.example/p?id=1#part", "other", "https://posts.example/p?id=1#part"),
        ("https://nottiktok.com/1", "other", "https://nottiktok.com/1"),
        ("https://tiktok.com.evil.example/1", "other", "https://tiktok.com.evil.example/1"),
        ("https://posts.example/خبر", "other", "https://posts.example/%D8%AE%D8%A8%D8%B1"),
        ("javascript:alert(1)", "other", None),
        ("file:///home/officer/x.mp4", "other", None),
        ("/home/officer/x.mp4", "other", None),
        ("https://[::1", "other", None),
        ("https://x.com:port/1", "other", None),
        ("", "other", None),
        (None, "other", None),
    ],
)
def test_a_link_is_recognised_and_keeps_nothing_of_who_shared_it(
    url: str | None, platform: str, cleaned: str | None
) -> None:
    assert clean_link(url) == cleaned
    assert platform_of(cleaned).name == platform
    assert clean_link(cleaned) == cleaned


@given(st.text(max_size=80), st.sampled_from(["", "https://t.me/", "https://www.youtube.com/watch?v="]))
def test_any_link_is_plain_ascii_or_none(end: str, start: str) -> None:
    link = clean_link(start + end)
    assert link is None or (link.isascii() and link.isprintable() and " " not in link)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_link_or_account_stays_on_one_line(name: str) -> None:
    link, account = clean_link(f"https://posts.example/{HOSTILE[name]}"), account_text(HOSTILE[name])
    assert link is not None and link.isascii() and "\n" not in link
    request = replace(REQUEST, post=replace(POST, link=link, account=account))
    for lang in LANGUAGES:
        assert text(request, lang).count("\n") == text(REQUEST, lang).count("\n")
    page = render_letter(request, "ar").decode()
    assert "<script" not in page and "<img" not in page and "\x1b" not in page
    assert json.loads(render_request_json(request))["account"] == account


def test_a_platform_is_named_as_the_help_says() -> None:
    assert parse_platform(" TikTok ").title == "TikTok"
    with pytest.raises(UsageError, match="youtube"):
        parse_platform("myspace")


# ── what names a place ────────────────────────────────────────────────────────────────────────
def a_site() -> Site:
    gate = Landmark(id="old-silo", photos=(), names={"en": ("Sunrise silo",)})
    return make_site(
        "falcon-camp",
        code="F-07",
        unit="3rd Battalion",
        names={"en": ("Falcon Camp",), "ar": ("معسكر الصقر",)},
        weak_names=("Falcon", "الصقر"),
        unit_names={"en": ("3rd Battalion, 147th Brigade",)},
        landmarks=(gate,),
    )


GUARD = NameGuard([a_site()])


@pytest.mark.parametrize(
    "named",
    [
        "falcon_camp", "FalconCamp", "falconcamp147", "the.falcon", "معسكر_الصقر", "mu3askar_alsaqr", "F-07",
        "f07_team",
        "sunrise_silo", "https://b.example/falcon-camp-at-night", "https://b.example/%D9%85%D8%B9%D8%B3%D9%83%D8%B1-"
        "%D8%A7%D9%84%D8%B5%D9%82%D8%B1", "https://b.example/@33.31523,44.36611", "https://b.example/?q=٣٣٫٣١٥٢٣,٤٤٫٣٦٦١١",
    ],
)  # fmt: skip
def test_what_names_a_place_is_recognised(named: str) -> None:
    assert not GUARD.is_neutral(named)


@pytest.mark.parametrize(
    "plain",
    [
        LINK, "ali", "omar1990", "سالم", "palmer", "https://t.me/c/1234567890/789", "https://x.com/a/status/1712345678901",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.instagram.com/reel/C9xQ38SMB44_/",
        "https://www.facebook.com/permalink.php?story_fbid=pfbid0abcDEF&id=100064512345678",
    ],
)  # fmt: skip
def test_ordinary_links_and_accounts_are_neutral(plain: str) -> None:
    assert GUARD.is_neutral(plain)


def test_without_sites_the_ids_and_codes_of_the_case_count() -> None:
    guard = NameGuard((), {"falcon-camp", "F-07"})
    assert not guard.is_neutral("falconcamp_news")
    assert not guard.is_neutral("F07")
    assert guard.is_neutral("ali")


# ── the texts ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_request_identifies_the_post_in_utc_and_lists_copies(lang: Lang) -> None:
    written = text(REQUEST, lang)
    for value in (LINK, "ali", "2026-11-20 05:30 UTC", "2026-11-21 10:00 UTC", "cd" * 32, "0123456789", "TikTok"):
        assert value in written
    assert "+03:00" not in written
    copy = next(line for line in written.splitlines() if "t.me" in line)
    assert "omar" in copy and "2026-11-22" in copy
    assert written.count("[") >= 4


def test_values_are_isolated_in_arabic_text_and_bare_in_english() -> None:
    arabic, english = text(REQUEST, "ar"), text(REQUEST, "en")
    for value in (LINK, "2026-11-20 05:30 UTC", "cd" * 32, "0123456789", "https://t.me/channel/55"):
        assert f"{LRI}{value}{PDI}" in arabic
        assert f"\n{value}\n" in english or f"- {value} ·" in english
    assert not {LRI, FSI, PDI} & set(english)
    assert f"{LRI}{LINK}{PDI}" in render_note(REQUEST, "ar").decode()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_post_without_a_link_is_named_by_account_and_hash(lang: Lang) -> None:
    written = text(NO_LINK, lang)
    sentence = {"en": "The link of the post is not known", "ar": "رابط المنشور غير معروف"}[lang]
    assert written.count(sentence) == 1
    assert "ali" in written and "cd" * 32 in written
    assert "http" not in written


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_withheld_is_a_blank_to_fill_in(lang: Lang) -> None:
    withheld = replace(POST, link=None, link_is="withheld", account=None, account_is="withheld")
    request = replace(REQUEST, post=withheld, copies=(replace(withheld, number="1" * 10),))
    blank = {"en": "[link]", "ar": "[الرابط]"}[lang]
    assert text(request, lang).count(blank) == 2
    record = json.loads(render_request_json(request))
    assert (record["url"], record["account"], record["withheld"]) == (None, None, ["url", "account"])


@pytest.mark.parametrize("platform", [*PLATFORMS.values(), GENERIC], ids=lambda one: one.name)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_platform_has_a_form_in_each_language(platform: object, lang: Lang) -> None:
    request = replace(REQUEST, platform=platform)  # type: ignore[arg-type]
    labels = [line for line in text(request, lang).splitlines() if line.endswith(":")]
    assert len(labels) >= 7
    if lang == "ar":
        assert all(any("\u0600" <= char <= "\u06ff" for char in label) for label in labels)


def test_copies_elsewhere_are_separate_and_the_reason_is_only_the_officers() -> None:
    here = replace(COPY, link="https://www.tiktok.com/@omar/video/2")
    request = replace(REQUEST, copies=(here, COPY))
    assert (request.copies_here, request.copies_elsewhere) == ((here,), (COPY,))
    assert "Reason" not in text(request, "en")
    assert "Reason: my own words" in text(replace(request, reason="my own words"), "en")


def test_the_record_has_every_promised_field() -> None:
    record = json.loads(render_request_json(REQUEST))
    assert (record["url"], record["account"], record["sha256"]) == (LINK, "ali", "cd" * 32)
    assert (record["posted_at"], record["first_seen_at"]) == ("2026-11-20T05:30:00Z", "2026-11-21T10:00:00Z")
    assert (record["finding"], record["findings"], record["platform"]) == ("0123456789", ["0123456789"], "tiktok")
    assert [(one["url"], one["platform"]) for one in record["copies"]] == [("https://t.me/channel/55", "telegram")]


@pytest.mark.parametrize("posted", ["2026-11-20T08:30:00", "2026-11-20", "yesterday", "", None])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_times_of_any_precision(posted: str | None, lang: Lang) -> None:
    written = text(replace(REQUEST, post=replace(POST, posted_at=posted), copies=()), lang)
    assert ("2026-11-20" in written) == (posted or "").startswith("2026")
    assert "yesterday" not in written


# ── the letter and the note ───────────────────────────────────────────────────────────────────
class Structure(HTMLParser):
    """Tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("first", LANGUAGES)
def test_the_letter_is_self_contained_and_has_a_sheet_for_each_language(first: Lang) -> None:
    page = render_letter(REQUEST, first).decode()
    tags = Structure(page).tags
    sheets = [attributes for tag, attributes in tags if tag == "article"]
    assert {(one["lang"], one["dir"]) for one in sheets} == {("en", "ltr"), ("ar", "rtl")}
    assert sheets[0]["lang"] == first
    assert not {tag for tag, _attributes in tags} & {"script", "img", "link", "iframe", "a", "object", "form"}
    assert not any(name.startswith("on") or name in {"src", "href", "style"} for _tag, one in tags for name in one)
    assert "@page { size: A4" in page and "url(" not in page and "@import" not in page
    assert page.count(LINK) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_note_is_neutral(lang: Lang) -> None:
    note = render_note(REQUEST, lang).decode()
    assert LINK in note and "https://t.me/channel/55" in note
    assert "cd" * 32 not in note and "0123456789" not in note
    assert render_note(replace(REQUEST, reason="my own words"), lang).decode() == note


def test_no_text_speaks_of_a_place_or_of_this_program() -> None:
    words = ("opsec", "base", "camp", "site", "military", "army", "soldier", "geofence", "coordinate", "landmark")
    arabic = ("معسكر", "قاعدة", "عسكري", "جيش", "جندي", "إحداثيات", "سياج", "ثكنة")
    for name, data in takedown_files(NO_LINK, (), "en").items():
        content = data.decode()
        assert mask_coordinates(content) == content, name
        plain = content.lower().replace("noindex", "").replace("base-uri", "")
        assert not [word for word in (*words, *arabic) if word in plain], name


# ── stills ────────────────────────────────────────────────────────────────────────────────────
def a_picture(shade: int, *, exif: bool = False) -> Picture:
    out, image = io.BytesIO(), Image.new("RGB", (32, 24), (shade, 80, 120))
    marks = Image.Exif()
    marks[0x010E] = "Falcon Camp 33.31523, 44.36611"
    image.save(out, "JPEG", **({"exif": marks, "comment": b"Falcon Camp"} if exif else {}))
    return Picture(32, 24, base64.b64encode(out.getvalue() + b"Falcon Camp").decode())


def a_frame(picture: Picture | None, at_s: float, field: str = "pictures") -> Hint:
    return Hint(kind="features", family="VISUAL", reader="landmarks", field=field, at_s=at_s, picture=picture)


def test_stills_are_images_without_metadata_and_without_what_follows_them() -> None:
    (still,) = plain_stills([a_frame(a_picture(10, exif=True), 1.0)])
    assert b"Falcon" not in still and b"Exif" not in still
    with Image.open(io.BytesIO(still)) as image:
        image.load()
        assert image.size == (32, 24)


def test_stills_are_spread_over_the_clip_and_leave_out_outlined_text() -> None:
    frames = [a_frame(a_picture(shade), float(shade)) for shade in range(0, 250, 25)]
    stills = list(plain_stills(reversed(frames)))
    assert len(stills) == MAX_STILLS
    assert stills == [next(plain_stills([frames[index]])) for index in (0, 4, 9)]
    assert list(plain_stills([a_frame(a_picture(10), 1.0, field="sign")])) == []
    assert list(plain_stills([a_frame(None, 1.0)])) == []


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xda\x00\x04ab", b"RIFF", b"\xff" * 99]
)
def test_what_is_no_whole_jpeg_is_no_still(data: bytes) -> None:
    assert list(plain_stills([a_frame(Picture(1, 1, base64.b64encode(data).decode()), 0.0)])) == []
    assert list(plain_stills([a_frame(Picture(1, 1, "not base64!"), 0.0)])) == []


@given(st.binary(max_size=200))
def test_no_bytes_break_the_stills(data: bytes) -> None:
    list(plain_stills([a_frame(Picture(1, 1, base64.b64encode(b"\xff\xd8" + data).decode()), 0.0)]))


# ── the folder ────────────────────────────────────────────────────────────────────────────────
def test_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o755)
    for folder in (tmp_path / "new", tmp_path / "empty"):
        write_folder(folder, {"a.txt": b"1", "below/b.txt": b"2"})
        assert {stat.S_IMODE(one.stat().st_mode) for one in (folder, folder / "below")} == {0o700}
        assert {stat.S_IMODE(one.stat().st_mode) for one in folder.rglob("*.txt")} == {0o600}
        with pytest.raises(UsageError, match="not empty"):
            write_folder(folder, {"a.txt": b"3"})
        assert (folder / "a.txt").read_bytes() == b"1"


def test_a_file_a_link_or_a_missing_parent_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for name in ("file", "link", "no/parent", "file/below"):
        with pytest.raises(OpsecError) as refused:
            write_folder(tmp_path / name, {"a.txt": b"1"})
        assert str(refused.value)
    assert list((tmp_path / "real").iterdir()) == []


@pytest.mark.parametrize("before", [False, True])
def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bool) -> None:
    folder = tmp_path / "out"
    if before:
        folder.mkdir()

    def full(path: Path, data: bytes) -> None:
        if path.name == "b.txt":
            raise OutputError(Message("{file}", {"file": "x"}))
        write_atomically(path, data)

    monkeypatch.setattr("opsec.reports.takedown_files.write_atomically", full)
    with pytest.raises(OutputError):
        write_folder(folder, {"a.txt": b"1", "below/a.txt": b"1", "below/b.txt": b"2"})
    assert folder.exists() == before
    assert list(tmp_path.rglob("*.txt")) == []
