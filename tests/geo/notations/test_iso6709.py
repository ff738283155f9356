"""ISO 6709 strings: every valid form, and nothing that only resembles one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.geo.notations.iso6709 import MAX_LENGTH, parse_decimal_pair, parse_iso6709
from opsec.model import Point

VALID = {
    "+33.9800+043.2500/": (33.98, 43.25, None),
    "+33.9800+043.2500": (33.98, 43.25, None),
    "+33.9800+043.2500+028.516/": (33.98, 43.25, 28.516),
    "+33.9800+043.2500-000.500/": (33.98, 43.25, -0.5),
    "+33.9800+043.2500+028.516CRSWGS_84/": (33.98, 43.25, 28.516),
    "+33.9800+043.2500CRSWGS_84/": (33.98, 43.25, None),
    "+3358.80+04315.00/": (33.98, 43.25, None),
    "+335848+0431500/": (33.98, 43.25, None),
    "+335848.00+0431500.00/": (33.98, 43.25, None),
    "-33.9800-043.2500/": (-33.98, -43.25, None),
    "+33.98+43.25/": (33.98, 43.25, None),
    "+٣٣٫٩٨٠٠+٠٤٣٫٢٥٠٠/": (33.98, 43.25, None),
    "+۳۳٫۹۸۰۰+۰۴۳٫۲۵۰۰/": (33.98, 43.25, None),
    "+33,9800+043,2500/": (33.98, 43.25, None),
    " +33.9800+043.2500/\0": (33.98, 43.25, None),
    "+00.0000+043.2500/": (0.0, 43.25, None),
    "+33.9800+000.0000/": (33.98, 0.0, None),
    "-90+000/": (-90.0, 0.0, None),
    "+90+180/": (90.0, 180.0, None),
    "+33.9800+043.2500+9999999/": (33.98, 43.25, None),
}

NO_POSITION = ["+00.0000+000.0000/", "-00.0000-000.0000/", "+91.0000+043.2500/", "+33.9800+181.0000/", "+99+999/"]

NOT_ISO6709 = [
    "", "/", "+", "33.9800,43.2500", "+33.9800", "+33.9800 +043.2500/", "+nan+nan/", "+inf+043/", "+3.398e1+4.325e1/",
    "+3360.00+04315.00/", "+335860+0431500/", "+3358.80+043.2500/", "+033.9800+043.2500/", "+33.9800+043.2500/x",
    "x+33.9800+043.2500/", "++33.9800+043.2500/", "+33.98.00+043.2500/", "+33.9800+043.2500/+34.0000+044.0000/",
    "<script>alert(1)</script>", "+33.9800+043.2500+/", "+" + "3" * MAX_LENGTH + "+043/",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), VALID.items())
def test_valid_text_is_parsed(text: str, expected: tuple[float, float, float | None]) -> None:
    found = parse_iso6709(text)
    assert found is not None
    assert (found.point, found.altitude_m) == (Point(expected[0], expected[1]), expected[2])


@pytest.mark.parametrize("text", NO_POSITION)
def test_well_formed_text_without_a_position(text: str) -> None:
    found = parse_iso6709(text)
    assert found is not None
    assert found.point is None


@pytest.mark.parametrize("text", NOT_ISO6709)
def test_other_text_is_not_iso_6709(text: str) -> None:
    assert parse_iso6709(text) is None


@pytest.mark.parametrize(
    ("text", "least_m", "most_m"),
    [
        ("+33.980000+043.250000/", 5, 5),  # receivers are not better, however many digits they write
        ("+33.9800+043.2500/", 14, 15),
        ("+33.98+043.25/", 1_400, 1_500),
        ("+3358.80+04315.00/", 24, 25),
        ("+335848+0431500/", 40, 41),
        ("+33+043/", 140_000, 150_000),
    ],
)
def test_accuracy_follows_from_the_digits(text: str, least_m: float, most_m: float) -> None:
    found = parse_iso6709(text)
    assert found is not None
    assert least_m <= found.accuracy_m <= most_m


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_position_in_degrees_round_trips(lat: float, lon: float) -> None:
    found = parse_iso6709(f"{lat:+010.6f}{lon:+011.6f}/")
    assert found is not None
    if found.point is not None:
        assert abs(found.point.lat - lat) <= 5.1e-7
        assert abs(found.point.lon - lon) <= 5.1e-7
    else:
        assert abs(lat) < 1e-6
        assert abs(lon) < 1e-6


@given(st.text("+-0123456789.,/CRS eE٣٫\0", max_size=60))
def test_any_text_is_safe(text: str) -> None:
    found = parse_iso6709(text)
    if found is not None and found.point is not None:
        assert abs(found.point.lat) <= 90
        assert abs(found.point.lon) <= 180


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("33.9800,43.2500", (33.98, 43.25)),
        ("33.98, -43.25\0", (33.98, -43.25)),
        ("33.9800+043.2500/", (33.98, 43.25)),
        ("-33.9800 43.2500", (-33.98, 43.25)),
        ("0.0;43.25", (0.0, 43.25)),
        ("0.0,0.0", None),
        ("91.0,43.25", None),
    ],
)
def test_decimal_pair_is_parsed(text: str, expected: tuple[float, float] | None) -> None:
    found = parse_decimal_pair(text)
    assert found is not None
    assert found.point == (Point(*expected) if expected else None)


@pytest.mark.parametrize(
    "text", ["", "33,43", "2026.11.16", "12-11-16", "1.5", "33.98,43.25,3", "3" * MAX_LENGTH + ".1,2.3"]
)
def test_other_text_is_not_a_pair(text: str) -> None:
    assert parse_decimal_pair(text) is None
