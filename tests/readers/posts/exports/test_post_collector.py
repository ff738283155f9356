"""More than any export holds: read as far as it goes, and said."""

import pytest

from opsec.model import Reading
from opsec.readers.posts.exports import post_collector
from tests.readers.posts.exports.made import codes, reading

TELEGRAM = {"type": "message", "text": "word " * 10}


def _blanks(found: Reading, code: str) -> dict[str, str]:
    return next(dict(why.blanks) for why in found.reasons if why.code == code)


def test_too_many_posts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_collector, "MAX_ROWS", 5)
    found = reading({"messages": [TELEGRAM] * 6})
    assert (len(found.posts), found.status, codes(found)) == (5, "partly", ["too_many"])
    assert _blanks(found, "too_many") == {"limit": "5", "part": "posts"}


def test_too_much_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_collector, "MAX_REPLY_BYTES", 2_000)
    found = reading({"messages": [TELEGRAM] * 100})
    assert 5 <= len(found.posts) <= 10
    assert (found.status, codes(found)) == ("partly", ["too_long"])


@pytest.mark.parametrize("filler", [7, {}, [], "x", {"type": "service"}])
def test_too_many_of_anything(monkeypatch: pytest.MonkeyPatch, filler: object) -> None:
    monkeypatch.setattr(post_collector, "MAX_ELEMENTS", 10)
    found = reading({"messages": [TELEGRAM, *[filler] * 10, TELEGRAM]})
    assert (len(found.posts), found.status, codes(found)) == (1, "partly", ["too_many"])
    assert _blanks(found, "too_many") == {"limit": "10", "part": "rows"}


def test_exactly_as_much_as_is_read_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_collector, "MAX_ROWS", 5)
    monkeypatch.setattr(post_collector, "MAX_ELEMENTS", 5)
    assert reading({"messages": [TELEGRAM] * 5}).status == "read"
