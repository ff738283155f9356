"""Oversized exports: read up to the limit, and reported."""

import pytest

from opsec.model import Reading
from opsec.readers.posts.exports import post_collector
from tests.readers.posts.exports.made import codes, reading

TELEGRAM = {"type": "message", "text": "word " * 10}


def _blanks(found: Reading, code: str) -> dict[str, str]:
    return next(dict(why.blanks) for why in found.reasons if why.code == code)


def test_too_many_posts_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_collector, "MAX_ROWS", 5)
    found = reading({"messages": [TELEGRAM] * 6})
    assert (len(found.posts), found.status, codes(found)) == (5, "partly", ["too_many"])
    assert _blanks(found, "too_many") == {"limit": "5", "part": "posts"}


def test_too_much_text_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_collector, "MAX_REPLY_BYTES", 2_000)
    found = reading({"messages": [TELEGRAM] * 100})
    assert 5 <= len(found.posts) <= 10
    assert (found.status, codes(found)) == ("partly", ["too_long"])


@pytest.mark.parametrize("filler", [7, {}, [], "x", {"type": "service"}])
def test_too_many_values_of_any_kind_are_reported(monkeypatch: pytest.MonkeyPatch, filler: object) -> None:
    monkeypatch.setattr(post_collector, "MAX_ELEMENTS", 10)
    found = reading({"messages": [TELEGRAM, *[filler] * 10, TELEGRAM]})
    assert (len(found.posts), found.status, codes(found)) == (1, "partly", ["too_many"])
    assert _blanks(found, "too_many") == {"limit": "10", "part": "rows"}


def test_values_at_the_limit_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_collector, "MAX_ROWS", 5)
    monkeypatch.setattr(post_collector, "MAX_ELEMENTS", 5)
    assert reading({"messages": [TELEGRAM] * 5}).status == "read"
