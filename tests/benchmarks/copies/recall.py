"""Measure which clips are recognised when they are posted again, and that no two different clips are taken for one.

    python -m tests.benchmarks copies [--clips 100] [--seed 1] [--kinds speaker,tripod]
    OPSEC_SHARED=… python -m tests.benchmarks copies

Clips are made here, in groups of ten that are as alike as different clips can be: speakers before one wall, one place
filmed twice, two films after one introduction. Every other group shows reference photos where ``OPSEC_SHARED`` names
their folder. Every clip and each of its copies is looked up among all clips, as a scan does.
"""

import argparse
import io
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np

from opsec.vision.copies.clip_hasher import ClipHasher, ClipHashes
from opsec.vision.copies.comparison import are_copies
from opsec.vision.copies.hash_index import HashIndex
from opsec.vision.copies.packing import RECORD_BYTES
from tests.benchmarks.statistics import wilson
from tests.vision.copies.made_clips import FAMILY_SIZE, MadeClip, drawn_scene, made_family, photo_scenes
from tests.vision.copies.transformations import ORIGINAL, TRANSFORMATIONS, Transformation, frames

ENCODED_RATE = 8
ALL = (ORIGINAL, *TRANSFORMATIONS)


@dataclass
class Cost:
    """Time of the processor."""

    hash_s: float = 0.0
    clips: int = 0
    frames: int = 0
    compare_s: float = 0.0
    compared: int = 0
    decode_s: float = 0.0
    decoded: int = 0
    bytes: int = 0


@dataclass
class Results:
    """What was found so far."""

    names: list[str] = field(default_factory=list)
    originals: list[ClipHashes] = field(default_factory=list)
    copies: dict[tuple[int, str], ClipHashes] = field(default_factory=dict)
    """Number of the clip and name of the transformation → hashes of the copy."""
    found: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    pairs: int = 0
    """Pairs of different clips that were looked up."""
    cost: Cost = field(default_factory=Cost)


def h264(pictures: list[Any], cost: Cost) -> list[Any]:
    """Encode pictures with H.264 at crf 33 and decode them."""
    buffer = io.BytesIO()
    height, width = (side - side % 2 for side in pictures[0].shape)
    with av.open(buffer, "w", format="mp4") as file:
        stream: Any = file.add_stream("libx264", rate=ENCODED_RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "33", "preset": "veryfast"}
        for picture in pictures:
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture[:height, :width], format="gray")):
                file.mux(packet)
        for packet in stream.encode():
            file.mux(packet)
    buffer.seek(0)
    started_s = time.process_time()
    opened: Any
    with av.open(buffer) as opened:
        decoded = [frame.to_ndarray(format="gray") for frame in opened.decode(video=0)]
    cost.decode_s += time.process_time() - started_s
    cost.decoded += len(decoded)
    return decoded


def remembered(clip: MadeClip) -> MadeClip:
    """The clip, each of whose pictures is drawn once."""
    drawn: dict[float, Any] = {}

    def draw(at_s: float) -> Any:
        if at_s not in drawn:
            drawn[at_s] = clip.draw(at_s)
        return drawn[at_s]

    return MadeClip(clip.name, clip.length_s, draw)


def hashed(clip: MadeClip, how: Transformation, rng: np.random.Generator, cost: Cost) -> ClipHashes | None:
    """Hash a copy of a clip."""
    shown = list(frames(clip, how, rng))
    if how.jpeg is None:
        times = [at_s for at_s, _picture in shown]
        shown = list(zip(times, h264([picture for _at_s, picture in shown], cost), strict=True))
    hasher, started_s = ClipHasher(), time.process_time()
    for at_s, picture in shown:
        hasher.add_frame(picture, at_s)
    found = hasher.finish()
    cost.hash_s += time.process_time() - started_s
    cost.clips, cost.frames = cost.clips + 1, cost.frames + len(shown)
    cost.bytes += len(found) * RECORD_BYTES + found.signal.size if found is not None else 0
    return found


def families(count: int, seed: int) -> Iterator[list[MadeClip]]:
    """Yield groups of clips, every other one before reference photos where they are there."""
    shared = os.environ.get("OPSEC_SHARED")
    photos = photo_scenes(Path(shared) if shared else None)
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        if photos and number % 2:
            scenes = [photos[int(one)] for one in rng.choice(len(photos), 2, replace=False)]
        else:
            scenes = [drawn_scene(rng), drawn_scene(rng)]
        yield made_family(number, rng, *scenes)


def look_up(results: Results, first: int, numbers: range, index: HashIndex, queries: list[tuple[int, str]]) -> None:
    """Look copies up among some clips; ``first`` is the number of the first clip of the index."""
    for clip, how in queries:
        hashes = results.copies[clip, how]
        results.pairs += len(numbers) - (clip in numbers)
        alike = set()
        for place in index.candidates(hashes):
            started_s = time.process_time()
            if are_copies(results.originals[first + place], hashes):
                alike.add(first + place)
            results.cost.compare_s += time.process_time() - started_s
            results.cost.compared += 1
        if clip in numbers and how != ORIGINAL.name:
            results.tried[how] += 1
            results.found[how] += clip in alike
            if clip not in alike:
                results.missed.append(f"{results.names[clip]} {how}")
        results.merged += [f"{results.names[clip]} {how} = {results.names[one]}" for one in sorted(alike - {clip})]


