"""Exported chats: every locale's dates, attachments in any language, and messages that belong together."""

import io

import pytest

from opsec.model import Reading
from opsec.readers.posts.text_files import chat
from opsec.readers.posts.text_files.attachments import take_attachment
from opsec.readers.registry import read_file
from tests.readers.posts.exports.made import codes, texts

LRM, RLM, NARROW = "\u200e", "\u200f", "\u202f"


def _read(text: str | bytes) -> Reading:
    return read_file(io.BytesIO(text.encode() if isinstance(text, str) else text), "text")


def _rows(text: str) -> list[tuple[str | None, str | None, str | None]]:
    """Author, caption and media of every post."""
    found = _read(text)
    assert (found.status, codes(found)) == ("read", [])
    return [(row.post.author, row.post.caption, row.media) for row in found.posts]


HEADERS = {
    "iOS": "[16/11/2026, 21:14:05] Ali: here",
    "iOS with a mark": f"{LRM}[16/11/2026, 21:14:05] Ali: here",
    "iOS, twelve hours": f"[11/16/26, 9:14:05{NARROW}PM] Ali: here",
    "Spanish": f"[16/11/26, 9:14:05{NARROW}p.{NARROW}m.] Ali: here",
    "Android": "16/11/2026, 21:14 - Ali: here",
    "Android, month first": "11/16/26, 9:14 PM - Ali: here",
    "German": "16.11.26, 21:14 - Ali: here",
    "Dutch": "16-11-2026 21:14 - Ali: here",
    "ISO": "2026-11-16, 21:14 - Ali: here",
    "Japanese": "2026/11/16 21:14 - Ali: here",
    "Chinese": "2026/11/16, 下午9:14 - Ali: here",
    "Arabic digits": f"١٦{RLM}/١١{RLM}/٢٠٢٦، ٩:١٤ م - Ali: here",
    "Arabic iOS": f"[١٦{RLM}/١١{RLM}/٢٠٢٦، ٩:١٤:٠٥ م] Ali: here",
    "Persian": "[۱۶/۱۱/۲۰۲۶، ۹:۱۴:۰۵ ب.ظ] Ali: here",
}


@pytest.mark.parametrize("line", HEADERS.values(), ids=HEADERS)
def test_the_first_line_of_a_message(line: str) -> None:
    (row,) = _read(f"{line}\n").posts
    assert (row.post.author, row.post.caption, row.post.source) == ("Ali", "here", "WhatsApp")
    assert (row.post.posted_at or "")[:16] == "2026-11-16T21:14"


def _times(*dates: str, words: str = "x") -> list[str | None]:
    found = _read("".join(f"{date}, 21:14 - Ali: {words}\n{date}, 21:30 - Omar: y\n" for date in dates))
    return list(dict.fromkeys((row.post.posted_at or "")[:10] or None for row in found.posts))


def test_the_order_of_day_and_month_is_decided_for_the_whole_file() -> None:
    assert _times("02/11/2026", "16/11/2026") == ["2026-11-02", "2026-11-16"]
    assert _times("11/02/2026", "11/16/2026") == ["2026-11-02", "2026-11-16"]
    assert _times("28/11/2026", "11/16/2026") == [None], "both orders: neither is believed"
    assert _times("11/02/2026") == [None], "nothing decides"
    assert _times("11/11/2026") == ["2026-11-11"], "the same in any order"
    assert _times("09/10/2026", "01/11/2026") == ["2026-10-09", "2026-11-01"], "messages do not go back in time"
    assert _times("02/11/2026", words="IMG-20261102-WA0001.jpg") == ["2026-11-02"], "the name of an attachment"


@pytest.mark.parametrize("date", ["32/13/2026", "0/1/2026", "16/11/1405", "16/11/2569", "1/2/3", "1/2/20261"])
def test_an_impossible_date_is_dropped(date: str) -> None:
    found = _read(f"{date}, 21:14 - Ali: x\n16/11/2026, 21:14 - Ali: y\n16/11/2026, 21:20 - Omar: z\n")
    assert "x" in "".join(row.post.caption or "" for row in found.posts)
    assert {(row.post.posted_at or "2026")[:4] for row in found.posts} == {"2026"}


