"""An encrypted case file: nothing on the disk is in clear, only its passphrase opens it, and it works as usual."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from opsec.casefile import conversion, encryption
from opsec.casefile.case_file import open_case
from opsec.casefile.conversion import decrypt_case, encrypt_case
from opsec.casefile.integrity import check_integrity
from opsec.casefile.read_only import recorded_faults
from opsec.errors import CaseError, OpsecError, UsageError
from opsec.i18n.messages import set_language
from tests.casefile.made import READERS, a_post, digest, keep
from tests.casefile.test_migration import VERSION_1

needs_sqlcipher = pytest.mark.skipif(
    not encryption.is_available(), reason="the extra opsec[encrypted] is not installed"
)
WORDS, OTHER_WORDS = "five words nobody guesses at", "six other words nobody guesses at"
SECRETS = (b"gate.mp4", b"SQLite format 3", b"CREATE TABLE")


@pytest.fixture(autouse=True)
def _quick_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Few iterations: what they cost is not tested here."""
    monkeypatch.setattr(encryption, "_ITERATIONS", 10)
    set_language("en")
    yield
    encryption.set_case_passphrase(None)
    set_language(None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "case.db"


def say(words: str) -> Callable[[str], str]:
    return lambda _file: words


@pytest.fixture
def encrypted(path: Path) -> Path:
    """A case with one post, which this process has forgotten the key of."""
    with open_case(str(path)) as case:
        keep(case, a_post())
    encrypt_case(str(path), say(WORDS))
    encryption.set_case_passphrase(say(WORDS))
    return path


# ── what is on the disk ───────────────────────────────────────────────────────────────────────
@needs_sqlcipher
def test_no_file_of_an_open_encrypted_case_has_anything_in_clear(encrypted: Path) -> None:
    with open_case(str(encrypted)) as case:
        keep(case, a_post("second.mp4"))
        found = {one.name: one.read_bytes() for one in encrypted.parent.iterdir()}
    assert set(found) == {"case.db", "case.db-wal", "case.db-shm"}
    assert len(found["case.db-wal"]) > 4096, "the post is in the log"
    for name, data in found.items():
        assert [secret for secret in SECRETS if secret in data] == [], name


def test_the_secrets_are_found_in_a_plain_case(path: Path) -> None:
    """Otherwise the test above could not fail."""
    with open_case(str(path)) as case:
        keep(case, a_post())
        on_disk = b"".join(one.read_bytes() for one in path.parent.iterdir())
    assert [secret for secret in SECRETS if secret not in on_disk] == []


@needs_sqlcipher
def test_nothing_but_the_encrypted_file_is_left_and_the_old_content_is_overwritten(path: Path) -> None:
    with open_case(str(path)) as case:
        keep(case, a_post())
    landmarks = path.with_name(path.name + ".landmarks")
    landmarks.mkdir()
    (landmarks / "features.npz").write_bytes(b"of a photo")
    with path.open("rb") as old:
        encrypt_case(str(path), say(WORDS))
        assert set(old.read()) == {0}, "the blocks of the plain file"
    assert [one.name for one in path.parent.iterdir()] == ["case.db"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert encryption.is_encrypted(path)


@needs_sqlcipher
def test_a_case_that_is_encrypted_from_the_beginning_is_never_plain(path: Path) -> None:
    encrypt_case(str(path), say(WORDS))
    with open_case(str(path)) as case:
        keep(case, a_post())
        assert list(case.posts(READERS)) == [a_post()]
    assert encryption.is_encrypted(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@needs_sqlcipher
def test_the_file_is_one_of_sqlcipher_itself(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own tools open it with the passphrase, so the officer does not depend on this program."""
    monkeypatch.setattr(encryption, "_ITERATIONS", 256_000)
    encrypt_case(str(path), say(WORDS))
    module: Any = import_module("sqlcipher3.dbapi2")
    connection = module.connect(str(path))
    connection.execute(f"PRAGMA key = '{WORDS}'")
    assert connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone() is not None
    connection.close()


# ── who opens it ──────────────────────────────────────────────────────────────────────────────
@needs_sqlcipher
def test_a_wrong_passphrase_is_one_sentence_and_is_not_remembered(
    encrypted: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    encryption.set_case_passphrase(say("a wrong one"))
    before = encrypted.read_bytes()
    for _ in range(2):
        with pytest.raises(CaseError) as caught:
            open_case(str(encrypted))
        assert str(caught.value) == (
            f"{encrypted} does not open with this passphrase; check the passphrase, and that the file is a case file "
            "of this program"
        )
    assert encrypted.read_bytes() == before
    assert capfd.readouterr() == ("", ""), "SQLCipher writes its own log to standard error"
    encryption.set_case_passphrase(say(WORDS))
    open_case(str(encrypted)).close()


@needs_sqlcipher
def test_the_passphrase_is_asked_for_once(encrypted: Path) -> None:
    asked = []

    def answer(file: str) -> str:
        asked.append(file)
        return WORDS

    encryption.set_case_passphrase(answer)
    for _ in range(3):
        open_case(str(encrypted)).close()
    assert asked == [str(encrypted)]


@needs_sqlcipher
def test_without_a_passphrase_and_without_sqlcipher_the_sentence_names_the_reason(
    encrypted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encryption.set_case_passphrase(None)
    with pytest.raises(CaseError, match="nothing gives its passphrase"):
        open_case(str(encrypted))
    monkeypatch.setattr(encryption, "is_available", lambda: False)
    with pytest.raises(CaseError, match=r'pip install "opsec\[encrypted\]"'):
        open_case(str(encrypted))
    with pytest.raises(CaseError, match=r'pip install "opsec\[encrypted\]"'):
        encrypt_case(str(encrypted), say(WORDS))


@needs_sqlcipher
def test_a_new_passphrase_replaces_the_old_one(encrypted: Path) -> None:
    encrypt_case(str(encrypted), say(OTHER_WORDS))
    encryption.set_case_passphrase(say(WORDS))
    with pytest.raises(CaseError, match="does not open"):
        open_case(str(encrypted))
    encryption.set_case_passphrase(say(OTHER_WORDS))
    with open_case(str(encrypted)) as case:
        assert list(case.posts(READERS)) == [a_post()]


def test_a_key_is_not_in_its_own_text() -> None:
    key = encryption.new_key(WORDS)
    assert key.key.hex() not in repr(key)
    assert repr(key.key) not in repr(key)


# ── it works as a plain one ───────────────────────────────────────────────────────────────────
@needs_sqlcipher
def test_the_content_survives_both_ways(encrypted: Path) -> None:
    with open_case(str(encrypted)) as case:
        keep(case, a_post("second.mp4"))
        check_integrity(case.transactions, whole=True)
    decrypt_case(str(encrypted))
    encryption.set_case_passphrase(None)
    with open_case(str(encrypted)) as case:
        assert [post.path for post in case.posts(READERS)] == ["posts/gate.mp4", "posts/second.mp4"]
        check_integrity(case.transactions, whole=True)
        events = case.transactions.engine.connect().exec_driver_sql("SELECT event FROM audit ORDER BY seq").scalars()
        assert list(events) == ["case_encrypted", "case_decrypted"]
    assert [one.name for one in encrypted.parent.iterdir()] == ["case.db"]
    assert stat.S_IMODE(encrypted.stat().st_mode) == 0o600


@needs_sqlcipher
def test_an_encrypted_file_of_an_older_version_is_migrated(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(VERSION_1 % {"sha256": digest("gate.mp4")})
    connection.close()
    path.chmod(0o600)
    conversion._convert(path, str(path), encryption.new_key(WORDS))
    with open_case(str(path)) as case:
        assert [post.path for post in case.posts(READERS)] == ["posts/gate.mp4"]
    assert encryption.is_encrypted(path)


@needs_sqlcipher
def test_the_faults_of_an_encrypted_case_are_read_without_changing_it(encrypted: Path) -> None:
    before = encrypted.read_bytes()
    assert recorded_faults(str(encrypted), "1.0", 5) == []
    assert encrypted.read_bytes() == before


@needs_sqlcipher
@pytest.mark.parametrize("name", ["-rf.db", "قضية.db", "a b%20?mode=memory#x.db", "file:x.db"])
def test_any_file_name_is_accepted_literally(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    encrypt_case(name, say(WORDS))
    with open_case(name) as case:
        keep(case, a_post())
    assert os.listdir() == [name]  # noqa: PTH208 - names as the system has them


# ── damage, and other people's files ──────────────────────────────────────────────────────────
@needs_sqlcipher
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_one_changed_byte_is_damage_and_never_an_empty_case(encrypted: Path, share: float) -> None:
    with open_case(str(encrypted)) as case:
        for number in range(200):
            keep(case, a_post(f"{number}.mp4"))
    data = bytearray(encrypted.read_bytes())
    data[int(len(data) * share)] ^= 1
    encrypted.write_bytes(data)
    with pytest.raises(CaseError, match="is damaged"), open_case(str(encrypted)) as case:
        check_integrity(case.transactions, whole=True)
        list(case.posts(READERS))


@needs_sqlcipher
def test_noise_does_not_become_a_case(path: Path) -> None:
    noise = os.urandom(3 * encryption.PAGE_BYTES)
    path.write_bytes(noise)
    encryption.set_case_passphrase(say(WORDS))
    for attempt in (open_case, decrypt_case, lambda where: encrypt_case(where, say(WORDS))):
        with pytest.raises(CaseError, match="does not open with this passphrase"):
            attempt(str(path))
    assert path.read_bytes() == noise
    assert [one.name for one in path.parent.iterdir()] == ["case.db"]


@pytest.mark.parametrize("kind", ["folder", "pipe", "absent"])
def test_what_is_no_file_is_not_encrypted(path: Path, kind: str) -> None:
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    assert not encryption.is_encrypted(path)


@needs_sqlcipher
@pytest.mark.parametrize("where", ["postgresql://host/db", ":memory:", "sqlite://"])
def test_only_a_file_can_be_encrypted(where: str) -> None:
    with pytest.raises(UsageError):
        encrypt_case(where, say(WORDS))


@needs_sqlcipher
def test_a_plain_case_cannot_be_decrypted(path: Path) -> None:
    open_case(str(path)).close()
    with pytest.raises(UsageError, match="is not encrypted"):
        decrypt_case(str(path))


@needs_sqlcipher
def test_a_second_name_of_the_plain_file_is_refused(path: Path, tmp_path: Path) -> None:
    open_case(str(path)).close()
    (tmp_path / "copy.db").hardlink_to(path)
    with pytest.raises(UsageError, match="second name"):
        encrypt_case(str(path), say(WORDS))
    assert not encryption.is_encrypted(path)


@needs_sqlcipher
def test_a_link_stays_a_link_and_its_target_is_encrypted(path: Path, tmp_path: Path) -> None:
    open_case(str(path)).close()
    link = tmp_path / "link.db"
    link.symlink_to(path)
    encrypt_case(str(link), say(WORDS))
    assert link.is_symlink()
    assert encryption.is_encrypted(path)


# ── faults ────────────────────────────────────────────────────────────────────────────────────
OPENER = """
import sys
from opsec.casefile.case_file import open_case
with open_case(sys.argv[1]):
    print("open", flush=True)
    sys.stdin.read()
"""


@needs_sqlcipher
def test_a_case_that_another_program_has_open_stays_as_it_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "_TIMEOUT_S", 0.05)
    with open_case(str(path)) as case:
        keep(case, a_post())
    command = [sys.executable, "-c", OPENER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(CaseError, match="in use by another program"):
            encrypt_case(str(path), say(WORDS))
        assert other.stdin is not None
        other.stdin.close()
    assert not encryption.is_encrypted(path)
    assert [one.name for one in path.parent.iterdir()] == ["case.db"]


@needs_sqlcipher
@pytest.mark.parametrize("step", ["_keep_others_out", "_check", "_row_counts"])
def test_a_failure_at_any_step_leaves_the_case_as_it_was(
    path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_case(str(path)) as case:
        keep(case, a_post())

    def fail(*_arguments: object) -> None:
        raise sqlite3.OperationalError("no space")

    monkeypatch.setattr(conversion, step, fail)
    with pytest.raises(OpsecError):
        encrypt_case(str(path), say(WORDS))
    with open_case(str(path)) as case:
        assert list(case.posts(READERS)) == [a_post()]
    assert [one.name for one in path.parent.iterdir()] == ["case.db"]


@needs_sqlcipher
def test_what_a_killed_run_left_is_removed(path: Path) -> None:
    open_case(str(path)).close()
    left = path.with_name(f".{path.name}.new")
    left.write_bytes(b"half")
    encrypt_case(str(path), say(WORDS))
    assert not left.exists()
    assert encryption.is_encrypted(path)


WRITER = """
import itertools, sys
from opsec.casefile import encryption
from opsec.casefile.case_file import open_case
from tests.casefile.made import a_post, keep
encryption._ITERATIONS = 10
encryption.set_case_passphrase(lambda _file: sys.argv[2])
with open_case(sys.argv[1]) as case:
    for number in itertools.count():
        keep(case, a_post(f"{number:06}.mp4"))
        print(number, flush=True)
"""


@needs_sqlcipher
@pytest.mark.parametrize("after", [1, 30])
def test_posts_stored_before_a_kill_are_complete(path: Path, after: int) -> None:
    encrypt_case(str(path), say(WORDS))
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path), WORDS], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    reported = [int(writer.stdout.readline()) for _ in range(after)]
    writer.send_signal(signal.SIGKILL)
    reported += [int(line) for line in writer.stdout.read().split()]
    writer.wait()
    writer.stdout.close()
    with open_case(str(path)) as case:
        posts = list(case.posts(READERS))
        check_integrity(case.transactions, whole=True)
    assert len(posts) - len(reported) in (0, 1)
