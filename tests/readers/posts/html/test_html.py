"""Pages in HTML: exports of chats and posts, saved pages, and hostile pages."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.formats import html_page
from opsec.model import Post, Reading
from opsec.readers.posts.html import saved_page
from opsec.readers.posts.html.page_dates import is_only_date, looks_like_date, parse_page_date
from opsec.readers.registry import read_file
from tests.readers.posts.exports.made import codes, names, places, texts


def _read(text: str | bytes) -> Reading:
    return read_file(io.BytesIO(text.encode() if isinstance(text, str) else text), "html")


# ── Telegram ──────────────────────────────────────────────────────────────────────────────────
DATE = '<div class="pull_right date details" title="16.11.2026 11:30:00 UTC+03:00">11:30</div>'


def _message(inside: str, *, kind: str = "default", sender: str = "Ali") -> str:
    name = f'<div class="from_name">{sender}</div>' if sender else ""
    return f'<div class="message {kind} clearfix" id="message7"><div class="body">{DATE}{name}{inside}</div></div>'


def _chat(*messages: str) -> Reading:
    header = '<div class="page_header"><div class="content"><div class="text bold">camp news</div></div></div>'
    found = _read(f"<!DOCTYPE html><html><body>{header}<div class='history'>{''.join(messages)}</div></body></html>")
    assert (found.status, codes(found), found.checks) == ("read", [], {"sidecar": "ran"})
    return found


def test_a_photo_with_text() -> None:
    link = '<a class="photo_wrap" href="photos/a%20b.jpg"><img class="photo" src="photos/a%20b_thumb.jpg"></a>'
    (row,) = _chat(_message(f'{link}<div class="text">north <b>gate</b><br>#falcon</div>')).posts
    assert row.media == "photos/a b.jpg"
    assert row.post == Post(
        author="Ali", caption="north gate\n#falcon", posted_at="2026-11-16T11:30:00+03:00", source="Telegram"
    )
    assert texts(row.hints) == [("chat", "camp news")]


def test_a_pin_and_a_venue() -> None:
    address = "https://maps.google.com/maps?q=33.98123,43.25112&amp;ll=33.98123,43.25112&amp;z=16"
    inside = '<div class="title bold">Falcon Camp</div><div class="status details">Ring Road 4</div>'
    (row,) = _chat(_message(f'<a class="media media_venue" href="{address}">{inside}</a>')).posts
    assert names(row.hints) == [("messages.html:place", "Falcon Camp"), ("messages.html:place", "Ring Road 4")]
    assert [place[1:] for place in places(row.hints)] == [(33.98123, 43.25112)]


def test_a_message_of_the_same_sender_has_no_name() -> None:
    rows = _chat(_message('<div class="text">a</div>'), _message('<div class="text">b</div>', sender="")).posts
    assert [(row.post.author, row.post.caption) for row in rows] == [("Ali", "a"), ("Ali", "b")]


def test_a_forwarded_message_keeps_both_names() -> None:
    source = '<div class="from_name">camp channel <span class="date details" title="x">1.1.</span></div>'
    (row,) = _chat(_message(f'<div class="forwarded body">{source}<div class="text">x</div></div>')).posts
    assert row.post.author == "Ali"
    assert ("forwarded from", "camp channel") in texts(row.hints)


def test_a_poll() -> None:
    parts = '<div class="question bold">who is at the gate?</div><div class="answer">- me</div>'
    (row,) = _chat(_message(f'<div class="media_poll">{parts}</div>')).posts
    assert row.post.caption == "who is at the gate?\n- me"


def test_a_new_name_of_the_group_goes_to_later_media() -> None:
    service = (
        '<div class="message service" id="message-1"><div class="body details">changed to «night shift»</div></div>'
    )
    rows = _chat(service, _message('<a class="video_file_wrap" href="video_files/a.mp4">v</a>')).posts
    assert [row.post.caption for row in rows] == ["changed to «night shift»", "v"]
    assert texts(rows[1].hints) == [("chat", "camp news"), ("chat", "night shift")]


@pytest.mark.parametrize(
    ("link", "media"),
    [
        ('<a class="sticker_wrap" href="stickers/a.webp"><img src="stickers/a.webp"></a>', None),
        ('<a href="https://example.org/a.jpg">x</a>', None),
        ('<a href="//example.org/a.jpg">x</a>', None),
        ('<a href="file:///etc/a.jpg">x</a>', None),
        ('<a href="files/a.pdf">x</a>', None),
        ('<video src="./video_files/a.mp4"></video>', "video_files/a.mp4"),
    ],
)
def test_media(link: str, media: str | None) -> None:
    (row,) = _chat(_message(f'{link}<div class="text">words</div>')).posts
    assert row.media == media


# ── blocks of posts ───────────────────────────────────────────────────────────────────────────
def _block(words: str, name: str, date: str = "Nov 16, 2026 6:20 pm", more: str = "") -> str:
    return f'<div class="z9"><h2>{words}</h2><div><img src="media/{name}"></div>{more}<div>{date}</div></div>'


def _rows(body: str) -> list[tuple[str | None, str | None, str | None]]:
    found = _read(f"<html><head><title>Posts</title></head><body>{body}</body></html>")
    assert (found.status, codes(found)) == ("read", [])
    return [(row.post.caption, row.media, row.post.posted_at) for row in found.posts]


TWO = _block("north gate", "1.jpg") + _block("tea", "2.mp4", "١٧ تشرين الثاني ٢٠٢٦، ٨:٠٥ ص")
EXPECTED = [("north gate", "media/1.jpg", "2026-11-16T18:20:00"), ("tea", "media/2.mp4", "2026-11-17T08:05:00")]
SHELLS = {
    "main": f"<main role=main>{TWO}</main>",
    "role": f"<div><div role=main>{TWO}</div></div>",
    "a list in main": f"<main><div>{TWO}</div></main>",
    "no main": f"<div><div>{TWO}</div></div>",
    "a heading beside the list": f"<div><h1>Posts</h1><div>{TWO}</div></div>",
}


@pytest.mark.parametrize("body", SHELLS.values(), ids=SHELLS)
def test_posts_are_found_by_structure(body: str) -> None:
    assert _rows(body) == EXPECTED


def test_one_post_and_an_album() -> None:
    assert _rows(f"<main>{_block('north gate', '1.jpg')}</main>") == EXPECTED[:1]
    album = _block("north gate", "1.jpg", more='<div><a href="media/2.jpg">x</a></div>')
    assert [row[:2] for row in _rows(f"<main>{album}</main>")] == [
        ("north gate\nx", "media/1.jpg"),
        ("north gate\nx", "media/2.jpg"),
    ]


def test_text_outside_the_posts_is_a_post() -> None:
    assert _rows(f"<div><p>south tower</p><div>{TWO}</div></div>")[2:] == [("Posts\nsouth tower", None, None)]


def test_letters_of_utf8_written_as_latin1_are_repaired() -> None:
    words, name = (text.encode().decode("latin-1") for text in ("حراسة في المعسكر", "سالم"))
    body = _block(words, name) + _block("café", "Ali")
    assert [row[:2] for row in _rows(body)] == [
        row[:2] for row in _rows(_block("حراسة في المعسكر", "سالم") + _block("café", "Ali"))
    ]


@pytest.mark.parametrize("labels", [("Latitude", "Longitude"), ("خط العرض", "خط الطول"), ("Lat:", "Lon:")])
def test_labelled_coordinates(labels: tuple[str, str]) -> None:
    table = (
        f"<table><tr><td>{labels[0]}</td><td>33.98123</td></tr><tr><td>{labels[1]}</td><td>43.25112</td></tr></table>"
    )
    found = _read(f"<main>{_block('x', '1.jpg', more=table)}</main>")
    assert [place[1:] for place in places(found.posts[0].hints)] == [(33.98123, 43.25112)]


def test_text_in_attributes() -> None:
    found = _read(f"<main>{_block('x', '1.jpg', more='<img alt=tower title=gate aria-label=yard>')}</main>")
    assert [text for _field, text in texts(found.posts[0].hints)] == ["tower", "gate", "yard"]


@pytest.mark.parametrize(
    ("written", "parsed"),
    [
        ("16.11.2026 11:30:00 UTC+03:00", "2026-11-16T11:30:00+03:00"),
        ("Nov 16, 2026, 6:20 PM", "2026-11-16T18:20:00"),
        ("November 16, 2026 at 6:20 AM", "2026-11-16T06:20:00"),
        ("16 November 2026", "2026-11-16"),
        ("١٦ نوفمبر ٢٠٢٦، ٦:٢٠ م", "2026-11-16T18:20:00"),
        ("2026-11-16T08:30:00Z", "2026-11-16T08:30:00Z"),
        ("Nov 31, 2026 6:20 pm", None),
        ("Foo 16, 2026 6:20 pm", None),
        ("02/11/2026 11:30", None),
    ],
)
def test_dates(written: str, parsed: str | None) -> None:
    assert parse_page_date(written) == parsed
    assert looks_like_date(written)


# ── saved pages ───────────────────────────────────────────────────────────────────────────────
def test_a_saved_page_is_one_post() -> None:
    found = _read(
        '<html><head><title>News</title><meta property="og:description" content="north gate">'
        '<meta name="author" content="Ali"><meta property="og:url" content="https://example.org/1">'
        '<meta property="article:published_time" content="2026-11-16T08:30:00Z"><style>p{}</style></head><body>'
        '<p>quiet  <i>day</i></p><script>var a="hidden"</script><img alt="two towers" src="a.jpg">'
        '<iframe src="https://maps.google.com/maps?q=33.98123,43.25112"></iframe></body></html>'
    )
    assert found.post == Post(
        author="Ali", caption="north gate\nNews\nquiet day\ntwo towers", posted_at="2026-11-16T08:30:00Z",
        url="https://example.org/1", source="web page",
    )  # fmt: skip
    assert [place[1:] for place in places(found.hints)] == [(33.98123, 43.25112)]


@pytest.mark.parametrize("data", [b"", b" ", b"<html></html>", b"<script>north gate</script>"])
def test_a_page_without_text_gives_nothing(data: bytes) -> None:
    found = _read(data)
    assert (found.status, found.post, found.posts, found.hints) == ("read", None, (), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256", "iso8859-6"])
def test_encodings(encoding: str) -> None:
    found = _read(f'<meta charset="{encoding}"><p>البوابة الشمالية</p>'.encode(encoding))
    assert found.post is not None
    assert found.post.caption == "البوابة الشمالية"


# ── hostile pages ─────────────────────────────────────────────────────────────────────────────
MESSAGE = '<div class="message" id="message1">'
HOSTILE = {
    "nested": "<div>" * 100_000 + "gate",
    "nested messages": MESSAGE * 30_000 + "<div class=text>gate",
    "nested parts": MESSAGE + '<div class="text question title forwarded from_name media_venue">' * 30_000 + "gate",
    "nested dates": "<main>" + "<div>gate<p>Nov 16, 2026 6:20 pm</p>" * 20_000,
    "comments": "gate" + "<!--x " * 200_000,
    "openings": "gate" + "<a " * 200_000,
    "attributes": "gate<a " + "b=c " * 200_000,
    "distinct attributes": "gate<a " + " ".join(f"b{number}=c" for number in range(50_000)) + ">",
    "quotes": "gate" + '<a href="' * 100_000,
    "scripts": "gate" + "<script>" * 100_000,
    "ends": "gate" + "</div" * 200_000,
    "less than": "gate" + "<" * 300_000,
    "references": "gate" + "&lt;" * 100_000,
    "odd references": "gate &#xD800; &#0; &#1; &#x202e; &#99999999999; &nosuch;",
    "bidi": "<p>\u202egate\u2066</p>",
    "a zero": "gate" * 20 + "\0",
    "tables": "<table><tr><td>gate" * 20_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pages_are_read(text: str) -> None:
    found = _read(text)
    assert found.status in ("read", "partly")
    words = [found.post.caption if found.post else "", *(row.post.caption for row in found.posts)]
    assert any("gate" in (caption or "") for caption in words)


@pytest.mark.parametrize("data", [bytes(200), bytes(range(256)) * 40, b"<html>" + bytes(500)])
def test_binary_content_is_not_read(data: bytes) -> None:
    found = _read(data)
    assert (found.status, codes(found)) == ("unread", ["unknown_type"])


@pytest.mark.parametrize(
    ("page", "swallowed"),
    [
        ("<p>a</p><!-- open <p>Falcon Camp</p>", True),
        ("<p>a</p><a href='x" + "<p>Falcon Camp</p>" * 2_000, True),
        ("<p>a</p><!-- closed <p>b</p> --><p>c</p>", False),
        ("<p>a</p><script>if (1 < 2) x('<p>')</script>", False),
        ("<p>a</p>" * 100, False),
    ],
    ids=["comment", "quote", "closed comment", "script", "plain"],
)
def test_a_page_whose_markup_swallows_the_rest_is_partly_read(page: str, swallowed: bool) -> None:
    found = _read(page)
    words = " ".join(row.post.caption or "" for row in found.posts) + (found.post.caption or "" if found.post else "")
    assert "cut_off" in codes(found) or not swallowed or "Falcon Camp" in words
    assert swallowed or (found.status, codes(found)) == ("read", [])


def test_too_many_elements_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_page, "MAX_NODES", 100)
    found = _read("<p>north gate</p>" * 60)
    assert (found.status, codes(found)) == ("partly", ["too_many"])
    assert found.post is not None


@given(
    st.text(max_size=300) | st.lists(st.sampled_from(["<div>", "</div>", "<main>", *SHELLS, MESSAGE, DATE, "x", "<p"]))
)
def test_any_text_is_safe(text: str | list[str]) -> None:
    data = (text if isinstance(text, str) else "".join(text)).encode("utf-8", "surrogatepass")
    assert not {"not_read", "internal", "reader_fault"} & set(codes(_read(data)))


@given(st.binary(max_size=200))
def test_any_bytes_are_safe(data: bytes) -> None:
    assert not {"not_read", "internal", "reader_fault"} & set(codes(_read(data)))


# ── words outside the usual places ────────────────────────────────────────────────────────────
def _all_words(found: Reading) -> str:
    rows = [found.post, *(row.post for row in found.posts)]
    hints = [*found.hints, *(hint for row in found.posts for hint in row.hints)]
    return "\n".join([*(post.caption or "" for post in rows if post), *(hint.text or "" for hint in hints)])


NAMED = "Falcon Camp"
MESSAGE_PARTS = {
    "body": NAMED,
    "description": f'<div class="description">{NAMED}</div>',
    "button": f'<div class="bot_buttons_table"><div class="bot_button">{NAMED}</div></div>',
    "signature": f'<div class="signature details">{NAMED}</div>',
    "file": '<a class="media media_file" href="files/Falcon%20Camp.pdf">x</a>',
    "title of a link": f'<a href="#" title="{NAMED}">x</a>',
    "a date with words": f'<div class="date">2026 {NAMED} 21:14</div>',
    "many answers": "".join(f'<div class="answer">{n}</div>' for n in range(60)) + f'<div class="answer">{NAMED}</div>',
}


@pytest.mark.parametrize("inside", MESSAGE_PARTS.values(), ids=MESSAGE_PARTS)
def test_all_words_of_a_message_are_read(inside: str) -> None:
    (row,) = _chat(_message(inside)).posts
    assert NAMED in "\n".join([row.post.caption or "", *(hint.text or "" for hint in row.hints)])


@pytest.mark.parametrize(
    "inside",
    [
        '<div class="reply_to details">In reply to this message</div>',
        '<div class="video_duration">00:12</div>',
        '<span class="reactions"><span class="count">3</span></span>',
        '<div class="pull_left userpic_wrap"><div class="userpic"><div class="initials">A</div></div></div>',
    ],
)
def test_numbers_and_fixed_texts_of_a_message_are_not_its_words(inside: str) -> None:
    (row,) = _chat(_message(inside + '<div class="text">gate</div>')).posts
    assert row.post.caption == "gate"


def test_words_outside_the_messages_are_one_more_post() -> None:
    service = '<div class="message service" id="message-2"><div class="body details">{}</div></div>'
    body = "".join((
        "<p>before</p>",
        _message('<div class="text">gate</div>'),
        service.format("16 November 2026"),
        service.format("Omar left"),
        service.format("changed to «Falcon Camp»"),
        service.format("changed to «Falcon Camp»"),
    ))  # fmt: skip
    found = _read(f"<title>Exported Data</title><body>{body}</body>")
    assert [row.post.caption for row in found.posts] == [
        "gate", "changed to «Falcon Camp»", "before\nOmar left\nchanged to «Falcon Camp»",
    ]  # fmt: skip


def test_the_end_of_a_block_ends_its_line() -> None:
    found = _read("<p>نحن</p>معسكر <i>الص</i><b>قر</b><button>a</button>b")
    assert found.post is not None
    assert found.post.caption == "نحن\nمعسكر الصقر\na\nb"


@pytest.mark.parametrize(
    ("text", "is_date"),
    [
        ("Nov 16, 2026 6:20 pm", True),
        ("الاثنين ١٦ تشرين الثاني ٢٠٢٦ ٦:٢٠ م", True),
        ("2026 Falcon Camp 21:14", False),
        ("Falcon, Nov 16, 2026", False),
        ("معسكر الصقر 2026 21:14", False),
        ("33.98123, 43.25112", False),
        ("Falcon Camp", False),
    ],
)
def test_only_dates_are_taken_out_of_the_words(text: str, is_date: bool) -> None:
    assert is_only_date(text) is is_date
    rows = _rows(f"<main>{_block('gate', '1.jpg', more=f'<p>{text}</p>')}{_block('tea', '2.jpg')}</main>")
    assert (rows[0][0] == "gate") is is_date


HIDDEN = {
    "ld+json": '<script type="application/ld+json">{"articleBody": "at Falcon Camp"}</script>',
    "json": '<script type="application/json">[{"a": {"text": "at Falcon Camp"}}]</script>',
    "assigned": '<script>window.__X = {"text": "at Falcon Camp"}; f()</script>',
    "called": '<script>push([1, "at Falcon Camp"])</script>',
    "parsed": r"""<script>x = JSON.parse("{\"text\": \"at Falcon Camp\"}")</script>""",
    "a member in code": "<script>x = {caption: 'at Falcon Camp', b: f}</script>",
    "comment": "<!-- at Falcon Camp -->",
    "comment with markup": "<!--[if IE]><p>at Falcon Camp</p><![endif]-->",
    "field": '<input value="at Falcon Camp">',
    "data": '<div data-caption="at Falcon Camp"></div>',
    "json data": """<div data-post='{"text": "at Falcon Camp"}'></div>""",
    "inner page": '<iframe srcdoc="&lt;p&gt;at Falcon Camp&lt;/p&gt;"></iframe>',
    "metadata": '<meta itemprop="contentLocation" content="at Falcon Camp">',
    "hint": '<input placeholder="at Falcon Camp">',
}
PAGES = {
    "page": "<html><body><p>tea</p>{}</body></html>",
    "posts": f"<html><body>{{}}<main>{TWO}</main></body></html>",
    "chat": "<html><body>{}" + _message('<div class="text">tea</div>') + "</body></html>",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_words_that_a_browser_does_not_show_are_read(page: str, hidden: str) -> None:
    found = _read(page.replace("{}", hidden))
    assert (found.status, codes(found)) == ("read", [])
    assert "at Falcon Camp" in _all_words(found)


def test_escaped_arabic_in_code_is_read() -> None:
    found = _read(r'<p>tea</p><script>f("\u0645\u0639\u0633\u0643\u0631 \u0627\u0644\u0635\u0642\u0631")</script>')
    assert "معسكر الصقر" in _all_words(found)


LONG = '"word at the gate", ' * 20
UNREAD = {
    "data that breaks off": f'<script>x = {{"a": [{LONG} y()]}}</script>',
    "an embedded image": f'<img src="data:image/png;base64,{"A" * 2_000}">',
    "an image in a style": f"<style>p {{ background: url(data:image/png;base64,{'A' * 2_000}) }}</style>",
    "frames": '<frameset><frame src="a.html"></frameset>',
    "a page in an address": '<iframe src="data:text/html,<p>x"></iframe>',
    "a long attribute": f'<img alt="{"word " * 50_000}">',
    "a damaged letter": b"<p>\xd9\x85\xd9\xd8\xb9\xd8\xb3\xd9\x83\xd8\xb1</p>",
}
READ = {
    "code": "<script>function f() { return {'a': [1, 2]} } var x = {\"a\": f}</script>",
    "a short piece": '<script>x = {"a": "b c d", y()}</script>',
    "an icon": f'<img src="data:image/png;base64,{"A" * 200}">',
    "a style": f'<p style="{"color: red; " * 1_000}">x</p>',
}


@pytest.mark.parametrize("part", UNREAD.values(), ids=UNREAD)
def test_what_is_not_read_is_reported(part: str | bytes) -> None:
    page = part if isinstance(part, bytes) else part.encode()
    assert _read(b"<p>tea</p>" + page).status == "partly"


@pytest.mark.parametrize("part", READ.values(), ids=READ)
def test_parts_without_data_are_no_gap(part: str) -> None:
    assert (_read("<p>tea</p>" + part).status, codes(_read("<p>tea</p>" + part))) == ("read", [])


def test_more_than_the_limits_of_a_post_is_reported() -> None:
    media = "".join(f'<img src="{n}.jpg">' for n in range(201))
    assert codes(_read(f"<main>{_block('x', '1.jpg', more=media)}</main>")) == ["too_many"]
    links = "".join(f'<a href="https://a.example/{n}"></a>' for n in range(21))
    assert codes(_read(f"<main>{_block('x', '1.jpg', more=links)}</main>")) == ["too_many"]
    answers = "".join(f'<div class="title">{n}</div>' for n in range(41))
    assert codes(_read(_message(answers))) == ["too_many"]


@pytest.mark.parametrize(
    "script", ['{"' * 200_000, "[" * 500_000, '{"a":' * 100_000, '["a",' * 200_000, '"\\' * 300_000]
)
def test_hostile_scripts_are_read(script: str) -> None:
    assert _read(f"<p>tea</p><script>{script}</script>").post is not None


def test_too_many_links_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_page, "MAX_LINKS", 3)
    maps = "".join(f'<a href="https://maps.google.com/?q=33.98{n},43.25">here</a>' for n in range(5))
    found = _read(f"<html><body><p>links to maps</p>{maps}</body></html>")
    assert (len(places(found.hints)), codes(found)) == (3, ["too_many"])
