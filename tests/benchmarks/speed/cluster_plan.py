"""How many cores a week of clips needs, and where that breaks first: a queue of measured costs.

    python -m tests.benchmarks cluster-plan [--clips 1000000] [--wait 3600] [--poison 0.001] [--scale 0.2]
    python -m tests.benchmarks cluster-plan --jobs 2 --costs COSTS.json

Clips arrive by the hours of a week (Poisson within an hour), each with a class and a length; a core reads one clip at
a time, the oldest first. A poison clip takes its time limit twice. ``--scale`` simulates a part of the clips on a part
of the cores, which keeps the load and makes waits slightly longer than they are on many cores. The second form
predicts how long a pool of some jobs takes for given CPU seconds of clips, to be compared with a real run.
"""

import argparse
import heapq
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HOURS = 24 * 7
_BY_HOUR = (2, 1, 1, 1, 1, 2, 3, 4, 5, 5, 5, 5, 6, 6, 5, 5, 6, 7, 8, 9, 10, 9, 7, 4)
"""Posts by hour of the day: an assumption, most in the evening."""
_WEEKEND = 1.3
"""Posts of the two days off, as a multiple of the others: an assumption."""


@dataclass(frozen=True, slots=True)
class ClipClass:
    """Clips of one size."""

    name: str
    share: float
    """Of all clips: an assumption."""
    cpu_s_per_s: float
    """CPU seconds of reading one second of it, measured."""
    mbit_s: float
    """Bit rate."""


CLASSES = (
    ClipClass("576p", 0.6, 0.30, 0.8),
    ClipClass("1080p", 0.35, 0.66, 3.0),
    ClipClass("4K", 0.05, 2.95, 20.0),
)
"""Costs as in the table of ``tests/benchmarks/speed/README.md``; shares and bit rates are assumptions."""
MEDIAN_LENGTH_S, LENGTH_SPREAD = 18.0, 0.8
"""Of a log-normal distribution: an assumption."""
FIXED_S = 0.15
"""CPU seconds of each clip whatever its length: the process, hashes, metadata, the case file. An assumption."""
MATCH_S = 0.02
"""CPU seconds of the submitting process for each clip: matching, judging, storing. An assumption."""
CASE_KB = 146
"""Kilobytes of the case file for each clip, measured by ``case-size``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one simulated week gave."""

    utilisation: float
    """Share of the cores' time that was used."""
    wait_s: tuple[float, float, float]
    """From arrival to the begin of reading: median, 95th and 99th of a hundred."""
    longest_queue: int


