"""Cost of landmarks as multiples of decoding a frame: extraction, and matching with few and many landmarks.

    python -m tests.benchmarks landmarks-cost CLIP... [--landmarks 10 100 1000] [--photos 3]

All figures are CPU seconds of this one process, on one thread, in one run. Decoding is that of all frames
of the clips given, divided by their number, and measured again beside each figure: another process on the machine
makes both slower. Photos are drawn walls up to ``--drawn`` landmarks; beyond, their
features with noise on them, which is right for time and memory and says nothing of recall. Clips that show a
landmark are drawn too, so that the cost of a match is reported apart from that of a search without one.
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

from opsec.matching.landmarks.enrolment import ReferenceFeatures, enrol
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.photo_loader import EnrolledPhoto
from opsec.matching.landmarks.recogniser import LandmarkRecogniser
from opsec.model import Hint, Landmark, Picture, Site
from opsec.readers.video.landmark_features import LandmarkFeatureAnalyser
from opsec.sites.reference_photos import ReferencePhoto
from opsec.vision.decoding.video import VideoDecoder
from opsec.vision.features.feature_packing import pack_features
from opsec.vision.features.local_features import SIFT_EXTRACTOR, LocalFeatures
from opsec.vision.features.low_light import extract_per_frame
from opsec.vision.features.overlay_mask import overlay_masks
from tests.benchmarks.landmarks.corpus import decoding, on_one_thread
from tests.matching.landmarks.drawn import frame_hint, wall
from tests.matching.landmarks.scenes import filmed, photographed_from, place

AGAIN = 3
VIEWS = ((0.0, 1.0, 1.0), (-50.0, 1.3, 1.2), (50.0, 1.2, 0.9))


@dataclass(frozen=True)
class FilledCache(FeatureCache):
    """A cache that contains every photo."""

    known: Mapping[str, EnrolledPhoto] = field(default_factory=dict)

    def photo(self, sha256: str) -> EnrolledPhoto | None:
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
    _print_line(f"decoding a frame {frame_s * 1e3:.2f} ms (1 x)")
    clips = [_chosen(clip) for clip in wanted.clips]
    frames = [frame for clip in clips for frame in clip]
    spent = _spent(lambda: list(extract_per_frame(SIFT_EXTRACTOR, frames)))
    _print_line(f"extraction, {len(frames)} frames: {spent / len(frames) / frame_s:.1f} x a frame")
    empty = [[_hint(n, found) for n, found in extract_per_frame(SIFT_EXTRACTOR, clip)] for clip in clips]
    shown = [[frame_hint(one, float(n), f"h{n}") for n, one in enumerate(filmed(number, 0.4))] for number in range(4)]
    drawn = [
        enrol(photographed_from(place(number), *VIEWS[view % 3]))
        for number in range(wanted.drawn)
        for view in range(wanted.photos)
    ]
    for count in wanted.landmarks:
        _matching(count, wanted.photos, drawn, (empty, shown), wanted.clips)
    return 0


def _chosen(
    clip: Path,
) -> list[tuple["np.ndarray[tuple[int, int], np.dtype[np.uint8]]", "np.ndarray[tuple[int, int], np.dtype[np.uint8]]"]]:
    """The frames that the reader would look at, and their masks."""
    with clip.open("rb") as file:
        film, viewer = VideoDecoder(file, "mp4"), LandmarkFeatureAnalyser()
        for frame in film.frames():
            viewer.process_frame(frame)
    grays = [one.gray for one in viewer.selector.select()]
    return list(zip(grays, overlay_masks(grays), strict=True))


def _matching(
    count: int,
    photos: int,
    drawn: Sequence[ReferenceFeatures],
    clips: tuple[list[list[Hint]], list[list[Hint]]],
    basis: Sequence[Path],
) -> None:
    recogniser = recogniser_of(count, photos, drawn)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    built = _spent(lambda: recogniser.recognise([frame_hint(wall(99))], "ran"))
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    _print_line(
        f"{count} landmarks x {photos} photos: enrolled and index built in {built:.1f} CPU s,"
        f" memory + {grown_mib:.0f} MiB"
    )
    for name, some in zip(("not shown", "shown"), clips, strict=True):
        _print_line(f"  {name}: {_times_decoding(recogniser, some, basis)}")


def _times_decoding(recogniser: LandmarkRecogniser, clips: list[list[Hint]], basis: Sequence[Path]) -> str:
    frame_s, spent, matches = 0.0, 0.0, 0
    for _again in range(AGAIN):
        frame_s += decoding(basis)
        started = time.process_time()
        matches = sum(bool(recogniser.recognise(hints, "ran")[0]) for hints in clips)
        spent += (time.process_time() - started) / sum(map(len, clips))
    return f"{spent / frame_s:.1f} x a frame ({matches} of {len(clips)} clips recognised)"


def recogniser_of(count: int, photos: int, drawn: Sequence[ReferenceFeatures]) -> LandmarkRecogniser:
    """Return a recogniser of this many landmarks; beyond the drawn photos, their features with noise on them."""
    rng = np.random.default_rng(7)
    picture = Picture(1, 1, "")
    known = {}
    for number in range(count * photos):
        one = drawn[number % len(drawn)]
        known[str(number)] = EnrolledPhoto(one if number < len(drawn) else _other(one, rng), picture)
    marks = [Landmark(id=f"l{n}", photos=tuple(f"{n * photos + k}" for k in range(photos))) for n in range(count)]
    sites = [Site(id=f"s{n}", kind="base", code="S", names={}, landmarks=(mark,)) for n, mark in enumerate(marks)]
    files = [ReferencePhoto(f"s{n}", f"l{n}", Path(name), name) for n, mark in enumerate(marks) for name in mark.photos]
    return LandmarkRecogniser(sites, files, FilledCache(None, known=known))


def _other(one: ReferenceFeatures, rng: np.random.Generator) -> ReferenceFeatures:
    """Features of the same kind from another place."""
    features = one.features
    noise = rng.normal(0, 14, features.descriptors.shape)
    descriptors = np.clip(features.descriptors[:, rng.permutation(128)] + noise, 0, 255).astype(np.uint8)
    keypoints = features.keypoints.copy()
    rng.shuffle(keypoints)
    return ReferenceFeatures(
        LocalFeatures(features.width_px, features.height_px, keypoints, descriptors), one.n_original
    )


def _hint(number: int, features: LocalFeatures) -> Hint:
    return Hint(
        kind="features", family="VISUAL", reader="landmarks", field="picture", id=f"h{number}", at_s=float(number),
        features=pack_features(features),
    )  # fmt: skip


def _spent(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
