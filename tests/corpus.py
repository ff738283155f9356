"""How much of the shared reference files is read: ``python -m tests.corpus metadata [--shared FOLDER]``.

The files are not part of this project. The folder is the one given, else ``OPSEC_SHARED``, else
``../shared`` beside the repository; without it there is nothing to measure, and that is said.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from opsec.clips.sniff import HEAD_BYTES, sniff
from opsec.hints import READERS, container, exif, read_file
from opsec.hints.reader import Reader
from opsec.model import FileKind, Hint, Point

NOT_YET = frozenset(
    """blackvue-nmea camm5 camm6 dashcam-repacked dashcam-timed dji-djmd freegps-no-index freegps-novatek gopro-gpmf
    gpmf-gps5 gpmf-gps9 insta360-trailer jpeg-xmp-only jpg-xmp-gps mebx-location moov-compressed motion-photo png-xmp
    sidecar-nmea sony-rtmd srt-dji srt-dji-gps-latlon srt-dji-gps-lonlat srt-dji-tags tx3g-autel tx3g-dji-gps
    tx3g-dji-tags xmp-udta xmp-uuid""".split()
)
"""Kinds whose readers come with tracks, sidecars and XMP: listed apart, and missed until then."""


@dataclass(slots=True)
class Score:
    """What was found in the files of one kind."""

    kind: str
    files: int = 0
    expected: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    """Files without a location in which one was found."""
    other: list[str] = field(default_factory=list)
    """Files with a location in which another one was found too."""


@dataclass(slots=True)
class Timing:
    """Milliseconds a file, of one reader alone, in this process."""

    name: str
    files_ms: list[float] = field(default_factory=list)


def shared_folder(given: str | None = None) -> Path | None:
    """The shared folder, or none when it is not on this machine."""
    folder = Path(given or os.environ.get("OPSEC_SHARED") or Path(__file__).parents[2] / "shared")
    return folder if (folder / "corpus" / "metadata" / "manifest.json").is_file() else None


def measure(shared: Path) -> tuple[list[Score], list[Timing]]:
    """Read every file of the manifest once and compare; then again, reader by reader, for the time."""
    corpus = shared / "corpus" / "metadata"
    scores: dict[str, Score] = {}
    boxes, pictures = Timing("boxes"), Timing("EXIF")
    for entry in json.loads((corpus / "manifest.json").read_text("utf-8"))["files"]:
        path = corpus / "files" / entry["file"]
        score = scores.setdefault(entry["kind"], Score(entry["kind"]))
        kind = _judge(path, entry, score)
        for reader, timing in ((container.READER, boxes), (exif.READER, pictures)):
            if kind in reader.kinds:
                timing.files_ms.append(_cost_ms(path, kind, reader))
    return sorted(scores.values(), key=lambda score: score.kind), [boxes, pictures]


def _judge(path: Path, entry: dict[str, Any], score: Score) -> FileKind:
    expected = entry["expected"]
    with path.open("rb") as file:
        kind = sniff(file.read(HEAD_BYTES), path.name)
        reading = read_file(file, kind, READERS)
    places = list(_places(reading.hints))
    true = [Point(*place) for place in [expected["first"], *expected.get("also", [])] if place and expected["location"]]
    score.files += 1
    score.expected += len(true)
    hits = [one for one in true if any(_same(one, place, expected["tolerance_deg"]) for place in places)]
    score.found += len(hits)
    if len(hits) < len(true):
        score.missed.append(path.name)
    if not expected.get("unscored") and any(
        not any(_same(one, place, expected["tolerance_deg"]) for one in true) for place in places
    ):
        (score.other if true else score.false).append(path.name)
    return kind


def _places(hints: tuple[Hint, ...]) -> Iterator[Point]:
    """First point of every position and track."""
    for hint in hints:
        if hint.kind == "position" and hint.point:
            yield hint.point
        elif hint.kind == "track" and hint.fixes:
            yield hint.fixes[0].point


def _same(one: Point, other: Point, tolerance_deg: float) -> bool:
    return abs(one.lat - other.lat) <= tolerance_deg and abs(one.lon - other.lon) <= tolerance_deg


def _cost_ms(path: Path, kind: FileKind, reader: Reader) -> float:
    with path.open("rb") as file:
        began = time.perf_counter()
        read_file(file, kind, (reader,))
        return (time.perf_counter() - began) * 1_000


def report(scores: list[Score], timings: list[Timing]) -> Iterator[str]:
    """The figures, a line at a time."""
    for title, part in (
        ("read by this version", [score for score in scores if score.kind not in NOT_YET]),
        ("not yet", [score for score in scores if score.kind in NOT_YET]),
    ):
        yield f"{title}:"
        yield from map(_line, part)
        found, expected = sum(score.found for score in part), sum(score.expected for score in part)
        false = sum(len(score.false) for score in part)
        yield f"  {'all':<28} {found:>4} of {expected:<4} {false} false\n"
    for timing in timings:
        if timing.files_ms:
            yield (
                f"{timing.name}: median {median(timing.files_ms):.2f} ms, "
                f"most {max(timing.files_ms):.2f} ms, {len(timing.files_ms)} files"
            )


def _line(score: Score) -> str:
    notes = [
        f"{word}: {', '.join(names)}"
        for word, names in (("MISSED", score.missed), ("FALSE", score.false), ("also", score.other))
        if names
    ]
    return (
        f"  {score.kind:<28} {score.found:>4} of {score.expected:<4} {score.files} files  {'; '.join(notes)}".rstrip()
    )


def main() -> int:
    """Measure and print; 1 when something of this version was missed or made up."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    parser.add_argument("set", choices=["metadata"])
    parser.add_argument("--shared", help="folder that holds corpus/metadata")
    options = parser.parse_args()
    shared = shared_folder(options.shared)
    if shared is None:
        sys.stdout.write("The shared reference files are not on this machine: nothing was measured.\n")
        return 0
    scores, timings = measure(shared)
    sys.stdout.writelines(f"{line}\n" for line in report(scores, timings))
    return int(any(score.false or (score.missed and score.kind not in NOT_YET) for score in scores))


if __name__ == "__main__":
    sys.exit(main())