ATTACHMENTS = {
    "<attached: 00000012-PHOTO.jpg>": ("00000012-PHOTO.jpg", ""),
    f"{LRM}<تم الإرفاق: 00000012-PHOTO.jpg>": ("00000012-PHOTO.jpg", ""),
    "the gate <adjunto: VID.mp4>": ("VID.mp4", "the gate "),
    "IMG-20261102-WA0001.jpg (file attached)": ("IMG-20261102-WA0001.jpg", ""),
    f"{LRM}IMG-20261102-WA0001.jpg (الملف مرفق)": ("IMG-20261102-WA0001.jpg", ""),
    f"{LRM}the north gate.mp4 (Datei angehängt)": ("the north gate.mp4", ""),
    "PHOTO-1.jpg <attached>": ("PHOTO-1.jpg", ""),
    "<Media omitted>": (None, ""),
    f"{LRM}<تم استبعاد الوسائط>": (None, ""),
    "PTT-20261102-WA0001.opus (file attached)": (None, "PTT-20261102-WA0001.opus (file attached)"),
    "see north gate.jpg (nice)": (None, "see north gate.jpg (nice)"),
    "x < y (perhaps)": (None, "x < y (perhaps)"),
    "<Falcon Camp>": (None, "<Falcon Camp>"),
    "x.jpg (Falcon Camp)": ("x.jpg", "Falcon Camp"),
    "<Falcon Camp: VID.mp4>": ("VID.mp4", "Falcon Camp"),
    "(Falcon Camp) x.jpg": ("x.jpg", "Falcon Camp"),
    "<attached: ../../etc/passwd.jpg>": (None, "<attached: ../../etc/passwd.jpg>"),
}


@pytest.mark.parametrize(("line", "expected"), ATTACHMENTS.items())
def test_attachments(line: str, expected: tuple[str | None, str]) -> None:
    assert take_attachment(line) == expected


def test_text_of_an_attachment_belongs_to_it() -> None:
    assert _rows("16/11/2026, 21:14 - Ali: IMG-1.jpg (file attached)\nback at the\nnorth gate\n") == [
        ("Ali", "back at the\nnorth gate", "IMG-1.jpg")
    ]


def test_messages_of_one_author_within_two_minutes_are_one_post() -> None:
    lines = [
        "21:14 - Ali: 33.98123",
        "21:15 - Ali: 43.25112",
        "21:15 - Omar: ok",
        "21:16 - Omar: yes",
        "21:30 - Omar: z",
    ]
    assert [row[1] for row in _rows("".join(f"16/11/2026, {line}\n" for line in lines))] == [
        "33.98123\n43.25112",
        "ok\nyes",
        "z",
    ]


def test_a_location_link_stays_in_the_caption() -> None:
    (row,) = _rows(f"[16/11/2026, 21:14:05] Ali: {LRM}الموقع: https://maps.google.com/?q=33.98123,43.25112\n")
    assert row[1] == "الموقع: https://maps.google.com/?q=33.98123,43.25112"


def test_names_of_the_group_go_to_media_and_to_the_first_post() -> None:
    found = _read(
        "16/11/2026, 21:00 - Ali created group “north gate”\n16/11/2026, 21:01 - Ali: a\n16/11/2026, 21:09 - Ali: b\n"
        '16/11/2026, 21:10 - Ali changed the group name from "north gate" to "east: gate"\n'
        "16/11/2026, 21:20 - Ali: IMG-1.jpg (file attached)\n"
    )
    assert [(row.post.caption, texts(row.hints)) for row in found.posts] == [
        ("Ali created group “north gate”", []),
        ("a", [("chat", "north gate")]),
        ("b", []),
        ('Ali changed the group name from "north gate" to "east: gate"', []),
        (None, [("chat", "north gate"), ("chat", "east: gate")]),
    ]


