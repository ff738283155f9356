"""Walls drawn for the tests, and how a camera would film them. The same seed gives the same image."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.matching.landmarks.clip_verification import verify_landmark
from opsec.matching.landmarks.first_pass import first_pass
from opsec.matching.landmarks.frame_evidence import ClipMatch
from opsec.matching.landmarks.pairwise_matches import PairwiseMatcher
from opsec.matching.landmarks.retrieval_index import Candidate
from opsec.matching.landmarks.view_synthesis import downscale
from opsec.model import Hint, Landmark, Site
from opsec.sites.file_names import LANDMARKS
from opsec.sites.reference_photos import ReferencePhoto, reference_photos
from opsec.vision.features.feature_packing import pack_features
from opsec.vision.features.local_features import EXTRACTION_PX, SIFT_EXTRACTOR, LocalFeatures
from opsec.vision.features.low_light import extract_per_frame

Bytes = NDArray[np.uint8]


def wall(seed: int, width_px: int = 800, height_px: int = 600) -> Bytes:
    """A gray wall with windows, stains, cracks and letters of its own."""
    rng = np.random.default_rng(seed)
    rough = cv2.resize(rng.normal(0, 1, (24, 32)), (width_px, height_px), interpolation=cv2.INTER_CUBIC)
    image = np.asarray(np.clip(140 + 22 * rough + rng.normal(0, 2, (height_px, width_px)), 0, 255), np.uint8)
    for _ in range(90):
        x, y = int(rng.integers(0, width_px)), int(rng.integers(0, height_px))
        wide, high = (int(size) for size in rng.integers(10, 90, 2))
        cv2.rectangle(image, (x, y), (x + wide, y + high), int(rng.integers(20, 235)), int(rng.choice([-1, 2, 4])))
    for _ in range(60):
        ends = rng.integers(0, max(width_px, height_px), 4).tolist()
        cv2.line(image, (ends[0], ends[1]), (ends[2], ends[3]), int(rng.integers(20, 235)), 1 + int(rng.integers(0, 3)))
    for _ in range(12):
        word = "".join(rng.choice(list("ABDEGHKMNPRSTVXZ2345789"), 4))
        at = (int(rng.integers(0, width_px - 80)), int(rng.integers(30, height_px)))
        cv2.putText(
            image, word, at, cv2.FONT_HERSHEY_SIMPLEX, float(rng.uniform(0.6, 1.6)), int(rng.integers(0, 255)), 2
        )
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.8), np.uint8)


def film_wall(
    image: Bytes, *, slant: float = 1.0, turn_deg: float = 0.0, zoom: float = 1.0, mirrored: bool = False
) -> Bytes:
    """The wall as an upright phone films it: from the side (squeezed ``slant`` times), rotated, closer."""
    width_px, height_px = 576, 1024
    base = max(width_px, height_px) / max(image.shape) * zoom
    angle = np.deg2rad(turn_deg)
    linear = (
        base * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([1 / slant, 1])
    )
    centre = np.array([image.shape[1] / 2, image.shape[0] / 2])
    shift = np.array([width_px / 2, height_px / 2]) - linear @ centre
    view = cv2.warpAffine(image, np.c_[linear, shift], (width_px, height_px), borderMode=cv2.BORDER_REFLECT)
    return np.ascontiguousarray(view[:, ::-1] if mirrored else view).astype(np.uint8)


def extract_features(image: Bytes) -> LocalFeatures:
    """Features as the reading process extracts them from a frame."""
    return next(extract_per_frame(SIFT_EXTRACTOR, [(downscale(image, EXTRACTION_PX), None)]))[1]


def frame_hint(image: Bytes, at_s: float = 0.0, id_: str = "h1") -> Hint:
    """Hint as the reading process gives it for a frame."""
    return Hint(
        kind="features", family="VISUAL", reader="landmarks", field="picture", id=id_, at_s=at_s,
        features=pack_features(extract_features(image)),
    )  # fmt: skip


def write_photos(folder: Path, site: Site, walls: dict[str, list[Bytes]]) -> tuple[Site, tuple[ReferencePhoto, ...]]:
    """Write photos of landmarks into a folder of sites; return the site with these landmarks, and the photos."""
    for name, photos in walls.items():
        place = folder / site.id / LANDMARKS / name
        place.mkdir(parents=True)
        for number, photo in enumerate(photos):
            assert cv2.imwrite(str(place / f"{number}.jpg"), photo)
    landmarks = tuple(
        Landmark(id=name, photos=tuple(f"{number}.jpg" for number in range(len(photos))))
        for name, photos in walls.items()
    )
    with_landmarks = replace(site, landmarks=landmarks)
    return with_landmarks, reference_photos([with_landmarks], folder)


def best_clip_match(
    matcher: PairwiseMatcher, candidates: Sequence[Candidate], *, only_candidate: bool = True
) -> ClipMatch | None:
    """What verification of one landmark reports first; None when no candidate passes or nothing is shown."""
    passed = first_pass(matcher, candidates)
    if not passed:
        return None
    return next(iter(verify_landmark(matcher, passed, candidates, only_candidate=only_candidate)), None)


def spread_out(features: LocalFeatures, count: int, min_px: float = 45.0) -> list[int]:
    """Numbers of features of which none is near another, those of the strongest response first."""
    chosen: list[int] = []
    for number, (x, y) in enumerate(features.keypoints[:, :2].tolist()):
        positions = features.keypoints[chosen, :2].tolist()
        if all(abs(x - other_x) + abs(y - other_y) > min_px for other_x, other_y in positions):
            chosen.append(number)
    return chosen[:count]