def draw_week(clips: int, poison: float, limit_s: float, seed: int) -> tuple[Floats, Floats]:
    """Draw arrival times within a week, ascending, and CPU seconds, both of shape (clips,)."""
    random = np.random.default_rng(seed)
    weights = np.array([_BY_HOUR[hour % 24] * (_WEEKEND if hour // 24 >= 5 else 1.0) for hour in range(HOURS)])
    hours = random.choice(HOURS, size=clips, p=weights / weights.sum())
    arrivals = np.sort((hours + random.uniform(0, 1, clips)) * 3600)
    kinds = random.choice(len(CLASSES), size=clips, p=[one.share for one in CLASSES])
    lengths_s = random.lognormal(np.log(MEDIAN_LENGTH_S), LENGTH_SPREAD, clips)
    costs = FIXED_S + lengths_s * np.array([one.cpu_s_per_s for one in CLASSES])[kinds]
    costs[random.uniform(0, 1, clips) < poison] = 2 * limit_s
    return arrivals, costs


def run_queue(arrivals: Floats, costs: Floats, cores: int) -> tuple[Outcome, float]:
    """Serve clips in the order of arrival; return the outcome and the time when the last one is read."""
    free = [0.0] * cores
    waits = np.empty(len(arrivals))
    begins = np.empty(len(arrivals))
    ends_s = 0.0
    for number, (at_s, cost) in enumerate(zip(arrivals.tolist(), costs.tolist(), strict=True)):
        begins[number] = max(at_s, heapq.heappop(free))
        waits[number] = begins[number] - at_s
        heapq.heappush(free, begins[number] + cost)
        ends_s = max(ends_s, begins[number] + cost)
    queued = np.arange(1, len(arrivals) + 1) - np.searchsorted(np.sort(begins), arrivals, side="right")
    median, late, latest = np.percentile(waits, [50, 95, 99]).tolist()
    used = float(costs.sum()) / (cores * max(ends_s, 1e-9))
    return Outcome(used, (median, late, latest), int(max(0, queued.max()))), ends_s


def cores_needed(arrivals: Floats, costs: Floats, wait_s: float) -> int:
    """Return the fewest cores with which 95 of 100 clips wait at most this long."""
    high = 1
    while run_queue(arrivals, costs, high)[0].wait_s[1] > wait_s:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if run_queue(arrivals, costs, middle)[0].wait_s[1] > wait_s:
            low = middle
        else:
            high = middle
    return high


def plan(clips: int, scale: float, wait_s: float, *, poison: float, limit_s: float, seed: int = 1) -> list[str]:
    """Return the lines of a plan for a week."""
    simulated = max(1, round(clips * scale))
    arrivals, costs = draw_week(simulated, poison, limit_s, seed)
    cores = cores_needed(arrivals, costs, wait_s)
    outcome, _ends_s = run_queue(arrivals, costs, cores)
    mean_mbit_s = sum(one.share * one.mbit_s for one in CLASSES)
    mean_s = MEDIAN_LENGTH_S * float(np.exp(LENGTH_SPREAD**2 / 2))
    media_tb = clips * mean_mbit_s * mean_s / 8 / 1e6
    busiest = float(np.bincount((arrivals // 3600).astype(int), minlength=HOURS).max()) / simulated
    median, late, latest = outcome.wait_s
    return [
        f"{clips:,} clips a week, {simulated:,} simulated; {float(costs.mean()):.2f} CPU s a clip",
        f"cores: {cores / scale:,.0f} ({outcome.utilisation:.0%} used), wait {median:.0f} / {late:.0f} / {latest:.0f} s"
        f" (median, 95, 99 of 100), longest queue {outcome.longest_queue / scale:,.0f}",
        f"network: {media_tb:.2f} TB of media a week, {busiest * media_tb * 8e6 / 3600:.0f} Mbit/s in the busiest hour",
        f"case file: {clips * CASE_KB / 1e6:.0f} GB a week",
        f"submitting process: {clips * MATCH_S / (HOURS * 3600):.0%} of a core on average, "
        f"{busiest * clips * MATCH_S / 3600:.0%} in the busiest hour",
    ]


def main() -> int:
    """Print a plan, or the time that a pool takes for measured clips."""
    wanted = _arguments()
    if wanted.costs:
        costs = np.array(json.loads(wanted.costs.read_text("utf-8")), np.float64)
        _outcome, ends_s = run_queue(np.zeros(len(costs)), costs, wanted.jobs)
        _print([f"{len(costs)} clips, {costs.sum():.1f} s of reading, {wanted.jobs} jobs: {ends_s:.1f} s"])
        return 0
    _print(plan(wanted.clips, wanted.scale, wanted.wait, poison=wanted.poison, limit_s=wanted.limit, seed=wanted.seed))
    return 0


def _print(lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=1_000_000, help="clips a week")
    parser.add_argument("--scale", type=float, default=0.2, help="share of the clips and cores to simulate")
    parser.add_argument("--wait", type=float, default=3_600, help="seconds that 95 of 100 clips wait at most")
    parser.add_argument("--poison", type=float, default=0.001, help="share of clips that run into their time limit")
    parser.add_argument("--limit", type=float, default=300, help="time limit of a clip, seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--costs", type=Path, help="JSON list of seconds, one for each clip of a real run")
    parser.add_argument("--jobs", type=int, default=2, help="jobs of that run")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
