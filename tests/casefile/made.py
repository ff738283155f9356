"""Posts and results made by hand for the tests of the case file. No site, name or place in them exists."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from opsec.casefile.case_file import CaseFile
from opsec.i18n.reasons import make_reason
from opsec.model import (
    Action,
    Claim,
    Clip,
    Coverage,
    CoverageStatus,
    Finding,
    Hint,
    ListedPost,
    Point,
    Post,
    PostFile,
    Reading,
    ReadPost,
    Reason,
    Result,
    SiteCoverage,
    Verdict,
)

READERS = "readers-1"
SITE_CODES = {"falcon-camp": "F-07", "heron-depot": "H-02"}
AT = datetime(2026, 11, 18, 12, tzinfo=UTC)
"""A Wednesday, in the week 2026-W47 whatever the time zone."""


def digest(text: str) -> str:
    """A SHA-256 for some content."""
    return hashlib.sha256(text.encode()).hexdigest()


def a_reading(text: str = "guard change", *, lat: float = 33.25, reasons: tuple[Reason, ...] = ()) -> Reading:
    """What a reader might find in one clip."""
    position = Hint(
        kind="position", family="META", reader="boxes", field="moov/udta/©xyz", point=Point(lat, 44.5), accuracy_m=5.0
    )
    caption = Hint(kind="text", family="TEXT", reader="words", field="caption", text=text, at_s=0.0)
    return Reading(
        status="partly" if reasons else "read",
        reasons=reasons,
        checks={"metadata": "ran", "caption": "ran"},
        claim=Claim(12.5, 1920, 1080),
        hints=(position, caption),
        post=Post(author="somebody", caption=text, posted_at="2026-11-17T08:00:00+03:00"),
    )


def a_post(
    name: str = "gate.mp4",
    *,
    folder: str = "posts",
    content: str | None = None,
    reading: Reading | None = None,
    sidecar: Reading | None = None,
    listed: ListedPost | None = None,
) -> ReadPost:
    """A clip with its content named by a word (default: its name), and perhaps a sidecar."""
    path = f"{folder}/{name}"
    parts = [
        PostFile(
            role="media", path=path, sha256=digest(content or name), kind="mp4", reading=reading or a_reading(name)
        )
    ]
    if sidecar is not None:
        parts.append(
            PostFile(role="sidecar", path=f"{path}.info.json", sha256=digest(path), kind="info_json", reading=sidecar)
        )
    return ReadPost(path=path, parts=tuple(parts), listed=listed)


def unopened(post: ReadPost) -> ReadPost:
    """The post as it is read when its media file cannot be opened."""
    unread = Reading(status="unread", reasons=(make_reason("no_permission"),))
    return replace(post, parts=(replace(post.parts[0], sha256=None, kind=None, reading=unread),))


def a_finding(
    name: str,
    action: Action = "act_today",
    *,
    site: str = "falcon-camp",
    severity: float = 0.5,
    likelihood: float = 0.9,
) -> Finding:
    """One finding; two with the same name and site are the same."""
    return Finding(
        likelihood=likelihood,
        fingerprint=digest(f"{name}/{site}"),
        rule="GPS-IN-FENCE",
        site=site,
        severity=severity,
        match_ids=("m1",),
        action=action,
    )


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The fields of a result that the case file stores."""

    status: CoverageStatus = "read"
    reasons: tuple[Reason, ...] = ()
    likelihood: float = 0.9
    findings: Sequence[Finding] = field(default_factory=tuple)
    shown: tuple[SiteCoverage, ...] = ()
    post: Post = field(default_factory=Post)


def a_result(post: ReadPost, judged: Judged) -> Result:
    """A result of this post."""
    found = judged.findings[0] if judged.findings else None
    return Result(
        clip=Clip(
            path=post.path,
            sha256=post.parts[0].sha256 if post.parts else None,
            post=judged.post,
            coverage=Coverage(status=judged.status, reasons=judged.reasons, checks={}),
            hints=(),
        ),
        matches=(),
        verdict=Verdict(
            action=found.action if found else "nothing_found",
            site=found.site if found else None,
            likelihood=judged.likelihood,
            confidence="high",
            severity=found.severity if found else 0.0,
        ),
        findings=tuple(judged.findings),
        site_coverage=judged.shown,
    )


def keep(
    case: CaseFile, post: ReadPost, judged: Judged | None = None, *, at: datetime = AT, readers: str = READERS
) -> None:
    """Store a post as a scan does."""
    case.save(
        post,
        a_result(post, judged or Judged()),
        readers_version=readers,
        site_codes=SITE_CODES,
        settings_sha256=digest("settings"),
        sites_sha256=digest("sites"),
        at=at,
    )
