"""Where the passphrase of a pack comes from: a descriptor, an environment variable, or a question; never an argument.

The options ``--passphrase-fd N`` and ``--passphrase-env NAME`` are accepted on every command line, as ``--lang`` is.
"""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from opsec.errors import UsageError
from opsec.i18n.messages import Message, _, render
from opsec.i18n.safe_text import escape_unsafe

OPTIONS = ("--passphrase-fd", "--passphrase-env")
_MAX_BYTES = 4096


@dataclass(slots=True)
class _Source:
    """What the command line named; a descriptor is read once."""

    fd: int | None = None
    variable: str | None = None
    known: str | None = field(default=None, repr=False)


_SOURCE = _Source()


def forget() -> None:
    """Forget what an earlier command line of this process named."""
    _SOURCE.fd, _SOURCE.variable, _SOURCE.known = None, None, None


def take_option(name: str, value: str) -> None:
    """Remember where the passphrase comes from.

    Raises
    ------
    UsageError
        The descriptor is no number.
    """
    if name == "--passphrase-env":
        _SOURCE.variable = value
        return
    if not value.isascii() or not value.isdigit():
        raise UsageError(_("--passphrase-fd takes the number of an open descriptor, as in --passphrase-fd 3"))
    _SOURCE.fd = int(value)


def unlock_packs() -> None:
    """Let packs of sites be opened with the passphrase that this command line names, or by a question."""
    import typer

    from opsec.sites.unlocking import set_unlocking

    user = Path(typer.get_app_dir("opsec")) / "keys"
    set_unlocking(passphrase, (Path("keys"), user))


def passphrase(shown: str) -> str:
    """Return the passphrase of a pack; ``shown`` is its name for the question.

    Raises
    ------
    UsageError
        Nothing names one, and there is nobody to ask.
    """
    if _SOURCE.known is None:
        _SOURCE.known = _read(_("passphrase of {file}", file=shown), confirm=False)
    return _SOURCE.known


def new_passphrase(shown: str) -> str:
    """Return a passphrase for a new pack: long enough, and typed twice.

    Raises
    ------
    UsageError
        It is too short, or as for ``passphrase``.
    """
    from opsec.keys.age_files import MIN_PASSPHRASE_LENGTH

    found = _read(_("new passphrase of {file}", file=shown), confirm=True)
    if len(found) < MIN_PASSPHRASE_LENGTH:
        raise UsageError(
            _(
                "the passphrase has fewer than {least} characters; take five or more words that nobody would guess",
                least=MIN_PASSPHRASE_LENGTH,
            )
        )
    return found


def _read(question: Message, *, confirm: bool) -> str:
    if _SOURCE.fd is not None:
        return _read_descriptor(_SOURCE.fd)
    if _SOURCE.variable is not None:
        value = os.environ.get(_SOURCE.variable)
        if not value:
            raise UsageError(
                _("the environment variable {name} is not set", name=escape_unsafe(_SOURCE.variable, limit=80))
            )
        return value
    if not sys.stdin.isatty():
        raise UsageError(_("no passphrase; give it with --passphrase-fd or --passphrase-env, or run on a terminal"))
    first = _ask(question)
    if confirm and _ask(_("the same again")) != first:
        raise UsageError(_("the two passphrases differ, and nothing was written; run the command again"))
    return first


def _ask(question: Message) -> str:
    """Ask on the terminal without an echo."""
    import typer

    return str(typer.prompt(render(question), hide_input=True, err=True))


def _read_descriptor(fd: int) -> str:
    """Read a passphrase to the end of a descriptor, without its line break."""
    found = b""
    try:
        while len(found) <= _MAX_BYTES and (part := os.read(fd, _MAX_BYTES)):
            found += part
    except OSError as error:
        raise UsageError(
            _(
                "the descriptor {fd} of --passphrase-fd cannot be read ({error}); open it, as in 3<file",
                fd=str(fd),
                error=error.strerror or type(error).__name__,
            )
        ) from error
    try:
        text = found.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        text = ""
    if not text or len(found) > _MAX_BYTES:
        raise UsageError(_("the passphrase is empty, not UTF-8 or too long; give it on one line"))
    return text
