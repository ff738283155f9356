"""Growth: what more sites, names, landmark photos and stored clips cost, in CPU seconds of this process."""

import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from opsec.app.scan_clip import scan_clip
from opsec.casefile.case_file import open_case
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.casefile.iso_week import Week
from opsec.matching.landmarks.enrolment import enrol
from opsec.matching.landmarks.recogniser import LandmarkRecogniser
from opsec.matching.matcher import build_site_index
from opsec.model import Hint, ListedPost, Post, ReadPost
from opsec.settings import Settings
from opsec.sites.load import load_sites
from tests.benchmarks.casefile.decisions import fill_case
from tests.benchmarks.landmarks.cost import recogniser_of
from tests.benchmarks.speed.measures import Figure, cpu_s, peak_mib
from tests.benchmarks.speed.whole import write_captions, write_sites
from tests.casefile.made import AT
from tests.matching.landmarks.drawn import frame_hint, wall
from tests.matching.landmarks.scenes import photographed_from, place

CAPTIONS = 1_000
_PHOTOS_A_LANDMARK = 10
_DRAWN = 12
_VIEWS = ((0.0, 1.0, 1.0), (-50.0, 1.3, 1.2), (50.0, 1.2, 0.9))


def measure_growth(work: Path, steps: Sequence[int]) -> Iterator[Figure]:
    """Yield the figures of every step, such as 10, 100, 1,000."""
    posts = _caption_posts(work)
    for count in steps:
        yield from _sites(f"{count:,} sites", write_sites(work / f"sites{count}", count, 2 * count), posts)
    for count in steps:
        yield from _sites(f"{count:,} names", write_sites(work / f"names{count}", min(10, count), count), posts)
    yield from _photos(steps)
    for count in (10 * one for one in steps):
        yield from _stored_clips(work / f"case{count}.db", count)


def _caption_posts(work: Path) -> list[ReadPost]:
    rows = write_captions(work / "growth.jsonl", CAPTIONS).read_text("utf-8").splitlines()
    captions = [json.loads(row)["caption"] for row in rows]
    return [
        ReadPost(path=f"list#{number}", parts=(), listed=ListedPost(Post(caption=text)))
        for number, text in enumerate(captions)
    ]


def _sites(of: str, folder: Path, posts: Sequence[ReadPost]) -> Iterator[Figure]:
    settings, began = Settings(), time.process_time()
    sites = load_sites(folder, settings.home)
    loaded = time.process_time()
    index = build_site_index(sites)
    yield Figure("load", loaded - began, "s", of)
    yield Figure("index", time.process_time() - loaded, "s", of)
    scan_clip(posts[0], index, settings)
    spent = cpu_s(lambda: [scan_clip(post, index, settings) for post in posts])
    yield Figure("match and judge a caption", 1e3 * spent / len(posts), "ms", of)


def _photos(steps: Sequence[int]) -> Iterator[Figure]:
    drawn = [
        enrol(photographed_from(place(number), *_VIEWS[view % len(_VIEWS)]))
        for number in range(_DRAWN)
        for view in range(_PHOTOS_A_LANDMARK)
    ]
    unknown = [frame_hint(wall(90 + number)) for number in range(3)]
    for count in steps:
        of, before = f"{count:,} photos", peak_mib()
        recogniser = recogniser_of(max(1, count // _PHOTOS_A_LANDMARK), _PHOTOS_A_LANDMARK, drawn)
        yield Figure("build the landmark index", _search_s(recogniser, unknown[:1]), "s", of)
        spent = _search_s(recogniser, unknown)
        yield Figure("search a frame", 1e3 * spent / len(unknown), "ms", of)
        yield Figure("memory added", max(0.0, peak_mib() - before), "MiB", of)


def _search_s(recogniser: LandmarkRecogniser, hints: Sequence[Hint]) -> float:
    return cpu_s(lambda: [recogniser.recognise([hint], "ran") for hint in hints])


def _stored_clips(file: Path, count: int) -> Iterator[Figure]:
    of = f"{count:,} findings"
    with open_case(str(file)) as case:
        fill_case(case, count)
        week = Week.of(AT)
        yield Figure("sum up a week", cpu_s(lambda: case.exposure(week, datetime.now(UTC))), "s", of)
        listed = FindingFilter(site="H-02", only_new=True)
        yield Figure(
            "list new findings of a site", cpu_s(lambda: list_findings(case.transactions, listed, AT)), "s", of
        )
