"""Lists of posts: every row is read, counted as bad, or reported as left out; none is lost silently."""

import csv
import io
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.formats.text_lines import MAX_LINE_LENGTH
from opsec.model import MAX_TEXT_LENGTH, ListedPost, Post, Reading
from opsec.readers.posts import post_list
from opsec.readers.posts.list_columns import COLUMN_NAMES, COLUMNS
from opsec.readers.posts.post_list import CSV_READER, JSONL_READER
from opsec.readers.registry import read_file

EMPTY = ListedPost(Post())


def _csv(data: str | bytes) -> Reading:
    raw = data.encode() if isinstance(data, str) else data
    return read_file(io.BytesIO(raw), "post_list_csv", (CSV_READER,))


def _jsonl(data: str | bytes) -> Reading:
    raw = data.encode() if isinstance(data, str) else data
    return read_file(io.BytesIO(raw), "post_list_jsonl", (JSONL_READER,))


def _reasons(reading: Reading) -> list[tuple[str, dict[str, str]]]:
    return [(why.code, dict(why.blanks)) for why in reading.reasons]


# ── csv ───────────────────────────────────────────────────────────────────────────────────────
def test_all_columns() -> None:
    reading = _csv(
        "url,caption,author,posted_at,media\r\n"
        'https://example.org/1,"at the gate, with\nfriends",someone,2026-11-16T08:30:00+03:00,a.mp4\r\n'
    )
    assert (reading.status, reading.reasons) == ("read", ())
    assert reading.posts == (
        ListedPost(
            Post(
                author="someone",
                caption="at the gate, with\nfriends",
                posted_at="2026-11-16T08:30:00+03:00",
                url="https://example.org/1",
                source="list",
            ),
            "a.mp4",
        ),
    )


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_files_written_by_spreadsheets_are_read(letters: str, delimiter: str, end: str) -> None:
    rows = [["Caption ", "URL", "media"], ["صباح الخير, يا شباب; هنا", "u", "مقطع.mp4"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    reading = _csv(out.getvalue().encode(letters))
    (row,) = reading.posts
    assert (row.post.caption, row.post.url, row.media) == ("صباح الخير, يا شباب; هنا", "u", "مقطع.mp4")
    assert [code for code, _ in _reasons(reading)] == (["old_letters"] if letters == "windows-1256" else [])


@pytest.mark.parametrize(
    ("header", "reasons", "status"),
    [
        ("url,captoin", [("unknown_column", {"column": "captoin", "nearest": "caption"})], "partly"),
        ("url,Media_", [("unknown_column", {"column": "media_", "nearest": "media"})], "partly"),
        ("caption,captions", [("column_ignored", {"column": "captions"})], "read"),
        ("caption,likes", [("column_ignored", {"column": "likes"})], "read"),
        ("caption,\x1b[2J", [("column_ignored", {"column": "\\x1b[2j"})], "read"),
        ("url,link", [], "read"),
        (
            "url,remarks",
            [("no_caption_column", {"columns": "remarks"}), ("column_ignored", {"column": "remarks"})],
            "partly",
        ),
        (
            "url,\x1b[2J",
            [("no_caption_column", {"columns": "\\x1b[2j"}), ("column_ignored", {"column": "\\x1b[2j"})],
            "partly",
        ),
        ("url,", [], "read"),
        ("url,url", [], "read"),
    ],
)
def test_unknown_columns(header: str, reasons: list[tuple[str, dict[str, str]]], status: str) -> None:
    reading = _csv(f"{header}\nx,y\n")
    assert (_reasons(reading), reading.status) == (reasons, status)
    assert len(reading.posts) == 1


@pytest.mark.parametrize("data", ["", "\n\n", "1,2\n3,4\n", "x\n", '"', "\0"])
def test_an_unrelated_table(data: str) -> None:
    reading = _csv(data)
    assert (reading.status, _reasons(reading)) == ("unread", [("no_known_column", {})])


NAMED = [
    (column, name.upper() if number % 2 else name)
    for column, names in COLUMN_NAMES.items()
    for number, name in enumerate(names)
]


@pytest.mark.parametrize(("column", "name"), NAMED)
def test_column_names_of_common_exporters_are_known(column: str, name: str) -> None:
    value = "2026-11-16" if column == "posted_at" else "guard duty"
    other = "url" if column == "caption" else "caption"
    table = _csv(f"{name},{other}\n{value},x\n")
    (row,) = table.posts
    facts = {"caption": row.post.caption, "author": row.post.author, "url": row.post.url}
    facts |= {"posted_at": row.post.posted_at, "media": row.media}
    assert facts == {**dict.fromkeys(facts), column: value, other: "x"}
    assert (table.status, table.reasons) == ("read", ())
    assert _jsonl(json.dumps({name: value, other: "x"})) == table


@pytest.mark.parametrize(
    ("header", "row", "caption"),
    [
        ("title,description", "Falcon Camp,all quiet", "all quiet\nFalcon Camp"),
        ("title,description", "quiet,all quiet", "all quiet"),
        ("title,description", "Falcon Camp,", "Falcon Camp"),
        ("text,Caption,body", "one,two,three", "two\none\nthree"),
    ],
)
def test_no_text_is_lost_when_two_columns_contain_some(header: str, row: str, caption: str) -> None:
    assert _csv(f"{header}\n{row}\n").posts[0].post.caption == caption


def test_the_url_of_a_post_is_not_that_of_its_stream() -> None:
    line = '{"url": "https://cdn.example/1?token=x", "webpage_url": "https://example.org/1", "title": "t"}'
    assert _jsonl(line).posts[0].post.url == "https://example.org/1"


def test_the_first_of_two_equal_columns_counts() -> None:
    assert _csv("url,url\nfirst,second\n").posts[0].post.url == "first"


def test_bad_rows_are_counted_and_the_others_keep_their_numbers() -> None:
    reading = _csv(
        "url,caption\n"
        "u1,fine\n"
        "u2,not, quoted\n"  # a cell too many
        "\n"
        f"u4,{'x' * 200_000}\n"  # a cell that csv does not take
        f"u5,{'x' * (MAX_LINE_LENGTH + 9)}\n"
        "u6\n"  # a cell too few
        "u7,fine,\n"  # too many, but empty
    )
    assert [row.post.url for row in reading.posts] == ["u1", None, None, None, None, "u6", "u7"]
    assert [row == EMPTY for row in reading.posts] == [False, True, True, True, True, False, False]
    assert _reasons(reading) == [("bad_rows", {"count": "3", "row": "3"})]
    assert reading.status == "partly"


def test_a_list_of_bad_rows_only_is_unread() -> None:
    reading = _csv("url\nu,v\nu,v\n")
    assert (reading.status, reading.posts) == ("unread", ())
    assert _reasons(reading) == [("bad_rows", {"count": "2", "row": "2"})]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-16T08:30:00Z", "2026-11-16T08:30:00Z"),
        ("2026-11-16 08:30", "2026-11-16T08:30:00"),
        ("2026-11-16T08:30:00.5+03:00", "2026-11-16T08:30:00+03:00"),
        ("2026-11-16", "2026-11-16"),
        ("20261116", "2026-11-16"),
        ("1790000000", "2026-09-21T14:13:20Z"),
        (" ", None),
    ],
)
def test_times_are_parsed(written: str, expected: str | None) -> None:
    reading = _csv(f"caption,posted_at\nx,{written}\n")
    assert (reading.posts[0].post.posted_at, reading.reasons) == (expected, ())


