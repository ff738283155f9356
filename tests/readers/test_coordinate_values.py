"""Latitudes and longitudes in fields of their own: notations, and the hemisphere beside them in every kind of file."""

import io

import pytest

from opsec.model import FileKind
from opsec.readers.coordinate_values import parse_coordinate, parse_coordinate_pair
from opsec.readers.registry import read_file


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("34.02", (34.02, 1)),
        ("34,02", (34.02, 1)),
        ("34", (34.0, 1)),
        ("-34.02", (34.02, -1)),
        ("\u221234.02", (34.02, -1)),
        ("34.02 S", (34.02, -1)),
        ("W34.02", (34.02, -1)),
        ("34.02 South", (34.02, -1)),
        ("-34.02 S", (34.02, -1)),
        ("-34.02 N", (34.02, None)),
        ("34\u00b001'12\"S", (34.02, -1)),
        ("34 deg 1' 12.00\" N", (34.02, 1)),
        ("٣٤٫٠٢", (34.02, 1)),
    ],
)
def test_coordinates(written: str, value: tuple[float, int | None]) -> None:
    found = parse_coordinate(written)
    assert found is not None
    assert (found.magnitude, found.sign) == value


@pytest.mark.parametrize("written", ["", "gate", "34.5.6", "N34.02S", "34\u00b061'00\"N", "2026-11-02", "34.02 43.27"])
def test_other_texts_are_no_coordinate(written: str) -> None:
    assert parse_coordinate(written) is None


@pytest.mark.parametrize(
    "written", ["34.02 43.27", "[34.02,43.27]", "34.02, 43.27, 120", "34,02; 43,27", "43.27E 34.02N", "N34.02 E43.27"]
)
def test_pairs(written: str) -> None:
    found = parse_coordinate_pair(written)
    assert found is not None
    assert [value.degrees for value in found] == [34.02, 43.27]


@pytest.mark.parametrize("written", ["34", "gate", "34.02N 43.27N", "1 2 3 4"])
def test_other_texts_are_no_pair(written: str) -> None:
    assert parse_coordinate_pair(written) is None


_SOUTH = [
    ("xml", "<a><p lat='33.9812' lon='43.2511' latRef='S'/></a>"),
    ("xml", "<a><lat>33.9812</lat><latRef>S</latRef><lon>43.2511</lon></a>"),
    ("xml", "<a><GPSLatitude>33.9812</GPSLatitude><GPSLatitudeRef>S</GPSLatitudeRef>"
            "<GPSLongitude>43.2511</GPSLongitude></a>"),
    ("html", "<table><tr><td>Latitude</td><td>33.9812</td></tr><tr><td>Latitude Ref</td><td>South</td></tr>"
             "<tr><td>Longitude</td><td>43.2511</td></tr></table><p>at the gate"),
    ("html", "<table><tr><td>Latitude</td><td>33.9812 S</td></tr><tr><td>Longitude</td><td>43.2511</td></tr></table>"),
    ("text", "Date: 2026-11-02 10:00:00\nTitle: gate\nLatitude: 33.9812\nLatitude Ref: S\nLongitude: 43.2511\n"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "data"), _SOUTH)
def test_the_hemisphere_beside_a_number(kind: FileKind, data: str) -> None:
    found = read_file(io.BytesIO(data.encode()), kind)
    hints = [*found.hints, *(hint for row in found.posts for hint in row.hints)]
    placed = {(hint.point.lat, hint.point.lon) for hint in hints if hint.point and hint.family == "META"}
    assert placed == {(-33.9812, 43.2511)}
