"""How well signs are read in single frames: ``OPSEC_SHARED=… python -m tests.benchmarks ocr-frames [--shared FOLDER]``.

The shared frames are read as photos are and scored as their corpus does: the character error is the least edit
distance of the true text to a part of any recognised text, divided by its length, both normalised; a name is recalled
if its base is matched; any other base is a false alarm. Also measured: numbers in Arabic-Indic digits, and the cost of
a frame in multiples of decoding a frame of the same size from H.264.
"""

import argparse
import io
import json
import os
import re
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2

from opsec.matching.names.matcher import NameMatcher
from opsec.model import Hint, Reason
from opsec.model.resources import ReaderResources
from opsec.readers.video.analyser import FrameAnalyser
from opsec.readers.video.signs import ANALYSER
from opsec.vision.decoding.frame import Frame
from opsec.vision.decoding.photo import PhotoDecoder
from tests.benchmarks.corpus.metadata import shared_folder
from tests.benchmarks.names.names import FLAG_KINDS, load_gazetteer

_SAME_LETTERS = str.maketrans({
    **dict.fromkeys("أإآٱ", "ا"), **dict.fromkeys("ىیئێ", "ي"), **dict.fromkeys("ؤۆ", "و"), **dict.fromkeys("کگ", "ك"),
    **dict.fromkeys("ةەھ", "ه"), "ڕ": "ر", "ڵ": "ل", "چ": "ج", "پ": "ب", "ڤ": "ف", "ء": "", "\u0640": "",
})  # fmt: skip
_ARABIC_DIGITS = re.compile("[\u0660-\u0669]+")


@dataclass(slots=True)
class FrameScores:
    """Counts over all frames."""

    wrong: dict[str, int] = field(default_factory=dict)
    """Edit distance to the true text, by language."""
    letters: dict[str, int] = field(default_factory=dict)
    """Letters of the true text, by language."""
    named: dict[str, list[int]] = field(default_factory=dict)
    """Frames with a base and those whose base was matched, by language."""
    flagged: int = 0
    """Frames whose match flags by itself."""
    false_alarms: list[str] = field(default_factory=list)
    numbers: list[bool] = field(default_factory=list)
    """For each number in Arabic-Indic digits whether it was read."""
    read_s: float = 0.0
    frames: int = 0
    bad: list[str] = field(default_factory=list)

    def error(self, language: str) -> float:
        return self.wrong.get(language, 0) / max(1, self.letters.get(language, 0))

    def recall(self, language: str) -> float:
        with_base, matched = self.named.get(language, [0, 0])
        return matched / max(1, with_base)


