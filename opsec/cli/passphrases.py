"""Where passphrases come from: a descriptor, a keyring, for packs also a variable, or a question; never an argument.

The options of ``OPTIONS`` are accepted on every command line, as ``--lang`` is.
"""

import os
import sys
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from opsec.errors import UsageError
from opsec.i18n.messages import Message, _, render
from opsec.i18n.safe_text import escape_unsafe

OPTIONS = ("--passphrase-fd", "--passphrase-env", "--case-passphrase-fd", "--case-passphrase-keyring")
KEYRING_SERVICE = "opsec"
"""Name under which a keyring keeps the passphrases of case files."""
_MAX_BYTES = 4096


@dataclass(slots=True)
class PassphraseSource:
    """What the command line named; a descriptor is read once."""

    option: str
    """Its option for a descriptor."""
    fd: int | None = None
    variable: str | None = None
    keyring_entry: str | None = None
    known: str | None = field(default=None, repr=False)


_PACKS, _CASE = PassphraseSource("--passphrase-fd"), PassphraseSource("--case-passphrase-fd")


def forget() -> None:
    """Forget what an earlier command line of this process named."""
    for source in (_PACKS, _CASE):
        source.fd = source.variable = source.keyring_entry = source.known = None


def take_option(name: str, value: str) -> None:
    """Remember where a passphrase comes from.

    Raises
    ------
    UsageError
        The descriptor is no number.
    """
    if name == "--passphrase-env":
        _PACKS.variable = value
    elif name == "--case-passphrase-keyring":
        _CASE.keyring_entry = value
    else:
        source = _CASE if name == _CASE.option else _PACKS
        source.fd = descriptor(source, value)


def descriptor(source: PassphraseSource, value: str) -> int:
    """Return the number of a descriptor, or raise ``UsageError`` with the name of its option."""
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise UsageError(_("{option} takes the number of an open descriptor, as in {option} 3", option=source.option))
    return int(value)


def unlock_packs() -> None:
    """Let packs of sites be opened with the passphrase that this command line names, or by a question."""
    import typer

    from opsec.sites.unlocking import set_unlocking

    user = Path(typer.get_app_dir("opsec")) / "keys"
    set_unlocking(passphrase, (Path("keys"), user))


def unlock_cases() -> None:
    """Let encrypted case files be opened with the passphrase that this command line names, or by a question."""
    from opsec.casefile.encryption import set_case_passphrase

    set_case_passphrase(case_passphrase)


def case_passphrase(shown: str) -> str:
    """Return the passphrase of an encrypted case; ``shown`` is its name for the question. Raises ``UsageError``."""
    from opsec.runtime.process_lock.system_calls import keep_memory_private

    keep_memory_private()
    if _CASE.known is None:
        _CASE.known = _read(_CASE, _("passphrase of {file}", file=shown), confirm=False, advice=_no_case_passphrase())
    return _CASE.known


def new_case_passphrase(source: PassphraseSource, shown: str) -> str:
    """Return a new passphrase for a case file: long enough, and typed twice. Raises ``UsageError``."""
    found = _read(source, _("new passphrase of {file}", file=shown), confirm=True, advice=_no_new_case_passphrase())
    _check_length(found)
    _CASE.known = found  # the case is opened with it from now on
    return found


def _no_case_passphrase() -> Message:
    return _(
        "no passphrase of the case file; give it with --case-passphrase-fd or --case-passphrase-keyring, or run on a "
        "terminal"
    )


def _no_new_case_passphrase() -> Message:
    return _("no new passphrase; give it with --new-passphrase-fd or --new-passphrase-keyring, or run on a terminal")


def passphrase(shown: str) -> str:
    """Return the passphrase of a pack; ``shown`` is its name for the question.

    Raises
    ------
    UsageError
        Nothing names one, and there is nobody to ask.
    """
    if _PACKS.known is None:
        _PACKS.known = _read(_PACKS, _("passphrase of {file}", file=shown), confirm=False, advice=_no_passphrase())
    return _PACKS.known


def new_passphrase(shown: str) -> str:
    """Return a passphrase for a new pack: long enough, and typed twice.

    Raises
    ------
    UsageError
        It is too short, or as for ``passphrase``.
    """
    found = _read(_PACKS, _("new passphrase of {file}", file=shown), confirm=True, advice=_no_passphrase())
    _check_length(found)
    return found


def _no_passphrase() -> Message:
    return _("no passphrase; give it with --passphrase-fd or --passphrase-env, or run on a terminal")


def _check_length(passphrase: str) -> None:
    from opsec.keys.age_files import MIN_PASSPHRASE_LENGTH

    if len(passphrase) < MIN_PASSPHRASE_LENGTH:
        raise UsageError(
            _(
                "the passphrase has fewer than {least} characters; take five or more words that nobody would guess",
                least=MIN_PASSPHRASE_LENGTH,
            )
        )


def _read(source: PassphraseSource, question: Message, *, confirm: bool, advice: Message) -> str:
    """Read a passphrase; ``advice`` is the sentence for a command that names none and cannot ask."""
    if source.fd is not None:
        return _read_descriptor(source.option, source.fd)
    if source.keyring_entry is not None:
        return _read_keyring(source.keyring_entry)
    if source.variable is not None:
        value = os.environ.get(source.variable)
        if not value:
            raise UsageError(
                _("the environment variable {name} is not set", name=escape_unsafe(source.variable, limit=80))
            )
        return value
    if not sys.stdin.isatty():
        raise UsageError(advice)
    first = _ask(question)
    if confirm and _ask(_("the same again")) != first:
        raise UsageError(_("the two passphrases differ, and nothing was written; run the command again"))
    return first


def _ask(question: Message) -> str:
    """Ask on the terminal without an echo."""
    import typer

    return str(typer.prompt(render(question), hide_input=True, err=True))


def _read_keyring(entry: str) -> str:
    """Read a passphrase from the keyring of this account."""
    if find_spec("keyring") is None:
        raise UsageError(_("no keyring can be read; run pip install keyring, or give the passphrase in another way"))
    keyring: Any = import_module("keyring")
    try:
        found = keyring.get_password(KEYRING_SERVICE, entry)
    except keyring.errors.KeyringError as error:
        raise UsageError(
            _(
                "the keyring cannot be read ({error}); unlock it, or give the passphrase in another way",
                error=type(error).__name__,
            )
        ) from error
    if not found:
        raise UsageError(
            _(
                "the keyring has no passphrase of this name; store it with {command}",
                command=f"keyring set {KEYRING_SERVICE} {escape_unsafe(entry, limit=80)}",
            )
        )
    return str(found)


def _read_descriptor(option: str, fd: int) -> str:
    """Read a passphrase to the end of a descriptor, without its line break."""
    found = b""
    try:
        while len(found) <= _MAX_BYTES and (part := os.read(fd, _MAX_BYTES)):
            found += part
    except OSError as error:
        raise UsageError(
            _(
                "the descriptor {fd} of {option} cannot be read ({error}); open it, as in 3<file",
                option=option,
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
