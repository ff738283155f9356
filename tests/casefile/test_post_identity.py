"""A later scan of a post replaces the earlier one; two similar posts stay distinct."""

import sqlite3
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from opsec.casefile.case_file import open_case
from opsec.casefile.post_identity import IdentityResolver, content_id, identity, incomplete_identities, is_complete
from opsec.casefile.schema import findings
from opsec.casefile.schema import posts as posts_table
from opsec.i18n.reasons import make_reason
from opsec.model import ListedPost, Post, PostFile, Reading, ReadPost
from tests.casefile.made import AT, READERS, Judged, a_finding, a_post, digest, keep, unopened

LATER = AT + timedelta(days=9)
Kept = list[tuple[str, str | None]]


def _scans(path: Path, *scans: Sequence[ReadPost]) -> Kept:
    """Path and caption of each post stored after these scans in sequence."""
    for number, posts in enumerate(scans):
        with open_case(str(path)) as case:
            for post in posts:
                keep(case, post, at=AT + timedelta(days=number))
    with open_case(str(path)) as case:
        return [(post.path, _caption(post)) for post in case.posts(READERS)]


def _caption(post: ReadPost) -> str | None:
    facts_of_parts = [post.listed.post if post.listed else None, *(part.reading.post for part in post.parts[1:])]
    return next((facts.caption for facts in facts_of_parts if facts and facts.caption), None)


def _beside(caption: str | None = None, url: str | None = None) -> Reading:
    return Reading(post=Post(caption=caption, url=url))


def _clip(caption: str | None = None, url: str | None = None, folder: str = "posts", name: str = "y.mp4") -> ReadPost:
    """A clip with its sidecar, whose bytes depend on the caption."""
    post = a_post(name, folder=folder, content="the same bytes", reading=Reading(), sidecar=_beside(caption, url))
    media, sidecar = post.parts
    return replace(post, parts=(media, replace(sidecar, sha256=digest(f"{caption} {url}"))))


def _alone(caption: str, url: str | None = None, path: str = "posts/y.mp4.info.json") -> ReadPost:
    reading = _beside(caption, url)
    part = PostFile(role="sidecar", path=path, sha256=digest(f"{caption} {url}"), kind="info_json", reading=reading)
    return ReadPost(path=path, parts=(part,))


def _row(number: int, media: str | None = None, folder: str = "posts", **facts: str) -> ReadPost:
    return ReadPost(
        path=f"{folder}/list.csv#{number}",
        parts=(),
        listed=ListedPost(Post(source="list", **facts), media),  # type: ignore[arg-type]
        reasons=(make_reason("media_missing", media=media),) if media else (),
    )


# ── the same post ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_clip("Falcon Camp"), _clip("all quiet")),
        (_clip("Falcon Camp", "u1"), _clip("all quiet", "u1")),
        (_clip("Falcon Camp", "u1"), _clip("all quiet", "u1", folder="moved")),
        (_clip("words"), _clip("words", "u1")),
        (_clip("words", "u1"), _clip("words", "u1?share=7")),
        (_clip("words", "u1"), a_post("y.mp4", content="the same bytes", reading=Reading())),
        (a_post("y.mp4", content="the same bytes", reading=Reading()), _clip("words", "u1")),
        (unopened(_clip()), _clip("words", "u1")),
        (_alone("Falcon Camp", "u1"), _alone("all quiet", "u1")),
        (_alone("Falcon Camp"), _alone("all quiet")),
        (_alone("words", "u1"), _clip("words", "u1")),
        (_row(1, url="u1", caption="Falcon Camp"), _row(1, url="u1", caption="all quiet")),
        (_row(1, url="u1", caption="a"), _row(1, url="u1", caption="a", posted_at="2026-11-16")),
        (_row(1, url="u1", caption="a"), _row(2, url="u1", caption="a", author="x")),
        (_row(1, caption="a"), _row(7, caption="a", posted_at="2026-11-16")),
        (_row(1, caption="a"), _row(1, caption="a", folder="moved")),
        (_row(1, "y.mp4", url="u1", caption="a"), _row(1, "y.mp4", url="u1", caption="b")),
    ],
)
def test_a_later_scan_replaces_the_earlier_one(path: Path, before: ReadPost, after: ReadPost) -> None:
    assert _scans(path, [before], [after]) == [(after.path, _caption(after))]
    assert _first_seen(path) == [AT.strftime("%Y-%m-%dT%H:%M:%S.%fZ")]


