"""``opsec review`` as a program: the address file, what it listens on, and how it ends."""

import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

import opsec
from opsec import cli

MAX_START_S = 60
MAX_END_S = 3.0
SITES = str(Path(opsec.__file__).parents[1] / "geofences")
"""The fictional sites of the repository."""


@contextmanager
def review(folder: Path, case: str, *arguments: str, lang: str = "en") -> Iterator[subprocess.Popen[str]]:
    """Run the program in a folder without settings."""
    command = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", "--lang", lang, "review"]
    process = subprocess.Popen(
        [*command, "--case", case, "--sites", SITES, *arguments],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(file: Path, process: subprocess.Popen[str]) -> str:
    """Return the address in a file once it is there."""
    started = monotonic()
    while not file.exists() or not file.read_text("utf-8"):
        assert process.poll() is None, process.communicate()
        assert monotonic() - started < MAX_START_S
        sleep(0.02)
    return file.read_text("utf-8").strip()


def open_address(address: str) -> httpx.Client:
    """Open the address once the console answers; return the browser."""
    browser = httpx.Client(follow_redirects=True, trust_env=False, verify=False, timeout=30)
    started = monotonic()
    while True:
        try:
            assert browser.get(address).status_code == 200
            return browser
        except httpx.ConnectError:
            assert monotonic() - started < MAX_START_S
            sleep(0.02)


def listening_ports(process: subprocess.Popen[str]) -> set[tuple[str, int]]:
    """Return the TCP addresses that a process listens on (Linux: proc(5))."""
    inodes = {
        match[1]
        for link in Path(f"/proc/{process.pid}/fd").iterdir()
        if (match := re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink())))
    }
    found: set[tuple[str, int]] = set()
    for table, width in (("tcp", 8), ("tcp6", 32), ("udp", 8), ("udp6", 32)):
        for line in Path(f"/proc/{process.pid}/net/{table}").read_text("ascii").splitlines()[1:]:
            fields = line.split()
            is_open = fields[3] == "0A" or table.startswith("udp")
            if is_open and fields[9] in inodes:
                address, port = fields[1].split(":")
                assert len(address) == width
                shown = socket.inet_ntoa(bytes.fromhex(address)[::-1]) if width == 8 else address
                found.add((shown, int(port, 16)))
    return found


@pytest.mark.parametrize(
    ("ends_by", "lang"),
    [
        (signal.SIGINT, "en"),
        pytest.param(signal.SIGTERM, "ar", marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, "en", marks=pytest.mark.slow),
    ],
)
def test_the_console_from_its_address_to_its_end(tmp_path: Path, case: str, ends_by: signal.Signals, lang: str) -> None:
    file = tmp_path / "address"
    with review(tmp_path, case, "--no-browser", "--url-file", str(file), lang=lang) as process:
        address = wait_for(file, process)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\S*\?token=[\w-]{20,}", address)
        assert found
        with closing(open_address(address)) as browser:
            assert listening_ports(process) == {("127.0.0.1", int(found[1]))}
            assert f'lang="{lang}"' in browser.get(f"http://127.0.0.1:{found[1]}/queue").text
            started = monotonic()  # a connection of the browser is still open
            process.send_signal(ends_by)
            out, err = process.communicate(timeout=20)
            assert monotonic() - started < MAX_END_S
    assert process.returncode == 0
    assert out == ""
    assert address.split("token=")[1] not in err
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1
    assert not file.exists()


@pytest.mark.slow
def test_without_a_file_the_address_is_a_line_of_its_own(tmp_path: Path, case: str) -> None:
    with review(tmp_path, case, "--no-browser", lang="ar") as process:
        assert process.stderr is not None
        sentence, address = process.stderr.readline(), process.stderr.readline()
        assert "127.0.0.1" not in sentence
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\S*\?token=[\w-]+\n", address)
        open_address(address.strip()).close()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.mark.slow
def test_a_request_that_is_being_answered_does_not_keep_it_alive(tmp_path: Path, case: str) -> None:
    file = tmp_path / "address"
    with review(tmp_path, case, "--no-browser", "--url-file", str(file)) as process:
        address = wait_for(file, process)
        with (
            closing(open_address(address)),
            socket.create_connection(("127.0.0.1", int(address.split(":")[2].split("/")[0]))) as s,
        ):
            s.sendall(b"POST /decide HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf")
            sleep(0.1)
            started = monotonic()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
            assert monotonic() - started < MAX_END_S
    assert process.returncode == 0


@pytest.mark.slow
def test_a_link_in_place_of_the_file_is_replaced_and_not_followed(tmp_path: Path, case: str) -> None:
    victim, link = tmp_path / "victim", tmp_path / "address"
    victim.write_text("precious", "utf-8")
    link.symlink_to(victim)
    with review(tmp_path, case, "--no-browser", "--url-file", str(link)) as process:
        started = monotonic()
        while link.is_symlink():
            assert process.poll() is None
            assert monotonic() - started < MAX_START_S
            sleep(0.02)
        assert "token=" in link.read_text("utf-8")
    assert victim.read_text("utf-8") == "precious"


def test_what_cannot_be_started_is_one_sentence(tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.txt"
    other.write_text("no case", "utf-8")
    other.chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for arguments, words in (
            (["--case", case, "--port", port], "cannot be used"),
            (["--case", case, "--port", "99999"], "is not a port"),
            (["--case", case, "--url-file", str(tmp_path / "none" / "address")], "folder"),
            (["--case", str(tmp_path / "none.db")], "does not exist"),
            (["--case", case, "--sites", str(tmp_path / "none")], "none"),
            (["--case", str(other)], "not a case file"),
        ):
            assert cli.run(["--lang", "en", "review", "--no-browser", "--sites", SITES, *arguments]) == 2, arguments
            shown = capsys.readouterr()
            assert words in shown.err
            assert len(shown.err.splitlines()) == 1
            assert "token=" not in shown.err
