"""Copies of clips in an open case file: hashes of frames, findings that copies may be taken from, and their links."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from opsec.casefile.decided_findings import DECIDED_FINDINGS, DECISION_COLUMNS, decision_of, known_findings
from opsec.casefile.decisions import Decisions, note_reappearance
from opsec.casefile.schema import findings, frame_hashes, posts
from opsec.casefile.serialisation import local_date, pack, unpack, utc_text
from opsec.casefile.transactions import Transactions
from opsec.model import FLAGGING, FrameHashes, Grade, KnownFinding, Match, Result

_PAGE = 500
_ADD = insert(frame_hashes)
_CHANGE = update(frame_hashes).where(frame_hashes.c.sha256 == bindparam("this_sha256"))
_THERE = select(frame_hashes.c.sha256).where(frame_hashes.c.sha256 == bindparam("this_sha256"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedPost:
    """A finding of one post that rests on evidence of its own: a copy of its clip is flagged through it."""

    fingerprint: str
    number: str
    site: str
    rule: str
    grade: Grade
    likelihood: float
    sha256: str
    """Of the medium."""
    path: str
    posted_at: str | None
    first_seen_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopySource:
    """What a finding that rests on the recognition of a copy was taken from."""

    fingerprint: str
    rule: str
    grade: Grade
    likelihood: float
    name: str
    """Number of the finding, or path of the post where numbers mean nothing."""

    def to_json(self) -> str:
        """Return the text for the row."""
        record = [self.fingerprint, self.rule, self.grade, self.likelihood, self.name]
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "CopySource":
        """Return the source that a row names.

        Raises
        ------
        ValueError
            The row is damaged.
        """
        try:
            fingerprint, rule, grade, likelihood, name = json.loads(text)
            if grade not in get_args(Grade):
                raise ValueError(grade)
            return cls(
                fingerprint=str(fingerprint), rule=str(rule), grade=grade, likelihood=float(likelihood), name=str(name)
            )
        except (TypeError, json.JSONDecodeError) as error:
            raise ValueError(str(error)) from error


def write_hashes(connection: Connection, sha256: str, hashes: FrameHashes) -> None:
    """Write the hashes of a clip in place of those of earlier readers."""
    if connection.scalar(_THERE, {"this_sha256": sha256}) is None:
        connection.execute(_ADD, {"sha256": sha256, "hashes": pack(hashes)})
    else:
        connection.execute(_CHANGE, {"this_sha256": sha256, "hashes": pack(hashes)})


def copy_match(result: Result, site: str) -> Match | None:
    """Return the match by which a result takes the finding of another clip for a site, if it does."""
    return next((match for match in result.matches if match.site == site and match.copy_of is not None), None)


class Copies:
    """The copies of one case file. Every method raises ``CaseError`` for trouble with the file."""

    def __init__(self, transactions: Transactions, decisions: Decisions) -> None:
        self._transactions = transactions
        self._decisions = decisions

    # ── what is known ─────────────────────────────────────────────────────────────────────────
    def flagged_posts(self) -> list[FlaggedPost]:
        """Return the flagged findings of posts with media that rest on evidence of their own, ordered by their keys."""
        columns = (
            findings.c.fingerprint, findings.c.number, findings.c.site, findings.c.rule, findings.c.action,
            findings.c.likelihood, findings.c.first_seen_at, posts.c.content_id, posts.c.path, posts.c.posted_at,
        )  # fmt: skip
        wanted = (
            select(*columns)
            .join(posts, posts.c.key == findings.c.post_key)
            .where(
                findings.c.copied.is_(None),
                findings.c.action.in_(sorted(FLAGGING)),
                posts.c.content_id != posts.c.key,
            )
            .order_by(findings.c.fingerprint, posts.c.key)
        )
        with self._transactions.read() as connection:
            return [_flagged(row) for row in connection.execute(wanted)]

    def hashes(self, clips: Collection[str] | None = None) -> Iterator[tuple[str, FrameHashes]]:
        """Yield the hashes of clips, all by default, by their SHA-256 in ascending order."""
        names = sorted(clips) if clips is not None else self._names()
        for first in range(0, len(names), _PAGE):
            wanted = select(frame_hashes).where(frame_hashes.c.sha256.in_(names[first : first + _PAGE]))
            with self._transactions.read() as connection:
                rows = connection.execute(wanted.order_by(frame_hashes.c.sha256)).all()
            for row in rows:
                with self._transactions.checked():
                    hashes = unpack(FrameHashes, row.hashes)
                yield row.sha256, hashes

    def _names(self) -> list[str]:
        with self._transactions.read() as connection:
            return list(connection.scalars(select(frame_hashes.c.sha256).order_by(frame_hashes.c.sha256)))

    def sources(self, given: str) -> dict[str, dict[str, CopySource]]:
        """Return the findings from which the posts of a finding were flagged as copies: path → site → source."""
        wanted = (
            select(posts.c.path, findings.c.site, findings.c.copied)
            .join(posts, posts.c.key == findings.c.post_key)
            .where(findings.c.fingerprint == self._decisions.find(given), findings.c.copied.is_not(None))
        )
        with self._transactions.read() as connection, self._transactions.checked():
            rows = connection.execute(wanted).all()
            return {row.path: {row.site: CopySource.from_json(row.copied)} for row in rows}

    def known(self, path: str, sha256: str, at: datetime, *, numbered: bool) -> dict[str, KnownFinding]:
        """Return what is known of the findings of the post of a clip at a path, by fingerprint.

        Parameters
        ----------
        path, sha256
            Of the post and its medium.
        at
            Time at which decisions are to be in force.
        numbered
            As for ``known_findings``.
        """
        wanted = select(posts.c.key).where(posts.c.path == path, posts.c.content_id == sha256)
        found: dict[str, KnownFinding] = {}
        with self._transactions.read() as connection, self._transactions.checked():
            for key in connection.scalars(wanted.order_by(posts.c.last_seen_at, posts.c.key)).all():
                found |= known_findings(connection, key, local_date(at), numbered=numbered)
        return found

    # ── changes ───────────────────────────────────────────────────────────────────────────────
    def link(self, pairs: Iterable[tuple[str, str]], at: datetime) -> None:
        """Let findings of copies share the decisions about the first one: fingerprints of the copy and of the first."""
        for fingerprint, copy_of in pairs:
            self._decisions.link_copy(fingerprint, copy_of, at)

    def note_reappearances(self, new_since: str, at: datetime) -> None:
        """Record the reappearance of clips whose case had ended before a new copy of them was found in this scan."""
        today = local_date(at)
        wanted = select(findings.c.fingerprint, findings.c.first_seen_at, *DECISION_COLUMNS)
        wanted = wanted.select_from(DECIDED_FINDINGS).where(
            findings.c.copied.is_not(None), findings.c.first_seen_at >= new_since
        )
        with self._transactions.write() as connection:
            rows = connection.execute(wanted.order_by(findings.c.fingerprint)).all()
            for row in rows:
                decided_at = decision_of(row, today).decided_at
                if decided_at is not None and decided_at < row.first_seen_at:
                    note_reappearance(connection, row.fingerprint, at=utc_text(at), today=today)

    def forget_outdated(self, new_since: str) -> None:
        """Delete findings of copies in posts that this scan has seen, but in which it did not find the copy again."""
        seen = select(posts.c.key).where(posts.c.last_seen_at >= new_since)
        with self._transactions.write() as connection:
            connection.execute(
                delete(findings).where(
                    findings.c.copied.is_not(None),
                    findings.c.last_seen_at < new_since,
                    findings.c.post_key.in_(seen),
                )
            )


def _flagged(row: Any) -> FlaggedPost:
    return FlaggedPost(
        fingerprint=row.fingerprint,
        number=row.number,
        site=row.site,
        rule=row.rule,
        grade="strong" if row.action == "act_now" else "probable",
        likelihood=row.likelihood,
        sha256=row.content_id,
        path=row.path,
        posted_at=row.posted_at,
        first_seen_at=row.first_seen_at,
    )