def test_a_row_is_merged_with_its_media_file_once_that_is_found(path: Path) -> None:
    lacking = _row(3, "y.mp4", url="u1", caption="before")
    there = replace(_clip(), listed=ListedPost(Post(source="list", url="u1", caption="after"), "y.mp4"))
    assert _scans(path, [lacking], [there]) == [("posts/y.mp4", "after")]


def test_findings_are_removed_with_the_text_they_came_from(path: Path) -> None:
    with open_case(str(path)) as case:
        keep(case, _clip("Falcon Camp"), Judged(findings=[a_finding("y"), a_finding("y", site="heron-depot")]))
    with open_case(str(path)) as case:
        keep(case, _clip("Heron Depot"), Judged(findings=[a_finding("y", site="heron-depot")]), at=LATER)
    found = _ask(path, "SELECT site, first_seen_at < last_seen_at FROM findings")
    assert found == [("heron-depot", 1)]


# ── two posts ─────────────────────────────────────────────────────────────────────────────────
TWO = [
    (_clip("a", "u1"), _clip("b", "u2", folder="elsewhere")),
    (_clip("a"), _clip("b", name="z.mp4")),
    (_clip("a"), a_post("y.mp4", content="other bytes")),
    (_row(1, url="u1", caption="a"), _row(2, url="u2", caption="a")),
    (_row(1, caption="a"), _row(2, caption="b")),
    (_row(1, "y.mp4", url="u1"), _row(2, "z.mp4", url="u1")),
    (unopened(_clip()), unopened(_clip(folder="elsewhere"))),
    (_alone("a", "u1"), _alone("b", "u2", path="posts/z.info.json")),
    (_alone("a"), _row(1, caption="a")),
]
ALIKE = [
    (_clip("a"), _clip("b", folder="elsewhere")),
    (_clip("a", "u1"), _clip("b", "u1", folder="elsewhere")),
    (_row(1, url="u1", caption="a"), _row(2, url="u1", caption="b")),
    (_row(1, caption="a"), _row(2, caption="a")),
    (_row(1, caption="a"), _row(1, caption="a", folder="elsewhere")),
]
"""Only their presence in one scan distinguishes these from one post that was moved or edited."""


def _both(two: Sequence[ReadPost]) -> Kept:
    return sorted(((post.path, _caption(post)) for post in two), key=repr)


@pytest.mark.parametrize("two", TWO)
def test_two_posts_stay_distinct_in_one_scan_and_in_two(path: Path, two: tuple[ReadPost, ReadPost]) -> None:
    assert sorted(_scans(path, two[:1], two[1:], two), key=repr) == _both(two)


@pytest.mark.parametrize("two", [*TWO, *ALIKE])
def test_posts_of_one_scan_are_never_merged_in_any_order(path: Path, two: tuple[ReadPost, ReadPost]) -> None:
    assert sorted(_scans(path, two, two[::-1], two), key=repr) == _both(two)


def test_rows_with_one_url_may_be_edited_and_moved_down(path: Path) -> None:
    rows = [_row(number, url="channel", caption=f"words {number}") for number in range(1, 13)]
    edited = [
        _row(1, url="channel", caption="a new one"),
        *(_row(number + 1, url="channel", caption=f"edited {number}") for number in range(1, 13)),
    ]
    assert sorted(_scans(path, rows, edited), key=repr) == _both(edited)


