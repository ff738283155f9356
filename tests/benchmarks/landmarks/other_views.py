"""How well landmarks are recognised in clips of all the shared photos, each against other photos of the same place.

    OPSEC_SHARED=../shared python -m tests.benchmarks.landmarks.other_views [--seed others-1] [--photos 3]

The corpus makes clips of few of its photos. Here each is made a clip, by the corpus' own script and with another seed,
and at most ``--photos`` others of its place are its landmark, beside two photos of every other place. A clip counts
when full-size features of OpenCV (five times as many as the product looks at) agree with one of those photos, and it is
hard where they agree at few places. What not even these show is not known to be there.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.matching.landmarks.feature_cache import Shelf
from opsec.matching.landmarks.recogniser import Landmarks
from opsec.model import Landmark, Site
from opsec.sites.reference_photos import ReferencePhoto
from tests.benchmarks.landmarks.corpus import FLAGS, NO_MODEL, grades, on_one_thread, read
from tests.benchmarks.statistics import wilson

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

AGREEING, HARD = 15, 60
"""Places at which full-size features agree: from which on the clip shows the photo's place, up to which it is hard."""
ALIKE = 30
"""Places at which two whole photos agree, from which on a clip of one is held against the other at full size."""
BESIDE = 2
"""Photos of every other place."""
_OURS = "ours"


@dataclass(frozen=True, slots=True)
class Asked:
    """A clip and the photos of its landmark."""

    photo: str
    of: tuple[str, ...]
    agreeing: int
    """Places that agree with the one of them that agrees most."""


