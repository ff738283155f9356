"""Results when standard output is closed, full or without a reader, and when files fail; nothing else is lost."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from opsec.casefile.case_file import open_case
from tests.cli.conftest import ROOT, Opsec

SITES = ROOT / "geofences"
FULL = Path("/dev/full")
COMMANDS: dict[str, list[str]] = {
    "help": ["scan", "--help"],
    "schema": ["schema"],
    "sites list": ["sites", "list", "--sites", str(SITES)],
    "explain": ["explain", "rows.jsonl", "--sites", str(SITES)],
    "report": ["report", "--case", "kept.db"],
}
Writer = Callable[[Sequence[str], int], tuple[int, str]]


@pytest.fixture
def harmless(tmp_path: Path) -> Path:
    """A folder with one harmless post."""
    folder = tmp_path / "harmless"
    folder.mkdir()
    write_list(folder / "quiet.jsonl", "a quiet evening")
    return folder


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A list with one harmless post: read without the libraries of pictures, which a new process loads in seconds."""
    return write_list(tmp_path / "rows.jsonl", "a quiet evening")


def write_list(path: Path, caption: str) -> Path:
    """Write a list of one post."""
    path.write_text(json.dumps({"url": "https://example.org/1", "caption": caption}), "utf-8")
    return path


def write_cut_record(path: Path) -> None:
    """Write a record of a post that ends too early."""
    path.write_text('{"title": "a quiet', "utf-8")


@pytest.fixture
def written_to(tmp_path: Path) -> Writer:
    """Run with standard output redirected to an open file: exit code and stderr output."""

    def call(arguments: Sequence[str], stdout: int) -> tuple[int, str]:
        command = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", *arguments]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "OPSEC"))}
        done = subprocess.run(
            command, cwd=tmp_path, env={**kept, "LANG": "C.UTF-8"}, stdout=stdout, stderr=subprocess.PIPE, check=False
        )
        os.close(stdout)
        return done.returncode, done.stderr.decode()

    return call


def closed_pipe() -> int:
    """The writing end of a pipe whose reading end is closed."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def full() -> int:
    return os.open(FULL, os.O_WRONLY)


needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


@pytest.mark.parametrize("subcommand", COMMANDS)
def test_a_reader_that_closes_early_causes_no_error(
    subcommand: str, written_to: Writer, rows: Path, tmp_path: Path
) -> None:
    open_case(str(tmp_path / "kept.db")).close()
    assert written_to(COMMANDS[subcommand], closed_pipe()) == (0, "")


@needs_full
@pytest.mark.parametrize("subcommand", COMMANDS)
def test_a_full_disk_is_one_sentence_and_exit_code_2(
    subcommand: str, written_to: Writer, rows: Path, tmp_path: Path
) -> None:
    open_case(str(tmp_path / "kept.db")).close()
    code, message = written_to(COMMANDS[subcommand], full())
    assert (code, message.count("\n")) == (2, 1)
    assert message.startswith("opsec: cannot write to standard output (No space left on device); ")


@pytest.mark.parametrize("shape", ["json", "table"])
def test_the_exit_code_of_a_scan_does_not_depend_on_its_reader(shape: str, written_to: Writer, harmless: Path) -> None:
    scan = ["scan", "harmless", "--sites", str(SITES), "--format", shape]
    code, message = written_to(scan, closed_pipe())
    assert code == 0
    assert message.splitlines()[-1] == "1 clip: 1 read, 0 flagged, 0 hidden by decisions, 0 not fully checked"
    write_list(harmless / "flagged.jsonl", "guard duty at Falcon Camp")
    assert written_to(scan, closed_pipe())[0] == 1


@needs_full
@pytest.mark.parametrize("shape", ["json", "table"])
def test_a_scan_to_a_full_disk_writes_its_files_and_the_summary(
    shape: str, written_to: Writer, rows: Path, tmp_path: Path
) -> None:
    code, message = written_to(["scan", "rows.jsonl", "--sites", str(SITES), "--format", shape, "-o", "o.json"], full())
    assert code == 2
    assert "cannot write to standard output" in message.splitlines()[-2]
    assert message.splitlines()[-1].startswith("1 clip: 1 read")
    assert len(json.loads((tmp_path / "o.json").read_text("utf-8"))["clips"]) == 1


@pytest.mark.parametrize("closed", ["1", "2", "0"])
def test_streams_closed_by_the_caller(closed: str, harmless: Path, tmp_path: Path) -> None:
    command = f'exec {closed}>&-; "$@"'
    program = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", "scan", "harmless", "--sites", str(SITES)]
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


def test_a_closed_stderr_changes_nothing(harmless: Path, tmp_path: Path) -> None:
    write_cut_record(harmless / "cut_off.info.json")
    command = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", "scan", "harmless", "--sites", str(SITES)]
    stderr_pipe = closed_pipe()
    done = subprocess.run(
        [*command, "-o", "o.json"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=stderr_pipe, check=False, text=True
    )
    os.close(stderr_pipe)
    assert (done.returncode, done.stdout) == (3, "")
    assert (tmp_path / "o.json").is_file()


# ── files ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("target", "expected_message"),
    [
        ("nofolder/out.json", "its folder does not exist"),
        ("harmless/quiet.jsonl/out.json", "its folder does not exist"),
        ("folder.json", "is not a regular file"),
        ("locked/out.json", "may not write there"),
        ("x" * 300 + ".json", "its name is too long"),
    ],
)
def test_a_target_that_cannot_be_written_is_refused_before_anything_is_read(
    target: str, expected_message: str, fresh_opsec: Opsec, harmless: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder.json").mkdir()
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    if target.startswith("locked") and os.access(locked, os.W_OK):
        pytest.skip("this account may write everywhere")
    done = fresh_opsec("scan", harmless, "--sites", SITES, "-o", target)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert expected_message in done.stderr
    assert not (tmp_path / "opsec-case.db").exists()


def test_a_failed_file_does_not_prevent_the_others(harmless: Path, tmp_path: Path) -> None:
    """The folder of the first file is removed while the scan runs."""
    write_cut_record(harmless / "cut_off.info.json")
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
        [sys.executable, "-c", program, "scan", "harmless", "--sites", str(SITES), *files],
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
    *_rest, unread_line, failed, last = done.stderr.splitlines()
    assert "cut_off.info.json: partly read" in unread_line
    assert "gone/a.json cannot be written: its folder does not exist" in failed
    assert last.startswith("2 clips: 2 read, 0 flagged, 0 hidden by decisions, 1 not fully checked")
