"""Sealed bundles: bytes that one key signed and that only one recipient can read.

The file is age (age-encryption.org/v1) for one X25519 recipient. Inside is a header of fixed size (magic, public key
and signature of the signer, length of the payload), the payload, and zeros up to a multiple of 4 KiB, so that the size
of the file reveals little. The signature (Ed25519, RFC 8032) covers a domain, the recipient and the payload: a signed
payload that its reader encrypts anew for somebody else is not valid there (Davis, "Defective Sign & Encrypt", 2001).
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from opsec.keys.own_key import OwnKey, is_signed

MAX_PAYLOAD_BYTES = 1 << 20
MAX_FILE_BYTES = 2 << 20
BLOCK_BYTES = 4096
_MAGIC = b"opsec bundle 1\n\0"
_HEADER = struct.Struct(">16s32s64sI")
_DOMAIN = b"opsec bundle 1"

SealFault = Literal["not_a_bundle", "not_for_us", "bad_signature", "unknown_signer"]


class SealError(Exception):
    """A sealed bundle cannot be opened; its code says why."""

    def __init__(self, code: SealFault) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class OpenedBundle:
    """A payload, and the key that signed it."""

    payload: bytes
    verify_key: bytes


def seal(payload: bytes, own: OwnKey, recipient: str) -> bytes:
    """Sign a payload and encrypt it to one age recipient.

    Raises
    ------
    ValueError
        The payload is larger than ``MAX_PAYLOAD_BYTES``.
    """
    import pyrage

    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ValueError("payload of a bundle")
    signature = own.sign(_signed(recipient, payload), _DOMAIN)
    plain = _HEADER.pack(_MAGIC, own.public.verify_key, signature, len(payload)) + payload
    plain += bytes(-len(plain) % BLOCK_BYTES)
    return bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient)]))


def open_sealed(data: bytes, own: OwnKey, known: Iterable[bytes]) -> OpenedBundle:
    """Decrypt a bundle and check its signature.

    Parameters
    ----------
    data
        The file, at most ``MAX_FILE_BYTES``.
    own
        Keys of the reader.
    known
        Public keys of the signers that are trusted.

    Raises
    ------
    SealError
        It is damaged, for somebody else, not signed rightly, or signed by an unknown key.
    """
    import pyrage

    if len(data) > MAX_FILE_BYTES or not data.startswith(b"age-encryption.org/v1\n"):
        raise SealError("not_a_bundle")
    try:
        plain = bytes(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(own.identity)]))
    except pyrage.DecryptError as error:
        raise SealError("not_for_us" if "No matching keys" in str(error) else "not_a_bundle") from None
    if len(plain) < _HEADER.size or len(plain) % BLOCK_BYTES:
        raise SealError("not_a_bundle")
    magic, verify_key, signature, length = _HEADER.unpack_from(plain)
    payload, padding = plain[_HEADER.size : _HEADER.size + length], plain[_HEADER.size + length :]
    if magic != _MAGIC or len(payload) != length or len(padding) >= BLOCK_BYTES or any(padding):
        raise SealError("not_a_bundle")
    if not is_signed(_signed(own.public.recipient, payload), signature, verify_key, _DOMAIN):
        raise SealError("bad_signature")
    if verify_key not in set(known):
        raise SealError("unknown_signer")
    return OpenedBundle(payload, verify_key)


def _signed(recipient: str, payload: bytes) -> bytes:
    return recipient.encode() + b"\0" + payload
