"""When a schedule is due: at eight in the morning of a day of the month, where the organization is."""

import calendar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from assessments.reports.schedules.models import ReportSchedule

MORNING = 8
QUARTER = 3
Every = ReportSchedule.Every


def period_of(every: str, day: date) -> date:
    """The first day of the month or quarter that a day is in."""
    month = day.month - (day.month - 1) % QUARTER if every == Every.QUARTER else day.month
    return date(day.year, month, 1)


def before(every: str, period: date) -> date:
    """The period before one."""
    months = period.year * 12 + period.month - 1 - (QUARTER if every == Every.QUARTER else 1)
    return date(months // 12, months % 12 + 1, 1)


def after(every: str, period: date) -> date:
    months = period.year * 12 + period.month - 1 + (QUARTER if every == Every.QUARTER else 1)
    return date(months // 12, months % 12 + 1, 1)


def due_at(period: date, day: int, zone: ZoneInfo) -> datetime:
    """When a period is due; where its first month has no such day, on its last.

    Eight o'clock is there on every day of every zone, whatever the clocks do in the night before.
    """
    last = calendar.monthrange(period.year, period.month)[1]
    return datetime(period.year, period.month, min(day, last), MORNING, tzinfo=zone)


def due_period(every: str, day: int, zone: ZoneInfo, now: datetime) -> date:
    """The newest period that is due by now: what was missed before it is not made up for."""
    period = period_of(every, now.astimezone(zone).date())
    return period if due_at(period, day, zone) <= now else before(every, period)


def next_due(every: str, day: int, zone: ZoneInfo, now: datetime) -> datetime:
    return due_at(after(every, due_period(every, day, zone, now)), day, zone)
