"""A program fault in a reader: the run continues, the fault contains no clip data, and the exit code is 4."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from opsec.casefile.case_file import open_case
from opsec.cli import run
from tests.cli.conftest import ROOT

pytestmark = pytest.mark.usefixtures("warm_templates")

FAULT = "AttributeError in opsec.readers.metadata.mp4:3"
POSTS = ROOT / "examples" / "posts"


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with posts that are read by a worker with a bug."""
    worker = (sys.executable, "-m", "tests.cli.faulty_worker")
    monkeypatch.setattr("opsec.sandbox.worker_pool.COMMAND", ("env", f"PYTHONPATH={ROOT}", *worker))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "posts").mkdir()
    return tmp_path / "posts"


def scanned(inbox: Path, *names: str) -> int:
    for name in names:
        shutil.copy(POSTS / name, inbox)
    return run(
        ["scan", str(inbox), "--sites", str(ROOT / "geofences"), "--case", "case.db", "-o", "out.json", "--lang", "en"]
    )


def test_the_fault_is_named_and_counted_and_the_exit_code_is_4(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert scanned(inbox, "football.mp4", "IMG_2041.mov") == 4
    stderr = capsys.readouterr().err.splitlines()
    (line,) = [line for line in stderr if line.startswith("opsec: a fault in this program")]
    assert line == (
        f"opsec: a fault in this program ({FAULT}) left 2 files not fully checked; run opsec doctor and report it"
    )
    assert stderr[-1].startswith("2 clips:")
    assert "2 not fully checked" in stderr[-1]
    clips = json.loads(Path("out.json").read_text("utf-8"))["clips"]
    assert [clip["coverage"]["reason_codes"] for clip in clips] == [["internal"], ["internal"]]
    assert {clip["coverage"]["checks"]["metadata"] for clip in clips} == {"failed"}


def test_an_exposure_in_another_file_is_found_and_sets_the_exit_code(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scanned(inbox, "football.mp4", "IMG_2042.jpg") == 1
    assert FAULT in capsys.readouterr().err
    verdicts = {
        clip["path"][-12:]: clip["verdict"]["action"] for clip in json.loads(Path("out.json").read_text())["clips"]
    }
    assert verdicts == {"IMG_2042.jpg": "act_now", "football.mp4": "nothing_found"}


def test_doctor_shows_the_latest_faults_without_clip_names(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _twice in range(2):
        scanned(inbox, "football.mp4")
    Path("opsec.toml").write_text('case = "case.db"\n', "utf-8")
    capsys.readouterr()
    run(["doctor", "--lang", "en"])
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "fault" in line]
    assert line.startswith(f"note     a fault in this program ({FAULT}) left 2 files not fully checked, last on 20")


def test_doctor_reads_the_given_case_file(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scanned(inbox, "football.mp4")
    capsys.readouterr()
    before = Path("case.db").read_bytes()
    run(["doctor", "--case", "case.db", "--lang", "en"])
    assert f"a fault in this program ({FAULT}) left 1 file not fully checked" in capsys.readouterr().out
    assert Path("case.db").read_bytes() == before
    assert not list(Path().glob("case.db-*"))


def test_doctor_does_not_create_a_case_file(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--case", "elsewhere.db", "--lang", "en"]) == 2
    assert "case file elsewhere.db does not exist" in capsys.readouterr().err
    run(["doctor", "--lang", "en"])
    assert not list(inbox.parent.glob("*.db*"))


def test_explain_shows_the_rest_of_the_clip_and_exits_with_4(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(POSTS / "football.mp4", inbox)
    assert run(["explain", str(inbox / "football.mp4"), "--sites", str(ROOT / "geofences"), "--lang", "en"]) == 4
    done = capsys.readouterr()
    assert "football.mp4" in done.out
    assert f"opsec: a fault in this program ({FAULT}) left 1 file not fully checked" in done.err


def test_rematching_does_not_count_faults_again(inbox: Path) -> None:
    scanned(inbox, "football.mp4")
    arguments = ["--sites", str(ROOT / "geofences"), "--case", "case.db", "--lang", "en"]
    assert run(["rematch", *arguments]) == 4, "the clip is still not checked"
    with open_case("case.db") as case:
        assert [(one.fault, one.times) for one in case.recent_faults("0.1.0", 5)] == [(FAULT, 1)]


def test_the_file_is_read_again_once_the_program_is_repaired(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert scanned(inbox, "football.mp4") == 4
    monkeypatch.undo()
    monkeypatch.chdir(inbox.parent)
    assert scanned(inbox) == 0


@pytest.mark.parametrize("more", [["-o", "out.mp4"], ["--gate"]], ids=["copy", "gate"])
def test_clean_exits_with_4_and_writes_no_copy(
    inbox: Path, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(POSTS / "football.mp4", inbox)
    clip = str(inbox / "football.mp4")
    assert run(["clean", clip, *more, "--sites", str(ROOT / "geofences"), "--lang", "en"]) == 4
    assert f"opsec: a fault in this program ({FAULT}) left 1 file not fully checked" in capsys.readouterr().err
    assert not Path("out.mp4").exists()
