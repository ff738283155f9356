"""Totals of archives: processor time and files, for one archive and for a folder of many."""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsec.ingest.source import CannotOpenError, OpenFile
from opsec.model import Reading
from opsec.sandbox.archive_totals import ArchiveTotals
from opsec.sandbox.supervisor import Supervisor
from opsec.settings import Limits
from tests.ingest.made import JPEG, find, listed_posts, write_files

MIB = 1 << 20
TIGHT = {"archive_cpu_base_s": 10.0, "scan_cpu_base_s": 25.0, "cpu_s_per_unpacked_mib": 2.0}


def _reason(totals: ArchiveTotals, archive: str | None) -> tuple[str, str] | None:
    """Code and setting of the reason, if there is one."""
    reason = totals.time_reason(archive)
    return None if reason is None else (reason.code, dict(reason.blanks)["setting"])


@pytest.mark.parametrize(
    ("used", "refused"),
    [
        ([], None),
        ([("a", 9.9, 0)], None),
        ([("a", 10.0, 0)], "archive_cpu_base_s"),
        ([("a", 10.0, 1)], None),  # a MiB earns two seconds
        ([("a", 12.0, 1)], "archive_cpu_base_s"),
        ([("b", 100.0, 500)], None),  # another archive, whose content earns its time
        ([("b", 12.0, 0), ("c", 13.0, 0)], "scan_cpu_base_s"),
        ([("b", 12.0, 1), ("c", 13.0, 1)], None),
    ],
)
def test_the_time_of_an_archive_grows_with_what_was_unpacked(
    used: list[tuple[str, float, int]], refused: str | None
) -> None:
    totals = ArchiveTotals(Limits.model_validate(TIGHT))
    for archive, cpu_s, unpacked_mib in used:
        totals.add_cpu_time(archive, cpu_s)
        totals.add_bytes(archive, unpacked_mib * MIB)
    assert _reason(totals, "a") == (None if refused is None else ("archive_time_limit", refused))
    assert _reason(totals, None) is None


def test_files_of_no_archive_use_nothing_of_the_total() -> None:
    totals = ArchiveTotals(Limits.model_validate(TIGHT))
    totals.add_cpu_time(None, 1_000.0)
    assert _reason(totals, "a") is None


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    tiny = {"archive_cpu_base_s": 1e-6, "cpu_s_per_unpacked_mib": 1e-6, "scan_cpu_base_s": 1e-3}
    with Supervisor(Limits.model_validate({"workers": 1} | tiny)) as running:
        yield running


def _file(content: bytes, archive: str | None, **more: Any) -> OpenFile:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the supervisor
    file.write(content)
    file.seek(0)
    return OpenFile(file, "0" * 64, more.get("kind", "post_list_csv"), len(content), archive=archive)


def _codes(readings: list[Reading]) -> list[list[str]]:
    return [[reason.code for reason in reading.reasons] for reading in readings]


def test_members_beyond_the_time_of_their_archive_are_not_read(supervisor: Supervisor) -> None:
    """The first is read, because its time is known only afterwards; files outside the archive are always read."""
    files: list[tuple[int, OpenFile | Reading]] = [
        (number, _file(b"caption\nquiet sea\n", archive)) for number, archive in enumerate(("a", "a", None, "a"))
    ]
    readings = []
    for one in files:
        readings += [reading for _number, reading in supervisor.read_all([one])]
    assert _codes(readings) == [[], ["archive_time_limit"], [], ["archive_time_limit"]]
    assert [reading.status for reading in readings] == ["read", "unread", "read", "unread"]
    with _file(b"caption\nquiet sea\n", "a") as member:
        assert _codes([supervisor.read(member)]) == [["archive_time_limit"]]


def test_a_folder_of_archives_does_not_multiply_the_time_of_one(supervisor: Supervisor) -> None:
    read = 0
    for number in range(1_000):
        (answer,) = supervisor.read_all([(0, _file(b"caption\nquiet sea\n", f"archive {number}"))])
        if answer[1].status == "unread":
            break
        read += 1
    assert read < 50
    assert dict(answer[1].reasons[0].blanks)["setting"] == "scan_cpu_base_s"


def test_no_member_is_unpacked_when_the_time_is_used_up(supervisor: Supervisor) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(2):
            archive.writestr(f"{number}.txt", "quiet sea")
    with _file(packed.getvalue(), None, kind="zip") as opened, tempfile.TemporaryFile() as out:
        first, second = supervisor.read(opened).members
        supervisor.unpack(opened, first.index, out)
        with pytest.raises(CannotOpenError) as refused:
            supervisor.unpack(opened, second.index, out)
    assert refused.value.reason.code == "archive_time_limit"


def test_the_archives_of_a_scan_together_have_a_limit_of_files(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("a.jpg", "b.jpg"):
            archive.writestr(name, JPEG)
    write_files(tmp_path, {f"{name}.zip": packed.getvalue() for name in "123"})
    inbox = find(tmp_path, limits=Limits(scan_members=3))
    assert listed_posts(inbox, tmp_path) == [
        ("1.zip!/a.jpg", []), ("1.zip!/b.jpg", []), ("2.zip", []), ("2.zip!/a.jpg", []), ("3.zip", []),
    ]  # fmt: skip
    reasons = {Path(post.path).name: post.reasons for post in inbox.posts if post.path.endswith(".zip")}
    assert {name: dict(why[0].blanks)["left"] for name, why in reasons.items()} == {"2.zip": "1", "3.zip": "2"}
    assert {why.code for both in reasons.values() for why in both} == {"members_limit"}
