"""How well landmarks are recognised in clips drawn here, and how seldom look-alikes are taken for one of ours.

    python -m tests.landmark_drawn [--places 40] [--alike 60] [--one]

The places stand in depth and are filmed by somebody who walks, with people, night, dust and coding in between; the
look-alikes share a window, a poster, a watermark or a texture, and nothing else. No recognition setting was fitted
on the walls and places of these seeds. It takes minutes, and nothing but what the project ships.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from opsec.match.landmarks import Landmarks
from opsec.match.landmarks.shelf import Shelf
from opsec.model import Hint, Site
from tests.match.landmarks.drawn import Bytes, hint, photographed
from tests.match.landmarks.scenes import filmed, lookalike, photographed_from, place

FLAGS = ("probable", "strong")
KINDS = ("façade", "poster", "watermark", "texture")
HARDNESS = (0.2, 0.6, 1.0)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=40)
    parser.add_argument("--alike", type=int, default=60, help="landmarks of each kind of look-alike")
    parser.add_argument("--one", action="store_true", help="one photo a landmark")
    wanted = parser.parse_args()
    cv2.setNumThreads(1)
    with TemporaryDirectory() as folder:
        if wanted.places:
            _places(Path(folder) / "places", wanted.places, one=wanted.one)
        if wanted.alike:
            _alike(Path(folder) / "alike", wanted.alike)
    return 0


def _places(folder: Path, count: int, *, one: bool) -> None:
    views = ((0.0, 1.0, 1.0), (-50.0, 1.3, 1.2), (50.0, 1.2, 0.9))[: 1 if one else 3]
    ours = _ours(folder, {f"place-{n}": [photographed_from(place(n), *view) for view in views] for n in range(count)})
    for hard in HARDNESS:
        right, false, started = 0, 0, time.process_time()
        missed = []
        for number in range(count):
            met = {one.landmark.id for one in ours.meet(_hints(list(filmed(number, hard))[::2])) if one.grade in FLAGS}
            right += f"place-{number}" in met
            missed += [] if f"place-{number}" in met else [number]
            false += len(met - {f"place-{number}"})
        spent = (time.process_time() - started) / count
        _say(f"places, hardness {hard}: recall {right}/{count}, false {false} of {count * (count - 1)} pairs,"
             f" {spent:.2f} CPU s a clip, missed {missed}")  # fmt: skip


def _alike(folder: Path, count: int) -> None:
    ours = _ours(folder, {f"{ascii_of(kind)}-{n}": [lookalike(kind, n)] for kind in KINDS for n in range(count)})
    pairs, false = 0, []
    for kind in KINDS:
        for number in range(1_000, 1_000 + count):
            met = ours.meet(_hints([lookalike(kind, number, 1024, 576)]))
            pairs += len(KINDS) * count
            false += [(kind, number, one.landmark.id, one.grade, one.sighting.inliers) for one in met]
        of_kind = [one for one in false if one[0] == kind]
        flagged = sum(one[3] in FLAGS for one in of_kind)
        _say(f"look-alikes, {kind}: {flagged} flagged, {len(of_kind) - flagged} only possible {of_kind[:6]}")
    _say(f"look-alikes: {pairs} pairs, {sum(one[3] in FLAGS for one in false)} flagged")


def ascii_of(kind: str) -> str:
    """The kind as it may stand in an id."""
    return kind.replace("ç", "c")


def _ours(folder: Path, walls: dict[str, list[Bytes]]) -> Landmarks:
    folder.mkdir(parents=True)
    made = [
        photographed(folder, Site(id=name, kind="base", code=name, names={}), {name: photos})
        for name, photos in walls.items()
    ]
    return Landmarks([site for site, _photos in made], [one for _site, photos in made for one in photos], Shelf(None))


def _hints(frames: Sequence[Bytes]) -> list[Hint]:
    return [hint(frame, 1.0 * number, f"h{number}") for number, frame in enumerate(frames)]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
