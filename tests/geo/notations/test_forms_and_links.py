"""Places without a position, bare pairs, and several positions in one form or link."""

import pytest

from opsec.geo.notations import Notation, parse_coordinates
from opsec.geo.notations.base import normalise_coordinate_text
from opsec.geo.notations.escapes import find_escapes


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("grid KA 834 083", "short mgrs"),
        ("مربع KA834083", "short mgrs"),
        ("///table.lamp.river", "three words"),
        ("الموقع bit.ly/3AbCdE", "unresolved link"),
        ("https://her.is/3AbCdE", "unresolved link"),
        ("https://yandex.com/maps/-/CDAbCdE", "unresolved link"),
    ],
)
def test_place_without_a_position_is_found(text: str, notation: Notation) -> None:
    (found,) = parse_coordinates(text)
    assert (found.notation, found.point) == (notation, None)


@pytest.mark.parametrize(
    "text", ["bit.ly/3AbCdE شوفوا الفيديو", "grid KA 83 08", "word ///a", "https://plus.codes/about"]
)
def test_other_links_and_codes_are_ignored(text: str) -> None:
    assert parse_coordinates(text) == []


@pytest.mark.parametrize(
    ("text", "is_bare"),
    [
        ("33.3152, 44.3661", True),
        ("33,3152 44,3661", True),
        ("random 33.3152 44.3661", True),
        ("33.3152 44.3661 تعالوا", False),
        ("هنا 33.3152 44.3661", False),
        ("📍33.3152 44.3661", False),
        ("33.3152° 44.3661°", False),
        ("N33.3152 E44.3661", False),
        ("https://maps.google.com/?q=33.3152,44.3661", False),
    ],
)
def test_bare_pair_is_marked(text: str, is_bare: bool) -> None:
    (found,) = parse_coordinates(text)
    assert found.is_bare == is_bare


def test_all_positions_of_a_geometry_and_a_route() -> None:
    line = parse_coordinates('"coordinates":[[44.3661,33.3152],[44.3722,33.3211]]')
    assert [one.point.lat for one in line if one.point] == [33.3152, 33.3211]
    route = parse_coordinates("https://yandex.com/maps/?rtext=33.3152,44.3661~33.3211,44.3722")
    assert [one.point.lat for one in route if one.point] == [33.3152, 33.3211]


def test_shifted_datum_widens_the_accuracy() -> None:
    (found,) = parse_coordinates("https://api.map.baidu.com/marker?location=33.31521,44.36612")
    assert found.accuracy_m == 700.0


def test_escape_maps_back_to_the_text() -> None:
    text = "at 33&deg;18&#39;54&quot;N 44&deg;21&#39;58&quot;E."
    (found,) = parse_coordinates(text)
    assert text[found.start : found.end] == text[3:-1]
    normalised = normalise_coordinate_text("x\\ud83d\\udccd&nbsp;y")
    assert normalised.normalised == "x📍 y"
    assert normalised.original_span(1, 2) == (1, 13)
    assert list(find_escapes("50% &unknown; \\u12 &#0;")) == []