def indexed(clips: list[ClipHashes]) -> HashIndex:
    """An index of clips."""
    index = HashIndex()
    for clip in clips:
        index.add(clip)
    return index


def measure(results: Results, clips: list[MadeClip], seed: int) -> None:
    """Add a group of clips and compare it with all others, both ways."""
    before = len(results.originals)
    old = list(results.copies)
    for clip in map(remembered, clips):
        rng = np.random.default_rng([seed, len(results.originals)])
        made = {how.name: hashed(clip, how, rng, results.cost) for how in ALL}
        original = made[ORIGINAL.name]
        if original is None:
            sys.stdout.write(f"{clip.name}: shows nothing to recognise it by, left out\n")
            continue
        number = len(results.originals)
        results.names.append(clip.name)
        results.originals.append(original)
        for name, hashes in made.items():
            if hashes is not None:
                results.copies[number, name] = hashes
            else:
                results.tried[name] += 1
                results.missed.append(f"{clip.name} {name}: not hashed")
    new = [key for key in results.copies if key[0] >= before]
    numbers = range(before, len(results.originals))
    everything = indexed(results.originals)
    look_up(results, 0, range(len(results.originals)), everything, new)
    look_up(results, before, numbers, indexed(results.originals[before:]), old)


def report(results: Results, seconds: float) -> None:
    """Print the tables."""
    cost, write = results.cost, sys.stdout.write
    write(f"\n{len(results.originals)} clips, {seconds:.0f} s\n")
    for how in TRANSFORMATIONS:
        write(f"  {how.name:<20} {wilson(results.found[how.name], results.tried[how.name])}\n")
    write(f"  {'all':<20} {wilson(sum(results.found.values()), sum(results.tried.values()))}\n")
    write(f"pairs of different clips: {results.pairs:,}, taken for copies: {len(results.merged)}\n")
    for line in results.merged[:20]:
        write(f"  WRONG {line}\n")
    for line in results.missed[:40]:
        write(f"  missed {line}\n")
    clips = max(cost.clips, 1)
    write(f"hashing: {1e3 * cost.hash_s / clips:.0f} ms and {cost.bytes / clips:,.0f} bytes a clip, ")
    write(f"{1e3 * cost.hash_s / max(cost.frames, 1):.2f} ms a frame; ")
    write(f"decoding alone: {1e3 * cost.decode_s / max(cost.decoded, 1):.2f} ms a frame of 480 x 270\n")
    write(f"comparison: {1e3 * cost.compare_s / max(cost.compared, 1):.1f} ms a pair, {cost.compared:,} pairs\n")
    sys.stdout.flush()


def measure_index(hashes: int) -> None:
    """Print the cost of a lookup among random hashes."""
    rng = np.random.default_rng(3)
    index, per_clip = HashIndex(), 100
    for _ in range(hashes // per_clip):
        made = rng.integers(0, 256, (per_clip, 32), np.uint8)
        index.add(ClipHashes(np.zeros(per_clip), np.zeros(per_clip, np.int64), made, 0.125, np.zeros((0, 4), np.uint8)))
    queries = rng.integers(0, 256, (50, 32), np.uint8)
    index.lookup(queries[0])
    started_s = time.process_time()
    for query in queries:
        index.lookup(query)
    per_frame_ms = 1e3 * (time.process_time() - started_s) / len(queries)
    sys.stdout.write(f"index of {hashes:,} frames: {per_frame_ms:.2f} ms a frame, {hashes * 48 / 2**20:.0f} MiB\n")


def main() -> None:
    """Measure and print, after each group of clips what is known so far."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--index", type=int, default=1_000_000, help="frames of the index whose lookup is timed")
    parser.add_argument("--kinds", default="", help="only clips with one of these words in their names")
    chosen = parser.parse_args()
    wanted = [word for word in chosen.kinds.split(",") if word]
    results, started_s = Results(), time.monotonic()
    measure_index(chosen.index)
    for number, clips in enumerate(families(-(-chosen.clips // FAMILY_SIZE), chosen.seed), 1):
        kept = [clip for clip in clips if not wanted or any(word in clip.name for word in wanted)]
        measure(results, kept, chosen.seed)
        if number in {1, 2, 3} or number % 5 == 0 or number * FAMILY_SIZE >= chosen.clips:
            report(results, time.monotonic() - started_s)
    seconds = (time.monotonic() - started_s) / max(len(results.originals), 1) * 1_000
    sys.stdout.write(f"1,000 clips would take about {seconds / 3600:.1f} hours of this machine, as busy as it is now\n")
