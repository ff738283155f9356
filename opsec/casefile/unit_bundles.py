"""Bundles of units in the case file of command, and what a case issued itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from opsec.casefile.issue_tables import issued, refused_bundles, unit_bundles
from opsec.model.unit_week import RefusedBundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A report or a bundle that left this case."""

    kind: str
    week: str
    edition: str
    format: str
    sequence: int
    """1 for the first of a week and kind, more for each later one."""
    sha256: str
    issued_at: str
    issued_by: str
    audit_seq: int
    """Entry of the audit trail that records it."""


@dataclass(frozen=True, slots=True)
class BundleRow:
    """A stored bundle as it was received."""

    unit: str
    signer: str
    """Fingerprint of the key that signed it."""
    imported_at: str
    times: int
    payload_sha256: str
    payload: bytes


def store_bundle(connection: Connection, row: dict[str, str | int | bytes]) -> bool:
    """Store a bundle, or count it if the same one is there already.

    Parameters
    ----------
    connection
        Of a transaction that writes.
    row
        Column of ``unit_bundles`` → value, without ``times``.

    Returns
    -------
    bool
        Whether it is new.
    """
    this = unit_bundles.c.payload_sha256 == row["payload_sha256"]
    if connection.scalar(select(unit_bundles.c.times).where(this)) is not None:
        again = update(unit_bundles).where(this)
        connection.execute(again.values(times=unit_bundles.c.times + 1))
        return False
    connection.execute(insert(unit_bundles).values(times=1, **row))
    return True


def store_refusal(connection: Connection, row: dict[str, str | None]) -> None:
    """Store that a bundle was refused, or count it if the same file was refused before.

    ``row``: column of ``refused_bundles`` → value, without ``times``.
    """
    this = refused_bundles.c.file_sha256 == row["file_sha256"]
    if connection.scalar(select(refused_bundles.c.times).where(this)) is None:
        connection.execute(insert(refused_bundles).values(times=1, **row))
    else:
        again = update(refused_bundles).where(this)
        connection.execute(again.values(**row | {"times": refused_bundles.c.times + 1}))


def forget_refusal(connection: Connection, file_sha256: str) -> None:
    """Drop the refusal of a file that was accepted since: its key is trusted now."""
    connection.execute(refused_bundles.delete().where(refused_bundles.c.file_sha256 == file_sha256))


def bundle_rows(connection: Connection, week: str) -> Iterator[BundleRow]:
    """Yield every bundle of a week."""
    columns = unit_bundles.c
    wanted = select(
        columns.unit, columns.signer, columns.imported_at, columns.times, columns.payload_sha256, columns.payload
    ).where(columns.week == week)
    for row in connection.execute(wanted.order_by(columns.payload_sha256)):
        yield BundleRow(row.unit, row.signer, row.imported_at, row.times, row.payload_sha256, row.payload)


def refusals(connection: Connection, week: str) -> Iterator[RefusedBundle]:
    """Yield the refused bundles of a week, and those whose week is not known."""
    columns = refused_bundles.c
    wanted = select(refused_bundles).where((columns.week == week) | columns.week.is_(None))
    for row in connection.execute(wanted.order_by(columns.file_sha256)):
        yield RefusedBundle(
            reason=row.reason,
            unit=row.unit,
            week=row.week,
            file_sha256=row.file_sha256,
            refused_at=row.refused_at,
            times=row.times,
        )


def record_issue(connection: Connection, row: dict[str, str | int]) -> None:
    """Record a report or a bundle that left this case; ``row``: column of ``issued`` → value, without ``seq``."""
    last = connection.scalar(select(func.max(issued.c.seq))) or 0
    connection.execute(insert(issued).values(seq=last + 1, **row))


def issues(connection: Connection) -> Iterator[Issue]:
    """Yield everything that left this case as a report or a bundle, the first one first."""
    for row in connection.execute(select(issued).order_by(issued.c.seq)):
        yield Issue(
            kind=row.kind,
            week=row.week,
            edition=row.edition,
            format=row.format,
            sequence=row.sequence,
            sha256=row.sha256,
            issued_at=row.issued_at,
            issued_by=row.issued_by,
            audit_seq=row.audit_seq,
        )


def last_sequence(connection: Connection, week: str, kind: str) -> int:
    """Return the highest number that was issued for a week; 0 for none."""
    this = select(func.max(issued.c.sequence)).where(issued.c.week == week, issued.c.kind == kind)
    return connection.scalar(this) or 0
