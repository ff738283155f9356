"""What the viewer tells of drawn shots of which it is known how the camera moved."""

import numpy as np
import pytest

from opsec.model.records import Gap
from opsec.readers.video.camera_motion import MOST_SHOTS, CameraViewer
from opsec.vision.camera_motion.shot import Shot
from opsec.vision.camera_motion.shot_boundaries import difference
from opsec.vision.camera_motion.static_overlay import FEWEST_PICTURES
from tests.vision.camera_motion.world import Grey, captioned, film, looked_at, motions, noisy, shown, with_person


@pytest.mark.parametrize(
    ("kind", "told", "more"),
    [
        ("stand", "fixed", {"shake_deg": 0.0}),
        ("stand", "fixed", {"shake_deg": 0.8}),
        ("turn", "turn", {"degrees": 40.0}),
        ("travel", "travel", {"speed_mps": 1.4}),
        ("travel", "travel", {"speed_mps": 5.0}),
        ("overhead", "overhead", {}),
        ("zoom", "zoom", {}),
    ],
)
def test_each_way_of_moving_is_told(kind: str, told: str, more: dict[str, float]) -> None:
    assert [one.motion for one in motions(film(11, kind, **more))] == [told]


@pytest.mark.parametrize(("seed", "speed_mps", "look_deg"), [(5, 2.8, 90.0), (6, 1.4, -90.0), (12, 2.8, 80.0)])
def test_a_wall_that_slides_by_is_no_ground_seen_from_above(seed: int, speed_mps: float, look_deg: float) -> None:
    assert [one.motion for one in motions(film(seed, "travel", speed_mps=speed_mps, look_deg=look_deg))] == ["travel"]


@pytest.mark.parametrize(("degrees", "hfov"), [(25.0, 42.0), (90.0, 66.0), (200.0, 42.0)])
def test_a_turn_is_measured_and_so_is_the_lens(degrees: float, hfov: float) -> None:
    (told,) = motions(film(5, "turn", degrees=degrees, hfov_deg=hfov))
    assert told.heading_deg == pytest.approx(degrees, abs=max(3.0, 0.05 * degrees))
    assert told.hfov_deg == pytest.approx(hfov, rel=0.06)
    assert told.sweep_deg == pytest.approx(degrees + hfov, abs=max(5.0, 0.07 * degrees))
    assert not told.at_least


@pytest.mark.parametrize("degrees", [60.0, 120.0, 180.0])
def test_somebody_who_turns_as_he_walks_travels(degrees: float) -> None:
    (told,) = motions(film(12, "travel", seconds=6.0, speed_mps=1.4, degrees=degrees))
    assert told.motion == "travel"


def test_no_picture_is_passed_over_before_it_is_known_what_is_burnt_in() -> None:
    shot, (picture, *_) = Shot(), film(3, "stand", shake_deg=0.0)
    for number in range(FEWEST_PICTURES - 1):
        shot.add(picture, number / 8)
        assert shot.due_s == shot.until_s
    shot.add(picture, FEWEST_PICTURES / 8)
    assert shot.due_s > shot.until_s


def test_a_circle_that_closes_measures_itself() -> None:
    (told,) = motions(film(6, "turn", seconds=7.0, degrees=350.0, hfov_deg=42.0))
    assert told.heading_deg == pytest.approx(350.0, abs=4.0)
    assert told.sweep_deg == 360.0


def test_there_and_back_counts_once() -> None:
    way = film(5, "turn", degrees=70.0)
    (told,) = motions([*way, *way[::-1][1:]])
    assert told.heading_deg == pytest.approx(70.0, abs=5.0)


def test_a_mirrored_turn_is_as_wide() -> None:
    plain = film(5, "turn", degrees=90.0)
    (one,), (other,) = motions(plain), motions([np.ascontiguousarray(picture[:, ::-1]) for picture in plain])
    assert one.heading_deg == pytest.approx(other.heading_deg, abs=1.5)


def test_a_person_who_sways_before_a_camera_that_stands_is_no_walk_and_no_turn() -> None:
    (told,) = motions(with_person(film(7, "stand", shake_deg=0.6), 7, size=1.2))
    assert told.motion == "fixed"


def test_a_spin_behind_a_person_is_a_turn_of_the_place() -> None:
    (told,) = motions(with_person(film(8, "turn", seconds=5.0, degrees=150.0, hfov_deg=42.0), 8))
    assert told.motion == "turn"
    assert told.heading_deg is None or told.heading_deg == pytest.approx(150.0, rel=0.25) or told.at_least


def test_words_and_buttons_burnt_in_do_not_hold_the_camera_still() -> None:
    (told,) = motions(captioned(film(9, "turn", degrees=60.0, hfov_deg=42.0)))
    assert told.heading_deg == pytest.approx(60.0, abs=6.0)


