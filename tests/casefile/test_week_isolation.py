"""Clips of a week that were read with weak isolation."""

from datetime import timedelta
from pathlib import Path

import pytest

from opsec.casefile.case_file import open_case
from opsec.casefile.iso_week import Week
from opsec.casefile.week_data import WeekOptions
from opsec.casefile.week_isolation import count_weakly_read
from opsec.i18n.reasons import make_reason
from opsec.model.exposure import WeekBasis
from tests.casefile.made import AT, Judged, a_post, keep

WEAK = Judged(status="read", reasons=(make_reason("weak_isolation", parts="landlock"),))
THIS, LAST = Week.parse("2026-W47"), Week.parse("2026-W46")


@pytest.mark.parametrize("basis", ["posted", "scanned"])
def test_clips_are_counted_in_their_week(basis: WeekBasis, tmp_path: Path) -> None:
    options = WeekOptions(basis=basis)
    with open_case(str(tmp_path / "case.db")) as case:
        keep(case, a_post("strong.mp4"))
        assert count_weakly_read(case.transactions, THIS, options) == 0
        keep(case, a_post("one.mp4"), WEAK)
        keep(case, a_post("same.mp4", content="one.mp4"), WEAK)
        keep(case, a_post("two.mp4"), WEAK)
        keep(case, a_post("early.mp4"), WEAK, at=AT - timedelta(days=7))
        assert count_weakly_read(case.transactions, THIS, options) == 2, "posts of one clip count once"
        assert count_weakly_read(case.transactions, LAST, options) == 1


def test_a_clip_that_was_read_again_with_the_whole_lock_no_longer_counts(tmp_path: Path) -> None:
    with open_case(str(tmp_path / "case.db")) as case:
        keep(case, a_post("one.mp4"), WEAK)
        keep(case, a_post("one.mp4"))
        assert count_weakly_read(case.transactions, THIS, WeekOptions()) == 0
