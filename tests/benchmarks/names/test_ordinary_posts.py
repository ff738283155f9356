"""The generator of ordinary posts: the same posts for the same seed, of every tongue, with every slot filled."""

import re
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.names.ordinary_posts import _NUMBERS, _SLOT, TONGUES, load_tongue, ordinary_posts

MAX_POST_LENGTH = 1_000
_LETTERS_OF = {"ar": "[ء-ي]", "iq": "[ء-ي]", "en": "[a-z]", "ckb": "[ەێۆڕڵڤ]", "kmr": "[êîûşç]", "arabizi": "[a-z]"}


@settings(max_examples=20)
@given(seed=st.integers(0, 10**9), count=st.integers(0, 60))
def test_posts_are_bounded_and_depend_on_the_seed_alone(seed: int, count: int) -> None:
    posts = list(ordinary_posts(count, seed))
    assert posts == list(ordinary_posts(count, seed))
    assert posts == list(islice(ordinary_posts(count + 7, seed), count))
    assert len(posts) == count
    assert all(0 < len(post.strip()) <= MAX_POST_LENGTH and "{" not in post for post in posts)


def test_another_seed_gives_other_posts() -> None:
    assert set(ordinary_posts(60, 1)).isdisjoint(ordinary_posts(60, 2))


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_tongue_occurs_in_turn(tongue: str) -> None:
    posts = list(islice(ordinary_posts(600, 1), TONGUES.index(tongue), None, len(TONGUES)))
    in_letters = [post for post in posts if re.search(_LETTERS_OF[tongue], post, re.IGNORECASE)]
    assert len(posts) == 100
    assert len(in_letters) > 80
    assert len(set(posts)) > 80


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_slot_of_a_pattern_has_words(tongue: str) -> None:
    loaded = load_tongue(tongue)
    slots = {slot for lines in loaded.patterns.values() for line in lines for slot in _SLOT.findall(line)}
    assert slots - loaded.words.keys() - _NUMBERS.keys() == set()
    assert all(all(words) for words in loaded.words.values())
