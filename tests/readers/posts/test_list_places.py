"""Lists of posts: positions and text in columns, row numbers as in a spreadsheet, dates in a country's order."""

import io
import json
from typing import Any

import pytest

from opsec.model import Reading
from opsec.model.notes import BARE_PAIR
from opsec.readers.posts.list_times import DateOrder
from opsec.readers.posts.post_list import CSV_READER, JSONL_READER
from opsec.readers.registry import read_file


def _csv(data: str | bytes) -> Reading:
    raw = data.encode() if isinstance(data, str) else data
    return read_file(io.BytesIO(raw), "post_list_csv", (CSV_READER,))


def _jsonl(*rows: dict[str, Any]) -> Reading:
    data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    return read_file(io.BytesIO(data), "post_list_jsonl", (JSONL_READER,))


def _places(reading: Reading, row: int = 0) -> list[tuple[float, float]]:
    return [(hint.point.lat, hint.point.lon) for hint in reading.posts[row].hints if hint.point]


def _words(reading: Reading, row: int = 0) -> list[tuple[str, str, str | None]]:
    return [(hint.kind, hint.field, hint.text) for hint in reading.posts[row].hints if not hint.point]


def _said(reading: Reading) -> list[tuple[str, dict[str, str]]]:
    return [(why.code, dict(why.blanks)) for why in reading.reasons]


# ── positions ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "table",
    [
        "url,latitude,longitude\nu,33.9812,43.2511\n",
        "url,Lat,Lng\nu,33.9812,43.2511\n",
        "url,GPSLatitude,GPSLongitude\nu,33.9812,43.2511\n",
        "url,start_lat,start_lon\nu,33.9812,43.2511\n",
        "url,Latitude (deg),Longitude (deg)\nu,33.9812,43.2511\n",
        "url,y,x\nu,33.9812,43.2511\n",
        "url,latitudeE7,longitudeE7\nu,339812000,432511000\n",
        "url|latitude|longitude\nu|33.9812|43.2511\n",
        "url,latitude,longitude\nu,33.9812N,E43.2511\n",
        "url,lat,lon,N/S,E/W\nu,33.9812,43.2511,N,E\n",
        'url,coords\nu,"33.9812 43.2511"\n',
        'url,coords\nu,"[33.9812,43.2511]"\n',
        "url,خط العرض,خط الطول\nu,33.9812,43.2511\n",
        "url,خط العرض,خط الطول\nu,٣٣٫٩٨١٢,٤٣٫٢٥١١\n",
        'url,coordinates\nu,"33.9812, 43.2511"\n',
        'url,geo\nu,"(33.9812, 43.2511)"\n',
        'url,الإحداثيات\nu,"33.9812,43.2511"\n',
        'url,position\nu,"{""lat"": 33.9812, ""lon"": 43.2511}"\n',
        'url,geojson\nu,"{""type"": ""Feature"", ""geometry"": '
        '{""type"": ""Point"", ""coordinates"": [43.2511, 33.9812]}}"\n',
        'url,any name\nu,"{""geo"": {""lat"": 33.9812, ""lng"": 43.2511}}"\n',
        'url,position\nu,"{""type"": ""Point"", ""coordinates"": [43.2511, 33.9812]}"\n',
        'url,coords\nu,"[33.9812, 43.2511]"\n',
        'url,location\nu,"33.9812, 43.2511"\n',
        "url;latitude;longitude\nu;33,9812;43,2511\n",
        "url\tlatitude\tlongitude\nu\t33,9812\t43,2511\n",
        'url;coordinates\nu;"33,9812; 43,2511"\n',
        'url,remarks\nu,"33.9812, 43.2511"\n',
        "Video ID,Video Recording Address,Video Recording Latitude,Video Recording Longitude\nabc,,33.9812,43.2511\n",
    ],
)
def test_positions(table: str) -> None:
    assert set(_places(_csv(table))) == {(33.9812, 43.2511)}


