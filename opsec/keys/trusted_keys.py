"""Public keys of others that somebody compared by fingerprint: units that report here, the command that is reported to.

Each is a file of its own in the folder ``trusted`` beside the own keys, named by its fingerprint.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from opsec.errors import KeysError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import display_path, escape_unsafe
from opsec.keys.private_files import check_private_folder, make_private_folder, read_private, write_private
from opsec.keys.public_key import PublicKey, checked_name, parse_public_key

FOLDER = "trusted"
KeyRole = Literal["unit", "command"]
"""``unit``: reports to us; ``command``: we report to it."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key of somebody else, under the name that we gave it."""

    public: PublicKey
    role: KeyRole
    former: tuple[str, ...] = ()
    """Fingerprints of keys that this one replaced; what they signed before still counts."""

    @property
    def name(self) -> str:
        """The name that we gave it."""
        return self.public.name


def trusted_keys(folder: Path) -> tuple[TrustedKey, ...]:
    """Return every trusted key of a folder of keys, sorted by name; none where nothing was trusted yet.

    Raises
    ------
    KeysError
        A file is damaged, or other accounts can read the folder.
    """
    where = folder / FOLDER
    if not where.is_dir():
        return ()
    check_private_folder(folder)
    check_private_folder(where)
    files = sorted(path for path in where.iterdir() if path.suffix == ".json")
    return tuple(sorted(map(_load, files), key=lambda key: (key.name, key.public.fingerprint)))


def trust(folder: Path, key: PublicKey, *, name: str | None, role: KeyRole, replace_key: bool = False) -> TrustedKey:
    """Add a public key to those that are trusted; trusting it again changes its name and role.

    Parameters
    ----------
    folder
        Of the own keys; it is created if it does not exist.
    key, role
        The key, and what its owner is to us.
    name
        The name that we give it; default: the one that its owner gave it.
    replace_key
        Replace the key that has this name.

    Raises
    ------
    KeysError
        Another key has this name and ``replace_key`` is not set, or the folder cannot be written.
    """
    make_private_folder(folder)
    make_private_folder(folder / FOLDER)
    named = TrustedKey(replace(key, name=checked_name(name if name is not None else key.name)), role)
    known = trusted_keys(folder)
    replaced = [one for one in known if one.public.verify_key == key.verify_key or one.name == named.name]
    if not replace_key and any(one.public.verify_key != key.verify_key for one in replaced):
        raise KeysError(_name_taken(named.name))
    former = {print_ for one in replaced for print_ in (*one.former, one.public.fingerprint)}
    named = replace(named, former=tuple(sorted(former - {key.fingerprint})))
    write_private(_path(folder, named.public), _encode(named), replace=True)
    for old in replaced:
        if old.public.fingerprint != key.fingerprint:
            _path(folder, old.public).unlink(missing_ok=True)
    return named


def forget(folder: Path, name: str) -> TrustedKey:
    """Remove a trusted key by its name: what it signed no longer counts.

    Raises
    ------
    KeysError
        No trusted key has this name.
    """
    known = find_trusted(folder, name)
    _path(folder, known.public).unlink(missing_ok=True)
    return known


def find_trusted(folder: Path, name: str) -> TrustedKey:
    """Return the trusted key of a name, or raise ``KeysError``."""
    wanted = checked_name(name)
    found = next((one for one in trusted_keys(folder) if one.name == wanted), None)
    if found is None:
        raise KeysError(
            _(
                "no trusted key has the name {name}; opsec keys show lists them, opsec keys trust adds one",
                name=escape_unsafe(wanted),
            )
        )
    return found


def command_key(folder: Path, name: str | None) -> TrustedKey:
    """Return the key of the command that we report to.

    Raises
    ------
    KeysError
        No command is trusted, several are and none was named, or the named key is that of a unit.
    """
    if name is not None:
        found = find_trusted(folder, name)
        commands = [found] if found.role == "command" else []
    else:
        commands = [one for one in trusted_keys(folder) if one.role == "command"]
    if not commands:
        raise KeysError(_("no key of a command is trusted; add it with opsec keys trust FILE --command"))
    if len(commands) > 1:
        raise KeysError(
            _(
                "several commands are trusted ({names}); name one with --to",
                names=escape_unsafe(", ".join(one.name for one in commands), limit=200),
            )
        )
    return commands[0]


def _path(folder: Path, key: PublicKey) -> Path:
    return folder / FOLDER / f"{key.fingerprint.replace(' ', '')}.json"


def _encode(key: TrustedKey) -> bytes:
    record = {"key": key.public.line, "role": key.role, "former": key.former}
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()


def _load(path: Path) -> TrustedKey:
    shown = display_path(path)
    try:
        record = json.loads(read_private(path))
        key = parse_public_key(record["key"].encode(), shown)
        former = tuple(str(one) for one in record["former"])
        role = record["role"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise KeysError(_damaged(shown)) from None
    if role not in get_args(KeyRole) or path.stem != key.fingerprint.replace(" ", ""):
        raise KeysError(_damaged(shown))
    return TrustedKey(key, role, former)


def _damaged(file: str) -> Message:
    return _("{file} is damaged; delete it and trust the key again with opsec keys trust", file=file)


def _name_taken(name: str) -> Message:
    return _(
        "another trusted key has the name {name}; if it was replaced, add --replace, else choose another with --name",
        name=escape_unsafe(name),
    )
