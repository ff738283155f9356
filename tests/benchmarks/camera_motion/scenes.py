"""Measure the motion classifier on takes with true parallax, rendered in a small three-dimensional world.

    python -m tests.benchmarks scenes [--clips 5] [--seed 100] [--only "whip pan,sea"] [--repost]

Kinds and worlds are those of ``tests.vision.camera_motion.synthetic_takes``; ``--repost`` encodes each take with H.264
at crf 34. Turns are scored as in the benchmark ``filmed``.
"""

import argparse
import sys
import time

import numpy as np

from opsec.matching.layout.scoring import build_layout, shot_motions
from opsec.model import Layout
from tests.benchmarks.camera_motion.filmed import is_turn_right
from tests.benchmarks.statistics import wilson
from tests.vision.camera_motion.synthetic_street import analyse_frames
from tests.vision.camera_motion.synthetic_takes import KINDS, Take, transcoded


def assess(take: Take) -> Layout:
    """Layout of a clip that is this take."""
    return build_layout(shot_motions(analyse_frames(take.frames)), None, None)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=5)
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--only", default="")
    parser.add_argument("--repost", action="store_true")
    chosen = parser.parse_args()
    wanted = [name.strip() for name in chosen.only.split(",") if name.strip()] or list(KINDS)
    right = count = turns = turn_count = frames = 0
    cost_s = 0.0
    for number, (name, kind) in enumerate(KINDS.items()):
        results: list[tuple[Layout, float]] = []
        for seed in range(chosen.seed, chosen.seed + chosen.clips) if name in wanted else ():
            take = kind.render(seed, np.random.default_rng(1_000 * number + seed))
            take = transcoded(take) if chosen.repost else take
            start = time.process_time()
            results.append((assess(take), take.yaw_deg))
            cost_s, frames = cost_s + time.process_time() - start, frames + len(take.frames)
        hits = sum(layout.motion in kind.right for layout, _yaw in results)
        right, count = right + hits, count + len(results)
        line = f"{name:<20} {hits}/{len(results)} {[layout.motion for layout, _yaw in results]}"
        if kind.is_turn_scored:
            turns += sum(is_turn_right(layout, yaw) for layout, yaw in results)
            turn_count += len(results)
            line += " turns " + ", ".join(
                f"{'≥' if layout.at_least else ''}{layout.heading_deg or 0:.0f} of {yaw:.0f}" for layout, yaw in results
            )
        if results:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    sys.stdout.write(f"class {wilson(right, count)}\nturns {wilson(turns, turn_count)}\n")
    sys.stdout.write(f"cost  {1_000 * cost_s / max(1, frames):.2f} ms a frame\n")
