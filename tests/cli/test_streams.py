"""Results when standard output is closed, full or read by nobody; files that fail; and nothing else is lost."""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from opsec.casefile.case_file import open_case
from tests.cli.conftest import ROOT, Opsec

POSTS, SITES = ROOT / "examples" / "posts", ROOT / "geofences"
FULL = Path("/dev/full")
VERBS: dict[str, list[str]] = {
    "help": ["scan", "--help"],
    "schema": ["schema"],
    "sites list": ["sites", "list", "--sites", str(SITES)],
    "explain": ["explain", "calm", "--sites", str(SITES)],
    "report": ["report", "--case", "kept.db"],
}
Writer = Callable[[Sequence[str], int], tuple[int, str]]


@pytest.fixture
def calm(tmp_path: Path) -> Path:
    """A folder with the one post that leaks nothing."""
    folder = tmp_path / "calm"
    folder.mkdir()
    shutil.copy(POSTS / "football.mp4", folder)
    return folder


@pytest.fixture
def written_to(tmp_path: Path) -> Writer:
    """Run with standard output at an open file: exit code and talk."""

    def call(arguments: Sequence[str], stdout: int) -> tuple[int, str]:
        command = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", *arguments]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "OPSEC"))}
        done = subprocess.run(
            command, cwd=tmp_path, env={**kept, "LANG": "C.UTF-8"}, stdout=stdout, stderr=subprocess.PIPE, check=False
        )
        os.close(stdout)
        return done.returncode, done.stderr.decode()

    return call


def nobody() -> int:
    """The writing end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def full() -> int:
    return os.open(FULL, os.O_WRONLY)


needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


@pytest.mark.parametrize("verb", VERBS)
def test_a_reader_that_has_seen_enough_is_no_trouble(verb: str, written_to: Writer, calm: Path, tmp_path: Path) -> None:
    open_case(str(tmp_path / "kept.db")).close()
    assert written_to(VERBS[verb], nobody()) == (0, "")


@needs_full
@pytest.mark.parametrize("verb", VERBS)
def test_a_full_disk_is_one_sentence_and_exit_code_2(verb: str, written_to: Writer, calm: Path, tmp_path: Path) -> None:
    open_case(str(tmp_path / "kept.db")).close()
    code, said = written_to(VERBS[verb], full())
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("opsec: cannot write to standard output (No space left on device); ")


@pytest.mark.parametrize("shape", ["json", "table"])
def test_the_exit_code_of_a_scan_does_not_depend_on_who_reads_it(shape: str, written_to: Writer, calm: Path) -> None:
    scan = ["scan", "calm", "--sites", str(SITES), "--format", shape]
    code, said = written_to(scan, nobody())
    assert code == 0
    assert said.splitlines()[-1] == "1 clip: 1 read, 0 flagged, 0 hidden by decisions, 0 not fully checked"
    shutil.copy(POSTS / "IMG_2041.mov", calm)
    assert written_to(scan, nobody())[0] == 1


@needs_full
@pytest.mark.parametrize("shape", ["json", "table"])
def test_a_scan_to_a_full_disk_writes_its_files_and_tells_the_rest(
    shape: str, written_to: Writer, calm: Path, tmp_path: Path
) -> None:
    code, said = written_to(["scan", "calm", "--sites", str(SITES), "--format", shape, "-o", "o.json"], full())
    assert code == 2
    assert "cannot write to standard output" in said.splitlines()[-2]
    assert said.splitlines()[-1].startswith("1 clip: 1 read")
    assert len(json.loads((tmp_path / "o.json").read_text("utf-8"))["clips"]) == 1


@pytest.mark.parametrize("closed", ["1", "2", "0"])
def test_a_stream_that_the_caller_closed(closed: str, calm: Path, tmp_path: Path) -> None:
    command = f'exec {closed}>&-; "$@"'
    program = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", "scan", "calm", "--sites", str(SITES)]
    done = subprocess.run(
        ["bash", "-c", command, "-", *program],
        cwd=tmp_path,
        env={**os.environ, "OPSEC_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (2 if closed == "1" else 0)
    assert ("cannot write to standard output" in done.stderr) == (closed == "1")
    assert "Traceback" not in done.stderr


def test_talk_that_nobody_hears_changes_nothing(calm: Path, tmp_path: Path) -> None:
    shutil.copy(POSTS / "cut_off.mp4", calm)
    command = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", "scan", "calm", "--sites", str(SITES)]
    ear = nobody()
    done = subprocess.run(
        [*command, "-o", "o.json"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=ear, check=False, text=True
    )
    os.close(ear)
    assert (done.returncode, done.stdout) == (3, "")
    assert (tmp_path / "o.json").is_file()


# ── files ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("nofolder/out.json", "its folder does not exist"),
        ("calm/football.mp4/out.json", "its folder does not exist"),
        ("folder.json", "is not a regular file"),
        ("locked/out.json", "may not write there"),
        ("x" * 300 + ".json", "its name is too long"),
    ],
)
def test_a_target_that_cannot_be_written_is_refused_before_anything_is_read(
    target: str, told: str, fresh_opsec: Opsec, calm: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder.json").mkdir()
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    if target.startswith("locked") and os.access(locked, os.W_OK):
        pytest.skip("this account may write everywhere")
    done = fresh_opsec("scan", calm, "--sites", SITES, "-o", target)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert told in done.stderr
    assert not (tmp_path / "opsec-case.db").exists()


def test_a_file_that_fails_after_the_scan_keeps_nothing_else_back(calm: Path, tmp_path: Path) -> None:
    """The folder of the first file goes away while the scan runs."""
    shutil.copy(POSTS / "cut_off.mp4", calm)
    (tmp_path / "gone").mkdir()
    program = (
        "import pathlib, opsec.app.scan, opsec.cli\n"
        "honest = opsec.scan.__globals__['read_posts']\n"
        "def read(*given):\n"
        "    pathlib.Path('gone').rmdir()\n"
        "    yield from honest(*given)\n"
        "opsec.scan.__globals__['read_posts'] = read\n"
        "opsec.cli.main()\n"
    )
    files = ["-o", "gone/a.json", "-o", "b.json", "--format", "table"]
    done = subprocess.run(
        [sys.executable, "-c", program, "scan", "calm", "--sites", str(SITES), *files],
        cwd=tmp_path,
        env={**os.environ, "OPSEC_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no exposure found" in done.stdout
    assert len(json.loads((tmp_path / "b.json").read_text("utf-8"))["clips"]) == 2
    assert stat.S_IMODE((tmp_path / "b.json").stat().st_mode) == 0o600
    *_rest, trouble, failed, last = done.stderr.splitlines()
    assert "cut_off.mp4: not read" in trouble
    assert "gone/a.json cannot be written: its folder does not exist" in failed
    assert last.startswith("2 clips: 1 read")
