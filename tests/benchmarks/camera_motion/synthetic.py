"""Measure the motion classifier on rendered shots, at least twenty of every kind.

    python -m tests.benchmarks camera-motion [--clips 20] [--seed 100] [--only night,selfie]

Every shot is a function of its seed. Shares have 95 % intervals (Wilson). The test suite has one or two shots of each
kind (``tests/readers/video/test_camera_motion.py``).
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
from tests.vision.camera_motion.synthetic_street import (
    GrayImage,
    add_captions,
    add_noise,
    add_person,
    render_shot,
    shot_motions,
)

Draw = Callable[[int, np.random.Generator], tuple[list[GrayImage], float | None]]
"""Seed and random generator → the frames, and the angle of a turn in degrees."""


@dataclass(frozen=True, slots=True)
class ShotKind:
    """One kind of shot, and the motions that are correct for it."""

    draw: Draw
    correct: frozenset[tuple[str, ...]]
    """Sequences of motions that are correct."""


def _turn(seed: int, rng: np.random.Generator, **more: float) -> tuple[list[GrayImage], float]:
    degrees = float(rng.uniform(25, 340))
    seconds = max(3.0, degrees / float(rng.uniform(20, 55)))
    return render_shot(seed, "turn", seconds, degrees=degrees, **more), degrees


def _stand(seed: int, _dice: np.random.Generator, **more: float) -> tuple[list[GrayImage], None]:
    return render_shot(seed, "stand", **more), None


def _selfie(seed: int, rng: np.random.Generator) -> tuple[list[GrayImage], float]:
    frames, degrees = _turn(seed, rng, hfov_deg=float(rng.choice([40.0, 54.0, 66.0])))
    return add_person(frames, seed, size=float(rng.uniform(0.8, 1.1))), degrees


def _travel(seed: int, rng: np.random.Generator) -> tuple[list[GrayImage], None]:
    return render_shot(seed, "travel", speed_mps=float(rng.choice([1.4, 2.8, 5.0]))), None


def _walk_and_turn(seed: int, rng: np.random.Generator) -> tuple[list[GrayImage], None]:
    return render_shot(seed, "travel", seconds=6.0, speed_mps=1.4, degrees=float(rng.uniform(60, 180))), None


def _along_a_wall(seed: int, rng: np.random.Generator) -> tuple[list[GrayImage], None]:
    """Looking sideways out of a car or while walking: a wall slides by, as flat as the ground from above."""
    speed = float(rng.choice([1.4, 2.8, 5.0]))
    return render_shot(
        seed, "travel", speed_mps=speed, look_deg=float(rng.choice([-1, 1]) * rng.uniform(70, 110))
    ), None


def _overhead(seed: int, _dice: np.random.Generator) -> tuple[list[GrayImage], None]:
    return render_shot(seed, "overhead"), None


def _zoom(seed: int, rng: np.random.Generator) -> tuple[list[GrayImage], None]:
    return render_shot(seed, "zoom", octaves=float(rng.uniform(0.8, 1.6)) * float(rng.choice([-1, 1]))), None


def _shots(seed: int, rng: np.random.Generator) -> tuple[list[GrayImage], float]:
    turned, degrees = _turn(seed + 1, rng)
    return [*render_shot(seed, "stand"), *turned], degrees


def _stabilised(seed: int, rng: np.random.Generator) -> tuple[list[GrayImage], float]:
    """A stabiliser keeps the image still for a while, then catches up."""
    return _turn(seed, rng, stabiliser_steps=float(rng.integers(3, 7)), shake_deg=0.1)


def _night(seed: int, rng: np.random.Generator) -> tuple[list[GrayImage], float | None]:
    frames, degrees = _turn(seed, rng) if seed % 2 else _stand(seed, rng)
    dark = [(gray // 6).astype(np.uint8) for gray in frames]
    return list(add_noise(dark, seed, float(rng.uniform(3, 6)))), degrees


def _crowd(seed: int, rng: np.random.Generator) -> tuple[list[GrayImage], None]:
    """Several people dance in front of a hand-held camera."""
    frames = render_shot(seed, "stand", shake_deg=0.6)
    for number, at in enumerate((0.2, 0.55, 0.85)):
        frames = add_person(frames, seed + number, size=float(rng.uniform(0.35, 0.7)), at=at)
    return frames, None


def _long_lens(seed: int, rng: np.random.Generator) -> tuple[list[GrayImage], None]:
    """A pan so narrow that nothing is distorted: any motion that reveals the layout is correct."""
    return render_shot(
        seed, "turn", degrees=float(rng.uniform(25, 60)), hfov_deg=float(rng.uniform(12, 18)), shake_deg=0.1
    ), None


def _noise(seed: int, rng: np.random.Generator) -> tuple[list[GrayImage], None]:
    """A lens cap: faint noise only."""
    return list(add_noise([np.full((400, 225), 40, np.uint8)] * 33, seed, float(rng.uniform(1, 8)))), None


def _transcoded(draw: Draw) -> Draw:
    """The same shot at 320 pixels, H.264 at crf 36."""

    def again(seed: int, rng: np.random.Generator) -> tuple[list[GrayImage], float | None]:
        frames, degrees = draw(seed, rng)
        return list(_encode_decode(frames)), degrees

    return again


def _encode_decode(frames: list[GrayImage]) -> Iterator[GrayImage]:
    """Encode and decode."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=8, options={"crf": "36", "preset": "veryfast", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = 180, 320, "yuv420p"
        for gray in frames:
            frame = av.VideoFrame.from_ndarray(gray, format="gray").reformat(180, 320, "yuv420p")
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as back:
        yield from (frame.to_ndarray(format="gray").astype(np.uint8) for frame in back.decode(video=0))


