"""Matching of a whole clip: text by others and names of files and folders count less than the author's words."""

from typing import Any

import pytest

from opsec.matching.matcher import build_site_index, match
from opsec.model import Hint, Match, Note
from opsec.model.notes import COMMENT_AUTHOR, make_note
from opsec.readers.text.coordinates import text_hints
from opsec.readers.text.post_text import comment_hints
from opsec.settings import Thresholds
from opsec.verdict.judge import judge
from opsec.verdict.likelihood_ratios import likelihood_table
from tests.fixtures.records import make_clip, make_site, text_hint

SITE_INDEX = build_site_index([make_site()])
EXACT, SOUNDS, NEAR = "معسكر الصقر", "m3askar alsaqr", "Flacon Camp"


def match_text(text: str, field: str, **more: Any) -> Match:
    (found,) = match(make_clip(text_hint(text, field=field, **more)), SITE_INDEX).matches
    return found


def written_by(author: str) -> tuple[Note, ...]:
    return (make_note(COMMENT_AUTHOR, author=author),)


@pytest.mark.parametrize(
    ("field", "text"),
    [("comment", EXACT), ("comment", SOUNDS), ("comment", "هذا الفوج الثالث"), ("sound", "this is Falcon Camp")],
)
def test_name_by_others_counts_less(field: str, text: str) -> None:
    theirs, own = match_text(text, field), match_text(text, "caption")
    assert theirs.log_odds == likelihood_table().others_text_cap["NAME-IN-CAPTION"].log_odds < own.log_odds
    assert (theirs.rule, theirs.grade) == ("NAME-IN-CAPTION", "probable")
    assert "counts less than the author's own words" in theirs.why.en
    assert "counts less" not in own.why.en


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("caption", "مصدر امني: زيارة الوزير الى معسكر الصقر", "a report about the site"),
        ("on screen", "Minister to visit Falcon Camp next month", "a report about the site"),
        ("caption", "باب التطوع مفتوح على الفوج الثالث التقديم عبر الموقع الرسمي", "a call for applicants"),
        ("caption", "not exactly Falcon Camp but the tea is better", "compares with the site"),
        ("comment", "anyone knows the shift at Falcon Camp tomorrow?", "“anyone knows” asks about the site"),
        ("caption", "is this Falcon Camp?", "it only asks about the site"),
        ("caption", "بمعسكر الصقر؟", "it only asks about the site"),
        ("comment", "second week at Falcon Camp for me", "does not say that the post shows the site"),
        ("sound", EXACT, "does not say that the post shows the site"),
    ],
)
def test_a_mere_mention_ties_nothing_to_the_site(field: str, text: str, reason: str) -> None:
    found = match_text(text, field)
    assert (found.grade, found.log_odds, found.names_only) == ("possible", 0.0, True)
    assert reason in found.why.en


@pytest.mark.parametrize("text", ["is this Falcon Camp?", "مو هذا معسكر الصقر؟ نفس الساحة"])
def test_a_commenter_who_asks_recognises_the_site(text: str) -> None:
    found = match_text(text, "comment")
    assert (found.grade, found.names_only) == ("probable", False)
    assert match_text(text, "caption").names_only


@pytest.mark.parametrize(
    "text",
    [
        "وزارة الدفاع معسكر الصقر",
        "Ministry of Defence Falcon Camp",
        "شهداء معسكر الصقر",
        "Falcon Camp established 2004",
        "Falcon Camp Recruitment Office",
    ],
)
def test_the_board_of_a_base_is_no_report(text: str) -> None:
    found = match_text(text, "sign", family="SIGN")
    assert (found.rule, found.names_only) == ("NAME-ON-SIGN", False)
    assert found.log_odds > 0


@pytest.mark.parametrize(
    ("caption", "names_only"),
    [("Minister of defence visits Falcon Camp", True), ("second week at Falcon Camp", False), ("tea", False)],
)
def test_hashtags_count_as_the_caption_does(caption: str, names_only: bool) -> None:
    clip = make_clip(text_hint(caption), text_hint("Falcon Camp", field="hashtag", id="h2"))
    tag = next(one for one in match(clip, SITE_INDEX).matches if one.hint_ids == ("h2",))
    assert tag.names_only is names_only
    assert (tag.log_odds == 0) is names_only


@pytest.mark.parametrize("text", ["احنا هسه بمعسكر الصقر", "#FalconCamp", "view from the roof of Falcon Camp"])
def test_presence_ties_the_post_to_the_site(text: str) -> None:
    found = match_text(text, "caption")
    assert found.log_odds > 0
    assert not found.names_only


