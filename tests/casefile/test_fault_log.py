"""Faults of this program in the case file."""

from datetime import UTC, datetime
from pathlib import Path

from opsec.casefile.case_file import open_case
from opsec.casefile.fault_log import RecordedFault

ONE, OTHER = "TypeError in opsec.readers.metadata.mp4:7", "KeyError in opsec.readers.metadata.exif:9"


def test_the_newest_come_first_with_their_sums_and_of_this_version_alone(tmp_path: Path) -> None:
    days = [datetime(2026, 11, day, tzinfo=UTC) for day in (16, 17, 18, 19)]
    with open_case(str(tmp_path / "case.db")) as case:
        case.record_faults({ONE: 2, OTHER: 1}, program="1.0", at=days[0])
        case.record_faults({ONE: 3}, program="1.0", at=days[1])
        case.record_faults({ONE: 9}, program="0.9", at=days[2])
        case.record_faults({}, program="1.0", at=days[3])
    with open_case(str(tmp_path / "case.db")) as case:
        newest = RecordedFault(ONE, 5, "2026-11-17T00:00:00.000000Z")
        assert case.recent_faults("1.0", 5) == [newest, RecordedFault(OTHER, 1, "2026-11-16T00:00:00.000000Z")]
        assert case.recent_faults("1.0", 1) == [newest]
        assert case.recent_faults("1.1", 5) == []
