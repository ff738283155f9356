"""Read posts and sites to scan them with: the input of the tests that ``scan_clip`` is a pure function.

``python -m tests.app.sample_posts 2,0,1 hangs`` writes the results as JSON, so that two processes can be compared.
"""

import json
import sys
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np

from opsec.app.scan_clip import scan_clip
from opsec.matching.landmarks.backend import Backend
from opsec.matching.landmarks.model_client import ModelProcessError
from opsec.matching.landmarks.pairwise_matches import FeatureMatcher, match_by_ratio_test
from opsec.matching.landmarks.putative_matches import Correspondences
from opsec.matching.matcher import SiteIndex, build_site_index
from opsec.model import Hint, ListedPost, Post, PostFile, Reading, ReadPost
from opsec.reports.scan_json import clip_record
from opsec.settings import Settings
from opsec.vision.features.local_features import LocalFeatures
from tests.fixtures.records import RAN, make_site, position_hint
from tests.matching.landmarks.drawn import film_wall, frame_hint, wall, write_photos

NARROW_PX = 300
"""``hangs`` does not answer for frames narrower than this when their features are extracted."""


def hangs(frame: LocalFeatures, photo: LocalFeatures, /, *, n_original: int, mirrored: bool) -> Correspondences:
    """A feature matcher whose process does not answer for one of the posts."""
    if frame.width_px < NARROW_PX:
        raise ModelProcessError("it died")
    return match_by_ratio_test(frame, photo, n_original=n_original, mirrored=mirrored)


FEATURE_MATCHERS: dict[str, FeatureMatcher] = {"works": match_by_ratio_test, "hangs": hangs}


@cache
def posts() -> list[ReadPost]:
    """Clips with frames, for one of which ``hangs`` does not answer; a position; captions in two languages."""
    hanging = np.ascontiguousarray(film_wall(wall(1), slant=1.2)[:, 100:476])
    clips = [
        [frame_hint(film_wall(wall(1), slant=1.3), 1.0, "h1")],
        [frame_hint(hanging)],
        [frame_hint(film_wall(wall(2), turn_deg=4))],
        [frame_hint(wall(9))],
    ]
    return [
        *(_post(f"{number}.mp4", hints) for number, hints in enumerate(clips)),
        _post("4.mp4", [position_hint(31.005, 42.005)]),
        _listed("posts.csv#1", "guard duty at Falcon Camp, all night"),
        _listed("posts.csv#2", "واجب في معسكر الصقر"),
    ]


def _post(path: str, hints: list[Hint]) -> ReadPost:
    reading = Reading(hints=tuple(hints), checks={**RAN, "landmarks": "ran"}, frames_read=1)
    return ReadPost(path=path, parts=(PostFile(role="media", path=path, sha256="0" * 64, kind="mp4", reading=reading),))


def _listed(path: str, caption: str) -> ReadPost:
    return ReadPost(path=path, parts=(), listed=ListedPost(Post(caption=caption)))


def sites(folder: Path, matcher: str) -> SiteIndex:
    """One site with two landmarks, their photos drawn into this folder."""
    site, photos = write_photos(folder, make_site(), {"gate": [wall(1)], "tower": [wall(2)]})
    return build_site_index([site], photos, backend=Backend(feature_matcher=FEATURE_MATCHERS[matcher]))


def scan_posts(order: Iterable[int], matcher: str) -> dict[str, bytes]:
    """Scan the posts in this order with new sites; path → the result as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        index = sites(Path(folder), matcher)
        results = [scan_clip(posts()[number], index, Settings()) for number in order]
    return {one.clip.path: json.dumps(clip_record(one), sort_keys=True).encode() for one in results}


if __name__ == "__main__":
    numbers, name = sys.argv[1:]
    done = scan_posts(map(int, numbers.split(",")), name)
    json.dump({path: result.decode() for path, result in sorted(done.items())}, sys.stdout)
