"""Encryption of files with age (age-encryption.org/v1): to recipients, or with a passphrase (scrypt, RFC 7914)."""

from collections.abc import Sequence

from opsec.keys.own_key import OwnKey

MAGIC = b"age-encryption.org/v1\n"
MIN_PASSPHRASE_LENGTH = 12
"""Characters: a stolen file can be tried at leisure."""


class AgeError(Exception):
    """A file cannot be decrypted: another passphrase or key, or it is damaged."""


def is_age_file(head: bytes) -> bool:
    """Whether these are the first bytes of an age file."""
    return head.startswith(MAGIC)


def needs_passphrase(data: bytes) -> bool:
    """Whether an age file was encrypted with a passphrase, not to recipients."""
    return data[len(MAGIC) :].startswith(b"-> scrypt ")


def encrypt_with_passphrase(data: bytes, passphrase: str) -> bytes:
    """Encrypt with a passphrase."""
    import pyrage

    return bytes(pyrage.passphrase.encrypt(data, passphrase))


def encrypt_to(data: bytes, recipients: Sequence[str]) -> bytes:
    """Encrypt to X25519 recipients, any of whom can decrypt."""
    import pyrage

    return bytes(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(one) for one in recipients]))


def decrypt_with_passphrase(data: bytes, passphrase: str) -> bytes:
    """Decrypt with a passphrase, or raise ``AgeError``."""
    import pyrage

    try:
        return bytes(pyrage.passphrase.decrypt(data, passphrase))
    except pyrage.DecryptError:
        raise AgeError from None


def decrypt_as(data: bytes, own: OwnKey) -> bytes:
    """Decrypt with own keys, or raise ``AgeError``."""
    import pyrage

    try:
        return bytes(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(own.identity)]))
    except pyrage.DecryptError:
        raise AgeError from None
