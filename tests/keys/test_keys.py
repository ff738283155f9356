"""Keys are private, named, compared by fingerprint, and refused when others can read them."""

import hashlib
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.errors import KeysError
from opsec.keys.own_key import OWN_KEY_FILE, OwnKey, is_signed, load_own_key, new_own_key
from opsec.keys.public_key import PublicKey, parse_public_key, same_fingerprint
from opsec.keys.trusted_keys import FOLDER, command_key, forget, trust, trusted_keys


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def own(folder: Path) -> OwnKey:
    return new_own_key(folder, "الفوج الثالث")


def test_keys_are_made_with_private_modes_whatever_the_umask_is(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        new_own_key(tmp_path / "keys", "unit")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / OWN_KEY_FILE).stat().st_mode) == 0o600


def test_keys_are_loaded_as_they_were_made(folder: Path, own: OwnKey) -> None:
    assert load_own_key(folder) == own


def test_keys_are_never_replaced(folder: Path, own: OwnKey) -> None:
    with pytest.raises(KeysError, match="exists already"):
        new_own_key(folder, "another")
    assert load_own_key(folder) == own


def test_a_dangling_link_in_place_of_the_key_is_not_followed(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(0o700)
    (folder / OWN_KEY_FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeysError, match="exists already"):
        new_own_key(folder, "unit")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_a_key_that_others_can_read_is_refused(folder: Path, own: OwnKey, mode: int) -> None:
    (folder / OWN_KEY_FILE).chmod(mode)
    with pytest.raises(KeysError, match="chmod 600") as caught:
        load_own_key(folder)
    assert own.identity not in str(caught.value)


def test_a_folder_that_others_can_enter_is_refused(folder: Path, own: OwnKey) -> None:
    folder.chmod(0o711)
    with pytest.raises(KeysError, match="chmod 700"):
        load_own_key(folder)
    assert own.public.name


@pytest.mark.parametrize(
    "damage",
    [b"", b"{}", b"[]", b"{" * 9000, b"\xff\xfe", b'{"format": "opsec own key 1", "name": "x", "signing_seed": "00"}'],
)
def test_a_damaged_key_gives_one_sentence_without_its_content(folder: Path, own: OwnKey, damage: bytes) -> None:
    (folder / OWN_KEY_FILE).write_bytes(damage)
    with pytest.raises(KeysError, match="damaged") as caught:
        load_own_key(folder)
    assert own.seed.hex() not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_private_parts_are_in_no_representation(own: OwnKey) -> None:
    assert own.identity not in repr(own)
    assert own.seed.hex() not in repr(own)


def test_a_signature_is_for_one_message_one_key_and_one_purpose(own: OwnKey, tmp_path: Path) -> None:
    other = new_own_key(tmp_path / "other", "other")
    signature = own.sign(b"message", b"purpose")
    assert is_signed(b"message", signature, own.public.verify_key, b"purpose")
    assert not is_signed(b"message!", signature, own.public.verify_key, b"purpose")
    assert not is_signed(b"message", signature, other.public.verify_key, b"purpose")
    assert not is_signed(b"message", signature, own.public.verify_key, b"another purpose")
    assert not is_signed(b"message", signature[:-1], own.public.verify_key, b"purpose")


# ── public keys ───────────────────────────────────────────────────────────────────────────────
def test_the_public_line_has_no_secret_and_is_read_again(own: OwnKey) -> None:
    line = own.public.line
    assert own.seed.hex() not in line
    assert "SECRET" not in line
    assert parse_public_key(line.encode() + b"\r\n", "x") == own.public


@pytest.mark.parametrize(
    "line",
    [
        "",
        "opsec-key-1",
        "opsec-key-2 " + "0" * 64 + " age1" + "q" * 58 + " name",
        "opsec-key-1 " + "0" * 64 + " age1" + "q" * 58 + " name",  # the checksum of the recipient is wrong
        "opsec-key-1 " + "0" * 63 + " age1" + "q" * 58 + " name",
    ],
)
def test_another_line_is_no_public_key(line: str) -> None:
    with pytest.raises(KeysError, match="not a public key"):
        parse_public_key(line.encode(), "x")


@pytest.mark.parametrize("name", ["", "  ", "a" * 81, "a\nb", "a\x1b[2J", "a\u202eb"])
def test_a_name_that_could_deceive_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(KeysError, match="name of a key"):
        new_own_key(folder, name)


def test_the_fingerprint_is_of_both_keys_and_not_of_the_name(own: OwnKey) -> None:
    key = own.public
    assert [len(group) for group in key.fingerprint.split()] == [5] * 6
    assert PublicKey("other", key.verify_key, key.recipient).fingerprint == key.fingerprint
    assert PublicKey(key.name, bytes(32), key.recipient).fingerprint != key.fingerprint
    assert PublicKey(key.name, key.verify_key, "age1" + "q" * 58).fingerprint != key.fingerprint


def test_the_fingerprint_does_not_change() -> None:
    """Units compare it by voice across versions of the program. Computed from the description, not by the program."""
    digest = hashlib.sha256(b"opsec key fingerprint 1\0" + bytes(range(32)) + b"age1" + b"q" * 58).hexdigest()
    digits = str(int(digest, 16) % 10**30).zfill(30)
    fingerprint = " ".join(digits[at : at + 5] for at in range(0, 30, 5))
    assert PublicKey("x", bytes(range(32)), "age1" + "q" * 58).fingerprint == fingerprint


@given(st.text(alphabet="0123456789", min_size=30, max_size=30))
def test_a_fingerprint_may_be_typed_in_either_digits(digits: str) -> None:
    grouped = " ".join(digits[at : at + 5] for at in range(0, 30, 5))
    arabic = digits.translate({ord("0") + n: chr(ord("٠") + n) for n in range(10)})
    assert same_fingerprint(arabic, grouped)
    assert same_fingerprint(grouped.replace(" ", "-"), grouped)
    assert not same_fingerprint(digits[:-1], grouped)


# ── trust ─────────────────────────────────────────────────────────────────────────────────────
def _public(folder: Path, name: str) -> PublicKey:
    return new_own_key(folder, name).public


def test_trusted_keys_are_listed_by_name_and_found_by_role(folder: Path, tmp_path: Path) -> None:
    trust(folder, _public(tmp_path / "b", "b"), name=None, role="unit")
    trust(folder, _public(tmp_path / "a", "a"), name="قيادة", role="command")
    assert [(one.name, one.role) for one in trusted_keys(folder)] == [("b", "unit"), ("قيادة", "command")]
    assert command_key(folder, None).name == "قيادة"


def test_a_second_key_of_one_name_is_refused_unless_it_replaces_the_first(folder: Path, tmp_path: Path) -> None:
    first, second = _public(tmp_path / "a", "unit"), _public(tmp_path / "b", "unit")
    trust(folder, first, name=None, role="unit")
    with pytest.raises(KeysError, match="--replace"):
        trust(folder, second, name=None, role="unit")
    replaced = trust(folder, second, name=None, role="unit", replace_key=True)
    assert replaced.former == (first.fingerprint,)
    assert trusted_keys(folder) == (replaced,)


def test_a_key_trusted_again_takes_the_new_name(folder: Path, tmp_path: Path) -> None:
    key = _public(tmp_path / "a", "unit")
    trust(folder, key, name=None, role="unit")
    trust(folder, key, name="renamed", role="unit")
    assert [one.name for one in trusted_keys(folder)] == ["renamed"]


def test_a_key_that_replaces_another_keeps_every_former_fingerprint(folder: Path, tmp_path: Path) -> None:
    one, two, three = (_public(tmp_path / name, name) for name in "abc")
    trust(folder, one, name="a", role="unit")
    trust(folder, two, name="a", role="unit", replace_key=True)
    trust(folder, three, name="c", role="unit")
    both = trust(folder, two, name="c", role="unit", replace_key=True)
    assert set(both.former) == {one.fingerprint, three.fingerprint}
    other_recipient = trust(folder, PublicKey("c", two.verify_key, one.recipient), name="c", role="unit")
    assert set(other_recipient.former) == {one.fingerprint, two.fingerprint, three.fingerprint}
    assert trusted_keys(folder) == (other_recipient,)


def test_a_forgotten_key_is_gone(folder: Path, tmp_path: Path) -> None:
    trust(folder, _public(tmp_path / "a", "unit"), name=None, role="unit")
    forget(folder, "unit")
    assert trusted_keys(folder) == ()
    with pytest.raises(KeysError, match="no trusted key"):
        forget(folder, "unit")


def test_a_damaged_trusted_key_is_refused_not_left_out(folder: Path, tmp_path: Path) -> None:
    trust(folder, _public(tmp_path / "a", "unit"), name=None, role="unit")
    (path,) = (folder / FOLDER).iterdir()
    path.write_bytes(path.read_bytes().replace(b"unit", b"boss"))
    with pytest.raises(KeysError, match="damaged"):
        trusted_keys(folder)


def test_one_command_must_be_meant(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(KeysError, match="--command"):
        command_key(folder, None)
    for name in ("a", "b"):
        trust(folder, _public(tmp_path / name, name), name=None, role="command")
    with pytest.raises(KeysError, match="--to"):
        command_key(folder, None)
    assert command_key(folder, "b").name == "b"
