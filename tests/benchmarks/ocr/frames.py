"""How well signs are read in single frames: ``OPSEC_SHARED=… python -m tests.benchmarks.ocr.frames [FOLDER]``.

Reads the shared frames as photos are read, and counts as that corpus does: the character error is the least edit
distance of the true text inside any one text that was read, by its length, both folded; a name is recalled when its
base is matched; any other base is a false alarm. Beside that: numbers in Arabic-Indic digits, and what a frame costs
in multiples of the decoding of a frame of the same size from H.264.
"""

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

from opsec.matching.names.matcher import Names
from opsec.model import Hint, Reason
from opsec.model.resources import Kit
from opsec.readers.video.analyser import Viewer
from opsec.readers.video.signs import KIND
from opsec.vision.decoding.frame import Frame
from opsec.vision.decoding.photo import Photo
from tests.benchmarks.corpus.metadata import shared_folder
from tests.benchmarks.names.names import FLAGS, sites_of

_ALIKE = str.maketrans({
    **dict.fromkeys("أإآٱ", "ا"), **dict.fromkeys("ىیئێ", "ي"), **dict.fromkeys("ؤۆ", "و"), **dict.fromkeys("کگ", "ك"),
    **dict.fromkeys("ةەھ", "ه"), "ڕ": "ر", "ڵ": "ل", "چ": "ج", "پ": "ب", "ڤ": "ف", "ء": "", "\u0640": "",
})  # fmt: skip
_ARABIC_DIGITS = re.compile("[\u0660-\u0669]+")


@dataclass(slots=True)
class Tally:
    """What was counted over all frames."""

    wrong: dict[str, int] = field(default_factory=dict)
    """Letters read wrong, by language."""
    letters: dict[str, int] = field(default_factory=dict)
    named: dict[str, list[int]] = field(default_factory=dict)
    """Frames with a base, and those whose base was matched."""
    flagged: int = 0
    """Of those matched, the ones that flag by themselves."""
    false_alarms: list[str] = field(default_factory=list)
    numbers: list[bool] = field(default_factory=list)
    read_s: float = 0.0
    frames: int = 0
    bad: list[str] = field(default_factory=list)

    def error(self, language: str) -> float:
        return self.wrong.get(language, 0) / max(1, self.letters.get(language, 0))

    def recall(self, language: str) -> float:
        with_base, matched = self.named.get(language, [0, 0])
        return matched / max(1, with_base)


