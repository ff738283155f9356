"""Recommendations as they were issued with a report, and what became of them by the week after.

Without a record the rules on what was known then give the same recommendations (``weekly_advice``), but for mosaics,
accounts and reading: what clips showed together, and which could be read, is not known for a time in the past.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, insert, select

from opsec.casefile.schema import findings
from opsec.casefile.serialisation import pack, unpack
from opsec.casefile.stored_week import StoredWeek
from opsec.casefile.week_finding_rows import COUNTED
from opsec.casefile.week_tables import issued_advice, week_accounts, week_findings
from opsec.casefile.weekly_advice import NOT_ASKED, WAITING
from opsec.model import Advice, FindingState
from opsec.model.decision import STATES
from opsec.model.exposure import AdviceKind

IS_DONE: Mapping[AdviceKind, Callable[[FindingState], bool]] = {
    "take_down": lambda state: state not in NOT_ASKED,
    "close_mosaic": lambda state: state not in NOT_ASKED,
    "chase": lambda state: state not in WAITING,
    "decide": lambda state: state != "open",
}


def record_advice(connection: Connection, week: str, advice: Sequence[Advice]) -> None:
    """Record the recommendations of a report; those of an earlier report of the same week are replaced."""
    connection.execute(delete(issued_advice).where(issued_advice.c.week == week))
    rows = [{"week": week, "place": place, "record": pack(one)} for place, one in enumerate(advice)]
    if rows:
        connection.execute(insert(issued_advice), rows)


def advice_of_report(stored: StoredWeek) -> tuple[Advice, ...] | None:
    """Return what was recommended in the last report of the week before, with what is done; None without a report."""
    wanted = select(issued_advice.c.record).where(issued_advice.c.week == str(stored.weeks[-2]))
    records = stored.connection.scalars(wanted.order_by(issued_advice.c.place)).all()
    return tuple(_with_progress(unpack(Advice, record), stored) for record in records) if records else None


def _with_progress(one: Advice, stored: StoredWeek) -> Advice:
    if one.kind == "read":
        still = sum(
            row.n for row in stored.clips if row.week == stored.last - 1 and f'"{one.group}"' in row.reason_groups
        )
        return replace(one, done=max(0, one.count - still))
    if one.kind == "speak_with_source":
        return replace(one, further=_clips_of(one.pseudonym or "", stored))
    is_done = IS_DONE[one.kind]
    rows = stored.connection.execute(
        select(week_findings.c.state, week_findings.c.counts).where(
            week_findings.c.fingerprint.in_(
                select(findings.c.fingerprint).where(findings.c.number.in_(one.numbers)).correlate(None)
            )
        )
    ).all()
    undone = sum(row.counts == COUNTED and not is_done(STATES[row.state]) for row in rows)
    return replace(one, done=max(0, len(one.numbers) - undone))


def _clips_of(pseudonym: str, stored: StoredWeek) -> int:
    """Count the flagged clips of the week of an account, by the beginning of its digest."""
    accounts = week_accounts.c
    wanted = select(accounts.clips).where(accounts.week == stored.last, accounts.account.startswith(pseudonym))
    return int(sum(stored.connection.scalars(wanted)))
