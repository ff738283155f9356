"""Light taken off a picture of the night: details stay, patches of light go, and nothing breaks on odd pictures."""

import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.matching.landmarks.geometric_verification import verified
from opsec.matching.landmarks.putative_matches import paired
from opsec.vision.features.illumination import DARK, evened, is_dark
from opsec.vision.features.local_features import BY_SIFT, extract, packed
from opsec.vision.features.low_light import looked_at, without_light
from tests.matching.landmarks.drawn import Bytes, wall
from tests.matching.landmarks.hard_scenes import by_night, light


def at_night(seed: int, picture: Bytes) -> Bytes:
    rng = np.random.default_rng(seed)
    high_px, wide_px = picture.shape
    return np.asarray(np.clip(by_night(picture, light(rng, high_px, wide_px), rng), 0, 255), np.uint8)


def alike(one: Bytes, other: Bytes) -> float:
    return float(np.corrcoef(one.ravel().astype(np.float64), other.ravel().astype(np.float64))[0, 1])


def test_what_lamps_add_is_taken_off() -> None:
    day = wall(3)
    night = at_night(3, day)
    assert alike(evened(day), evened(night)) > alike(day, night) + 0.1


def test_more_of_a_wall_is_known_again_at_night() -> None:
    """Than by looking at the picture as it is."""
    counts = []
    for seed in range(4):
        day, night = wall(seed, 600, 450), at_night(seed, wall(seed, 600, 450))
        known = extract(day)
        fits = [verified(one, known, paired(one, known).surely) for one in (without_light(night), extract(night))]
        counts.append([fit.inliers if fit else 0 for fit in fits])
    evened_out, as_it_is = np.sum(counts, axis=0)
    assert evened_out > 1.15 * as_it_is


def test_by_day_nothing_changes() -> None:
    day = wall(1)
    assert not is_dark(day)
    assert [packed(found) for _n, found in looked_at(BY_SIFT, [(day, None)])] == [packed(extract(day))]


D, N = "day", "night"


@pytest.mark.parametrize(
    ("pictures", "looks"),
    [
        ([N], [(0, "even"), (0, "as it is")]),
        ([N, D, N], [(0, "even"), (1, "as it is"), (2, "even"), (2, "as it is")]),
        ([N, N, D, N], [(0, "even"), (1, "even"), (2, "as it is"), (3, "as it is")]),
        ([N] * 6, [(n, "as it is" if n in (2, 5) else "even") for n in range(6)]),
        ([], []),
    ],
)
def test_some_dark_picture_is_always_looked_at_as_it_is(pictures: list[str], looks: list[tuple[int, str]]) -> None:
    day, night = wall(3, 300, 220), at_night(3, wall(3, 300, 220))
    as_they_are = {packed(extract(day)), packed(extract(night))}
    found = looked_at(BY_SIFT, [(night if one == N else day, None) for one in pictures])
    assert [(n, "as it is" if packed(one) in as_they_are else "even") for n, one in found] == looks


def test_a_photo_of_ours_that_is_of_the_night_is_known_again_in_a_picture_of_the_night() -> None:
    known = extract(at_night(1, wall(1, 600, 450)))
    night = at_night(1, wall(1, 600, 450))[4:-4, 4:-4]
    fits = [verified(one, known, paired(one, known).surely) for _n, one in looked_at(BY_SIFT, [(night, None)])]
    by_light = verified(without_light(night), known, paired(without_light(night), known).surely)
    assert max(fit.inliers for fit in fits if fit) > (by_light.inliers if by_light else 0)


def test_what_is_masked_at_night_is_not_looked_at() -> None:
    night = at_night(2, wall(2, 600, 450))
    mask = np.full(night.shape, 255, np.uint8)
    mask[:, :300] = 0
    for _number, found in looked_at(BY_SIFT, [(night, mask)]):
        assert len(found)
        assert (found.keypoints[:, 0] > 298).all()


@pytest.mark.parametrize(
    ("level", "dark"), [(0, True), (DARK - 1, True), (DARK, False), (255, False)], ids=["black", "dusk", "day", "white"]
)
def test_dark_is_told_by_the_mean(level: int, dark: bool) -> None:
    assert is_dark(np.full((40, 60), level, np.uint8)) is dark


def test_bars_do_not_make_a_picture_dark() -> None:
    grey, mask = np.full((90, 60), 130, np.uint8), np.full((90, 60), 255, np.uint8)
    grey[:30] = grey[-30:] = 0
    mask[:30] = mask[-30:] = 0
    assert is_dark(grey)
    assert not is_dark(grey, mask)


@pytest.mark.parametrize("shape", [(1, 1), (2, 600), (600, 3), (337, 600)])
@pytest.mark.parametrize("level", [0, 1, 255])
def test_pictures_of_any_size_and_of_one_tone_become_plain(shape: tuple[int, int], level: int) -> None:
    found: NDArray[np.uint8] = evened(np.full(shape, level, np.uint8))
    assert found.shape == shape
    assert found.dtype == np.uint8
    assert (np.abs(found.astype(np.int16) - 128) <= 1).all()


def test_a_black_picture_has_no_features() -> None:
    black = np.zeros((300, 400), np.uint8)
    assert [len(found) for _number, found in looked_at(BY_SIFT, [(black, None)])] == [0]
