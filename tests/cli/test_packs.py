"""Packs of sites on the command line: the passphrase is never an argument, and what a pack holds stays in memory."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Opsec

WORDS = "we are at Falcon Camp now"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sites of the repository as one encrypted file; deriving its key takes a second."""
    folder = tmp_path_factory.mktemp("pack")
    secret = {"PASS": "five words that nobody guesses"}
    command = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", "sites", "pack", str(ROOT / "geofences")]
    subprocess.run(
        [*command, "-o", "s.age", "--passphrase-env", "PASS"], cwd=folder, env=os.environ | secret, check=True
    )
    return folder / "s.age"


@pytest.fixture
def packed(opsec: Opsec, pack: Path, tmp_path: Path) -> Opsec:
    shutil.copy2(pack, tmp_path)
    return opsec


def test_a_scan_with_a_pack_is_a_scan_with_its_folder(packed: Opsec, tmp_path: Path) -> None:
    (tmp_path / "post.csv").write_text(f"url,caption\nhttps://example.org/1,{WORDS}\n", "utf-8")
    secret = {"PASS": "five words that nobody guesses"}
    done = packed("scan", "post.csv", "--sites", "s.age", "--case", "new.db", "--passphrase-env", "PASS", **secret)
    assert done.returncode == 1, done.stderr
    assert "F-07" in done.stdout
    left = {path.name for path in tmp_path.iterdir()} - {"opsec-case.db", "opsec-case.db.landmarks"}
    assert left == {"s.age", "post.csv", "new.db"}, "no features of the photos, no files of the sites"


def test_the_wrong_passphrase_is_refused(packed: Opsec) -> None:
    done = packed("check-text", WORDS, "--sites", "s.age", "--passphrase-env", "PASS", PASS="another")
    assert done.returncode == 2
    assert "another" not in done.stdout
    assert "cannot be decrypted" in done.stderr


@pytest.mark.parametrize(
    "option", [(), ("--passphrase-fd", "x"), ("--passphrase-fd", "77"), ("--passphrase-env", "NONE")]
)
def test_a_missing_passphrase_is_one_sentence(packed: Opsec, option: tuple[str, ...]) -> None:
    done = packed("check-text", WORDS, "--sites", "s.age", *option)
    assert done.returncode == 2
    assert "--passphrase" in done.stderr or "NONE" in done.stderr


def test_a_short_passphrase_is_refused(opsec: Opsec, tmp_path: Path) -> None:
    done = opsec("sites", "pack", str(ROOT / "geofences"), "-o", "s.age", "--passphrase-env", "PASS", PASS="short")
    assert done.returncode == 2
    assert not (tmp_path / "s.age").exists()


def test_sites_with_a_fault_are_not_packed(opsec: Opsec, tmp_path: Path) -> None:
    (tmp_path / "sites" / "a").mkdir(parents=True)
    (tmp_path / "sites" / "a" / "site.toml").write_text("id = 7", "utf-8")
    done = opsec(
        "sites", "pack", "sites", "-o", "s.age", "--passphrase-env", "PASS", PASS="five words that nobody guesses"
    )
    assert done.returncode == 2
    assert not (tmp_path / "s.age").exists()


def test_everything_that_a_run_makes_is_private(opsec: Opsec, tmp_path: Path) -> None:
    (tmp_path / "post.csv").write_text(f"url,caption\nhttps://example.org/1,{WORDS}\n", "utf-8")
    opsec("scan", "post.csv", "--sites", str(ROOT / "geofences"), "--case", "new.db", "-o", "out.json")
    made = [path for path in tmp_path.iterdir() if path.name.startswith(("new.db", "out"))]
    assert len(made) >= 2
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []
