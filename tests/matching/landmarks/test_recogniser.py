"""Our landmarks and the pictures of a clip, from photos on the disk to what was met."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from opsec.matching.landmarks.feature_cache import Shelf
from opsec.matching.landmarks.recogniser import MOST_PICTURES
from opsec.matching.landmarks.view_synthesis import resized
from opsec.matching.matcher import answered, match, prepare
from opsec.model import Features, Hint, Site
from opsec.sites.reference_photos import reference_photos
from tests.fixtures.records import clip
from tests.matching.landmarks.drawn import Bytes, hint, photographed, seen, wall

SITE = Site(id="lake-camp", kind="base", code="L-1", names={"en": ("Lake Camp",)})
OTHER = Site(id="hill-camp", kind="base", code="H-1", names={"en": ("Hill Camp",)})


def test_a_wall_seen_from_the_side_is_told_with_its_evidence(tmp_path: Path) -> None:
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)], "tower": [wall(2)]})
    looked = clip(hint(wall(8), 0.0), hint(seen(wall(2), slant=1.5, turn_deg=5), 2.0, "h2"))
    (met,) = match(looked, prepare([ours], photos))
    assert (met.site, met.landmark, met.rule, met.grade) == ("lake-camp", "tower", "LANDMARK-SEEN", "strong")
    sighting = met.sighting
    assert sighting is not None
    assert (sighting.photo, sighting.mirrored, sighting.compared) == ("0.jpg", False, 2)
    assert [at_s for at_s, _count in sighting.pictures] == [2.0]
    assert "L-1" in met.why.en
    assert "tower" not in met.why.en + met.why.ar  # the sentence travels


@pytest.mark.parametrize("slant", [2.8, 3.1])
def test_one_photo_is_enough_for_a_view_from_far_aside(tmp_path: Path, slant: float) -> None:
    """What the simulated views are for: the photo as it is shows nothing from there."""
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)]})
    (met,) = match(clip(hint(seen(wall(1), slant=slant, turn_deg=4))), prepare([ours], photos))
    assert met.grade == "strong"


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_sense_in_which_the_clip_shows_it_is_told(tmp_path: Path, mirrored: bool) -> None:
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)]})
    (met,) = match(clip(hint(seen(wall(1), slant=1.2, mirrored=mirrored))), prepare([ours], photos))
    assert met.sighting is not None
    assert met.sighting.mirrored == mirrored
    assert met.grade == "strong"


def test_the_outline_lies_where_the_wall_is(tmp_path: Path) -> None:
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)]})
    frame = np.full((1024, 576), 90, np.uint8)
    frame[600:1000, 20:553] = resized(wall(1), 533)
    (met,) = match(clip(hint(frame)), prepare([ours], photos))
    assert met.sighting is not None
    across, down = zip(*met.sighting.outline, strict=True)
    assert min(down) > 0.55
    assert max(down) < 1.0
    assert min(across) < 0.25
    assert all(0 <= share <= 1 for line in met.sighting.lines for share in line)


def test_two_sites_with_one_wall_are_named_together_and_share_the_odds(tmp_path: Path) -> None:
    one, photos = photographed(tmp_path, SITE, {"block": [wall(1)]})
    other, more = photographed(tmp_path, OTHER, {"block": [wall(1)]})
    frame = clip(hint(seen(wall(1), slant=1.2)))
    alone = match(frame, prepare([one], photos))
    found = match(frame, prepare([one, other], [*photos, *more]))
    assert sorted(met.site for met in found) == ["hill-camp", "lake-camp"]
    assert all(met.sighting and len(met.sighting.one_of) == 1 for met in found)
    assert {met.grade for met in found} == {"probable"}
    assert all("or one that looks like it (1 known)" in met.why.en for met in found)
    assert all(met.log_odds < alone[0].log_odds for met in found)


def test_what_a_far_surer_landmark_explains_is_not_told_of_another(tmp_path: Path) -> None:
    """A patch of the gate also stands in the photo of a hangar: alone a possibility, beside the gate nothing."""
    hangar = wall(2)
    hangar[100:270, 100:270] = wall(1)[150:320, 250:420]
    one, photos = photographed(tmp_path, SITE, {"gate": [wall(1)]})
    other, more = photographed(tmp_path, OTHER, {"hangar": [hangar]})
    frame = clip(hint(seen(wall(1), slant=1.3)))
    assert [(met.landmark, met.grade) for met in match(frame, prepare([other], more))] == [("hangar", "possible")]
    (met,) = match(frame, prepare([one, other], [*photos, *more]))
    assert (met.landmark, met.grade) == ("gate", "strong")
    assert met.sighting is not None
    assert met.sighting.one_of == ()


def test_one_of_many_landmarks_is_found(tmp_path: Path) -> None:
    ours, photos = photographed(tmp_path, SITE, {f"wall-{number}": [wall(number, 320, 240)] for number in range(11)})
    prepared = prepare([ours], photos)
    found = match(clip(hint(seen(wall(9, 320, 240), slant=1.3))), prepared)
    assert [met.landmark for met in found] == ["wall-9"]
    assert match(clip(hint(wall(40, 320, 240))), prepared) == ()


def test_a_photo_that_is_the_clip_itself_is_a_match_like_any_other(tmp_path: Path) -> None:
    frame = seen(wall(1))
    ours, photos = photographed(tmp_path, SITE, {"gate": [frame]})
    (met,) = match(clip(hint(frame)), prepare([ours], photos))
    assert met.grade == "strong"


def test_a_frame_without_features_and_a_landmark_without_any_say_nothing(tmp_path: Path) -> None:
    flat = np.full((480, 640), 127, np.uint8)
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)]})
    assert match(clip(hint(flat)), prepare([ours], photos)) == ()
    bare, none = photographed(tmp_path, OTHER, {"wall": [flat]})
    assert match(clip(hint(wall(1))), prepare([bare], none)) == ()


@pytest.mark.parametrize(
    ("photo", "state"),
    [
        (None, "not_configured"),
        (wall(1), "ran"),
        (wall(1)[:40, :40], "failed"),
        (np.full((90, 90), 9, np.uint8), "failed"),
    ],
    ids=["no photo", "a photo", "40 pixels", "nothing in it"],
)
def test_what_could_not_be_looked_for_is_not_nothing_found(tmp_path: Path, photo: "Bytes | None", state: str) -> None:
    ours, photos = photographed(tmp_path, SITE, {} if photo is None else {"gate": [np.asarray(photo, np.uint8)]})
    looked = clip(hint(wall(5)))
    checked = replace(looked, coverage=replace(looked.coverage, checks={**looked.coverage.checks, "landmarks": "ran"}))
    assert answered(checked, prepare([ours], photos)).coverage.checks["landmarks"] == state


def test_a_damaged_photo_of_ours_is_passed_over_and_the_others_serve(tmp_path: Path) -> None:
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1), wall(1)]})
    photos[0].path.write_bytes(b"\xff\xd8\xff\xe0 and no more")
    photos = reference_photos([ours], tmp_path)
    (met,) = match(clip(hint(seen(wall(1)))), prepare([ours], photos))
    assert met.sighting is not None
    assert met.sighting.photo == "1.jpg"


@pytest.mark.parametrize(
    "features",
    [Features(480, 480, 3, "AAAA", "AAAA"), Features(480, 480, 1, "!", "!"), Features(9, 9, 2_000, "", "")],
)
def test_features_that_are_none_make_the_check_failed(tmp_path: Path, features: Features) -> None:
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)]})
    bad = replace(hint(wall(1)), features=features)
    looked = clip(bad)
    checked = replace(looked, coverage=replace(looked.coverage, checks={**looked.coverage.checks, "landmarks": "ran"}))
    prepared = prepare([ours], photos)
    assert answered(checked, prepared).coverage.checks["landmarks"] == "failed"
    assert match(checked, prepared) == ()


def test_more_pictures_than_a_reader_sends_are_not_all_compared_and_that_is_said(tmp_path: Path) -> None:
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)]})
    prepared = prepare([ours], photos)
    flat = hint(np.full((480, 640), 127, np.uint8))
    crowd = clip(*(replace(flat, id=f"h{number}") for number in range(MOST_PICTURES)), hint(wall(1), 1.0, "last"))
    checked = replace(crowd, coverage=replace(crowd.coverage, checks={**crowd.coverage.checks, "landmarks": "ran"}))
    assert match(checked, prepared) == ()
    assert answered(checked, prepared).coverage.checks["landmarks"] == "failed"


def test_words_laid_over_the_picture_are_no_part_of_a_place(tmp_path: Path) -> None:
    """The same caption strip over two scenes; the reader of signs told where it stands."""
    strip = wall(6, 480, 120)
    photo, frame = wall(1, 480, 480), wall(2, 480, 480)
    photo[40:160], frame[40:160] = strip, strip
    ours, photos = photographed(tmp_path, SITE, {"gate": [photo]})
    prepared = prepare([ours], photos)
    words = Hint(
        kind="text", family="TEXT", reader="signs", field="picture", id="h2", at_s=0.0, until_s=3.0,
        box=(0.0, 0.05, 1.0, 0.32), text="good morning",
    )  # fmt: skip
    assert match(clip(hint(frame)), prepared) != ()
    assert [met.rule for met in match(clip(hint(frame), words), prepared) if met.rule == "LANDMARK-SEEN"] == []
    at_the_start = replace(words, until_s=0.0)
    assert [met.rule for met in match(clip(hint(frame, 3.0), at_the_start), prepared)] == ["LANDMARK-SEEN"]


def test_what_was_worked_out_is_kept_for_its_owner_only_and_cleared_when_a_photo_goes(tmp_path: Path) -> None:
    shelf = tmp_path / "case.db.landmarks"
    ours, photos = photographed(tmp_path / "sites", SITE, {"gate": [wall(1)], "tower": [wall(2)]})
    frame = clip(hint(seen(wall(1))))
    first = match(frame, prepare([ours], photos, Shelf(shelf)))
    assert shelf.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in shelf.iterdir()] == [0o600, 0o600]
    for photo in photos:
        photo.path.unlink()  # all is known of them by their fingerprints
    assert match(frame, prepare([ours], photos, Shelf(shelf))) == first
    match(frame, prepare([replace(ours, landmarks=ours.landmarks[:1])], photos[:1], Shelf(shelf)))
    assert len(list(shelf.iterdir())) == 1


def test_a_damaged_file_of_the_shelf_is_made_anew(tmp_path: Path) -> None:
    shelf = tmp_path / "case.db.landmarks"
    ours, photos = photographed(tmp_path / "sites", SITE, {"gate": [wall(1)]})
    frame = clip(hint(seen(wall(1))))
    first = match(frame, prepare([ours], photos, Shelf(shelf)))
    (kept,) = shelf.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    assert match(frame, prepare([ours], photos, Shelf(shelf))) == first
