"""Weeks are ISO weeks and begin at midnight in the local time zone."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.casefile.iso_week import Week
from opsec.errors import UsageError
from opsec.i18n.messages import set_language


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language(None)


@pytest.fixture
def in_baghdad(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three hours ahead of UTC all year round."""
    monkeypatch.setenv("TZ", "<+03>-3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 22)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2024-W52", date(2024, 12, 23), date(2024, 12, 29)),
        ("٢٠٢٦-W٤٧", date(2026, 11, 16), date(2026, 11, 22)),
    ],
)
def test_a_week_runs_from_monday_to_sunday(text: str, first: date, last: date) -> None:
    week = Week.parse(text)
    assert (week.first_day, week.last_day) == (first, last)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-47", "2026-47 is not a week; write its year and its number, as in 2026-W47"),
        ("2026-w47", "2026-w47 is not a week; write its year and its number, as in 2026-W47"),
        ("2026-W47 ", "2026-W47  is not a week; write its year and its number, as in 2026-W47"),
        ("", " is not a week; write its year and its number, as in 2026-W47"),
        ("\x1b[2J", "\\x1b[2J is not a week; write its year and its number, as in 2026-W47"),
        ("2026-W60", "2026-W60 does not exist; the weeks of that year run from 01 to 53"),
        ("2026-W00", "2026-W00 does not exist; the weeks of that year run from 01 to 53"),
        ("2025-W53", "2025-W53 does not exist; the weeks of that year run from 01 to 52"),
        ("0000-W01", "0000-W01 lies outside the calendar of this program; give a week such as 2026-W47"),
        ("9999-W52", "9999-W52 lies outside the calendar of this program; give a week such as 2026-W47"),
    ],
)
def test_a_week_that_does_not_exist_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        Week.parse(text)
    assert str(caught.value) == sentence


@given(st.datetimes(datetime(1971, 1, 1), datetime(9990, 1, 1), timezones=st.just(UTC)))
def test_every_moment_belongs_to_its_own_week_only(moment: datetime) -> None:
    week = Week.of(moment)
    assert week.contains(moment)
    assert not week.before().contains(moment)
    assert week.before().last_day == week.first_day - timedelta(days=1)
    assert Week.parse(str(week)) == week


@pytest.mark.usefixtures("in_baghdad")
def test_a_week_starts_at_local_midnight() -> None:
    week = Week.parse("2026-W47")
    assert week.begins == datetime(2026, 11, 15, 21, tzinfo=UTC)
    assert week.contains(datetime(2026, 11, 15, 21, 0, tzinfo=UTC))
    assert not week.contains(datetime(2026, 11, 15, 20, 59, 59, 999_999, tzinfo=UTC))
    assert not week.contains(week.ends)
    assert Week.of(datetime(2026, 11, 15, 21, 0, tzinfo=UTC)) == week


def test_the_first_week_of_a_year_follows_the_last_of_the_previous_year() -> None:
    assert Week.parse("2027-W01").before() == Week.parse("2026-W53")
    assert Week.parse("2026-W01").before() == Week.parse("2025-W52")
