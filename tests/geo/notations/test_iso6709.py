"""ISO 6709 text: every form that is written, and nothing that only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.geo.notations.iso6709 import LONGEST, pair, parse
from opsec.model import Point

READS = {
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

MEANS_NO_PLACE = ["+00.0000+000.0000/", "-00.0000-000.0000/", "+91.0000+043.2500/", "+33.9800+181.0000/", "+99+999/"]

NOT_ONE = [
    "", "/", "+", "33.9800,43.2500", "+33.9800", "+33.9800 +043.2500/", "+nan+nan/", "+inf+043/", "+3.398e1+4.325e1/",
    "+3360.00+04315.00/", "+335860+0431500/", "+3358.80+043.2500/", "+033.9800+043.2500/", "+33.9800+043.2500/x",
    "x+33.9800+043.2500/", "++33.9800+043.2500/", "+33.98.00+043.2500/", "+33.9800+043.2500/+34.0000+044.0000/",
    "<script>alert(1)</script>", "+33.9800+043.2500+/", "+" + "3" * LONGEST + "+043/",
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), READS.items())
def test_it_reads(text: str, told: tuple[float, float, float | None]) -> None:
    found = parse(text)
    assert found is not None
    assert (found.point, found.altitude_m) == (Point(told[0], told[1]), told[2])


@pytest.mark.parametrize("text", MEANS_NO_PLACE)
def test_it_is_well_formed_and_no_place(text: str) -> None:
    found = parse(text)
    assert found is not None
    assert found.point is None


@pytest.mark.parametrize("text", NOT_ONE)
def test_it_is_not_iso_6709(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "least_m", "most_m"),
    [
        ("+33.980000+043.250000/", 5, 5),  # no receiver is better, whatever it writes
        ("+33.9800+043.2500/", 14, 15),
        ("+33.98+043.25/", 1_400, 1_500),
        ("+3358.80+04315.00/", 24, 25),
        ("+335848+0431500/", 40, 41),
        ("+33+043/", 140_000, 150_000),
    ],
)
def test_the_digits_tell_how_sure_it_is(text: str, least_m: float, most_m: float) -> None:
    found = parse(text)
    assert found is not None
    assert least_m <= found.accuracy_m <= most_m


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_place_written_in_degrees_is_read_back(lat: float, lon: float) -> None:
    found = parse(f"{lat:+010.6f}{lon:+011.6f}/")
    assert found is not None
    if found.point is not None:
        assert abs(found.point.lat - lat) <= 5.1e-7
        assert abs(found.point.lon - lon) <= 5.1e-7
    else:
        assert abs(lat) < 1e-6
        assert abs(lon) < 1e-6


@given(st.text("+-0123456789.,/CRS eE٣٫\0", max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    found = parse(text)
    if found is not None and found.point is not None:
        assert abs(found.point.lat) <= 90
        assert abs(found.point.lon) <= 180


@pytest.mark.parametrize(
    ("text", "told"),
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
def test_two_plain_numbers_in_the_field_of_a_place(text: str, told: tuple[float, float] | None) -> None:
    found = pair(text)
    assert found is not None
    assert found.point == (Point(*told) if told else None)


@pytest.mark.parametrize(
    "text", ["", "33,43", "2026.11.16", "12-11-16", "1.5", "33.98,43.25,3", "3" * LONGEST + ".1,2.3"]
)
def test_it_is_no_pair(text: str) -> None:
    assert pair(text) is None
