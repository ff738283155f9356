"""Two unlabelled numbers: the other order is tried with our sites only, and alone neither is strong evidence."""

import pytest

from opsec.matching.matcher import build_site_index, match
from opsec.matching.pair_order import exchange_order
from opsec.model import Hint, Match, Point
from opsec.model.notes import BARE_PAIR, ORDER_UNCLEAR
from opsec.readers.text.coordinates import text_hints
from opsec.verdict.likelihood_ratios import likelihood_table
from tests.fixtures.records import make_clip, make_site

SITE_INDEX = build_site_index([make_site()])


def position(text: str) -> Hint:
    (found,) = (hint for hint in text_hints(text, "caption") if hint.kind == "position")
    return found


def match_text(text: str) -> tuple[Match, ...]:
    return match(make_clip(position(text)), SITE_INDEX).matches


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("تعالوا 31.0050, 42.0050", "strong"),
        ("31.0050, 42.0050", "probable"),  # nothing speaks of a place
        ("here 42.0050, 31.0050", "probable"),  # longitude first
        ("42,0050 31,0050", "probable"),
        ("42.0050E 31.0050N", "strong"),
        ('{"type":"Point","coordinates":[42.0050,31.0050]}', "strong"),
    ],
    ids=ascii,
)
def test_pair_matches_in_either_order(text: str, grade: str) -> None:
    (found,) = match_text(text)
    assert (found.rule, found.grade, found.distance_m) == ("COORDINATES-WRITTEN", grade, 0)


@pytest.mark.parametrize(
    "text",
    [
        "42.0050N 31.0050E",
        "lat 42.0050, lon 31.0050",
        "https://maps.google.com/?q=42.0050,31.0050",
        "42.5050, 31.5050",
    ],
)
def test_stated_order_is_not_exchanged(text: str) -> None:
    assert match_text(text) == ()


def test_iso_6709_states_the_order() -> None:
    text, point = "+33.3125-044.3615", Point(33.3125, -44.3615)
    written = Hint(kind="position", family="META", reader="container", field="x", text=text, point=point)
    assert exchange_order(written) is None


def test_bare_or_exchanged_pair_leads_to_a_review_and_no_further() -> None:
    bare, exchanged, named = (
        match_text(f"{text}")[0] for text in ("31.0050, 42.0050", "here 42.0050, 31.0050", "here 31.0050, 42.0050")
    )
    assert bare.log_odds == exchanged.log_odds == likelihood_table().bare_pair.log_odds < named.log_odds


def test_notes_say_why() -> None:
    assert position("31.0050, 42.0050").find_note(BARE_PAIR)
    exchanged = exchange_order(position("here 42.0050, 31.0050"))
    assert exchanged is not None
    assert (exchanged.point, bool(exchanged.find_note(ORDER_UNCLEAR))) == (Point(31.0050, 42.0050), True)
    assert exchange_order(position("31.0050, 142.0050")) is None


@pytest.mark.parametrize(("text", "count"), [("grid {}", 1), ("مربع {}", 1), ("{}", 0)])
def test_grid_reference_without_its_zone_is_resolved_near_a_site(text: str, count: int) -> None:
    from tests.geo.notations.writers import mgrs

    reference = mgrs(Point(31.0050, 42.0050), 4).zfill(13)[3:]
    hints = [hint for hint in text_hints(text.format(reference), "caption") if hint.kind != "text"]
    found = match(make_clip(*hints), SITE_INDEX).matches
    assert [(one.rule, one.grade) for one in found] == [("COORDINATES-WRITTEN", "probable")] * count
    elsewhere = text_hints("grid " + mgrs(Point(31.3, 42.4), 4).zfill(13)[3:], "caption")
    assert match(make_clip(*elsewhere), SITE_INDEX).matches == ()
