"""How well words are read: ``python -m tests.benchmarks.names.corpus coordinates [--shared FOLDER]``.

The texts are not part of this project. The folder is the one given, else ``OPSEC_SHARED``, else
``../shared`` beside the repository; without it there is nothing to measure, and that is said.
"""

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opsec.readers.text.coordinates import Written, written_hints, written_spans

RIGHT_WITHIN_M = 150.0
LIKE_NO_COORDINATE = 10_000
"""Made lines of numbers that are something else."""


@dataclass(slots=True)
class Score:
    """Places told rightly, told wrongly and not told."""

    right: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.false) or 1)

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missed) or 1)


def texts_folder(given: str | None = None) -> Path | None:
    """The folder of texts, or none when it is not on this machine."""
    shared = Path(given or os.environ.get("OPSEC_SHARED") or Path(__file__).parents[4] / "shared")
    folder = shared / "corpus" / "text"
    return folder if (folder / "captions.jsonl").is_file() else None


def captions(folder: Path) -> list[dict[str, Any]]:
    """Every text with what is true of it."""
    return [json.loads(line) for line in (folder / "captions.jsonl").read_text("utf-8").splitlines() if line.strip()]


def other_texts(folder: Path) -> list[str]:
    """Texts that hold neither a name nor a coordinate."""
    return [line for line in (folder / "extra_negatives.txt").read_text("utf-8").splitlines() if line.strip()]


def score_coordinates(texts: Iterable[dict[str, Any]]) -> Score:
    """Each true place is told once, within 150 m and by words that overlap; anything else told is false."""
    score = Score()
    for text in texts:
        left = list(text["coordinates"])
        for found in places(text["text"]):
            true = [place for place in left if _is(found, place)]
            if true:
                left.remove(true[0])
                score.right += 1
            else:
                score.false.append(f"{text['id']}: {text['text']}  →  {found}")
        score.missed += [f"{text['id']} {text['category']}: {text['text']}  ←  {place}" for place in left]
    return score


def places(text: str) -> Iterator[Written]:
    """What is told as a position; a link that was not resolved is none."""
    return (found for found in written_spans(text) if found.point)


def _is(found: Written, true: dict[str, Any]) -> bool:
    start, end = true["span"]
    assert found.point is not None
    apart_m = _apart_m(found.point.lat, found.point.lon, true["lat"], true["lon"])
    return apart_m <= RIGHT_WITHIN_M and found.start < end and start < found.end


def _apart_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    a, b, c, d = map(math.radians, (lat, lon, other_lat, other_lon))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 12_742_000 * math.asin(math.sqrt(half))


def report_coordinates(folder: Path) -> Iterator[str]:
    """The figures, line by line."""
    from tests.fixtures.not_coordinates import lines

    texts = captions(folder)
    score = score_coordinates(texts)
    yield f"coordinates: P {score.precision:.3f} R {score.recall:.3f} ({score.right} right)"
    yield from (f"  false  {one}" for one in score.false)
    yield from (f"  missed {one}" for one in score.missed)
    others = [text for text in other_texts(folder) if any(places(text))]
    yield f"in {len(other_texts(folder))} extra negatives: {len(others)}"
    yield from (f"  false  {one}" for one in others)
    made = [line for line in lines(LIKE_NO_COORDINATE) if any(places(line))]
    yield f"in {LIKE_NO_COORDINATE} made lines of other numbers: {len(made)}"
    yield from (f"  false  {one}" for one in made[:20])
    yield f"cost: {_seconds_per_thousand([text['text'] for text in texts]):.3f} s per 1,000 captions"


def _seconds_per_thousand(texts: list[str]) -> float:
    began = time.process_time()
    for text in texts:
        list(written_hints(text, "caption"))
    return (time.process_time() - began) * 1000 / len(texts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["coordinates"])
    parser.add_argument("--shared", help="the shared folder")
    arguments = parser.parse_args()
    folder = texts_folder(arguments.shared)
    if folder is None:
        sys.stderr.write("the reference texts are not on this machine; name their folder with --shared\n")
        return 2
    for line in report_coordinates(folder):
        sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
