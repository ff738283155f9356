"""Decisions about findings in an open case file, and their history, to which changes are only ever added.

The state of a finding is not stored: it follows from its history, so the two cannot disagree. A bulk is one
transaction: if one finding cannot be changed, none is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from opsec.casefile.audit_trail import AuditEvent, append
from opsec.casefile.decided_findings import (
    DECIDED_FINDINGS,
    DECISION_COLUMNS,
    decision_of,
    holder,
    joint_decision,
)  # fmt: skip
from opsec.casefile.finding_lookup import find_fingerprint
from opsec.casefile.schema import decisions, finding_copies, findings
from opsec.casefile.serialisation import encodable, local_date, utc_text
from opsec.casefile.state_changes import ENDED, check_change, is_already
from opsec.casefile.transactions import Transactions
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Decision, DecisionChange, FindingState

PROGRAM = "opsec"
"""Who made a change that no person made."""

MAX_AUDITED_NUMBERS = 50
"""Findings of one change whose numbers the audit trail keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision as an officer gives it; already validated."""

    state: FindingState
    by: str
    why: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A finding whose state was changed."""

    fingerprint: str
    number: str
    before: FindingState
    now: FindingState
    undone: DecisionChange | None = None
    """The change that was taken back, if one was."""
    was_so: bool = False
    """The finding had the state already, so nothing of it was changed."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """One finding inside a transaction."""

    fingerprint: str
    number: str
    holder: str
    shown: str
    """How the user named it."""
    decision: Decision


class Decisions:
    """The decisions of one case file."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    # ── changes ───────────────────────────────────────────────────────────────────────────────
    def decide(self, given: Sequence[str], wanted: NewDecision, at: datetime) -> list[Changed]:
        """Change the state of findings, all of them or none.

        Of several, those that have the state already stay as they are: whoever selects a page means the others.

        Parameters
        ----------
        given
            What names each finding, as for ``find_fingerprint``; one that is named twice is changed once.
        wanted
            The decision about all of them.
        at
            Time of the decision, with its time zone; dismissals end by its local date.

        Raises
        ------
        UsageError
            A finding is unknown, its state does not allow the change, or it rests on a position inside a fence and
            was not dismissed on its own. Nothing was changed.
        CaseError
            The case file cannot be written. Nothing was changed.
        """
        with self._transactions.write() as connection:
            named = _standings(connection, given, local_date(at))
            chosen = [one for one in named if not is_already(one.decision.state, wanted.state)] or named
            for one in chosen:
                check_change(one.shown, one.decision.state, wanted.state)
                if wanted.state == "dismissed" and len(named) > 1 and _any_in_fence(connection, one.holder):
                    raise UsageError(
                        _(
                            "finding {number} rests on a position inside a fence; dismiss it on its own, not together "
                            "with others",
                            number=one.shown,
                        )
                    )
            rows = [
                _row(one, wanted, utc_text(at)) | {"in_fence": int(_any_in_fence(connection, one.holder))}
                for one in chosen
            ]
            connection.execute(insert(decisions), rows)
            _audit(connection, "decided", chosen, by=wanted.by, at=at, state=wanted.state)
        anew = {one.fingerprint for one in chosen}
        return [
            Changed(one.fingerprint, one.number, one.decision.state, wanted.state, was_so=one.fingerprint not in anew)
            for one in named
        ]

    def undo(self, given: Sequence[str], *, by: str, why: str | None, at: datetime) -> list[Changed]:
        """Take back the last change of each finding that was not taken back yet; the history keeps both.

        Parameters
        ----------
        given, at
            As for ``decide``.
        by, why
            Who takes it back, and the reason, if any.

        Raises
        ------
        UsageError
            A finding is unknown, or has nothing to take back. Nothing was changed.
        """
        today = local_date(at)
        with self._transactions.write() as connection:
            chosen = _standings(connection, given, today)
            taken_back: list[DecisionChange] = []
            for one in chosen:
                standing = _changes_in_force(connection, one.holder)
                if not standing:
                    raise UsageError(_("finding {number} has no decision to undo", number=one.shown))
                undone, restored = standing[-1], standing[-2] if len(standing) > 1 else None
                taken_back.append(undone)
                row = _row(one, NewDecision(state=restored.to_state if restored else "open", by=by, why=why), "")
                row |= {"made_at": utc_text(at), "undoes": undone.seq, "restores": restored.seq if restored else None}
                connection.execute(insert(decisions), row | {"until": restored.until if restored else None})
            _audit(connection, "undone", chosen, by=by, at=at)
            after = {one.fingerprint: one for one in _standings(connection, [one.fingerprint for one in chosen], today)}
        return [
            Changed(one.fingerprint, one.number, one.decision.state, after[one.fingerprint].decision.state, undone)
            for one, undone in zip(chosen, taken_back, strict=True)
        ]

    # ── what is known ─────────────────────────────────────────────────────────────────────────
    def find(self, given: str) -> str:
        """Return the fingerprint of the finding that a text names; ``UsageError`` as for ``decide``."""
        with self._transactions.read() as connection:
            return find_fingerprint(connection, given)

    def history(self, given: str) -> list[DecisionChange]:
        """Return every change of a finding, the first one first."""
        with self._transactions.read() as connection:
            return _history(connection, holder_of(connection, find_fingerprint(connection, given)))

    def histories(self) -> dict[str, list[DecisionChange]]:
        """Return every change of the case by the fingerprint that keeps it, each list from the first one on."""
        found: dict[str, list[DecisionChange]] = {}
        with self._transactions.read() as connection:
            for row in connection.execute(select(decisions).order_by(decisions.c.seq)):
                found.setdefault(row.fingerprint, []).append(change_of(row))
        return found

    # ── copies ────────────────────────────────────────────────────────────────────────────────
    def link_copy(self, fingerprint: str, copy_of: str, at: datetime) -> None:
        """Let a finding share the decisions of another one, of whose clip its own clip is a copy.

        If only the copy was decided yet, its decisions apply to both. A copy that was first seen after the case of the
        other one had ended makes it reappear. Repeating the call changes nothing.

        Parameters
        ----------
        fingerprint, copy_of
            Fingerprints of the two findings.
        at
            Time of the scan that recognised the copy.
        """
        with self._transactions.write() as connection:
            one, other = holder_of(connection, fingerprint), holder_of(connection, copy_of)
            if one == other:
                return
            if _history(connection, one) and not _history(connection, other):
                one, other = other, one
            change = update(finding_copies).where(finding_copies.c.copy_of == one).values(copy_of=other)
            connection.execute(change)
            connection.execute(insert(finding_copies).values(fingerprint=one, copy_of=other))
            first = select(func.min(findings.c.first_seen_at)).where(findings.c.fingerprint == fingerprint)
            decided = _standing(connection, fingerprint, fingerprint, local_date(at)).decision
            if decided.decided_at is not None and (connection.scalar(first) or "") > decided.decided_at:
                note_reappearance(connection, fingerprint, at=utc_text(at), today=local_date(at))


