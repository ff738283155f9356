"""States of findings at any past time, from the history of decisions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from opsec.casefile.schema import decisions
from opsec.model.decision import STATES, FindingState


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history of a finding."""

    seq: int
    at: str
    """RFC 3339, UTC, as rows store it."""
    by: str
    state: FindingState
    why: str | None
    undoes: int | None


Histories = Mapping[str, Sequence[Change]]
"""Fingerprint that keeps the decisions → its changes in the order in which they were made."""


def load_histories(connection: Connection, fingerprints: Collection[str] | None = None) -> Histories:
    """Load the history of every finding that somebody decided about, or of some of them.

    Raises
    ------
    ValueError
        A row is damaged.
    """
    columns = (decisions.c.fingerprint, decisions.c.seq, decisions.c.made_at, decisions.c.made_by)
    wanted = select(*columns, decisions.c.to_state, decisions.c.why, decisions.c.undoes).order_by(decisions.c.seq)
    if fingerprints is not None:
        wanted = wanted.where(decisions.c.fingerprint.in_(fingerprints))
    found: dict[str, list[Change]] = {}
    known = {state: state for state in STATES}
    for fingerprint, seq, at, by, state, why, undoes in connection.execute(wanted):
        if state not in known:
            raise ValueError(state)
        found.setdefault(fingerprint, []).append(Change(seq, at, by, known[state], why, undoes))
    return found


def in_force(changes: Sequence[Change], until: str | None = None) -> list[Change]:
    """Return the changes that nobody took back, of those made before a time (None: all)."""
    known = [change for change in changes if until is None or change.at < until]
    undone = {change.undoes for change in known}
    return [change for change in known if change.undoes is None and change.seq not in undone]


def state_at(changes: Sequence[Change], until: str | None = None) -> FindingState:
    """Return the state of a finding at a time; ``dismissed`` also after the dismissal has ended.

    >>> state_at([])
    'open'
    """
    standing = in_force(changes, until)
    return standing[-1].state if standing else "open"
