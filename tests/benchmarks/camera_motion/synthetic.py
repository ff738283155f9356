"""How the camera's motion is told on drawn shots of our own, at least twenty of every sort.

    python -m tests.benchmarks.camera_motion.synthetic [--clips 20] [--seed 100] [--only night,selfie]

Every shot is a function of its seed. Shares with their 95 % intervals (Wilson). The suite itself looks at one or two
of each sort (``tests/vision/camera_motion``).
"""

import argparse
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

import av
import numpy as np

from opsec.model import Motion
from tests.benchmarks.statistics import wilson
from tests.vision.camera_motion.world import Grey, captioned, film, motions, noisy, with_person

Draw = Callable[[int, np.random.Generator], tuple[list[Grey], float | None]]
"""Seed and dice in; the pictures and, of a turn, its degrees out."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of shot: what may be told of it."""

    draw: Draw
    right: frozenset[tuple[str, ...]]
    """Motions of its shots, in order, that are right."""


def _turn(seed: int, dice: np.random.Generator, **more: float) -> tuple[list[Grey], float]:
    degrees = float(dice.uniform(25, 340))
    seconds = max(3.0, degrees / float(dice.uniform(20, 55)))
    return film(seed, "turn", seconds, degrees=degrees, **more), degrees


def _stand(seed: int, _dice: np.random.Generator, **more: float) -> tuple[list[Grey], None]:
    return film(seed, "stand", **more), None


def _selfie(seed: int, dice: np.random.Generator) -> tuple[list[Grey], float]:
    pictures, degrees = _turn(seed, dice, hfov_deg=float(dice.choice([40.0, 54.0, 66.0])))
    return with_person(pictures, seed, size=float(dice.uniform(0.8, 1.1))), degrees


def _travel(seed: int, dice: np.random.Generator) -> tuple[list[Grey], None]:
    return film(seed, "travel", speed_mps=float(dice.choice([1.4, 2.8, 5.0]))), None


def _walk_and_turn(seed: int, dice: np.random.Generator) -> tuple[list[Grey], None]:
    return film(seed, "travel", seconds=6.0, speed_mps=1.4, degrees=float(dice.uniform(60, 180))), None


def _along_a_wall(seed: int, dice: np.random.Generator) -> tuple[list[Grey], None]:
    """Out of the side of a car, or of somebody who walks: a wall slides by, as flat as the ground from above."""
    speed = float(dice.choice([1.4, 2.8, 5.0]))
    return film(seed, "travel", speed_mps=speed, look_deg=float(dice.choice([-1, 1]) * dice.uniform(70, 110))), None


def _overhead(seed: int, _dice: np.random.Generator) -> tuple[list[Grey], None]:
    return film(seed, "overhead"), None


def _zoom(seed: int, dice: np.random.Generator) -> tuple[list[Grey], None]:
    return film(seed, "zoom", octaves=float(dice.uniform(0.8, 1.6)) * float(dice.choice([-1, 1]))), None


def _shots(seed: int, dice: np.random.Generator) -> tuple[list[Grey], float]:
    turned, degrees = _turn(seed + 1, dice)
    return [*film(seed, "stand"), *turned], degrees


def _stabilised(seed: int, dice: np.random.Generator) -> tuple[list[Grey], float]:
    """A stabiliser holds the picture still for a while, then catches up; its crop breathes a little."""
    return _turn(seed, dice, holds=float(dice.integers(3, 7)), shake_deg=0.1)


