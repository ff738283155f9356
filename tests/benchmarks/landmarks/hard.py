"""How well landmarks are recognised in clips that are hard: night against photos of the day, close by, far off, at a
slant; of drawn places, of drawn towers of bars, and of the shared photos where there are any.

    [OPSEC_SHARED=../shared] python -m tests.benchmarks.landmarks.hard [--places 13] [--photos 3] [--seed 0]

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

from opsec.matching.landmarks.feature_cache import Shelf
from opsec.matching.landmarks.recogniser import Landmarks, Met
from opsec.matching.landmarks.view_synthesis import resized
from opsec.model import Hint, Site
from opsec.vision.features.local_features import BY_SIFT, LONGEST_PX, packed
from opsec.vision.features.low_light import looked_at
from opsec.vision.features.overlay_mask import seen_through
from tests.benchmarks.landmarks.corpus import grades, landmarks
from tests.benchmarks.statistics import wilson
from tests.matching.landmarks.drawn import Bytes, hint, photographed, wall
from tests.matching.landmarks.hard_scenes import SORTS, filmed_hard, passed_by, photos

FLAGS = ("probable", "strong")
KINDS = ("place", "lattice")
STRANGE = 100_000
"""How far the seeds of places that are nobody's landmarks are from those of ours."""


@dataclass(frozen=True, slots=True)
class View:
    """A picture from which clips are made."""

    name: str
    landmark: str | None
    """None when it shows none of ours: all that is told of it is false."""
    picture: Bytes
    around: Bytes


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, default=13, help="drawn ones of each kind")
    parser.add_argument("--photos", type=int, default=3, help="of each drawn landmark, up to 3")
    parser.add_argument("--seed", type=int, default=0, help="of other places")
    wanted = parser.parse_args()
    cv2.setNumThreads(1)
    seeds = range(wanted.seed, wanted.seed + wanted.places)
    with TemporaryDirectory() as folder:
        if seeds:
            _report("drawn", _drawn(Path(folder), seeds, wanted.photos), list(_drawn_views(seeds)))
    shared = os.environ.get("OPSEC_SHARED")
    corpus = Path(shared) / "corpus" / "landmarks" if shared else None
    if corpus is None or not (corpus / "manifest.json").is_file():
        _say("no shared corpus of landmarks here (OPSEC_SHARED); its photos were not measured")
        return 0
    manifest = json.loads((corpus / "manifest.json").read_text("utf-8"))
    ours = landmarks({**manifest, "photos": []}, corpus, one=False, shelf=Shelf(None))
    _report("shared", ours, list(_shared_views(manifest, corpus)))
    return 0


def _drawn(folder: Path, seeds: range, count: int) -> Landmarks:
    made = [
        photographed(folder, Site(id=name, kind="base", code=name, names={}), {name: photos(kind, seed, count)})
        for kind in KINDS
        for seed in seeds
        for name in (f"{kind}-{seed}",)
    ]
    return Landmarks([site for site, _photos in made], [one for _site, some in made for one in some], Shelf(None))


def _drawn_views(seeds: range) -> Iterator[View]:
    """Each place once, and as many others: towers of bars are all of one plan, as those of an army are."""
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
    grey = cv2.imread(str(corpus / "photos" / name), cv2.IMREAD_GRAYSCALE)
    assert grey is not None, name
    return np.asarray(grey, np.uint8)


def _report(of: str, ours: Landmarks, views: Sequence[View]) -> None:
    """A line for each sort, and one for all."""
    clips = [view for view in views if view.landmark]
    right_of_all, false_of_all, met_of, possible = 0, [], [], 0
    for sort in SORTS:
        right, missed = 0, []
        for view in views:
            frames = list(filmed_hard(sort, view.picture, view.around, _rng(f"{sort} {view.name}")))
            met = _met(ours, frames)
            met_of += [(met, view.landmark)] if view.landmark else []
            told = {one.landmark.id for one in met if one.grade in FLAGS}
            false_of_all += [(sort, view.name, other) for other in told - {view.landmark}]
            possible += sum(one.grade == "possible" and one.landmark.id != view.landmark for one in met)
            right += view.landmark in told
            missed += [view.name] if view.landmark and view.landmark not in told else []
        _say(f"{of}, {sort}: {wilson(right, len(clips))}, missed {missed}")
        right_of_all += right
    _say(f"{of}, all sorts: {wilson(right_of_all, len(SORTS) * len(clips))}; {len(SORTS) * (len(views) - len(clips))} "
         f"clips of other places; false {len(false_of_all)} {false_of_all}, and only possible {possible}")  # fmt: skip
    _say(f"{of}, grades of the landmark that is shown: {grades(met_of)}")


def _met(ours: Landmarks, frames: list[Bytes]) -> list[Met]:
    greys = [resized(frame, LONGEST_PX) for frame in frames]
    hints: list[Hint] = [
        replace(hint(greys[number], 1.5 * number, f"h{place}"), features=packed(features))
        for place, (number, features) in enumerate(
            looked_at(BY_SIFT, list(zip(greys, seen_through(greys), strict=True)))
        )
    ]
    return ours.meet(hints)


def _rng(name: str) -> np.random.Generator:
    return np.random.default_rng(list(name.encode()))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
