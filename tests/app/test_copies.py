"""Clips that are posted again, from their readings to the case file: flagged through the first one, one decision."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from opsec.app.scan_clip import scan_clip
from opsec.app.scan_session import ScanSession
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.matching.matcher import SiteIndex, build_site_index
from opsec.model import FrameHashes, Hint, ListedFinding, Post, PostFile, Reading, ReadPost, Result
from opsec.reports.scan_json import clip_record
from opsec.settings import Settings
from opsec.vision.copies.clip_hasher import ClipHasher
from opsec.vision.copies.packing import pack_hashes
from tests.casefile.made import digest
from tests.fixtures.records import RAN, make_site, position_hint
from tests.vision.copies.made_clips import MadeClip, drawn_scene, speaker
from tests.vision.copies.transformations import ORIGINAL, TRANSFORMATIONS, Transformation, frames

CAPTIONED, CROPPED = TRANSFORMATIONS[4], TRANSFORMATIONS[2]
INSIDE = position_hint(31.005, 42.005)


@cache
def film(take: int) -> MadeClip:
    wall = drawn_scene(np.random.default_rng(1))
    return speaker("speaker", wall, np.random.default_rng(take), 10, by_hand=False)


@cache
def hashes(take: int, how: Transformation = ORIGINAL) -> FrameHashes:
    hasher = ClipHasher()
    for at_s, gray in frames(film(take), how, np.random.default_rng(0)):
        hasher.add_frame(gray, at_s)
    found = hasher.finish()
    assert found is not None
    return pack_hashes(found)


def post(
    name: str, hashed: FrameHashes, *evidence: Hint, posted_at: str | None = None, content: str = "", url: str = ""
) -> ReadPost:
    hint = Hint(kind="features", family="VISUAL", reader="frame_hashes", field="pictures", hashes=hashed)
    facts = Post(posted_at=posted_at, url=url or None)
    reading = Reading(hints=(*evidence, hint), checks={**RAN, "landmarks": "ran"}, frames_read=80, post=facts)
    part = PostFile(role="media", path=name, sha256=digest(content or name), kind="mp4", reading=reading)
    return ReadPost(path=name, parts=(part,))


FIRST = post("first.mp4", hashes(1), INSIDE, posted_at="2026-11-01T10:00:00+03:00")
AGAIN = post("again.mp4", hashes(1, CAPTIONED), posted_at="2026-11-03T10:00:00+03:00")
CUT = post("cut.mp4", hashes(1, CROPPED), INSIDE, posted_at="2026-11-02T10:00:00+03:00")
OTHER = post("other.mp4", hashes(2), posted_at="2026-11-03T10:00:00+03:00")


@pytest.fixture(scope="module")
def ours() -> SiteIndex:
    return build_site_index([make_site()])


@pytest.fixture
def case(tmp_path: Path) -> Iterator[CaseFile]:
    with open_case(str(tmp_path / "case.db")) as opened:
        yield opened


def scanned(case: CaseFile, ours: SiteIndex, posts: Sequence[ReadPost]) -> dict[str, Result]:
    new_since = case.begin_scan(datetime.now(UTC))
    session = ScanSession(ours, Settings(), case, None, "readers-1", new_since=new_since)
    results = session.scan_posts(enumerate(posts), len(posts))
    case.finish_scan()
    return {result.clip.path: result for result in results}


def listed(case: CaseFile) -> dict[str, ListedFinding]:
    found = list_findings(case.transactions, FindingFilter(), datetime.now(UTC))
    return {one.posts[0].path: one for one in found}


def decide(case: CaseFile, fingerprint: str, *states: str) -> None:
    for state in states:
        case.decisions.decide([fingerprint], NewDecision(state=state, by="officer", why="seen"), datetime.now(UTC))  # type: ignore[arg-type]


def test_a_copy_without_evidence_is_flagged_through_the_first_one(case: CaseFile, ours: SiteIndex) -> None:
    found = scanned(case, ours, [FIRST, AGAIN, OTHER])
    (first,), (again,) = found["first.mp4"].findings, found["again.mp4"].findings
    assert found["other.mp4"].findings == ()
    assert (first.copy_of, again.copy_of) == (None, first.fingerprint)
    assert (again.rule, again.action, again.site) == (first.rule, first.action, first.site)
    assert again.likelihood == pytest.approx(first.likelihood)
    assert found["again.mp4"].verdict.action == found["first.mp4"].verdict.action
    (match,) = [one for one in found["again.mp4"].matches if one.id in again.match_ids and one.copy_of]
    assert first.number in match.why.en
    assert first.number in match.why.ar
    ((site, source),) = case.copies.sources(again.number)["again.mp4"].items()
    assert (site, source.fingerprint, source.name) == (first.site, first.fingerprint, first.number)
    (post_again,) = case.posts_of_finding(again.number, "readers-1")
    assert scan_clip(post_again, ours, Settings(), {site: source}).verdict == found["again.mp4"].verdict
    lines = [line for line in found["again.mp4"].verdict.contributions if line.family == "VISUAL"]
    assert [line.why for line in lines] == [match.why]


def test_a_copy_with_evidence_of_its_own_keeps_it_and_shares_the_decision(case: CaseFile, ours: SiteIndex) -> None:
    found = scanned(case, ours, [FIRST, CUT])
    (first,), (cut,) = found["first.mp4"].findings, found["cut.mp4"].findings
    assert cut.copy_of == first.fingerprint
    assert not any(match.copy_of for match in found["cut.mp4"].matches)
    decide(case, cut.fingerprint, "confirmed")
    assert {path: one.decision.state for path, one in listed(case).items()} == {
        "first.mp4": "confirmed",
        "cut.mp4": "confirmed",
    }


def test_the_order_of_the_posts_does_not_matter(ours: SiteIndex) -> None:
    seen = set()
    for order in permutations([FIRST, AGAIN, CUT, OTHER]):
        with open_case(":memory:") as kept_nowhere:
            found = scanned(kept_nowhere, ours, order)
        seen.add(tuple((path, repr(clip_record(found[path]))) for path in sorted(found)))
    assert len(seen) == 1


def test_a_second_scan_and_a_rematch_find_the_same_and_nothing_new(case: CaseFile, ours: SiteIndex) -> None:
    posts = [FIRST, AGAIN, CUT, OTHER]
    once = scanned(case, ours, posts)
    before = {path: one.first_seen_at for path, one in listed(case).items()}
    again = scanned(case, ours, list(case.posts("readers-1")))
    for path, result in again.items():
        assert [replace(one, is_new=True) for one in result.findings] == list(once[path].findings)
        assert not any(one.is_new for one in result.findings)
    assert {path: one.first_seen_at for path, one in listed(case).items()} == before


def test_a_copy_in_a_later_scan_reappears_after_the_removal(case: CaseFile, ours: SiteIndex) -> None:
    (first,) = scanned(case, ours, [FIRST])["first.mp4"].findings
    decide(case, first.fingerprint, "confirmed", "takedown_requested", "removed")
    found = scanned(case, ours, [AGAIN])
    (again,) = found["again.mp4"].findings
    assert (again.copy_of, again.state, again.is_new) == (first.fingerprint, "reappeared", True)
    assert {one.decision.state for one in listed(case).values()} == {"reappeared"}
    assert case.decisions.history(first.fingerprint)[-1].made_by == "opsec"
    decide(case, first.fingerprint, "takedown_requested", "removed")
    assert scanned(case, ours, [FIRST, AGAIN])["again.mp4"].findings[0].state == "removed"
    third = replace(AGAIN, path="third.mp4", parts=(replace(AGAIN.parts[0], path="third.mp4"),))
    assert scanned(case, ours, [third])["third.mp4"].findings[0].state == "reappeared"


def test_a_clip_scanned_before_its_original_is_flagged_when_the_original_comes(case: CaseFile, ours: SiteIndex) -> None:
    assert scanned(case, ours, [AGAIN, OTHER])["again.mp4"].findings == ()
    scanned(case, ours, [FIRST])
    found = listed(case)
    assert set(found) == {"first.mp4", "again.mp4"}
    assert found["again.mp4"].copy_of == found["first.mp4"].fingerprint


def test_the_same_bytes_without_the_evidence_are_a_further_post_of_the_finding(case: CaseFile, ours: SiteIndex) -> None:
    bare = post("bare.mp4", hashes(1), content="first.mp4")
    found = scanned(case, ours, [FIRST, bare])
    (first,), (same,) = found["first.mp4"].findings, found["bare.mp4"].findings
    assert (same.fingerprint, same.copy_of) == (first.fingerprint, None)
    assert len(listed(case)["first.mp4"].posts) == 2


def test_a_finding_through_a_copy_goes_with_the_original(case: CaseFile, ours: SiteIndex) -> None:
    scanned(case, ours, [FIRST, AGAIN])
    harmless = build_site_index([make_site(fences=())])
    found = scanned(case, harmless, [FIRST, AGAIN])
    assert [result.findings for result in found.values()] == [(), ()]
    assert listed(case) == {}


def test_of_three_the_one_posted_first_is_the_original(case: CaseFile, ours: SiteIndex) -> None:
    early = post("early.mp4", hashes(1, TRANSFORMATIONS[3]), INSIDE, posted_at="2026-10-01T10:00:00+03:00")
    found = scanned(case, ours, [FIRST, CUT, early])
    (first,) = found["early.mp4"].findings
    assert first.copy_of is None
    assert {found[name].findings[0].copy_of for name in ("first.mp4", "cut.mp4")} == {first.fingerprint}


@pytest.mark.parametrize("frames_text", ["", "?", "AAAA", "A" * 6_000])
def test_damaged_hashes_of_a_hostile_process_recognise_nothing(
    case: CaseFile, ours: SiteIndex, frames_text: str
) -> None:
    hostile = post("hostile.mp4", FrameHashes(frames_text, 0.125, ""), INSIDE)
    found = scanned(case, ours, [hostile, FIRST, AGAIN])
    assert found["hostile.mp4"].findings[0].copy_of is None
    assert found["again.mp4"].findings[0].copy_of == found["first.mp4"].findings[0].fingerprint


def test_the_hint_of_the_hashes_is_in_no_result(case: CaseFile, ours: SiteIndex) -> None:
    record = clip_record(scanned(case, ours, [FIRST])["first.mp4"])
    assert "hashes" not in repr(record)
