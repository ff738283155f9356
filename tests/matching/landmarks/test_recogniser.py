"""Recognition of landmarks in the frames of a clip, from photos on disk to matches."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.recogniser import MAX_FRAMES
from opsec.matching.landmarks.view_synthesis import downscale
from opsec.matching.matcher import build_site_index, match
from opsec.model import Features, Hint, Site
from opsec.sites.reference_photos import reference_photos
from tests.fixtures.records import make_clip
from tests.matching.landmarks.drawn import Bytes, film_wall, frame_hint, wall, write_photos

SITE = Site(id="lake-camp", kind="base", code="L-1", names={"en": ("Lake Camp",)})
OTHER = Site(id="hill-camp", kind="base", code="H-1", names={"en": ("Hill Camp",)})


def test_a_wall_filmed_from_the_side_is_reported_with_its_evidence(tmp_path: Path) -> None:
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)], "tower": [wall(2)]})
    clip = make_clip(frame_hint(wall(8), 0.0), frame_hint(film_wall(wall(2), slant=1.5, turn_deg=5), 2.0, "h2"))
    (one,) = match(clip, build_site_index([site], photos)).matches
    assert (one.site, one.landmark, one.rule, one.grade) == ("lake-camp", "tower", "LANDMARK-SEEN", "strong")
    sighting = one.sighting
    assert sighting is not None
    assert (sighting.photo, sighting.mirrored, sighting.compared) == ("0.jpg", False, 2)
    assert [at_s for at_s, _count in sighting.pictures] == [2.0]
    assert "L-1" in one.why.en
    assert "tower" not in one.why.en + one.why.ar  # the sentence goes into reports that travel


@pytest.mark.parametrize("slant", [2.8, 3.1])
def test_one_photo_is_enough_for_a_steep_slant(tmp_path: Path, slant: float) -> None:
    """This is what the simulated views are for: the photo as it is shows nothing from there."""
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    (one,) = match(
        make_clip(frame_hint(film_wall(wall(1), slant=slant, turn_deg=4))), build_site_index([site], photos)
    ).matches
    assert one.grade == "strong"


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_mirror_orientation_is_reported(tmp_path: Path, mirrored: bool) -> None:
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    (one,) = match(
        make_clip(frame_hint(film_wall(wall(1), slant=1.2, mirrored=mirrored))),
        build_site_index([site], photos),
    ).matches
    assert one.sighting is not None
    assert one.sighting.mirrored == mirrored
    assert one.grade == "strong"


def test_the_outline_lies_where_the_wall_is(tmp_path: Path) -> None:
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    frame = np.full((1024, 576), 90, np.uint8)
    frame[600:1000, 20:553] = downscale(wall(1), 533)
    (one,) = match(make_clip(frame_hint(frame)), build_site_index([site], photos)).matches
    assert one.sighting is not None
    across, down = zip(*one.sighting.outline, strict=True)
    assert min(down) > 0.55
    assert max(down) < 1.0
    assert min(across) < 0.25
    assert all(0 <= share <= 1 for line in one.sighting.lines for share in line)


def test_two_sites_with_one_wall_are_reported_together_and_share_the_odds(tmp_path: Path) -> None:
    one, photos = write_photos(tmp_path, SITE, {"block": [wall(1)]})
    other, more = write_photos(tmp_path, OTHER, {"block": [wall(1)]})
    clip = make_clip(frame_hint(film_wall(wall(1), slant=1.2)))
    (alone,) = match(clip, build_site_index([one], photos)).matches
    both = match(clip, build_site_index([one, other], [*photos, *more])).matches
    assert sorted(found.site for found in both) == ["hill-camp", "lake-camp"]
    assert all(found.sighting and len(found.sighting.one_of) == 1 for found in both)
    assert {found.grade for found in both} == {"probable"}
    assert all("or a similar one (1 candidates)" in found.why.en for found in both)
    assert all(found.log_odds < alone.log_odds for found in both)


def test_evidence_of_a_far_stronger_landmark_is_not_reported_for_another(tmp_path: Path) -> None:
    """A patch of the gate is also in the photo of a hangar: alone a possible match, beside the gate none."""
    hangar = wall(2)
    hangar[100:270, 100:270] = wall(1)[150:320, 250:420]
    one, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    other, more = write_photos(tmp_path, OTHER, {"hangar": [hangar]})
    frame = make_clip(frame_hint(film_wall(wall(1), slant=1.3)))
    assert [(found.landmark, found.grade) for found in match(frame, build_site_index([other], more)).matches] == [
        ("hangar", "possible")
    ]
    (found,) = match(frame, build_site_index([one, other], [*photos, *more])).matches
    assert (found.landmark, found.grade) == ("gate", "strong")
    assert found.sighting is not None
    assert found.sighting.one_of == ()


@pytest.mark.slow
def test_one_of_many_landmarks_is_found(tmp_path: Path) -> None:
    site, photos = write_photos(tmp_path, SITE, {f"wall-{number}": [wall(number, 320, 240)] for number in range(11)})
    index = build_site_index([site], photos)
    found = match(make_clip(frame_hint(film_wall(wall(9, 320, 240), slant=1.3))), index).matches
    assert [found.landmark for found in found] == ["wall-9"]
    assert match(make_clip(frame_hint(wall(40, 320, 240))), index).matches == ()


def test_a_photo_taken_from_the_clip_itself_matches(tmp_path: Path) -> None:
    frame = film_wall(wall(1))
    site, photos = write_photos(tmp_path, SITE, {"gate": [frame]})
    (one,) = match(make_clip(frame_hint(frame)), build_site_index([site], photos)).matches
    assert one.grade == "strong"


def test_a_frame_or_a_landmark_without_features_gives_no_match(tmp_path: Path) -> None:
    flat = np.full((480, 640), 127, np.uint8)
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    assert match(make_clip(frame_hint(flat)), build_site_index([site], photos)).matches == ()
    bare, none = write_photos(tmp_path, OTHER, {"wall": [flat]})
    assert match(make_clip(frame_hint(wall(1))), build_site_index([bare], none)).matches == ()


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
def test_landmarks_that_could_not_be_searched_fail_the_check(tmp_path: Path, photo: "Bytes | None", state: str) -> None:
    site, photos = write_photos(tmp_path, SITE, {} if photo is None else {"gate": [np.asarray(photo, np.uint8)]})
    checked = make_clip(frame_hint(wall(5)), checks={"landmarks": "ran"})
    assert match(checked, build_site_index([site], photos)).outcomes["landmarks"] == state


def test_a_damaged_photo_is_skipped_and_the_others_are_used(tmp_path: Path) -> None:
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1), wall(1)]})
    Path(photos[0].path).write_bytes(b"\xff\xd8\xff\xe0 and no more")
    photos = reference_photos([site], tmp_path)
    (one,) = match(make_clip(frame_hint(film_wall(wall(1)))), build_site_index([site], photos)).matches
    assert one.sighting is not None
    assert one.sighting.photo == "1.jpg"


@pytest.mark.parametrize(
    "features",
    [Features(480, 480, 3, "AAAA", "AAAA"), Features(480, 480, 1, "!", "!"), Features(9, 9, 2_000, "", "")],
)
def test_invalid_features_fail_the_check(tmp_path: Path, features: Features) -> None:
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    bad = replace(frame_hint(wall(1)), features=features)
    checked = make_clip(bad, checks={"landmarks": "ran"})
    index = build_site_index([site], photos)
    assert match(checked, index).outcomes["landmarks"] == "failed"
    assert match(checked, index).matches == ()


def test_more_frames_than_a_reader_sends_fail_the_check(tmp_path: Path) -> None:
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    index = build_site_index([site], photos)
    flat = frame_hint(np.full((480, 640), 127, np.uint8))
    frames = [*(replace(flat, id=f"h{number}") for number in range(MAX_FRAMES)), frame_hint(wall(1), 1.0, "last")]
    checked = make_clip(*frames, checks={"landmarks": "ran"})
    assert match(checked, index).matches == ()
    assert match(checked, index).outcomes["landmarks"] == "failed"


def test_overlaid_text_is_not_part_of_a_landmark(tmp_path: Path) -> None:
    """The same caption strip over two scenes; the sign reader gave its box."""
    strip = wall(6, 480, 120)
    photo, frame = wall(1, 480, 480), wall(2, 480, 480)
    photo[40:160], frame[40:160] = strip, strip
    site, photos = write_photos(tmp_path, SITE, {"gate": [photo]})
    index = build_site_index([site], photos)
    words = Hint(
        kind="text", family="TEXT", reader="signs", field="picture", id="h2", at_s=0.0, until_s=3.0,
        box=(0.0, 0.05, 1.0, 0.32), text="good morning",
    )  # fmt: skip
    assert match(make_clip(frame_hint(frame)), index).matches != ()
    assert [
        found.rule
        for found in match(make_clip(frame_hint(frame), words), index).matches
        if found.rule == "LANDMARK-SEEN"
    ] == []
    at_the_start = replace(words, until_s=0.0)
    assert [found.rule for found in match(make_clip(frame_hint(frame, 3.0), at_the_start), index).matches] == [
        "LANDMARK-SEEN"
    ]


def test_cached_features_are_private_and_removed_when_a_photo_goes(tmp_path: Path) -> None:
    folder = tmp_path / "case.db.landmarks"
    site, photos = write_photos(tmp_path / "sites", SITE, {"gate": [wall(1)], "tower": [wall(2)]})
    frame = make_clip(frame_hint(film_wall(wall(1))))
    first = match(frame, build_site_index([site], photos, FeatureCache(folder))).matches
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600, 0o600]
    for photo in photos:
        Path(photo.path).unlink()  # everything is cached under their fingerprints
    assert match(frame, build_site_index([site], photos, FeatureCache(folder))).matches == first
    match(frame, build_site_index([replace(site, landmarks=site.landmarks[:1])], photos[:1], FeatureCache(folder)))
    assert len(list(folder.iterdir())) == 1


def test_a_damaged_cache_file_is_recomputed(tmp_path: Path) -> None:
    folder = tmp_path / "case.db.landmarks"
    site, photos = write_photos(tmp_path / "sites", SITE, {"gate": [wall(1)]})
    frame = make_clip(frame_hint(film_wall(wall(1))))
    first = match(frame, build_site_index([site], photos, FeatureCache(folder))).matches
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert match(frame, build_site_index([site], photos, FeatureCache(folder))).matches == first
