"""Chance rates on ordinary posts: ``python -m tests.benchmarks ordinary-posts [--n 20000] [--seed 1] [--show]``.

Each made post (``ordinary_posts``) is scanned as a caption with the bundled example sites, with 200 made sites, and
with the gazetteer of the shared corpus where it is available. None of the posts shows a site, so every flag and every
review is a false alarm.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from opsec.app.scan_clip import scan_clip
from opsec.matching.matcher import SiteIndex, build_site_index
from opsec.model import ListedPost, Post, ReadPost, Result, Site
from opsec.settings import Settings
from opsec.sites.load import load_sites
from tests.benchmarks.corpus.metadata import shared_folder
from tests.benchmarks.names.made_sites import made_sites
from tests.benchmarks.names.names import load_gazetteer
from tests.benchmarks.names.ordinary_posts import ordinary_posts

EXAMPLE_SITES = Path(__file__).parents[3] / "geofences"
SILENT = "nothing_found"


def false_alarms(posts: Sequence[str], ours: SiteIndex) -> Iterator[tuple[str, Result]]:
    """Yield the posts with any action but "nothing found", with their results."""
    settings = Settings()
    for text in posts:
        post = ReadPost(path="-", parts=(), listed=ListedPost(Post(caption=text)))
        result = scan_clip(post, ours, settings)
        if result.verdict.action != SILENT:
            yield text, result


def report(title: str, posts: Sequence[str], ours: SiteIndex, *, show: bool) -> Iterator[str]:
    """Yield the counts of one set of sites, and each false alarm with what met."""
    began = time.process_time()
    alarms = list(false_alarms(posts, ours))
    took_s = time.process_time() - began
    actions = Counter(result.verdict.action for _text, result in alarms)
    flags = actions["act_now"] + actions["act_today"]
    yield (
        f"{title}: {len(posts):,} posts, {len(ours.sites)} sites: {flags} flags "
        f"({actions['act_now']} act now), {actions['review']} reviews, {actions['watch']} watch; {took_s:.0f} s"
    )
    for text, result in sorted(alarms, key=lambda alarm: alarm[1].verdict.action) if show else ():
        matches = "; ".join(f"{one.rule} {one.grade} {one.site}: {one.why.en}" for one in result.matches)
        yield f"  {result.verdict.action}  {text!r}\n      {matches}"


def main() -> int:
    """Run the measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=20_000, help="number of posts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print each false alarm")
    parser.add_argument("--sites", type=Path, help="folder of sites to measure instead")
    parser.add_argument("--shared", help="folder that contains corpus/text")
    wanted = parser.parse_args()
    posts = list(ordinary_posts(wanted.n, wanted.seed))
    for title, sites in _site_sets(wanted.sites, wanted.shared):
        for line in report(title, posts, build_site_index(sites), show=wanted.show):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    return 0


def _site_sets(folder: Path | None, shared: str | None) -> Iterator[tuple[str, Sequence[Site]]]:
    if folder is not None:
        yield str(folder), load_sites(folder, Settings().home)
        return
    yield "example sites", load_sites(EXAMPLE_SITES, Settings().home)
    yield "made sites", made_sites(200, seed=1)
    corpus = shared_folder(shared)
    if corpus is not None:
        yield "gazetteer of the shared corpus", load_gazetteer(corpus / "corpus" / "text" / "gazetteer.json")
