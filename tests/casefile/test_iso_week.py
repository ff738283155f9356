"""Weeks have the numbers of ISO 8601, begin on the day of the setting, and at midnight of a time zone."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.casefile.iso_week import WEEKDAYS, Week
from opsec.errors import UsageError
from opsec.i18n.messages import set_language

MONDAY = WEEKDAYS.index("monday")


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
    week = Week.parse(text, MONDAY)
    assert (week.first_day, week.last_day) == (first, last)


@pytest.mark.parametrize(
    ("weekday", "first"),
    [
        ("monday", date(2026, 11, 16)),
        ("thursday", date(2026, 11, 19)),
        ("friday", date(2026, 11, 13)),
        ("saturday", date(2026, 11, 14)),
        ("sunday", date(2026, 11, 15)),
    ],
)
def test_a_week_that_begins_on_another_day_contains_the_thursday_of_its_number(weekday: str, first: date) -> None:
    week = Week.parse("2026-W47", WEEKDAYS.index(weekday))
    assert week.first_day == first
    assert week.first_day <= date(2026, 11, 19) <= week.last_day


def test_a_week_begins_on_sunday_unless_set_otherwise() -> None:
    assert Week.parse("2026-W47").first_day == date(2026, 11, 15)


def test_a_week_begins_at_midnight_of_the_zone_that_is_given() -> None:
    baghdad = Week.parse("2026-W47", MONDAY, ZoneInfo("Asia/Baghdad"))
    assert baghdad.begins == datetime(2026, 11, 15, 21, tzinfo=UTC)
    assert baghdad.before(2) == Week.parse("2026-W45", MONDAY, ZoneInfo("Asia/Baghdad"))


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


@given(st.datetimes(datetime(1971, 1, 1), datetime(9990, 1, 1), timezones=st.just(UTC)), st.integers(0, 6))
def test_every_moment_belongs_to_its_own_week_only(moment: datetime, first_weekday: int) -> None:
    week = Week.of(moment, first_weekday)
    assert week.contains(moment)
    assert not week.before().contains(moment)
    assert week.before().last_day == week.first_day - timedelta(days=1)
    assert Week.parse(str(week), first_weekday) == week


@pytest.mark.usefixtures("in_baghdad")
def test_a_week_starts_at_local_midnight() -> None:
    week = Week.parse("2026-W47", MONDAY)
    assert week.begins == datetime(2026, 11, 15, 21, tzinfo=UTC)
    assert week.contains(datetime(2026, 11, 15, 21, 0, tzinfo=UTC))
    assert not week.contains(datetime(2026, 11, 15, 20, 59, 59, 999_999, tzinfo=UTC))
    assert not week.contains(week.ends)
    assert Week.of(datetime(2026, 11, 15, 21, 0, tzinfo=UTC), MONDAY) == week


def test_the_first_week_of_a_year_follows_the_last_of_the_previous_year() -> None:
    assert Week.parse("2027-W01").before() == Week.parse("2026-W53")
    assert Week.parse("2026-W01").before() == Week.parse("2025-W52")