def test_a_name_after_the_last_message_and_words_without_quotation_marks_are_kept() -> None:
    rows = _rows(
        "16/11/2026, 21:00 - Ali: a\n16/11/2026, 21:10 - Ali changed the group name to “Falcon Camp”\n"
        "16/11/2026, 21:11 - Ali changed the group name to “Falcon Camp”\n16/11/2026, 21:20 - You left North Gate\n"
    )
    assert [row[1] for row in rows] == ["a", "Ali changed the group name to “Falcon Camp”", "You left North Gate"]


@pytest.mark.parametrize(("count", "reasons"), [(50, []), (51, ["too_many"])])
def test_more_media_in_a_message_than_the_limit_are_reported(count: int, reasons: list[str]) -> None:
    lines = "\n".join(f"IMG-{number}.jpg (file attached)" for number in range(count))
    found = _read(f"16/11/2026, 21:14 - Ali: x\n{lines}\n")
    assert (len(found.posts), codes(found)) == (50, reasons)


def test_the_first_ios_system_message_has_the_name_of_the_chat() -> None:
    found = _read(
        f"[16/11/2026, 21:00:00] north gate: {LRM}Messages are end-to-end encrypted.\n"
        f"[16/11/2026, 21:09:00] Ali: {LRM}<attached: 1-PHOTO.jpg>\n"
    )
    assert texts(found.posts[1].hints) == [("chat", "north gate")]


def test_other_system_messages_and_lines_before_the_first_message_are_kept() -> None:
    rows = _rows("north gate\n16/11/2026, 21:00 - Omar left\n16/11/2026, 21:01 - Ali: a: b\n")
    assert rows == [(None, "north gate", None), (None, "Omar left", None), ("Ali", "a: b", None)]


def test_tiktok_messages() -> None:
    rows = _rows(
        ">>> Chat History with omar::\n2026-11-16 21:14:05 UTC ali: north gate\n2026-11-16 21:20:00 UTC omar: x\n"
    )
    assert rows[1:] == [("ali", "north gate", None), ("omar", "x", None)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1256"])
def test_encodings(encoding: str) -> None:
    found = _read("16/11/2026, 21:14 - Ali: البوابة الشمالية\r\n16/11/2026, 21:30 - Omar: نعم\r\n".encode(encoding))
    assert [row.post.caption for row in found.posts] == ["البوابة الشمالية", "نعم"]
    assert codes(found) == (["old_letters"] if encoding == "windows-1256" else [])


def test_too_many_and_overlong_messages_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "MAX_MESSAGES", 3)
    found = _read("".join(f"16/11/2026, 21:{minute} - Ali: x\n" for minute in range(10, 50, 5)))
    assert (found.status, len(found.posts), codes(found)) == ("partly", 3, ["too_many"])
    found = _read("16/11/2026, 21:14 - Ali: x\n" + "y\n" * 200_000)
    assert (found.status, len(found.posts), codes(found)) == ("partly", 1, ["too_long"])


HOSTILE = {
    "one header over and over": "16/11/2026, 21:14 - Ali: x\n" * 20_000,
    "half headers": "16/11/2026, 21:14 - Ali: x\n" + ("1.1.1" * 24 + "\n") * 20_000,
    "angles": ("16/11/2026, 21:14 - Ali: " + "<a: " * 240 + "\n") * 1_000,
    "brackets": "16/11/2026, 21:14 - Ali: x\n" + ("a.jpg " * 160 + "(\n") * 1_000,
    "marks": "16/11/2026, 21:14 - Ali: x\n" + LRM * 1_000_000,
    "white space": "16/11/2026, 21:14 - Ali: x\n" + " " * 1_000_000,
    "bidi": "16/11/2026, 21:14 - \u202e\u2066Ali: \u202egate\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_chats_are_read(text: str) -> None:
    found = _read(text)
    assert found.posts
    assert found.status in ("read", "partly")
