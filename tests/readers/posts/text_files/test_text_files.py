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
    assert texts(first.hints) == [("sound", "old song"), ("alternatetext", "two towers")]
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
