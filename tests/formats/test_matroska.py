"""Matroska: titles of chapters in every edition, level and language, and hostile elements."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.formats.matroska import MAX_TITLES, ChapterTitle, chapter_titles

EBML, SEGMENT, CLUSTER, CHAPTERS = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75", b"\x10\x43\xa7\x70"
EDITION, ATOM, DISPLAY, STRING, START, END = b"\x45\xb9", b"\xb6", b"\x80", b"\x85", b"\x91", b"\x92"
UNKNOWN = b"\x01" + b"\xff" * 7


def element(name: bytes, data: bytes = b"", *, unknown: bool = False) -> bytes:
    """One element with a size of eight bytes, or of unknown size."""
    size = UNKNOWN if unknown else (1 << 56 | len(data)).to_bytes(8, "big")
    return name + size + data


def chapter(*titles: str, at_s: float = 0, inside: bytes = b"") -> bytes:
    """One chapter with a title in each language."""
    times = element(START, int(at_s * 1e9).to_bytes(8, "big")) + element(END, int((at_s + 1) * 1e9).to_bytes(8, "big"))
    return element(
        ATOM, times + b"".join(element(DISPLAY, element(STRING, title.encode())) for title in titles) + inside
    )


def film(*parts: bytes, unknown: bool = False) -> io.BytesIO:
    """A file with these elements in its segment."""
    return io.BytesIO(element(EBML, b"\x42\x82\x84webm") + element(SEGMENT, b"".join(parts), unknown=unknown))


def _texts(file: io.BytesIO) -> list[str]:
    return [title.text for title in chapter_titles(file)]


def test_titles_and_times() -> None:
    file = film(element(CHAPTERS, element(EDITION, chapter("Gate", "البوابة", at_s=1.5))))
    assert list(chapter_titles(file)) == [ChapterTitle("Gate", 1.5, 2.5), ChapterTitle("البوابة", 1.5, 2.5)]


def test_editions_and_chapters_inside_chapters() -> None:
    inner = chapter("inner", inside=chapter("innermost"))
    file = film(element(CHAPTERS, element(EDITION, chapter("one", inside=inner)) + element(EDITION, chapter("two"))))
    assert _texts(file) == ["one", "inner", "innermost", "two"]


@pytest.mark.parametrize("unknown", [False, True])
def test_chapters_behind_clusters(unknown: bool) -> None:
    clusters = element(CLUSTER, element(b"\xa3", bytes(500)), unknown=unknown) * 3
    assert _texts(film(clusters, element(CHAPTERS, element(EDITION, chapter("gate"))), unknown=unknown)) == ["gate"]


def test_a_title_that_is_not_utf_8_and_a_chapter_without_a_time() -> None:
    atom = element(ATOM, element(DISPLAY, element(STRING, b"ga\xffte\0\0")))
    assert list(chapter_titles(film(element(CHAPTERS, element(EDITION, atom))))) == [
        ChapterTitle("ga\ufffdte", None, None)
    ]


ONE = element(CHAPTERS, element(EDITION, chapter("gate")))


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (b"", []),
        (b"\0" * 100, []),
        (element(CHAPTERS, b"\xff" * 50), []),
        (element(CHAPTERS, element(EDITION, element(ATOM, unknown=True))), []),
        (CHAPTERS + b"\x08\xff\xff\xff\xff" + chapter("gate")[:10], []),
        (element(b"\xec", unknown=True), []),
        (element(CHAPTERS, b"\xff" * 50) + ONE, ["gate"]),
        (element(CHAPTERS) + ONE, ["gate"]),
        (element(b"\xec", b"\xff" * 50) + ONE, ["gate"]),
        (element(CHAPTERS, element(EDITION, chapter("")) + element(EDITION, chapter("gate"))), ["gate"]),
    ],
)
def test_damaged_and_empty_elements_hide_no_title_behind_them(parts: bytes, found: list[str]) -> None:
    assert [text for text in _texts(film(parts)) if text] == found


def test_a_cut_file_keeps_the_first_titles() -> None:
    data = film(element(CHAPTERS, element(EDITION, chapter("one") + chapter("two") + chapter("three")))).getvalue()
    assert _texts(io.BytesIO(data[:-40])) == ["one", "two"]


def test_titles_and_depth_are_bounded() -> None:
    many = b"".join(chapter("gate") for _ in range(MAX_TITLES + 5))
    assert len(_texts(film(element(CHAPTERS, element(EDITION, many))))) == MAX_TITLES
    deep = b""
    for _ in range(200):
        deep = chapter("level", inside=deep)
    assert 5 <= len(_texts(film(element(CHAPTERS, element(EDITION, deep))))) < 20
    beside = element(CHAPTERS, element(EDITION, deep) + element(EDITION, chapter("gate")))
    assert _texts(film(beside))[-1] == "gate"


@given(st.binary(max_size=300))
def test_any_bytes_are_safe(data: bytes) -> None:
    for file in (
        io.BytesIO(data),
        film(data),
        film(element(CHAPTERS, data)),
        film(element(CHAPTERS, element(EDITION, data))),
    ):
        assert all(isinstance(title.text, str) for title in chapter_titles(file))