def main() -> int:
    """Print the figures; 0 when there is no corpus, which is said."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--seed", default="others-1", help="of the way each clip is filmed, and of the choice of photos"
    )
    parser.add_argument("--photos", type=int, default=3, help="of each landmark, at most")
    wanted = parser.parse_args()
    on_one_thread()
    shared = os.environ.get("OPSEC_SHARED")
    corpus = Path(shared) / "corpus" / "landmarks" if shared else None
    if corpus is None or not (corpus / "manifest.json").is_file():
        _say("no shared corpus of landmarks here (OPSEC_SHARED); nothing was measured")
        return 0
    cv2.setNumThreads(1)
    places = defaultdict(list)
    for entry in json.loads((corpus / "manifest.json").read_text("utf-8"))["photos"]:
        places[entry["photo"].split("__")[0]].append(entry["photo"])
    with TemporaryDirectory() as folder:
        clips = _filmed(corpus, Path(folder), wanted.seed, [one for photos in places.values() for one in photos])
        asked = list(_asked(corpus / "photos", clips, places, wanted))
        _report(corpus / "photos", clips, places, asked)
    return 0


# ── clips ─────────────────────────────────────────────────────────────────────────────────────
def _filmed(corpus: Path, folder: Path, seed: str, photos: Sequence[str]) -> dict[str, Path]:
    """A clip of every photo, every third flipped."""
    clips = [
        {"id": f"clip-{number}", "photo": photo, "mirror": number % 3 == 0, "focus": [0.15, 0.85]}
        for number, photo in enumerate(photos)
    ]
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps({"seed": seed, "clips": clips}), "utf-8")
    script = [sys.executable, str(corpus / "render_clips.py"), str(manifest), str(corpus / "photos"), str(folder)]
    subprocess.run([*script, "--probe", "4"], check=True, stdout=subprocess.DEVNULL)
    return {str(clip["photo"]): folder / f"{clip['id']}.mp4" for clip in clips}


def _frames(clip: Path) -> Iterator[Bytes]:
    """One of every five, at their full size, as they are and flipped."""
    with av.open(str(clip)) as film:
        for number, frame in enumerate(film.decode(video=0)):
            if number % 5 == 3:
                grey = np.asarray(frame.to_ndarray(format="gray"), np.uint8)
                yield grey
                yield np.ascontiguousarray(grey[:, ::-1])


# ── what full-size features show ──────────────────────────────────────────────────────────────
def _asked(
    photos: Path, clips: Mapping[str, Path], places: Mapping[str, list[str]], wanted: argparse.Namespace
) -> Iterator[Asked]:
    for of_place in places.values():
        for photo in of_place:
            alike = [other for other in of_place if other != photo and _agree(*_two(photos, photo, other)) >= ALIKE]
            frames = [_found(frame, 2_500) for frame in _frames(clips[photo])] if alike else []
            counts = {other: max(_agree(one, _of(photos / other)) for one in frames) for other in alike}
            showing = sorted(
                (other for other in alike if counts[other] >= AGREEING), key=partial(_drawn, wanted.seed + photo)
            )
            chosen = tuple(showing[: wanted.photos])
            if chosen:
                yield Asked(photo, chosen, max(counts[other] for other in chosen))


def _two(photos: Path, one: str, other: str) -> "tuple[tuple[Floats, Floats], tuple[Floats, Floats]]":
    return _of(photos / one), _of(photos / other)


@cache
def _of(photo: Path) -> "tuple[Floats, Floats]":
    grey = cv2.imread(str(photo), cv2.IMREAD_GRAYSCALE)
    assert grey is not None, photo
    return _found(np.asarray(grey, np.uint8), 5_000)


def _found(grey: Bytes, most: int) -> "tuple[Floats, Floats]":
    """Places and RootSIFT descriptors of the clearest features."""
    keypoints, found = cv2.SIFT_create(most, contrastThreshold=0.02).detectAndCompute(grey, None)  # type: ignore[attr-defined]
    if found is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
    rooted = np.sqrt(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-6))
    return np.array([one.pt for one in keypoints], np.float32), rooted.astype(np.float32)


def _agree(one: "tuple[Floats, Floats]", other: "tuple[Floats, Floats]") -> int:
    """Pairs by a loose ratio that one homography finds again."""
    (here, descriptors), (there, known) = one, other
    if min(len(here), len(there)) < 9:
        return 0
    near = descriptors @ known.T
    first, second = np.argpartition(-near, 1, axis=1)[:, :2].T
    rows = np.arange(len(here))
    swapped = near[rows, second] > near[rows, first]
    first, second = np.where(swapped, second, first), np.where(swapped, first, second)
    good = np.flatnonzero(2 - 2 * near[rows, first] < 0.85**2 * (2 - 2 * near[rows, second]))
    good = good[np.unique(first[good], return_index=True)[1]]
    if len(good) < 9:
        return 0
    mask = cv2.findHomography(here[good], there[first[good]], cv2.USAC_MAGSAC, 8.0, maxIters=20_000)[1]
    return int(mask.sum()) if mask is not None else 0


def _drawn(seed: str, name: str) -> str:
    """By which names are put in an order that hangs on the seed alone."""
    return hashlib.sha256(f"{seed} {name}".encode()).hexdigest()


# ── what the product tells ────────────────────────────────────────────────────────────────────
def _report(photos: Path, clips: Mapping[str, Path], places: Mapping[str, list[str]], asked: Sequence[Asked]) -> None:
    told, false, met_of = [], [], []
    pairs, possible = 0, 0
    for one in asked:
        others = [some[:BESIDE] for place, some in places.items() if place != one.photo.split("__")[0]]
        named = {_OURS: list(one.of), **{f"other-{number}": some for number, some in enumerate(others)}}
        met = _landmarks(photos, named).meet(tuple(read(clips[one.photo], NO_MODEL)))
        met_of.append(met)
        flagged = {each.landmark.id for each in met if each.grade in FLAGS}
        told += [one] if _OURS in flagged else []
        false += [(one.photo, named[name]) for name in flagged - {_OURS}]
        pairs += len(others)
        possible += sum(each.grade == "possible" and each.landmark.id != _OURS for each in met)
    hard = [one for one in asked if one.agreeing <= HARD]
    _say(f"clips whose place other photos show: {wilson(len(told), len(asked))} told; false {len(false)} {false},"
         f" and only possible {possible} of {pairs} pairs")  # fmt: skip
    _say(f"  of those that agree at {AGREEING} to {HARD} places: {wilson(sum(one in told for one in hard), len(hard))}")
    _say(f"  grades of the landmark that is shown: {grades((met, _OURS) for met in met_of)}")
    _say("  missed:", [(one.photo, one.agreeing) for one in asked if one not in told])


def _landmarks(photos: Path, named: Mapping[str, list[str]]) -> Landmarks:
    sites = [
        Site(id=name, kind="base", code=name, names={}, landmarks=(Landmark(id=name, photos=tuple(some)),))
        for name, some in named.items()
    ]
    files = [
        ReferencePhoto(name, name, photos / photo, hashlib.sha256((photos / photo).read_bytes()).hexdigest())
        for name, some in named.items()
        for photo in some
    ]
    return Landmarks(sites, files, Shelf(None))


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
