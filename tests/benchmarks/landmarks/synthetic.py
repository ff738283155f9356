"""Recall of landmarks in clips drawn here, and how rarely look-alikes are taken for one of them.

    python -m tests.benchmarks landmarks-synthetic [--places 40] [--alike 60] [--clips N] [--frames 3]
        [--seed 0] [--one] [--models DIR]

The places have depth and are filmed by somebody who walks, with people, night, dust and coding in between; the
look-alikes share a window, a poster, a watermark or a texture, and nothing else. No recognition setting was fitted
on the walls and places of these seeds. It takes minutes and needs only what the project ships.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from opsec.matching.landmarks.backend import BUILT_IN_BACKEND, Backend, load_backend
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.recogniser import LandmarkRecogniser
from opsec.matching.landmarks.view_synthesis import downscale
from opsec.model import Hint, Site
from opsec.model.resources import ReaderResources
from opsec.vision.features.feature_packing import pack_features
from opsec.vision.features.local_features import EXTRACTION_PX, SIFT_EXTRACTOR
from opsec.vision.features.low_light import extract_per_frame
from opsec.vision.features.overlay_mask import overlay_masks
from tests.benchmarks.landmarks.corpus import on_one_thread
from tests.benchmarks.landmarks.learned_hints import learned_hints
from tests.matching.landmarks.drawn import Bytes, frame_hint, write_photos
from tests.matching.landmarks.scenes import filmed, filmed_lookalike, lookalike, photographed_from, place

FLAGS = ("probable", "strong")
KINDS = ("façade", "poster", "watermark", "texture")
HARDNESS = (0.2, 0.6, 1.0)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=40)
    parser.add_argument("--alike", type=int, default=60, help="landmarks of each kind of look-alike")
    parser.add_argument("--clips", type=int, help="clips of each kind of look-alike; default: as many as landmarks")
    parser.add_argument("--models", help="a folder of models, as in opsec.toml; places are matched without them")
    parser.add_argument("--frames", type=int, default=3, help="frames of each clip of a look-alike")
    parser.add_argument("--seed", type=int, default=0, help="of other walls, places and look-alikes")
    parser.add_argument("--one", action="store_true", help="one photo a landmark")
    wanted = parser.parse_args()
    on_one_thread()
    cv2.setNumThreads(1)
    with TemporaryDirectory() as folder:
        if wanted.places:
            _places(Path(folder) / "places", wanted.places, wanted.seed, one=wanted.one)
        if wanted.alike:
            _alike(Path(folder) / "alike", wanted)
    return 0


def _places(folder: Path, count: int, seed: int, *, one: bool) -> None:
    views = ((0.0, 1.0, 1.0), (-50.0, 1.3, 1.2), (50.0, 1.2, 0.9))[: 1 if one else 3]
    recogniser = _recogniser(
        folder, {f"place-{n}": [photographed_from(place(seed + n), *view) for view in views] for n in range(count)}
    )
    for hard in HARDNESS:
        right, false, started = 0, 0, time.process_time()
        missed = []
        for number in range(count):
            matches = {
                one.landmark.id
                for one in recogniser.recognise(_hints(list(filmed(seed + number, hard))[::2]), "ran")[0]
                if one.grade in FLAGS
            }
            right += f"place-{number}" in matches
            missed += [] if f"place-{number}" in matches else [number]
            false += len(matches - {f"place-{number}"})
        spent = (time.process_time() - started) / count
        _print_line(
            f"places, hardness {hard}: recall {right}/{count}, false {false} of {count * (count - 1)} pairs,"
            f" {spent:.2f} CPU s a clip, missed {missed}"
        )


def _alike(folder: Path, wanted: argparse.Namespace) -> None:
    """Every landmark against clips that share something with those of its kind, and against all others."""
    count, seed, kit = wanted.alike, wanted.seed, ReaderResources(learned_models=wanted.models)
    n_clips = wanted.clips or count
    marks = {f"{ascii_of(kind)}-{n}": [lookalike(kind, seed + n)] for kind in KINDS for n in range(count)}
    recogniser = _recogniser(folder, marks, load_backend(kit, None))
    pairs, matches = 0, []
    for kind in KINDS:
        of_kind = []
        for number in range(seed + 1_000, seed + 1_000 + n_clips):
            frames = list(filmed_lookalike(kind, number, wanted.frames))
            for some in (frames, frames[:1]):  # as a video and as one photo, in which a watermark cannot be separated
                pairs += len(marks)
                of_kind += [(kind, number, one) for one in recogniser.recognise(_masked(some, kit), "ran")[0]]
        reported = [(number, one.landmark.id, one.grade, one.sighting.pictures) for _kind, number, one in of_kind]
        flagged = [one for one in reported if one[2] in FLAGS]
        _print_line(
            f"look-alikes, {kind}: {len(flagged)} flagged {flagged}, {len(reported) - len(flagged)} only possible"
        )
        matches += of_kind
    _print_line(
        f"look-alikes: {pairs} pairs, {sum(one.grade in FLAGS for *_rest, one in matches)} flagged; chance a pair:"
    )
    for grade in ("possible", "probable", "strong"):
        seen = sum(one.grade == grade for *_rest, one in matches)
        clips = len({(kind, number) for kind, number, one in matches if one.grade == grade})
        _print_line(f"  {grade}: {seen} of {pairs} pairs, {clips} of {2 * n_clips * len(KINDS)} clips and photos")
    counts = Counter(one.sighting.inliers for *_rest, one in matches if not one.sighting.one_of)
    _print_line(f"  inliers of those without alternatives: {sorted(counts.items())}")


def _masked(frames: list[Bytes], kit: ReaderResources) -> list[Hint]:
    """Hints as the reading process gives them, with static overlays masked."""
    grays = [downscale(frame, EXTRACTION_PX) for frame in frames]
    by_sift = [
        replace(frame_hint(grays[number], 1.0 * number, f"h{place}"), features=pack_features(features))
        for place, (number, features) in enumerate(
            extract_per_frame(SIFT_EXTRACTOR, list(zip(grays, overlay_masks(grays), strict=True)))
        )
    ]
    return [*by_sift, *learned_hints(grays, kit)]


def ascii_of(kind: str) -> str:
    """The kind, as an id may contain it."""
    return kind.replace("ç", "c")


def _recogniser(folder: Path, walls: dict[str, list[Bytes]], backend: Backend = BUILT_IN_BACKEND) -> LandmarkRecogniser:
    folder.mkdir(parents=True)
    made = [
        write_photos(folder, Site(id=name, kind="base", code=name, names={}), {name: photos})
        for name, photos in walls.items()
    ]
    return LandmarkRecogniser(
        [site for site, _photos in made], [one for _site, photos in made for one in photos], FeatureCache(None), backend
    )


def _hints(frames: Sequence[Bytes]) -> list[Hint]:
    return [frame_hint(frame, 1.0 * number, f"h{number}") for number, frame in enumerate(frames)]


def _print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
