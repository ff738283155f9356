"""The retrieval index: a serialised one gives the same candidates, and an unusable one is rebuilt."""

import numpy as np
import pytest

from opsec.matching.landmarks.enrolment import ReferenceFeatures, enrol
from opsec.matching.landmarks.retrieval_index import Candidate, RetrievalIndex
from opsec.vision.features.local_features import LocalFeatures
from tests.matching.landmarks.drawn import extract_features, film_wall, wall

PHOTOS = [enrol(wall(number, 320, 240), views=False) for number in (1, 2, 3)]
FRAME = extract_features(film_wall(wall(2, 320, 240), slant=1.2))


def candidates(serialised: bytes | None = None, photos: list[ReferenceFeatures] = PHOTOS) -> list[Candidate]:
    return RetrievalIndex(photos, serialised).query([FRAME])


def test_the_wall_that_is_shown_comes_first() -> None:
    first = candidates()[0]
    assert (first.photo, first.mirrored) == (1, False)
    assert first.support >= 8


def test_a_serialised_index_gives_the_same_candidates() -> None:
    assert candidates(RetrievalIndex(PHOTOS).serialise()) == candidates()


@pytest.mark.parametrize(
    "serialised",
    [
        b"no index",
        RetrievalIndex(PHOTOS).serialise()[:-900],
        RetrievalIndex(PHOTOS[:2]).serialise(),
        b"IxF2" + bytes(200),
    ],
    ids=["other bytes", "cut off", "of other photos", "an empty one"],
)
def test_an_unusable_index_is_rebuilt(serialised: bytes) -> None:
    assert candidates(serialised) == candidates()


def test_photos_without_features_get_no_votes_and_do_not_affect_others() -> None:
    """A model that finds nothing in a blurred wall does not even know the size of its descriptors."""
    none = LocalFeatures(480, 270, np.zeros((0, 4), np.float32), np.zeros((0, 16), np.uint8))
    empty = ReferenceFeatures(none, 0)
    assert candidates(photos=[empty, *PHOTOS])[0].photo == 2
    assert candidates(photos=[empty]) == []
