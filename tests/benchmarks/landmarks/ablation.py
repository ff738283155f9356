"""What each technique by which landmarks are recognised is worth: the shared clips without it, one after the other.

    OPSEC_SHARED=../shared python -m tests.benchmarks.landmarks.ablation [--every 2]

Recall is at the flagging grade; as in ``tests.benchmarks.landmarks.corpus``,
every clip is compared with every landmark.
"""

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir
from unittest.mock import patch

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.matching.landmarks import view_synthesis
from opsec.matching.landmarks.feature_cache import Shelf
from opsec.matching.landmarks.putative_matches import RATIO, Paired, paired
from opsec.matching.landmarks.recogniser import Landmarks
from opsec.matching.landmarks.retrieval_index import Searched
from opsec.model import Hint
from opsec.readers.video.landmark_features import LandmarkViewer
from opsec.vision.decoding.video import Film
from opsec.vision.features.local_features import BY_SIFT, Extracted, packed
from opsec.vision.features.low_light import looked_at
from opsec.vision.features.overlay_mask import seen_through
from tests.benchmarks.landmarks.corpus import FLAGS, landmarks, on_one_thread, rendered

Bytes = NDArray[np.uint8]
Frames = list[tuple[float, Bytes]]
HERE = "opsec.matching.landmarks.recogniser."


@dataclass(frozen=True, slots=True)
class Without:
    """One technique left out."""

    name: str
    patches: Mapping[str, object]
    """Dotted name → what stands in its place."""
    one_photo: bool = False
    masked: bool = True
    most_pictures: int = 8


