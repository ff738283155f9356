"""What others wrote counts less than what the author did, and its sentence says so and who it was."""

import pytest

from opsec.matching.matcher import match, prepare
from opsec.model import Hint, Match
from opsec.readers.text.comments import comments_told
from opsec.readers.text.coordinates import written_hints
from opsec.settings import Thresholds
from opsec.verdict.judge import judge
from opsec.verdict.likelihood_ratios import table
from tests.fixtures.records import clip, site, words

OURS = prepare([site()])
EXACT, SOUNDS, NEAR = "معسكر الصقر", "m3askar alsaqr", "Flacon Camp"


def met(text: str, field: str, **more: str) -> Match:
    (found,) = match(clip(words(text, field=field, **more)), OURS)
    return found


@pytest.mark.parametrize("text", [EXACT, SOUNDS, "ابطال الفوج الثالث"])
@pytest.mark.parametrize("field", ["comment", "sound"])
def test_a_name_that_others_wrote_counts_less(text: str, field: str) -> None:
    theirs, own = met(text, field), met(text, "caption")
    assert theirs.log_odds == table().by_others["NAME-IN-CAPTION"].log_odds < own.log_odds
    assert (theirs.rule, theirs.grade) == ("NAME-IN-CAPTION", "probable")
    assert "counts less than the author's own words" in theirs.why.en
    assert "counts less" not in own.why.en


def test_what_is_nearly_a_name_counts_no_more_for_being_another_s() -> None:
    assert met(NEAR, "comment").log_odds <= table().nearly_named.log_odds


@pytest.mark.parametrize("field", ["subtitle", "title", "hashtag", "sticker", "speech"])
def test_the_author_s_words_count_alike_wherever_they_stand(field: str) -> None:
    assert met(EXACT, field).log_odds == met(EXACT, "caption").log_odds


def test_who_wrote_a_comment_is_told_and_no_name_acts_on_the_screen() -> None:
    assert "a comment by guard_77" in met(EXACT, "comment", note="guard_77").why.en
    assert "\x1b" not in met(EXACT, "comment", note="\x1b[2J" + "x" * 900).why.en
    assert len(met(EXACT, "comment", note="x" * 900).why.en) < 400


def test_a_short_code_in_a_comment_is_still_read_beside_our_sites() -> None:
    code = "2225+X7"
    own = match(clip(*written_hints(code, "caption")), OURS)
    told = [one for one in comments_told([{"text": code, "author": "guard_77"}]) if isinstance(one, Hint)]
    assert [one.rule for one in match(clip(*told), OURS)] == [one.rule for one in own] == ["COORDINATES-WRITTEN"]


def test_coordinates_in_a_comment_count_less() -> None:
    def weight(field: str) -> float:
        return max(one.log_odds for one in match(clip(*written_hints("31.0050, 42.0050", field)), OURS))

    assert weight("comment") == table().by_others["COORDINATES-WRITTEN"].log_odds < weight("caption")


def test_the_name_of_a_file_asks_for_a_review() -> None:
    found = met(EXACT, "filename")
    assert (found.rule, found.grade) == ("NAME-IN-FILE", "probable")
    assert judge(clip(words(EXACT, field="filename")), [found], [site()], Thresholds()).verdict.action == "review"


@pytest.mark.parametrize("text", [EXACT, SOUNDS, NEAR, "الفوج الثالث"])
def test_the_name_of_a_folder_never_flags_alone(text: str) -> None:
    found = met(text, "folder")
    assert (found.rule, found.grade) == ("NAME-IN-FILE", "possible")
    assert found.log_odds == table().of("NAME-IN-FILE", "possible").log_odds
    assert "alone it flags nothing" in found.why.en
    result = judge(clip(words(text, field="folder")), [found], [site()], Thresholds())
    assert (result.verdict.action, result.findings) in {("watch", ()), ("nothing_found", ())}


def test_folders_inside_one_another_flag_no_more_than_one_and_coordinates_no_more_than_a_name() -> None:
    said = clip(
        words(EXACT, field="folder"), words(SOUNDS, field="folder"), *written_hints("31.0050, 42.0050", "folder")
    )
    found = match(said, OURS)
    assert [(one.rule, one.grade) for one in found] == [
        ("NAME-IN-FILE", "possible"), ("NAME-IN-FILE", "possible"), ("COORDINATES-WRITTEN", "possible"),
    ]  # fmt: skip
    result = judge(said, found, [site()], Thresholds())
    assert (result.verdict.action, result.findings) == ("watch", ())


def test_a_folder_does_not_weaken_what_the_file_or_the_caption_tells() -> None:
    for field in ("filename", "caption"):
        said = clip(words(EXACT, field="folder"), words(EXACT, field=field))
        alone = clip(words(EXACT, field=field))
        both, one = (judge(it, match(it, OURS), [site()], Thresholds()).verdict for it in (said, alone))
        assert (both.action, both.likelihood) == (one.action, one.likelihood)


def test_one_comment_asks_for_a_review_and_no_more() -> None:
    said = words(EXACT, field="comment")
    assert judge(clip(said), match(clip(said), OURS), [site()], Thresholds()).verdict.action == "review"
