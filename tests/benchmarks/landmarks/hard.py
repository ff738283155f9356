"""Recall of landmarks in hard clips: night against day photos, close by, far off, at a slant.

Of drawn places, of drawn lattice towers, and of the shared photos where there are any.

    [OPSEC_SHARED=../shared] python -m tests.benchmarks landmarks-hard [--places 13] [--photos 3] [--seed 0]
        [--models DIR]

Every landmark is a site of its own and every clip is compared with all of them. A clip close by may show a part of a
shared place that no photo of its landmark shows: not all can be found.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from opsec.matching.landmarks.backend import load_backend
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.recogniser import LandmarkMatch, LandmarkRecogniser
from opsec.matching.landmarks.view_synthesis import downscale
from opsec.model import Hint, Site
from opsec.model.resources import ReaderResources
from opsec.vision.features.feature_packing import pack_features
from opsec.vision.features.local_features import EXTRACTION_PX, SIFT_EXTRACTOR
from opsec.vision.features.low_light import extract_per_frame
from opsec.vision.features.overlay_mask import overlay_masks
from tests.benchmarks.landmarks.corpus import grades, landmarks
from tests.benchmarks.landmarks.learned_hints import learned_hints
from tests.benchmarks.statistics import wilson
from tests.matching.landmarks.drawn import Bytes, frame_hint, wall, write_photos
from tests.matching.landmarks.hard_scenes import SORTS, filmed_hard, passed_by, photos

FLAGS = ("probable", "strong")
KINDS = ("place", "lattice")
STRANGE = 100_000
"""Offset of the seeds of places that are not landmarks."""


@dataclass(frozen=True, slots=True)
class View:
    """An image from which clips are made."""

    name: str
    landmark: str | None
    """None when it shows no landmark: every match is false."""
    picture: Bytes
    around: Bytes


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, default=13, help="drawn ones of each kind")
    parser.add_argument("--photos", type=int, default=3, help="of each drawn landmark, up to 3")
    parser.add_argument("--seed", type=int, default=0, help="of other places")
    parser.add_argument("--models", help="a folder of models, as in opsec.toml")
    wanted = parser.parse_args()
    kit = ReaderResources(learned_models=wanted.models)
    cv2.setNumThreads(1)
    seeds = range(wanted.seed, wanted.seed + wanted.places)
    with TemporaryDirectory() as folder:
        if seeds:
            _report("drawn", _drawn(Path(folder), seeds, wanted.photos, kit), list(_drawn_views(seeds)), kit)
    shared = os.environ.get("OPSEC_SHARED")
    corpus = Path(shared) / "corpus" / "landmarks" if shared else None
    if corpus is None or not (corpus / "manifest.json").is_file():
        _print_line("no shared corpus of landmarks here (OPSEC_SHARED); its photos were not measured")
        return 0
    manifest = json.loads((corpus / "manifest.json").read_text("utf-8"))
    backend = load_backend(kit, None)
    recogniser = landmarks({**manifest, "photos": []}, corpus, backend, one=False, cache=FeatureCache(None))
    _report("shared", recogniser, list(_shared_views(manifest, corpus)), kit)
    return 0


def _drawn(folder: Path, seeds: range, count: int, kit: ReaderResources) -> LandmarkRecogniser:
    made = [
        write_photos(folder, Site(id=name, kind="base", code=name, names={}), {name: photos(kind, seed, count)})
        for kind in KINDS
        for seed in seeds
        for name in (f"{kind}-{seed}",)
    ]
    return LandmarkRecogniser(
        [site for site, _photos in made],
        [one for _site, some in made for one in some],
        FeatureCache(None),
        load_backend(kit, None),
    )


def _drawn_views(seeds: range) -> Iterator[View]:
    """Each place once, and as many others: lattice towers are all of one plan, as those of an army are."""
    for kind in KINDS:
        for seed in (*seeds, *(one + STRANGE for one in seeds)):
            name, around = f"{kind}-{seed}", wall(90_000 + seed, 900, 1_600)
            yield View(name, name if seed in seeds else None, passed_by(kind, seed, _rng(name)), around)


def _shared_views(manifest: dict[str, list[dict[str, str]]], corpus: Path) -> Iterator[View]:
    """Every photo of which the corpus makes a clip, once."""
    clips = {clip["photo"]: clip["landmark"] for clip in manifest["clips"]}
    strange = [photo for photo, landmark in clips.items() if landmark is None]
    for number, (photo, landmark) in enumerate(clips.items()):
        beside = strange[number % len(strange)]
        yield View(photo, landmark, _photo(corpus, photo), _photo(corpus, beside))


def _photo(corpus: Path, name: str) -> Bytes:
    gray = cv2.imread(str(corpus / "photos" / name), cv2.IMREAD_GRAYSCALE)
    assert gray is not None, name
    return np.asarray(gray, np.uint8)


def _report(of: str, recogniser: LandmarkRecogniser, views: Sequence[View], kit: ReaderResources) -> None:
    """Print a line for each sort, and one for all."""
    clips = [view for view in views if view.landmark]
    right_of_all, false_of_all, matches_of_clips, possible = 0, [], [], 0
    for sort in SORTS:
        right, missed = 0, []
        for view in views:
            frames = list(filmed_hard(sort, view.picture, view.around, _rng(f"{sort} {view.name}")))
            matches = _recognise(recogniser, frames, kit)
            matches_of_clips += [(matches, view.landmark)] if view.landmark else []
            flagged = {one.landmark.id for one in matches if one.grade in FLAGS}
            false_of_all += [(sort, view.name, other) for other in flagged - {view.landmark}]
            possible += sum(one.grade == "possible" and one.landmark.id != view.landmark for one in matches)
            right += view.landmark in flagged
            missed += [view.name] if view.landmark and view.landmark not in flagged else []
        _print_line(f"{of}, {sort}: {wilson(right, len(clips))}, missed {missed}")
        right_of_all += right
    _print_line(
        f"{of}, all sorts: {wilson(right_of_all, len(SORTS) * len(clips))}; "
        f"{len(SORTS) * (len(views) - len(clips))} clips of other places; "
        f"false {len(false_of_all)} {false_of_all}, and only possible {possible}"
    )
    _print_line(f"{of}, grades of the landmark that is shown: {grades(matches_of_clips)}")


def _recognise(recogniser: LandmarkRecogniser, frames: list[Bytes], kit: ReaderResources) -> list[LandmarkMatch]:
    grays = [downscale(frame, EXTRACTION_PX) for frame in frames]
    hints: list[Hint] = [
        replace(frame_hint(grays[number], 1.5 * number, f"h{place}"), features=pack_features(features))
        for place, (number, features) in enumerate(
            extract_per_frame(SIFT_EXTRACTOR, list(zip(grays, overlay_masks(grays), strict=True)))
        )
    ]
    return recogniser.recognise([*hints, *learned_hints(grays, kit)], "ran")[0]


def _rng(name: str) -> np.random.Generator:
    return np.random.default_rng(list(name.encode()))


def _print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
