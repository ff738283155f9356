"""Measure the mosaic: its union against polygons, its time by the number of clips, its choices against all sets.

    [OPSEC_SHARED=../shared] python -m tests.benchmarks mosaic [--seed 18]

Compounds are drawn at random; with the shared corpus, the union is also measured on its rendered compounds, from the
true poses of every clip that was filmed in the same one.
"""

import argparse
import json
import math
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import mean

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.local_projection import ProjectedSite
from opsec.model import SiteCoverage
from opsec.verdict.mosaic import SiteUnion, greedy_cover, take_down_set
from tests.benchmarks.layout.viewshed import EVERY, KINDS, load_generator, record_compound
from tests.verdict.compounds import (
    best_cover,
    coverage_of,
    draw_compound,
    film,
    polygon_share,
    small_union,
    smallest_removal,
)

COMPOUNDS = 60
SIZES = (100, 1_000, 3_000, 10_000)
SMALL_CASES = 60


def union_error(site: ProjectedSite, clips: Sequence[Sequence[CameraPose]]) -> float:
    """Difference of the union's share of the ground from that of the polygons."""
    shown = [coverage_of(site, poses) for poses in clips]
    plan = next((one.plan for one in shown if one.plan), None)
    union = SiteUnion({str(number): [one] for number, one in enumerate(shown)}, plan)
    return union.parts(union.all_clips()).ground - polygon_share(site, clips)


def drawn_errors(seed: int) -> Iterator[float]:
    """Yield the error of each drawn compound."""
    for number in range(COMPOUNDS):
        chance = random.Random(seed + number)
        site = draw_compound(chance)
        yield union_error(site, [film(site, chance) for _ in range(chance.randint(2, 30))])


def rendered_errors(shared: str) -> Iterator[float]:
    """Yield the error of each rendered compound of the shared corpus, its walk cut into clips of ten poses."""
    folder = Path(shared) / "corpus" / "layout"
    module = load_generator(folder)
    for entry in json.loads((folder / "plan_shared.json").read_text("utf-8")):
        if entry["kind"] in KINDS:
            plan = record_compound(module, entry, folder / "sources")
            poses = [
                CameraPose(
                    east_m=float(at[0]), north_m=float(at[1]), heading_deg=math.degrees(yaw) % 360, hfov_deg=hfov
                )
                for at, yaw, hfov in plan.poses[::EVERY]
            ]
            if poses:  # the clip was not drawn by this generator
                yield union_error(plan.ground(("tank",)), [poses[n : n + 10] for n in range(0, len(poses), 10)])


def many_clips(count: int, seed: int) -> dict[str, list[SiteCoverage]]:
    """Clips of one compound; two hundred views, each filmed again and again with other words and headings."""
    chance = random.Random(seed)
    site = draw_compound(chance)
    views = [coverage_of(site, film(site, chance), zones_seen=(f"zone {n % 4}",)) for n in range(200)]
    return {f"{number:05}": [chance.choice(views)] for number in range(count)}


def seconds(work: Callable[[], object]) -> float:
    """Processor time that some work takes: that of the clock depends on what else the machine does."""
    began = time.process_time()
    work()
    return time.process_time() - began


def small_cases(seed: int) -> Iterator[tuple[float, int]]:
    """Yield the worst ratio of a greedy cover to the best one, and the clips that a removal has beyond the fewest."""
    for number in range(SMALL_CASES):
        union = small_union(random.Random(seed + number), clips=9)
        steps = greedy_cover(union, share=1.0, limit=4)
        ratios = [
            sum(step.adds.exposure for step in steps[:size]) / best_cover(union, size)
            for size in range(1, len(steps) + 1)
        ]
        yield min(ratios), len(take_down_set(union)) - smallest_removal(union, 0.5)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=18)
    parser.add_argument("--rendered", type=int, default=12, help="rendered compounds of the shared corpus")
    chosen = parser.parse_args()
    shared = os.environ.get("OPSEC_SHARED")
    sources = [("drawn", drawn_errors(chosen.seed))] + (
        [("rendered", islice(rendered_errors(shared), chosen.rendered))] if shared else []
    )
    for name, errors in sources:
        wrong = [abs(one) for one in errors]
        sys.stdout.write(f"{name} compounds: mean error {mean(wrong):.4f} of the area, worst {max(wrong):.4f}, ")
        sys.stdout.write(f"n {len(wrong)}\n")
    for size in SIZES:
        clips = many_clips(size, chosen.seed)
        build_s = seconds(lambda clips=clips: SiteUnion(clips, clips["00000"][0].plan))  # type: ignore[misc]
        union = SiteUnion(clips, clips["00000"][0].plan)
        cover_s, removal_s = seconds(lambda u=union: greedy_cover(u)), seconds(lambda u=union: take_down_set(u))  # type: ignore[misc]
        sys.stdout.write(f"{size:>6} clips: union {build_s:.2f} s, cover {cover_s:.2f} s, removal {removal_s:.2f} s\n")
    ratios, more = zip(*small_cases(chosen.seed), strict=True)
    sys.stdout.write(f"cover of 9 clips: at least {min(ratios):.3f} of the best (bound {1 - 1 / math.e:.3f}), ")
    sys.stdout.write(f"mean {mean(ratios):.3f}; removal: {sum(one == 0 for one in more)} of {len(more)} the fewest, ")
    sys.stdout.write(f"at most {max(more)} more\n")