@pytest.mark.parametrize("pair", ["0,0", "0.0,0.000", ",", " , ", "33.9812,", "n/a,n/a", "-,-", "640,360"])
def test_other_values_are_not_a_position(pair: str) -> None:
    header = "y,x" if pair == "640,360" else "latitude,longitude"
    reading = _csv(f"url,caption,{header}\nu,tea,{pair}\n")
    assert (_places(reading), reading.status, _said(reading)) == ([], "read", [])


@pytest.mark.parametrize(
    ("table", "points"),
    [
        ("url,GPSLatitude,GPSLongitude,GPSLatitudeRef\nu,33.9812,43.2511,S\n", [(-33.9812, 43.2511)]),
        ("url,lat,lon,N/S,E/W\nu,33.9812,43.2511,S,W\n", [(-33.9812, -43.2511)]),
        ("url,lat,lon\nu,33.9812 S,43.2511\n", [(-33.9812, 43.2511)]),
        ("url,lat,lon\nu,\u221233.9812,43.2511\n", [(-33.9812, 43.2511)]),
        ("url,lat,lon,lat_ref\nu,33.9812,43.2511,?\n", [(33.9812, 43.2511), (-33.9812, 43.2511)]),
    ],
)
def test_hemispheres(table: str, points: list[tuple[float, float]]) -> None:
    assert _places(_csv(table)) == points


@pytest.mark.parametrize(
    ("table", "count"),
    [("url,y,x\nu,33.9812,43.2511\n", 1), ("url,y,x\nu,33.9,43.2\n", 0), ("url,y,x,lat,lon\nu,1.2345,2.3456,,\n", 0)],
)
def test_columns_called_x_and_y_are_a_guess(table: str, count: int) -> None:
    hints = [hint for row in _csv(table).posts for hint in row.hints]
    assert [hint.find_note(BARE_PAIR) is not None for hint in hints if hint.point] == [True] * count


@pytest.mark.parametrize(
    "table",
    [
        "33.98123,43.25112,at the gate\n",
        "a,b,c\n33.98123,43.25112,at the gate\n",
        "a|b\nat the gate|33.98123 43.25112\n",
    ],
)
def test_a_list_without_known_columns_is_searched(table: str) -> None:
    reading = _csv(table)
    assert (reading.status, [code for code, _ in _said(reading)]) == ("partly", ["no_known_column"])
    hints = [hint for row in reading.posts for hint in row.hints]
    assert [(hint.point.lat, hint.point.lon) for hint in hints if hint.point] == [(33.98123, 43.25112)]
    assert any("at the gate" in (hint.text or "") for hint in hints)


def test_more_columns_than_the_limit_are_reported() -> None:
    header = ",".join(f"c{number}" for number in range(600))
    reading = _csv(f"caption,{header}\ntea,{'at the gate,' * 599}at the gate\n")
    assert ("too_many", {"limit": "500", "part": "columns"}) in _said(reading)
    assert reading.status == "partly"


def test_bad_coordinates_are_counted() -> None:
    reading = _csv("caption,latitude,longitude\ntea,95.2,200.1\ntea,33.9812,43.2511\ntea,33.9812,181.5\n")
    assert _said(reading) == [("bad_place", {"field": "latitude", "count": "2"})]
    assert (_places(reading, 1), reading.status) == ([(33.9812, 43.2511)], "read")


def test_text_in_a_column_of_numbers_is_text() -> None:
    reading = _csv("caption,latitude,longitude\ntea,near the gate,\n")
    assert _words(reading) == [("text", "latitude", "near the gate")]


def test_degrees_and_minutes_in_two_columns() -> None:
    reading = _csv('caption,lat,lon\ntea,"33°58\'52.3""N","43°15\'04.0""E"\n')
    ((lat, lon),) = set(_places(reading))
    assert lat == pytest.approx(33.98119, abs=1e-4)
    assert lon == pytest.approx(43.25111, abs=1e-4)


