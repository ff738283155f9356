"""What each notation must and must not find: forms that people post, and text that only resembles them."""

import pytest

from opsec.geo.notations import Notation, parse_coordinates
from tests.fixtures.not_coordinates import generate_lines
from tests.geo.notations import forms_and_links

MUST_FIND: dict[str, tuple[Notation, float, float]] = {
    # decimal degrees
    "Lat/Lon: 33.3152, 44.3661": ("decimal", 33.3152, 44.3661),
    "lon, lat: 44.3661, 33.3152": ("decimal", 33.3152, 44.3661),
    "lat 33.31 lon 44.36": ("decimal", 33.31, 44.36),
    "خط العرض والطول: 33.315، 44.366": ("decimal", 33.315, 44.366),
    "خط الطول: ٤٤٫٣٦٦١ - خط العرض: ٣٣٫٣١٥٢": ("decimal", 33.3152, 44.3661),
    "هێڵی پانی 35.123 هێڵی درێژی 45.123": ("decimal", 35.123, 45.123),
    "35.1234 باکوور 45.1234 ڕۆژهەڵات": ("decimal", 35.1234, 45.1234),
    "عرض 32.031 شمالا طول 42.836 شرقا": ("decimal", 32.031, 42.836),
    "📍 33.312 - 44.366": ("decimal", 33.312, 44.366),
    "الموقع:33.312,44.366#موقع": ("decimal", 33.312, 44.366),
    "33.3152N44.3661E": ("decimal", 33.3152, 44.3661),
    "33.3152°N44.3661°E": ("decimal", 33.3152, 44.3661),
    "S33.3152W44.3661": ("decimal", -33.3152, -44.3661),
    "33.3152 شمالا و44.3661 شرقا": ("decimal", 33.3152, 44.3661),
    "it's 33.3152 44.3661": ("decimal", 33.3152, 44.3661),
    "Lat33.3152 Lon44.3661": ("decimal", 33.3152, 44.3661),
    "31.7559°\n41.7923°": ("decimal", 31.7559, 41.7923),
    # degrees and minutes
    "31°46'07\" 42°04'30\"": ("sexagesimal", 31.768611, 42.075),
    "lat 31 46 07 lon 42 04 30": ("sexagesimal", 31.768611, 42.075),
    "31°46' N 42°04' E": ("sexagesimal", 31.766667, 42.066667),
    "3146N 04204E": ("sexagesimal", 31.766667, 42.066667),
    "31-46-07N 042-04-30E": ("sexagesimal", 31.768611, 42.075),
    "31:46:07 N, 42:04:30 E": ("sexagesimal", 31.768611, 42.075),
    "31d46m07sN 42d04m30sE": ("sexagesimal", 31.768611, 42.075),
    "31 deg 46 min 07 sec N 42 deg 04 min 30 sec E": ("sexagesimal", 31.768611, 42.075),
    "31°46'N, 42°04'30\" E": ("sexagesimal", 31.766667, 42.075),
    "خط عرض ٣١° ٤٦' ٧\" خط طول ٤٢° ٤' ٣٠\"": ("sexagesimal", 31.768611, 42.075),
    "31°46'07\"N42°04'30\"E": ("sexagesimal", 31.768611, 42.075),
    "N31°46'07\"E42°04'30\"": ("sexagesimal", 31.768611, 42.075),
    "31°46'N42°04'30\"E": ("sexagesimal", 31.766667, 42.075),
    "٣١ درجة و ٤٦ دقيقة و٧ ثواني شمالا و٤٢ درجة و٤ دقائق و٣٠ ثانية شرقا": ("sexagesimal", 31.768611, 42.075),
    "31°46′07″S 42°04′30″W": ("sexagesimal", -31.768611, -42.075),
    # grids
    "38 S MB 44123 88456": ("mgrs", 33.333819, 44.399585),
    "mgrs 38s mb 4412 8845": ("mgrs", 33.333809, 44.399606),
    "مربع 38SMB4488": ("mgrs", 33.334234, 44.403637),
    "UTM zone 38 E 444123 N 3688456": ("utm", 33.333819, 44.399585),
    "38N 444123 3688456": ("utm", 33.333819, 44.399585),
    "38S 0444123E 3688456N": ("utm", 33.333819, 44.399585),
    "zone 38R N 3524041 E 222761": ("utm", 31.818365, 42.071198),
    "UTM 38 south 444123 6311544": ("utm", -33.333815, 44.399585),
    # codes
    "#8H322XXF+FM،": ("plus code", 31.048687, 40.974187),
    "8h33r894+wp5": ("plus code", 31.819762, 41.306859),
    "geohash (svtk5f11)": ("geohash", 31.651869, 41.299152),
    "جيوهاش: svtk5f11": ("geohash", 31.651869, 41.299152),
    # links
    "geo:33.3152,44.3661,12;crs=wgs84;u=35": ("geo uri", 33.3152, 44.3661),
    "https://www.google.com/maps/place/62792222+22/@1,2,5z": ("link", -4.999938, -172.999938),
    "https://geohash.org/svtk5f11": ("link", 31.651869, 41.299152),
    "https://osm.org/go/0EEQjE--": ("link", 51.51112, 0.05562),  # example of the wiki, but the centre of its cell
    "maps.apple.com/?daddr=33.3152,44.3661": ("link", 33.3152, 44.3661),
    "https://www.google.com/maps/embed?pb=!1m3!1d3333.1!2d44.3661!3d33.3152": ("link", 33.3152, 44.3661),
    "https://www.google.com/maps/place/X/@0,0,5z/data=!3d33.3152!4d44.3661": ("link", 33.3152, 44.3661),
    "https://www.bing.com/maps?sp=point.33.3152_44.3661_Camp": ("link", 33.3152, 44.3661),
    "https://wa.me/?text=33.3152%2C44.3661": ("link", 33.3152, 44.3661),
    "https://other.example/#15/33.3152/44.3661": ("link", 33.3152, 44.3661),
    "www.google.com/maps?q=33.3152,44.3661الليلة": ("link", 33.3152, 44.3661),
}

