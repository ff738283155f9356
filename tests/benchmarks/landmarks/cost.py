"""What landmarks cost, as multiples of decoding the picture: extraction, and matching with few and many landmarks.

    python -m tests.benchmarks.landmarks.cost CLIP... [--landmarks 10 100 1000] [--photos 3]

All is in CPU seconds of this one process, on one thread, side by side in one run. Decoding is that of all pictures
of the clips given, divided by their number, and measured again beside each figure: another process on the machine
makes both slower. Photos are drawn walls up to ``--drawn`` landmarks; beyond, their
features with noise on them, which is right for time and memory and says nothing of recall. Clips that show a
landmark are drawn too: what a match costs is told apart from what looking in vain costs.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from opsec.matching.landmarks.enrolment import Enrolled, enrolled
from opsec.matching.landmarks.feature_cache import Shelf
from opsec.matching.landmarks.photo_loader import KnownPhoto
from opsec.matching.landmarks.recogniser import Landmarks
from opsec.model import Hint, Landmark, Picture, Site
from opsec.readers.video.landmark_features import LandmarkViewer
from opsec.sites.reference_photos import ReferencePhoto
from opsec.vision.decoding.video import Film
from opsec.vision.features.local_features import BY_SIFT, Extracted, packed
from opsec.vision.features.low_light import looked_at
from opsec.vision.features.overlay_mask import seen_through
from tests.benchmarks.landmarks.corpus import decoding, on_one_thread
from tests.matching.landmarks.drawn import hint, wall
from tests.matching.landmarks.scenes import filmed, photographed_from, place

AGAIN = 3
VIEWS = ((0.0, 1.0, 1.0), (-50.0, 1.3, 1.2), (50.0, 1.2, 0.9))


@dataclass(frozen=True)
class Ready(Shelf):
    """A shelf on which every photo already lies."""

    known: Mapping[str, KnownPhoto] = field(default_factory=dict)

    def photo(self, sha256: str) -> KnownPhoto | None:
        return self.known[sha256]


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--landmarks", nargs="*", type=int, default=[10, 100, 1_000])
    parser.add_argument("--photos", type=int, default=3)
    parser.add_argument("--drawn", type=int, default=12)
    wanted = parser.parse_args()
    on_one_thread()
    cv2.setNumThreads(1)
    frame_s = decoding(wanted.clips)
    _say(f"decoding a picture {frame_s * 1e3:.2f} ms (1 x)")
    clips = [_chosen(clip) for clip in wanted.clips]
    pictures = [picture for clip in clips for picture in clip]
    spent = _spent(lambda: list(looked_at(BY_SIFT, pictures)))
    _say(f"extraction, {len(pictures)} pictures: {spent / len(pictures) / frame_s:.1f} x a picture")
    empty = [[_hint(n, found) for n, found in looked_at(BY_SIFT, clip)] for clip in clips]
    shown = [[hint(one, float(n), f"h{n}") for n, one in enumerate(filmed(number, 0.4))] for number in range(4)]
    drawn = [
        enrolled(photographed_from(place(number), *VIEWS[view % 3]))
        for number in range(wanted.drawn)
        for view in range(wanted.photos)
    ]
    for count in wanted.landmarks:
        _matching(count, wanted.photos, drawn, (empty, shown), wanted.clips)
    return 0


def _chosen(
    clip: Path,
) -> list[tuple["np.ndarray[tuple[int, int], np.dtype[np.uint8]]", "np.ndarray[tuple[int, int], np.dtype[np.uint8]]"]]:
    """The pictures that the reader would look at, and their masks."""
    with clip.open("rb") as file:
        film, viewer = Film(file, "mp4"), LandmarkViewer()
        for frame in film.frames():
            viewer.see(frame)
    greys = [one.grey for one in viewer.choice.chosen()]
    return list(zip(greys, seen_through(greys), strict=True))


def _matching(
    count: int,
    photos: int,
    drawn: Sequence[Enrolled],
    clips: tuple[list[list[Hint]], list[list[Hint]]],
    basis: Sequence[Path],
) -> None:
    ours = _landmarks(count, photos, drawn)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    built = _spent(lambda: ours.meet([hint(wall(99))]))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    _say(
        f"{count} landmarks x {photos} photos: taken up and index built in {built:.1f} CPU s, memory + {grown:.0f} MiB"
    )
    for name, some in zip(("in vain", "shown"), clips, strict=True):
        _say(f"  {name}: {_times_decoding(ours, some, basis)}")


def _times_decoding(ours: Landmarks, clips: list[list[Hint]], basis: Sequence[Path]) -> str:
    frame_s, spent, met = 0.0, 0.0, 0
    for _again in range(AGAIN):
        frame_s += decoding(basis)
        started = time.process_time()
        met = sum(bool(ours.meet(hints)) for hints in clips)
        spent += (time.process_time() - started) / sum(map(len, clips))
    return f"{spent / frame_s:.1f} x a picture ({met} of {len(clips)} clips met)"


def _landmarks(count: int, photos: int, drawn: Sequence[Enrolled]) -> Landmarks:
    rng = np.random.default_rng(7)
    picture = Picture(1, 1, "")
    known = {}
    for number in range(count * photos):
        one = drawn[number % len(drawn)]
        known[str(number)] = KnownPhoto(one if number < len(drawn) else _other(one, rng), picture)
    marks = [Landmark(id=f"l{n}", photos=tuple(f"{n * photos + k}" for k in range(photos))) for n in range(count)]
    sites = [Site(id=f"s{n}", kind="base", code="S", names={}, landmarks=(mark,)) for n, mark in enumerate(marks)]
    files = [ReferencePhoto(f"s{n}", f"l{n}", Path(name), name) for n, mark in enumerate(marks) for name in mark.photos]
    return Landmarks(sites, files, Ready(None, known=known))


def _other(one: Enrolled, rng: np.random.Generator) -> Enrolled:
    """Features of the same kind that are of another place."""
    features = one.features
    noise = rng.normal(0, 14, features.descriptors.shape)
    descriptors = np.clip(features.descriptors[:, rng.permutation(128)] + noise, 0, 255).astype(np.uint8)
    keypoints = features.keypoints.copy()
    rng.shuffle(keypoints)
    return Enrolled(Extracted(features.width_px, features.height_px, keypoints, descriptors), one.own)


def _hint(number: int, features: Extracted) -> Hint:
    return Hint(
        kind="features", family="VISUAL", reader="landmarks", field="picture", id=f"h{number}", at_s=float(number),
        features=packed(features),
    )  # fmt: skip


def _spent(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
