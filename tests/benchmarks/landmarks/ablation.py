"""Ablation: what each technique of landmark recognition contributes, measured on the shared clips without it.

    OPSEC_SHARED=../shared python -m tests.benchmarks landmarks-ablation [--every 2]

Recall is at the flagging grade; as in ``tests.benchmarks.landmarks.corpus``, every clip is compared with every
landmark.
"""

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from unittest.mock import patch

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.matching.landmarks import (
    clip_verification,
    enrolment,
    first_pass,
    frame_pooling,
    grading,
    pairwise_matches,
    reference_set,
    view_synthesis,
)
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.putative_matches import LOWE_RATIO, Correspondences, match_descriptors
from opsec.matching.landmarks.retrieval_index import RetrievalIndex
from opsec.model import Hint
from opsec.readers.video.landmark_features import LandmarkFeatureAnalyser
from opsec.vision.decoding.video import VideoDecoder
from opsec.vision.features import local_features
from opsec.vision.features.feature_packing import pack_features
from opsec.vision.features.local_features import SIFT_EXTRACTOR, FeatureExtractor, LocalFeatures
from opsec.vision.features.low_light import extract_per_frame
from opsec.vision.features.overlay_mask import overlay_masks
from tests.benchmarks.landmarks.corpus import FLAGS, landmarks, on_one_thread, rendered

Bytes = NDArray[np.uint8]
Frames = list[tuple[float, Bytes]]

Replacement = tuple[object, str, object]
"""Module or class, name of its attribute, and the value that replaces it."""


@dataclass(frozen=True, slots=True)
class Without:
    """One technique left out."""

    name: str
    replacements: Sequence[Replacement] = ()
    one_photo: bool = False
    masked: bool = True
    max_frames: int = 8


