"""The supervisor with processes that hang, grow, die or send false data: no file is lost, each gets two attempts."""

import errno
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import pytest

from opsec.ingest.source import CannotOpenError, OpenFile
from opsec.model import Claim, FileKind, Reading
from opsec.model.resources import ReaderResources
from opsec.sandbox.protocol import UnpackRequest
from opsec.sandbox.supervisor import Supervisor
from opsec.sandbox.template_process import Isolation, WorkerStartError
from opsec.sandbox.worker import _open_unbuffered, _unpack
from opsec.settings import Limits

T = TypeVar("T")
OPENED: list[BinaryIO] = []
BAD = str(Path(__file__).with_name("bad_readers.py"))


def open_file(content: str = "good", kind: FileKind = "jpeg") -> OpenFile:
    file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the supervisor or by _close_files
    file.write(content.encode())
    file.flush()
    file.seek(0)
    OPENED.append(file)
    return OpenFile(file, "0" * 64, kind, len(content))


@pytest.fixture(autouse=True)
def _close_files() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def limits(**changed: Any) -> Limits:
    small = {"wall_base_s": 1.0, "cpu_base_s": 5.0, "memory_mib": 128, "reply_mib": 1, "workers": 2, "file_mib": 4}
    return Limits.model_validate(small | changed)


def code(reading: Reading) -> str:
    return reading.reasons[0].code if reading.reasons else reading.status


def text(reading: Reading) -> str | None:
    return reading.hints[0].text if reading.hints else None