@pytest.mark.parametrize("written", ["yesterday", "16/13/2026", "2026-13-01", "1" * 30, "9" * 11, "\0"])
def test_invalid_times_are_reported(written: str) -> None:
    reading = _csv(f"caption,posted_at\nfine,2026-11-16\nx,{written}\n")
    assert reading.posts[1].post.posted_at is None
    assert reading.posts[1].post.caption == "x"
    assert _reasons(reading) == [("bad_times", {"count": "1", "row": "3"})]


def test_texts_are_cut_to_their_limits() -> None:
    reading = _csv(f"url,caption\n{'u' * 5000},{'x' * (MAX_TEXT_LENGTH + 1)}\n")
    (row,) = reading.posts
    assert (row.post.url, row.post.caption) == ("u" * 1000, "x" * MAX_TEXT_LENGTH)
    assert [code for code, _ in _reasons(reading)] == ["too_long"]


def test_endless_repetition_in_a_list_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    began_s = time.process_time()
    monkeypatch.setattr(post_list, "MAX_ROWS", 1_000)
    many = _csv("url\n" + "u\n" * 5_000)
    assert (len(many.posts), [code for code, _ in _reasons(many)]) == (1_000, ["too_many"])
    long = _csv("caption\n" + f'"{"م" * 90_000}"\n' * 80)
    assert (len(long.posts), [code for code, _ in _reasons(long)]) == (69, ["too_long"])
    monkeypatch.setattr(post_list, "MAX_LIST_BYTES", 1_000)
    cut = _csv("url\n" + "u\n" * 900)
    assert (len(cut.posts), [code for code, _ in _reasons(cut)]) == (498, ["too_long"])
    assert time.process_time() - began_s < 10


CELL = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=30)


