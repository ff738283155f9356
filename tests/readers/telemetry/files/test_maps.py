"""Routes and map tracks: points with times, lines without, and XML that wants more than it may have."""

import pytest

from opsec.model import Point
from opsec.model.notes import note_text
from tests.readers.telemetry.files.made import gpx, places, reading, tracks

WAY = [(33.98, 43.25), (33.981, 43.251), (-0.5, 0.0)]
KML = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">{}</kml>'


@pytest.mark.parametrize("point", ["trkpt", "rtept", "wpt"])
def test_points_of_a_route(point: str) -> None:
    found = reading("clip.gpx", gpx(WAY, point))
    (track,) = tracks(found)
    assert (track.field, places(track)) == (f".gpx/{point}", WAY)
    assert [(fix.at_s, fix.altitude_m) for fix in track.fixes] == [(0.0, 41.5), (2.0, 41.5), (4.0, 41.5)]
    assert [hint.text for hint in found.hints if hint.kind == "time"] == ["2026-11-16T08:30:00Z"]


def test_waypoints_beside_a_track_are_positions_of_their_own() -> None:
    text = gpx(WAY).replace("<trk>", '<wpt lat="31.5" lon="42.5"><name>north gate</name></wpt><trk>', 1)
    found = reading("clip.gpx", text)
    assert [track.field for track in tracks(found)] == [".gpx/trkpt"]
    positions = [(hint.field, hint.point) for hint in found.hints if hint.kind == "position"]
    assert positions == [(".gpx/wpt", Point(31.5, 42.5))]
    assert (".gpx/name", "north gate") in [(hint.field, hint.text) for hint in found.hints]


def test_a_pin_without_a_time_an_outline_and_their_words_are_read() -> None:
    pin = "<Placemark><name>البوابة</name><Point><coordinates>42.5,31.5</coordinates></Point></Placemark>"
    ring = "<LinearRing><coordinates>42.5,31.5,0 42.6,31.5,0 42.5,31.5,0</coordinates></LinearRing>"
    found = reading("clip.kml", KML.format(f"{pin}<Placemark><description>camp</description>{ring}</Placemark>"))
    assert [(hint.field, hint.point) for hint in found.hints if hint.kind == "position"] == [
        (".kml/Point", Point(31.5, 42.5)),
        (".kml/LinearRing", Point(31.5, 42.5)),
        (".kml/LinearRing", Point(31.5, 42.6)),
    ]
    assert [hint.text for hint in found.hints if hint.kind == "text"] == ["البوابة", "camp"]


def test_too_many_points_are_reported() -> None:
    pins = "".join(
        f"<Placemark><Point><coordinates>42.5,{30 + n / 1000}</coordinates></Point></Placemark>" for n in range(600)
    )
    assert [why.code for why in reading("clip.kml", KML.format(pins)).reasons] == ["too_many"]


def test_a_map_track_has_times_and_headings() -> None:
    parts = "".join(
        f"<when>2026-11-16T08:30:0{n}Z</when><gx:coord>{lon} {lat} 60</gx:coord><gx:angles>90 0 0</gx:angles>"
        for n, (lat, lon) in enumerate(WAY)
    )
    found = reading("clip.kml", KML.format(f"<Placemark><gx:Track>{parts}</gx:Track></Placemark>"))
    (track,) = tracks(found)
    assert (track.field, places(track)) == (".kml/gx:Track", WAY)
    assert [(fix.at_s, fix.altitude_m, fix.heading_deg) for fix in track.fixes] == [(n, 60.0, 90.0) for n in range(3)]


def test_a_line_has_no_times_and_an_outline_is_no_track() -> None:
    words = " ".join(f"{lon},{lat},5" for lat, lon in WAY)
    (track,) = tracks(reading("clip.kml", KML.format(f"<LineString><coordinates>{words}</coordinates></LineString>")))
    assert (places(track), note_text(track.notes)) == (WAY, "its points carry no times")
    for shape in ("LinearRing", "Point"):
        text = KML.format(f"<{shape}><coordinates>{words}</coordinates></{shape}>")
        assert tracks(reading("clip.kml", text)) == []


@pytest.mark.parametrize(
    "text",
    [
        gpx([(91.0, 43.0), (0.0, 0.0), (33.0, 181.0)]),
        gpx([]).replace("</trkseg>", '<trkpt lat="nan" lon="inf"/><trkpt lat="x"/><trkpt/></trkseg>'),
        KML.format("<LineString><coordinates>a,b 1 ,, 200,100</coordinates></LineString>"),
    ],
)
def test_no_place_on_earth(text: str) -> None:
    found = reading("clip.gpx" if "<gpx" in text else "clip.kml", text)
    assert (tracks(found), [why.code for why in found.reasons]) == ([], ["bad_place"])


def test_what_stood_before_the_damage_is_kept() -> None:
    found = reading("clip.gpx", gpx(WAY)[:-10])
    assert (found.status, found.reasons[0].code, places(tracks(found)[0])) == ("partly", "broken", WAY)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "<gpx>" * 300_000,
        '<!DOCTYPE g [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><gpx>&b;</gpx>',
        '<!DOCTYPE g SYSTEM "file:///etc/passwd"><gpx/>',
        "no xml at all",
        '<?xml version="1.0" encoding="nowhere"?><gpx/>',
    ],
)
def test_hostile_xml_is_unread(text: str) -> None:
    found = reading("clip.gpx", text)
    assert (found.status, found.hints) == ("unread", ())
    assert [why.code for why in found.reasons] in (["broken"], ["too_deep"])


PIN = "<Placemark>{}</Placemark>"
STAMP = "<TimeStamp><when>2026-11-16T08:30:0{}Z</when></TimeStamp>"


@pytest.mark.parametrize("stamp_first", [True, False])
def test_pins_with_their_times_are_a_way(*, stamp_first: bool) -> None:
    pins = ""
    for n, (lat, lon) in enumerate(WAY):
        parts = [STAMP.format(n), f"<Point><coordinates>{lon},{lat},41.5</coordinates></Point>"]
        pins += PIN.format("".join(parts if stamp_first else reversed(parts)))
    found = reading("clip.kml", KML.format(pins))
    (track,) = tracks(found)
    assert (track.field, places(track)) == (".kml/Point", WAY)
    assert [(fix.at_s, fix.altitude_m) for fix in track.fixes] == [(0.0, 41.5), (1.0, 41.5), (2.0, 41.5)]


def test_a_time_belongs_to_its_own_pin() -> None:
    stamped = PIN.format(STAMP.format(1) + "<LineString><coordinates>43.1,33.1</coordinates></LineString>")
    bare = PIN.format("<Point><coordinates>43.25,33.98</coordinates></Point>")
    assert [track.field for track in tracks(reading("clip.kml", KML.format(stamped + bare)))] == [".kml/LineString"]


def test_points_of_another_kind_do_not_move_the_clock_of_a_track() -> None:
    text = gpx(WAY).replace("<trk>", '<wpt lat="1" lon="2"><time>2026-11-16T08:29:00Z</time></wpt><trk>', 1)
    (track,) = tracks(reading("clip.gpx", text))
    assert [fix.at_s for fix in track.fixes] == [0.0, 2.0, 4.0]
