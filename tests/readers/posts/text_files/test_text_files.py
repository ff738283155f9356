"""Text exports of labels and values, plain captions, and binary content."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.model import MAX_TEXT_LENGTH, Reading
from opsec.readers.registry import read_file
from tests.readers.posts.exports.made import codes, names, places, texts


def _read(text: str | bytes) -> Reading:
    return read_file(io.BytesIO(text.encode() if isinstance(text, str) else text), "text")


def test_labelled_posts_are_read() -> None:
    found = _read(
        "Date: 2026-11-16 08:30:00 UTC\nLink: https://www.tiktok.com/@ali/video/7\nLike(s): 12\nAllow comments: Yes\n"
        "Title: north gate\n\nat dawn: cold\nSound: old song\nLocation: Ring Road\nAlternateText: two towers\n\n"
        "Date: 2026-11-15 08:30:00 UTC\nTitle: tea\nLatitude: 33.98123\nLongitude: 43.25112\n"
    )
    first, second = found.posts
    assert (found.status, codes(found)) == ("read", [])
    assert first.post.caption == "north gate\n\nat dawn: cold"
    assert (first.post.posted_at, first.post.likes) == ("2026-11-16T08:30:00Z", 12)
    assert first.post.url == "https://www.tiktok.com/@ali/video/7"
    assert first.post.source == "TikTok export"
    assert names(first.hints) == [("text export", "Ring Road")]
    assert texts(first.hints) == [("sound", "old song"), ("allow comments", "Yes"), ("alternatetext", "two towers")]
    assert (second.post.caption, second.post.source) == ("tea", "text export")
    assert [place[1:] for place in places(second.hints)] == [(33.98123, 43.25112)]


def test_labelled_comments_are_read() -> None:
    found = _read("Date: 2026-11-16 08:30:00 UTC\nComment: see you at the gate\n\nDate: 2026-11-17\nComment: x\n")
    assert [row.post.caption for row in found.posts] == ["see you at the gate", "x"]


@pytest.mark.parametrize("text", ["Note: bring water\nTo: all\n", "Date: tomorrow\nTitle: x\n", "north gate", "x: y"])
def test_plain_text_is_a_caption(text: str) -> None:
    found = _read(text)
    assert found.post is not None
    assert (found.post.caption, found.post.source, found.posts) == (text.strip(), "text file", ())


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf\n"])
def test_a_text_without_words_gives_nothing(data: bytes) -> None:
    found = _read(data)
    assert (found.status, found.post, found.hints, found.posts) == ("read", None, (), ())


@pytest.mark.parametrize("data", [bytes(200), bytes(range(256)) * 40, b"\x89\x01\x02\x03\x04" * 50, b"MZ\x90\0\3\0\0"])
def test_binary_content_is_not_read(data: bytes) -> None:
    found = _read(data)
    assert (found.status, codes(found)) == ("unread", ["unknown_type"])


def test_one_zero_byte_hides_nothing() -> None:
    found = _read(b"16/11/2026, 21:14 - Ali: north gate\0\n16/11/2026, 21:30 - Omar: x\n")
    assert [row.post.caption for row in found.posts] == ["north gate\ufffd", "x"]


def test_text_past_the_caption_is_read_up_to_a_limit() -> None:
    words = "x" * (MAX_TEXT_LENGTH - 3) + " north gate " + "y" * 20_000
    found = _read(words)
    assert found.status == "read"
    assert any("north gate" in (hint.text or "") for hint in found.hints)
    found = _read("word " * 100_000)
    assert (found.status, codes(found)) == ("partly", ["too_long"])


@given(
    st.text(max_size=400)
    | st.lists(st.sampled_from("Date Title : 2026-11-16 \n \r [ ] , - 21:14 Ali <a.jpg>".split(" ")))
)
def test_any_text_is_safe(text: str | list[str]) -> None:
    data = (text if isinstance(text, str) else " ".join(text)).encode("utf-8", "surrogatepass")
    assert "not_read" not in codes(_read(data))


@given(st.binary(max_size=200))
def test_any_bytes_are_safe(data: bytes) -> None:
    assert not {"not_read", "internal", "reader_fault"} & set(codes(_read(data)))


# ── other formats under any name ──────────────────────────────────────────────────────────────
def _all_words(found: Reading) -> str:
    rows = [found.post, *(row.post for row in found.posts)]
    hints = [*found.hints, *(hint for row in found.posts for hint in row.hints)]
    return "\n".join([*(post.caption or "" for post in rows if post), *(hint.text or "" for hint in hints)])


def _all_places(found: Reading) -> list[tuple[float, float]]:
    hints = (*found.hints, *(hint for row in found.posts for hint in row.hints))
    return [(place[1], place[2]) for place in places(hints)]


NAME = "معسكر الصقر"
ESCAPED = r"\u0645\u0639\u0633\u0643\u0631 \u0627\u0644\u0635\u0642\u0631"
QUOTED = "=D9=85=D8=B9=D8=B3=D9=83=D8=B1 =D8=A7=D9=84=\n=D8=B5=D9=82=D8=B1"
BASE64 = "2YXYudiz2YPYsSDYp9mE2LXZgtix"
MAIL = f"From: Ali <a@b.example>\nSubject: =?utf-8?b?{BASE64}?=\nMIME-Version: 1.0\n"
PART = 'Content-Type: {}; charset="utf-8"\nContent-Transfer-Encoding: {}\n\n{}\n'
MULTIPART = "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=X\n\n--X\n{}\n--X--\n"
FORMATS = {
    "JSON": f'{{"text": "{ESCAPED}"}}',
    "a list": f'[{{"text": "{ESCAPED}"}}]',
    "lines": f'{{"text": "{ESCAPED}"}}\n{{"text": "x"}}\n',
    "an archive of Twitter": f'window.YTD.tweets.part0 = [ {{"tweet": {{"full_text": "{ESCAPED}"}}}} ]',
    "GeoJSON": f'{{"type": "FeatureCollection", "features": [{{"properties": {{"n": "{ESCAPED}"}}}}]}}',
    "a page": "<html><body><p>&#1605;&#1593;&#1587;&#1603;&#1585; &#1575;&#1604;&#1589;&#1602;&#1585;</p></html>",
    "a page after a comment": f"<!-- saved --><html><p>{NAME}</p></html>",
    "a fragment": f'<p class="x">{NAME}</p>',
    "XML": f'<?xml version="1.0"?><a><b>{NAME}</b></a>',
    "SVG": f'<svg xmlns="http://www.w3.org/2000/svg"><text>{NAME}</text></svg>',
    "a table": f"lat,lon,remark\n33.98123,43.25112,{NAME}\n",
    "a subject": MAIL + "Content-Type: text/plain\n\nx\n",
    "a mail, quoted-printable": MULTIPART.format(PART.format("text/plain", "quoted-printable", QUOTED)),
    "a mail, base64": MULTIPART.format(PART.format("text/plain", "base64", BASE64)),
    "a page in a mail": MULTIPART.format(PART.format("text/html", "8bit", f"<p>{NAME}</p>")),
    "escapes in a note": f"see {ESCAPED} today",
    "references in a note": "see &#1605;&#1593;&#1587;&#1603;&#1585; &#1575;&#1604;&#1589;&#1602;&#1585;",
    "a card": f"BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:{QUOTED}\nEND:VCARD\n",
    "no JSON after all": f'{{"{NAME}"}} is where we are',
    "well-known text": f"POINT (43.25112 33.98123) {NAME}",
}


@pytest.mark.parametrize("text", FORMATS.values(), ids=FORMATS)
def test_other_formats_are_read_under_the_name_of_a_text(text: str) -> None:
    assert NAME in _all_words(_read(text))


def test_positions_of_other_formats_are_read() -> None:
    assert _all_places(_read("lat,lon\n33.98123,43.25112\n")) == [(33.98123, 43.25112)]
    gpx = _read('<?xml version="1.0"?><gpx><wpt lat="33.98123" lon="43.25112"></wpt></gpx>')
    assert [(fix.point.lat, fix.point.lon) for hint in gpx.hints for fix in hint.fixes] == [(33.98123, 43.25112)]
    assert _all_places(_read('{"lat": 33.98123, "lon": 43.25112}')) == [(33.98123, 43.25112)]


NOT_READ = {
    "RTF": "{\\rtf1 words}",
    "PDF": "%PDF-1.4\n1 0 obj\n",
    "PostScript": "%!PS-Adobe-3.0\n",
}
PARTLY_READ = {
    "an attachment": MULTIPART.format("Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"),
    "base64": "words\n" + ("QUJDabc123" * 7 + "\n") * 6,
    "a flight log": "AXXXABC FLIGHT:1\nHFDTE160915\nB1101355206343N00006198WA0058700558\n",
    "a track log": "OziExplorer Track Point File Version 2.1\nWGS 84\n",
    "damaged JSON": '{"text": "north gate", ',
    "a damaged letter": "البوابة الشمالية".encode() + b" \xd8 " + "هنا".encode(),
}
PLAIN = {
    "brackets": "[north] gate",
    "angles": "<Falcon Camp> today",
    "braces": "{x} north gate",
    "a sentence with commas": "text, time and more",
    "a label": "Subject: north gate\nDate: tomorrow\n",
    "a Windows path": r"C:\users\u0041b\north gate",
    "a long word": "x" * 1_200,
}


@pytest.mark.parametrize("text", NOT_READ.values(), ids=NOT_READ)
def test_documents_with_encoded_words_are_unread(text: str) -> None:
    assert (_read(text).status, codes(_read(text))) == ("unread", ["unknown_type"])


@pytest.mark.parametrize("text", PARTLY_READ.values(), ids=PARTLY_READ)
def test_what_is_encoded_or_damaged_in_a_text_is_reported(text: str | bytes) -> None:
    assert _read(text).status == "partly"


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_words_with_signs_of_other_formats_are_plain(text: str) -> None:
    found = _read(text)
    assert (found.status, codes(found)) == ("read", [])
    assert found.post is not None
    assert found.post.caption == text.strip()


@pytest.mark.parametrize(
    ("damage", "reasons"),
    [(b"", []), (b"\xff", ["damaged_letters"]), (b"\xd8", ["damaged_letters"]), (b"\xd8" * 5, ["damaged_letters"])],
)
def test_damaged_bytes_do_not_change_the_other_words(damage: bytes, reasons: list[str]) -> None:
    found = _read(("البوابة الشمالية " * 10).encode() + damage + NAME.encode())
    assert NAME in _all_words(found)
    assert codes(found) == reasons
