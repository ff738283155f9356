"""Google Takeout: the record of one photo."""

from typing import Any

import pytest

from opsec.model import Post
from tests.readers.posts.exports.made import codes, places, reading, texts

NOWHERE = {"latitude": 0.0, "longitude": 0.0, "altitude": 0.0, "latitudeSpan": 0.0, "longitudeSpan": 0.0}
GATE = NOWHERE | {"latitude": 33.981204, "longitude": 43.251107, "altitude": 41.0}
RECORD: dict[str, Any] = {
    "title": "IMG_0001.jpg",
    "description": "عند البوابة",
    "imageViews": "4",
    "creationTime": {"timestamp": "1794900000", "formatted": "17 Nov 2026, 07:20:00 UTC"},
    "photoTakenTime": {"timestamp": "1794817800", "formatted": "16 Nov 2026, 08:30:00 UTC"},
    "geoData": NOWHERE,
    "geoDataExif": NOWHERE,
    "people": [{"name": "Salim Haddad"}],
    "url": "https://photos.example/7",
    "googlePhotosOrigin": {"mobileUpload": {"deviceType": "ANDROID_PHONE"}},
}


def test_the_fields_of_a_photo() -> None:
    found = reading(RECORD)
    assert found.post == Post(
        caption="عند البوابة",
        recorded_at="2026-11-16T08:30:00Z",
        url="https://photos.example/7",
        source="Google Photos",
    )
    assert (found.status, found.hints, found.reasons) == ("read", (), ())


@pytest.mark.parametrize("key", ["geoData", "geoDataExif"])
def test_the_position_may_be_in_either_object(key: str) -> None:
    found = reading(RECORD | {key: GATE})
    assert places(found.hints) == [(f"Takeout/{key}", 33.981204, 43.251107)]
    assert found.hints[0].family == "META"


@pytest.mark.parametrize(
    "place", [NOWHERE, {}, None, "33.98, 43.25", {"latitude": 0, "longitude": 0}, {"latitude": 33.9}]
)
def test_zeros_and_invalid_values_are_not_a_position(place: Any) -> None:
    found = reading(RECORD | {"geoData": place})
    assert (places(found.hints), found.reasons) == ([], ())


def test_coordinates_that_are_not_on_earth_are_reported() -> None:
    found = reading(RECORD | {"geoData": {"latitude": 95.2, "longitude": 43.25}})
    assert (places(found.hints), codes(found)) == ([], ["bad_place"])


def test_other_text_of_the_record() -> None:
    more = {
        "title": "Falcon Camp gate.jpg",
        "sharedAlbumComments": [{"text": "is that Falcon Camp?", "contentOwnerName": "x", "liked": False}],
        "someNewKey": {"note": "night shift"},
    }
    assert texts(reading(RECORD | more).hints) == [
        ("title", "Falcon Camp gate.jpg"),
        ("comment", "is that Falcon Camp?"),
        ("someNewKey.note", "night shift"),
    ]


def test_the_names_of_people_are_not_read() -> None:
    assert "Salim" not in str(reading(RECORD))


def test_the_record_of_an_album_is_read_by_its_keys() -> None:
    album = {
        "title": "Falcon Camp",
        "date": {"timestamp": "1794817800"},
        "enrichments": [
            {"locationEnrichment": {"location": [{"name": "Ramla", "latitudeE7": 339812040, "longitudeE7": 432511070}]}}
        ],
    }
    found = reading(album)
    assert places(found.hints) == [("enrichments.locationEnrichment.location.latitudeE7", 33.981204, 43.251107)]
    assert [text for _, text in texts(found.hints)] == ["Falcon Camp", "Ramla"]


def test_a_truncated_record_keeps_its_outer_fields() -> None:
    found = reading(b'{"title": "a.jpg", "description": "at the gate", "photoTakenTime": {"timest')
    assert found.post is not None
    assert (found.post.caption, found.status, codes(found)) == ("at the gate", "partly", ["cut_off"])
