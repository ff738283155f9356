"""``opsec watch`` as a service runs it: lines for what is new, exit codes, signals, and the units of systemd."""

import configparser
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Opsec, _environment

UNITS = sorted((ROOT / "examples" / "systemd").iterdir())
SITE = """\
id = "lake-camp"
kind = "base"
code = "L-1"
position = [34.0, 43.2]
radius_m = 300
[names]
en = ["Lake Camp"]
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "geofences" / "lake-camp").mkdir(parents=True)
    (tmp_path / "geofences" / "lake-camp" / "site.toml").write_text(SITE, "utf-8")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "opsec.toml").write_text("[watch]\nsettle_s = 0.5\n", "utf-8")
    return tmp_path


def arrive(desk: Path, name: str, caption: str) -> None:
    post = desk / "inbox" / name
    post.write_text(json.dumps({"id": "1", "title": "t", "description": caption}), "utf-8")
    os.utime(post, (0, 0))


@pytest.mark.parametrize(
    ("caption", "code", "line"),
    [("on duty in Lake Camp", 1, "act today: inbox/a.info.json (site L-1, likelihood "), ("a day at the sea", 0, "")],
)
def test_once_has_the_exit_code_of_a_scan_for_what_is_new(
    desk: Path, fresh_opsec: Opsec, caption: str, code: int, line: str
) -> None:
    arrive(desk, "a.info.json", caption)
    done = fresh_opsec("watch", "inbox", "--once")
    assert done.returncode == code
    assert done.stdout.startswith(line)
    assert "1 clip: 1 read" in done.stderr
    again = fresh_opsec("watch", "inbox", "--once")
    assert (again.returncode, again.stdout) == (0, "")


def test_arabic(desk: Path, fresh_opsec: Opsec) -> None:
    arrive(desk, "a.info.json", "on duty in Lake Camp")
    done = fresh_opsec("--lang", "ar", "watch", "inbox", "--once")
    assert "تصرّف اليوم" in done.stdout
    assert "L-1" in done.stdout


@pytest.mark.parametrize(("arguments", "sentence"), [(("missing", "--once"), "cannot be watched"), ((), "DIR")])
def test_a_folder_that_does_not_exist_is_named(
    desk: Path, fresh_opsec: Opsec, arguments: tuple[str, ...], sentence: str
) -> None:
    done = fresh_opsec("watch", *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_failing_notice_is_said_and_ends_nothing(desk: Path, fresh_opsec: Opsec) -> None:
    (desk / "opsec.toml").write_text('[watch]\ncommand = ["/nowhere/notify", "{new}"]\n', "utf-8")
    arrive(desk, "a.info.json", "on duty in Lake Camp")
    done = fresh_opsec("watch", "inbox", "--once")
    assert done.returncode == 1
    assert "the notice command cannot be started" in done.stderr


@pytest.fixture
def running(desk: Path) -> Iterator["subprocess.Popen[str]"]:
    """A watch that has begun."""
    call = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", "watch", "inbox"]
    process = subprocess.Popen(
        call, cwd=desk, env=_environment({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert "watching inbox" in process.stderr.readline()
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)], ids=["SIGTERM", "SIGINT"])
def test_what_arrives_is_scanned_until_a_signal_ends_the_watch(
    desk: Path, running: "subprocess.Popen[str]", number: int, code: int
) -> None:
    time.sleep(0.2)
    arrive(desk, "a.info.json", "on duty in Lake Camp")
    assert running.stdout is not None
    assert "act today: inbox/a.info.json" in running.stdout.readline()
    running.send_signal(number)
    _out, err = running.communicate(timeout=60)
    assert running.returncode == code
    assert err.splitlines()[-1] == "ended; everything scanned so far is stored"


@pytest.mark.slow
def test_a_folder_that_vanishes_ends_the_watch_with_a_sentence(desk: Path, running: "subprocess.Popen[str]") -> None:
    time.sleep(0.2)
    shutil.rmtree(desk / "inbox")
    _out, err = running.communicate(timeout=90)
    assert running.returncode == 2
    assert "inbox cannot be watched" in err


# ── systemd ───────────────────────────────────────────────────────────────────────────────────
def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text("utf-8"))
    return parser


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_the_units_are_well_formed(path: Path) -> None:
    found = unit(path)
    assert "Description" in found["Unit"]
    if path.suffix == ".timer":
        assert (path.with_suffix(".service")).exists()
        assert found["Timer"]["Persistent"] == "true"
        return
    service = found["Service"]
    assert service["ExecStart"].startswith("/opt/opsec/bin/opsec ")
    assert service["UMask"] == "0077"
    for name in ("PrivateNetwork", "NoNewPrivileges", "PrivateTmp", "PrivateDevices", "RestrictNamespaces"):
        assert service[name] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["User"] == "opsec"


@pytest.mark.parametrize("path", [one for one in UNITS if one.suffix == ".service"], ids=lambda path: path.name)
def test_the_commands_of_the_units_exist(path: Path, fresh_opsec: Opsec) -> None:
    words = unit(path)["Service"]["ExecStart"].split()[1:]
    page = fresh_opsec(words[0], "--help").stdout + fresh_opsec("--help").stdout
    assert all(word in page for word in words if word.startswith("-"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    program = tmp_path / "opsec"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    for path in UNITS:
        text = path.read_text("utf-8").replace("/opt/opsec/bin/opsec", str(program))
        (tmp_path / path.name).write_text(text, "utf-8")
    call = ["systemd-analyze", "verify", *(str(tmp_path / path.name) for path in UNITS)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "opsec" in line] == []