MUST_NOT_FIND = [
    # decimal degrees
    "lat 33.3 lon 44.4",  # ten kilometres
    "latitude 33, attitude 44",
    "الطول 12.50 م والعرض 8.25 م",  # a room
    "الموقع 31.000 / 42.000 دينار",
    "GPS 1.234, 2.345",
    "33.3152, 44.3661 per kg",
    "معدل ٨٨٫١٢٥٠ ، ٨٩٫٢٥٠٠",
    "33.3152x44.3661",
    "S03.12 E04.15",
    # degrees and minutes
    "33° 44°",
    "31°60'N 42°10'E",
    "91°10'N 42°10'E",
    "31°10'N 42°10'N",
    "5'11\" 6'02\"",
    "12:30:15 13:40:20",
    "31 46 42 04",
    # grids
    "38RZZ1234512345",  # no such square
    "37SKV2333166637",  # nor in this zone
    "61RKA834083",
    "38RKA83408",  # incomplete
    "38RKA8308",  # coarse and unlabelled
    "12x hd 1080 1920",
    "SN 38RKA834083",
    "38R 222761 99999999",
    "38R 999999 3524041",
    "38T 222761 3524041",  # another band
    # codes
    "12345678+99",
    "62792222+22",
    "https://shop.example/?q=62792222%2B22",
    "https://maps.google.com/?q=79222333+44",  # two numbers with a blank between
    "https://www.google.com/maps/search/?api=1&query=77223344+55",
    "8H322XXF+",
    "8H322XXF+FMA",
    "svtk5f11",
    "geohash systems",
    # links
    "geo:0,0",
    "geo:91,10.5",
    "geo:33.3152,44.3661;crs=moon",
    "https://maps.google.com/",
    "https://www.google.com/maps",
    "https://shop.example/?q=33.31,44.36",
    "https://www.example.com/33.3152.44.3661",
]