# ── positions and text ────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("column", ["location", "Place", "venue", "city", "address", "المكان", "الموقع"])
def test_a_column_that_names_a_place(column: str) -> None:
    reading = _csv(f"url,caption,{column}\nu,tea,معسكر الصقر\n")
    assert _words(reading) == [("place", column.casefold(), "معسكر الصقر")]
    assert (reading.status, reading.reasons) == ("read", ())


def test_text_of_any_other_column_is_read() -> None:
    reading = _csv("url,caption,remarks,likes,kind\nu,tea,night shift at the gate,7,A1\n")
    assert _words(reading) == [("text", "remarks", "night shift at the gate")]
    assert _said(reading) == [("column_ignored", {"column": "likes"}), ("column_ignored", {"column": "kind"})]


def test_a_row_with_text_only_in_an_unknown_column_is_a_post() -> None:
    reading = _csv("url,remarks\n,night shift\n")
    assert _words(reading) == [("text", "remarks", "night shift")]


def test_columns_in_arabic() -> None:
    reading = _csv("الرابط,النص,الحساب,التاريخ,الملف\nhttps://x.example/1,عند البوابة,salim,2026-11-16,a.mp4\n")
    (row,) = reading.posts
    assert (row.post.url, row.post.caption, row.post.author, row.post.posted_at, row.media) == (
        "https://x.example/1",
        "عند البوابة",
        "salim",
        "2026-11-16",
        "a.mp4",
    )
    assert reading.reasons == ()


def test_comments_of_youtube() -> None:
    reading = _csv(
        "Comment ID,Channel ID,Comment Create Timestamp,Video ID,Comment Text\n"
        'a,b,2026-11-16T08:30:00+00:00,c,"{""text"":""at the gate""},{""text"":"" again""}"\n'
    )
    assert (reading.posts[0].post.caption, reading.posts[0].post.posted_at) == (
        "at the gate again",
        "2026-11-16T08:30:00Z",
    )


def test_json_lines_with_objects() -> None:
    reading = _jsonl(
        {
            "url": "u",
            "content": "tea",
            "coordinates": {"longitude": 43.2511, "latitude": 33.9812},
            "place": {"fullName": "Falcon Camp", "type": "poi"},
            "user": {"username": "salim", "description": "third platoon"},
            "likes": 4,
        }
    )
    assert _places(reading) == [(33.9812, 43.2511)]
    assert _words(reading) == [
        ("text", "place.fullName", "Falcon Camp"),
        ("text", "user.username", "salim"),
        ("text", "user.description", "third platoon"),
    ]
    assert reading.posts[0].post.author == "salim"
    assert _said(reading) == [("column_ignored", {"column": "likes"})]


def test_too_much_text_in_one_row_is_reported() -> None:
    header = ",".join(["caption", *(f"note {n}" for n in range(150))])
    reading = _csv(f"{header}\nx{',some words' * 150}\n")
    assert len(reading.posts[0].hints) == 100
    assert [code for code, _ in _said(reading) if code != "column_ignored"] == ["too_many"]


# ── the first line of Excel, and the numbers of rows ──────────────────────────────────────────
@pytest.mark.parametrize(
    ("first", "sign"),
    [("sep=;", ";"), ("SEP=,", ","), ("sep=\t", "\t"), ("sep=\\t", "\t"), ('"sep=|"', "|"), ("sep=;\r", ";")],
)
def test_the_line_that_names_the_delimiter(first: str, sign: str) -> None:
    table = f"{first}\n" + sign.join(("url", "caption")) + "\n" + sign.join(("u", "at the gate, here")) + "\n"
    if sign == ",":
        table = table.replace("at the gate, here", '"at the gate, here"')
    reading = _csv(table)
    assert [(row.post.url, row.post.caption) for row in reading.posts] == [("u", "at the gate, here")]
    assert reading.reasons == ()


