"""The printed sum: votes, copies, mere mentions, silence and what each check takes away."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.model import (
    Check,
    CheckState,
    Clip,
    Contribution,
    Coverage,
    CoverageStatus,
    Family,
    Hint,
    Landmark,
    Match,
    Reason,
    Site,
)  # fmt: skip
from opsec.verdict.likelihood_ratios import likelihood_table
from opsec.verdict.likelihood_sum import Evidence, likelihood_lines
from tests.fixtures.records import RAN, make_clip, make_match, make_site, position_hint, text_hint

CAMP = make_site(landmarks=(Landmark(id="gate", photos=("gate.jpg",)),))
ALL_RAN: dict[Check, CheckState] = {**RAN, "signage": "ran", "landmarks": "ran"}
SOMETHING: dict[Family, Hint] = {
    "META": position_hint(40.0, 42.0, id="s1", kind="device", point=None),
    "TEXT": text_hint("tea", id="s2"),
    "SIGN": text_hint("café", id="s3", family="SIGN", field="sign"),
    "VISUAL": Hint(kind="motion", family="VISUAL", reader="test", field="picture", id="s4"),
}
"""A hint of each family that says nothing of our sites."""


def lines_of(clip: Clip, *matches: Match, others: tuple[Match, ...] = (), site: Site = CAMP) -> list[Contribution]:
    return list(likelihood_lines(Evidence(clip, site, matches, others), likelihood_table()))


def sign(text: str, field: str = "on screen") -> Hint:
    return text_hint(text, id="h2", family="SIGN", field=field)


def named(hint: str, span: tuple[int, int], number: int = 1, log_odds: float = 3.0, **more: object) -> Match:
    return make_match(
        rule="NAME-IN-CAPTION",
        hint_ids=(hint,),
        id=f"m{number}",
        span=span,
        log_odds=log_odds,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("caption", "on_screen", "counts"),
    [
        ("Minister visits Falcon Camp today", "minister visits Falcon Camp today", False),
        ("Falcon Camp", "Falcon Camp", True),  # a board may show what the caption says: two independent hints
        ("night at Falcon Camp", "welcome to Falcon Camp", True),
        ("Minister visits Falcon Camp today", "Falcon Camp barber open all day long", True),
    ],
)
def test_words_that_the_image_repeats_count_once(caption: str, on_screen: str, counts: bool) -> None:
    clip = make_clip(text_hint(caption), sign(on_screen))
    spans = [(text.index("Falcon"), text.index("Falcon") + len("Falcon Camp")) for text in (caption, on_screen)]
    found = lines_of(clip, named("h1", spans[0]), named("h2", spans[1], 2))
    signs = [line.log_odds for line in found if line.family == "SIGN"]
    assert signs == ([3.0] if counts else [0.0])


@pytest.mark.parametrize(
    ("field", "log_odds", "kept"),
    [
        ("caption", 5.0, [5.0, 0.0]),
        ("caption", 2.0, [4.0, 0.0]),
        ("comment", 2.0, [2.0, 4.0]),
        ("filename", 2.0, [2.0, 4.0]),
    ],
)
def test_the_weaker_of_two_copies_is_left_out(field: str, log_odds: float, kept: list[float]) -> None:
    words = "welcome to Falcon Camp main gate"
    clip = make_clip(text_hint(words, field=field), sign(words))
    found = lines_of(clip, named("h1", (11, 22), log_odds=log_odds), named("h2", (11, 22), 2, log_odds=4.0))
    assert [line.log_odds for line in found[1:]] == kept


def test_a_mention_in_the_post_takes_nothing_from_a_name_in_the_picture() -> None:
    words = "is that welcome to Falcon Camp main gate?"
    clip = make_clip(text_hint(words, field="comment"), sign("welcome to Falcon Camp main gate"))
    mention = named("h1", (19, 30), log_odds=0.0, grade="possible", names_only=True)
    found = lines_of(clip, mention, named("h2", (11, 22), 2, log_odds=4.0))
    assert [line.log_odds for line in found[1:]] == [4.0]


def test_silence_takes_away_what_an_exposing_post_would_have_shown() -> None:
    channels = likelihood_table().channels
    found = lines_of(make_clip(*SOMETHING.values(), checks=ALL_RAN))
    total = sum(line.log_odds for line in found[1:])
    expected = 1 - sum(channel.share * channel.detection for channel in channels.values())
    assert math.exp(total) == pytest.approx(expected)
    assert [line.family for line in found] == ["PRIOR", "META", "TEXT", "SIGN", "VISUAL"]


@pytest.mark.parametrize("family", list(SOMETHING))
def test_a_check_that_did_not_run_takes_nothing_away(family: Family) -> None:
    check: dict[Family, Check] = {"META": "metadata", "TEXT": "caption", "SIGN": "signage", "VISUAL": "landmarks"}
    clip = make_clip(*SOMETHING.values(), checks={**ALL_RAN, check[family]: "failed"})
    assert family not in {line.family for line in lines_of(clip)}
    everything = sum(line.log_odds for line in lines_of(make_clip(*SOMETHING.values(), checks=ALL_RAN)))
    assert sum(line.log_odds for line in lines_of(clip)) > everything


@pytest.mark.parametrize(
    ("lacks", "silent"),
    [
        ({}, ["META", "TEXT", "SIGN", "VISUAL"]),
        ({"landmarks": ()}, ["META", "TEXT", "SIGN"]),
        ({"landmarks": (Landmark(id="gate", photos=()),)}, ["META", "TEXT", "SIGN"]),
        ({"fences": ()}, ["TEXT", "SIGN", "VISUAL"]),
        ({"fences": (), "landmarks": ()}, ["TEXT", "SIGN"]),
    ],
)
def test_only_a_check_that_could_find_the_site_takes_anything_away(lacks: dict[str, Any], silent: list[str]) -> None:
    clip = make_clip(*SOMETHING.values(), checks=ALL_RAN)
    found = lines_of(clip, site=replace(CAMP, **lacks))
    assert [line.family for line in found] == ["PRIOR", *silent]
    channels = likelihood_table().channels
    in_fact = {family: channels[family].share for family in channels}
    if "VISUAL" not in silent:  # no photo of a landmark: frames expose the site less often
        in_fact["VISUAL"] = channels["VISUAL"].share_without_reference or 0.0
    found_by_checks = sum(in_fact[family] * channels[family].detection for family in channels if family in silent)
    expected = 1 - found_by_checks / sum(in_fact.values())
    assert math.exp(sum(line.log_odds for line in found[1:])) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("status", "sidecar", "reasons", "silent"),
    [
        ("partly", "ran", ["truncated"], ["TEXT"]),  # the words of the post were read whatever became of the film
        ("unread", "not_applicable", ["truncated"], ["TEXT"]),
        ("partly", "failed", ["truncated"], []),
        ("partly", "ran", ["truncated", "beside_not_read"], []),
    ],
)
def test_silence_counts_only_where_nothing_was_left_out(
    status: CoverageStatus, sidecar: CheckState, reasons: list[str], silent: list[Family]
) -> None:
    left_out = tuple(Reason(code) for code in reasons)
    coverage = Coverage(status=status, checks={**ALL_RAN, "sidecar": sidecar}, reasons=left_out)
    found = lines_of(make_clip(*SOMETHING.values(), coverage=coverage))
    assert [line.family for line in found] == ["PRIOR", *silent]


def test_the_name_of_the_file_is_nothing_to_read() -> None:
    clip = make_clip(text_hint("VID_1.mp4", field="filename"), SOMETHING["META"])
    assert [line.family for line in lines_of(clip)] == ["PRIOR", "META"]


def test_an_innocent_caption_beside_evidence_changes_nothing() -> None:
    inside = make_match(log_odds=4.0)
    bare = lines_of(make_clip(position_hint(31.005, 42.005), checks=ALL_RAN), inside)
    with_caption = lines_of(make_clip(position_hint(31.005, 42.005), SOMETHING["TEXT"], checks=ALL_RAN), inside)
    assert bare == with_caption


def test_a_mere_mention_counts_against_the_site_only_where_nothing_else_was_found() -> None:
    clip = make_clip(position_hint(31.005, 42.005), text_hint("Falcon Camp", id="h2"))
    mention = named("h2", (0, 11), 2, log_odds=0.0, grade="possible", names_only=True)
    alone = lines_of(clip, mention)
    assert [line.log_odds for line in alone[1:]] == [likelihood_table().mere_mention.log_odds]
    beside = lines_of(clip, make_match(log_odds=4.0), mention)
    assert beside == lines_of(clip, make_match(log_odds=4.0))


@given(
    log_odds=st.lists(st.floats(0.1, 6), min_size=2, max_size=3),
    removed=st.integers(0, 2),
)
def test_removing_one_of_several_families_takes_exactly_its_line_away(log_odds: list[float], removed: int) -> None:
    hints = (
        position_hint(31.005, 42.005),
        text_hint("Falcon", id="h2"),
        sign("Camp").__class__(kind="text", family="SIGN", reader="test", field="sign", text="Camp", id="h3"),
    )
    matches = [make_match(hint_ids=(f"h{n}",), id=f"m{n}", log_odds=value) for n, value in enumerate(log_odds, 1)]
    clip = make_clip(*hints, checks=ALL_RAN)
    whole = lines_of(clip, *matches)
    gone = removed % len(matches)
    rest = lines_of(clip, *(match for n, match in enumerate(matches) if n != gone))
    assert sum(line.log_odds for line in whole) - sum(line.log_odds for line in rest) == pytest.approx(log_odds[gone])
