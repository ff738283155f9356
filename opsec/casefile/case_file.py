"""The case file: what was read, what it means and since when it is known, safe against a pulled plug.

Everything of one clip is written in one transaction, so a scan that is stopped anywhere goes on
where it was. Readings stand under the SHA-256 of the file and the version of the readers: what was
read once is matched again and again without opening the file.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, bindparam, select, tuple_

from opsec.casefile import database, schema
from opsec.casefile.iso_week import Week
from opsec.casefile.post_identity import Seats
from opsec.casefile.row_writer import keep_post, keep_reading, keep_readings
from opsec.casefile.schema import posts, readings
from opsec.casefile.serialisation import moment_text, unpack
from opsec.casefile.stored_post import KeptPost, by_older_readers, is_final, rebuilt
from opsec.casefile.weekly_exposure import sum_up
from opsec.errors import CaseError
from opsec.model import Exposure, FileKind, Reading, ReadPost, Result

_PAGE_POSTS = 50
_RECENT_READINGS = 16
"""Readings held while posts are walked: the posts of one list follow each other and share its reading."""

_READING = select(readings.c.readers_version, readings.c.reading).where(
    readings.c.sha256 == bindparam("this_sha256"), readings.c.kind == bindparam("this_kind")
)


def open_case(where: str) -> "CaseFile":
    """The case file at a path, or the database at a URL (``://``); ``:memory:`` keeps nothing after the run.

    It is made if it is not there (mode 0600) and brought up to date if it is older.

    Raises
    ------
    CaseError
        Its folder is missing, it is no case file, of a newer version, locked, or cannot be written.
    """
    engine, shown = database.engine_at(where)
    try:
        with database.in_a_sentence(shown):
            _bring_up_to_date(engine)
    except BaseException:
        engine.dispose()
        raise
    return CaseFile(engine, shown)


def exists(where: str) -> bool:
    """Whether there is a case to go on with: a file at this path or SQLite URL. Of any other URL the server knows."""
    path = database.file_of(where)
    return path is None or (path != database.MEMORY and Path(path).is_file())


def _bring_up_to_date(engine: Engine) -> None:
    with database.reading(engine) as connection:
        current = schema.is_current(connection)
    database.write_ahead(engine)
    while not current:
        with database.writing(engine) as connection:
            schema.migrate(connection)
            current = schema.is_current(connection)


class CaseFile:
    """An open case; one thread, one writer at a time. Every method raises ``CaseError`` for trouble with the file.

    One scan opens it once: posts kept through the same open case at different paths are never taken for one post.
    """

    def __init__(self, engine: Engine, shown: str) -> None:
        self._engine = engine
        self._shown = shown
        self._seats = Seats()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back. What was kept is on the disk already."""
        self._engine.dispose()

    # ── readings ──────────────────────────────────────────────────────────────────────────────
    def reading(self, sha256: str, kind: FileKind, readers_version: str) -> Reading | None:
        """What these readers found in a file of this content, if they ever read one."""
        found = self._reading(sha256, kind)
        return found[1] if found and found[0] == readers_version else None

    def keep_reading(
        self, sha256: str, kind: FileKind, reading: Reading, *, readers_version: str, at: datetime
    ) -> None:
        """The reading of a file that is no part of a post: an archive, a list. One that is not final is not kept."""
        if is_final(reading):
            with self._writing() as connection:
                keep_reading(connection, sha256, kind, reading, readers_version=readers_version, at=moment_text(at))

    def _reading(self, sha256: str, kind: FileKind) -> tuple[str, Reading] | None:
        with self._reads() as connection:
            row = connection.execute(_READING, {"this_sha256": sha256, "this_kind": kind}).one_or_none()
            return (row[0], unpack(Reading, row[1])) if row else None

    # ── posts ─────────────────────────────────────────────────────────────────────────────────
    def keep(  # noqa: PLR0913 - what a scan knows of one clip
        self,
        post: ReadPost,
        result: Result,
        *,
        readers_version: str,
        site_codes: Mapping[str, str],
        settings_sha256: str,
        sites_sha256: str,
        at: datetime,
    ) -> None:
        """One clip in one transaction: its final readings, the post, its verdict and its findings.

        Kept before, it keeps the moment it was first seen, as does each finding that still holds.
        """
        now = moment_text(at)
        scan = {"settings_sha256": settings_sha256, "sites_sha256": sites_sha256}
        with self._writing() as connection:
            keep_readings(connection, post, readers_version, now)
            key = keep_post(connection, post, result, self._seats, scan=scan, site_codes=site_codes, at=now)
        self._seats.take(key, post.path)

    def posts(self, readers_version: str) -> Iterator[ReadPost]:
        """Every post kept, as it was read, in the order of the paths; no file is opened for it.

        One read by other readers than these comes too, marked as *partly* checked for that reason.
        Posts may be kept again while they are walked.
        """
        recent: dict[tuple[str, FileKind], Reading] = {}

        def reading_of(sha256: str, kind: FileKind) -> Reading:
            if (sha256, kind) not in recent:
                while len(recent) >= _RECENT_READINGS:
                    del recent[next(iter(recent))]
                recent[sha256, kind] = self._reading_for(sha256, kind, readers_version)
            return recent[sha256, kind]

        for data in self._post_rows():
            with database.in_a_sentence(self._shown), self._undamaged():
                post = rebuilt(unpack(KeptPost, data), reading_of)
            yield post

    def _reading_for(self, sha256: str, kind: FileKind, readers_version: str) -> Reading:
        found = self._reading(sha256, kind)
        if found is None:
            raise CaseError(database.damaged(self._shown))
        version, reading = found
        return reading if version == readers_version else by_older_readers(reading)

    def _post_rows(self) -> Iterator[bytes]:
        """Page by page, each in a transaction of its own, so that a long walk holds up no writer."""
        place = tuple_(posts.c.path, posts.c.key)
        page = select(posts.c.path, posts.c.key, posts.c.post).order_by(posts.c.path, posts.c.key).limit(_PAGE_POSTS)
        wanted = page
        while True:
            with self._reads() as connection:
                rows = connection.execute(wanted).all()
            if not rows:
                return
            for row in rows:
                yield row.post
            wanted = page.where(place > tuple_(rows[-1].path, rows[-1].key))

    # ── the week ──────────────────────────────────────────────────────────────────────────────
    def exposure(self, week: Week) -> Exposure:
        """A week of this case, summed up for command."""
        with self._reads() as connection:
            return sum_up(connection, week)

    # ── transactions ──────────────────────────────────────────────────────────────────────────
    @contextmanager
    def _reads(self) -> Iterator[Connection]:
        with database.in_a_sentence(self._shown), self._undamaged(), database.reading(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with database.in_a_sentence(self._shown), database.writing(self._engine) as connection:
            yield connection

    @contextmanager
    def _undamaged(self) -> Iterator[None]:
        """A row that is no record of ours: the file is damaged."""
        try:
            yield
        except ValueError as error:
            raise CaseError(database.damaged(self._shown)) from error