def _night(seed: int, dice: np.random.Generator) -> tuple[list[Grey], float | None]:
    pictures, degrees = _turn(seed, dice) if seed % 2 else _stand(seed, dice)
    dark = [(picture // 6).astype(np.uint8) for picture in pictures]
    return list(noisy(dark, seed, float(dice.uniform(3, 6)))), degrees


def _crowd(seed: int, dice: np.random.Generator) -> tuple[list[Grey], None]:
    """Several people who dance before a camera that somebody holds."""
    pictures = film(seed, "stand", shake_deg=0.6)
    for number, at in enumerate((0.2, 0.55, 0.85)):
        pictures = with_person(pictures, seed + number, size=float(dice.uniform(0.35, 0.7)), at=at)
    return pictures, None


def _long_lens(seed: int, dice: np.random.Generator) -> tuple[list[Grey], None]:
    """A pan so narrow that nothing is drawn out of shape: it may be called anything that reveals."""
    return film(
        seed, "turn", degrees=float(dice.uniform(25, 60)), hfov_deg=float(dice.uniform(12, 18)), shake_deg=0.1
    ), None


def _noise(seed: int, dice: np.random.Generator) -> tuple[list[Grey], None]:
    """A lens cap: faint noise and nothing else."""
    return list(noisy([np.full((400, 225), 40, np.uint8)] * 33, seed, float(dice.uniform(1, 8)))), None


def _reposted(draw: Draw) -> Draw:
    """The same at 320 pixels, H.264 at crf 36."""

    def again(seed: int, dice: np.random.Generator) -> tuple[list[Grey], float | None]:
        pictures, degrees = draw(seed, dice)
        return list(_coded(pictures)), degrees

    return again


def _coded(pictures: list[Grey]) -> Iterator[Grey]:
    """Through the encoder and back."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=8, options={"crf": "36", "preset": "veryfast", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = 180, 320, "yuv420p"
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(picture, format="gray").reformat(180, 320, "yuv420p")
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as back:
        yield from (frame.to_ndarray(format="gray").astype(np.uint8) for frame in back.decode(video=0))


def _one(*names: str) -> frozenset[tuple[str, ...]]:
    return frozenset((name,) for name in names)


SORTS: dict[str, Sort] = {
    "fixed": Sort(lambda s, d: _stand(s, d, shake_deg=float(d.uniform(0, 0.3))), _one("fixed")),
    "hand shake": Sort(lambda s, d: _stand(s, d, shake_deg=float(d.uniform(0.6, 1.2))), _one("fixed")),
    "turn": Sort(_turn, _one("turn")),
    "there and back": Sort(lambda s, d: _turn(s, d, back=1.0), _one("turn")),
    "rolling shutter": Sort(lambda s, d: _turn(s, d, read_out_s=0.02), _one("turn")),
    "stabilised": Sort(_stabilised, _one("turn")),
    "selfie": Sort(_selfie, _one("turn")),
    "captions": Sort(lambda s, d: (captioned((made := _turn(s, d))[0]), made[1]), _one("turn")),
    "travel": Sort(_travel, _one("travel")),
    "overhead": Sort(_overhead, _one("overhead")),
    "zoom": Sort(_zoom, _one("zoom")),
    "shots": Sort(_shots, frozenset({("fixed", "turn")})),
    "people": Sort(_crowd, _one("fixed")),
    "night": Sort(_night, _one("turn", "fixed", "unknown")),
    "long lens": Sort(_long_lens, _one("turn", "overhead", "travel", "unknown")),
    "noise": Sort(_noise, _one("unknown", "fixed")),
    "fixed 320 px": Sort(_reposted(lambda s, d: _stand(s, d, shake_deg=0.5)), _one("fixed")),
    "turn 320 px": Sort(_reposted(_turn), _one("turn")),
    "travel 320 px": Sort(_reposted(_travel), _one("travel")),
    "selfie 320 px": Sort(_reposted(_selfie), _one("turn")),
    "walk and turn": Sort(_walk_and_turn, _one("travel")),
    "along a wall": Sort(_along_a_wall, _one("travel")),
}


def measured(sort: Sort, seeds: range) -> Iterator[str]:
    """The lines of one sort."""
    told = []
    for seed in seeds:
        pictures, degrees = sort.draw(seed, np.random.default_rng(seed))
        told.append((seed, tuple(motions(pictures)), degrees))
    right = [tuple(one.motion for one in shots) in sort.right for _seed, shots, _degrees in told]
    yield f"class {wilson(sum(right), len(right))}"
    for (seed, shots, degrees), good in zip(told, right, strict=True):
        if not good:
            yield f"    {seed}: {[one.motion for one in shots]}" + (f", a turn of {degrees:.0f}" if degrees else "")
    turns = [(degrees, _widest(shots)) for _seed, shots, degrees in told if degrees is not None]
    yield from _degrees([(true, one) for true, one in turns if one is not None], len(turns)) if turns else ()


def _widest(shots: tuple[Motion, ...]) -> Motion | None:
    known = [one for one in shots if one.motion == "turn" and one.heading_deg is not None]
    return max(known, key=lambda one: one.heading_deg or 0.0, default=None)


def _degrees(turns: list[tuple[float, Motion]], count: int) -> Iterator[str]:
    off = [((one.heading_deg or 0.0) - min(360.0, true), true, one.at_least) for true, one in turns]
    if not off:
        yield f"    degrees: not assessed in any of {count}"
        return
    close = sum(abs(by) <= max(5.0, 0.1 * true) for by, true, _least in off)
    quarter = sum(abs(by) <= 0.25 * true for by, true, _least in off)
    yield (
        f"    degrees within max(5, 10 %) {wilson(close, count)}, within 25 % {wilson(quarter, count)}; "
        f"median error {median(abs(by) for by, _, _ in off):.1f}, most over {max(by for by, _, _ in off):.1f}; "
        f"{sum(least for _by, _true, least in off)} as at least, {count - len(off)} not assessed"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=20)
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    wanted = [name.strip() for name in chosen.only.split(",") if name.strip()] or list(SORTS)
    for number, name in enumerate(SORTS):
        if name in wanted:
            first = chosen.seed + 1_000 * number
            for line, text in enumerate(measured(SORTS[name], range(first, first + chosen.clips))):
                sys.stdout.write((f"{name:<16} {text}" if line == 0 else text) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