def squash(text: str) -> str:
    """Letters and digits in the folded form of the corpus's own counting."""
    folded = "".join(
        str(unicodedata.digit(char)) if unicodedata.category(char) == "Nd" else char
        for char in unicodedata.normalize("NFKC", text).translate(_ALIKE)
    )
    bare = "".join(char for char in unicodedata.normalize("NFD", folded) if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", "", bare.translate(_ALIKE).lower())


def distance_inside(wanted: str, read: str) -> int:
    """Least edit distance of one text to any stretch of another."""
    row = [0] * (len(read) + 1)
    for number, letter in enumerate(wanted, 1):
        last, row[0] = row[:], number
        for place, other in enumerate(read, 1):
            row[place] = min(last[place - 1] + (letter != other), last[place] + 1, row[place - 1] + 1)
    return min(row)


def viewer(kit: Kit) -> Viewer:
    """A viewer of signs, or the end of the program where none can be had."""
    made = KIND.new(kit)
    if isinstance(made, Reason):
        sys.exit(f"signs cannot be read here: {made.code} {dict(made.blanks)}")
    return made


def hints_of(frames: Sequence[Frame], kit: Kit) -> list[Hint]:
    """What the viewer of signs finds in these frames."""
    looking = viewer(kit)
    for frame in frames:
        looking.see(frame)
    return [found for found in looking.found() if isinstance(found, Hint)]


def tally(folder: Path, names: Names, kit: Kit) -> Tally:
    """Read every frame of a folder and hold it against its truth."""
    counts = Tally()
    for row in _rows(folder / "frames_truth.jsonl"):
        frames = _photo(folder / "frames" / row["frame"])
        frames[0].colour(4_096)
        began = time.process_time()
        hints = hints_of(frames, kit)
        counts.read_s += time.process_time() - began
        counts.frames += 1
        _count(row, [hint.text or "" for hint in hints if hint.kind == "text"], names, counts)
    return counts


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    yield from (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def _count(row: dict[str, Any], texts: Sequence[str], names: Names, counts: Tally) -> None:
    text, base = row["texts"][0]["text"], row["base_id"]
    language = "en" if row["lang"] == "en" else "ar"
    wanted = squash(text)
    wrong = min((distance_inside(wanted, squash(read)) for read in texts), default=len(wanted))
    met = [named for read in texts for named in names.meet(read, from_a_picture=True)]
    matched = {named.site.id for named in met}
    for group in ("all", language):
        counts.wrong[group] = counts.wrong.get(group, 0) + wrong
        counts.letters[group] = counts.letters.get(group, 0) + len(wanted)
        if base:
            so_far = counts.named.setdefault(group, [0, 0])
            so_far[0] += 1
            so_far[1] += base in matched
    counts.flagged += any(named.site.id == base and named.sort in FLAGS for named in met)
    counts.false_alarms += [f"{row['frame']} {site}: {texts}" for site in sorted(matched - {base})]
    for number in _ARABIC_DIGITS.findall(text):
        counts.numbers.append(any(squash(number) in squash(read) for read in texts))
    if wrong or (base and base not in matched):
        mark = "" if not base or base in matched else " NOT MATCHED"
        counts.bad.append(f"{row['frame']} {wrong}{mark}: {text} | {texts}")


def decode_s(folder: Path) -> float:
    """Processor seconds to decode one frame of the corpus's size from H.264, as colour."""
    import av

    pictures = [
        frame.colour(4_096) for path in sorted((folder / "frames").glob("*.jpg"))[:20] for frame in _photo(path)
    ]
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as out:
        track = out.add_stream("libx264", rate=30, options={"crf": "30", "preset": "veryfast"})
        assert isinstance(track, av.VideoStream)
        track.height, track.width = pictures[0].shape[:2]
        track.pix_fmt = "yuv420p"
        for picture in pictures:
            out.mux(track.encode(av.VideoFrame.from_ndarray(picture, "bgr24")))
        out.mux(track.encode())
    film.seek(0)
    with av.open(film, "r") as again:
        again.streams.video[0].thread_count = 1
        began = time.process_time()
        shapes = [frame.to_ndarray(format="bgr24").shape for frame in again.decode(video=0)]
        return (time.process_time() - began) / len(shapes)


def _photo(path: Path) -> list[Frame]:
    return list(Photo(io.BytesIO(path.read_bytes()), "jpeg").frames())


def report(counts: Tally, decoded_s: float) -> Iterator[str]:
    """The figures, a line at a time."""
    yield "character error: " + ", ".join(f"{group} {counts.error(group):.3f}" for group in ("all", "ar", "en"))
    yield "name recall: " + ", ".join(f"{group} {counts.recall(group):.3f}" for group in ("all", "ar", "en"))
    yield f"  of these flag by themselves: {counts.flagged}; false alarms: {len(counts.false_alarms)}"
    yield f"numbers in Arabic-Indic digits: {sum(counts.numbers)} of {len(counts.numbers)}"
    each_s = counts.read_s / max(1, counts.frames)
    times = each_s / decoded_s
    yield f"cost of a frame: {each_s * 1e3:.0f} ms, {times:.0f} times its decoding ({decoded_s * 1e3:.1f} ms)"
    yield from (f"  false alarm {line}" for line in counts.false_alarms)
    yield from (f"  {line}" for line in counts.bad)


def main() -> int:
    """Measure and print."""
    shared = shared_folder(sys.argv[1] if len(sys.argv) > 1 else None)
    if shared is None:
        sys.stdout.write("The shared corpus is not on this machine: nothing was measured.\n")
        return 0
    cv2.setNumThreads(1)  # as in a reading process
    folder = shared / "corpus" / "text"
    kit = Kit(tessdata=os.environ.get("OPSEC_TESSDATA"))
    counts = tally(folder, Names(sites_of(folder / "gazetteer.json")), kit)
    sys.stdout.writelines(f"{line}\n" for line in report(counts, decode_s(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
