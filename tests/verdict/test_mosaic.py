"""The mosaic of a site: its union against polygons, the greedy cover and the removal against all sets, properties."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.model import SiteCoverage
from opsec.model.ground_grid import VIEW_GRID, decode_view, encode_view
from opsec.model.notes import PRESENCE, STRENGTH
from opsec.verdict.mosaic import (
    SiteUnion,
    exposure_without,
    greedy_cover,
    is_mosaic,
    mosaic_severity,
    take_down_set,
)  # fmt: skip
from tests.verdict.compounds import (
    best_cover,
    coverage_of,
    draw_compound,
    film,
    polygon_share,
    small_union,
    smallest_removal,
)

WHOLE = SiteCoverage(site="camp", plan="fence", cells=1024.0, view=encode_view([True] * VIEW_GRID**2), zone_count=4)
HALF = replace(WHOLE, view=encode_view([n % 2 == 0 for n in range(VIEW_GRID**2)]))

records = st.builds(
    SiteCoverage,
    site=st.just("camp"),
    zones=st.none() | st.lists(st.sampled_from("abcdef"), max_size=4).map(tuple),
    sectors=st.lists(st.tuples(st.integers(0, 360), st.integers(0, 360)), max_size=3).map(
        lambda pairs: tuple((float(begin), float(extent)) for begin, extent in pairs)
    ),
    words=st.sets(st.sampled_from((PRESENCE, STRENGTH))).map(lambda words: tuple(sorted(words))),
    plan=st.just("fence"),
    cells=st.just(1024.0),
    view=st.integers(0, 2**64 - 1).map(
        lambda bits: encode_view([bits >> (n % 64) & 1 == 1 for n in range(VIEW_GRID**2)])
    ),
    zone_count=st.just(6),
)
many_clips = st.lists(records, min_size=1, max_size=7).map(
    lambda shown: {f"clip {number}": [one] for number, one in enumerate(shown)}
)


def union_of(*shown: SiteCoverage) -> SiteUnion:
    return SiteUnion({f"clip {number}": [one] for number, one in enumerate(shown)}, "fence")


def exposure_of(*shown: SiteCoverage) -> float:
    union = union_of(*shown)
    return union.exposure(union.all_clips())


# ── the union ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("seed", range(6))
def test_ground_in_view_equals_the_union_of_all_polygons(seed: int) -> None:
    chance = random.Random(seed)
    site = draw_compound(chance)
    clips = [film(site, chance) for _ in range(chance.randint(2, 12))]
    shown = [coverage_of(site, poses) for poses in clips]
    union = SiteUnion({str(number): [one] for number, one in enumerate(shown)}, shown[0].plan)
    assert union.parts(union.all_clips()).ground == pytest.approx(polygon_share(site, clips), abs=0.02)


@pytest.mark.parametrize(
    ("shown", "exposure"),
    [
        ([], 0.0),
        ([SiteCoverage(site="camp")], 0.0),
        ([WHOLE], 0.5),
        ([HALF], 0.25),
        ([HALF, HALF], 0.25),  # the same ground counts once
        ([HALF, WHOLE], 0.5),
        ([replace(WHOLE, plan="redrawn")], 0.0),
        ([SiteCoverage(site="camp", sectors=((350.0, 20.0),))], 0.15 * 20 / 360),
        ([SiteCoverage(site="camp", sectors=((0.0, 200.0), (100.0, 400.0)))], 0.15),
        ([SiteCoverage(site="camp", zones=("gate",), zone_count=4)], 0.25 / 4),
        ([SiteCoverage(site="camp", zones=("gate",))], 0.25),  # no clip says how many there are: at least one
        ([SiteCoverage(site="camp", words=(PRESENCE,))], 0.05),
        ([SiteCoverage(site="camp", words=(PRESENCE, STRENGTH)), SiteCoverage(site="camp", words=(STRENGTH,))], 0.1),
    ],
)
def test_exposure_is_a_weighted_sum_of_what_any_clip_shows(shown: list[SiteCoverage], exposure: float) -> None:
    assert exposure_of(*shown) == pytest.approx(exposure)


def test_ground_of_a_redrawn_fence_is_counted_as_outdated() -> None:
    assert union_of(WHOLE, replace(WHOLE, plan="before")).outdated == 1


def test_bits_of_the_view_survive_their_encoding_and_a_damaged_row_is_empty() -> None:
    bits = [random.Random(3).random() < 0.5 for _ in range(VIEW_GRID**2)]
    decoded = decode_view(encode_view(bits))
    assert [byte >> (7 - n) & 1 == 1 for byte in decoded for n in range(8)] == bits
    assert decode_view("!") == b""


@given(many_clips, records)
@settings(max_examples=40, deadline=None)
def test_another_clip_never_lowers_the_exposure(clips: dict[str, list[SiteCoverage]], more: SiteCoverage) -> None:
    before, after = SiteUnion(clips, "fence"), SiteUnion({**clips, "one more": [more]}, "fence")
    # weights of zones are shares of those drawn, which both know
    assert after.exposure(after.all_clips()) >= before.exposure(before.all_clips()) - 1e-9


@given(many_clips, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_clips_changes_nothing(clips: dict[str, list[SiteCoverage]], chance: random.Random) -> None:
    names = list(clips)
    chance.shuffle(names)
    one, other = SiteUnion(clips, "fence"), SiteUnion({name: clips[name] for name in names}, "fence")
    assert greedy_cover(one) == greedy_cover(other)
    assert take_down_set(one) == take_down_set(other)


@given(many_clips)
@settings(max_examples=40, deadline=None)
def test_a_clip_outside_the_cover_takes_away_only_what_it_alone_showed(clips: dict[str, list[SiteCoverage]]) -> None:
    union = SiteUnion(clips, "fence")
    cover = greedy_cover(union, share=1.0, limit=99)
    outside = set(clips) - {step.clip for step in cover}
    rest = SiteUnion({key: shown for key, shown in clips.items() if key not in outside}, "fence")
    assert rest.exposure(rest.all_clips()) == pytest.approx(union.exposure(union.all_clips()))
    assert [step.clip for step in greedy_cover(rest, share=1.0, limit=99)] == [step.clip for step in cover]
    assert sum(step.adds.exposure for step in cover) == pytest.approx(union.exposure(union.all_clips()))


# ── cover and removal ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("seed", range(12))
def test_the_greedy_cover_is_within_its_bound_of_the_best(seed: int) -> None:
    union = small_union(random.Random(seed), clips=9)
    steps = greedy_cover(union, share=1.0, limit=4)
    for size in range(1, len(steps) + 1):
        shown = sum(step.adds.exposure for step in steps[:size])
        assert shown >= (1 - 1 / math.e) * best_cover(union, size) - 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_each_step_of_the_lazy_cover_is_the_best_one_left(seed: int) -> None:
    union = small_union(random.Random(seed), clips=10)
    chosen: list[int] = []
    for step in greedy_cover(union, share=1.0, limit=10):
        gains = [
            union.exposure(union.covered_by([*chosen, number])) - union.exposure(union.covered_by(chosen))
            for number in range(len(union.keys))
        ]
        assert step.adds.exposure == pytest.approx(max(gains))
        chosen.append(union.keys.index(step.clip))


@pytest.mark.parametrize("seed", range(12))
def test_the_removal_closes_most_of_it_needs_every_clip_and_is_nearly_the_smallest(seed: int) -> None:
    union = small_union(random.Random(seed), clips=8)
    removed = take_down_set(union)
    everything = union.exposure(union.all_clips())
    assert exposure_without(union, removed) <= 0.5 * everything + 1e-9
    for kept in removed:
        assert exposure_without(union, [one for one in removed if one != kept]) > 0.5 * everything
    assert len(removed) <= smallest_removal(union, 0.5) + 1


def test_a_view_that_two_clips_show_is_closed_only_without_both() -> None:
    union = union_of(HALF, HALF, SiteCoverage(site="camp", words=(PRESENCE,)))
    assert [step.clip for step in greedy_cover(union)] == ["clip 0", "clip 2"]
    assert take_down_set(union) == ["clip 0", "clip 1"]
    assert exposure_without(union, ["clip 0"]) == pytest.approx(0.3)


def test_so_many_copies_of_a_view_that_few_removals_close_nothing_are_said_by_an_empty_set() -> None:
    union = union_of(*[HALF] * 5)
    assert take_down_set(union, limit=4) == []
    assert len(take_down_set(union, limit=5)) == 5


def test_clips_that_show_nothing_are_neither_in_the_cover_nor_to_be_taken_down() -> None:
    empty = SiteCoverage(site="camp")
    union = union_of(empty, HALF, empty)
    assert [step.clip for step in greedy_cover(union)] == take_down_set(union) == ["clip 1"]
    assert greedy_cover(union_of(empty)) == []
    assert take_down_set(union_of(empty)) == []


# ── the finding ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("clips", "exposure", "best", "fires"),
    [
        (2, 0.25, 0.20, True),
        (1, 0.90, 0.10, False),
        (2, 0.24, 0.10, False),
        (9, 0.60, 0.56, False),  # one of them shows nearly all
        (9, 0.60, 0.55, True),
        (0, 0.0, 0.0, False),
    ],
)
def test_a_mosaic_is_a_finding_when_all_show_enough_and_more_than_one(
    clips: int, exposure: float, best: float, fires: bool
) -> None:
    assert is_mosaic(clips, exposure, best) is fires


def test_severity_rises_with_the_worst_clip_and_the_exposure() -> None:
    assert mosaic_severity(0.5, 0.4) == pytest.approx(0.7)
    assert mosaic_severity(0.0, 0.4) == pytest.approx(0.4)


# ── what is drawn and named ───────────────────────────────────────────────────────────────────
def test_layers_are_what_the_clips_show() -> None:
    north = replace(HALF, sectors=((350.0, 20.0),), zones=("b", "a"))
    south = replace(HALF, sectors=((90.0, 10.0),), zones=("c",), view="")
    layers = (union := union_of(north, south)).layers(union.all_clips())
    assert layers.zones == ["a", "b", "c"]
    assert [degree for degree, seen in enumerate(layers.headings) if seen] == [
        *range(10),
        *range(90, 100),
        *range(350, 360),
    ]
    assert layers.ground.tolist() == [n % 2 == 0 for n in range(VIEW_GRID**2)]
    only_south = union.layers(union.covered_by([1]))
    assert only_south.zones == ["c"]
    assert not only_south.ground.any()


@given(many_clips)
@settings(max_examples=20)
def test_the_exposure_of_one_clip_is_that_of_its_own_union(clips: dict[str, list[SiteCoverage]]) -> None:
    union = SiteUnion(clips, "fence")
    for place, key in enumerate(union.keys):
        assert union.exposure_of(key) == pytest.approx(union.exposure(union.covered_by([place])))
    assert union.exposure_of("no such clip") == 0.0