def holder_of(connection: Connection, fingerprint: str) -> str:
    """Return the finding that keeps the decisions of a finding: that of the clip it is a copy of, or itself."""
    wanted = select(finding_copies.c.copy_of).where(finding_copies.c.fingerprint == fingerprint)
    return connection.scalar(wanted) or fingerprint


def note_reappearance(connection: Connection, fingerprint: str, *, at: str, today: str) -> None:
    """Record that a clip whose case had ended was found in a new post.

    Parameters
    ----------
    connection
        In a transaction that writes, after the rows of the new post were written.
    fingerprint
        Of the finding.
    at
        Time of the scan, as ``utc_text`` writes it.
    today
        Its local date, as ISO 8601.
    """
    standing = _standing(connection, fingerprint, fingerprint, today)
    if standing.decision.state in ENDED:
        connection.execute(insert(decisions), _row(standing, NewDecision(state="reappeared", by=PROGRAM), at))


# ── inside a transaction ──────────────────────────────────────────────────────────────────────
def _standings(connection: Connection, given: Sequence[str], today: str) -> list[_Standing]:
    """Return the named findings, each once; findings that share their decisions are one."""
    found: dict[str, _Standing] = {}
    for shown in given:
        standing = _standing(connection, find_fingerprint(connection, shown), escape_unsafe(shown, limit=80), today)
        found.setdefault(standing.holder, standing)
    return list(found.values())


def _standing(connection: Connection, fingerprint: str, shown: str, today: str) -> _Standing:
    wanted = select(findings.c.number, holder.label("holder"), *DECISION_COLUMNS).select_from(DECIDED_FINDINGS)
    rows = connection.execute(wanted.where(findings.c.fingerprint == fingerprint)).all()
    decision = joint_decision(decision_of(row, today) for row in rows)
    return _Standing(fingerprint, rows[0].number, rows[0].holder, shown, decision)


def _any_in_fence(connection: Connection, held_by: str) -> bool:
    """Return whether a finding, or one that shares its decisions, rests on a position inside a fence."""
    copies = select(finding_copies.c.fingerprint).where(finding_copies.c.copy_of == held_by)
    same = or_(findings.c.fingerprint == held_by, findings.c.fingerprint.in_(copies))
    return bool(connection.scalar(select(func.max(findings.c.in_fence)).where(same)))


def _row(standing: _Standing, wanted: NewDecision, at: str) -> dict[str, Any]:
    return {
        "fingerprint": standing.holder,
        "made_at": at,
        "made_by": encodable(wanted.by),
        "from_state": standing.decision.state,
        "to_state": wanted.state,
        "why": encodable(wanted.why) if wanted.why else None,
        "until": wanted.until,
        "undoes": None,
        "restores": None,
        "in_fence": 0,
    }


def _audit(
    connection: Connection, event: AuditEvent, chosen: Sequence[_Standing], *, by: str, at: datetime, **codes: str
) -> None:
    """Append to the audit trail what was decided, by the numbers of the first findings."""
    numbers = " ".join(one.number for one in chosen[:MAX_AUDITED_NUMBERS])
    detail: dict[str, str | int] = {"count": len(chosen), "findings": numbers, **codes}
    append(connection, event, at=utc_text(at), actor=by, detail=detail)


def _history(connection: Connection, held_by: str) -> list[DecisionChange]:
    wanted = select(decisions).where(decisions.c.fingerprint == held_by).order_by(decisions.c.seq)
    return [change_of(row) for row in connection.execute(wanted)]


def _changes_in_force(connection: Connection, held_by: str) -> list[DecisionChange]:
    """Return the changes that were not undone; the last one is in force."""
    standing: list[DecisionChange] = []
    for change in _history(connection, held_by):
        if change.undoes is None:
            standing.append(change)
        else:
            standing.pop()
    return standing


def change_of(row: Row[Any]) -> DecisionChange:
    """Return the entry of a row of ``decisions``."""
    return DecisionChange(
        seq=row.seq,
        fingerprint=row.fingerprint,
        made_at=row.made_at,
        made_by=row.made_by,
        from_state=row.from_state,
        to_state=row.to_state,
        why=row.why,
        until=row.until,
        undoes=row.undoes,
    )
