"""The main job from the command line: results, messages, exit codes, and invalid input of every kind."""

import json
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from opsec.reports.json_schema import build_json_schema
from tests.cli.conftest import ROOT, Opsec

POSTS, SITES = ROOT / "examples" / "posts", ROOT / "geofences"
SUMMARY = "8 clips: 7 read, 6 flagged, 0 hidden by decisions, 1 not fully checked"
FEW = sorted(file for file in POSTS.iterdir() if file.name != "on_duty.mp4")
"""The example posts except the one video that takes seconds."""
SUMMARY_OF_FEW = "7 clips: 6 read, 5 flagged, 0 hidden by decisions, 1 not fully checked"


@pytest.fixture
def harmless(tmp_path: Path) -> Path:
    """A folder with one harmless post."""
    folder = tmp_path / "harmless"
    folder.mkdir()
    shutil.copy(POSTS / "football.mp4", folder)
    return folder


def test_the_example_posts_give_the_documented_results(opsec: Opsec, tmp_path: Path) -> None:
    done = opsec("scan", POSTS, "--sites", SITES, "-o", "out.json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == SUMMARY
    document = json.loads((tmp_path / "out.json").read_text("utf-8"))
    Draft202012Validator(build_json_schema()).validate(document)
    actions = {Path(clip["path"]).name: clip["verdict"]["action"] for clip in document["clips"]}
    assert actions == {
        "IMG_2041.mov": "act_today",
        "IMG_2042.jpg": "act_now",
        "VID_20261116_0530.mp4": "act_today",
        "cut_off.mp4": "nothing_found",
        "football.mp4": "nothing_found",
        "morning_run.mp4": "act_now",
        "on_duty.mp4": "act_now",
        "posts.csv#1": "act_now",
    }
    cut_off = next(clip for clip in document["clips"] if clip["path"].endswith("cut_off.mp4"))
    assert cut_off["coverage"]["status"] == "unread"
    assert cut_off["coverage"]["reason"]


def test_scanning_the_case_folder_skips_files_of_this_program(opsec: Opsec, tmp_path: Path) -> None:
    shutil.copytree(SITES, tmp_path / "geofences")
    (tmp_path / "geofences" / "falcon-camp" / "football.mp4").write_bytes((POSTS / "football.mp4").read_bytes())
    shutil.copy(POSTS / "football.mp4", tmp_path)
    first, again = (opsec("scan", ".", "-o", "out.json", "-o", "out.csv") for _ in range(2))
    assert first.stderr == again.stderr
    assert again.stderr.splitlines()[1:] == [
        "wrote out.json",
        "wrote out.csv",
        "geofences/: left out: it contains our own sites and is not scanned",
        "1 clip: 1 read, 0 flagged, 0 hidden by decisions, 0 not fully checked",
    ]
    assert "falcon" not in (tmp_path / "out.json").read_text("utf-8")
    named = opsec("scan", "geofences/falcon-camp")
    assert named.returncode == 2
    assert "give the folder of the posts instead" in named.stderr


@pytest.mark.slow
def test_two_scans_are_byte_identical_even_when_cached(opsec: Opsec, tmp_path: Path) -> None:
    for name in ("a", "b"):
        opsec("scan", *FEW, "--sites", SITES, "-o", f"{name}.json")
    opsec("scan", *FEW, "--sites", SITES, "--case", "fresh.db", "-o", "c.json")
    assert (
        (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes() == (tmp_path / "c.json").read_bytes()
    )


def test_rematching_with_a_moved_fence_unflags_without_opening_media(opsec: Opsec, tmp_path: Path) -> None:
    posts, sites = tmp_path / "posts", tmp_path / "sites"
    shutil.copytree(POSTS, posts, ignore=shutil.ignore_patterns("on_duty.mp4"))
    shutil.copytree(SITES, sites)
    opsec("scan", posts, "--sites", sites)
    shutil.rmtree(posts)
    again = opsec("rematch", "--sites", sites)
    assert again.returncode == 1
    assert again.stderr.splitlines()[-1] == SUMMARY_OF_FEW
    shutil.rmtree(sites / "falcon-camp")
    moved = opsec("rematch", "--sites", sites)
    assert moved.stderr.splitlines()[-1] == SUMMARY_OF_FEW.replace("5 flagged", "1 flagged")


def test_results_go_to_stdout_and_messages_to_stderr(opsec: Opsec) -> None:
    table = opsec("scan", *FEW, "--sites", SITES)
    assert "morning_run.mp4" in table.stdout
    assert "\x1b" not in table.stdout
    as_json = opsec("scan", *FEW, "--sites", SITES, "--format", "json")
    assert len(json.loads(as_json.stdout)["clips"]) == 7
    lines = opsec("scan", *FEW, "--sites", SITES, "--format", "jsonl")
    assert len([json.loads(line) for line in lines.stdout.splitlines()]) == 7


def test_coordinates_are_masked_on_the_terminal_and_in_shared_formats(opsec: Opsec, tmp_path: Path) -> None:
    done = opsec("scan", *FEW, "--sites", SITES, "--format", "table", "-o", "s.html", "-o", "s.csv", "-o", "s.geojson")
    shared = (
        done.stdout + done.stderr + (tmp_path / "s.html").read_text("utf-8") + (tmp_path / "s.csv").read_text("utf-8")
    )
    for number in ("34.02", "43.27", "٣٤٫٠١", "29.22"):
        assert number not in shared
    assert "34.02" in (tmp_path / "s.geojson").read_text("utf-8")
    for name in ("s.html", "s.csv", "s.geojson", "opsec-case.db"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_exit_codes(opsec: Opsec, harmless: Path) -> None:
    assert opsec("scan", harmless, "--sites", SITES).returncode == 0
    shutil.copy(POSTS / "cut_off.mp4", harmless)
    assert opsec("scan", harmless, "--sites", SITES).returncode == 3
    shutil.copy(POSTS / "IMG_2041.mov", harmless)
    assert opsec("scan", harmless, "--sites", SITES).returncode == 1
    assert opsec("scan", harmless, "--sites", SITES, "--fail-on", "act_now").returncode == 3
    assert opsec("scan", harmless, "--sites", SITES, "--fail-on", "act_today").returncode == 1


def test_a_result_never_replaces_a_file_of_posts_that_is_scanned(opsec: Opsec, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(POSTS, folder, ignore=shutil.ignore_patterns("on_duty.mp4"))
    before = (folder / "posts.csv").read_bytes()
    done = opsec("scan", folder, "--sites", SITES, "-o", folder / "posts.csv")
    assert done.returncode == 2
    assert "choose another name" in done.stderr
    assert (folder / "posts.csv").read_bytes() == before
    for name in ("out.json", "out.csv", "out.jsonl", "out.geojson", "out.html", "out.csv", "out.html"):
        assert opsec("scan", folder, "--sites", SITES, "-o", folder / name).returncode == 1


def test_an_archive_is_scanned_like_a_folder(opsec: Opsec, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "posts.zip", "w") as archive:
        for file in FEW:
            archive.write(file, f"مجلد/{file.name}")
    done = opsec("scan", "posts.zip", "--sites", SITES)
    assert done.stderr.splitlines()[-1] == SUMMARY_OF_FEW
    assert done.returncode == 1


@pytest.mark.parametrize(
    "name", ["-rf.mp4", "قاعدة الصباح.mp4", "a\nb.mp4", "$(touch owned).mp4", "[red]x[bold].mp4", "\u202egpj.mp4"]
)
def test_hostile_file_names_are_scanned(name: str, opsec: Opsec, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(POSTS / "morning_run.mp4", folder / name)
    before = sorted(tmp_path.rglob("*"))
    done = opsec("scan", "in", "--sites", SITES, "-o", "o.json", "--format", "table")
    assert done.returncode == 1
    assert "\u202e" not in done.stdout + done.stderr
    assert json.loads((tmp_path / "o.json").read_text("utf-8"))["clips"][0]["path"] == f"in/{name}"
    new = {file.name for file in tmp_path.rglob("*")} - {file.name for file in before}
    assert new == {"o.json"}


@pytest.mark.parametrize(
    ("arguments", "expected_message"),
    [
        (["scan", "nowhere"], "nowhere"),
        (["scan", "empty"], "contains no clips"),
        (["scan", "harmless", "--sites", "nowhere"], "nowhere"),
        (["scan", "harmless", "--config", "broken.toml"], "broken.toml is not valid TOML"),
        (["scan", "harmless", "--format", "xml"], "xml is not a format"),
        (["scan", "harmless", "-o", "out.docx"], "out.docx"),
        (["scan", "harmless", "-o", "nofolder/out.json"], "nofolder"),
        (["scan", "harmless", "--fail-on", "panic"], "panic is not a valid action"),
        (["scan", "harmless", "--case", "nofolder/case.db"], "nofolder"),
        (["scan", "harmless", "--case", "broken.toml"], "broken.toml"),
        (["scan"], "PATH"),
        (["scna"], "did you mean scan?"),
        (["scan", "--siets", "x", "harmless"], "did you mean --sites?"),
        (["scan", "harmless", "--lang", "fr"], "fr is not a language"),
        (["rematch"], "does not exist"),
        (["report", "--week", "2026-W60", "--case", "x.db"], "2026-W60"),
        (["report", "--week", "47"], "47"),
        (["report"], "does not exist"),
    ],
)
def test_bad_input_is_one_clear_sentence_and_exit_code_2(
    arguments: list[str], expected_message: str, fresh_opsec: Opsec, harmless: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.toml").write_text("sites = [", "utf-8")
    for lang in ("en", "ar"):
        named = "--sites" in arguments or arguments[0] != "scan" or len(arguments) == 1
        given = arguments if named else [*arguments, "--sites", SITES]
        done = fresh_opsec(*given, OPSEC_LANG=lang)
        sentences = [line for line in done.stderr.splitlines() if "/1" not in line and "clip scanned" not in line]
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""
        if lang == "en":
            assert expected_message in sentences[-1]
            assert len(sentences) == 1


def test_a_swapped_ring_is_refused_by_name_and_without_coordinates(
    opsec: Opsec, tmp_path: Path, harmless: Path
) -> None:
    sites = tmp_path / "sites"
    shutil.copytree(SITES / "falcon-camp", sites / "falcon-camp")
    fence = sites / "falcon-camp" / "fence.geojson"
    document = json.loads(fence.read_text("utf-8"))
    ring = document["features"][0]["geometry"]["coordinates"][0]
    document["features"][0]["geometry"]["coordinates"][0] = [[lat, lon] for lon, lat in ring]
    fence.write_text(json.dumps(document), "utf-8")
    done = opsec("scan", harmless, "--sites", sites)
    assert done.returncode == 2
    assert "fence.geojson" in done.stderr
    assert "swapped" in done.stderr
    assert "34.0" not in done.stderr
    assert "43.2" not in done.stderr


def test_a_mistyped_list_column_is_reported_and_nothing_is_lost(opsec: Opsec, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(POSTS / "morning_run.mp4", folder)
    (folder / "posts.csv").write_text("url,captoin\nhttps://posts.example/1,hello\n", "utf-8")
    done = opsec("scan", folder, "--sites", SITES)
    assert done.returncode == 1
    assert "captoin" in done.stderr
    assert "caption?" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("2 clips: 2 read, 1 flagged")


def test_a_full_disk_is_one_sentence_and_loses_nothing(opsec: Opsec, harmless: Path) -> None:
    done = opsec("scan", harmless, "--sites", SITES, "-o", "/dev/full")
    assert done.returncode == 2
    assert "/dev/full" in done.stderr
    assert "Traceback" not in done.stderr


def test_both_languages_report_the_same_counts(opsec: Opsec) -> None:
    arabic = opsec("scan", *FEW, "--sites", SITES, "--lang", "ar")
    assert arabic.returncode == 1
    counts = [
        int(word)
        for word in arabic.stderr.splitlines()[-1].replace("\u2066", " ").replace("\u2069", " ").split()
        if word.isdigit()
    ]
    assert counts == [7, 6, 5, 0, 1]


def test_the_originals_are_not_touched(opsec: Opsec) -> None:
    def state() -> list[tuple[str, int, bytes]]:
        return [(file.name, file.stat().st_mtime_ns, file.read_bytes()) for file in sorted(POSTS.iterdir())]

    before = state()
    opsec("scan", *FEW, "--sites", SITES)
    assert state() == before


@pytest.mark.slow
def test_a_killed_scan_resumes(tmp_path: Path) -> None:
    """No stored reading is repeated, and none is missing."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:03}.jpg").write_bytes((POSTS / "IMG_2042.jpg").read_bytes() + bytes([number]))
    command = [
        sys.executable,
        "-c",
        "import opsec.cli; opsec.cli.main()",
        "scan",
        "in",
        "--sites",
        str(SITES),
        "-o",
        "o.json",
    ]
    first = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert first.stderr is not None
    for line in first.stderr:
        if line.startswith(("8 of", "12 of")):
            break
    first.send_signal(signal.SIGKILL)
    first.wait()
    first.stderr.close()
    kept = readings(tmp_path / "opsec-case.db")
    assert 8 <= len(kept) < 40
    time.sleep(0.01)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("40 clips: 40 read, 40 flagged")
    after = readings(tmp_path / "opsec-case.db")
    assert len(after) == 40
    assert kept.items() <= after.items()  # the time of the first reading is unchanged: it was not read again


def readings(case: Path) -> dict[str, str]:
    """SHA-256 of every content read → time of its first reading."""
    import sqlite3

    with sqlite3.connect(case) as connection:
        rows = dict(connection.execute("SELECT sha256, first_at FROM readings").fetchall())
    connection.close()
    return rows


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.slow
def test_no_network_socket_is_created(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    command = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=socket,connect,bind", "-o", str(trace)]
    command += [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", "scan", str(POSTS), "--sites", str(SITES)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    if done.returncode != 1:
        pytest.skip("strace may not trace here")
    assert "socket(" not in trace.read_text("utf-8", "replace")
    assert "connect(" not in trace.read_text("utf-8", "replace")


@pytest.mark.slow
def test_an_interrupted_scan_explains_how_to_resume(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(120):
        (folder / f"{number:03}.jpg").write_bytes((POSTS / "IMG_2042.jpg").read_bytes() + bytes([number]))
    command = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", "scan", "in", "--sites", str(SITES)]
    running = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - a background job is deaf
    )
    assert running.stderr is not None
    running.stderr.readline()
    running.send_signal(signal.SIGINT)
    _out, messages = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "run the same command again" in messages
