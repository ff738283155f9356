"""The case file: readings, posts, verdicts and findings with the time they were first seen, safe against power loss.

Everything about one post is written in one transaction, so a scan that is stopped at any point can be continued.
Readings are stored by the SHA-256 of the file and the version of the readers: a file is read once and its reading is
matched again without opening the file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import ColumnElement, Connection, Engine, bindparam, select, tuple_

from opsec.casefile import database, scan_marks, schema
from opsec.casefile.allow_rules import AllowRules, active_rules
from opsec.casefile.copies import Copies
from opsec.casefile.decided_findings import known_findings
from opsec.casefile.decisions import Decisions
from opsec.casefile.fault_log import RecordedFault, recent_faults, record_faults
from opsec.casefile.own_results import known_results, record_export
from opsec.casefile.post_identity import IdentityResolver
from opsec.casefile.post_rows import PostRows
from opsec.casefile.row_writer import WriteContext, write_post, write_reading, write_readings
from opsec.casefile.schema import findings, posts, readings
from opsec.casefile.serialisation import local_date, unpack, utc_text
from opsec.casefile.stored_post import PostRow, from_row, is_final, mark_outdated
from opsec.casefile.transactions import Transactions
from opsec.errors import CaseError
from opsec.model import Exposure, FileKind, KnownFinding, Reading, ReadPost, Result
from opsec.model.depth import is_deep_enough

if TYPE_CHECKING:
    from opsec.casefile.iso_week import Week
    from opsec.casefile.week_data import WeekOptions

_PAGE_POSTS = 50
_RECENT_READINGS = 16
"""Readings cached while posts are iterated: the posts of one list follow each other and share its reading."""

_READING = select(readings.c.readers_version, readings.c.reading).where(
    readings.c.sha256 == bindparam("this_sha256"), readings.c.kind == bindparam("this_kind")
)


def open_case(where: str) -> "CaseFile":
    """Open the case file at a path, or the database at a URL (``://``); ``:memory:`` keeps nothing after the run.

    It is created if it does not exist (mode 0600) and migrated if it is of an older version.

    Raises
    ------
    CaseError
        Its folder does not exist; or it is not a case file, is of a newer version, is locked, cannot be written, or
        other accounts can read it.
    """
    engine, shown = database.engine_at(where)
    try:
        with database.case_errors(shown):
            _bring_up_to_date(engine, where, shown)
    except BaseException:
        engine.dispose()
        raise
    return CaseFile(engine, shown)


def exists(where: str) -> bool:
    """Return whether a case exists at a path or SQLite URL; True for any other URL, which only its server can tell."""
    path = database.case_path(where)
    return path is None or (path != database.MEMORY and Path(path).is_file())


def _bring_up_to_date(engine: Engine, where: str, shown: str) -> None:
    with database.reading(engine) as connection:
        current = schema.is_current(connection)
    database.refuse_readable(where, shown)
    database.enable_write_ahead_log(engine)
    while not current:
        with database.writing(engine) as connection:
            schema.migrate(connection)
            current = schema.is_current(connection)


class CaseFile:
    """An open case; one thread, one writer at a time. Every method raises ``CaseError`` for trouble with the file.

    A scan opens it once: posts at different paths that are saved through one open case are never taken for one post.
    """

    def __init__(self, engine: Engine, shown: str) -> None:
        self._engine = engine
        self._shown = shown
        self.transactions = Transactions(engine, shown)
        self._identities = IdentityResolver()
        self.decisions = Decisions(self.transactions)
        self.copies = Copies(self.transactions, self.decisions)
        self.allow_rules = AllowRules(self.transactions)
        self._secret: bytes | None = None
        self._batch: PostRows | None = None
        """Rows of the posts that are saved together."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_kept(self) -> bool:
        """Whether it outlasts the run, so that the numbers of its findings can be looked up."""
        return not (self._engine.dialect.name == "sqlite" and self._engine.url.database == database.MEMORY)

    def close(self) -> None:
        """Close the file. Everything that was saved is on disk already."""
        self._engine.dispose()

    # ── readings ──────────────────────────────────────────────────────────────────────────────
    def reading(self, sha256: str, kind: FileKind, readers_version: str) -> Reading | None:
        """Return what these readers found in a file of this content, or None when they never read one."""
        found = self._reading(sha256, kind)
        return found[1] if found and is_deep_enough(found[0], readers_version) else None

    def save_reading(
        self, sha256: str, kind: FileKind, reading: Reading, *, readers_version: str, at: datetime
    ) -> None:
        """Save the reading of an archive or a list, which belongs to no post, unless it is not final.

        Parameters
        ----------
        sha256, kind
            SHA-256 and type of the file.
        reading
            What was read from it.
        readers_version
            Of the readers that read it.
        at
            Time of the reading, with its time zone.
        """
        if is_final(reading):
            with self.transactions.write() as connection:
                write_reading(connection, sha256, kind, reading, readers_version=readers_version, at=utc_text(at))

    def _reading(self, sha256: str, kind: FileKind) -> tuple[str, Reading] | None:
        with self.transactions.read() as connection:
            row = connection.execute(_READING, {"this_sha256": sha256, "this_kind": kind}).one_or_none()
            return (row[0], unpack(Reading, row[1])) if row else None

    # ── results ───────────────────────────────────────────────────────────────────────────────
    def known_results(self) -> frozenset[str]:
        """SHA-256 of the results that were written for this case."""
        with self.transactions.read() as connection:
            return known_results(connection)

    def remember_results(self, hashes: Iterable[str], at: datetime) -> None:
        """Remember results by their SHA-256, so that no scan takes them for posts."""
        with self.transactions.write() as connection:
            record_export(connection, tuple(hashes), utc_text(at))

    # ── posts ─────────────────────────────────────────────────────────────────────────────────
    def save(  # noqa: PLR0913 - what a scan knows of one clip
        self,
        post: ReadPost,
        result: Result,
        *,
        readers_version: str,
        site_codes: Mapping[str, str],
        settings_sha256: str,
        sites_sha256: str,
        at: datetime,
    ) -> dict[str, KnownFinding]:
        """Save one post in one transaction: its final readings, the post, its verdict and its findings.

        A post that was saved before keeps the time it was first seen, as does each finding that is still made.

        Parameters
        ----------
        post, result
            What was read, and what the scan made of it.
        readers_version
            Of the readers that read it.
        site_codes
            Site id → code of shared reports.
        settings_sha256, sites_sha256
            Fingerprints of what it was judged with.
        at
            Time of the scan.

        Returns
        -------
        dict
            Fingerprint of each finding of the post → its number, the decision in force, when it was first seen.
        """
        now, today = utc_text(at), local_date(at)
        with self.transactions.write() as connection:
            write_readings(connection, post, readers_version, now)
            context = WriteContext(
                fingerprints={"settings_sha256": settings_sha256, "sites_sha256": sites_sha256},
                site_codes=site_codes,
                at=now,
                today=today,
                secret=self._number_secret(connection),
                rules=active_rules(connection, today) if result.findings else (),
            )
            rows = self._batch or PostRows(connection)
            key = write_post(rows, post, result, self._identities, context)
            if self._batch is None:
                rows.flush()
            known = known_findings(connection, key, today, numbered=self.is_kept) if result.findings else {}
        self._identities.assign(key, post.path)
        return known

    @contextmanager
    def saving_together(self, posts: Sequence[ReadPost]) -> Iterator[None]:
        """Save these posts in one transaction, which writes all of them or none; each of them with ``save``."""
        with self.transactions.join(), self.transactions.write() as connection:
            self._batch = PostRows(connection, posts, self._identities)
            try:
                yield
                self._batch.flush()
            finally:
                self._batch = None

    def _number_secret(self, connection: Connection) -> bytes:
        if self._secret is None:
            self._secret = scan_marks.number_secret(connection)
        return self._secret

    def posts(self, readers_version: str) -> Iterator[ReadPost]:
        """Yield every post as it was read, in the order of the paths, without opening a file.

        A post that other readers read is yielded too, marked as partly checked for that reason. Posts may be saved
        while this iterates.
        """
        recent: dict[tuple[str, FileKind], Reading] = {}

        def reading_of(sha256: str, kind: FileKind) -> Reading:
            if (sha256, kind) not in recent:
                while len(recent) >= _RECENT_READINGS:
                    del recent[next(iter(recent))]
                recent[sha256, kind] = self._reading_for(sha256, kind, readers_version)
            return recent[sha256, kind]

        for data in self._post_rows():
            with self.transactions.checked():
                post = from_row(unpack(PostRow, data), reading_of)
            yield post

    def posts_of_finding(self, given: str, readers_version: str) -> Iterator[ReadPost]:
        """Return the posts of the finding that a text names, in the order of their paths, but none that was purged.

        ``UsageError`` if it names no finding of this case, or more than one.
        """
        of_finding = select(findings.c.post_key).where(findings.c.fingerprint == self.decisions.find(given))
        return self._posts_where(posts.c.key.in_(of_finding), readers_version)

    def post(self, key: str, readers_version: str) -> ReadPost | None:
        """Return the post of a row as it was read, without opening a file; None if there is none or it was purged."""
        return next(self._posts_where(posts.c.key == key, readers_version), None)

    def posts_of_clips(self, clips: Iterable[str], readers_version: str) -> Iterator[ReadPost]:
        """Return the posts of clips, named by SHA-256, in the order of their paths, but none that was purged."""
        return self._posts_where(posts.c.content_id.in_(sorted(clips)), readers_version)

    def _posts_where(self, which: ColumnElement[bool], readers_version: str) -> Iterator[ReadPost]:
        wanted = select(posts.c.post).where(which, posts.c.purged_at.is_(None)).order_by(posts.c.path, posts.c.key)
        with self.transactions.read() as connection:
            rows = connection.scalars(wanted).all()
        for data in rows:
            with self.transactions.checked():
                post = from_row(
                    unpack(PostRow, data), lambda sha256, kind: self._reading_for(sha256, kind, readers_version)
                )
            yield post

    def _reading_for(self, sha256: str, kind: FileKind, readers_version: str) -> Reading:
        found = self._reading(sha256, kind)
        if found is None:
            raise CaseError(database.damage_message(self._shown))
        version, reading = found
        return reading if is_deep_enough(version, readers_version) else mark_outdated(reading)

    def _post_rows(self) -> Iterator[bytes]:
        """Yield rows page by page, each page in its own transaction, so that a long iteration blocks no writer."""
        place = tuple_(posts.c.path, posts.c.key)
        kept = select(posts.c.path, posts.c.key, posts.c.post).where(posts.c.purged_at.is_(None))
        page = kept.order_by(posts.c.path, posts.c.key).limit(_PAGE_POSTS)
        wanted = page
        while True:
            with self.transactions.read() as connection:
                rows = connection.execute(wanted).all()
            if not rows:
                return
            for row in rows:
                yield row.post
            wanted = page.where(place > tuple_(rows[-1].path, rows[-1].key))

    # ── the week ──────────────────────────────────────────────────────────────────────────────
    def exposure(self, week: "Week", at: datetime | None = None, options: "WeekOptions | None" = None) -> Exposure:
        """Sum up a week of this case for command, without findings that decisions hide at a time (default: now)."""
        from opsec.casefile.week_data import WeekOptions  # a scan does not need them, and importing them takes a while
        from opsec.casefile.week_reading import read_week

        return read_week(self.transactions, week, at or datetime.now(UTC), options or WeekOptions())

    # ── scans ─────────────────────────────────────────────────────────────────────────────────
    def begin_scan(self, at: datetime) -> str:
        """Mark the beginning of a scan; return the time from which findings count as new, as rows store times."""
        with self.transactions.write() as connection:
            return scan_marks.begin_scan(connection, utc_text(at))

    def finish_scan(self) -> None:
        """Mark that the scan ended: the next one begins anew instead of continuing it."""
        with self.transactions.write() as connection:
            scan_marks.finish_scan(connection, utc_text(datetime.now(UTC)))

    # ── faults of this program ────────────────────────────────────────────────────────────────
    def record_faults(self, faults: Mapping[str, int], *, program: str, at: datetime) -> None:
        """Add to the count of each fault.

        Parameters
        ----------
        faults
            Fault, as ``describe_fault`` writes it → number of clips and skipped files that it left not fully checked.
        program
            Version of the program.
        at
            Time of the scan, with its time zone.
        """
        with self.transactions.write() as connection:
            record_faults(connection, faults, program=program, at=utc_text(at))

    def recent_faults(self, program: str, limit: int) -> list[RecordedFault]:
        """Return the latest faults of a version of the program, at most ``limit``, the newest first."""
        with self.transactions.read() as connection:
            return recent_faults(connection, program, limit)
