"""Precision and recall of coordinates in texts: ``python -m tests.benchmarks coordinates [--shared FOLDER]``.

The texts are not part of this project. Their folder is the argument, else ``OPSEC_SHARED``, else ``../shared`` beside
the repository; without it the script exits with a message.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opsec.geo.notations import CoordinateMatch
from opsec.geo.positions import haversine_distance_m
from opsec.model import Point
from opsec.readers.text.coordinates import find_coordinates, text_hints

MAX_ERROR_M = 150.0
GENERATED_LINES = 10_000
"""Generated lines of numbers that are not coordinates."""


@dataclass(slots=True)
class CoordinateScore:
    """Positions found correctly, found falsely and missed."""

    correct: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.correct / (self.correct + len(self.false) or 1)

    @property
    def recall(self) -> float:
        return self.correct / (self.correct + len(self.missed) or 1)


def find_text_corpus(given: str | None = None) -> Path | None:
    """Find the folder of texts; None when it is not available."""
    shared = Path(given or os.environ.get("OPSEC_SHARED") or Path(__file__).parents[4] / "shared")
    folder = shared / "corpus" / "text"
    return folder if (folder / "captions.jsonl").is_file() else None


def load_captions(folder: Path) -> list[dict[str, Any]]:
    """Load every text with its annotations."""
    return [json.loads(line) for line in (folder / "captions.jsonl").read_text("utf-8").splitlines() if line.strip()]


def load_negatives(folder: Path) -> list[str]:
    """Load texts without names or coordinates."""
    return [line for line in (folder / "extra_negatives.txt").read_text("utf-8").splitlines() if line.strip()]


def score_coordinates(texts: Iterable[dict[str, Any]]) -> CoordinateScore:
    """Score texts: each true position may be found once, within ``MAX_ERROR_M`` and with overlapping spans."""
    score = CoordinateScore()
    for text in texts:
        remaining = list(text["coordinates"])
        for found in find_positions(text["text"]):
            true = [place for place in remaining if _matches(found, place)]
            if true:
                remaining.remove(true[0])
                score.correct += 1
            else:
                score.false.append(f"{text['id']}: {text['text']}  →  {found}")
        score.missed += [f"{text['id']} {text['category']}: {text['text']}  ←  {place}" for place in remaining]
    return score


def find_positions(text: str) -> Iterator[CoordinateMatch]:
    """Find positions, without unresolved links."""
    return (found for found in find_coordinates(text) if found.point)


def _matches(found: CoordinateMatch, true: dict[str, Any]) -> bool:
    start, end = true["span"]
    assert found.point is not None
    distance_m = haversine_distance_m(found.point, Point(true["lat"], true["lon"]))
    return distance_m <= MAX_ERROR_M and found.start < end and start < found.end


def report_coordinates(folder: Path) -> Iterator[str]:
    """Yield the figures, line by line."""
    from tests.fixtures.not_coordinates import generate_lines

    texts = load_captions(folder)
    score = score_coordinates(texts)
    yield f"coordinates: P {score.precision:.3f} R {score.recall:.3f} ({score.correct} correct)"
    yield from (f"  false  {one}" for one in score.false)
    yield from (f"  missed {one}" for one in score.missed)
    others = [text for text in load_negatives(folder) if any(find_positions(text))]
    yield f"in {len(load_negatives(folder))} extra negatives: {len(others)}"
    yield from (f"  false  {one}" for one in others)
    generated = [line for line in generate_lines(GENERATED_LINES) if any(find_positions(line))]
    yield f"in {GENERATED_LINES} generated lines of other numbers: {len(generated)}"
    yield from (f"  false  {one}" for one in generated[:20])
    yield f"cost: {_seconds_per_thousand([text['text'] for text in texts]):.3f} s per 1,000 captions"


def _seconds_per_thousand(texts: list[str]) -> float:
    began = time.process_time()
    for text in texts:
        list(text_hints(text, "caption"))
    return (time.process_time() - began) * 1000 / len(texts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", help="the shared folder")
    arguments = parser.parse_args()
    folder = find_text_corpus(arguments.shared)
    if folder is None:
        sys.stderr.write("the reference texts are not available; give their folder with --shared\n")
        return 2
    for line in report_coordinates(folder):
        sys.stdout.write(line + "\n")
    return 0
