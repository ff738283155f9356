"""Transactions of an open case file; every trouble with it is one ``CaseError``."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from opsec.casefile import database
from opsec.casefile.serialisation import UnknownCodeError
from opsec.errors import CaseError


@dataclass(slots=True)
class Transactions:
    """Transactions that read and transactions that write everything or nothing."""

    engine: Engine
    shown: str
    """Name of the case for messages."""
    _joined: Connection | None = field(default=None, init=False)
    """The transaction that the others take part in."""

    @contextmanager
    def join(self) -> Iterator[None]:
        """Make the transactions inside parts of one, which writes everything or nothing: a commit costs most."""
        with database.case_errors(self.shown), database.writing(self.engine) as connection:
            self._joined = connection
            try:
                yield
            finally:
                self._joined = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only reads."""
        if self._joined is not None:
            with self.checked():
                yield self._joined
            return
        with self.checked(), database.reading(self.engine) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that writes everything or nothing."""
        if self._joined is not None:
            yield self._joined
            return
        with database.case_errors(self.shown), database.writing(self.engine) as connection:
            yield connection

    @contextmanager
    def checked(self) -> Iterator[None]:
        """Raise ``CaseError`` for a row that is not a valid record: the file is damaged, or of a newer version."""
        with database.case_errors(self.shown):
            try:
                yield
            except UnknownCodeError as error:
                raise CaseError(database.newer_version_message(self.shown)) from error
            except ValueError as error:
                raise CaseError(database.damage_message(self.shown)) from error
