"""Every verb works with an encrypted case file, whose passphrase is never an argument."""

import json
import os
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from opsec import cli
from opsec.casefile import encryption
from opsec.i18n.messages import set_language
from tests.cli.conftest import ROOT

pytestmark = pytest.mark.skipif(not encryption.is_available(), reason="the extra opsec[encrypted] is not installed")
WORDS, OTHER_WORDS = "five words nobody guesses at", "six other words nobody guesses at"
SITES = str(ROOT / "geofences")
POST = {"url": "https://example.org/1", "caption": "we are at Falcon Camp now", "posted_at": "2026-11-17T10:00:00Z"}


class Done(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run a command in an empty folder; ``words`` opens the case, ``new_words`` is its new passphrase."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(encryption, "_ITERATIONS", 10)
    monkeypatch.setattr(sys, "stdin", open(os.devnull))  # noqa: SIM115, PTH123 - nobody to ask

    def call(*arguments: str, words: str | None = None, new_words: str | None = None) -> Done:
        given = list(arguments)
        for option, text in (("--case-passphrase-fd", words), ("--new-passphrase-fd", new_words)):
            if text is not None:
                given += [option, str(_pipe_with(text))]
        code = cli.run(given)
        return Done(code, *capfd.readouterr())

    yield call
    sys.stdin.close()
    encryption.set_case_passphrase(None)
    set_language(None)


def _pipe_with(text: str) -> int:
    """Return a descriptor from which a text can be read; the test process closes it when it ends."""
    reading, writing = os.pipe()
    with closing(os.fdopen(writing, "w")) as stream:
        stream.write(text + "\n")
    return reading


@pytest.fixture
def scanned(run: Run, tmp_path: Path) -> Run:
    """An encrypted case with a post that was scanned."""
    (tmp_path / "posts.jsonl").write_text(json.dumps(POST), "utf-8")
    done = run("case", "encrypt", "--case", "c.db", new_words=WORDS)
    assert done.code == 0, done.err
    done = run("scan", "posts.jsonl", "--sites", SITES, "--case", "c.db", words=WORDS)
    assert done.code == 1, done.err
    return run


def test_verbs_work_with_an_encrypted_case(scanned: Run, tmp_path: Path) -> None:
    number = json.loads(scanned("list", "--case", "c.db", "--format", "json", words=WORDS).out)[0]["number"]
    calls = {
        ("scan", "posts.jsonl", "--sites", SITES, "-o", "a.json"): 1,
        ("watch", ".", "--once", "--sites", SITES): 0,
        ("rematch", "--sites", SITES): 1,
        ("explain", number, "--sites", SITES): 0,
        ("decide", number, "--state", "confirmed", "--why", "seen"): 0,
        ("report", "--week", "2026-W47", "--by", "posted", "-o", "week.json"): 0,
        ("export", "takedown", number, "--sites", SITES, "-o", "request"): 0,
        ("audit", "verify", "--report", "week.json"): 0,
        ("audit", "list"): 0,
        ("audit", "issued"): 0,
        ("purge", "--older-than", "1d"): 0,
        ("list",): 0,
    }
    for arguments, code in calls.items():
        done = scanned(*arguments, "--case", "c.db", words=WORDS)
        assert (arguments, done.code, done.err if done.code not in {0, 1} else "") == (arguments, code, "")
    assert encryption.is_encrypted(tmp_path / "c.db")
    assert b"Falcon" not in (tmp_path / "c.db").read_bytes()
    assert not (tmp_path / "c.db.landmarks").exists(), "features of the officer's photos"


def test_a_bundle_goes_from_one_encrypted_case_to_another(scanned: Run, tmp_path: Path) -> None:
    for name in ("unit", "command"):
        assert scanned("keys", "new", "--name", name, "--keys", name).code == 0
        assert scanned("keys", "show", "--keys", name, "-o", f"{name}.key").code == 0
    for giver, taker, role in (("unit", "command", ()), ("command", "unit", ("--command",))):
        shown = scanned("keys", "show", "--keys", giver).err
        digits = next(line.partition(": ")[2] for line in shown.splitlines() if line.startswith("fingerprint: "))
        done = scanned("keys", "trust", f"{giver}.key", "--keys", taker, "--fingerprint", digits, *role)
        assert done.code == 0, done.err
    assert scanned("case", "encrypt", "--case", "d.db", new_words=OTHER_WORDS).code == 0
    week = ("--week", "2026-W47")
    done = scanned("export", "week", *week, "--case", "c.db", "--keys", "unit", "-o", "a.opsec", words=WORDS)
    assert done.code == 0, done.err
    done = scanned("import", "a.opsec", "--case", "d.db", "--keys", "command", words=OTHER_WORDS)
    assert done.code == 0, done.err
    done = scanned("report", "--units", *week, "--case", "d.db", "--keys", "command", "-o", "u.json", words=OTHER_WORDS)
    assert done.code == 0, done.err
    assert json.loads((tmp_path / "u.json").read_text("utf-8"))["totals"]["flagged"] == 1
    assert encryption.is_encrypted(tmp_path / "d.db")


def test_doctor_reads_the_faults_of_an_encrypted_case(scanned: Run) -> None:
    assert "does not open" in scanned("doctor", "--case", "c.db", words="a wrong one").out
    assert "does not open" not in scanned("doctor", "--case", "c.db", words=WORDS).out


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("words", ["a wrong one", None])
def test_without_the_passphrase_every_verb_is_refused_in_one_sentence(
    scanned: Run, words: str | None, lang: str, tmp_path: Path
) -> None:
    before = (tmp_path / "c.db").read_bytes()
    for arguments in (("scan", "posts.jsonl", "--sites", SITES), ("list",), ("purge", "--older-than", "1d")):
        done = scanned(*arguments, "--case", "c.db", "--lang", lang, words=words)
        assert done.code == 2
        assert len(done.err.strip().splitlines()) == 1
        assert "c.db" in done.err or words is None
    assert (tmp_path / "c.db").read_bytes() == before


def test_a_case_is_encrypted_given_a_new_passphrase_and_decrypted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_text(json.dumps(POST), "utf-8")
    run("scan", "posts.jsonl", "--sites", SITES, "--case", "c.db")
    assert run("case", "encrypt", "--case", "c.db", new_words=WORDS).code == 0
    assert run("case", "encrypt", "--case", "c.db", words=WORDS, new_words=OTHER_WORDS).code == 0
    assert run("list", "--case", "c.db", words=WORDS).code == 2
    assert run("case", "decrypt", "--case", "c.db", words=OTHER_WORDS).code == 0
    assert "F-07" in run("list", "--case", "c.db").out
    assert {path.name for path in tmp_path.iterdir()} <= {"posts.jsonl", "c.db", "c.db.landmarks"}


@pytest.mark.parametrize(("words", "text"), [("short", "fewer than"), ("", "is empty")])
def test_a_weak_new_passphrase_is_refused_and_nothing_is_made(run: Run, words: str, text: str, tmp_path: Path) -> None:
    done = run("case", "encrypt", "--case", "c.db", new_words=words)
    assert (done.code, text in done.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_nobody_to_ask_is_one_sentence(run: Run, tmp_path: Path) -> None:
    done = run("case", "encrypt", "--case", "c.db")
    assert (done.code, "--new-passphrase-fd" in done.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_the_passphrase_may_be_in_a_keyring(scanned: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class KeyringError(Exception):
        pass

    def get_password(service: str, entry: str) -> str | None:
        if entry == "locked":
            raise KeyringError(WORDS)
        return {"case": WORDS}.get(entry) if service == "opsec" else None

    keyring = types.ModuleType("keyring")
    keyring.__spec__ = types.SimpleNamespace()  # type: ignore[assignment]
    keyring.get_password = get_password  # type: ignore[attr-defined]
    keyring.errors = types.SimpleNamespace(KeyringError=KeyringError)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    assert scanned("list", "--case", "c.db", "--case-passphrase-keyring", "case").code == 0
    done = scanned("list", "--case", "c.db", "--case-passphrase-keyring", "other")
    assert (done.code, "keyring set opsec other" in done.err) == (2, True)
    done = scanned("list", "--case", "c.db", "--case-passphrase-keyring", "locked")
    assert (done.code, "unlock it" in done.err, WORDS in done.err) == (2, True, False)
    monkeypatch.setitem(sys.modules, "keyring", None)
    done = scanned("list", "--case", "c.db", "--case-passphrase-keyring", "case")
    assert (done.code, "pip install keyring" in done.err) == (2, True)


def test_the_passphrase_is_no_argument_and_no_variable(run: Run) -> None:
    for option in ("--case-passphrase", "--case-passphrase-env", "--new-passphrase", "--new-passphrase-env"):
        assert run("case", "encrypt", "--case", "c.db", option, WORDS).code == 2
    assert not Path("c.db").exists()
