"""Training Center XML: trackpoints, courses, laps and notes."""

import pytest

from tests.readers.telemetry.files.made import Place, places, reading, tracks

WAY = [(33.98, 43.25), (33.981, 43.251), (-0.5, 0.0)]


def position(place: Place) -> str:
    lat, lon = place
    return f"<LatitudeDegrees>{lat}</LatitudeDegrees><LongitudeDegrees>{lon}</LongitudeDegrees>"


def trackpoints(way: list[Place]) -> str:
    return "".join(
        f"<Trackpoint><Time>2026-11-16T08:30:0{n}Z</Time><Position>{position(place)}</Position>"
        f"<AltitudeMeters>41.5</AltitudeMeters><HeartRateBpm><Value>99</Value></HeartRateBpm><Extensions>"
        f'<TPX xmlns="http://www.garmin.com/xmlschemas/ActivityExtension/v2"><Speed>2.5</Speed></TPX></Extensions>'
        f"</Trackpoint>"
        for n, place in enumerate(way)
    )


def tcx(track: str, *, lap: str = "", after: str = "") -> str:
    return (
        '<?xml version="1.0"?><TrainingCenterDatabase '
        'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities><Activity Sport="Running">'
        f'<Lap StartTime="2026-11-16T08:30:00Z">{lap}<Track>{track}</Track></Lap>{after}</Activity></Activities>'
        "</TrainingCenterDatabase>"
    )


def test_trackpoints() -> None:
    found = reading("run.tcx", tcx(trackpoints(WAY)))
    (track,) = tracks(found)
    assert (track.field, places(track)) == (".tcx/Trackpoint", WAY)
    assert [(fix.at_s, fix.altitude_m, fix.speed_mps) for fix in track.fixes] == [(n, 41.5, 2.5) for n in range(3)]
    assert [hint.text for hint in found.hints if hint.kind == "time"] == ["2026-11-16T08:30:00Z"]


def test_notes_and_the_name_of_the_watch() -> None:
    after = "<Notes>run at Falcon Camp</Notes><Creator><Name>Watch 7</Name></Creator>"
    found = reading("run.tcx", tcx(trackpoints(WAY), after=after))
    assert {(hint.kind, hint.text) for hint in found.hints if hint.kind in ("text", "device")} == {
        ("text", "run at Falcon Camp"),
        ("device", "Watch 7"),
    }


def test_points_of_a_course_and_its_laps() -> None:
    text = (
        f"<TrainingCenterDatabase><Courses><Course><Name>Falcon loop</Name><Lap><BeginPosition>{position(WAY[0])}"
        f"</BeginPosition><EndPosition>{position(WAY[1])}</EndPosition></Lap><CoursePoint><Name>gate</Name>"
        f"<Position>{position(WAY[2])}</Position></CoursePoint></Course></Courses></TrainingCenterDatabase>"
    )
    found = reading("run.tcx", text)
    assert {track.field: places(track) for track in tracks(found)} == {
        ".tcx/BeginPosition": [WAY[0]],
        ".tcx/EndPosition": [WAY[1]],
        ".tcx/CoursePoint": [WAY[2]],
    }
    assert [hint.text for hint in found.hints if hint.kind == "text"] == ["Falcon loop", "gate"]


@pytest.mark.parametrize("point", ["<Trackpoint/>", "<Trackpoint><Time>x</Time></Trackpoint>", position((1.0, 2.0))])
def test_points_without_a_position(point: str) -> None:
    assert [places(track) for track in tracks(reading("run.tcx", tcx(point + trackpoints(WAY))))] == [WAY]


@pytest.mark.parametrize("place", [(91.0, 43.0), (0.0, 0.0)])
def test_no_place_on_earth(place: Place) -> None:
    found = reading("run.tcx", tcx(trackpoints([place])))
    assert (tracks(found), [why.code for why in found.reasons]) == ([], ["bad_place"])


def test_what_stood_before_the_damage_is_kept() -> None:
    found = reading("run.tcx", tcx(trackpoints(WAY))[:-30])
    assert places(tracks(found)[0]) == WAY
    assert [why.code for why in found.reasons] == ["broken"]


def test_nesting_and_entities_are_bounded() -> None:
    deep = reading("run.tcx", "<a>" * 100_000)
    bomb = reading("run.tcx", '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>')
    assert ([why.code for why in deep.reasons], [why.code for why in bomb.reasons]) == (["too_deep"], ["broken"])
