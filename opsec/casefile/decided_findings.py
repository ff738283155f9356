"""Findings joined with the decision in force: the last change of the history, or an allow rule.

The rows of ``findings`` are rewritten by each scan; the history is found by fingerprint. A re-encoded copy of a clip
has a fingerprint of its own: ``holder`` is the finding whose decisions apply to it.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, and_, case, func, or_, select, tuple_

from opsec.casefile.schema import allow_rules, decisions, finding_copies, findings, posts
from opsec.model import UNDECIDED, Decision, FindingState, KnownFinding
from opsec.model.decision import STATES

_last, _restored, _rule = decisions.alias("last"), decisions.alias("restored"), allow_rules.alias("rule")
holder: ColumnElement[str] = func.coalesce(finding_copies.c.copy_of, findings.c.fingerprint)
"""Fingerprint by which the history of a finding is kept: that of the clip of which this one is a copy, or its own."""
_newest = (
    select(func.max(decisions.c.seq))
    .where(decisions.c.fingerprint == holder)
    .correlate(findings, finding_copies)
    .scalar_subquery()
)
_WITH_DECISIONS = (
    findings.outerjoin(finding_copies, finding_copies.c.fingerprint == findings.c.fingerprint)
    .outerjoin(_last, _last.c.seq == _newest)
    .outerjoin(_restored, _restored.c.seq == _last.c.restores)
    .outerjoin(_rule, and_(_rule.c.seq == findings.c.allow_rule, _rule.c.revoked_at.is_(None)))
)
DECIDED_FINDINGS: FromClause = _WITH_DECISIONS.join(posts, posts.c.key == findings.c.post_key)


def _in_force(name: str) -> ColumnElement[Any]:
    """Column of the change in force: an undone change puts the one before it in force again."""
    return case((_last.c.undoes.is_not(None), _restored.c[name]), else_=_last.c[name])


_state, _until = func.coalesce(_in_force("to_state"), ""), _in_force("until")
DECISION_COLUMNS: tuple[ColumnElement[Any], ...] = (
    _in_force("to_state").label("decided_state"),
    _in_force("made_by").label("decided_by"),
    _in_force("why").label("decided_why"),
    _until.label("decided_until"),
    _in_force("made_at").label("decided_at"),
    findings.c.in_fence,
    func.coalesce(_in_force("in_fence"), 0).label("decided_in_fence"),
    _rule.c.seq.label("rule_seq"),
    _rule.c.made_by.label("rule_by"),
    _rule.c.why.label("rule_why"),
    _rule.c.until.label("rule_until"),
    _rule.c.made_at.label("rule_at"),
)


def is_hidden(today: str) -> ColumnElement[bool]:
    """Condition: a dismissal or an allow rule hides the finding on this day (ISO 8601); never NULL."""
    knew = or_(findings.c.in_fence == 0, func.coalesce(_in_force("in_fence"), 0) == 1)
    dismissed = and_(_state == "dismissed", knew)
    lasts = func.coalesce(_until, "9999-12-31") >= today
    undecided = or_(_state == "", and_(dismissed, func.coalesce(_until, "9999-12-31") < today))
    allowed = and_(findings.c.in_fence == 0, func.coalesce(_rule.c.until, "") >= today)
    return or_(and_(dismissed, lasts), and_(undecided, allowed))


def is_hidden_row(today: str) -> ColumnElement[bool]:
    """Condition on ``findings`` alone: a decision or an allow rule hides the row on this day."""
    return _decided_row(is_hidden(today))


def is_removed_row() -> ColumnElement[bool]:
    """Condition on ``findings`` alone: the platform removed every post of the finding."""
    return _decided_row(_state == "removed")


def _decided_row(decided: ColumnElement[bool]) -> ColumnElement[bool]:
    """Turn a condition on the decision in force, which does not apply to undecided rows, into one on ``findings``."""
    touched = select(decisions.c.fingerprint).union_all(select(finding_copies.c.fingerprint))
    few = or_(findings.c.allow_rule.is_not(None), findings.c.fingerprint.in_(touched))  # spares the joins for the rest
    rows = select(findings.c.fingerprint, findings.c.post_key).select_from(_WITH_DECISIONS).where(few, decided)
    return tuple_(findings.c.fingerprint, findings.c.post_key).in_(rows.correlate(None))


def decision_of(row: Row[Any], today: str) -> Decision:
    """Return the decision in force of a row with ``DECISION_COLUMNS``; the same answer as ``is_hidden`` gives.

    Raises
    ------
    ValueError
        The row is damaged.
    """
    if row.decided_state is None and row.rule_until is None:
        return UNDECIDED
    state = _known_state(row.decided_state)
    expired = state == "dismissed" and row.decided_until is not None and row.decided_until < today
    outdated = state == "dismissed" and bool(row.in_fence) and not row.decided_in_fence
    if (state is None or expired) and not row.in_fence and row.rule_until is not None and row.rule_until >= today:
        return Decision(
            state="dismissed",
            decided_by=row.rule_by,
            why=row.rule_why,
            until=row.rule_until,
            decided_at=row.rule_at,
            allow_rule=row.rule_seq,
        )
    if state is None:
        return UNDECIDED
    return Decision(
        state="open" if expired or outdated else state,
        decided_by=row.decided_by,
        why=row.decided_why or None,
        until=row.decided_until,
        decided_at=row.decided_at,
        expired=expired,
        outdated=outdated,
    )


def _known_state(text: str | None) -> FindingState | None:
    if text is None:
        return None
    for state in STATES:
        if state == text:
            return state
    raise ValueError(text)


def joint_decision(decisions_of_posts: Iterable[Decision]) -> Decision:
    """Return the decision about a finding from those of its posts: an allow rule hides it only if it hides all."""
    found = list(decisions_of_posts)
    return next((one for one in found if one.allow_rule is None), found[0])


def known_findings(connection: Connection, post_key: str, today: str, *, numbered: bool) -> dict[str, KnownFinding]:
    """Return what is known of each finding of one post, by fingerprint.

    Parameters
    ----------
    connection
        In a transaction.
    post_key
        Key of the post.
    today
        Day on which decisions are to be in force, as an ISO 8601 date.
    numbered
        Whether pages may name findings by their numbers; in a case that is not kept, nothing could look them up.
    """
    same = findings.alias("same")
    first = select(func.min(same.c.first_seen_at)).where(same.c.fingerprint == findings.c.fingerprint)
    wanted = select(
        findings.c.fingerprint,
        findings.c.number,
        finding_copies.c.copy_of,
        first.correlate(findings).scalar_subquery().label("first_seen_at"),
        *DECISION_COLUMNS,
    ).select_from(DECIDED_FINDINGS)
    rows = connection.execute(wanted.where(findings.c.post_key == post_key))
    return {
        row.fingerprint: KnownFinding(
            number=row.number if numbered else "",
            decision=decision_of(row, today),
            first_seen_at=row.first_seen_at,
            copy_of=row.copy_of,
        )
        for row in rows
    }