EVERY = [post for two in [*TWO, *ALIKE] for post in two]


@settings(max_examples=40)
@given(st.lists(st.sampled_from(EVERY), max_size=8, unique_by=lambda post: post.path))
def test_matching_again_does_not_change_the_stored_posts(posts: list[ReadPost]) -> None:
    with open_case(":memory:") as case:
        for post in posts:
            keep(case, post)
        kept = list(case.posts(READERS))
        assert sorted(post.path for post in kept) == sorted(post.path for post in posts)
        for post in kept:
            keep(case, post, at=LATER)
        assert list(case.posts(READERS)) == kept


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from(EVERY), max_size=8, unique_by=lambda post: post.path), min_size=2, max_size=3))
def test_posts_saved_together_are_stored_as_one_by_one(scans: list[list[ReadPost]]) -> None:
    # the number of a finding comes from a secret of its case
    of_findings = select(*(column for column in findings.c if column.name != "number")).order_by("post_key")
    stored: list[list[object]] = []
    for together in (False, True):
        with open_case(":memory:") as case:
            for number, posts in enumerate(scans):
                with case.saving_together(posts) if together else nullcontext():
                    for post in posts:
                        judged = Judged(findings=() if number else (a_finding(post.path),))
                        keep(case, post, judged, at=AT + timedelta(days=number))
                case._identities = IdentityResolver()  # as the next scan begins
            with case.transactions.read() as connection:
                tables = (select(posts_table).order_by("key"), of_findings)
                stored.append([tuple(row) for table in tables for row in connection.execute(table)])
    assert stored[0] == stored[1]


def test_saving_during_iteration_in_another_session_loses_no_post(path: Path) -> None:
    rows = [_row(number, url="channel", caption=f"words {number}") for number in range(1, 120)]
    _scans(path, rows)
    with open_case(str(path)) as case:
        walked = []
        for post in case.posts(READERS):
            keep(case, post, at=LATER)
            walked.append(post)
        assert sorted(post.path for post in walked) == sorted(post.path for post in rows)
        assert list(case.posts(READERS)) == walked


def test_a_row_in_an_older_format_is_replaced_without_conflict(path: Path) -> None:
    _scans(path, [_clip("a", "u1"), _row(1, caption="a")])
    connection = sqlite3.connect(path)
    connection.execute("UPDATE posts SET stands_for = 'older form', key = 'older ' || path")
    connection.commit()
    connection.close()
    assert _scans(path, [_clip("b", "u1")]) == [("posts/list.csv#1", "a"), ("posts/y.mp4", "b")]


# ── identity of a post ────────────────────────────────────────────────────────────────────────
def test_file_order_does_not_change_the_identity() -> None:
    post = _clip("a", "u1")
    assert identity(replace(post, parts=post.parts[::-1])) == identity(post)


def test_identities_are_distinct() -> None:
    posts = [post for two in TWO for post in two]
    assert len({identity(post) for post in posts}) == len({repr(post) for post in posts})


def test_a_clip_is_identified_by_its_media_file_and_a_post_without_one_by_itself() -> None:
    assert content_id(_clip(), "key") == digest("the same bytes")
    assert content_id(_row(1, caption="a"), "key") == "key"
    assert content_id(unopened(_clip()), "key") == "key"


def test_a_post_with_a_missing_file_is_incomplete() -> None:
    assert is_complete(_clip())
    assert not is_complete(unopened(_clip()))
    assert not is_complete(_row(1, "y.mp4"))
    assert incomplete_identities(unopened(_clip())) == incomplete_identities(_row(1, "y.mp4")) == []
    assert identity(unopened(_clip())) in incomplete_identities(_clip())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "case.db"


def _first_seen(path: Path) -> list[str]:
    return [str(row[0]) for row in _ask(path, "SELECT first_seen_at FROM posts")]


def _ask(path: Path, question: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()
