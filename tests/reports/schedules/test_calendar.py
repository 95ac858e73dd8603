"""When a schedule is due: by the days of where the organization is, through every change of its clocks."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from assessments.reports.schedules.calendar import due_at, due_period, next_due, period_of

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC")


@pytest.mark.parametrize(
    ("every", "day", "period"),
    [
        ("month", date(2026, 2, 28), date(2026, 2, 1)),
        ("quarter", date(2026, 1, 1), date(2026, 1, 1)),
        ("quarter", date(2026, 3, 31), date(2026, 1, 1)),
        ("quarter", date(2026, 11, 30), date(2026, 10, 1)),
    ],
)
def test_a_period_begins_with_its_first_day(every, day, period):
    assert period_of(every, day) == period


@pytest.mark.parametrize(
    ("period", "day", "due"),
    [
        (date(2026, 2, 1), 31, (2026, 2, 28)),
        (date(2028, 2, 1), 31, (2028, 2, 29)),
        (date(2028, 2, 1), 30, (2028, 2, 29)),
        (date(2026, 4, 1), 31, (2026, 4, 30)),
        (date(2026, 12, 1), 31, (2026, 12, 31)),
        (date(2026, 2, 1), 5, (2026, 2, 5)),
    ],
)
def test_a_month_without_that_day_is_due_on_its_last(period, day, due):
    at = due_at(period, day, ZoneInfo("Europe/Berlin"))

    assert (at.year, at.month, at.day, at.hour) == (*due, 8)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("every", "times"), [("month", 24), ("quarter", 8)])
@pytest.mark.parametrize("day", [1, 31])
def test_in_two_years_of_hours_each_period_comes_due_once_at_eight(zone, every, times, day):
    here, at = ZoneInfo(zone), datetime(2026, 1, 15, tzinfo=UTC)
    seen, previous = [], due_period(every, day, here, at)
    while at < datetime(2028, 1, 15, tzinfo=UTC):
        at += timedelta(hours=1)
        found = due_period(every, day, here, at)
        if found != previous:
            seen.append(found)
            local = at.astimezone(here)
            assert (local.hour, local.minute) in ((8, 0), (8, 30), (8, 45))  # looked at by the full hours of UTC
            assert next_due(every, day, here, at) > at
            previous = found

    assert len(seen) == times
    assert all(earlier < later for earlier, later in pairwise(seen))