@pytest.mark.parametrize(
    ("before", "row"),
    [
        ("caption,date\n", "3"),
        ("sep=,\ncaption,date\n", "3"),
        ("\n\ncaption,date\n", "5"),
        ('caption,date\n\n"two\nlines",2026-11-16\n', "5"),
    ],
)
def test_rows_are_numbered_as_a_spreadsheet_shows_them(before: str, row: str) -> None:
    reading = _csv(before + "fine,2026-11-16\nx,yesterday\n")
    assert _said(reading) == [("bad_times", {"count": "1", "row": row})]


# ── times ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("written", "parsed"),
    [
        ("16/11/2026", "2026-11-16"),
        ("11/16/2026", "2026-11-16"),
        ("11/16/2026 9:14 PM", "2026-11-16T21:14:00"),
        ("16/11/2026 9:14 ص", "2026-11-16T09:14:00"),
        ("16/11/2026 12:05 am", "2026-11-16T00:05:00"),
        ("2.11.2026 21:14", "2026-11-02T21:14:00"),
        ("2026/11/02 21:14:05", "2026-11-02T21:14:05"),
        ("11/11/2026", "2026-11-11"),
        ("١٦/١١/٢٠٢٦ ٩:١٤ م", "2026-11-16T21:14:00"),
        ("٢٠٢٦-١١-١٦", "2026-11-16"),
        ("46328.88", "2026-11-02T21:07:12"),
        ("46328,5", "2026-11-02T12:00:00"),
        ("46328", "2026-11-02"),
        ("2026-11-16T08:30:00Z", "2026-11-16T08:30:00Z"),
        ("02/11/2026", "unclear"),
        ("31/02/2026", "bad"),
        ("16/16/2026", "bad"),
        ("16/11/2026 25:00", "bad"),
        ("16/11/2026 13:00 PM", "bad"),
        ("12345", "bad"),
        ("16/11/26", "bad"),
        ("x" * 1000, "bad"),
    ],
)
def test_times_of_spreadsheets(written: str, parsed: str) -> None:
    assert DateOrder().parse(written) == parsed


@pytest.mark.parametrize(
    ("others", "parsed"),
    [
        (["16/11/2026"], "2026-11-02"),
        (["11/16/2026"], "2026-02-11"),
        ([], None),
        (["03/04/2026"], None),
        (["16/11/2026", "11/16/2026"], None),
        (["16.11.2026"], None),
    ],
)
def test_the_column_decides_the_order(others: list[str], parsed: str | None) -> None:
    reading = _csv("caption,date\nx,02/11/2026\n" + "".join(f"y,{other}\n" for other in others))
    assert reading.posts[0].post.posted_at == parsed
    unclear = [(code, blanks["row"]) for code, blanks in _said(reading)]
    assert unclear == ([] if parsed else [("unclear_dates", "2")])
    assert reading.status == "read"


def test_the_order_of_dates_in_json_lines() -> None:
    reading = _jsonl({"caption": "x", "date": "02/11/2026"}, {"caption": "y", "date": "16/11/2026"})
    assert [row.post.posted_at for row in reading.posts] == ["2026-11-02", "2026-11-16"]


def test_json_in_a_column_of_an_unknown_name_is_read_and_its_column_is_not_called_empty() -> None:
    reading = _csv(
        'url,caption,extra\nu,x,"{""note"": ""on duty at Falcon Camp""}"\n'
        'v,y,"{""place"": {""lat"": 33.98123, ""lon"": 43.25111}}"\n'
    )
    assert _words(reading) == [("text", "extra.note", "on duty at Falcon Camp")]
    assert _places(reading, 1) == [(33.98123, 43.25111)]
    assert _said(reading) == []


def test_a_cell_that_only_begins_like_json_is_read_as_words() -> None:
    assert [words for _kind, _field, words in _words(_csv('url,extra\nu,"[Ali] guard at Falcon Camp"\n'))] == [
        "[Ali] guard at Falcon Camp"
    ]
