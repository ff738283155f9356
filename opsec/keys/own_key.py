"""The own keys of a unit or a command: an Ed25519 key that signs, and an age identity that decrypts."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from opsec.errors import KeysError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import display_path
from opsec.keys.private_files import check_private_folder, make_private_folder, read_private, write_private
from opsec.keys.public_key import PublicKey, checked_name

OWN_KEY_FILE = "own.key"
FORMAT = "opsec own key 1"


@dataclass(frozen=True, slots=True)
class OwnKey:
    """Both private keys. They are never part of a message or of ``repr``."""

    public: PublicKey
    seed: bytes = field(repr=False)
    """Of the Ed25519 key, 32 bytes (RFC 8032)."""
    identity: str = field(repr=False)
    """Of age, ``AGE-SECRET-KEY-1…``."""

    def sign(self, message: bytes, domain: bytes) -> bytes:
        """Return the Ed25519 signature of a message for one purpose, 64 bytes.

        ``domain`` is signed before the message, so a signature for one purpose is never valid for another.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(domain + b"\0" + message)


def is_signed(message: bytes, signature: bytes, verify_key: bytes, domain: bytes) -> bool:
    """Whether a signature is that of this key, for this message and this purpose."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(verify_key).verify(signature, domain + b"\0" + message)
    except (InvalidSignature, ValueError):
        return False
    return True


def new_own_key(folder: Path, name: str) -> OwnKey:
    """Make the keys of a unit or a command in a private folder, which is created if it does not exist.

    Raises
    ------
    KeysError
        There are keys already, the folder is readable by others, or it cannot be written.
    """
    import secrets

    import pyrage

    known = checked_name(name)
    make_private_folder(folder)
    own = _from_private(known, secrets.token_bytes(32), str(pyrage.x25519.Identity.generate()))
    record = {"format": FORMAT, "name": own.public.name, "signing_seed": own.seed.hex(), "age_identity": own.identity}
    write_private(folder / OWN_KEY_FILE, (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode())
    return own


def has_own_key(folder: Path) -> bool:
    """Whether a folder holds own keys; it says nothing of whether they can be used."""
    return (folder / OWN_KEY_FILE).is_file()


def load_own_key(folder: Path) -> OwnKey:
    """Load the own keys of a folder.

    Raises
    ------
    KeysError
        There are none, other accounts can read them, or the file is damaged.
    """
    path = folder / OWN_KEY_FILE
    if not has_own_key(folder):
        raise KeysError(
            _(
                "{folder} holds no keys of your own; make them with opsec keys new, or name their folder with --keys",
                folder=display_path(folder),
            )
        )
    check_private_folder(folder)
    try:
        record = json.loads(read_private(path))
        if record["format"] != FORMAT:
            raise KeysError(_damaged(path))
        seed = bytes.fromhex(record["signing_seed"])
        return _from_private(checked_name(record["name"]), seed, record["age_identity"])
    except (ValueError, KeyError, TypeError, RecursionError):
        # The cause would carry what the file contains.
        raise KeysError(_damaged(path)) from None


def _from_private(name: str, seed: bytes, identity: str) -> OwnKey:
    """Derive the public part; ``ValueError`` for keys of another form."""
    import pyrage
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        recipient = str(pyrage.x25519.Identity.from_str(identity).to_public())
    except pyrage.IdentityError:
        raise ValueError("age identity") from None
    verify_key = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return OwnKey(PublicKey(name, verify_key, recipient), seed, identity)


def _damaged(path: Path) -> Message:
    return _("{file} is damaged; put back a copy, or make new keys in another folder", file=display_path(path))