def normalise_letters(text: str) -> str:
    """Return letters and digits in the normal form of the corpus's own scoring script."""
    folded = "".join(
        str(unicodedata.digit(char)) if unicodedata.category(char) == "Nd" else char
        for char in unicodedata.normalize("NFKC", text).translate(_SAME_LETTERS)
    )
    bare = "".join(char for char in unicodedata.normalize("NFD", folded) if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", "", bare.translate(_SAME_LETTERS).lower())


def substring_distance(wanted: str, read: str) -> int:
    """Return the least edit distance of one text to any substring of another."""
    row = [0] * (len(read) + 1)
    for number, letter in enumerate(wanted, 1):
        last, row[0] = row[:], number
        for place, other in enumerate(read, 1):
            row[place] = min(last[place - 1] + (letter != other), last[place] + 1, row[place - 1] + 1)
    return min(row)


def create_analyser(resources: ReaderResources) -> FrameAnalyser:
    """Make a sign analyser; exit if a resource is missing."""
    made = ANALYSER.create(resources)
    if isinstance(made, Reason):
        sys.exit(f"signs cannot be read here: {made.code} {dict(made.blanks)}")
    return made


def hints_of(frames: Sequence[Frame], resources: ReaderResources) -> list[Hint]:
    """Return the hints of the sign analyser for these frames."""
    analyser = create_analyser(resources)
    for frame in frames:
        analyser.process_frame(frame)
    return [found for found in analyser.finish() if isinstance(found, Hint)]


def score_frames(folder: Path, names: NameMatcher, resources: ReaderResources) -> FrameScores:
    """Read every frame of a folder and compare it with its truth."""
    scores = FrameScores()
    for row in _rows(folder / "frames_truth.jsonl"):
        frames = _photo(folder / "frames" / row["frame"])
        frames[0].color(4_096)
        started_s = time.process_time()
        hints = hints_of(frames, resources)
        scores.read_s += time.process_time() - started_s
        scores.frames += 1
        _count(row, [hint.text or "" for hint in hints if hint.kind == "text"], names, scores)
    return scores


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    yield from (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def _count(row: dict[str, Any], texts: Sequence[str], names: NameMatcher, scores: FrameScores) -> None:
    text, base = row["texts"][0]["text"], row["base_id"]
    language = "en" if row["lang"] == "en" else "ar"
    wanted = normalise_letters(text)
    wrong = min((substring_distance(wanted, normalise_letters(read)) for read in texts), default=len(wanted))
    found = [match for read in texts for match in names.find(read, from_ocr=True)]
    matched = {match.site.id for match in found}
    for group in ("all", language):
        scores.wrong[group] = scores.wrong.get(group, 0) + wrong
        scores.letters[group] = scores.letters.get(group, 0) + len(wanted)
        if base:
            counted = scores.named.setdefault(group, [0, 0])
            counted[0] += 1
            counted[1] += base in matched
    scores.flagged += any(match.site.id == base and match.kind in FLAG_KINDS for match in found)
    scores.false_alarms += [f"{row['frame']} {site}: {texts}" for site in sorted(matched - {base})]
    for number in _ARABIC_DIGITS.findall(text):
        scores.numbers.append(any(normalise_letters(number) in normalise_letters(read) for read in texts))
    if wrong or (base and base not in matched):
        mark = "" if not base or base in matched else " NOT MATCHED"
        scores.bad.append(f"{row['frame']} {wrong}{mark}: {text} | {texts}")


def measure_decoding_s(folder: Path) -> float:
    """Measure the processor seconds to decode one frame of the corpus's size from H.264, as colour."""
    import av

    images = [frame.color(4_096) for path in sorted((folder / "frames").glob("*.jpg"))[:20] for frame in _photo(path)]
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as out:
        track = out.add_stream("libx264", rate=30, options={"crf": "30", "preset": "veryfast"})
        assert isinstance(track, av.VideoStream)
        track.height, track.width = images[0].shape[:2]
        track.pix_fmt = "yuv420p"
        for image in images:
            out.mux(track.encode(av.VideoFrame.from_ndarray(image, "bgr24")))
        out.mux(track.encode())
    film.seek(0)
    with av.open(film, "r") as again:
        again.streams.video[0].thread_count = 1
        started_s = time.process_time()
        shapes = [frame.to_ndarray(format="bgr24").shape for frame in again.decode(video=0)]
        return (time.process_time() - started_s) / len(shapes)


def _photo(path: Path) -> list[Frame]:
    return list(PhotoDecoder(io.BytesIO(path.read_bytes()), "jpeg").frames())


def report_lines(scores: FrameScores, decoded_s: float) -> Iterator[str]:
    """Yield the figures, line by line."""
    yield "character error: " + ", ".join(f"{group} {scores.error(group):.3f}" for group in ("all", "ar", "en"))
    yield "name recall: " + ", ".join(f"{group} {scores.recall(group):.3f}" for group in ("all", "ar", "en"))
    yield f"  of these flag by themselves: {scores.flagged}; false alarms: {len(scores.false_alarms)}"
    yield f"numbers in Arabic-Indic digits: {sum(scores.numbers)} of {len(scores.numbers)}"
    each_s = scores.read_s / max(1, scores.frames)
    times = each_s / decoded_s
    yield f"cost of a frame: {each_s * 1e3:.0f} ms, {times:.0f} times its decoding ({decoded_s * 1e3:.1f} ms)"
    yield from (f"  false alarm {line}" for line in scores.false_alarms)
    yield from (f"  {line}" for line in scores.bad)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", help="folder that holds corpus/text")
    shared = shared_folder(parser.parse_args().shared)
    if shared is None:
        sys.stdout.write("The shared corpus is not on this machine: nothing was measured.\n")
        return 0
    cv2.setNumThreads(1)  # as in a reading process
    folder = shared / "corpus" / "text"
    resources = ReaderResources(tessdata=os.environ.get("OPSEC_TESSDATA"))
    scores = score_frames(folder, NameMatcher(load_gazetteer(folder / "gazetteer.json")), resources)
    sys.stdout.writelines(f"{line}\n" for line in report_lines(scores, measure_decoding_s(folder)))
    return 0
