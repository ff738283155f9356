"""Public keys: one line of text, and a fingerprint of digits that two people compare by voice.

A line is ``opsec-key-1 ED25519 AGE-RECIPIENT NAME``: an Ed25519 public key (RFC 8032) in hexadecimal, an X25519
recipient of age (age-encryption.org/v1), and the name that its owner gave it. The fingerprint covers both keys. It does
not cover the name: whoever trusts a key gives it a name.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from opsec.errors import KeysError
from opsec.i18n.messages import Message, _

PREFIX = "opsec-key-1"
FINGERPRINT_DIGITS = 30
"""Decimal digits: 99.6 bits, so nobody finds a second key with the fingerprint of a given one."""
GROUP_DIGITS = 5
MAX_NAME_LENGTH = 80
MAX_LINE_BYTES = 1_024

_LINE = re.compile(rf"{PREFIX} ([0-9a-f]{{64}}) (age1[02-9ac-hj-np-z]{{58}}) (\S.*)")
_DOMAIN = b"opsec key fingerprint 1\0"
_ARABIC_DIGITS = {ord("٠") + n: str(n) for n in range(10)} | {ord("۰") + n: str(n) for n in range(10)}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public part of the keys of a unit or a command."""

    name: str
    verify_key: bytes
    """Ed25519, 32 bytes."""
    recipient: str
    """Of age, ``age1…``."""

    @property
    def fingerprint(self) -> str:
        """30 digits in groups of five, such as ``01234 56789 …``."""
        digest = hashlib.sha256(_DOMAIN + self.verify_key + self.recipient.encode()).digest()
        digits = f"{int.from_bytes(digest, 'big') % 10**FINGERPRINT_DIGITS:0{FINGERPRINT_DIGITS}d}"
        return " ".join(digits[at : at + GROUP_DIGITS] for at in range(0, FINGERPRINT_DIGITS, GROUP_DIGITS))

    @property
    def line(self) -> str:
        """The key as one line of text, without a line break."""
        return f"{PREFIX} {self.verify_key.hex()} {self.recipient} {self.name}"


def parse_public_key(data: bytes, file: str) -> PublicKey:
    """Parse the line of a public key.

    Parameters
    ----------
    data
        Content of the file: one line of UTF-8.
    file
        Name of the file for messages.

    Raises
    ------
    KeysError
        It is no public key of this program.
    """
    import pyrage

    found = _LINE.fullmatch(data[:MAX_LINE_BYTES].decode("utf-8-sig", "replace").strip())
    if found is None or len(data) > MAX_LINE_BYTES:
        raise KeysError(_not_a_key(file))
    try:
        pyrage.x25519.Recipient.from_str(found[2])
    except pyrage.RecipientError:
        raise KeysError(_not_a_key(file)) from None
    return PublicKey(checked_name(found[3]), bytes.fromhex(found[1]), found[2])


def _not_a_key(file: str) -> Message:
    return _("{file} is not a public key; ask its owner for the file that opsec keys show wrote", file=file)


def checked_name(name: str) -> str:
    """Return the name of a key in normal form C (UAX #15).

    Raises
    ------
    KeysError
        It is empty or too long, or contains control characters.
    """
    text = unicodedata.normalize("NFC", name).strip()
    if not text or len(text) > MAX_NAME_LENGTH or any(unicodedata.category(char).startswith("C") for char in text):
        raise KeysError(
            _(
                "the name of a key has 1 to {limit} characters on one line; choose another with --name",
                limit=MAX_NAME_LENGTH,
            )
        )
    return text


def same_fingerprint(typed: str, fingerprint: str) -> bool:
    """Whether a fingerprint was typed rightly; spaces and dashes do not matter, nor which digits were used.

    >>> same_fingerprint("٠١٢٣٤-56789", "01234 56789")
    True
    """
    digits = re.sub(r"[\s-]", "", typed.translate(_ARABIC_DIGITS))
    return digits == fingerprint.replace(" ", "")
