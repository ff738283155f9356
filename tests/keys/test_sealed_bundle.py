"""A sealed bundle is read by its recipient alone, and any change of it is found."""

from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.keys.own_key import OwnKey, new_own_key
from opsec.keys.sealed_bundle import BLOCK_BYTES, MAX_FILE_BYTES, MAX_PAYLOAD_BYTES, SealError, open_sealed, seal


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> dict[str, OwnKey]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: new_own_key(Path(folder / name), name) for name in ("unit", "command", "other")}


def code(data: bytes, own: OwnKey, *known: OwnKey) -> str:
    with pytest.raises(SealError) as caught:
        open_sealed(data, own, [one.public.verify_key for one in known])
    return caught.value.code


def test_what_was_sealed_is_read_by_its_recipient(people: dict[str, OwnKey]) -> None:
    unit, command = people["unit"], people["command"]
    for payload in (b"", b"x", b"y" * BLOCK_BYTES, b"z" * MAX_PAYLOAD_BYTES):
        sealed = seal(payload, unit, command.public.recipient)
        opened = open_sealed(sealed, command, [unit.public.verify_key])
        assert (opened.payload, opened.verify_key) == (payload, unit.public.verify_key)


def test_only_the_recipient_reads_it(people: dict[str, OwnKey]) -> None:
    sealed = seal(b"x", people["unit"], people["command"].public.recipient)
    assert code(sealed, people["other"], people["unit"]) == "not_for_us"


def test_the_size_reveals_little(people: dict[str, OwnKey]) -> None:
    """age itself adds a line of random length."""
    sizes = [len(seal(b"x" * size, people["unit"], people["command"].public.recipient)) for size in (1, 100, 3900)]
    assert max(sizes) - min(sizes) < 500


def test_a_key_that_is_not_trusted_is_refused(people: dict[str, OwnKey]) -> None:
    sealed = seal(b"x", people["other"], people["command"].public.recipient)
    assert code(sealed, people["command"], people["unit"]) == "unknown_signer"


def test_a_payload_that_its_reader_passes_on_is_not_valid_there(people: dict[str, OwnKey]) -> None:
    """Another reader encrypts what the unit signed for command to a third party."""
    unit, command, other = people["unit"], people["command"], people["other"]
    plain = pyrage.decrypt(
        seal(b"x", unit, command.public.recipient), [pyrage.x25519.Identity.from_str(command.identity)]
    )
    passed_on = pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(other.public.recipient)])
    assert code(passed_on, other, unit) == "bad_signature"


@given(at=st.integers(0, 1 << 20), flip=st.integers(1, 255))
def test_any_flipped_byte_is_found(people: dict[str, OwnKey], at: int, flip: int) -> None:
    sealed = bytearray(seal(b"payload", people["unit"], people["command"].public.recipient))
    sealed[at % len(sealed)] ^= flip
    assert code(bytes(sealed), people["command"], people["unit"]) in {"not_a_bundle", "not_for_us"}


@given(at=st.integers(0, BLOCK_BYTES - 1), flip=st.integers(1, 255))
def test_any_byte_flipped_inside_is_found_by_the_signature(people: dict[str, OwnKey], at: int, flip: int) -> None:
    """Whoever knows the public key of command can encrypt anything to it."""
    unit, command = people["unit"], people["command"]
    sealed = seal(b"payload", unit, command.public.recipient)
    plain = bytearray(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(command.identity)]))
    plain[at] ^= flip
    forged = pyrage.encrypt(bytes(plain), [pyrage.x25519.Recipient.from_str(command.public.recipient)])
    assert code(forged, command, unit) in {"not_a_bundle", "bad_signature"}


@given(st.binary(max_size=300))
def test_anything_else_is_no_bundle(people: dict[str, OwnKey], data: bytes) -> None:
    assert code(data, people["command"]) == "not_a_bundle"
    assert code(b"age-encryption.org/v1\n" + data, people["command"]) in {"not_a_bundle", "not_for_us"}


def test_a_cut_or_huge_file_is_no_bundle(people: dict[str, OwnKey]) -> None:
    sealed = seal(b"payload", people["unit"], people["command"].public.recipient)
    assert code(sealed[:-1], people["command"], people["unit"]) == "not_a_bundle"
    assert code(sealed + bytes(MAX_FILE_BYTES), people["command"], people["unit"]) == "not_a_bundle"
