"""Masking: no coordinate precise enough to find a gate, and inert text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.i18n.reasons import make_reason
from opsec.model import Point
from opsec.reports.masking import mask_and_escape, mask_coordinates, mask_path
from opsec.reports.reason_text import mask_sentence, render_reason
from tests.geo.notations.more_writers import ALL_WRITERS

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("meet at 33.31523, 44.36611", "meet at 33.•••••, 44.•••••"),
        ("?q=33.31523,44.36611&z=17", "?q=33.•••••,44.•••••&z=17"),
        ("-33.315/-44.366", "-33.•••/-44.•••"),
        ("33,31523 ; 44,36611", "33,••••• ; 44,•••••"),
        ("٣٣٫٣١٥٢، ٤٤٫٣٦٦١", "٣٣٫••••، ٤٤٫••••"),
        ("IMG 31.9982 42.0050.mp4", "IMG 31.•••• 42.••••.mp4"),
        ("33°18'54.2\"N 44°21'58\"E", "33°••'••.•\"N 44°••'••\"E"),
        ("33° 18.9038′", "33° ••.••••′"),
        ("33d18'54\"N 44d21'58\"E", "33d••'••\"N 44d••'••\"E"),
        ("33 18 54.8 N 44 21 58 E", "33 •• ••.• N 44 •• •• E"),
        ("N33 18 54.8, E44 21 58", "N33 •• ••.•, E44 •• ••"),
        ("33:18:54N 44:21:58E", "33:••:••N 44:••:••E"),
        ("33 18.908 N 44 21.966 E", "33 ••.••• N 44 ••.••• E"),
        ("33 درجة و18 دقيقة و54 ثانية شمالا", "33 درجة و•• دقيقة و•• ثانية شمالا"),
        ("331854N 0442158E", "33••••N 044••••E"),
        ("331854.2N0442158.6E", "33••••.•N044••••.•E"),
        ("N331854 E0442158", "N33•••• E044••••"),
        ("3318N 04421E", "33••N 044••E"),
        ("+331854.2+0442158.6/", "+33••••.•+044••••.•/"),
        ("+3318.9+04421.9+034/", "+33••.•+044••.•+034/"),
        ("+33.31+044.36/", "+33.••+044.••/"),
        ("33.31, 44.36", "33.••, 44.••"),
        ("44.36/33.31", "44.••/33.••"),
        ("33.31\n44.36", "33.••\n44.••"),
        ("33.31N 44.36E", "33.••N 44.••E"),
        ("12.31 N, 15.36 E", "12.•• N, 15.•• E"),
        ("33.31° شمالا، 44.36° شرقا", "33.••° شمالا، 44.••° شرقا"),
        ("lat 12.31 lon 15.36", "lat 12.•• lon 15.••"),
        ("?mlat=33.31&mlon=44.36", "?mlat=33.••&mlon=44.••"),
        ("خط عرض 33.31 وخط طول 44.36", "خط عرض 33.•• وخط طول 44.••"),
        ("33.3152. Then", "33.••••. Then"),
    ],
)
def test_coordinates_are_cut_to_whole_degrees(text: str, masked: str) -> None:
    assert mask_coordinates(text) == masked
    assert mask_coordinates(text.translate(ARABIC)) == masked.translate(ARABIC)
    assert mask_coordinates(text.translate(FULL_WIDTH)) == masked.translate(FULL_WIDTH)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("38SMB4488286345", "38SMB••••••••••"),
        ("at 38S MB 44882 86345!", "at 38S MB ••••• •••••!"),
        ("38S MB 448 863", "38S MB ••• •••"),
        ("grid 38s mb 44882 86345", "grid 38s mb ••••• •••••"),
        ("38SMB4486", "38SMB••••"),
        ("38S 456789 3687654", "38S •••••• •••••••"),
        ("UTM 38S 456789E 3687654N", "UTM 38S ••••••E •••••••N"),
        ("zone 38 N 0456789 3687654", "zone 38 N ••••••• •••••••"),
        ("N 3687654 E 456789", "N ••••••• E ••••••"),
        ("456789 mE, 3687654 mN", "•••••• mE, ••••••• mN"),
        ("8H322XXF+FM Rutba", "8H32••••+•• Rutba"),
        ("8h322xxf+fm", "8h32••••+••"),
        ("2XXF+FM Rutba", "••••+•• Rutba"),
        ("geohash: svtk5f11", "geohash: svt•••••"),
        ("Geohash svtk5f11", "Geohash svt•••••"),
        ("جيوهاش: svtk5f11", "جيوهاش: svt•••••"),
        ("///filled.count.soap", "///••••••.•••••.••••"),
        ("geo:33.3,44.4;u=35", "geo:33.•,44.•;u=35"),
        ("https://geohash.org/svtk5f11", "https://geohash.org/••••••••"),
        ("https://maps.app.goo.gl/AbC-12?g_st=iw bye", "https://maps.app.goo.gl/•••-••?•_••=•• bye"),
        ("https://maps.google.com/?q=33.3,44.3", "https://maps.google.com/?•=••.•,••.•"),
        ("https://www.google.com/maps/@33.31,44.36,17z", "https://www.google.com/maps/@••.••,••.••,•••"),
        ("maps.apple.com/?ll=33.31%2C44.36", "maps.apple.com/?••=••.••%••••.••"),
        ("https://osm.org/#map=17/33.31/44.36", "https://osm.org/#•••=••/••.••/••.••"),
        ("https://www.bing.com/maps?cp=33.31~44.36", "https://www.bing.com/maps?••=••.••~••.••"),
        ("https://waze.com/ul/hsvtk5f11", "https://waze.com/••/•••••••••"),
        ("wa.me/?text=https%3A%2F%2Fmaps.app.goo.gl%2FAbC", "wa.me/?text=https%3A%2F%2Fmaps.app.goo.gl%2F•••"),
    ],
)
def test_grids_codes_and_links_keep_at_most_the_region(text: str, masked: str) -> None:
    assert mask_coordinates(text) == masked
    assert mask_coordinates(text.translate(ARABIC)) == masked.translate(ARABIC)


@pytest.mark.parametrize("name", ALL_WRITERS)
def test_two_places_in_one_region_are_masked_alike_in_every_notation_that_is_read(name: str) -> None:
    """The two masked texts are equal, also with marks between the digits."""
    one, other = (
        ALL_WRITERS[name].write(point) for point in (Point(31.204511, 42.906733), Point(31.267891, 42.951234))
    )
    assert one != other
    marked = "\u200b".join(one)
    shown, also = mask_coordinates(one), mask_coordinates(other)
    assert re.sub("•+", "•", shown) == re.sub("•+", "•", also)
    assert mask_coordinates(marked).replace("\u200b", "") == shown


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1,234,567 views",
            "F-07, 34 m",
            "12.34",
            "",
            "3rd Battalion",
            "38.5°C",
            "33° 44°",
            "25,000 IQD",
            "1.500.000",
        ),
        *("at 22.30 or 9.5", "08:30-17:30", "12:30:45", "at 22.30, 23.15", "2026-11-16T08:30:00+03:00", "03:12.5"),
        *("2026-11-18", "16.11.2026", "10 Mar 2026", "10MAR2026", "11 Sep 2026 1430", "18/11/2026", "24.12.2026"),
        *("VID_20261118.221400.mp4", "VID_20261116_0530.mp4", "IMG-20261118-WA0012.jpg", "posts.csv#1"),
        *("+964 770 123 4567", "0770 123 4567", "+33-612345678", "+44 7700 900123", "33 18 54 88 77", "770.123.4567"),
        *("v1.2.345", "Python 3.11.4", "2.33.4567", "192.168.100.123", "libavcodec.so.61", "1.20.300.4"),
        *("C++", "a+b", "geohash systems", "456789 3687654", "S3 E4 12", "W 9 L 3 D 8", "20 D 16668", "5'10\" tall"),
        *("https://www.google.com/maps", "https://video.example/watch?v=AbC-12", "file:///a.b.c", "there.com/x"),
        *("هاتف 07701234567", "الساعة 22:30", "اللواء 14 الفوج 3", "١٦/١١/٢٠٢٦", "٠٧٧٠ ١٢٣ ٤٥٦٧"),
    ],
)
def test_other_numbers_are_unchanged(text: str) -> None:
    assert mask_coordinates(text) == text


@given(st.floats(-90, 90), st.floats(-180, 180), st.sampled_from([", ", ",", " ", "،", "/", " N, "]))
def test_every_written_pair_loses_its_decimals(lat: float, lon: float, between: str) -> None:
    shown = mask_coordinates(f"x{lat:.5f}{between}{lon:.5f}")
    assert f"{lat:.5f}".split(".")[1] not in shown
    assert f"{lon:.5f}".split(".")[1] not in shown


@given(st.text(max_size=200))
def test_masking_keeps_the_length_so_that_spans_stay_valid(text: str) -> None:
    assert len(mask_coordinates(text)) == len(text)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "1.",
            "°",
            "1",
            "33.31",
            "°1 ",
            "+",
            "+33",
            "33 ",
            "33.31 n",
            "33.31, ",
            "33.31 lat ",
            "33°1'",
            "1:1:",
            "n33 ",
        ),
        *(
            "38s",
            "38smb ",
            "utm ",
            "456789 ",
            "2xxf+",
            "8h32",
            "geohash:",
            "waze.com/",
            "%2f",
            "///a.",
            "zone ",
            "٣٣٫٣١، ",
        ),
        *("•", "a •", "1 ", "12 •"),
    ],
)
@pytest.mark.timeout(20)
def test_hostile_length_takes_linear_time(piece: str) -> None:
    assert mask_and_escape("ا" + piece * (50_000 // len(piece)), limit=100_001)


def test_a_number_at_the_edge_of_a_cut_is_masked_before_it_is_cut() -> None:
    assert mask_and_escape("at 33.31523, 44.36611", limit=10) == "at 33.•••…"
    assert mask_and_escape("at 33.31, 44.36", limit=9) == "at 33.••…"
    assert mask_and_escape("33.3\u200b1523") == "33.•\\u200b••••"


def test_masked_coordinates_stay_in_order_inside_arabic() -> None:
    assert mask_and_escape("نلتقي 31.00498, 42.01213 غدا") == "نلتقي \u206631.•••••, 42.•••••\u2069 غدا"
    assert mask_and_escape("لقاء ٣١٫٠٠٤٩، ٤٢٫٠١٢١") == "لقاء \u2066٣١٫••••\u2069، \u2066٤٢٫••••\u2069"
    assert mask_and_escape("٣١٫٠٠٤٩") == "\u2066٣١٫••••\u2069"
    assert mask_and_escape("meet 31.00498, 42.01213") == "meet 31.•••••, 42.•••••"
    assert mask_and_escape("هنا 38S MB 44882 86345 غدا") == "هنا \u206638S MB ••••• •••••\u2069 غدا"
    assert mask_and_escape("هنا 33 18 54 N غدا") == "هنا \u206633 •• •• N\u2069 غدا"
    assert mask_and_escape("هنا https://osm.org/go/xY غدا") == "هنا \u2066https://osm.org/••/••\u2069 غدا"


def test_a_sentence_keeps_isolates_that_close() -> None:
    assert mask_sentence("على بعد \u206634\u2069 م") == "على بعد \u206634\u2069 م"


@pytest.mark.parametrize("sentence", ["\u2066open", "close\u2069", "\u2069\u2066", "\u2068\u2068a\u2069"])
def test_a_sentence_whose_isolates_do_not_close_is_spelled_out(sentence: str) -> None:
    shown = mask_sentence(sentence)
    assert not set(shown) & set("\u2066\u2067\u2068\u2069")
    assert "\\u20" in shown


def test_a_sentence_loses_all_other_control_characters() -> None:
    assert mask_sentence("a\x1b[2J\u202eb \u2066c\u2069") == "a\\x1b[2J\\u202eb \u2066c\u2069"


def test_values_in_a_reason_are_sanitised() -> None:
    shown = render_reason(make_reason("broken", part="moov", detail="\x1b[2J {limit} at 31.00498"), "en")
    assert shown == "its moov is damaged: \\x1b[2J {limit} at 31.•••••"


def test_a_path_is_shown_on_one_line() -> None:
    assert mask_path("a\nb/\udcff 31.00498.mp4") == "a\\x0ab/\\udcff 31.•••••.mp4"


@pytest.mark.parametrize("stamp", ["3392446.2N 4493816.6E", "at dawn\n3392446.2N 4493816.6E\nhome"])
def test_a_misread_stamp_is_masked_although_it_is_no_coordinate_as_it_stands(stamp: str) -> None:
    masked = mask_coordinates(stamp)
    assert len(masked) == len(stamp)
    assert not any(char.isdecimal() for char in masked)


@pytest.mark.parametrize("text", ["order 3392446 of 4493816 items", "2026-11-16 21:14:05", "0770 123 4567"])
def test_other_long_numbers_are_not_masked(text: str) -> None:
    assert mask_coordinates(text) == text