def test_the_name_of_a_file_is_no_statement() -> None:
    found = match_text("news_minister_visits_falcon_camp.mp4", "filename")
    assert (found.rule, found.names_only) == ("NAME-IN-FILE", False)


def test_similar_name_in_a_comment_keeps_its_cap() -> None:
    assert match_text(NEAR, "comment").log_odds <= likelihood_table().near_name.log_odds


@pytest.mark.parametrize("field", ["subtitle", "title", "hashtag", "sticker", "speech"])
def test_authors_text_counts_equally_in_every_field(field: str) -> None:
    assert match_text(EXACT, field).log_odds == match_text(EXACT, "caption").log_odds


def test_comment_author_is_quoted_without_control_characters() -> None:
    assert "a comment by guard_77" in match_text(EXACT, "comment", notes=written_by("guard_77")).why.en
    assert "\x1b" not in match_text(EXACT, "comment", notes=written_by("\x1b[2J" + "x" * 900)).why.en
    assert len(match_text(EXACT, "comment", notes=written_by("x" * 900)).why.en) < 400


def test_short_plus_code_in_a_comment_is_resolved() -> None:
    code = "2225+X7"
    own = match(make_clip(*text_hints(code, "caption")), SITE_INDEX).matches
    hints = [one for one in comment_hints([{"text": code, "author": "guard_77"}]) if isinstance(one, Hint)]
    assert (
        [one.rule for one in match(make_clip(*hints), SITE_INDEX).matches]
        == [one.rule for one in own]
        == ["COORDINATES-WRITTEN"]
    )


def test_coordinates_in_a_comment_count_less() -> None:
    def weight(field: str) -> float:
        hints = text_hints("here: 31.0050, 42.0050", field)
        return max(one.log_odds for one in match(make_clip(*hints), SITE_INDEX).matches)

    assert weight("comment") == likelihood_table().others_text_cap["COORDINATES-WRITTEN"].log_odds < weight("caption")


def test_file_name_leads_to_review() -> None:
    found = match_text(EXACT, "filename")
    assert (found.rule, found.grade) == ("NAME-IN-FILE", "probable")
    assert (
        judge(make_clip(text_hint(EXACT, field="filename")), [found], [make_site()], Thresholds()).verdict.action
        == "review"
    )


@pytest.mark.parametrize("text", [EXACT, SOUNDS, NEAR, "الفوج الثالث"])
def test_folder_name_never_flags_alone(text: str) -> None:
    found = match_text(text, "folder")
    assert (found.rule, found.grade) == ("NAME-IN-FILE", "possible")
    assert found.log_odds == likelihood_table().ratio_for("NAME-IN-FILE", "possible").log_odds
    assert "its name alone flags no clip" in found.why.en
    result = judge(make_clip(text_hint(text, field="folder")), [found], [make_site()], Thresholds())
    assert (result.verdict.action, result.findings) in {("watch", ()), ("nothing_found", ())}


def test_nested_folders_and_their_coordinates_never_flag() -> None:
    post = make_clip(
        text_hint(EXACT, field="folder"), text_hint(SOUNDS, field="folder"), *text_hints("31.0050, 42.0050", "folder")
    )
    found = match(post, SITE_INDEX).matches
    assert [(one.rule, one.grade) for one in found] == [
        ("NAME-IN-FILE", "possible"), ("NAME-IN-FILE", "possible"), ("COORDINATES-WRITTEN", "possible"),
    ]  # fmt: skip
    result = judge(post, found, [make_site()], Thresholds())
    assert (result.verdict.action, result.findings) == ("watch", ())


def test_folder_does_not_weaken_file_name_or_caption() -> None:
    for field in ("filename", "caption"):
        post = make_clip(text_hint(EXACT, field="folder"), text_hint(EXACT, field=field))
        alone = make_clip(text_hint(EXACT, field=field))
        both, one = (
            judge(it, match(it, SITE_INDEX).matches, [make_site()], Thresholds()).verdict for it in (post, alone)
        )
        assert (both.action, both.likelihood) == (one.action, one.likelihood)


def test_one_comment_leads_to_review_only() -> None:
    post = text_hint(EXACT, field="comment")
    assert (
        judge(make_clip(post), match(make_clip(post), SITE_INDEX).matches, [make_site()], Thresholds()).verdict.action
        == "review"
    )