def _one(*names: str) -> frozenset[tuple[str, ...]]:
    return frozenset((name,) for name in names)


KINDS: dict[str, ShotKind] = {
    "fixed": ShotKind(lambda s, d: _stand(s, d, shake_deg=float(d.uniform(0, 0.3))), _one("fixed")),
    "hand shake": ShotKind(lambda s, d: _stand(s, d, shake_deg=float(d.uniform(0.6, 1.2))), _one("fixed")),
    "turn": ShotKind(_turn, _one("turn")),
    "there and back": ShotKind(lambda s, d: _turn(s, d, back=1.0), _one("turn")),
    "rolling shutter": ShotKind(lambda s, d: _turn(s, d, read_out_s=0.02), _one("turn")),
    "stabilised": ShotKind(_stabilised, _one("turn")),
    "selfie": ShotKind(_selfie, _one("turn")),
    "captions": ShotKind(lambda s, d: (add_captions((made := _turn(s, d))[0]), made[1]), _one("turn")),
    "travel": ShotKind(_travel, _one("travel")),
    "overhead": ShotKind(_overhead, _one("overhead")),
    "zoom": ShotKind(_zoom, _one("zoom")),
    "shots": ShotKind(_shots, frozenset({("fixed", "turn")})),
    "people": ShotKind(_crowd, _one("fixed")),
    "night": ShotKind(_night, _one("turn", "fixed", "unknown")),
    "long lens": ShotKind(_long_lens, _one("turn", "overhead", "travel", "unknown")),
    "noise": ShotKind(_noise, _one("unknown", "fixed")),
    "fixed 320 px": ShotKind(_transcoded(lambda s, d: _stand(s, d, shake_deg=0.5)), _one("fixed")),
    "turn 320 px": ShotKind(_transcoded(_turn), _one("turn")),
    "travel 320 px": ShotKind(_transcoded(_travel), _one("travel")),
    "selfie 320 px": ShotKind(_transcoded(_selfie), _one("turn")),
    "walk and turn": ShotKind(_walk_and_turn, _one("travel")),
    "along a wall": ShotKind(_along_a_wall, _one("travel")),
}


def measure(kind: ShotKind, seeds: range) -> Iterator[str]:
    """Yield the figures of one kind."""
    results = []
    for seed in seeds:
        frames, degrees = kind.draw(seed, np.random.default_rng(seed))
        results.append((seed, tuple(shot_motions(frames)), degrees))
    right = [tuple(one.motion for one in shots) in kind.correct for _seed, shots, _degrees in results]
    yield f"class {wilson(sum(right), len(right))}"
    for (seed, shots, degrees), good in zip(results, right, strict=True):
        if not good:
            yield f"    {seed}: {[one.motion for one in shots]}" + (f", a turn of {degrees:.0f}" if degrees else "")
    turns = [(degrees, _widest(shots)) for _seed, shots, degrees in results if degrees is not None]
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
    wanted = [name.strip() for name in chosen.only.split(",") if name.strip()] or list(KINDS)
    for number, name in enumerate(KINDS):
        if name in wanted:
            first = chosen.seed + 1_000 * number
            for line, text in enumerate(measure(KINDS[name], range(first, first + chosen.clips))):
                sys.stdout.write((f"{name:<16} {text}" if line == 0 else text) + "\n")
            sys.stdout.flush()