class Bench:
    """Starts supervisors with misbehaving readers and counts the attempts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._others = children()
        """Processes of other tests, which are ignored."""

    def processes(self) -> set[str]:
        """The reading processes that exist."""
        return children() - self._others

    def supervisor(self, **changed: Any) -> Supervisor:
        isolation = changed.pop("isolation", None)
        return Supervisor(limits(**changed), [sys.executable, BAD, str(self.folder)], isolation=isolation)

    def pids(self, word: str) -> list[str]:
        """The processes that tried a file with this word, one for each attempt."""
        try:
            lines = (self.folder / "marks").read_text().split("\n")
        except FileNotFoundError:
            return []
        return [line.rpartition("-")[2] for line in lines if line.startswith(f"{word}-")]

    def attempts(self, word: str) -> int:
        return len(self.pids(word))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    before = children()
    yield Bench(tmp_path)
    assert children() == before, "a reading process outlived its supervisor"


def children() -> set[str]:
    """Every child of this process, including zombies."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def is_dead(pid: str) -> bool:
    """Whether the process has ended or is a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


# ── many files ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.slow
def test_only_the_three_bad_files_of_200_are_unread(bench: Bench) -> None:
    words = ["good"] * 200
    words[7], words[100], words[199] = "hang", "swell", "die"
    files = [open_file(word) for word in words]
    with bench.supervisor(workers=3, wall_base_s=3.0) as supervisor:
        readings = dict(supervisor.read_all(enumerate(files)))
    assert len(readings) == 200
    unread = {index: code(reading) for index, reading in readings.items() if reading.status == "unread"}
    assert unread == {7: "timeout", 100: "memory_limit", 199: "worker_died"}
    assert sum(text(reading) == "good" for reading in readings.values()) == 197
    assert [bench.attempts(word) for word in ("hang", "swell", "die")] == [2, 2, 2]
    assert all(file.file.closed for file in files)


def test_many_files_with_few_open_at_a_time(bench: Bench) -> None:
    opened: list[OpenFile] = []
    most_open = 0

    def files() -> Iterator[tuple[int, OpenFile]]:
        nonlocal most_open
        for number in range(200):
            opened[:] = [file for file in opened if not file.file.closed]
            opened.append(open_file())
            most_open = max(most_open, len(opened))
            yield number, opened[-1]

    with bench.supervisor() as supervisor:
        assert {key for key, _ in supervisor.read_all(files())} == set(range(200))
    assert most_open <= 3, "two in work, one ahead"


# ── kinds of failure ──────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("word", "reason", "changed"),
    [
        ("hang", "timeout", {"wall_base_s": 0.3}),
        ("spin", "cpu_limit", {"wall_base_s": 20.0, "cpu_base_s": 0.1}),
        ("swell", "memory_limit", {}),
        ("die", "worker_died", {}),
        ("crash", "worker_died", {}),
        ("garbage", "bad_reply", {}),
        ("huge", "bad_reply", {}),
        ("lie", "bad_reply", {}),
        ("claims_again", "bad_reply", {}),
        ("huge_claim", "timeout", {"wall_base_s": 0.2}),
    ],
)
def test_a_bad_file_is_unread_after_two_attempts(
    bench: Bench, word: str, reason: str, changed: dict[str, float]
) -> None:
    with bench.supervisor(**changed) as supervisor:
        reading = supervisor.read(open_file(word))
    assert (reading.status, code(reading)) == ("unread", reason)
    assert reading.checks
    assert set(reading.checks.values()) == {"failed"}
    assert bench.attempts(word) == 2


@pytest.mark.parametrize(
    ("misbehaviour", "reason", "changed"),
    [
        ("hang", "timeout", {"wall_base_s": 0.3}),
        ("spin", "cpu_limit", {"wall_base_s": 20.0, "cpu_base_s": 0.1}),
        ("swell", "memory_limit", {}),
        ("crash", "worker_died", {}),
    ],
)
def test_earlier_results_are_kept_when_a_decoder_crashes(
    bench: Bench, misbehaviour: str, reason: str, changed: dict[str, float]
) -> None:
    with bench.supervisor(**changed) as supervisor:
        reading = supervisor.read(open_file(f"pictures {misbehaviour}"))
    assert (reading.status, code(reading)) == ("partly", reason)
    assert text(reading) == "before the pictures"
    assert reading.checks == {"metadata": "ran", "signage": "failed", "layout": "failed"}
    assert bench.attempts(f"pictures {misbehaviour}") == 2


def test_a_process_sends_at_most_two_partial_results(bench: Bench) -> None:
    with bench.supervisor() as supervisor:
        reading = supervisor.read(open_file("ahead_again"))
    assert (reading.status, code(reading), reading.hints) == ("partly", "bad_reply", ())
    assert bench.attempts("ahead_again") == 2


@pytest.mark.parametrize("word", ["die_once", "hang_once"])
def test_a_file_that_fails_once_is_read_by_a_new_process(bench: Bench, word: str) -> None:
    with bench.supervisor(wall_base_s=0.3) as supervisor:
        readings = list(supervisor.read_all([(1, open_file(word)), (2, open_file())]))
    assert [(key, text(reading)) for key, reading in readings] == [(2, "good"), (1, word)]
    assert len(set(bench.pids(word))) == 2


def test_the_second_attempt_runs_after_all_other_files(bench: Bench) -> None:
    words = ["die", "hang", *["good"] * 20]
    with bench.supervisor(wall_base_s=0.3, workers=1) as supervisor:
        order = [code(reading) for _, reading in supervisor.read_all(enumerate(open_file(word) for word in words))]
    assert order == ["read"] * 20 + ["worker_died", "timeout"]


def test_retried_files_beyond_the_open_file_limit_are_read(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsec.sandbox.supervisor._MAX_RETRIES_WAITING", 3)
    words = ["die", "good"] * 5
    with bench.supervisor() as supervisor:
        codes = sorted(code(reading) for _, reading in supervisor.read_all(enumerate(map(open_file, words))))
    assert codes == ["read"] * 5 + ["worker_died"] * 5
    assert bench.attempts("die") == 10


def test_a_second_answer_is_not_taken_for_the_next_file(bench: Bench) -> None:
    with bench.supervisor(workers=1) as supervisor:
        readings = [reading for _, reading in supervisor.read_all(enumerate(map(open_file, ["twice", "good", "good"])))]
    assert [text(reading) for reading in readings[-2:]] == ["good", "good"]


def test_a_reader_fault_costs_one_attempt_and_no_process(bench: Bench) -> None:
    with bench.supervisor() as supervisor:
        raised, no_record = (supervisor.read(open_file(word)) for word in ("fail", "no_record"))
    assert [code(raised), code(no_record)] == ["reader_fault", "internal"]
    assert [bench.attempts("fail"), bench.attempts("no_record")] == [1, 1]


# ── limits ────────────────────────────────────────────────────────────────────────────────────
def test_a_long_clip_gets_more_time_by_its_claimed_duration(bench: Bench) -> None:
    with bench.supervisor(wall_base_s=0.5, wall_s_per_megapixel_second=1.0) as supervisor:
        reading = supervisor.read(open_file("long_clip".ljust(5_000)))
    assert (reading.claim, text(reading)) == (Claim(10.0, 1000, 1000), "long_clip")
    assert bench.attempts("long_clip") == 1


def test_processor_time_is_counted_from_the_start_of_the_file(bench: Bench) -> None:
    with bench.supervisor(workers=1, cpu_base_s=0.9, wall_base_s=20.0) as supervisor:
        files = [open_file("busy") for _ in range(4)]
        assert [code(reading) for _, reading in supervisor.read_all(enumerate(files))] == ["read"] * 4
    assert bench.attempts("busy") == 4


def test_time_spent_by_the_caller_does_not_count_for_the_clip(bench: Bench) -> None:
    with bench.supervisor(wall_base_s=0.5, workers=1) as supervisor:
        results = supervisor.read_all(enumerate(map(open_file, ["good", "large"])))
        readings = [next(results)]
        time.sleep(0.7)
        readings += results
    assert [code(reading) for _, reading in readings] == ["read", "read"]
    assert bench.attempts("large") == 1


# ── behaviour of the caller ───────────────────────────────────────────────────────────────────
def test_known_results_are_passed_on(bench: Bench) -> None:
    known = Reading(status="partly")
    with bench.supervisor(workers=1) as supervisor:
        got = dict(supervisor.read_all([(1, known), (2, open_file()), (3, known)]))
    assert (got[1], got[3], code(got[2])) == (known, known, "read")


def test_the_source_may_request_reads_while_it_is_iterated(bench: Bench) -> None:
    with bench.supervisor(workers=1, wall_base_s=0.3) as supervisor:

        def files() -> Iterator[tuple[str, OpenFile]]:
            for word in ("good 1", "good 2", "die", "good 3"):
                inner = open_file("hang" if word == "good 2" else "good")
                yield f"{word}: {code(supervisor.read(inner))}", open_file(word)
                inner.close()

        got = {key: code(reading) for key, reading in supervisor.read_all(files())}
    assert got == {
        "good 1: read": "read",
        "good 2: timeout": "read",
        "die: read": "worker_died",
        "good 3: read": "read",
    }


def test_an_exception_of_the_source_propagates_and_leaves_nothing_open(bench: Bench) -> None:
    files = [open_file(), open_file("hang")]

    def source() -> Iterator[tuple[int, OpenFile]]:
        yield from enumerate(files)
        raise ZeroDivisionError

    with bench.supervisor(workers=3) as supervisor:
        with pytest.raises(ZeroDivisionError):
            list(supervisor.read_all(source()))
        assert all(file.file.closed for file in files)
        assert supervisor.read(open_file()).status == "read"


@pytest.mark.parametrize("stop", [KeyboardInterrupt, None])
def test_a_consumer_that_stops_leaves_no_process(bench: Bench, stop: type[BaseException] | None) -> None:
    files = [open_file(word) for word in ("good nap", "hang", "hang")]

    def consume() -> None:
        with bench.supervisor(workers=3, wall_base_s=60.0) as supervisor:
            for _ in supervisor.read_all(enumerate(files)):
                if stop:
                    raise stop
                break

    if stop:
        with pytest.raises(stop):
            consume()
    else:
        consume()
    assert all(file.file.closed for file in files)


def test_results_not_consumed_after_the_end_still_close_their_files(bench: Bench) -> None:
    files: list[OpenFile] = []

    def taken() -> Iterator[tuple[str, OpenFile]]:
        for word in ("good", "hang", "hang"):
            files.append(open_file(word))
            yield word, files[-1]

    with bench.supervisor(workers=2, wall_base_s=60.0) as supervisor:
        results = supervisor.read_all(taken())
        next(results)
    assert isinstance(results, Generator)
    results.close()
    assert all(file.file.closed for file in files)


def test_a_process_killed_from_outside_costs_no_file(bench: Bench) -> None:
    with bench.supervisor(workers=2) as supervisor:
        results = supervisor.read_all((number, open_file("good nap")) for number in range(6))
        readings = [next(results)]
        for child in bench.processes():
            os.kill(int(child), signal.SIGKILL)
        readings += results
    assert sorted(key for key, _ in readings) == list(range(6))
    assert {text(reading) for _, reading in readings} == {"good nap"}


def test_an_idle_process_killed_from_outside_is_replaced(bench: Bench) -> None:
    with bench.supervisor(workers=1) as supervisor:
        supervisor.read(open_file())
        (child,) = bench.processes()
        os.kill(int(child), signal.SIGKILL)
        assert supervisor.read(open_file()).status == "read"


def test_results_of_a_file_that_changed_during_reading_are_rejected(bench: Bench) -> None:
    file = open_file()
    file.file.write(b"good, but longer")
    file.file.flush()
    with bench.supervisor() as supervisor:
        reading = supervisor.read(file)
    assert (reading.status, code(reading)) == ("unread", "changed")


def test_processes_that_never_start_stop_the_run() -> None:
    before = children()
    for command in (["/nonexistent/python"], [sys.executable, "-c", "raise SystemExit(1)"], ["/bin/false"]):
        with Supervisor(limits(), command) as supervisor, pytest.raises(WorkerStartError, match="opsec doctor"):
            supervisor.read(open_file())
    assert children() == before


# ── resources of a reading process ────────────────────────────────────────────────────────────
SPY = """
import os, socket, sys
control = socket.socket(fileno=int(sys.argv[1]))
send = lambda body: control.sendall(len(body).to_bytes(4, "big") + body)
send(b'{"reply":"template_ready","threads":1,"missing":[]}')
asked, files, _, _ = socket.recv_fds(control, 65536, 9)
report = [asked.decode("latin-1"), repr(sys.argv), repr(dict(os.environ)), os.getcwd(), repr(len(files))]
open_now = [f"/proc/self/fd/{n}" for n in os.listdir("/proc/self/fd")]
report += sorted(os.readlink(name) for name in open_now if os.path.lexists(name))
report += [repr(os.getsid(0) == os.getpid())]
open(OUT, "w").write("\\n".join(report))
"""


def test_a_template_gets_kind_limits_and_descriptors_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret-site-and-case"
    clip = tmp_path / "clip-with-a-name.jpg"
    clip.write_bytes(b"good")
    monkeypatch.setenv("OPSEC_SITES", str(secret))
    command = [sys.executable, "-c", SPY.replace("OUT", repr(str(tmp_path / "report")))]
    with secret.open("wb"), clip.open("r+b") as file, pytest.raises(WorkerStartError):  # noqa: SIM117
        with Supervisor(limits(), command) as supervisor:
            supervisor.read(OpenFile(file, "f" * 64, "jpeg", 4))
    asked, argv, environment, folder, sent, *held = (tmp_path / "report").read_text().split("\n")
    assert asked[4:] == '{"task":{"kind":"jpeg","verb":"read"},"verb":"start"}'
    assert argv.startswith("['-c', '")
    resources = ReaderResources().to_argument()
    assert argv.endswith(f"', '1', '0', '128', '4', '1', '', '{resources}']")
    assert folder == "/"
    assert sent == "2"
    leaks = ("secret", "f" * 64, "OPSEC", str(tmp_path))
    assert not [leak for leak in leaks if leak in asked + argv + environment]
    named = [where for where in held if not where.startswith(("socket:", "True"))]
    assert sorted(set(named)) == sorted({"/dev/null", str(clip)})
    assert held[-1] == "True", "not in a session of its own: Ctrl-C would reach it"


def test_starting_loads_no_heavy_library_and_nothing_of_the_sites() -> None:
    asked = "import sys, opsec.sandbox.template; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    loaded = set(answer.stdout.split())
    assert "opsec.readers.registry" in loaded
    heavy = {"cv2", "av", "numpy", "shapely", "sqlalchemy", "pydantic", "exifread", "rich", "jinja2"}
    rooms = {
        "opsec.sites",
        "opsec.casefile",
        "opsec.matching.matcher",
        "opsec.verdict.judge",
        "opsec.settings",
        "opsec.ingest",
    }
    assert not loaded & (heavy | rooms)


def test_nothing_a_reader_prints_reaches_the_terminal(bench: Bench, capfd: pytest.CaptureFixture[str]) -> None:
    with bench.supervisor() as supervisor:
        assert supervisor.read(open_file("chatter")).status == "read"
    assert capfd.readouterr() == ("", "")


def test_a_reading_process_does_not_outlive_its_parent(tmp_path: Path) -> None:
    script = f"""
