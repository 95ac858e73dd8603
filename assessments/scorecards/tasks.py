"""The nightly run that brings the totals kept of open scorecards up to date."""

from celery import shared_task

from assessments.scorecards import standings
from assessments.scorecards.outlook import rhythm


@shared_task(ignore_result=True)
def refresh_standings() -> None:
    """While a scorecard is open its proof grows older without anybody saving. Safe to run twice."""
    standings.refresh()
    rhythm.refresh()
