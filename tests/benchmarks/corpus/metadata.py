"""How much of the shared reference files is read:

    python -m tests.benchmarks metadata [--shared FOLDER]

The files are not part of this project. The folder is the one given, else ``OPSEC_SHARED``, else
``../shared`` beside the repository; without it nothing can be measured, and a message says so.
Where ExifTool is installed it is timed beside, file by file (``--no-exiftool`` leaves that out).
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opsec.ingest.file_type import HEAD_BYTES, detect_file_kind
from opsec.model import Point
from opsec.readers.registry import read_file
from tests.benchmarks.corpus.metadata_facts import FACTS, facts, places, same
from tests.benchmarks.corpus.metadata_speed import beside_exiftool, own_times


@dataclass(slots=True)
class Score:
    """What was found in the files of one kind."""

    kind: str
    optional: bool = False
    """Optional: damaged on purpose, or from a rare camera."""
    files: int = 0
    expected: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    """Files without a location in which one was found."""
    other: list[str] = field(default_factory=list)
    """Files with a location in which another one was found too."""
    agreed: dict[str, list[bool]] = field(default_factory=dict)
    """For each fact other than the position, whether it was read correctly in each file."""
    wrong: list[str] = field(default_factory=list)
    """File and fact, where it was not."""
    by_exiftool: list[bool] = field(default_factory=list)
    """For each file whose position ExifTool reads, whether all positions were found."""


def shared_folder(given: str | None = None) -> Path | None:
    """The shared folder, or none when it is not on this machine."""
    folder = Path(given or os.environ.get("OPSEC_SHARED") or Path(__file__).parents[4] / "shared")
    return folder if (folder / "corpus" / "metadata" / "manifest.json").is_file() else None


def entries(shared: Path) -> list[dict[str, Any]]:
    """The manifest entry of each file that can be scored."""
    listed = json.loads((shared / "corpus" / "metadata" / "manifest.json").read_text("utf-8"))["files"]
    return [entry for entry in listed if not entry["expected"].get("unscored")]


def path_of(shared: Path, entry: dict[str, Any]) -> Path:
    """Path of the file of an entry."""
    return shared / "corpus" / "metadata" / "files" / str(entry["file"])


def measure(shared: Path) -> list[Score]:
    """Read every file of the manifest and compare."""
    scores: dict[tuple[str, bool], Score] = {}
    for entry in entries(shared):
        key = (entry["kind"], bool(entry["expected"].get("optional")))
        _judge(path_of(shared, entry), entry["expected"], scores.setdefault(key, Score(*key)))
    return sorted(scores.values(), key=lambda score: score.kind)


def _judge(path: Path, expected: dict[str, Any], score: Score) -> None:
    with path.open("rb") as file:
        hints = read_file(file, detect_file_kind(file.read(HEAD_BYTES), path.name)).hints
    found_places, tolerance_deg = places(hints), expected["tolerance_deg"]
    true = [Point(*place) for place in [expected["first"], *expected.get("also", [])] if place and expected["location"]]
    hits = [one for one in true if any(same(one, place, tolerance_deg) for place in found_places)]
    score.files += 1
    score.expected += len(true)
    score.found += len(hits)
    if len(hits) < len(true):
        score.missed.append(path.name)
    if any(not any(same(one, place, tolerance_deg) for one in true) for place in found_places):
        (score.other if true else score.false).append(path.name)
    if "exiftool-ee" in expected.get("read_by", ()) and true:
        score.by_exiftool.append(len(hits) == len(true))
    for fact, agrees in facts(expected, hints):
        score.agreed.setdefault(fact, []).append(agrees)
        if not agrees:
            score.wrong.append(f"{path.name}: {fact}")


def report(scores: list[Score]) -> Iterator[str]:
    """The figures, a line at a time."""
    for title, part in (
        ("scored", [score for score in scores if not score.optional]),
        ("optional", [score for score in scores if score.optional]),
    ):
        yield f"{title}:"
        yield from map(_line, part)
        found, expected = sum(score.found for score in part), sum(score.expected for score in part)
        false = sum(len(score.false) for score in part)
        yield f"  {'all':<28} {found:>4} of {expected:<4} {false} false in {sum(score.files for score in part)} files\n"
        yield from _facts(part)
    theirs = [one for score in scores for one in score.by_exiftool]
    yield f"Of the {len(theirs)} files in which ExifTool reads the place, {sum(theirs)} are read here.\n"


def _facts(part: list[Score]) -> Iterator[str]:
    for fact in FACTS:
        answers = [one for score in part for one in score.agreed.get(fact, ())]
        if answers:
            yield f"  {fact:<28} {sum(answers):>4} of {len(answers)}"
    yield from (f"    not as the manifest says: {wrong}" for score in part for wrong in score.wrong)
    yield ""


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
    """Measure and print; 1 when a position was missed or invented."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", help="folder that holds corpus/metadata")
    parser.add_argument("--no-exiftool", action="store_true", help="do not time ExifTool beside, which takes a minute")
    options = parser.parse_args()
    shared = shared_folder(options.shared)
    if shared is None:
        sys.stdout.write("The shared reference files are not on this machine: nothing was measured.\n")
        return 0
    scores = measure(shared)
    paths = [path_of(shared, entry) for entry in entries(shared)]
    for lines in (
        report(scores),
        (timing.line() for timing in own_times(paths)),
        () if options.no_exiftool else beside_exiftool(paths),
    ):
        sys.stdout.writelines(f"{line}\n" for line in lines)
    return int(any(score.false or (score.missed and not score.optional) for score in scores))