@pytest.mark.parametrize(("text", "expected"), [*MUST_FIND.items(), *forms_and_links.MUST_FIND.items()], ids=ascii)
def test_finds(text: str, expected: tuple[Notation, float, float]) -> None:
    (found,) = parse_coordinates(text)
    assert found.point is not None
    assert found.notation == expected[0]
    assert (found.point.lat, found.point.lon) == pytest.approx(expected[1:], abs=1e-5)


@pytest.mark.parametrize("text", [*MUST_NOT_FIND, *forms_and_links.MUST_NOT_FIND], ids=ascii)
def test_does_not_find(text: str) -> None:
    assert [found for found in parse_coordinates(text) if found.point] == []


def test_no_coordinates_in_ten_thousand_lines_of_other_numbers() -> None:
    assert [line for line in generate_lines(10_000) if any(found.point for found in parse_coordinates(line))] == []


@pytest.mark.parametrize(
    "link",
    [
        "https://maps.app.goo.gl/AbCd12", "goo.gl/maps/AbCd12", "https://g.co/kgs/AbCd12", "https://maps.apple/p/AbCd12",
        "https://w3w.co/one.two.three", "https://www.google.com/maps/place/Falcon+Camp", "https://waze.to/AbCd12",
        "https://www.google.com/maps?cid=1234567890",
    ],
)  # fmt: skip
def test_map_link_without_a_position_is_unresolved(link: str) -> None:
    (found,) = parse_coordinates(f"تعالوا {link}. الليلة")
    assert (found.notation, found.point) == ("unresolved link", None)
    assert found.end - found.start == len(link)


@pytest.mark.parametrize(
    "link", ["https://t.me/channel", "https://video.example/@user/123", "https://bing.com/search?q=x"]
)
def test_other_links_are_ignored(link: str) -> None:
    assert parse_coordinates(link) == []


@pytest.mark.parametrize(
    ("text", "accuracy_m"),
    [
        ("33.3152, 44.3661", 15), ("33.31524, 44.36612", 1.5), ("31°46'07\" 42°04'30\"", 41), ("38RKA834083", 71),
        ("38R 222761 3524041", 2), ("8H322XXF+FM", 9), ("8H322XXF+FM5", 2), ("geohash svtk5f11", 19),
        ("geo:33.3152,44.3661;u=200", 200), ("geo:33.31524,44.36612;u=0.1", 1.5),
        ("https://www.google.com/maps/@33.31524,44.36612,17z", 200), ("https://osm.org/#map=14/33.315/44.366", 1597),
        ("https://maps.google.com/?q=33.31524,44.36612&z=14", 1.5),
    ],
    ids=ascii,
)  # fmt: skip
def test_accuracy_follows_from_the_notation(text: str, accuracy_m: float) -> None:
    (found,) = parse_coordinates(text)
    assert found.accuracy_m == pytest.approx(accuracy_m, rel=0.06)


def test_route_has_all_stops_without_duplicates() -> None:
    stops = parse_coordinates("https://www.google.com/maps/dir/31.1001,42.1001/31.2002,42.2002/@31.1,42.1,12z")
    assert [stop.point.lat for stop in stops if stop.point] == [31.1001, 31.2002]
    assert len(parse_coordinates("https://maps.google.com/maps?q=31.1001,42.1001&ll=31.1001,42.1001&z=16")) == 1


def test_notations_are_in_reading_order() -> None:
    text = "38R KA 834 083 ثم 31.7559, 41.7923 ثم 8H322XXF+FM ثم geo:31.7,41.7 ثم N31 40 06 E40 54 54"
    found = [place.notation for place in parse_coordinates(text)]
    assert found == ["mgrs", "decimal", "plus code", "geo uri", "sexagesimal"]
