"""Every rule fires on its positive samples only, and its page exists in both languages."""

import tempfile
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from opsec.i18n.messages import LANGUAGES
from opsec.matching.layout.assessment import assess_layout
from opsec.matching.matcher import SiteIndex, build_site_index, match
from opsec.matching.posting_time import time_matches
from opsec.model import Fix, Hint, Match, Motion, Point, Post, Site
from opsec.readers.text.context_phrases import context_hints
from opsec.readers.text.coordinates import text_hints
from opsec.settings import PostingTime
from opsec.verdict.likelihood_ratios import likelihood_table
from opsec.verdict.rules import RULE_IDS, Rule, load_rule
from tests.fixtures.records import make_clip, square_fence
from tests.matching.landmarks.drawn import film_wall, frame_hint, wall, write_photos
from tests.verdict.accumulated_samples import accumulated_matches, is_accumulated

LIVE_MINUTES = PostingTime().live_minutes
RULES = [load_rule(rule_id) for rule_id in RULE_IDS]
FIRES = [
    pytest.param(r, sample, id=f"{r.id}: {sample['what' if 'what' in sample else 'text']}")
    for r in RULES
    for sample in r.firing_samples
]
SILENT = [
    pytest.param(r, sample, id=f"{r.id}: {sample['what' if 'what' in sample else 'text']}")
    for r in RULES
    for sample in r.silent_samples
]


def sample_site() -> Site:
    raw = tomllib.loads((resources.files("opsec") / "assets/rules/sample-site.toml").read_text("utf-8"))
    names = raw["names"]
    return Site(
        id=raw["id"],
        kind=raw["kind"],
        code=raw["code"],
        alert_radius_m=raw["alert_radius_m"],
        names={"ar": tuple(names["ar"]), "en": tuple(names["en"])},
        weak_names=tuple(names["weak"]),
        unit_names={"ar": tuple(names["units"]["ar"])},
        time_zone=raw["time_zone"],
        quiet_hours=tuple(raw["quiet_hours"]),
        fences=(
            square_fence(*raw["south_west_north_east"]),
            square_fence(*raw["zone_south_west_north_east"], role="zone", name="north store", zone_class="armoury"),
        ),
    )


def matches_of(sample: dict[str, Any]) -> tuple[Match, ...]:
    if is_accumulated(sample):
        return accumulated_matches(sample)
    if "text" in sample:
        hints = list(text_hints(sample["text"], sample["field"]))
        hints += context_hints(hints)
    elif "picture" in sample:
        return matches_in_image(sample["picture"])
    else:
        written = sample["hints"] if "hints" in sample else [sample["hint"]]
        hints = [sample_hint(raw, number) for number, raw in enumerate(written, 1)]
    post = Post(posted_at=sample.get("posted_at"), recorded_at=sample.get("recorded_at"))
    clip = make_clip(*hints, post=post)
    found = match(clip, build_site_index([sample_site()])).matches
    timed = time_matches(clip, found, [sample_site()], LIVE_MINUTES)
    return (*found, *assess_layout(clip, found, [sample_site()])[1], *timed)


def sample_hint(written: dict[str, Any], number: int) -> Hint:
    raw = dict(written)
    if "lat" in raw:
        raw["point"] = Point(raw.pop("lat"), raw.pop("lon"))
    if "motion" in raw:
        raw["motion"] = Motion(**raw["motion"])
    raw["fixes"] = tuple(Fix(at_s, Point(lat, lon), *more) for at_s, lat, lon, *more in raw.pop("track", ()))
    return Hint(reader="sample", id=f"h{number}", **raw)


@cache
def site_with_a_wall() -> SiteIndex:
    """The sample site with one landmark, of which there is one photo: wall 3."""
    with tempfile.TemporaryDirectory() as folder:
        site, photos = write_photos(Path(folder), sample_site(), {"gate": [wall(3)]})
        prepared = build_site_index([site], photos)
        match(make_clip(frame_hint(wall(0))), prepared)  # the photos are opened now, while they are there
        return prepared


def matches_in_image(sample: dict[str, Any]) -> tuple[Match, ...]:
    view = {key: value for key, value in sample.items() if key != "wall"}
    return match(make_clip(frame_hint(film_wall(wall(sample["wall"]), **view))), site_with_a_wall()).matches


@pytest.mark.parametrize(("one", "sample"), FIRES)
def test_rule_fires(one: Rule, sample: dict[str, Any]) -> None:
    grades = [found.grade for found in matches_of(sample) if found.rule == one.id]
    assert grades == [sample["grade"]]


@pytest.mark.parametrize(("one", "sample"), SILENT)
def test_rule_does_not_fire(one: Rule, sample: dict[str, Any]) -> None:
    assert [found for found in matches_of(sample) if found.rule == one.id] == []


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.id)
def test_every_rule_has_pages_in_both_languages_and_samples_of_both_kinds(one: Rule) -> None:
    assert one.firing_samples
    assert one.silent_samples
    for lang in LANGUAGES:
        assert all(
            page.strip() for page in (one.title(lang), one.meaning(lang), one.failure_modes(lang), one.advice(lang))
        )
    assert one.meaning("ar") != one.meaning("en")


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.id)
def test_every_grade_has_a_ratio_and_stronger_grades_weigh_more(one: Rule) -> None:
    ratios = [
        likelihood_table().ratio_for(one.id, grade).ratio
        for grade in ("possible", "probable", "strong")
        if (one.id, grade) in likelihood_table().matches
    ]
    if one.evidence_kind in ("context", "layout"):  # its weight is zero, whatever the table says
        assert ratios == []
        return
    assert len(ratios) >= 2
    assert ratios == sorted(ratios)
    assert ratios[0] > 1


def test_an_unmeasured_ratio_is_marked() -> None:
    for ratio in likelihood_table().matches.values():
        assert (ratio.set == "estimate") == (ratio.count == 0)
