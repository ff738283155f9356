"""The index of many photos: kept and taken up again it answers the same, and one that does not serve is built anew."""

import numpy as np
import pytest

from opsec.matching.landmarks.enrolment import Enrolled, enrolled
from opsec.matching.landmarks.retrieval_index import Lead, Searched
from opsec.vision.features.local_features import Extracted
from tests.matching.landmarks.drawn import features, seen, wall

PHOTOS = [enrolled(wall(number, 320, 240), views=False) for number in (1, 2, 3)]
FRAME = features(seen(wall(2, 320, 240), slant=1.2))


def leads(kept: bytes | None = None, photos: list[Enrolled] = PHOTOS) -> list[Lead]:
    return Searched(photos, kept).leads([FRAME])


def test_the_wall_that_is_shown_comes_first() -> None:
    first = leads()[0]
    assert (first.photo, first.mirrored) == (1, False)
    assert first.support >= 8


def test_a_kept_index_answers_as_the_new_one_did() -> None:
    assert leads(Searched(PHOTOS).packed()) == leads()


@pytest.mark.parametrize(
    "kept",
    [b"no index", Searched(PHOTOS).packed()[:-900], Searched(PHOTOS[:2]).packed(), b"IxF2" + bytes(200)],
    ids=["other bytes", "cut off", "of other photos", "an empty one"],
)
def test_an_index_that_cannot_be_used_is_built_anew(kept: bytes) -> None:
    assert leads(kept) == leads()


def test_photos_in_which_nothing_was_found_get_no_votes_and_harm_no_other() -> None:
    """A model that finds nothing in a blurred wall does not even know how wide its descriptors are."""
    none = Extracted(480, 270, np.zeros((0, 4), np.float32), np.zeros((0, 16), np.uint8))
    empty = Enrolled(none, 0)
    assert leads(photos=[empty, *PHOTOS])[0].photo == 2
    assert leads(photos=[empty]) == []
