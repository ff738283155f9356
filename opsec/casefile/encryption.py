"""Case files that SQLCipher encrypts: how they are recognised, and how they are opened.

SQLCipher encrypts every page of the file, of its write-ahead log and of its journals with AES-256 and authenticates it
with HMAC-SHA512 (https://www.zetetic.net/sqlcipher/design/). The key is derived from the passphrase as SQLCipher 4 does
it, so that its own tools open the file too; it is derived here, so that a process derives it once and not each time it
opens the case.
"""

import hashlib
import os
import secrets
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from opsec.errors import CaseError
from opsec.i18n.messages import Message, _

Passphrase = Callable[[str], str]
"""Returns a passphrase; the argument is the name of the case file for a question."""

_DRIVER = "sqlcipher3.dbapi2"
PAGE_BYTES = 4096
SALT_BYTES = 16
_KEY_BYTES = 32
_ITERATIONS = 256_000
"""Of PBKDF2 with HMAC-SHA512, the default of SQLCipher 4."""
_PLAIN_HEADER = b"SQLite format 3\0"
_NOT_A_DATABASE = 26
"""SQLITE_NOTADB: what SQLCipher reports for a first page that the key does not authenticate."""


@dataclass(frozen=True, slots=True)
class CaseKey:
    """The key of one encrypted file."""

    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    """The first bytes of the file."""

    @property
    def literal(self) -> str:
        """The key as SQLCipher takes it, without deriving it again."""
        return f"x'{self.key.hex()}{self.salt.hex()}'"


@dataclass(slots=True)
class _Unlocking:
    """How this process opens encrypted cases: set once, by the command line."""

    passphrase: Passphrase | None = None
    known: dict[bytes, CaseKey] = field(default_factory=dict, repr=False)
    """Salt of a file that was opened → its key."""


_UNLOCKING = _Unlocking()


def set_case_passphrase(passphrase: Passphrase | None) -> None:
    """Set where this process takes the passphrase of an encrypted case from, and forget the keys that it knows."""
    _UNLOCKING.passphrase = passphrase
    _UNLOCKING.known.clear()


def is_available() -> bool:
    """Return whether SQLCipher is installed."""
    return find_spec("sqlcipher3") is not None


def is_encrypted(path: Path) -> bool:
    """Return whether a file may be an encrypted case: whole pages without the header of SQLite.

    SQLCipher's pages cannot be told from noise, so only the key shows whether it is one.
    """
    if not path.is_file():  # a pipe would block
        return False
    try:
        with path.open("rb") as stream:
            header = stream.read(len(_PLAIN_HEADER))
            size = os.fstat(stream.fileno()).st_size
    except OSError:
        return False  # opening it reports why
    return size > 0 and size % PAGE_BYTES == 0 and header != _PLAIN_HEADER


def new_key(passphrase: str) -> CaseKey:
    """Derive the key of a new file from a passphrase and a random salt."""
    return _derive(passphrase, secrets.token_bytes(SALT_BYTES))


def key_of(path: Path, shown: str) -> CaseKey:
    """Return the key of an encrypted file, from this process's memory or from its passphrase.

    Raises
    ------
    CaseError
        SQLCipher is not installed, or this process has no passphrase.
    UsageError
        The passphrase cannot be read.
    """
    if not is_available():
        raise CaseError(
            _(
                '{file} is encrypted, or not a case file; run pip install "opsec[encrypted]" to open it, or give '
                "another path with --case",
                file=shown,
            )
        )
    with path.open("rb") as stream:
        salt = stream.read(SALT_BYTES)
    if salt in _UNLOCKING.known:
        return _UNLOCKING.known[salt]
    if _UNLOCKING.passphrase is None:
        raise CaseError(_("{file} is encrypted, and nothing gives its passphrase", file=shown))
    return _derive(_UNLOCKING.passphrase(shown), salt)


def remember(key: CaseKey) -> None:
    """Keep a key that has opened its file until this process ends."""
    _UNLOCKING.known[key.salt] = key


def _derive(passphrase: str, salt: bytes) -> CaseKey:
    return CaseKey(hashlib.pbkdf2_hmac("sha512", passphrase.encode(), salt, _ITERATIONS, _KEY_BYTES), salt)


def driver() -> Any:
    """Return the module of SQLCipher, which has the interface of ``sqlite3``."""
    return import_module(_DRIVER)


def errors() -> tuple[type[Exception], ...]:
    """Return the errors of SQLite, and those of SQLCipher as far as this process has loaded it."""
    loaded: Any = sys.modules.get(_DRIVER)
    return (sqlite3.Error,) if loaded is None else (sqlite3.Error, loaded.Error)


def connect(database: str, key: CaseKey | None, shown: str, **options: Any) -> Any:
    """Connect to a file with SQLCipher, and check its first page.

    Parameters
    ----------
    database
        Path, or URI with the option ``uri``.
    key
        Its key; None for a plain file.
    shown
        Its name for messages.
    **options
        Of ``sqlite3.connect``.

    Raises
    ------
    CaseError
        The key does not open the file.
    """
    module = driver()
    connection = module.connect(database, **options)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to standard error
        connection.execute("PRAGMA cipher_default_compatibility = 4").fetchall()  # whatever a later version prefers
        if key is not None:
            connection.execute(f'PRAGMA key = "{key.literal}"').fetchall()
            connection.execute("PRAGMA cipher_compatibility = 4").fetchall()
        connection.execute("PRAGMA temp_store = MEMORY")  # nothing unencrypted reaches the disk
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except module.Error as error:
        connection.close()
        if key is not None and getattr(error, "sqlite_errorcode", 0) & 0xFF == _NOT_A_DATABASE:
            raise CaseError(_wrong_passphrase(shown)) from None
        raise
    except BaseException:
        connection.close()
        raise
    if key is not None:
        remember(key)
    return connection


def _wrong_passphrase(shown: str) -> Message:
    return _(
        "{file} does not open with this passphrase; check the passphrase, and that the file is a case file of this "
        "program",
        file=shown,
    )
