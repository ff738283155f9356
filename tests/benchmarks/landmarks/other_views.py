"""Recall of landmarks in clips of all the shared photos, each matched with other photos of the same place.

    OPSEC_SHARED=../shared python -m tests.benchmarks landmarks-other-views [--seed others-1] [--photos 3]
        [--models DIR]

The corpus makes clips of few of its photos. Here each is made a clip, by the corpus' own script and with another seed,
and at most ``--photos`` others of its place are its landmark, beside two photos of every other place. A clip counts
when full-size features of OpenCV (five times as many as the program extracts) agree with one of those photos, and it is
hard where few of them agree. What not even these show is not known to be in the clip.
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

from opsec.matching.landmarks.backend import Backend, load_backend
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.recogniser import LandmarkRecogniser
from opsec.model import Landmark, Site
from opsec.model.resources import ReaderResources
from opsec.sites.reference_photos import ReferencePhoto
from tests.benchmarks.landmarks.corpus import FLAGS, grades, on_one_thread, read
from tests.benchmarks.statistics import wilson

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

AGREEING, HARD = 15, 60
"""Full-size features that agree: from which on the clip shows the photo's place, up to which it is hard."""
ALIKE = 30
"""Features of two whole photos that agree, from which on a clip of one is compared with the other at full size."""
BESIDE = 2
"""Photos of every other place."""
_OURS = "ours"


@dataclass(frozen=True, slots=True)
class Query:
    """A clip and the photos of its landmark."""

    photo: str
    of: tuple[str, ...]
    agreeing: int
    """Features that agree with the photo that agrees most."""


def main() -> int:
    """Print the figures; without the corpus print that nothing was measured, and return 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--seed", default="others-1", help="of the way each clip is filmed, and of the choice of photos"
    )
    parser.add_argument("--photos", type=int, default=3, help="of each landmark, at most")
    parser.add_argument("--models", help="a folder of models, as in opsec.toml")
    wanted = parser.parse_args()
    on_one_thread()
    shared = os.environ.get("OPSEC_SHARED")
    corpus = Path(shared) / "corpus" / "landmarks" if shared else None
    if corpus is None or not (corpus / "manifest.json").is_file():
        _print_line("no shared corpus of landmarks here (OPSEC_SHARED); nothing was measured")
        return 0
    cv2.setNumThreads(1)
    places = defaultdict(list)
    for entry in json.loads((corpus / "manifest.json").read_text("utf-8"))["photos"]:
        places[entry["photo"].split("__")[0]].append(entry["photo"])
    with TemporaryDirectory() as folder:
        clips = _filmed(corpus, Path(folder), wanted.seed, [one for photos in places.values() for one in photos])
        queries = list(_queries(corpus / "photos", clips, places, wanted))
        _report(corpus / "photos", clips, places, queries, ReaderResources(learned_models=wanted.models))
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
    """One of every five frames, at full size, as it is and mirrored."""
    with av.open(str(clip)) as film:
        for number, frame in enumerate(film.decode(video=0)):
            if number % 5 == 3:
                gray = np.asarray(frame.to_ndarray(format="gray"), np.uint8)
                yield gray
                yield np.ascontiguousarray(gray[:, ::-1])


# ── what full-size features show ──────────────────────────────────────────────────────────────
def _queries(
    photos: Path, clips: Mapping[str, Path], places: Mapping[str, list[str]], wanted: argparse.Namespace
) -> Iterator[Query]:
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
                yield Query(photo, chosen, max(counts[other] for other in chosen))


def _two(photos: Path, one: str, other: str) -> "tuple[tuple[Floats, Floats], tuple[Floats, Floats]]":
    return _of(photos / one), _of(photos / other)


@cache
def _of(photo: Path) -> "tuple[Floats, Floats]":
    gray = cv2.imread(str(photo), cv2.IMREAD_GRAYSCALE)
    assert gray is not None, photo
    return _found(np.asarray(gray, np.uint8), 5_000)


def _found(gray: Bytes, most: int) -> "tuple[Floats, Floats]":
    """Positions and RootSIFT descriptors of the clearest features."""
    keypoints, found = cv2.SIFT_create(most, contrastThreshold=0.02).detectAndCompute(gray, None)  # type: ignore[attr-defined]
    if found is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
    rooted = np.sqrt(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-6))
    return np.array([one.pt for one in keypoints], np.float32), rooted.astype(np.float32)


def _agree(one: "tuple[Floats, Floats]", other: "tuple[Floats, Floats]") -> int:
    """Matches by a loose ratio that one homography confirms."""
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
    """Sort key that depends on the seed and the name alone."""
    return hashlib.sha256(f"{seed} {name}".encode()).hexdigest()


# ── what the program reports ──────────────────────────────────────────────────────────────────
def _report(
    photos: Path, clips: Mapping[str, Path], places: Mapping[str, list[str]], queries: Sequence[Query],
    kit: ReaderResources,
) -> None:  # fmt: skip
    backend = load_backend(kit, None)
    recognised, false, matches_of_clips = [], [], []
    pairs, possible = 0, 0
    for one in queries:
        others = [some[:BESIDE] for place, some in places.items() if place != one.photo.split("__")[0]]
        named = {_OURS: list(one.of), **{f"other-{number}": some for number, some in enumerate(others)}}
        matches = _landmarks(photos, named, backend).recognise(tuple(read(clips[one.photo], kit)), "ran")[0]
        matches_of_clips.append(matches)
        flagged = {each.landmark.id for each in matches if each.grade in FLAGS}
        recognised += [one] if _OURS in flagged else []
        false += [(one.photo, named[name]) for name in flagged - {_OURS}]
        pairs += len(others)
        possible += sum(each.grade == "possible" and each.landmark.id != _OURS for each in matches)
    hard = [one for one in queries if one.agreeing <= HARD]
    share = wilson(len(recognised), len(queries))
    hard_share = wilson(sum(one in recognised for one in hard), len(hard))
    _print_line(
        f"clips whose place other photos show: {share} recognised; false {len(false)} {false},"
        f" and only possible {possible} of {pairs} pairs"
    )
    _print_line(f"  of those with {AGREEING} to {HARD} agreeing features: {hard_share}")
    _print_line(f"  grades of the landmark that is shown: {grades((matches, _OURS) for matches in matches_of_clips)}")
    _print_line("  missed:", [(one.photo, one.agreeing) for one in queries if one not in recognised])


def _landmarks(photos: Path, named: Mapping[str, list[str]], backend: Backend) -> LandmarkRecogniser:
    sites = [
        Site(id=name, kind="base", code=name, names={}, landmarks=(Landmark(id=name, photos=tuple(some)),))
        for name, some in named.items()
    ]
    files = [
        ReferencePhoto(name, name, photos / photo, hashlib.sha256((photos / photo).read_bytes()).hexdigest())
        for name, some in named.items()
        for photo in some
    ]
    return LandmarkRecogniser(sites, files, FeatureCache(None), backend)


def _print_line(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
