"""What a case file keeps about one clip: by the key of a post or the number of a finding, with copies and history."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.clip_record import MAX_CHANGES, MAX_OTHER_POSTS, ClipRecord, clip_record
from opsec.casefile.decisions import NewDecision
from opsec.errors import CaseError, UsageError
from tests.casefile.made import AT, READERS, SITE_CODES, Judged, a_finding, a_post, a_result, digest


@pytest.fixture
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseFile]:
    with open_case(str(tmp_path_factory.mktemp("case") / "case.db")) as opened:
        yield opened


def store(case: CaseFile, name: str, *, content: str | None = None, at: datetime = AT) -> str:
    """Store a post with one finding; return its fingerprint, which all posts of the content share."""
    post, finding = a_post(name, content=content or name), a_finding(content or name)
    case.save(
        post,
        a_result(post, Judged(findings=[finding])),
        readers_version=READERS,
        site_codes=SITE_CODES,
        settings_sha256=digest("settings"),
        sites_sha256=digest("sites"),
        at=at,
    )
    return finding.fingerprint


def record(case: CaseFile, given: str) -> ClipRecord:
    return clip_record(case.transactions, given, AT)


def test_a_finding_names_its_first_post_and_a_key_any_post(case: CaseFile) -> None:
    fingerprint = store(case, "late.mp4", content="clip", at=AT + timedelta(hours=1))
    store(case, "early.mp4", content="clip")
    first = record(case, fingerprint)
    assert first.path == "posts/early.mp4"
    assert (first.same_clip.count, [one.path for one in first.same_clip.shown]) == (1, ["posts/late.mp4"])
    (other,) = first.same_clip.shown
    assert record(case, other.key).path == "posts/late.mp4"
    number = first.findings[fingerprint].number
    assert record(case, number) == first
    assert first.sites == {fingerprint: "falcon-camp"}
    assert first.site_codes == {"falcon-camp": "F-07"}
    post = case.post(first.key, READERS)
    assert post is not None
    assert post.path == "posts/early.mp4"


def test_copies_share_the_history_and_link_to_each_other(case: CaseFile) -> None:
    first, copy = store(case, "first.mp4"), store(case, "copy.mp4")
    store(case, "other.mp4")
    case.decisions.link_copy(copy, first, AT)
    case.decisions.decide([copy], NewDecision(state="confirmed", by="Salim", why="gate"), AT)
    one, two = record(case, first), record(case, copy)
    assert one.history == two.history
    assert [(change.made_by, change.to_state) for change in one.history.changes] == [("Salim", "confirmed")]
    assert [post.path for post in one.copies.shown] == ["posts/copy.mp4"]
    assert [post.path for post in two.copies.shown] == ["posts/first.mp4"]
    assert two.copies.shown[0].number == one.findings[first].number
    assert one.same_clip.count == 0


def test_posts_and_changes_beyond_the_bounds_are_counted(case: CaseFile) -> None:
    for number in range(MAX_OTHER_POSTS + 3):
        fingerprint = store(case, f"{number}.mp4", content="clip", at=AT + timedelta(minutes=number))
    for number in range(MAX_CHANGES + 2):
        state = "open" if number % 2 else "confirmed"
        case.decisions.decide([fingerprint], NewDecision(state=state, by="x", why=str(number)), AT)  # type: ignore[arg-type]
    found = record(case, fingerprint)
    assert (found.same_clip.count, len(found.same_clip.shown)) == (MAX_OTHER_POSTS + 2, MAX_OTHER_POSTS)
    assert (found.history.count, len(found.history.changes)) == (MAX_CHANGES + 2, MAX_CHANGES)
    assert [change.why for change in found.history.changes][-1] == str(MAX_CHANGES + 1)
    sequence = [change.seq for change in found.history.changes]
    assert sequence == sorted(sequence)


@pytest.mark.parametrize("given", ["0" * 64, "0" * 10, "", "zz", "' OR 1=1 --"])
def test_what_names_no_post_is_refused(case: CaseFile, given: str) -> None:
    store(case, "a.mp4")
    with pytest.raises(UsageError):
        record(case, given)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE posts SET first_seen_at = 'soon'",
        "UPDATE posts SET purged_at = '2026-13-01T00:00:00+00:00'",
        "UPDATE findings SET copied = '[1]'",
        "INSERT INTO decisions (fingerprint, made_at, made_by, from_state, to_state, in_fence) "
        "SELECT fingerprint, '2026-11-18T12:00:00+00:00', 'x', 'open', 'perhaps', 0 FROM findings",
        "INSERT INTO decisions (fingerprint, made_at, made_by, from_state, to_state, in_fence) "
        "SELECT fingerprint, 'then', 'x', 'open', 'confirmed', 0 FROM findings",
    ],
)
def test_a_damaged_row_gives_no_record(case: CaseFile, damage: str) -> None:
    fingerprint = store(case, "a.mp4")
    with case.transactions.write() as connection:
        connection.exec_driver_sql(damage)
    with pytest.raises(CaseError):
        record(case, fingerprint)


def test_a_purged_post_keeps_its_record(case: CaseFile) -> None:
    fingerprint = store(case, "a.mp4")
    now = datetime.now(UTC)
    case.decisions.decide([fingerprint], NewDecision(state="dismissed", by="Salim", why="film"), now)
    from opsec.casefile.purging import purge

    purge(case.transactions, now + timedelta(days=1), at=now)
    found = record(case, fingerprint)
    assert found.purged_at is not None
    assert found.history.count == 1
    assert case.post(found.key, READERS) is None