@given(st.lists(st.lists(CELL, min_size=5, max_size=5), max_size=6), st.sampled_from(",;\t"))
def test_written_tables_are_read_back(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([COLUMNS, *rows])
    reading = _csv(out.getvalue())
    listed = [row for row in reading.posts if row != EMPTY]
    expected = [row for row in rows if any(cell.strip() for cell in row)]
    assert [(row.post.url or "", row.post.caption or "", row.media or "") for row in listed] == [
        (row[0].strip(), row[1] if row[1].strip() else "", row[4].strip()) for row in expected
    ]


# ── json lines ────────────────────────────────────────────────────────────────────────────────
def test_lines_are_read() -> None:
    reading = _jsonl(
        '{"URL": "u1", "Caption": "صباح", "posted_at": 1790000000, "likes": 5, "url": "second"}\n'
        "\n"
        '{"caption": "cut\n'
        "[1]\n"
        '{"caption": ["x"], "media": "a.mp4", "author": null}\r\n'
        '{"captoin": "x", "url": "u6"}'
    )
    assert [(row.post.url, row.post.caption, row.media) for row in reading.posts] == [
        ("u1", "صباح", None),
        *[(None, None, None)] * 3,
        (None, "x", "a.mp4"),
        ("u6", None, None),
    ]
    assert reading.posts[0].post.posted_at == "2026-09-21T14:13:20Z"
    assert _reasons(reading) == [
        ("bad_rows", {"count": "2", "row": "3"}),
        ("column_ignored", {"column": "likes"}),
        ("column_ignored", {"column": "captoin"}),
    ]


@pytest.mark.parametrize(
    ("line", "caption", "reasons"),
    [
        ('{"url": "u", "caption": {"text": "at the gate"}}', "at the gate", []),
        ('{"url": "u", "description": ["at the", {"text": "gate"}, 7]}', "at the\ngate", []),
        ('{"url": "u", "caption": [7, true]}', None, ["odd_fields"]),
        ('{"caption": "x", "url": ["u"]}', "x", ["odd_fields"]),
    ],
)
def test_a_caption_in_parts(line: str, caption: str | None, reasons: list[str]) -> None:
    reading = _jsonl(line)
    assert (reading.posts[0].post.caption, [code for code, _ in _reasons(reading)]) == (caption, reasons)


def test_a_caption_nested_too_deep_is_not_read() -> None:
    reading = _jsonl('{"url": "u", "caption": ' + "[" * 200 + "]" * 200 + "}")
    assert (reading.status, [code for code, _ in _reasons(reading)]) == ("partly", ["odd_fields"])


def test_a_mistyped_key() -> None:
    assert _reasons(_jsonl('{"captoin": "x", "url": "u"}')) == [
        ("unknown_column", {"column": "captoin", "nearest": "caption"})
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ('{"name": 1}\n', "no_known_column"),
        ("{\n", "bad_rows"),
        ("words\n", "bad_rows"),
        ("[" * 100_000, "bad_rows"),
        ('{"url": "' + "x" * (MAX_LINE_LENGTH + 5) + '"}\n', "bad_rows"),
        ('{"url": "u"} {"url": "v"}\n', "bad_rows"),
    ],
)
def test_lines_of_another_format(data: str, code: str) -> None:
    reading = _jsonl(data)
    assert (reading.status, [found for found, _ in _reasons(reading)]) == ("unread", [code])


def test_an_empty_list_is_read_and_has_no_posts() -> None:
    assert _jsonl("\n\n") == _jsonl("")
    assert (_jsonl("").status, _jsonl("").posts) == ("read", ())


@given(st.lists(st.fixed_dictionaries({"url": CELL, "caption": st.text(max_size=30)}), max_size=6))
def test_written_lines_are_read_back(rows: list[dict[str, str]]) -> None:
    reading = _jsonl("".join(json.dumps(row) + "\n" for row in rows))
    listed = [(row.post.url or "", row.post.caption or "") for row in reading.posts if row != EMPTY]
    expected = [
        (row["url"].strip(), row["caption"] if row["caption"].strip() else "")
        for row in rows
        if row["url"].strip() or row["caption"].strip()
    ]
    assert listed == expected


@given(st.binary(max_size=300) | st.text(alphabet='url,caption;"\n\r\t{}:\\').map(str.encode))
def test_any_bytes_raise_only_our_errors(data: bytes) -> None:
    for reading in (_csv(data), _csv(b"url,caption\n" + data), _jsonl(data), _jsonl(b'{"url": "' + data)):
        assert all(why.code != "not_read" for why in reading.reasons)
    before = _csv(b"url,caption\nhttps://x.example/1,at the gate\n" + data)
    lines = _jsonl(b'{"url": "https://x.example/1", "caption": "at the gate"}\n' + data)
    for reading in (before, lines):
        assert [row.post.caption for row in reading.posts[:1]] == ["at the gate"] or reading.status != "read"


@pytest.mark.parametrize("value", ["data:image/png;base64,iVBORw0KGgo=", "data:text/plain;base64,RmFsY29uIENhbXA="])
def test_data_in_an_address_is_reported(value: str) -> None:
    table = _csv(f'url,caption,preview\nhttps://x.example/1,tea,"{value}"\n')
    lines = _jsonl(f'{{"caption": "tea", "preview": "{value}"}}\n'.encode())
    for reading in (table, lines):
        assert (reading.status, _reasons(reading)[0][0]) == ("partly", "parts_unread")