def main() -> int:
    """Print the table; without the corpus print that nothing was measured, and return 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, default=Path(gettempdir()) / "opsec-landmark-clips")
    parser.add_argument("--every", type=int, default=2, help="use every N-th clip with a landmark")
    parser.add_argument("--only", nargs="*", help="only the rows whose names begin with these")
    wanted = parser.parse_args()
    on_one_thread()
    shared = os.environ.get("OPSEC_SHARED")
    folder = Path(shared) / "corpus" / "landmarks" if shared else None
    if folder is None or not (folder / "manifest.json").is_file():
        _print_line("no shared corpus of landmarks here (OPSEC_SHARED); nothing was measured")
        return 0
    cv2.setNumThreads(1)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    rendered(folder, wanted.clips)
    chosen = [clip for clip in manifest["clips"] if clip["landmark"]][:: wanted.every]
    frames = {clip["id"]: _frames(wanted.clips / f"{clip['id']}.mp4") for clip in chosen}
    for without in techniques():
        if wanted.only and not without.name.startswith(tuple(wanted.only)):
            continue
        _line(without, manifest, folder, chosen, frames)
    return 0


def techniques() -> Iterator[Without]:
    """Yield every row of the table."""
    yield Without("all techniques")
    yield Without("SIFT instead of RootSIFT", [(local_features, "root_sift", _plain_sift)])
    yield Without("no mirrored search", [(RetrievalIndex, "_find_votes", _original_votes_only)])
    yield Without("no simulated views", [_views(None)])
    yield Without("no closer view", [_views("close")])
    yield Without("no side view", [_views("side")])
    yield Without("no tone curve of dust", [_views("dust")])
    yield Without("no masks", masked=False)
    yield Without("one frame a clip", max_frames=1)
    thresholds = {"MIN_RIVAL_RATIO": 0.0, "MIN_CONFIRMED_SHARE": 0.0, "MIN_CLUSTERS": 0}
    yield Without("no cross-checks", [(grading, name, value) for name, value in thresholds.items()])
    no_pooling: Replacement = (frame_pooling, "_pool_onto", lambda *_, **__: None)
    yield Without("no pooled frames", [no_pooling])
    modules = (first_pass, clip_verification)
    yield Without("no short cut for clear ones", [(module, "CLEAR_INLIERS", math.inf) for module in modules])
    yield Without("only Lowe's ratio", [(pairwise_matches, "match_descriptors", _match_strictly)])
    yield Without("no full match by votes", [(module, "MANY_VOTES", math.inf) for module in modules])
    yield Without("one photo a landmark", one_photo=True)
    yield Without("one photo, no pooled frames", [no_pooling], one_photo=True)
    yield Without("one photo, no simulated views", [_views(None)], one_photo=True)


def _views(left_out: str | None) -> Replacement:
    """Leave out one simulated view by its name, or all."""
    simulate = view_synthesis.simulate_views

    def some(gray: Bytes, extractor: FeatureExtractor) -> Iterator[view_synthesis.SimulatedView]:
        return (view for view in simulate(gray, extractor) if left_out is not None and view.name != left_out)

    return enrolment, "simulate_views", some


def _plain_sift(raw: NDArray[np.float32]) -> Bytes:
    lengths = np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-6)
    return np.asarray(np.minimum(np.rint(raw / lengths * 512), 255), np.uint8)


def _match_strictly(frame: LocalFeatures, photo: LocalFeatures, ratio: float = LOWE_RATIO) -> Correspondences:
    return match_descriptors(frame, photo, min(ratio, LOWE_RATIO))


_find_votes = RetrievalIndex._find_votes


def _original_votes_only(index: RetrievalIndex, frame: LocalFeatures) -> tuple[object, object]:
    original, _mirrored = _find_votes(index, frame)
    return original, _find_votes(index, frame.select(slice(0, 0)))[1]


def _frames(path: Path) -> Frames:
    with path.open("rb") as file:
        video, analyser = VideoDecoder(file, "mp4"), LandmarkFeatureAnalyser()
        for frame in video.frames():
            analyser.process_frame(frame)
    return [(one.at_s, one.gray) for one in analyser.selector.select()]


def _hints(frames: Frames, without: Without) -> list[Hint]:
    grays = [gray for _at_s, gray in frames]
    masks: list[Bytes | None] = [*overlay_masks(grays)] if without.masked else [None] * len(grays)
    used = list(zip(frames, masks, strict=True))
    if without.max_frames < len(used):
        used = used[len(used) // 2 :][: without.max_frames]
    found = extract_per_frame(SIFT_EXTRACTOR, [(gray, mask) for (_at_s, gray), mask in used])
    return [
        Hint(kind="features", family="VISUAL", reader="landmarks", field="picture", id=f"h{place}",
             at_s=used[number][0][0], features=pack_features(features))
        for place, (number, features) in enumerate(found)
    ]  # fmt: skip


def _line(
    without: Without, manifest: dict[str, list[dict[str, str]]], folder: Path, chosen: list[dict[str, str]],
    frames: dict[str, Frames],
) -> None:  # fmt: skip
    started = time.process_time()
    with ExitStack() as stack:
        stack.enter_context(patch.object(reference_set, "_memory_cache", {}))
        for owner, name, value in without.replacements:
            stack.enter_context(patch.object(owner, name, value))
        landmark_recogniser = landmarks(manifest, folder, one=without.one_photo, cache=FeatureCache(None))
        right, mirrored, false, inliers = 0, 0, 0, []
        for clip in chosen:
            matches = landmark_recogniser.recognise(_hints(frames[clip["id"]], without), "ran")[0]
            flagged = {one.landmark.id for one in matches if one.grade in FLAGS}
            right += clip["landmark"] in flagged
            mirrored += clip["landmark"] in flagged and bool(clip["mirror"])
            false += len(flagged - {clip["landmark"]})
            inliers.append(
                max((one.sighting.inliers for one in matches if one.landmark.id == clip["landmark"]), default=0)
            )
    of_mirrored = sum(bool(clip["mirror"]) for clip in chosen)
    spent = time.process_time() - started
    _print_line(
        f"{without.name:32} {right:3}/{len(chosen)} = {right / len(chosen):.3f}   mirrored {mirrored}/{of_mirrored}"
        f"   false {false}   median inliers {np.median(inliers):.0f}   {spent:.0f} CPU s"
    )


def _print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