def main() -> int:
    """Print the table; 0 when there is no corpus, which is said."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, default=Path(gettempdir()) / "opsec-landmark-clips")
    parser.add_argument("--every", type=int, default=2, help="every so many-th clip with a landmark")
    parser.add_argument("--only", nargs="*", help="these lines of the table, by the beginning of their names")
    wanted = parser.parse_args()
    on_one_thread()
    shared = os.environ.get("OPSEC_SHARED")
    folder = Path(shared) / "corpus" / "landmarks" if shared else None
    if folder is None or not (folder / "manifest.json").is_file():
        _say("no shared corpus of landmarks here (OPSEC_SHARED); nothing was measured")
        return 0
    cv2.setNumThreads(1)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    rendered(folder, wanted.clips)
    chosen = [clip for clip in manifest["clips"] if clip["landmark"]][:: wanted.every]
    frames = {clip["id"]: _frames(wanted.clips / f"{clip['id']}.mp4") for clip in chosen}
    for without in _all():
        if wanted.only and not without.name.startswith(tuple(wanted.only)):
            continue
        _line(without, manifest, folder, chosen, frames)
    return 0


def _all() -> Iterator[Without]:
    plain_views = view_synthesis.simulated
    yield Without("all techniques", {})
    yield Without("SIFT instead of RootSIFT", {"opsec.vision.features.local_features.rooted": _not_rooted})
    yield Without("no mirrored search", {HERE + "search.Searched._hits": _as_filmed_only})
    yield Without("no simulated views", {HERE + "enrol.simulated": lambda *_: ()})
    yield Without("no closer view", {HERE + "enrol.simulated": lambda *given: _but(plain_views(*given), "close")})
    yield Without("no side view", {HERE + "enrol.simulated": lambda *given: _but(plain_views(*given), "side")})
    yield Without("no tone curve of dust", {HERE + "enrol.simulated": lambda *given: _but(plain_views(*given), "dust")})
    yield Without("no masks", {}, masked=False)
    yield Without("one picture a clip", {}, most_pictures=1)
    grades = {"UNIQUE": 0.0, "BORNE_OUT": 0.0, "FEWEST_SPOTS": 0}
    yield Without("no second witnesses", {HERE + f"grade.{name}": value for name, value in grades.items()})
    apart = {HERE + "together._together": lambda *_, **__: None}
    yield Without("no pictures laid together", apart)
    clear = {HERE + "sight.CLEAR": math.inf, HERE[:-1] + ".CLEAR": math.inf}
    yield Without("no short way for clear ones", clear)
    yield Without("only pairs that pass Lowe's ratio", {HERE + "pictures.paired": _strictly_paired})
    yield Without("nothing for many votes alone", {HERE + "sight.TELLING": math.inf})
    yield Without("one photo a landmark", {}, one_photo=True)
    yield Without("one photo, none laid together", apart, one_photo=True)
    yield Without("one photo, no simulated views", {HERE + "enrol.simulated": lambda *_: ()}, one_photo=True)


def _but(found: Iterator[view_synthesis.View], name: str) -> Iterator[view_synthesis.View]:
    return (view for view in found if view.name != name)


def _not_rooted(raw: NDArray[np.float32]) -> Bytes:
    lengths = np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-6)
    return np.asarray(np.minimum(np.rint(raw / lengths * 512), 255), np.uint8)


def _strictly_paired(frame: Extracted, photo: Extracted, ratio: float = RATIO) -> Paired:
    return paired(frame, photo, min(ratio, RATIO))


_both = Searched._hits


def _as_filmed_only(searched: Searched, frame: Extracted) -> tuple[object, object]:
    one, _mirrored = _both(searched, frame)
    return one, _both(searched, frame.only(slice(0, 0)))[1]


def _frames(path: Path) -> Frames:
    with path.open("rb") as file:
        film, viewer = Film(file, "mp4"), LandmarkViewer()
        for frame in film.frames():
            viewer.see(frame)
    return [(one.at_s, one.grey) for one in viewer.choice.chosen()]


def _hints(frames: Frames, without: Without) -> list[Hint]:
    greys = [grey for _at_s, grey in frames]
    masks: list[Bytes | None] = [*seen_through(greys)] if without.masked else [None] * len(greys)
    seen = list(zip(frames, masks, strict=True))
    if without.most_pictures < len(seen):
        seen = seen[len(seen) // 2 :][: without.most_pictures]
    pictures = [(grey, mask) for (_at_s, grey), mask in seen]
    found = [
        Hint(kind="features", family="VISUAL", reader="landmarks", field="picture", at_s=seen[number][0][0],
             features=packed(features))
        for number, features in looked_at(BY_SIFT, pictures)
    ]  # fmt: skip
    return [replace(one, id=f"h{number}") for number, one in enumerate(found)]


def _line(
    without: Without, manifest: dict[str, list[dict[str, str]]], folder: Path, chosen: list[dict[str, str]],
    frames: dict[str, Frames],
) -> None:  # fmt: skip
    started = time.process_time()
    with ExitStack() as stack:
        stack.enter_context(patch(HERE + "album._remembered", {}))
        for name, value in without.patches.items():
            stack.enter_context(patch(name, value))
        ours: Landmarks = landmarks(manifest, folder, one=without.one_photo, shelf=Shelf(None))
        right, mirrored, false, places = 0, 0, 0, []
        for clip in chosen:
            met = ours.meet(_hints(frames[clip["id"]], without))
            flagged = {one.landmark.id for one in met if one.grade in FLAGS}
            right += clip["landmark"] in flagged
            mirrored += clip["landmark"] in flagged and bool(clip["mirror"])
            false += len(flagged - {clip["landmark"]})
            places.append(max((one.sighting.inliers for one in met if one.landmark.id == clip["landmark"]), default=0))
    of_mirrored = sum(bool(clip["mirror"]) for clip in chosen)
    spent = time.process_time() - started
    _say(
        f"{without.name:32} {right:3}/{len(chosen)} = {right / len(chosen):.3f}   mirrored {mirrored}/{of_mirrored}"
        f"   false {false}   median agreeing places {np.median(places):.0f}   {spent:.0f} CPU s"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