import sys, tempfile
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.sandbox.test_supervisor import Bench, Path, open_file
with Bench(Path({str(tmp_path)!r})).supervisor(wall_base_s=60.0, workers=1) as supervisor:
    supervisor.read(open_file("hang"))
"""
    parent = subprocess.Popen([sys.executable, "-c", script])
    (pid,) = _soon(lambda: Bench(tmp_path).pids("hang"))
    parent.kill()
    parent.wait()
    assert _soon(lambda: is_dead(pid))


def _soon(ask: Callable[[], T | None]) -> T:
    for _ in range(500):
        if answer := ask():
            return answer
        time.sleep(0.02)
    raise AssertionError("it did not happen within ten seconds")


def test_child_processes_of_an_unlocked_reader_die_with_its_process(bench: Bench) -> None:
    """A grandchild keeps the socket open."""
    unlocked = Isolation(allow_weak=True, without=frozenset({"system_calls"}))
    with bench.supervisor(isolation=unlocked, wall_base_s=0.3) as supervisor:
        reading = supervisor.read(open_file("fork"))
        started = bench.pids("grandchild")
        assert all(map(is_dead, started)), "they die with their file, not with the scan"
    assert (reading.status, code(reading)) == ("unread", "timeout")
    assert len(started) == 2
    assert all(_soon(lambda pid=pid: is_dead(pid)) for pid in started)  # type: ignore[misc]


# ── archives ──────────────────────────────────────────────────────────────────────────────────
def archive(*members: bytes) -> OpenFile:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for number, content in enumerate(members):
            file.writestr(f"clip {number}.mp4", content)
    opened = open_file("")
    opened.file.write(packed.getvalue())
    opened.file.flush()
    return OpenFile(opened.file, "0" * 64, "zip", len(packed.getvalue()))


def test_members_are_listed_and_unpacked_by_their_index() -> None:
    contents = [b"first", b"second" * 100_000, b""]
    with Supervisor(limits()) as supervisor, archive(*contents) as opened:
        members = supervisor.read(opened).members
        got = []
        for member in members:
            with tempfile.TemporaryFile() as out:
                out.write(b"what a try before left behind")
                out.flush()
                supervisor.unpack(opened, member.index, out)
                out.seek(0)
                got.append(out.read())
        assert not opened.file.closed
    assert got == contents


@pytest.mark.parametrize(
    ("index", "file_mib", "why"),
    [(None, 1, "too_large"), (10**9, 4, "cut_off"), (3, 4, "broken")],
)
def test_a_member_that_cannot_be_unpacked_has_a_reason(index: int | None, file_mib: int, why: str) -> None:
    with Supervisor(limits(file_mib=file_mib)) as supervisor, archive(b"x" * 3_000_000) as opened:
        place = supervisor.read(opened).members[0].index if index is None else index
        with tempfile.TemporaryFile() as out, pytest.raises(CannotOpenError) as refused:
            supervisor.unpack(opened, place, out)
    assert refused.value.reason.code == why


def test_an_archive_that_changed_gives_no_member(bench: Bench) -> None:
    with bench.supervisor() as supervisor, archive(b"content") as opened, tempfile.TemporaryFile() as out:
        opened.file.write(b"more")
        opened.file.flush()
        with pytest.raises(CannotOpenError) as refused:
            supervisor.unpack(opened, 0, out)
    assert refused.value.reason.code == "changed"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_the_reason_why_a_member_was_not_unpacked() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a.txt", "falcon " * 10)  # less than any buffer
    with _open_unbuffered(os.open("/dev/full", os.O_WRONLY)) as full:
        refused = _unpack(archive, UnpackRequest(archive.getvalue().index(b"PK\1\2"), 1 << 20), full)
    assert refused is not None
    assert (refused.code, dict(refused.blanks)["error"]) == ("not_unpacked", os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("setting", ["archive_unpacked_mib", "scan_unpacked_mib"])
def test_the_members_of_an_archive_are_unpacked_up_to_a_total(setting: str) -> None:
    """Each of them is within the limit of a file; the third exceeds the total, and so does all that follows."""
    small = limits(**{setting: 2})
    contents = [bytes(1_000_000)] * 5
    outcomes = []
    with Supervisor(small) as supervisor, archive(*contents) as opened:
        for member in supervisor.read(opened).members:
            with tempfile.TemporaryFile() as out:
                try:
                    supervisor.unpack(opened, member.index, out)
                    outcomes.append("unpacked")
                except CannotOpenError as refused:
                    outcomes.append(refused.reason.code)
    assert outcomes == ["unpacked", "unpacked", "unpacked_limit", "unpacked_limit", "unpacked_limit"]
