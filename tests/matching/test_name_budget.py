"""Names of sites in one clip: a bounded number is matched for each reader, and the clip says when there are more."""

import pytest

from opsec.matching.matcher import build_site_index, match, with_outcomes
from opsec.matching.names import name_budget
from opsec.model import Hint
from tests.fixtures.records import make_clip, make_site, text_hint

SITE_INDEX = build_site_index([make_site()])
LIMIT = 4


@pytest.fixture(autouse=True)
def _small_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_budget, "MAX_NAME_MATCHES", LIMIT)


def _named(times: int, reader: str = "subtitles", field: str = "subtitle") -> list[Hint]:
    """That many hints of one reader, each with one name."""
    return [text_hint(f"Falcon Camp {number}", field, reader=reader) for number in range(times)]


@pytest.mark.parametrize(("names", "matched", "gaps"), [(3, 3, []), (LIMIT, LIMIT, []), (9, LIMIT, ["too_many_names"])])
def test_names_beyond_the_limit_are_left_out_and_reported(names: int, matched: int, gaps: list[str]) -> None:
    clip = make_clip(*_named(names))
    found = match(clip, SITE_INDEX)
    assert (len(found.matches), [reason.code for reason in found.gaps]) == (matched, gaps)
    coverage = with_outcomes(clip, found.outcomes, found.gaps).coverage
    assert coverage.status == ("partly" if gaps else "read")
    assert [reason.code for reason in coverage.reasons] == gaps


def test_many_names_in_one_text_count_one_by_one() -> None:
    words = " and then ".join(f"Falcon Camp {number}" for number in range(9))
    found = match(make_clip(text_hint(words, "subtitle", reader="subtitles")), SITE_INDEX)
    assert (len(found.matches), len(found.gaps)) == (LIMIT, 1)


def test_subtitles_take_nothing_from_the_caption() -> None:
    found = match(make_clip(*_named(9), text_hint("we are at Falcon Camp", "caption", reader="sidecar")), SITE_INDEX)
    assert len(found.matches) == LIMIT + 1
    assert found.matches[-1].grade == "strong"


def test_texts_that_are_not_searched_are_reported_even_if_they_name_nothing() -> None:
    found = match(make_clip(*_named(LIMIT), text_hint("quiet sea", "subtitle", reader="subtitles")), SITE_INDEX)
    assert [reason.code for reason in found.gaps] == ["too_many_names"]