def test_shots_are_told_apart() -> None:
    hints = looked_at([*film(3, "stand"), *film(4, "turn", degrees=60.0)])
    assert [hint.motion.motion for hint in hints if hint.motion] == ["fixed", "turn"]
    assert hints[0].until_s is not None and hints[1].at_s is not None
    assert hints[0].until_s < hints[1].at_s


def test_the_same_pictures_give_the_same_numbers() -> None:
    pictures = film(5, "turn", degrees=90.0)
    assert looked_at(pictures) == looked_at(pictures)


def test_night_is_told_or_not_told_but_never_made_up() -> None:
    dark = [(picture // 8).astype(np.uint8) for picture in film(5, "turn", degrees=60.0)]
    (told,) = motions(list(noisy(dark, 5, 6.0)))
    assert told.heading_deg is None or told.heading_deg < 70.0


@pytest.mark.parametrize("step", [1, 2, 4])
def test_fewer_pictures_a_second_never_tell_of_more_degrees(step: int) -> None:
    pictures = film(5, "turn", degrees=60.0, hfov_deg=54.0)[::step]
    hints = looked_at(pictures, lambda number: number * step / 8)
    assert sum(hint.motion.heading_deg or 0.0 for hint in hints if hint.motion) < 66.0


@pytest.mark.parametrize(
    "pictures",
    [
        [np.zeros((400, 225), np.uint8)],
        [np.full((400, 225), 90, np.uint8)] * 20,
        [np.random.default_rng(number).integers(0, 255, (400, 225)).astype(np.uint8) for number in range(20)],
    ],
    ids=["one picture", "nothing in them", "noise"],
)
def test_what_cannot_be_told_is_unknown(pictures: list[Grey]) -> None:
    for told in motions(pictures):
        assert (told.motion, told.heading_deg, told.hfov_deg, told.overhead_s) == ("unknown", None, None, None)


def test_pictures_too_small_to_show_a_place_tell_nothing() -> None:
    assert looked_at([np.zeros((1, 1), np.uint8), np.zeros((8, 300), np.uint8)]) == []


def test_a_film_of_cuts_only_is_bounded_and_says_so() -> None:
    light, dark = np.full((64, 40), 240, np.uint8), np.full((64, 40), 10, np.uint8)
    viewer = CameraViewer()
    for number in range(MOST_SHOTS + 5):
        viewer.see(shown(light if number % 2 else dark, number, number / 8))
    found = list(viewer.found())
    assert len(found) == MOST_SHOTS + 1
    assert isinstance(found[-1], Gap)


def test_the_strip_of_a_turn_is_kept_small() -> None:
    (hint,) = looked_at(film(5, "turn", degrees=90.0, hfov_deg=42.0))
    assert hint.picture is not None
    assert hint.picture.width_px > 1.5 * hint.picture.height_px
    assert len(hint.picture.jpeg_base64) <= 160_000


def test_other_pictures_differ_and_the_same_ones_do_not() -> None:
    one, other = film(3, "stand")[0], np.full((400, 225), 250, np.uint8)
    assert difference(one, one) == pytest.approx(0.0, abs=1e-6)
    assert difference(one, other) > 0.5


@pytest.mark.parametrize("strength", [1.0, 3.0, 8.0])
def test_faint_noise_before_a_lens_cap_is_no_walk(strength: float) -> None:
    (told,) = motions(list(noisy([np.full((400, 225), 40, np.uint8)] * 20, 3, strength)))
    assert told.motion in {"unknown", "fixed"}
    assert (told.heading_deg or 0.0) < 1.0


@pytest.mark.parametrize("hfov", [12.0, 16.0])
def test_a_flat_pan_through_a_long_lens_is_not_called_fixed(hfov: float) -> None:
    (told,) = motions(film(5, "turn", degrees=35.0, hfov_deg=hfov, shake_deg=0.1))
    assert told.motion != "fixed"


def test_rows_read_one_after_another_make_no_degrees() -> None:
    (told,) = motions(film(5, "turn", degrees=120.0, hfov_deg=54.0, read_out_s=0.02))
    assert told.heading_deg == pytest.approx(120.0, abs=8.0)


def test_a_stabiliser_that_holds_and_catches_up_is_followed() -> None:
    (told,) = motions(film(6, "turn", degrees=90.0, hfov_deg=54.0, holds=4.0, shake_deg=0.1))
    assert told.heading_deg == pytest.approx(90.0, abs=8.0)


def test_people_who_dance_are_no_walk() -> None:
    pictures = film(7, "stand", shake_deg=0.5)
    for number, at in enumerate((0.2, 0.8)):
        pictures = with_person(pictures, 7 + number, size=0.5, at=at)
    (told,) = motions(pictures)
    assert told.motion == "fixed"
